//! Whether a day or a figure stands where the sentence puts it: "the board meets on the 26th" where the board is on the 24th and
//! something else on the 26th.
//!
//! A value is compared by the words around it, in its clause: when the words that a sentence puts around it stand around another
//! value of what it cites, and not around this one, the two were exchanged.

use chrono::NaiveDate;
use rustc_hash::FxHashSet;

use super::amount::{Amount, Unit};
use super::calendar::Named;
use super::item::Item;
use super::reading::Reading;
use crate::language::stems_of;

/// Words before a value that stands alone in its clause, at most.
const AROUND: usize = 8;

/// A value that stands elsewhere, and what stands where the sentence puts it.
pub(super) fn exchanged(
    sentence: &Reading<'_>,
    figured: &Reading<'_>,
    items: &[&Item<'_>],
    today: NaiveDate,
    counted: &dyn Fn(&Amount) -> bool,
) -> Option<(String, String)> {
    day(sentence, items, today).or_else(|| figure(figured, items, counted))
}

fn day(sentence: &Reading<'_>, items: &[&Item<'_>], today: NaiveDate) -> Option<(String, String)> {
    for mention in
        sentence.days.iter().filter(|mention| matches!(mention.named, Named::Day { .. } | Named::Month { .. }))
    {
        let is = |date: &NaiveDate| mention.named.is(*date, today);
        let month = matches!(mention.named, Named::Month { .. });
        let in_own = |text: &Reading<'_>, item: &Item<'_>| {
            text.days.iter().any(|other| other.named == mention.named || other.named.dates(item.said).iter().any(is))
        };
        // A month is only looked for here where it stands beside what is cited.
        if month && items.iter().any(|item| item.texts.iter().any(|text| in_own(text, item))) {
            continue;
        }
        if items.iter().any(|item| item.stands_on(&is)) {
            continue;
        }
        let ours = near(sentence, mention.words.start, mention.words.end);
        let mut weighed = Weighed::default();
        for item in items {
            for text in item.texts.iter().chain(&item.context) {
                for other in &text.days {
                    let same = other.named.dates(item.said).iter().any(is);
                    let far = matches!(other.named, Named::Day { .. } | Named::OfMonth(_) | Named::WeekEnd(_));
                    if !same && !far {
                        continue;
                    }
                    let shared = shared(&ours, &around(text, other.words.start, other.words.end));
                    weighed.add(same, shared, || text.words_of(&other.words).to_owned());
                }
            }
        }
        if let Some(other) = weighed.exchanged() {
            return Some((sentence.words_of(&mention.words).to_owned(), other));
        }
    }
    None
}

fn figure(sentence: &Reading<'_>, items: &[&Item<'_>], counted: &dyn Fn(&Amount) -> bool) -> Option<(String, String)> {
    for amount in sentence.amounts.iter().filter(|amount| !amount.vague && !counted(amount)) {
        // The number of a version is a name.
        if amount.unit == Unit::Plain && amount.written.contains('.') {
            continue;
        }
        let ours = near(sentence, amount.at, amount.end);
        if let Some(other) = other_count(amount, items) {
            return Some((amount.written.clone(), other));
        }
        let mut weighed = Weighed::default();
        for item in items {
            // Around a field stands all of its item.
            let has =
                |in_text: bool| item.facts.amounts.iter().any(|known| known.in_text == in_text && amount.is(known));
            if has(false) || !has(true) {
                weighed.add_item(has(false), shared(&ours, &item.facts.stems), || item.evidence.title.clone());
            }
            for text in &item.texts {
                for other in text.amounts.iter().filter(|other| alike(other, amount)) {
                    let shared = shared(&ours, &around(text, other.at, other.end));
                    weighed.add(amount.is(other), shared, || other.written.clone());
                }
            }
        }
        if let Some(other) = weighed.exchanged() {
            return Some((amount.written.clone(), other));
        }
    }
    None
}

/// How many there are of what a figure counts, where that figure counts only other things.
fn other_count(amount: &Amount, items: &[&Item<'_>]) -> Option<String> {
    let known = || items.iter().flat_map(|item| &item.facts.amounts).filter(|known| alike(known, amount));
    let same = |known: &&Amount| known.noun == amount.noun;
    let told =
        amount.unit == Unit::Plain && amount.is_of_thing() && !known().any(|known| same(&known) && amount.is(known));
    let licensed = amount.noun.as_deref() == Some("licens");
    let elsewhere = known().any(|known| amount.is(known))
        && (licensed || known().filter(|known| amount.is(known)).all(Amount::is_of_thing));
    if !told || !elsewhere {
        return None;
    }
    known().find(same).map(|known| known.written.clone())
}

/// Whether two amounts count the same kind of thing, so that one can be taken for the other.
fn alike(one: &Amount, other: &Amount) -> bool {
    one.unit == other.unit && one.unit != Unit::Clock
}

/// Words that stand around any value.
const ANYWHERE: [&str; 24] = [
    "last", "next", "past", "first", "day", "days", "week", "weeks", "month", "months", "year", "years", "usd", "eur",
    "gbp", "chf", "dollars", "euros", "pounds", "percent", "about", "average", "total", "since",
];

/// The stems of the words around a value in its clause.
fn near(text: &Reading<'_>, start: usize, end: usize) -> FxHashSet<String> {
    let near = (0..text.words.len()).filter(|at| text.together(*at, start) && !(start..end).contains(at));
    stems(text, near)
}

/// The same, and where there are none, as in brackets, of those before it.
fn around(text: &Reading<'_>, start: usize, end: usize) -> FxHashSet<String> {
    let near = near(text, start, end);
    if near.is_empty() { stems(text, start.saturating_sub(AROUND)..start) } else { near }
}

fn stems(text: &Reading<'_>, places: impl Iterator<Item = usize>) -> FxHashSet<String> {
    let says = |at: &usize| !text.is_value(*at) && !ANYWHERE.contains(&text.words[*at].lower.as_ref());
    places.filter(says).flat_map(|at| stems_of(std::slice::from_ref(&text.words[at]))).collect()
}

fn shared(one: &FxHashSet<String>, other: &FxHashSet<String>) -> usize {
    one.intersection(other).count()
}

/// How many words around a value stand around it in what is cited, and around others.
#[derive(Default)]
struct Weighed {
    own: Option<usize>,
    other: usize,
    written: String,
    /// Whether it is a whole item that has more of them.
    of_item: bool,
}

impl Weighed {
    fn add(&mut self, own: bool, shared: usize, written: impl FnOnce() -> String) {
        if own {
            self.own = self.own.max(Some(shared));
        } else if shared > self.other {
            (self.other, self.written, self.of_item) = (shared, written(), false);
        }
    }

    /// The same of a whole item.
    fn add_item(&mut self, own: bool, shared: usize, written: impl FnOnce() -> String) {
        let before = self.other;
        self.add(own, shared, written);
        self.of_item |= self.other > before;
    }

    /// What stands in its place, where it was exchanged.
    fn exchanged(self) -> Option<String> {
        let own = self.own?;
        (own == 0 && self.other >= 1 || self.other > own && self.other >= 2 && !self.of_item).then_some(self.written)
    }
}
