//! What is wrong with a sentence: the first thing that does not hold.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::absence::{self, Found};
use super::amount::{Amount, Unit};
use super::aside::{Aside, aside};
use super::complaint::complaint;
use super::facts::Facts;
use super::figures::Basis;
use super::item::Item;
use super::reading::Reading;
use super::state::State;
use super::support::{Support, visit};
use super::{compare, days, denial, labels, number, people, place, series, speech, state, sums, swapped};
use crate::agent::checks::wording::{claims_a_deed, is_raw};
use crate::agent::checks::{marks, without_marks};
use crate::domain::record::RecordKind;
use crate::domain::text::clipped;
use crate::domain::tool::Cite;
use crate::language::{MONTHS, Word, stem as stem_of, stems_of, words};

/// How much of a cited sentence stands in what it cites, at least.
const CITED: f64 = 0.34;

/// How much of a sentence without citation stands in what the others cite, at least.
const UNCITED: f64 = 0.5;

/// What a text cites.
pub(super) struct Cited<'s, 'a> {
    /// The items.
    pub items: Vec<&'s Item<'a>>,
    /// The stems of what is borne out, by sentences that cite it; none where nothing is cited.
    pub borne_out: Option<FxHashSet<String>>,
}

/// A complaint about a sentence of a text that cites `cited`; counts its figures.
pub(super) fn problem<'a>(
    support: &Support<'a>,
    sentence: &str,
    cited: &Cited<'_, 'a>,
    figures: &mut u32,
) -> Option<String> {
    let cites = marks(sentence);
    let plain = without_marks(sentence);
    let wrong = |wrong: &str| Some(complaint(&plain, wrong, &[]));
    if is_raw(&plain) {
        return wrong("is a piece of what a tool returned, and no sentence");
    }
    let turn = &support.turn;
    let may_cite = |cite: &&Cite| turn.ledger.get(**cite).is_some_and(|found| turn.scope.may_cite(found));
    if let Some(cite) = cites.iter().find(|cite| !may_cite(cite)) {
        return wrong(&format!("cites [{cite}], which no tool gave out"));
    }
    let of_account = |cite: &Cite| turn.ledger.get(*cite).is_some_and(|at| at.record.kind == RecordKind::Account);
    let of_account = !turn.ledger.proposes() && cites.iter().any(of_account);
    let own: Vec<&Item<'a>> = cites.iter().filter_map(|cite| support.item(*cite)).collect();
    let stands = |word: &str| {
        if cites.is_empty() { support.has(word) } else { own.iter().any(|item| item.facts.words.contains(word)) }
    };
    let on_record =
        |word: &str| of_account || !turn.ledger.proposes() && (stands(word) || stands(word.trim_start_matches("un")));
    if claims_a_deed(&plain, !cites.is_empty(), &on_record) {
        return wrong("says that something was done; nothing was, and nothing can be");
    }
    let items = if cites.is_empty() { &cited.items } else { &own };
    let unmarked = plain.replace(['*', '`', '_'], " ");
    let named = support.names.taken_out(&unmarked);
    let bare = support.days.taken_out(&named);
    let (reading, figured) = (Reading::of(&unmarked), Reading::of(&bare));
    *figures += figured.amounts.len() as u32;
    let claim = Claim { support, sentence: &reading, figured: &figured, items, cites: !cites.is_empty() };
    let fault = claim.fault(cited.borne_out.as_ref())?;
    Some(complaint(&plain, &fault, if cites.is_empty() { &[] } else { items }))
}

/// A sentence with what it is compared with.
struct Claim<'s, 'a> {
    support: &'s Support<'a>,
    sentence: &'s Reading<'s>,
    /// The same without names with digits in them and days that were only looked between.
    figured: &'s Reading<'s>,
    /// What it cites, or what the whole text does.
    items: &'s [&'s Item<'a>],
    /// Whether it cites anything itself.
    cites: bool,
}

