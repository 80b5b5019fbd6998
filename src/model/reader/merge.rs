//! Joins promises that were said twice: again in the same call (the summing-up often says it best), or in the e-mail
//! that follows it.

use std::collections::{BTreeMap, BTreeSet};

use super::promise::Promise;
use crate::domain::activity::Commitment;
use crate::language::content_stems;

/// A restatement comes within this many days.
const RESTATED_WITHIN_DAYS: i64 = 4;

/// A commitment, and what was promised with what its pronouns most likely stand for.
pub(super) struct Told {
    pub commitment: Commitment,
    pub what: String,
}

/// One commitment for each promise, the earliest source kept, the clearer wording and day adopted. Of those only a
/// language model `noted`, the ones that are not among the others already: nothing of the others changes by them.
pub(super) fn commitments(promises: Vec<Promise>, noted: Vec<Promise>, account: &str) -> Vec<Told> {
    let mut joined = joined(promises);
    let is_heard = |noted: &Promise| {
        joined.iter().any(|heard| {
            let (earlier, later) = if heard.occurred_at <= noted.occurred_at { (heard, noted) } else { (noted, heard) };
            is_same(earlier, later)
        })
    };
    let new = noted.into_iter().filter(|noted| !is_heard(noted)).collect();
    joined.extend(self::joined(new));
    joined.sort_by(|left, right| (left.occurred_at, &left.source.id).cmp(&(right.occurred_at, &right.source.id)));
    told(joined, account)
}

/// What is restated is not far before: `promises` are in the order they were made in.
fn joined(promises: Vec<Promise>) -> Vec<Promise> {
    let mut joined: Vec<Promise> = Vec::new();
    for promise in promises {
        let near = joined.iter_mut().rev().take_while(|earlier| is_near(earlier, &promise));
        match near.into_iter().find(|earlier| is_same(earlier, &promise)) {
            Some(earlier) => adopt(earlier, promise),
            None => joined.push(promise),
        }
    }
    joined
}

/// Whether one promise can restate the other.
fn is_near(earlier: &Promise, later: &Promise) -> bool {
    let days = later.occurred_at.signed_duration_since(earlier.occurred_at).num_days();
    earlier.source == later.source || days <= RESTATED_WITHIN_DAYS
}

fn told(joined: Vec<Promise>, account: &str) -> Vec<Told> {
    // Numbered apart, so that a model's notes change no id.
    let mut numbers: BTreeMap<(String, bool), usize> = BTreeMap::new();
    joined
        .into_iter()
        .filter(|promise| !(promise.vague && promise.due.is_none()))
        .map(|promise| {
            let number = numbers.entry((promise.source.id.clone(), promise.noted)).or_default();
            let id = format!("{}#{}{number}", promise.source.id, if promise.noted { 'm' } else { 'c' });
            *number += 1;
            let commitment = Commitment {
                id,
                account: account.to_owned(),
                who: promise.who,
                side: promise.side,
                what: promise.shown,
                due: promise.due.as_ref().and_then(|due| due.day),
                due_text: promise.due.map(|due| due.text),
                quote: promise.quote,
                occurred_at: promise.occurred_at,
                source: promise.source,
                at_seconds: promise.at_seconds,
                kept_by: None,
                unclear_by: None,
                marked: None,
            };
            Told { commitment, what: promise.what }
        })
        .collect()
}

/// The words that carry a promise: its deed and names of the people left out.
pub(super) fn carrying(what: &str) -> BTreeSet<String> {
    let mut stems: Vec<String> = content_stems(&what.replace("'s", "").replace("’s", ""));
    if stems.len() > 1 && stems.first().is_some_and(|first| what.to_lowercase().starts_with(first.as_str())) {
        stems.remove(0);
    }
    stems.into_iter().filter(|stem| !COMMON.contains(&stem.as_str())).collect()
}

/// Stems found in every other promise.
const COMMON: [&str; 26] = [
    "send", "mail", "write", "give", "put", "deliv", "share", "email", "make", "bring", "day", "week", "today",
    "tomorrow", "full", "complet", "next", "one", "proper", "new", "good", "thing", "side", "peopl", "team", "list",
];

/// Stems that name an outcome of whatever was promised.
const OUTCOMES: [&str; 14] = [
    "number", "result", "answer", "outcom", "way", "news", "know", "tell", "hear", "respond", "repli", "updat",
    "write", "back",
];

