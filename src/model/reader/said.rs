//! All that was said around an account, and where each word of it is.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::statement::Script;
use crate::language::content_stems;

/// Everything said, the earliest first.
pub(super) struct Said<'a> {
    /// The calls and e-mails.
    pub scripts: Vec<Script<'a>>,
    /// For each script the number of its first statement, counting through all scripts.
    first: Vec<usize>,
    /// Where the words of a family stand.
    places: FxHashMap<String, Places>,
}

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
        Self { scripts, first, places }
    }

    /// How much of `wanted` each script and each statement names.
    pub fn shares(&self, wanted: &BTreeSet<String>) -> Shares<'_> {
        let statements =
            self.first.last().map_or(0, |first| first + self.scripts[self.first.len() - 1].statements.len());
        let mut shares = Shares {
            first: &self.first,
            of: wanted.len().max(1),
            in_scripts: vec![0; self.scripts.len()],
            in_statements: vec![0; statements],
        };
        for places in wanted.iter().filter_map(|stem| self.places.get(family(stem))) {
            places.scripts.iter().for_each(|script| shares.in_scripts[*script] += 1);
            places.statements.iter().for_each(|statement| shares.in_statements[*statement] += 1);
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
    of: usize,
    in_scripts: Vec<u16>,
    in_statements: Vec<u16>,
}

impl Shares<'_> {
    /// The share that is anywhere in a script, its title included, 0 to 1.
    pub fn in_script(&self, script: usize) -> f64 {
        f64::from(self.in_scripts[script]) / self.of as f64
    }

    /// The share that is in one statement of a script, 0 to 1.
    pub fn in_statement(&self, script: usize, statement: usize) -> f64 {
        f64::from(self.in_statements[self.first[script] + statement]) / self.of as f64
    }
}
