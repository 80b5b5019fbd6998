//! Reads an order: what is to be done, and why.

use chrono::NaiveDate;

use super::clause::{Clause, among, clauses, words};
use super::named::{address, naming, noted, promised, section};
use crate::domain::account::Section;
use crate::domain::action::Outcome;
use crate::domain::time::Today;
use crate::model::analyst::kept::Kept;
use crate::model::analyst::question::when;

/// Something a person wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What.
    pub order: Order,
    /// Why, in their words.
    pub reason: Option<String>,
    /// Where the order itself stands, in bytes; names in the rest belong to the reason.
    pub place: (usize, usize),
    /// Where something is asked beside it, in bytes: "when did they pay last, and move them to Health".
    pub question: Option<(usize, usize)>,
}

/// What is to be done. None where the words leave it open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Move the account to a section.
    Route(Option<Section>),
    /// Leave it out of monitoring.
    Untrack,
    /// Take it back.
    Retrack,
    /// Write something down.
    Note(Option<String>),
    /// Leave it out of digests until a day.
    Snooze(Option<NaiveDate>),
    /// Give it to the colleague with this address, or to the one named.
    Give(Option<String>),
    /// Leave a contract out of recurring revenue, or count it.
    Ignore {
        /// The words that name it.
        words: String,
        /// Whether it is to be left out.
        ignored: bool,
    },
    /// Say what became of a promise.
    Mark {
        /// The words that name it.
        words: String,
        /// Kept or dropped.
        outcome: Outcome,
    },
    /// Tell what was decided before.
    History,
}

/// Words an order may open with before its verb.
const POLITE: &str = "please pls plz can could would you u let's lets let us just now ok okay and then also hey hi i i'd want \
                      wanna need to like we go ahead kindly so thanks actually alright";

/// Clauses that say nothing.
const FILLER: &str = "please pls plz thanks thank you ok okay hey hi cheers now asap";

/// The order in `text`, as given on `today`; none when it orders nothing this can do.
pub fn read(text: &str, today: Today) -> Option<Wish> {
    static KEPT: Kept<Today, Option<Wish>> = Kept::new();
    KEPT.made(text, today, || read_anew(text, today))
}

fn read_anew(text: &str, today: Today) -> Option<Wish> {
    if history(&words(text)) {
        return Some(Wish { order: Order::History, reason: None, place: (0, text.len()), question: None });
    }
    let clauses = clauses(text);
    let (at, order) = clauses.iter().enumerate().find_map(|(at, clause)| {
        let words = ordering(clause.words(text), clause.asks(text))?;
        Some((at, order(text, *clause, &words, today)?))
    })?;
    if weighs(&clauses, at, text) || asks_for_notes(&clauses, at, text) {
        return None;
    }
    let question = question(&clauses, at, text);
    let asked = |clause: &Clause| question.is_some_and(|(start, end)| start <= clause.start && clause.end <= end);
    let takes_the_rest = matches!(order, Order::Note(_));
    let reasons: Vec<&str> = clauses
        .iter()
        .enumerate()
        .filter(|(other, clause)| {
            let words = clause.words(text);
            let says_something = !words.iter().all(|word| among(word, FILLER));
            *other != at && says_something && !asked(clause) && !(*other < at && asks(&words))
        })
        .map(|(_, clause)| clause.of(text))
        .collect();
    let reason = Some(reasons.join(", ")).filter(|reason| !reason.is_empty() && !takes_the_rest);
    let order = match order {
        // "We delivered the report, mark that promise done": what was done says which.
        Order::Mark { words, outcome } if words.is_empty() => {
            Order::Mark { words: reason.clone().unwrap_or_default(), outcome }
        }
        order => order,
    };
    Some(Wish { order, reason, place: (clauses[at].start, clauses[at].end), question })
}

/// "Can we move them to Pipeline, or is something in the way": it is asked whether to, and nothing is ordered.
fn weighs(clauses: &[Clause], at: usize, text: &str) -> bool {
    let opening = clauses[at].words(text);
    let of_us =
        matches!(opening.as_slice(), [may, we, ..] if among(may, "can could may might shall") && among(we, "we i"));
    of_us
        && clauses[at + 1..].iter().any(|clause| {
            let words = clause.words(text);
            asks(words.strip_prefix(&["or".to_owned()][..]).unwrap_or(&words))
        })
}

/// "Note after the June call - is there one?": a note is asked for, and none is to be written.
fn asks_for_notes(clauses: &[Clause], at: usize, text: &str) -> bool {
    let opening = clauses[at].words(text);
    let named = opening.first().is_some_and(|word| word == "note" || word == "notes");
    named && clauses[at + 1..].iter().any(|clause| clause.asks(text) && asks(&clause.words(text)))
}

