//! Whether what was shown is true: figures and citations of an answer, judged by the records and by nothing the program
//! says of itself. One that is false is one too many.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use success_agent::domain::time::relative_text;
use success_agent::language;

use super::case::Case;
use super::client::Answer;
use super::score::{self, Known};
use super::text;

/// What a language model wrote that is not so, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Falsehoods {
    /// Figures that stand in nothing their line cites.
    pub figures: Vec<String>,
    /// Citations of nothing, of another account, or of something else than the line says.
    pub citations: Vec<String>,
}

/// Judges an answer. What the built-in analyst wrote is only judged by whether the records it cites exist and belong here:
/// it may add up and count, and has cases of its own for that.
pub fn falsehoods(case: &Case, question: &str, answer: &Answer, known: &Known, today: NaiveDate) -> Falsehoods {
    let free = answer.notice.is_none() && answer.usage.requests > 0;
    let mut found = Falsehoods::default();
    for citation in &answer.citations {
        let fault = score::fault_of(citation, case, answer, known);
        if let Some(fault) = fault.filter(|fault| free || *fault != score::SHARES_NOTHING) {
            found.citations.push(format!("[{}] {}: {fault}", citation.n, citation.id));
        }
    }
    for n in text::marks(&answer.answer).into_iter().filter(|n| answer.citations.iter().all(|one| one.n != *n)) {
        found.citations.push(format!("[{n}] names no citation"));
    }
    if free {
        for line in text::lines(&answer.answer) {
            found.figures.extend(false_figures(line, question, answer, known, today));
        }
    }
    found
}

fn false_figures(line: &str, question: &str, answer: &Answer, known: &Known, today: NaiveDate) -> Vec<String> {
    let marks = text::marks(line);
    let mut true_ones = figures(question, today);
    for citation in answer.citations.iter().filter(|citation| marks.contains(&citation.n)) {
        let key = (citation.kind.clone(), citation.id.clone());
        if let Some(Some((account, record))) = known.records.get(&key) {
            true_ones.extend(figures(record, today));
            // Its score, its revenue and its seats are shown beside the record.
            true_ones.extend(
                account.iter().filter_map(|domain| known.facts.get(domain)).flat_map(|facts| figures(facts, today)),
            );
        }
    }
    if !marks.is_empty() {
        true_ones.insert(answer.citations.len().to_string());
        true_ones.insert(marks.len().to_string());
    }
    let wrong = said(line).into_iter().filter(|figure| !true_ones.contains(figure));
    wrong.map(|figure| format!("{figure} in: {line}")).collect()
}

/// The figures a line states, also in words.
fn said(line: &str) -> BTreeSet<String> {
    const FROM_TWO: [&str; 11] =
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let mut found: BTreeSet<String> = text::figures(line).iter().map(|figure| bare(figure)).collect();
    for word in language::words(line) {
        let number = FROM_TWO.iter().position(|number| *number == word.lower);
        found.extend(number.map(|at| (at + 2).to_string()));
    }
    found
}

/// All a text bears out: its figures, and for each of its days how far that is away.
fn figures(record: &str, today: NaiveDate) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = record.lines().flat_map(said).collect();
    for word in record.split(|letter: char| !(letter.is_ascii_digit() || letter == '-')) {
        if let Ok(day) = word.parse::<NaiveDate>() {
            found.insert((day - today).num_days().unsigned_abs().to_string());
            found.extend(said(&relative_text(day, today)));
        }
    }
    found
}

/// `06` and `6.0` are 6.
fn bare(figure: &str) -> String {
    figure.parse::<f64>().map_or_else(|_| figure.to_owned(), |number| number.to_string())
}
