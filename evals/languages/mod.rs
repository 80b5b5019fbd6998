//! Promises and requests in German, French and Spanish on labelled sentences: precision and recall, and how many of the
//! promises that were found have the right day.
//!
//! The sentences (`evals/languages/*.tsv`: kind, side of the speaker, day it is said, day it is due or `-`, sentence) were
//! written and labelled by somebody who had not seen the rules, and the rules were written by somebody who had not seen
//! the sentences. They are for reporting: a rule that is changed to suit one of them makes the figures worth nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use success_agent::domain::account::AccountRecord;
use success_agent::domain::activity::{Call, Participant, Side, SpokenTurn};
use success_agent::domain::time::midnight;
use success_agent::model::reader::{BuiltInReader, HeardIn, Setting, Talk, join};

use crate::table;

const FOLDER: &str = "evals/languages";

/// The account all sentences are said to.
const ACCOUNT: &str = "linden.example";

/// A labelled sentence.
struct Labelled {
    kind: Kind,
    side: Side,
    said_on: NaiveDate,
    due: Option<NaiveDate>,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Promise,
    Request,
    Neither,
}

/// How often one kind of sentence was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Counts {
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Counts {
    fn count(&mut self, labelled: bool, found: bool) {
        match (labelled, found) {
            (true, true) => self.right += 1,
            (false, true) => self.wrong += 1,
            (true, false) => self.missed += 1,
            (false, false) => {}
        }
    }

    fn share(part: u32, of: u32) -> Option<f64> {
        (of > 0).then(|| f64::from(part) / f64::from(of) * 100.0)
    }

    fn precision(self) -> Option<f64> {
        Self::share(self.right, self.right + self.wrong)
    }

    fn recall(self) -> Option<f64> {
        Self::share(self.right, self.right + self.missed)
    }
}

/// What was told of the sentences of a language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Figures {
    sentences: u32,
    promises: Counts,
    requests: Counts,
    /// Promises found that have the labelled day, or none where none is labelled.
    days_right: u32,
}

/// Measures, prints, and holds the figures against those on record; whether nothing is worse. `bless` records them.
///
/// # Errors
/// What could not be read or written.
pub fn run(bless: bool, verbose: bool) -> Result<bool> {
    let mut measured: BTreeMap<String, Figures> = BTreeMap::new();
    for (language, file) in files()? {
        let mut figures = Figures::default();
        for sentence in read(&file)? {
            judge(&language, &sentence, &mut figures, verbose)?;
        }
        measured.insert(language, figures);
    }
    print(&measured);
    let record = Path::new(FOLDER).join("baseline.json");
    if bless {
        std::fs::write(&record, serde_json::to_string_pretty(&measured)? + "\n")?;
        return Ok(true);
    }
    let known: BTreeMap<String, Figures> = serde_json::from_str(&std::fs::read_to_string(&record)?)?;
    let mut none_worse = true;
    for (language, known) in known {
        let now = measured.get(&language).copied().unwrap_or_default();
        let kinds = [("promises", now.promises, known.promises), ("requests", now.requests, known.requests)];
        for (kind, now, known) in kinds {
            if now.right < known.right || now.wrong > known.wrong {
                println!("{language}: {kind} are told worse than on record: {now:?}, was {known:?}");
                none_worse = false;
            }
        }
        if now.days_right < known.days_right {
            println!("{language}: fewer days are right than on record: {}, was {}", now.days_right, known.days_right);
            none_worse = false;
        }
    }
    Ok(none_worse)
}

fn files() -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(FOLDER).with_context(|| format!("{FOLDER} is not there"))? {
        let file = entry?.path();
        if let (Some(name), Some("tsv")) = (file.file_stem(), file.extension().and_then(|ending| ending.to_str())) {
            files.push((name.to_string_lossy().into_owned(), file));
        }
    }
    files.sort();
    Ok(files)
}

