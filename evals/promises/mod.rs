//! Promises and what became of them, on labelled records: how many are found, and how far "kept" and "overdue" can be
//! relied on.
//!
//! The records (`evals/promises/{dev,held}/<source>/records.jsonl`) and their labels (`labels.yaml`) were written by people
//! who had not seen the program, each source by somebody else. Whoever works on the reader looks at what is wrong in `dev`;
//! of `held` only the figures are looked at. A promise is found when it is read from the record it was first made in, in the
//! words that are labelled or part of them. A state is right when the label has the same; a state of a promise nobody
//! labelled is wrong.

mod label;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use label::{Label, OnRecord, Source, State};
use serde::{Deserialize, Serialize};
use success_agent::domain::activity::{Commitment, CommitmentStatus, Release};
use success_agent::domain::team::Team;
use success_agent::model::reader::{BuiltInReader, HeardIn, Setting, Talk, Work, join};

use crate::table;

const FOLDER: &str = "evals/promises";
const BASELINE: &str = "evals/promises/baseline.json";

/// The share of the words of the shorter of two that makes them the same sentence.
const SAME_WORDS: f64 = 0.6;

/// How far a share may drop, in points of a percent.
const TOLERANCE: f64 = 0.5;

/// How often something was said, was right, and should have been said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Counts {
    said: u32,
    right: u32,
    labelled: u32,
}

impl Counts {
    fn precision(self) -> Option<f64> {
        share(self.right, self.said)
    }

    fn recall(self) -> Option<f64> {
        share(self.right, self.labelled)
    }

    fn add(&mut self, other: Self) {
        self.said += other.said;
        self.right += other.right;
        self.labelled += other.labelled;
    }
}

fn share(part: u32, of: u32) -> Option<f64> {
    (of > 0).then(|| f64::from(part) / f64::from(of) * 100.0)
}

/// What was read of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Figures {
    /// Promises, whatever became of them.
    promises: Counts,
    /// Promises found that have the labelled day, or none where none is labelled.
    days_right: u32,
    kept: Counts,
    overdue: Counts,
    open: Counts,
    dropped: Counts,
    unclear: Counts,
}

impl Figures {
    fn of(&mut self, state: State) -> &mut Counts {
        match state {
            State::Kept => &mut self.kept,
            State::Overdue => &mut self.overdue,
            State::Open => &mut self.open,
            State::Dropped => &mut self.dropped,
            State::Unclear => &mut self.unclear,
        }
    }

    fn add(&mut self, other: Self) {
        self.promises.add(other.promises);
        self.days_right += other.days_right;
        self.kept.add(other.kept);
        self.overdue.add(other.overdue);
        self.open.add(other.open);
        self.dropped.add(other.dropped);
        self.unclear.add(other.unclear);
    }
}

/// Measures, prints, and holds the figures against those on record; whether nothing is worse. `bless` records them.
///
/// # Errors
/// What could not be read or written.
pub fn run(bless: bool, verbose: bool) -> Result<bool> {
    let mut measured: BTreeMap<String, Figures> = BTreeMap::new();
    for part in ["dev", "held"] {
        for source in label::sources(&Path::new(FOLDER).join(part))? {
            let figures = measure(&source, verbose && part == "dev")?;
            measured.insert(format!("{part} {}", source.name), figures);
        }
    }
    print(&measured);
    if bless {
        std::fs::write(BASELINE, serde_json::to_string_pretty(&measured)? + "\n")?;
        return Ok(true);
    }
    let known = std::fs::read_to_string(BASELINE).context("there is no baseline yet; --bless writes it")?;
    let known: BTreeMap<String, Figures> = serde_json::from_str(&known)?;
    let mut none_worse = true;
    for (name, known) in &known {
        let now = measured.get(name).copied().unwrap_or_default();
        let all = [("promises", now.promises, known.promises), ("kept", now.kept, known.kept)];
        for (what, now, known) in all.into_iter().chain([("overdue", now.overdue, known.overdue)]) {
            let dropped = |now: Option<f64>, known: Option<f64>| now.unwrap_or(0.0) < known.unwrap_or(0.0) - TOLERANCE;
            if dropped(now.precision(), known.precision()) || dropped(now.recall(), known.recall()) {
                println!("WORSE  {name}: {what} {now:?}, was {known:?}");
                none_worse = false;
            }
        }
    }
    Ok(none_worse)
}

fn measure(source: &Source, verbose: bool) -> Result<Figures> {
    let today = source.labels.now.date_naive();
    let mut figures = Figures::default();
    let mut found: Vec<Commitment> = Vec::new();
    for account in source.accounts.values() {
        found.extend(read(account, &source.team, &source.releases)?);
    }
    let pairs = pairs(&source.labels.promises, &found);
    for label in &source.labels.promises {
        figures.promises.labelled += 1;
        figures.of(label.state).labelled += 1;
    }
    for (index, promise) in found.iter().enumerate() {
        let label = pairs.iter().find(|(_, found)| *found == index).map(|(label, _)| &source.labels.promises[*label]);
        let state = state_of(promise.status(today));
        let right = label.is_some_and(|label| label.state == state);
        figures.promises.said += 1;
        figures.promises.right += u32::from(label.is_some());
        figures.days_right += u32::from(label.is_some_and(|label| label.due == promise.due));
        let counts = figures.of(state);
        counts.said += 1;
        counts.right += u32::from(right);
        if verbose {
            show(source, promise, state, label);
        }
    }
    if verbose {
        let missed = |index: &usize| !pairs.iter().any(|(label, _)| label == index);
        for label in (0..source.labels.promises.len()).filter(missed).map(|index| &source.labels.promises[index]) {
            println!("MISSED   {} {} [{:?}] “{}”", label.record, label.who, label.state, label.words);
        }
    }
    Ok(figures)
}