impl Claim<'_, '_> {
    /// What is wrong with it, as it follows behind the sentence.
    fn fault(&self, borne_out: Option<&FxHashSet<String>>) -> Option<String> {
        let aside = aside(self.sentence);
        if let Some(name) = self.unknown_name() {
            return Some(name);
        }
        if aside == Some(Aside::Offer) && !self.cites {
            return None;
        }
        let compared = self.wrong_day().or_else(|| self.wrong_figure()).or_else(|| self.wrong_absence());
        compared.or_else(|| match aside {
            Some(Aside::Silent | Aside::Scope) if !self.cites => None,
            _ if !self.cites && absence::claims(self.sentence) => None,
            Some(Aside::View) if !self.cites && borne_out.is_some() => self.wrong_level(),
            Some(Aside::Silent) => self.wrong_state(),
            _ if self.cites => self.wrong_state().or_else(|| self.strays(borne_out)),
            _ => self.wrong_level().or_else(|| self.strays(borne_out)),
        })
    }

    /// Somebody or something that nothing names, or not what is cited.
    fn unknown_name(&self) -> Option<String> {
        let (sentence, people) = (self.sentence, &self.support.people);
        let is_name = |word: &str| self.support.is_name(word);
        if let Some(name) = people::unknown(sentence, &|word| self.support.has(word), people, None, &is_name) {
            return Some(format!("names {name}, whom or which nothing looked up names"));
        }
        if !self.cites {
            return None;
        }
        let stands = |word: &str| self.facts().any(|facts| facts.words.contains(word));
        let own = |word: &str| self.items.iter().any(|item| item.facts.words.contains(word));
        let asked = |word: &str| self.support.asked.words.contains(word);
        let known = |word: &str| {
            let beside = !people.is_part(word) && stands(word);
            own(word) || beside || asked(word) || self.support.is_called_in(word, self.items)
        };
        let name = people::unknown(sentence, &known, people, Some(&own), &is_name)?;
        Some(format!("names {name}, and what it cites does not"))
    }

    /// All that its days and figures may stand in.
    fn facts(&self) -> impl Iterator<Item = &Facts> {
        let own = self.items.iter().flat_map(|item| [&item.facts, &item.beside]);
        own.chain([&self.support.beside, &self.support.asked])
    }