fn read(file: &Path) -> Result<Vec<Labelled>> {
    let text = std::fs::read_to_string(file)?;
    let labelled = |(number, line): (usize, &str)| {
        let wrong = || format!("{}:{}", file.display(), number + 1);
        let [kind, side, said_on, due, text] = line.split('\t').collect::<Vec<_>>()[..] else {
            bail!("{}: five columns are expected", wrong());
        };
        Ok(Labelled {
            kind: match kind {
                "promise" => Kind::Promise,
                "request" => Kind::Request,
                "neither" => Kind::Neither,
                _ => bail!("{}: {kind} is no kind", wrong()),
            },
            side: if side == "customer" { Side::Customer } else { Side::Team },
            said_on: said_on.parse().with_context(wrong)?,
            due: (due != "-").then(|| due.parse()).transpose().with_context(wrong)?,
            text: text.to_owned(),
        })
    };
    text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')).map(labelled).collect()
}

/// Reads a sentence as all that is said in a call.
fn judge(language: &str, sentence: &Labelled, figures: &mut Figures, verbose: bool) -> Result<()> {
    let participant = |name: &str, side| Participant { name: name.to_owned(), email: None, side };
    let speaker = if sentence.side == Side::Customer { "Mara Linden" } else { "Ole Brandt" };
    let call = Call {
        id: "call".to_owned(),
        account: ACCOUNT.to_owned(),
        title: "Call".to_owned(),
        started_at: midnight(sentence.said_on),
        duration_seconds: 60,
        participants: vec![participant("Mara Linden", Side::Customer), participant("Ole Brandt", Side::Team)],
        transcript: vec![SpokenTurn { speaker: speaker.to_owned(), text: sentence.text.clone(), at_seconds: None }],
        summary: None,
        url: None,
    };
    let account = AccountRecord { domain: ACCOUNT.to_owned(), name: "Linden".to_owned(), ..AccountRecord::default() };
    let talks = [Talk::Call(&call)];
    let setting = Setting::new(&account, &talks);
    let heard = BuiltInReader.hear_now(talks[0], &setting);
    let heard = HeardIn { talk: talks[0], key: setting.key(talks[0], "eval")?, heard };
    let reading = join(&setting, vec![heard], &[], &[], &BTreeMap::new())?;
    let of_side = || reading.commitments.iter().filter(|promise| promise.commitment.side == sentence.side);
    // A sentence may hold two promises, of which one is labelled.
    let promised = of_side().find(|promise| promise.commitment.due == sentence.due).or_else(|| of_side().next());
    let asked = !reading.requests.is_empty();
    figures.sentences += 1;
    figures.promises.count(sentence.kind == Kind::Promise, promised.is_some());
    figures.requests.count(sentence.kind == Kind::Request, asked);
    let day_right = promised.is_some_and(|promise| promise.commitment.due == sentence.due);
    if sentence.kind == Kind::Promise && day_right {
        figures.days_right += 1;
    }
    let kind_right = (sentence.kind == Kind::Promise) == promised.is_some()
        && (sentence.kind == Kind::Request) == asked
        && (sentence.kind != Kind::Promise || day_right);
    if verbose && !kind_right {
        let found =
            promised.map_or("no promise".to_owned(), |promise| format!("a promise for {:?}", promise.commitment.due));
        println!("{language}: {found}, {}: {}", if asked { "a request" } else { "no request" }, sentence.text);
    }
    Ok(())
}

fn print(measured: &BTreeMap<String, Figures>) {
    let head = ["languages", "sentences", "promise prec", "recall", "days right", "request prec", "recall"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    for (language, figures) in measured {
        let days = Counts::share(figures.days_right, figures.promises.right);
        let shares = [
            figures.promises.precision(),
            figures.promises.recall(),
            days,
            figures.requests.precision(),
            figures.requests.recall(),
        ];
        let mut cells = vec![language.clone(), figures.sentences.to_string()];
        cells.extend(shares.map(table::percent));
        lines.push(cells);
    }
    table::print(&lines);
}
