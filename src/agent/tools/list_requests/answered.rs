//! Finds the release that answers what was asked for, with the line of its notes that says so. `list_requests` and
//! `close_loop` both go by it, so that they agree.

use std::collections::BTreeSet;

use super::super::Bench;
use super::gather::Asked;
use crate::domain::activity::Release;
use crate::domain::matching::Verdict;
use crate::knowledge::matching::{Comparison, Line, Match, Matcher, Vectors, Wish, order, settle};

/// The notes of releases, line by line.
pub struct Notes {
    lines: Vec<Line>,
}

/// The line that has most to do with what was asked for.
pub struct Answer {
    /// The release, by its place.
    pub release: usize,
    /// The line.
    pub line: String,
    /// Where a later release took it back: that release, by its place, and its line.
    pub taken_back: Option<(usize, String)>,
    /// What it has to do with each of the times it was asked for, in their order.
    pub each: Vec<Match>,
    /// The best of them.
    pub best: Match,
}

impl Notes {
    /// Of those `releases` that `counts` takes.
    pub fn new(bench: &Bench<'_>, releases: &[Release], counts: impl Fn(&Release) -> bool) -> Self {
        let taken = releases.iter().enumerate().filter(|(_, release)| counts(release));
        let mut lines: Vec<Line> = taken.flat_map(|(place, release)| bench.tools.lines.of(release, place)).collect();
        settle(&mut lines);
        Self { lines }
    }

    /// The lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What answers each of `groups`, where anything does.
    pub async fn answers(&self, bench: &Bench<'_>, groups: &[Vec<Asked>]) -> Vec<Option<Answer>> {
        let wishes: Vec<Vec<Wish>> = groups.iter().map(|group| group.iter().map(wish).collect()).collect();
        let texts: BTreeSet<&str> = wishes.iter().flatten().flat_map(Wish::texts).map(String::as_str).collect();
        let vectors = match bench.tools.knowledge.meaning() {
            Some(meaning) if !self.lines.is_empty() => {
                let texts = self.lines.iter().map(Line::spelled).chain(texts);
                meaning.of_texts(texts, bench.tools.patience).await
            }
            _ => Vectors::new(),
        };
        let matcher = Matcher::new(&self.lines, &vectors);
        wishes.iter().map(|wishes| self.answer(&matcher, wishes)).collect()
    }

    fn answer(&self, matcher: &Matcher<'_>, wishes: &[Wish]) -> Option<Answer> {
        let comparisons: Vec<_> = wishes.iter().map(|wish| matcher.of(wish)).collect();
        let mut found: Vec<Match> = comparisons.iter().flat_map(Comparison::matches).collect();
        // The first of equals: releases come newest first.
        found.sort_by(|left, right| order(right).total_cmp(&order(left)).then(left.line.cmp(&right.line)));
        let each = |line| comparisons.iter().map(|comparison| comparison.with(line)).collect::<Vec<Match>>();
        // Who names another platform once means it every time.
        let elsewhere =
            |each: &[Match]| each.iter().any(|found| found.verdict == Verdict::Other && found.because.is_some());
        let (best, each) = found
            .into_iter()
            .map(|best| (each(best.line), best))
            .find_map(|(each, best)| (!elsewhere(&each)).then_some((best, each)))?;
        // Somebody who asked before it shipped waited for it, whoever asked again later.
        let verdict = if best.verdict == Verdict::Before && each.iter().any(|found| found.verdict == Verdict::Answers) {
            Verdict::Answers
        } else {
            best.verdict
        };
        let line = &self.lines[best.line];
        let taken_back = line.taken_back_by.map(|by| (self.lines[by].release, self.lines[by].text.clone()));
        let (release, text) = (line.release, line.text.clone());
        Some(Answer { release, line: text, taken_back, each, best: Match { verdict, ..best } })
    }
}

fn wish(asked: &Asked) -> Wish {
    let words = std::iter::once(&asked.quote).chain(&asked.also).cloned().collect();
    Wish::new(&asked.what, words, asked.at)
}
