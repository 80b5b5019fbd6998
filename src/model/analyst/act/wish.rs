//! Reads an order: what is to be done, and why.

use chrono::NaiveDate;

use super::clause::{Clause, clauses, words};
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

fn among(word: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// The order in `text`, as given on `today`; none when it orders nothing this can do.
pub fn read(text: &str, today: Today) -> Option<Wish> {
    static KEPT: Kept<Today, Option<Wish>> = Kept::new();
    KEPT.made(text, today, || read_anew(text, today))
}

fn read_anew(text: &str, today: Today) -> Option<Wish> {
    if history(&words(text)) {
        return Some(Wish { order: Order::History, reason: None, place: (0, text.len()) });
    }
    let clauses = clauses(text);
    let (at, order) = clauses.iter().enumerate().find_map(|(at, clause)| {
        let words = ordering(clause.words(text), clause.asks(text))?;
        Some((at, order(text, *clause, &words, today)?))
    })?;
    let takes_the_rest = matches!(order, Order::Note(_));
    let reasons: Vec<&str> = clauses
        .iter()
        .enumerate()
        .filter(|(other, clause)| {
            let words = clause.words(text);
            *other != at && !words.iter().all(|word| among(word, FILLER)) && !(*other < at && asks(&words))
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
    Some(Wish { order, reason, place: (clauses[at].start, clauses[at].end) })
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
    words.first().is_some_and(|first| among(first, "what who why when how which where did does do is are"))
}

fn order(text: &str, clause: Clause, all: &[String], today: Today) -> Option<Order> {
    let verb_at = all.iter().position(|word| !among(word, POLITE))?;
    let verb = all[verb_at].as_str();
    let rest: Vec<&str> = all[verb_at + 1..].iter().map(String::as_str).collect();
    let has = |list: &str| rest.iter().any(|word| among(word, list));
    let section = section(&all[verb_at..]);
    let monitoring = has("monitoring tracking digest digests alerts roll-ups rollups rollup roll-up watchlist");
    let back = has("back again");
    let money = has("arr mrr revenue subscription subscriptions contract contracts order");
    let promise = has("promise promises commitment commitments");
    let until = || when::until(text, today);
    Some(match verb {
        "untrack" | "un-track" => Order::Untrack,
        "retrack" | "re-track" => Order::Retrack,
        "snooze" | "mute" | "silence" => Order::Snooze(until()),
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
        "add" | "write" | "leave" | "make" | "take" if has("note down") && !has("email mail e-mail") => {
            Order::Note(noted(text, clause, if has("note") { "note" } else { "down" }))
        }
        _ => return None,
    })
}

/// The section that words name.
fn section(words: &[String]) -> Option<Section> {
    let said = format!(" {} ", words.join(" "));
    [
        ("health", Section::Health),
        ("triage", Section::Health),
        ("convert", Section::Convert),
        ("conversion", Section::Convert),
        ("contracts", Section::Contracts),
        ("contract", Section::Contracts),
        ("pipeline", Section::Pipeline),
        ("re-engage", Section::Reengage),
        ("reengage", Section::Reengage),
        ("re engage", Section::Reengage),
        ("win back", Section::Reengage),
        ("close the loop", Section::CloseTheLoop),
        ("close-the-loop", Section::CloseTheLoop),
        ("releases", Section::CloseTheLoop),
    ]
    .into_iter()
    // The last one named is where it goes: "from Health to Pipeline".
    .filter_map(|(name, section)| Some((said.rfind(&format!(" {name} "))?, section)))
    .max_by_key(|(at, _)| *at)
    .map(|(_, section)| section)
}

/// The words that tell one contract from another.
fn naming(rest: &[&str]) -> String {
    const FRAME: &str = "the a an this that it its it's their them they from out of in for arr mrr revenue count include again \
                         total totals contract contracts subscription subscriptions order our when and to as is one";
    rest.iter().filter(|word| !among(word, FRAME)).copied().collect::<Vec<_>>().join(" ")
}

/// The words that tell one promise from another, as typed.
fn promised(text: &str, clause: Clause) -> String {
    const FRAME: &str = "mark tick off check close set drop scrap the a an this that our their as is was has been to them they \
                         it promise promises commitment commitments about on kept delivered done fulfilled dropped obsolete \
                         moot void cancelled canceled please can could you we";
    // What is quoted is meant to the letter.
    if let Some((_, quoted)) = text.split_once('“')
        && let Some((quoted, _)) = quoted.rsplit_once('”')
    {
        return quoted.to_owned();
    }
    clause
        .of(text)
        .split_whitespace()
        .filter(|word| {
            let plain = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
            !plain.is_empty() && !among(&plain, FRAME)
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// An e-mail address in a text.
fn address(text: &str) -> Option<String> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()))
        .find(|word| word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')))
        .map(str::to_lowercase)
}

/// What is to be written down: all that follows the word, as typed.
fn noted(text: &str, clause: Clause, marker: &str) -> Option<String> {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    let from = clause.start + lower[clause.start..].find(marker)? + marker.len();
    let mut rest = text[from..].trim_start();
    // "a note to Hooli: …", "a note that …", "note: …"
    if let Some((lead, words)) = rest.split_once(':')
        && lead.split_whitespace().count() <= 6
        && !lead.contains(['.', ','])
    {
        rest = words;
    } else if ["to ", "on ", "for ", "about "].iter().any(|lead| rest.to_lowercase().starts_with(lead)) {
        // "to Hooli that …": what stands before is whom it is for.
        rest = rest.split_once(" that ").map_or("", |(_, words)| words);
    } else {
        for lead in ["that ", "down ", "this: ", "– ", "- "] {
            rest = rest.strip_prefix(lead).unwrap_or(rest).trim_start();
        }
    }
    let rest = rest.trim().trim_start_matches(':').trim();
    (rest.split_whitespace().count() >= 1 && rest.chars().any(char::is_alphanumeric)).then(|| rest.to_owned())
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
        || clauses(text).into_iter().any(|clause| {
            let words = clause.words(text);
            words.iter().find(|word| !among(word, POLITE)).is_some_and(|verb| among(verb, VERBS))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        "2026-06-17".parse().unwrap()
    }

    fn wish(text: &str) -> (Order, Option<String>) {
        let wish = read(text, today().into()).unwrap_or_else(|| panic!("{text} is an order"));
        (wish.order, wish.reason)
    }

    #[test]
    fn orders_are_read_with_their_reasons() {
        let because = |reason: &str| Some(reason.to_owned());
        for (text, order, reason) in [
            ("route them to Pipeline, they signed", Order::Route(Some(Section::Pipeline)), because("they signed")),
            (
                "Hooli signed so please move them from Health to pipeline",
                Order::Route(Some(Section::Pipeline)),
                because("Hooli signed"),
            ),
            ("can you kick this over to re-engage", Order::Route(Some(Section::Reengage)), None),
            ("route Hooli", Order::Route(None), None),
            ("untrack Hooli because they shut down", Order::Untrack, because("they shut down")),
            ("stop tracking them please", Order::Untrack, None),
            ("take Hooli out of the digests", Order::Untrack, None),
            ("put them back on health monitoring", Order::Retrack, None),
            ("start monitoring them again", Order::Retrack, None),
            ("assign Hooli to Jared", Order::Give(None), None),
            (
                "give hooli.com to monica@piedpiper.com, Jared is on leave",
                Order::Give(Some("monica@piedpiper.com".to_owned())),
                because("Jared is on leave"),
            ),
            ("make Jared the owner", Order::Give(None), None),
            (
                "add a note: they're freezing budget, till autumn",
                Order::Note(Some("they're freezing budget, till autumn".to_owned())),
                None,
            ),
            ("note that Dana is out until Monday", Order::Note(Some("Dana is out until Monday".to_owned())), None),
            ("add a note", Order::Note(None), None),
            ("add a note to Hooli", Order::Note(None), None),
            ("leave a note for Hooli that Dana left", Order::Note(Some("Dana left".to_owned())), None),
            (
                "ignore the Stripe subscription from ARR",
                Order::Ignore { words: "stripe".to_owned(), ignored: true },
                None,
            ),
            (
                "count the pilot contract in ARR again",
                Order::Ignore { words: "pilot".to_owned(), ignored: false },
                None,
            ),
            (
                "mark the migration guide as delivered",
                Order::Mark { words: "migration guide".to_owned(), outcome: Outcome::Kept },
                None,
            ),
            (
                "drop the promise about the audit report, they don't need it",
                Order::Mark { words: "audit report".to_owned(), outcome: Outcome::Dropped },
                because("they don't need it"),
            ),
            ("Tanto should go to Contracts", Order::Route(Some(Section::Contracts)), None),
            ("Hooli must be untracked, they left", Order::Untrack, because("they left")),
            ("rout hooli to pipline", Order::Route(Some(Section::Pipeline)), None),
            (
                "we kept the audit promise, mark it done",
                Order::Mark { words: "we kept the audit promise".to_owned(), outcome: Outcome::Kept },
                because("we kept the audit promise"),
            ),
            ("who routed Hooli to Pipeline?", Order::History, None),
            ("why was it untracked", Order::History, None),
        ] {
            assert_eq!(wish(text), (order, reason), "{text}");
        }
    }

    #[test]
    fn a_snooze_ends_on_the_day_that_is_named() {
        let until = |text: &str| match wish(text).0 {
            Order::Snooze(day) => day.map(|day| day.to_string()),
            other => panic!("{text}: {other:?}"),
        };
        for (text, day) in [
            ("snooze Hooli for two weeks", "2026-07-01"),
            ("snooze them until Monday", "2026-06-22"),
            ("mute alerts till August 15, they are on holiday", "2026-08-15"),
            ("snooze until 2026-09-01", "2026-09-01"),
            ("snooze for a month", "2026-07-17"),
            ("snooze it until next week", "2026-06-22"),
            ("leave them out of the digest until the end of June", "2026-06-30"),
        ] {
            assert_eq!(until(text).as_deref(), Some(day), "{text}");
        }
        assert_eq!(until("snooze Hooli"), None);
    }

    #[test]
    fn questions_are_no_orders() {
        for text in [
            "why is this account critical?",
            "did they send the report",
            "what did we note about SSO",
            "which accounts are in Pipeline",
            "who owns Hooli",
            "what's the route to renewal",
            "how do we mark up their contract",
            "summarize the last three calls",
            "any open commitments",
            "move date",
            "should we route Hooli to Pipeline?",
            "what should be moved to Pipeline",
            "what would happen if we untracked Hooli?",
            "draft a renewal mail to Dana, short",
        ] {
            assert_eq!(read(text, today().into()), None, "{text}");
        }
        for text in ["What did they say lately?", "why is it critical", "Who is untracked?"] {
            assert!(!asks_for_change(text, today()), "{text}");
        }
        for text in [
            "Tanto should go to Contracts",
            "please route Hooli to Pipeline",
            "they signed, move them on",
            "yes, do it",
        ] {
            assert!(asks_for_change(text, today()), "{text}");
        }
    }
}
