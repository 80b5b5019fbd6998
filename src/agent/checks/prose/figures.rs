//! The figures of a sentence: whether what it may lean on has them, or whether they follow from what it has.

use chrono::NaiveDate;

use super::amount::{Amount, Unit};
use super::facts::Facts;
use super::item::Item;
use super::reading::Reading;
use super::sums;
use crate::language::{is_stop_word, stem};

/// Days of an item from which on nearly every stretch of time lies between two of them.
const MANY: usize = 12;

/// Words by which a sentence says how much time lies between two days.
const BETWEEN: [&str; 10] =
    ["apart", "later", "after", "before", "late", "early", "earlier", "between", "within", "took"];

/// What the figures of a sentence may come from.
pub(super) struct Basis<'a> {
    /// What stands beside what it cites: it has to say of what, where what it cites has amounts of the kind itself.
    pub beside: &'a [&'a Facts],
    /// What the reader said.
    pub asked: &'a Facts,
    /// The items it cites.
    pub items: &'a [&'a Item<'a>],
    /// Whether the sentence cites them itself.
    pub cites: bool,
    /// The day of the answer.
    pub today: NaiveDate,
}

impl Basis<'_> {
    /// The first figure of a sentence that it has not, and that does not follow.
    pub fn unsupported(&self, sentence: &Reading<'_>, counted: &dyn Fn(&Amount) -> bool) -> Option<String> {
        let wrong = |amount: &&Amount| {
            !self.has(amount, sentence)
                && !self.is_distance(amount, sentence)
                && !counted(amount)
                && !sums::follows(amount, sentence, self.items)
        };
        sentence.amounts.iter().find(wrong).map(|amount| shown(sentence, amount))
    }

    fn has(&self, amount: &Amount, sentence: &Reading<'_>) -> bool {
        let own = || self.items.iter().flat_map(|item| &item.facts.amounts);
        if amount.is_among(own().chain(&self.asked.amounts)) {
            return true;
        }
        // Where there is a third date there are three.
        let noun = amount.noun.as_deref().unwrap_or_default();
        let places = || self.items.iter().flat_map(|item| &item.texts).flat_map(|text| &text.places);
        if amount.unit == Unit::Plain
            && places().any(|(place, of)| amount.value_fits(*place) && (of == noun || noun == "time"))
        {
            return true;
        }
        if own().any(|known| amount.is_as_much(known)) {
            return false;
        }
        let says = |known: &&Amount| {
            let named = |noun: &str| !is_stop_word(noun) && sentence.words.iter().any(|word| stem(&word.lower) == noun);
            !self.cites || known.noun.as_deref().is_some_and(named)
        };
        amount.is_among(self.beside.iter().flat_map(|facts| &facts.amounts).filter(says))
    }

    /// "Six days late": the time between two days that are known, or from one until today.
    fn is_distance(&self, amount: &Amount, sentence: &Reading<'_>) -> bool {
        let Unit::Time(unit) = amount.unit else { return false };
        let mut said: Vec<NaiveDate> =
            sentence.days.iter().flat_map(|mention| mention.named.dates(self.today)).collect();
        said.push(self.today);
        let mut known: Vec<NaiveDate> = Vec::new();
        for item in self.items {
            let many = item.facts.dates.len() > MANY;
            known.extend(item.evidence.occurred_at.map(|at| at.day()));
            known.extend(item.facts.dates.iter().copied().filter(|_| !many));
            known.extend([item.facts.dates.iter().min(), item.facts.dates.iter().max()].into_iter().flatten());
        }
        if self.items.is_empty() {
            known.extend(self.beside.iter().flat_map(|facts| &facts.dates));
        }
        known.sort_unstable();
        known.dedup();
        let fits = |days: i64| {
            let days = days.abs() as f64;
            match unit {
                "day" => amount.value_fits(days),
                "week" => (days / 7.0 - amount.value).abs() <= 0.5,
                "month" => (days / 30.4 - amount.value).abs() <= 0.5,
                "year" => (days / 365.0 - amount.value).abs() <= 0.5,
                _ => false,
            }
        };
        let from_said = said.iter().any(|one| known.iter().chain(&said).any(|other| fits((*other - *one).num_days())));
        let between = || {
            known
                .iter()
                .enumerate()
                .any(|(at, one)| known[at + 1..].iter().any(|other| fits((*other - *one).num_days())))
        };
        from_said || sentence.words.iter().any(|word| BETWEEN.contains(&word.lower.as_ref())) && between()
    }
}

/// A figure as the sentence writes it, with its sign and its unit.
fn shown(sentence: &Reading<'_>, amount: &Amount) -> String {
    let start = sentence.words[amount.at].start;
    let sign = sentence.text[..start].chars().next_back().filter(|sign| matches!(sign, '$' | '€' | '£'));
    let unit = match &amount.unit {
        Unit::Percent => " %".to_owned(),
        Unit::Time(unit) if !amount.value_fits(1.0) && !amount.written.contains(unit) => format!(" {unit}s"),
        Unit::Money(code) if sign.is_none() => format!(" {code}"),
        _ => String::new(),
    };
    let per = amount.per.map(|per| format!(" a {per}")).unwrap_or_default();
    format!("{}{}{unit}{per}", sign.map(String::from).unwrap_or_default(), amount.written)
}
