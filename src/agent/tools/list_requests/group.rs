//! Puts the times one thing was asked for together, and names it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::gather::Asked;
use crate::domain::record::RecordKind;
use crate::language::{Gist, Rarity};

/// Share of one wording that another must say for both to mean one thing.
const SAME: f32 = 0.55;

/// Requests of one account for one thing, newest first.
pub fn group(mut asked: Vec<Asked>, rarity: &Rarity) -> Vec<Vec<Asked>> {
    asked.sort_by_key(|item| Reverse(item.at));
    let mut by_account: BTreeMap<String, Vec<Vec<Asked>>> = BTreeMap::new();
    for item in asked {
        let groups = by_account.entry(item.account.clone()).or_default();
        match groups.iter_mut().find(|group| group.iter().any(|other| one_thing(&item, other, rarity))) {
            Some(group) => join(group, item),
            None => groups.push(vec![item]),
        }
    }
    by_account.into_values().flatten().collect()
}

fn one_thing(left: &Asked, right: &Asked, rarity: &Rarity) -> bool {
    let wording = rarity.share(&left.names, &right.names).max(rarity.share(&right.names, &left.names));
    // What one only names may be spelt out in the words of the other; a single word is too little for that.
    let within = |names: &Gist, words: &Gist| Rarity::meeting(names, words) >= 2 && rarity.share(names, words) >= SAME;
    wording >= SAME || within(&left.names, &right.words) || within(&right.names, &left.words)
}

fn join(group: &mut Vec<Asked>, item: Asked) {
    // Two requests in one breath are one time it was asked, under two names.
    let breath = group
        .iter_mut()
        .find(|other| other.evidence.record == item.evidence.record && other.kind != RecordKind::Signal);
    match breath {
        Some(other) => {
            other.also.push(item.what);
            other.also.extend(item.also);
        }
        None => group.push(item),
    }
}

/// The wording that tells most in at most nine words.
pub fn wording(group: &[Asked], rarity: &Rarity) -> String {
    let tells = |what: &str| (rarity.total(&Gist::new(what)) * 10.0).round() as u32;
    group
        .iter()
        .flat_map(|item| std::iter::once(item.what.as_str()).chain(item.also.iter().map(String::as_str)))
        .map(|what| what.trim().trim_end_matches(['.', '?', '!']))
        .filter(|what| (2..=9).contains(&what.split_whitespace().count()))
        .max_by_key(|what| (proper_names(what), tells(what), Reverse(what.chars().count())))
        .unwrap_or(group[0].what.as_str())
        .to_owned()
}

/// How many names and abbreviations a wording has: `SAML with Okta` has two.
fn proper_names(what: &str) -> usize {
    what.split_whitespace()
        .enumerate()
        .filter(|(at, word)| {
            let capitals = word.chars().filter(|letter| letter.is_uppercase()).count();
            capitals > 1 || capitals == 1 && *at > 0
        })
        .count()
}