/// The promises of an account, with what became of them.
fn read(on_record: &OnRecord, team: &Team, releases: &[Release]) -> Result<Vec<Commitment>> {
    let talks = Talk::all(&on_record.calls, &on_record.emails);
    let works = Work::all(&on_record.notes, &on_record.projects, releases);
    let setting = Setting::with(&on_record.account, team, &talks);
    let heard = |talk: &Talk<'_>| -> Result<_> {
        let heard = BuiltInReader.hear_now(*talk, &setting);
        Ok((setting.key(*talk, "eval")?, heard))
    };
    let all = talks.iter().map(|talk| heard(talk).map(|(key, heard)| HeardIn { talk: *talk, key, heard }));
    let all = all.collect::<Result<Vec<_>>>()?;
    let reading = join(&setting, all, &works, &on_record.signals, &BTreeMap::new())?;
    Ok(reading.commitments.into_iter().map(|marked| marked.commitment).collect())
}

/// Which label is of which promise: those with the most words in common first, each once.
fn pairs(labels: &[Label], found: &[Commitment]) -> Vec<(usize, usize)> {
    let mut likely: Vec<(f64, usize, usize)> = Vec::new();
    for (at, label) in labels.iter().enumerate() {
        for (index, promise) in found.iter().enumerate().filter(|(_, promise)| promise.source.id == label.record) {
            let common = common(&label.words, &promise.quote);
            if common >= SAME_WORDS && promise.side == label.side {
                let day = f64::from(u8::from(label.due == promise.due)) / 10.0;
                likely.push((common + day + self::common(&label.words, &promise.what) / 4.0, at, index));
            }
        }
    }
    likely.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)).then(left.2.cmp(&right.2)));
    let (mut labelled, mut told) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, label, promise) in likely {
        if !labelled.contains(&label) && !told.contains(&promise) {
            labelled.insert(label);
            told.insert(promise);
            pairs.push((label, promise));
        }
    }
    pairs
}

/// The share of the words of the shorter that are in the other, 0 to 1.
fn common(left: &str, right: &str) -> f64 {
    let words = |text: &str| -> BTreeSet<String> {
        let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (left, right) = (words(left), words(right));
    let shorter = left.len().min(right.len()).max(1);
    left.intersection(&right).count() as f64 / shorter as f64
}

fn state_of(status: CommitmentStatus) -> State {
    match status {
        CommitmentStatus::Open => State::Open,
        CommitmentStatus::Overdue => State::Overdue,
        CommitmentStatus::Kept => State::Kept,
        CommitmentStatus::Dropped => State::Dropped,
    }
}

fn show(source: &Source, promise: &Commitment, state: State, label: Option<&Label>) {
    let kept =
        promise.kept_by.as_ref().map_or(String::new(), |kept| format!(" by {}: “{}”", kept.source.id, kept.quote));
    let Some(label) = label else {
        let known = source
            .labels
            .not_promises
            .iter()
            .any(|none| none.record == promise.source.id && common(&none.words, &promise.quote) >= SAME_WORDS);
        let kind = if known { "NONE" } else { "UNKNOWN" };
        println!(
            "{kind}  {} {} [{state:?} {:?}]{kept} “{}”",
            promise.source.id, promise.who, promise.due, promise.quote
        );
        return;
    };
    if label.state != state || label.due != promise.due {
        println!(
            "{}  {} {} [{state:?} {:?}, right {:?} {:?} by {:?}]{kept}\n         “{}”\n         {}",
            if label.state == state { "DAY    " } else { "STATE  " },
            promise.source.id,
            promise.who,
            promise.due,
            label.state,
            label.due,
            label.shown_by,
            promise.quote,
            label.why
        );
    }
}

fn print(measured: &BTreeMap<String, Figures>) {
    let head = [
        "promises",
        "labelled",
        "found %",
        "real %",
        "day %",
        "kept prec",
        "recall",
        "overdue prec",
        "recall",
        "open prec",
        "recall",
        "dropped prec",
        "recall",
    ];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    let mut groups: BTreeMap<&str, Figures> = BTreeMap::new();
    let line = |name: &str, figures: &Figures| {
        let mut cells = vec![name.to_owned(), figures.promises.labelled.to_string()];
        cells.extend([figures.promises.recall(), figures.promises.precision()].map(table::percent));
        cells.push(table::percent(share(figures.days_right, figures.promises.right)));
        for counts in [figures.kept, figures.overdue, figures.open, figures.dropped] {
            cells.extend([counts.precision(), counts.recall()].map(table::percent));
        }
        cells
    };
    for (name, figures) in measured {
        lines.push(line(name, figures));
        let group = name.split(' ').next().unwrap_or_default();
        groups.entry(group).or_default().add(*figures);
    }
    for (group, figures) in groups {
        lines.push(line(&format!("all {group}"), &figures));
    }
    table::print(&lines);
}