    fn why(&self) -> &'static str {
        if self.cites { "what it cites does not have it" } else { "cites nothing for it" }
    }

    fn wrong_day(&self) -> Option<String> {
        let (sentence, today) = (self.sentence, self.support.turn.today);
        if let Some(date) = days::wrong_weekday(sentence, today) {
            return Some(format!("gives {date} another day of the week than it has"));
        }
        // What was looked through, and what is not there, may name any day that was seen.
        let looked =
            !self.cites && (absence::claims(sentence) || matches!(aside(sentence), Some(Aside::Scope | Aside::Silent)));
        let seen = |named| looked && self.support.items().any(|item| item.facts.has_day(named, today));
        let has_day = |named| self.facts().any(|facts| facts.has_day(named, today)) || seen(named);
        if let Some(day) = days::unknown(sentence, &has_day) {
            return Some(format!("has {day}, and {}", self.why()));
        }
        if let Some((day, known)) = days::mistaken(sentence, self.items, today) {
            return Some(format!("has {day} as what is on record as {known}"));
        }
        if !self.cites {
            return None;
        }
        if let Some((days, right)) = days::wrong_delay(sentence, self.items, today) {
            return Some(format!("has {days}, and it is {right} days"));
        }
        if let Some(day) = days::turned(sentence, self.items) {
            return Some(format!("has {day} on the wrong side"));
        }
        let other = days::other_weekday(sentence, self.items).or_else(|| days::other_place(sentence, self.items));
        let other = other.or_else(|| series::mistaken(sentence, self.items, today));
        let (day, other) = other.or_else(|| labels::mistaken(self.sentence, self.items))?;
        Some(format!("has {day} where {other} stands"))
    }

    fn wrong_figure(&self) -> Option<String> {
        let counts = &self.support.counts;
        if let Some((count, right)) = counts.contradicted(self.sentence) {
            return Some(format!("counts {count}; what was looked up has {right}"));
        }
        let beside: Vec<&Facts> = self.items.iter().map(|item| &item.beside).chain([&self.support.beside]).collect();
        let (asked, today) = (&self.support.asked, self.support.turn.today);
        let basis = Basis { beside: &beside, asked, items: self.items, cites: self.cites, today };
        if let Some(figure) = basis.unsupported(self.figured, &|amount| self.is_counted(amount)) {
            return Some(format!("has the figure {figure}, and {}", self.why()));
        }
        if let Some(words) = sums::wrong_result(self.figured) {
            return Some(format!("has a wrong result ({words})"));
        }
        if let Some((part, other)) = sums::another_part(self.figured, self.items) {
            return Some(format!("has {part} where {other} stands"));
        }
        let words = sums::part_above_whole(self.figured)
            .or_else(|| sums::turned_round(self.figured, self.items))
            .or_else(|| series::backwards(self.figured, self.items))
            .or_else(|| compare::turned(self.sentence, self.items))?;
        Some(format!("has it the wrong way round ({words})"))
    }

    /// Whether a figure says how many of something were found, or are cited.
    fn is_counted(&self, amount: &Amount) -> bool {
        let counts = &self.support.counts;
        let summed = || (!self.cites || sums::is_worked_out(self.figured)) && counts.has_sum(amount);
        // "In two halves [1][2]": as many as are cited, unless they have another number of them.
        let cited = self.items.len();
        let other = || {
            let mut known = self.items.iter().flat_map(|item| &item.facts.amounts);
            known.any(|known| known.noun == amount.noun && known.is_of_thing() && known.unit == amount.unit)
        };
        let as_many =
            || self.cites && cited > 1 && amount.unit == Unit::Plain && amount.value_fits(cited as f64) && !other();
        counts.has(self.figured, amount) || summed() || as_many()
    }

    /// That there is none of what there is.
    fn wrong_absence(&self) -> Option<String> {
        if self.cites {
            return None;
        }
        let all: Vec<&Item<'_>> = self.support.items().collect();
        let called = |word: &str| self.support.is_called(word);
        let (unsaid, today) = (&self.support.unsaid, self.support.turn.today);
        let hosts = self.support.hosts_named(self.sentence.text);
        let concerned = |item: &Item<'_>| {
            let account = item.evidence.account.as_deref();
            hosts.is_empty() || account.is_some_and(|account| hosts.iter().any(|host| account.contains(host)))
        };
        let shown = Found { items: &all, unsaid, concerned: &concerned, called: &called, today }
            .contradicting(self.sentence)?;
        Some(format!("says that there is none; on record is “{}”", clipped(shown, 120)))
    }

    /// How something stands, who it was, or what is denied, other than in what is cited.
    fn wrong_state(&self) -> Option<String> {
        if let Some((words, values)) = state::contradicted(self.sentence, self.items) {
            return Some(format!("says “{words}”; on record is {}", values.join(", ")));
        }
        let has_level = |item: &&Item<'_>| state::of_item(item).iter().any(|state| state.kind == "level");
        if let Some(level) = self.unknown_state(&["level"]).filter(|_| !self.items.iter().any(has_level)) {
            return Some(level);
        }
        let (sentence, figured, today) = (self.sentence, self.figured, self.support.turn.today);
        if let Some((value, other)) =
            place::exchanged(sentence, figured, self.items, today, &|amount| self.is_counted(amount))
        {
            return Some(format!("has {value} where {other} stands"));
        }
        if let Some((name, whose)) = speech::other_side(self.sentence, self.items) {
            return Some(format!("says “{name}”; on record it is {whose}"));
        }
        if let Some((name, there)) = speech::not_there(self.sentence, self.items, &self.support.people) {
            return Some(format!("has {name} where on record is {there}"));
        }
        if let Some((name, other)) = speech::mistaken(sentence, self.items, &self.support.people) {
            return Some(format!("says of {name} what is on record of {other}"));
        }
        if let Some((name, other)) = people::mistaken(self.sentence, self.items, &self.support.people) {
            return Some(format!("says of {name} what is on record of {other}"));
        }
        let texts: Vec<&Reading<'_>> = self.items.iter().flat_map(|item| item.statements()).collect();
        if let Some(word) = denial::reversed(self.sentence, &texts) {
            return Some(format!("turns round what is said of “{word}”"));
        }
        let known = |word: &str| {
            let says = |facts: &Facts| facts.words.contains(word) || facts.stems.contains(word);
            self.facts().any(says) || self.support.is_called(word)
        };
        let (word, other) = swapped::mistaken(self.sentence, self.items, &known)?;
        Some(format!("has “{word}” where “{other}” stands"))
    }

    /// Its words without addresses, which are compared by themselves.
    fn words(&self) -> impl Iterator<Item = &Word<'_>> {
        let text = self.sentence.text;
        let is_address = move |word: &&Word<'_>| {
            let (before, behind) = (&text[..word.start], &text[word.end..]);
            word.lower.contains('@') || before.ends_with("://") || behind.starts_with("://")
        };
        self.sentence.words.iter().filter(move |word| !is_address(word))
    }

    /// A level or a debt that nothing looked up has, or what all that the answer cites denies.
    fn wrong_level(&self) -> Option<String> {
        // Of the other kinds each record has its own.
        if let Some(state) = self.unknown_state(&["level", "debt"]) {
            return Some(state);
        }
        let texts: Vec<&Reading<'_>> = self.items.iter().flat_map(|item| item.statements()).collect();
        let word = denial::unsaid(self.sentence, &texts)?;
        Some(format!("turns round what is said of “{word}”"))
    }

    /// A state of one of these kinds that nothing looked up has, where something has another.
    fn unknown_state(&self, kinds: &[&str]) -> Option<String> {
        let mut said = state::said(self.sentence);
        said.retain(|said| kinds.contains(&said.state.kind) && !said.denied);
        if said.is_empty() {
            return None;
        }
        let mut known = FxHashSet::default();
        for output in self.support.turn.outputs {
            visit(output, &mut |value| known.extend(state::in_value(value)));
        }
        let of_kind = |kind: &str| known.iter().any(|state: &State| state.kind == kind);
        let wrong = said.iter().find(|said| of_kind(said.state.kind) && !known.contains(&said.state))?;
        Some(format!("says {}, which is not what is on record", wrong.state.value))
    }

    /// That it says mostly other things than what it may lean on.
    fn strays(&self, borne_out: Option<&FxHashSet<String>>) -> Option<String> {
        let (needed, what) = match borne_out {
            _ if self.cites => (CITED, "it cites"),
            Some(_) => (UNCITED, "the rest of the answer cites"),
            None => return Some("cites nothing, and there is nothing else it sums up".to_owned()),
        };
        let borne_out = borne_out.filter(|_| !self.cites);
        let by_items = |stem: &String| {
            self.items.iter().any(|item| item.facts.stems.contains(stem) || item.beside.stems.contains(stem))
        };
        let says = |stem: &&String| {
            borne_out.map_or_else(|| by_items(stem), |borne_out| borne_out.contains(*stem))
                || self.support.beside.stems.contains(*stem)
                || self.support.is_called(stem)
        };
        let wanted: Vec<String> = self
            .words()
            .flat_map(|word| stems_of(std::slice::from_ref(word)))
            .filter(|stem| !is_compared(stem))
            .collect();
        // Its days and figures hold, or nobody would have come here.
        let values = self.sentence.days.len() + self.figured.amounts.len();
        let said = wanted.iter().filter(says).count() + values;
        ((said as f64) < ((wanted.len() + values) as f64) * needed).then(|| format!("is not what {what} says"))
    }
}

/// Whether a stem tells a time or a count, which are compared by themselves.
fn is_compared(stem: &str) -> bool {
    static STEMS: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
        let times = ["day", "week", "month", "year", "today", "tomorrow", "yesterday", "ago"];
        let times = times.into_iter().chain(["percent", "dollar", "euro", "pound", "usd", "eur", "gbp", "chf"]);
        times.chain(MONTHS).map(stem_of).collect()
    });
    stem.starts_with(|letter: char| letter.is_ascii_digit())
        || STEMS.contains(stem)
        || !number::numbers(&words(stem)).is_empty()
}
