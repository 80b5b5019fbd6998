//! All that was said around an account, and where each word of it is.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::statement::Script;
use super::thing::has_figure;
use crate::domain::time::Moment;
use crate::language::content_stems;

/// Everything said, the earliest first.
pub(super) struct Said<'a> {
    /// The calls and e-mails.
    scripts: Vec<Script<'a>>,
    /// For each script the number of its first statement, counting through all scripts; then how many there are.
    first: Vec<usize>,
    /// Where the words of a family stand.
    places: FxHashMap<String, Places>,
    /// Where those speak whose names have these stems.
    speakers: FxHashMap<String, Vec<usize>>,
}

/// What a word that stands in any promise counts for, of what a telling one does.
const LITTLE: f64 = 0.3;

/// Stems of words that stand in promises of anything.
const GENERIC: [&str; 37] = [
    "link", "note", "answer", "number", "updat", "date", "copi", "call", "document", "file", "version", "list",
    "detail", "inform", "form", "summari", "overview", "exampl", "confirm", "word", "line", "sheet", "page", "figur",
    "rest", "custom", "account", "system", "colleagu", "offic", "end", "chang", "talk", "check", "easter", "christma",
    "summer",
];

#[derive(Default)]
struct Places {
    /// Numbers of scripts, each once, in order.
    scripts: Vec<usize>,
    /// Numbers of statements, each once, in order.
    statements: Vec<usize>,
}

impl<'a> Said<'a> {
    /// Of these scripts, in any order.
    pub fn new(mut scripts: Vec<Script<'a>>) -> Self {
        scripts.sort_by(|left, right| (left.at, &left.source.id).cmp(&(right.at, &right.source.id)));
        let (mut first, mut places, mut number) = (Vec::new(), FxHashMap::default(), 0);
        let mut speakers: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, script) in scripts.iter().enumerate() {
            first.push(number);
            for stem in content_stems(script.title) {
                note(&mut places, &stem, index, None);
            }
            let names: BTreeSet<&str> = script.statements.iter().map(|said| said.speaker.as_str()).collect();
            for stem in names.into_iter().flat_map(content_stems) {
                speakers.entry(stem).or_default().push(index);
            }
            for statement in &script.statements {
                statement.stems().iter().for_each(|stem| note(&mut places, stem, index, Some(number)));
                number += 1;
            }
        }
        first.push(number);
        Self { scripts, first, places, speakers }
    }

    /// What was said from `from` on and before `before`.
    pub fn between(&self, from: Moment, before: Moment) -> Stretch<'_> {
        let place = |at| self.scripts.partition_point(|script| script.at < at);
        let scripts = place(from)..place(before).max(place(from));
        Stretch { said: self, statements: self.first[scripts.start]..self.first[scripts.end], scripts }
    }
}

/// What was said in a stretch of time.
pub(super) struct Stretch<'s> {
    said: &'s Said<'s>,
    scripts: Range<usize>,
    statements: Range<usize>,
}

impl<'s> Stretch<'s> {
    /// The calls and e-mails after `at` with their numbers, the earliest first.
    pub fn after(&self, at: Moment) -> impl DoubleEndedIterator<Item = (usize, &'s Script<'s>)> + Clone {
        let scripts = &self.said.scripts;
        let later = scripts.partition_point(|script| script.at <= at).clamp(self.scripts.start, self.scripts.end);
        (later..self.scripts.end).map(|index| (index, &scripts[index]))
    }

    /// Whether a stem stands in promises of anything.
    pub fn is_generic(&self, stem: &str) -> bool {
        let speaks = |scripts: &Vec<usize>| !within(scripts, &self.scripts).is_empty();
        GENERIC.contains(&stem) || self.said.speakers.get(stem).is_some_and(speaks)
    }

    /// How much each of `wanted` tells: the rarer a word around this account, the more. Names of those who speak and
    /// words that stand in any promise tell little.
    pub fn weights(&self, wanted: &BTreeSet<String>) -> BTreeMap<String, f64> {
        let total = self.statements.len() as f64;
        let weight = |stem: &String| {
            let places = self.said.places.get(family(stem));
            let named = places.map_or(0, |places| within(&places.statements, &self.statements).len()).max(1);
            let little = self.is_generic(stem) || has_figure(stem);
            let rarity = (1.0 + total / named as f64).ln();
            if little { rarity * LITTLE } else { rarity }
        };
        wanted.iter().map(|stem| (stem.clone(), weight(stem))).collect()
    }

    /// How much of `wanted`, by their weights, each script and each statement names.
    pub fn shares(&self, wanted: &BTreeMap<String, f64>) -> Shares<'_> {
        let mut shares = Shares {
            of_stretch: self,
            whole: wanted.values().sum::<f64>().max(f64::MIN_POSITIVE),
            in_scripts: vec![0.0; self.scripts.len()],
            in_statements: vec![0.0; self.statements.len()],
        };
        for (places, weight) in
            wanted.iter().filter_map(|(stem, weight)| Some((self.said.places.get(family(stem))?, weight)))
        {
            let (scripts, statements) = (&self.scripts, &self.statements);
            for script in within(&places.scripts, scripts) {
                shares.in_scripts[script - scripts.start] += weight;
            }
            for statement in within(&places.statements, statements) {
                shares.in_statements[statement - statements.start] += weight;
            }
        }
        shares
    }
}

/// Those of the ordered `numbers` that are in `range`.
fn within<'n>(numbers: &'n [usize], range: &Range<usize>) -> &'n [usize] {
    let place = |number| numbers.partition_point(|other| *other < number);
    &numbers[place(range.start)..place(range.end)]
}

fn note(places: &mut FxHashMap<String, Places>, stem: &str, script: usize, statement: Option<usize>) {
    let family = family(stem);
    if !places.contains_key(family) {
        places.insert(family.to_owned(), Places::default());
    }
    let Some(places) = places.get_mut(family) else { return };
    if places.scripts.last() != Some(&script) {
        places.scripts.push(script);
    }
    if places.statements.last() != statement.as_ref() {
        places.statements.extend(statement);
    }
}

/// What stems of one family have in common, see [`super::merge::alike`].
fn family(stem: &str) -> &str {
    stem.get(..6).unwrap_or(stem)
}

/// How much of some words each script and statement of a stretch names.
pub(super) struct Shares<'s> {
    of_stretch: &'s Stretch<'s>,
    whole: f64,
    in_scripts: Vec<f64>,
    in_statements: Vec<f64>,
}

impl Shares<'_> {
    /// The share that is anywhere in a script, its title included, 0 to 1.
    pub fn in_script(&self, script: usize) -> f64 {
        self.in_scripts[script - self.of_stretch.scripts.start] / self.whole
    }

    /// The share that is in one statement of a script, 0 to 1.
    pub fn in_statement(&self, script: usize, statement: usize) -> f64 {
        let first = self.of_stretch.said.first[script] - self.of_stretch.statements.start;
        self.in_statements[first + statement] / self.whole
    }
}
