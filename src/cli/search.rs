//! `success-agent search`

use std::time::Instant;

use super::args::SearchArgs;
use super::output::{Failure, Ink, Output};
use super::plain::shortened;
use super::service::with_service;
use crate::app::Search;
use crate::config::Config;
use crate::domain::record::RecordKind;
use crate::domain::time::{day_text, relative_text};
use crate::web::search::{HitResponse, SearchResponse};

/// Passages are cut to this many characters.
const PASSAGE: usize = 400;

pub(super) async fn run(args: SearchArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let search = Search {
        query: words(&args.words)?,
        account: args.account,
        kinds: kinds(&args.kinds)?,
        limit: Some(args.limit),
    };
    let started = Instant::now();
    let (hits, today) =
        with_service(config, async |service| Ok((service.search(search).await?, service.today()))).await?;
    if args.json {
        let elapsed_us = started.elapsed().as_micros().try_into().unwrap_or(u64::MAX);
        return output.json(&SearchResponse { hits, elapsed_us });
    }
    if hits.is_empty() {
        return output.line("Nothing was found.");
    }
    for (index, hit) in hits.iter().enumerate() {
        if index > 0 {
            output.line("")?;
        }
        print(hit, today, output)?;
    }
    Ok(())
}

fn words(words: &[String]) -> Result<String, Failure> {
    let words = words.join(" ");
    if words.trim().is_empty() {
        return Err(Failure::usage("there are no words to search for"));
    }
    Ok(words.trim().to_owned())
}

fn kinds(names: &[String]) -> Result<Vec<RecordKind>, Failure> {
    let known = || RecordKind::ALL.map(RecordKind::wire).join(", ");
    let read = |name: &String| {
        RecordKind::parse(name)
            .ok_or_else(|| Failure::usage(format!("`{name}` is not a kind of record; use {}", known())))
    };
    names.iter().map(read).collect()
}

fn print(hit: &HitResponse, today: chrono::NaiveDate, output: &mut Output) -> Result<(), Failure> {
    let day = hit.occurred_at.day();
    let kind = RecordKind::parse(&hit.kind).map_or(hit.kind.as_str(), |kind| kind.label());
    output.line(format_args!(
        "{} {}",
        output.paint(Ink::Bold, &hit.title),
        output.paint(
            Ink::Dim,
            format_args!("{kind} {} · {} ({})", hit.id, day_text(day, today), relative_text(day, today))
        )
    ))?;
    let speaker = hit.speaker.as_ref().filter(|speaker| !hit.text.starts_with(speaker.as_str()));
    let speaker = speaker.map(|speaker| format!("{speaker}: ")).unwrap_or_default();
    output.line(format_args!("  {speaker}{}", shortened(&hit.text, PASSAGE)))
}