/// How much of the smaller set is in the larger, 0 to 1.
pub(super) fn overlap(left: &BTreeSet<String>, right: &BTreeSet<String>) -> f64 {
    let smaller = left.len().min(right.len());
    if smaller == 0 {
        return 0.0;
    }
    let shared = left.iter().filter(|stem| right.iter().any(|other| alike(stem, other))).count();
    shared as f64 / smaller as f64
}

/// Whether two stems are of one family: `introduc` and `introduct`.
pub(super) fn alike(left: &str, right: &str) -> bool {
    left == right || (left.len() >= 6 && right.len() >= 6 && left.as_bytes()[..6] == right.as_bytes()[..6])
}

/// A number that is the same for stems of one family, and only for them.
pub(super) fn family(stem: &str) -> u64 {
    stem.bytes().take(6).fold(1, |family, byte| family << 8 | u64::from(byte))
}

fn is_same(earlier: &Promise, later: &Promise) -> bool {
    let same_source = earlier.source == later.source;
    if earlier.side != later.side || !is_near(earlier, later) {
        return false;
    }
    let same_person = earlier.who == later.who;
    let same_sentence = same_source && earlier.turn == later.turn;
    let close = same_source && later.turn <= earlier.turn + 3;
    let means = ["find out", "check", "look", "ask", "talk", "speak", "dig"];
    let by_means_of = means.iter().any(|deed| earlier.what.starts_with(deed));
    if same_person && same_sentence && (earlier.leaned || later.leaned || by_means_of) {
        return true;
    }
    let (left, right) = (carrying(&earlier.what), carrying(&later.what));
    let shared = overlap(&left, &right);
    let due_days = (earlier.due.as_ref().and_then(|due| due.day), later.due.as_ref().and_then(|due| due.day));
    let same_day = matches!(due_days, (Some(left), Some(right)) if left == right);
    let clashing = matches!(due_days, (Some(left), Some(right)) if left != right);
    // "I'll write to you either way", "you'll have the numbers": what was promised a sentence before.
    let says_no_more = close && right.iter().all(|stem| OUTCOMES.contains(&stem.as_str()));
    let answers_again = same_day && right.iter().all(|stem| OUTCOMES.contains(&stem.as_str()));
    if same_person && (says_no_more && !clashing || answers_again) {
        return true;
    }
    let goes_on = same_source && later.vague && earlier.due.is_none() && later.turn <= earlier.turn + 3;
    if same_person && goes_on {
        return true;
    }
    if same_person {
        (shared >= 0.5 && !(clashing && same_source && shared < 0.99))
            || (same_source && same_day && (earlier.vague || later.vague || later.recap))
            || (same_source && later.recap && shared > 0.0 && !clashing)
    } else {
        // Somebody sums up for a colleague.
        (same_day && shared >= 0.5) || (shared >= 0.75 && left.len().min(right.len()) >= 2 && !clashing)
    }
}

fn adopt(earlier: &mut Promise, later: Promise) {
    let clearer_due = match (&earlier.due, &later.due) {
        (None, Some(_)) => true,
        (Some(known), Some(new)) => known.day.is_none() && new.day.is_some(),
        _ => false,
    };
    let same_sentence = earlier.source == later.source && earlier.turn == later.turn;
    let goal_due = same_sentence && earlier.what.starts_with("ask") && later.due.is_some();
    if clearer_due || goal_due {
        earlier.due.clone_from(&later.due);
    }
    let fuller = carrying(&later.what).len() >= carrying(&earlier.what).len();
    let means = ["find out", "check", "talk", "ask"].iter().any(|deed| earlier.what.starts_with(deed));
    let one_sentence = earlier.source == later.source && earlier.turn == later.turn;
    let says_better = !later.vague && !later.leaned && (later.recap && earlier.leaned || one_sentence && means);
    if earlier.vague && !later.vague || says_better && !carrying(&later.what).is_empty() {
        (earlier.what, earlier.shown) = (later.what, later.shown);
        earlier.vague = false;
        earlier.leaned = later.leaned;
    } else if later.recap && fuller && later.what.len() < 90 && earlier.what.len() < 12 {
        (earlier.what, earlier.shown) = (later.what, later.shown);
    }
}
