//! All that was said around an account, and where each word of it is.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::statement::Script;
use super::thing::has_figure;
use crate::language::content_stems;

/// Everything said, the earliest first.
pub(super) struct Said<'a> {
    /// The calls and e-mails.
    pub scripts: Vec<Script<'a>>,
    /// For each script the number of its first statement, counting through all scripts.
    first: Vec<usize>,
    /// Where the words of a family stand.
    places: FxHashMap<String, Places>,
    /// Stems of the names of those who speak.
    speakers: BTreeSet<String>,
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
    /// Numbers of scripts, each once.
    scripts: Vec<usize>,
    /// Numbers of statements, each once.
    statements: Vec<usize>,
}

impl<'a> Said<'a> {
    /// Of these scripts, in any order.
    pub fn new(mut scripts: Vec<Script<'a>>) -> Self {
        scripts.sort_by(|left, right| (left.at, &left.source.id).cmp(&(right.at, &right.source.id)));
        let (mut first, mut places, mut number) = (Vec::new(), FxHashMap::default(), 0);
        let speakers =
            scripts.iter().flat_map(|script| &script.statements).flat_map(|said| content_stems(&said.speaker));
        let speakers = speakers.collect();
        for (index, script) in scripts.iter().enumerate() {
            first.push(number);
            for stem in content_stems(script.title) {
                note(&mut places, &stem, index, None);
            }
            for statement in &script.statements {
                statement.stems.iter().for_each(|stem| note(&mut places, stem, index, Some(number)));
                number += 1;
            }
        }
        Self { scripts, first, places, speakers }
    }

    /// Whether a stem stands in promises of anything.
    pub fn is_generic(&self, stem: &str) -> bool {
        GENERIC.contains(&stem) || self.speakers.contains(stem)
    }

    /// How much each of `wanted` tells: the rarer a word around this account, the more. Names of those who speak and
    /// words that stand in any promise tell little.
    pub fn weights(&self, wanted: &BTreeSet<String>) -> BTreeMap<String, f64> {
        let total = self.scripts.iter().map(|script| script.statements.len()).sum::<usize>() as f64;
        let weight = |stem: &String| {
            let named = self.places.get(family(stem)).map_or(1, |places| places.statements.len().max(1));
            let little = self.is_generic(stem) || has_figure(stem);
            let rarity = (1.0 + total / named as f64).ln();
            if little { rarity * LITTLE } else { rarity }
        };
        wanted.iter().map(|stem| (stem.clone(), weight(stem))).collect()
    }

    /// How much of `wanted`, by their weights, each script and each statement names.
    pub fn shares(&self, wanted: &BTreeMap<String, f64>) -> Shares<'_> {
        let statements =
            self.first.last().map_or(0, |first| first + self.scripts[self.first.len() - 1].statements.len());
        let mut shares = Shares {
            first: &self.first,
            of: wanted.values().sum::<f64>().max(f64::MIN_POSITIVE),
            in_scripts: vec![0.0; self.scripts.len()],
            in_statements: vec![0.0; statements],
        };
        for (places, weight) in
            wanted.iter().filter_map(|(stem, weight)| Some((self.places.get(family(stem))?, weight)))
        {
            places.scripts.iter().for_each(|script| shares.in_scripts[*script] += weight);
            places.statements.iter().for_each(|statement| shares.in_statements[*statement] += weight);
        }
        shares
    }
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

/// How much of some words each script and statement names.
pub(super) struct Shares<'s> {
    first: &'s [usize],
    of: f64,
    in_scripts: Vec<f64>,
    in_statements: Vec<f64>,
}

impl Shares<'_> {
    /// The share that is anywhere in a script, its title included, 0 to 1.
    pub fn in_script(&self, script: usize) -> f64 {
        self.in_scripts[script] / self.of
    }

    /// The share that is in one statement of a script, 0 to 1.
    pub fn in_statement(&self, script: usize, statement: usize) -> f64 {
        self.in_statements[self.first[script] + statement] / self.of
    }
}
