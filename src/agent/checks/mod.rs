//! Checks before anything is shown: every citation exists, belongs to the scope and supports its line; every figure and
//! date is in the records. What fails is taken out, and the answer says so.

mod address;
mod day;
mod figure;
mod letter;
mod named;
mod prose;
mod summary;
mod wording;

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::ledger::Ledger;
use super::scope::TurnScope;
use crate::domain::answer::Checks;
use crate::domain::evidence::Citation;
use crate::domain::time::Window;
use crate::domain::tool::Cite;
use figure::Known;
pub use letter::{Borne, letter_problems};
use named::Names;
pub use prose::Doubted;
pub use summary::summary_of;

/// A text that passed, with its citations numbered from 1 in order of appearance.
#[derive(Default)]
pub struct Checked {
    /// Markdown with `[n]` marks.
    pub text: String,
    /// The citations the marks name.
    pub citations: Vec<Citation>,
    /// What was looked at and changed.
    pub checks: Checks,
}

/// What the answer of a turn is compared with.
#[derive(Clone, Copy)]
pub struct Against<'a> {
    /// The question: what the reader said is not news.
    pub question: &'a str,
    /// What the tools returned.
    pub outputs: &'a [&'a serde_json::Value],
    /// The days they looked between.
    pub windows: &'a [Window],
    /// The evidence they gave out.
    pub ledger: &'a Ledger,
    /// What the accounts are called that it is about, by name and by domain.
    pub names: &'a [String],
    /// What the turn may see.
    pub scope: &'a TurnScope,
    /// The day distances are told from.
    pub today: NaiveDate,
}

/// Numbers the citations of what holds of a text that was written freely; what did not hold is told. Its figures were
/// compared already, and more closely than [`check`] does: some follow from others, and stand nowhere by themselves.
#[must_use]
pub fn check_rest(doubted: &Doubted, against: Against<'_>) -> Checked {
    let mut checks = Checks { figures: doubted.figures, ..Checks::default() };
    match doubted.problems.len() {
        0 => {}
        1 => checks.corrections.push("A sentence was left out because no record supports it.".to_owned()),
        count => checks.corrections.push(format!("{count} sentences were left out because no record supports them.")),
    }
    let mut numbers: HashMap<Cite, u32> = HashMap::new();
    let mut citations = Vec::new();
    let mut lines = Vec::new();
    for line in doubted.text.lines() {
        let cites = marks(line);
        checks.citations += cites.len() as u32;
        let may_cite = |cite: &Cite| against.ledger.get(*cite).is_some_and(|evidence| against.scope.may_cite(evidence));
        let broken: BTreeSet<Cite> = cites.into_iter().filter(|cite| !may_cite(cite)).collect();
        lines.push(renumber(line, &broken, &mut numbers, &mut citations, against.ledger));
    }
    Checked { text: lines.join("\n").trim().to_owned(), citations, checks }
}

/// What holds of a text that was written freely, and what does not.
#[must_use]
pub fn doubt(text: &str, against: Against<'_>) -> Doubted {
    prose::doubt(text, against)
}

/// Checks what a model wrote against what the tools returned.
#[must_use]
pub fn check(text: &str, against: Against<'_>) -> Checked {
    let Against { question, outputs, windows, ledger, names: _, scope, today } = against;
    let known = Known::new(question, outputs, windows, today);
    let names = Names::new(&against);
    let mut checks = Checks::default();
    let mut numbers: HashMap<Cite, u32> = HashMap::new();
    let mut citations = Vec::new();
    let mut lines = Vec::new();
    for line in text.lines() {
        let cites = marks(line);
        let mut broken: BTreeSet<Cite> = BTreeSet::new();
        for cite in &cites {
            checks.citations += 1;
            if !ledger.get(*cite).is_some_and(|evidence| scope.may_cite(evidence)) {
                broken.insert(*cite);
            }
        }
        if !broken.is_empty() {
            checks.corrections.push("A citation that no record stands behind was taken out.".to_owned());
        }
        let evidence: Vec<_> =
            cites.iter().filter(|cite| !broken.contains(cite)).filter_map(|cite| ledger.get(*cite)).collect();
        let (looked_at, wrong) = known.unsupported(&names.taken_out(&without_marks(line)), &evidence);
        checks.figures += looked_at;
        if let Some(figure) = wrong {
            checks.corrections.push(format!("A statement was left out because no record has its figure ({figure})."));
            continue;
        }
        if cites.len() == broken.len() && !cites.is_empty() && line.trim_start().starts_with('-') {
            continue;
        }
        lines.push(renumber(line, &broken, &mut numbers, &mut citations, ledger));
    }
    Checked { text: lines.join("\n").trim().to_owned(), citations, checks }
}

/// The numbers in the `[n]` marks of a text.
fn marks(line: &str) -> Vec<Cite> {
    spans(line).into_iter().map(|(_, _, cite)| cite).collect()
}

/// Where the `[n]` marks of a text are.
fn spans(line: &str) -> Vec<(usize, usize, Cite)> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(open) = line[rest..].find('[').map(|at| at + rest) {
        let Some(close) = line[open..].find(']').map(|at| at + open) else { break };
        let inner = &line[open + 1..close];
        if !inner.is_empty()
            && inner.len() <= 4
            && inner.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(cite) = inner.parse()
        {
            found.push((open, close + 1, cite));
        }
        rest = open + 1;
    }
    found
}

fn without_marks(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut from = 0;
    for (start, end, _) in spans(line) {
        text.push_str(&line[from..start]);
        from = end;
    }
    text.push_str(&line[from..]);
    text
}

/// The line with its marks numbered in order of appearance, repeats next to each other and broken ones taken out.
fn renumber(
    line: &str,
    broken: &BTreeSet<Cite>,
    numbers: &mut HashMap<Cite, u32>,
    citations: &mut Vec<Citation>,
    ledger: &Ledger,
) -> String {
    let mut text = String::with_capacity(line.len());
    let mut from = 0;
    let mut previous: Option<(usize, Vec<u32>)> = None;
    for (start, end, cite) in spans(line) {
        let gap = &line[from..start];
        text.push_str(gap);
        from = end;
        let Some(evidence) = ledger.get(cite).filter(|_| !broken.contains(&cite)) else { continue };
        let number = *numbers.entry(cite).or_insert_with(|| {
            let number = citations.len() as u32 + 1;
            citations.push(Citation::new(number, evidence.clone()));
            number
        });
        let run = match previous.take() {
            Some((at, mut run)) if at == start => {
                if run.contains(&number) {
                    previous = Some((end, run));
                    continue;
                }
                run.push(number);
                run
            }
            _ => vec![number],
        };
        text.push_str(&format!("[{number}]"));
        previous = Some((end, run));
    }
    text.push_str(&line[from..]);
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests;
