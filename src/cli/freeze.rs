//! `success-agent freeze`

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::args::FreezeArgs;
use super::ask::conversation;
use super::output::{Failure, Output};
use super::service::with_service;
use crate::app::Frozen;
use crate::config::Config;

/// What a person who opens the case reads first.
const HEAD: &str = "\
# An answer as it was given, with the records it was told from in the file beside this one. Say under the last question
# what a right answer holds, then run: cargo test --test evals -- --cases FOLDER
";

pub(super) async fn run(args: FreezeArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let id = conversation(Some(&args.conversation))?
        .ok_or_else(|| Failure::usage("name the conversation, as an answer does"))?;
    let place = args.out.unwrap_or_else(|| {
        let number = args.turn.map(|turn| format!("-{turn}")).unwrap_or_default();
        PathBuf::from(format!("{id}{number}.yaml"))
    });
    let frozen = with_service(config, async |service| service.freeze(id, args.turn).await).await?;
    let count = frozen.records.len();
    let beside = write(frozen, &place)?;
    output.line(format_args!("{} holds the case, {} its {count} records.", place.display(), beside.display()))?;
    output.line("Both hold what customers said: keep them where you keep such data.")
}

/// Writes the case and, beside it, its records; never over a file that is there.
fn write(frozen: Frozen, place: &Path) -> Result<PathBuf, Failure> {
    let Frozen { mut case, records } = frozen;
    let beside = place.with_extension("jsonl");
    let name = beside.file_name().map(|name| name.to_string_lossy().into_owned());
    case.frozen.records = name.ok_or_else(|| Failure::usage(format!("{} names no file", place.display())))?;
    let mut lines = Vec::new();
    for record in &records {
        serde_json::to_writer(&mut lines, record).map_err(|error| Failure::failed(error.to_string()))?;
        lines.push(b'\n');
    }
    let yaml = serde_norway::to_string(&case).map_err(|error| Failure::failed(error.to_string()))?;
    new(place, format!("{HEAD}{yaml}").as_bytes())?;
    new(&beside, &lines)?;
    Ok(beside)
}

fn new(place: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = File::create_new(place).and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| {
        Failure::failed(format!("{} cannot be written ({error}); choose another file with --out", place.display()))
    })
}