/// Where a question stands before the order, or after it.
fn question(clauses: &[Clause], order: usize, text: &str) -> Option<(usize, usize)> {
    const SHORTEST: usize = 4;
    let asking = |clause: &&Clause| {
        let words = clause.words(text);
        words.len() >= SHORTEST && (clause.asks(text) || asks(&words))
    };
    let of = |clauses: &[Clause]| {
        let first = clauses.iter().find(asking)?;
        let last = clauses.iter().rev().find(asking)?;
        Some((first.start, last.end))
    };
    of(&clauses[..order]).or_else(|| of(&clauses[order + 1..]))
}

/// "Acme > Pipeline", "Acme to Contracts please": an order without a verb, where all that stands before the section is one
/// of these names.
pub fn bare(text: &str, names: &[(usize, usize)]) -> Option<Wish> {
    let (start, end) = *names.first().filter(|_| names.len() == 1)?;
    let before = words(text.get(..start)?);
    let rest = text.get(end..)?.trim_start();
    let (to, section_words) = rest.split_once(char::is_whitespace)?;
    let section = goes_to(&words(section_words))?;
    let silent = before.iter().all(|word| among(word, POLITE));
    (TO.contains(&to) && silent && !text.contains('?')).then_some(Wish {
        order: Order::Route(Some(section)),
        reason: None,
        place: (0, text.len()),
        question: None,
    })
}

/// The words of a clause from its verb on, the verb as it is ordered with: "Tanto should go to Contracts" and "Hooli must be
/// untracked" order as "go to Contracts" and "untrack" do. None where it asks.
fn ordering(words: Vec<String>, asks_with_a_mark: bool) -> Option<Vec<String>> {
    const MODAL: &str = "should must shall ought needs has";
    const DONE: [(&str, &str); 14] = [
        ("routed", "route"),
        ("rerouted", "route"),
        ("moved", "move"),
        ("sent", "send"),
        ("untracked", "untrack"),
        ("retracked", "retrack"),
        ("re-tracked", "retrack"),
        ("tracked", "track"),
        ("snoozed", "snooze"),
        ("muted", "mute"),
        ("assigned", "assign"),
        ("reassigned", "assign"),
        ("ignored", "ignore"),
        ("marked", "mark"),
    ];
    let words: Vec<String> = words.into_iter().map(mended).collect();
    let Some(at) = words.iter().position(|word| among(word, MODAL)) else { return Some(words) };
    if at == 0 || asks_with_a_mark || asks(&words) {
        return None;
    }
    let mut rest: Vec<String> = words[at + 1..].iter().skip_while(|word| among(word, "to be")).cloned().collect();
    let verb = rest.first_mut()?;
    if let Some((_, order)) = DONE.iter().find(|(done, _)| done == verb) {
        *verb = (*order).to_owned();
    } else if verb == "go" {
        *verb = "move".to_owned();
    } else if matches!(verb.as_str(), "own" | "take") {
        // Who is to own it stands before.
        *verb = "assign".to_owned();
    }
    Some(rest)
}

/// A word that is a slip of one of those that order; words of the language are left as they are.
fn mended(word: String) -> String {
    const ORDERING: [&str; 13] = [
        "route",
        "untrack",
        "retrack",
        "snooze",
        "reassign",
        "assign",
        "ignore",
        "pipeline",
        "contracts",
        "convert",
        "health",
        "re-engage",
        "monitoring",
    ];
    const COMMON: usize = 10_000;
    if word.len() < 4 || crate::language::rank(&word).is_some_and(|rank| rank < COMMON) {
        return word;
    }
    match ORDERING.into_iter().find(|known| strsim::osa_distance(known, &word) == 1) {
        Some(known) => known.to_owned(),
        None => word,
    }
}

/// Whether a question opens this clause: that is no reason.
fn asks(words: &[String]) -> bool {
    match words {
        [first, next, ..] if first == "since" => next == "when",
        [first, ..] => among(first, "what who why when how which where did does do is are has have"),
        [] => false,
    }
}

fn order(text: &str, clause: Clause, all: &[String], today: Today) -> Option<Order> {
    let verb_at = all.iter().position(|word| !among(word, POLITE))?;
    let verb = all[verb_at].as_str();
    let rest: Vec<&str> = all[verb_at + 1..].iter().map(String::as_str).collect();
    let has = |list: &str| rest.iter().any(|word| among(word, list));
    let section = section(&all[verb_at..]).or_else(|| {
        // "They belong in Pipeline, put the account there".
        let said = words(text);
        let belongs = said.iter().any(|word| among(word, "belong belongs"));
        (belongs && has("it them there account") && verb != "route").then(|| section(&said)).flatten()
    });
    let monitoring = has("monitoring tracking tracked digest digests alerts roll-ups rollups rollup roll-up watchlist");
    let back = has("back again");
    let money = has("arr mrr revenue subscription subscriptions contract contracts order");
    let promise = has("promise promises commitment commitments");
    let until = || when::until(text, today);
    Some(match verb {
        "untrack" | "un-track" => Order::Untrack,
        "retrack" | "re-track" => Order::Retrack,
        "snooze" | "mute" | "silence" => Order::Snooze(until()),
        "park" | "hide" | "postpone" if until().is_some() => Order::Snooze(until()),
        "pause" if monitoring => Order::Snooze(until()),
        "stop" | "quit" if has("tracking monitoring watching") => Order::Untrack,
        "don't" | "dont" if has("track monitor watch") => Order::Untrack,
        "track" if !rest.is_empty() => Order::Retrack,
        "resume" | "start" | "restart" if has("tracking monitoring watching") => Order::Retrack,
        "put" | "bring" | "take" | "include" | "get" | "add" if back && monitoring => Order::Retrack,
        "take" | "remove" | "drop" | "exclude" | "leave" | "keep" if monitoring && has("out off from") => match until()
        {
            Some(day) => Order::Snooze(Some(day)),
            None => Order::Untrack,
        },
        "count" | "include" | "unignore" if money => Order::Ignore { words: naming(&rest), ignored: false },
        "don't" | "dont" if has("count include") && money => Order::Ignore { words: naming(&rest), ignored: true },
        "ignore" | "exclude" | "leave" | "drop" if money && !promise => {
            Order::Ignore { words: naming(&rest), ignored: true }
        }
        "mark" | "tick" | "check" | "close" | "set"
            if promise || has("kept delivered done fulfilled dropped obsolete moot") =>
        {
            if has("request requests ticket task contact call invoice payment") {
                return None;
            }
            let outcome = if has("dropped drop obsolete moot void cancelled canceled") {
                Outcome::Dropped
            } else {
                Outcome::Kept
            };
            Order::Mark { words: promised(text, clause), outcome }
        }
        "drop" | "scrap" if promise => Order::Mark { words: promised(text, clause), outcome: Outcome::Dropped },
        "reassign" | "assign" => Order::Give(address(text)),
        "give" | "hand" | "transfer" if has("to") && section.is_none() => Order::Give(address(text)),
        "make" | "set" | "change" if has("owner csm") => Order::Give(address(text)),
        "route" | "reroute" => Order::Route(section),
        "move" | "send" | "push" | "kick" | "shift" | "transfer" | "put" | "bring" if section.is_some() => {
            Order::Route(section)
        }
        "note" | "log" | "jot" => Order::Note(noted(text, clause, verb)),
        "add" | "write" | "leave" | "make" | "take" | "put" if has("note down") && !has("email mail e-mail") => {
            Order::Note(noted(text, clause, if has("note") { "note" } else { "down" }))
        }
        _ => return None,
    })
}

/// "Who routed Hooli to Pipeline", "why was it untracked", "show the route history".
fn history(words: &[String]) -> bool {
    let any = |list: &str| words.iter().any(|word| among(word, list));
    let asks = words
        .first()
        .is_some_and(|first| among(first, "who why when where what how was were is did has have show list"));
    let decided = any("routed untracked retracked re-tracked snoozed reassigned rerouted")
        || any("moved") && section(words).is_some()
        || any("route routing") && any("history log")
        || any("decisions") && any("made taken did") && any("we you who");
    asks && decided && !any("should must shall would if")
}

/// Whether a person asks for a change, so that a language model may propose one. Wider than what the analyst understands: a
/// model may make sense of more; but a plain question is none.
#[must_use]
pub fn asks_for_change(text: &str, today: NaiveDate) -> bool {
    const VERBS: &str = "route reroute untrack un-track retrack re-track track snooze mute silence pause assign reassign hand \
                         give transfer note log jot write ignore exclude count unignore mark tick move put push kick shift \
                         drop stop resume take leave add make set change remove yes yep yeah confirm";
    let understood = read(text, today.into()).is_some_and(|wish| wish.order != Order::History);
    understood
        || ends_in_a_section(text)
        || clauses(text).into_iter().any(|clause| {
            let words = clause.words(text);
            words.iter().find(|word| !among(word, POLITE)).is_some_and(|verb| among(verb, VERBS))
        })
}

/// "Acme > Pipeline": a few words that end in where something goes.
fn ends_in_a_section(text: &str) -> bool {
    const LONGEST: usize = 9;
    let typed: Vec<&str> = text.split_whitespace().collect();
    let to = typed.iter().rposition(|word| TO.contains(word));
    typed.len() <= LONGEST
        && !text.contains('?')
        && to.is_some_and(|at| goes_to(&words(&typed[at + 1..].join(" "))).is_some())
}

/// What stands between an account and its section where an order has no verb.
const TO: [&str; 6] = [">", "->", "=>", "→", "to", "into"];

/// The section that words name, and nothing else.
fn goes_to(words: &[String]) -> Option<Section> {
    let section = section(words)?;
    let said = words.iter().filter(|word| !among(word, FILLER) && !among(word, "the section now"));
    (said.count() <= section.label().split([' ', '-']).count()).then_some(section)
}
