//! What kind of fact a sentence holds, told by the words such facts are put in.

use crate::domain::tool::activity::WantedFact;
use crate::language::{self, Word};

/// The words a fact of this kind is put in: those that tell it plainly, and those that may. A word with `*` stands for
/// all that begin with it.
fn phrases(wanted: WantedFact) -> (&'static [&'static str], &'static [&'static str]) {
    match wanted {
        WantedFact::Date | WantedFact::Amount | WantedFact::Reason => (&[], &[]),
        WantedFact::Departure => (
            &[
                "last day",
                "last week here",
                "is leaving",
                "am leaving",
                "i'm leaving",
                "are leaving",
                "has left",
                "left the",
                "left us",
                "leaves",
                "leaving us",
                "moving on",
                "moved on",
                "new job",
                "got a job",
                "no longer with",
                "resign*",
                "stepping down",
                "steps down",
                "retir*",
                "parental leave",
                "maternity*",
                "on leave",
                "moved to",
                "handed in",
                "gave notice",
                "my notice",
            ],
            &["leav*", "left", "goodbye", "farewell", "handover", "hand over"],
        ),
        WantedFact::Successor => (
            &[
                "take over",
                "takes over",
                "taking over",
                "took over",
                "taken over",
                "successor",
                "replaces me",
                "replacing me",
                "replaces him",
                "replaces her",
                "my replacement",
                "his replacement",
                "her replacement",
                "step in for",
                "steps in for",
                "stepping in for",
                "handing over to",
                "hand over to",
                "handed over to",
                "my job",
                "gets my",
                "coming in",
                "he starts",
                "she starts",
                "they start",
                "starts on",
                "starts as",
                "started as",
                "starts today as",
                "joins as",
                "has gone to",
                "new contact",
                "your new",
                "new main contact",
                "in my place",
                "my role",
            ],
            &[
                "handover",
                "in charge",
                "his role",
                "her role",
                "main contact",
                "your contact",
                "our new",
                "the new head",
                "the new lead",
                "new to the role",
                "inherit*",
                "from now on",
                "point of contact",
                "instead of",
            ],
        ),
        WantedFact::Decider => (
            &[
                "signs",
                "sign it",
                "sign off",
                "signs off",
                "signed off by",
                "approves",
                "approval",
                "decides",
                "final say",
                "budget holder",
                "holds the budget",
                "signatory",
                "goes to the board",
                "committee",
                "my decision",
                "her decision",
                "his decision",
                "decision is",
                "decision maker",
                "up to me",
                "up to him",
                "up to her",
                "up to our",
            ],
            &[
                "sign",
                "signature",
                "approv*",
                "decid*",
                "decision*",
                "board",
                "cfo",
                "procurement",
                "director",
                "authority",
            ],
        ),
        WantedFact::Competitor => (
            &[
                "competitor*",
                "another vendor",
                "another supplier",
                "another provider",
                "other vendor*",
                "other supplier*",
                "other provider*",
                "quote from",
                "quoted us",
                "a demo from",
                "demo with",
                "demo at",
                "tender",
                "rfp",
                "shopping around",
                "rival*",
                "alternative to",
                "switch to",
                "switching to",
                "instead of you",
                "pitched",
                "tried out",
            ],
            &[
                "alternative*",
                "tested",
                "trying out",
                "tried it",
                "evaluat*",
                "demo",
                "pitch*",
                "looking at",
                "looked at",
                "cheaper",
                "comparing",
                "vendor*",
                "quote",
            ],
        ),
        WantedFact::Discount => (
            &[
                "discount*",
                "percent off",
                "per cent off",
                "below list",
                "off list",
                "off the list",
                "rebate",
                "price cut",
                "waive*",
                "free month*",
                "service credit",
            ],
            &["reduction", "reduced", "reduce", "cap", "capped", "credit", "percent", "per cent"],
        ),
        WantedFact::Blocker => (
            &[
                "block*",
                "waiting for",
                "waiting on",
                "depends on",
                "held up",
                "on hold",
                "stuck",
                "hinges",
                "can't start",
                "cannot start",
                "can't go",
                "cannot go",
                "before we can",
                "without it",
                "without that",
                "will not sign",
                "won't sign",
                "stuck because",
                "holds until",
            ],
            &[
                "until",
                "wait for",
                "depend on",
                "holding",
                "hold",
                "not before",
                "delay*",
                "no date",
                "only when",
                "only if",
                "unless",
            ],
        ),
        WantedFact::Growth => (
            &[
                "more seats",
                "more licen*",
                "expand*",
                "expansion",
                "roll out to",
                "roll it out",
                "other sites",
                "other teams",
                "other offices",
                "new site*",
                "new office*",
                "more sites",
                "more teams",
                "more users",
                "upsell",
                "acqui*",
                "takeover",
                "second site",
                "more units",
                "add another",
                "open a second",
            ],
            &["additional", "extra", "upgrade", "taking on", "hiring", "growing", "grow", "further", "more"],
        ),
        WantedFact::Opinion => (
            &[
                "recommend*",
                "happy",
                "unhappy",
                "fed up",
                "disappoint*",
                "frustrat*",
                "satisf*",
                "not a fan",
                "a fan",
                "patience",
                "impress*",
                "brilliant",
                "useless",
                "out of ten",
                "nps",
                "hate*",
                "love it",
                "love the",
                "love you",
            ],
            &[
                "love*",
                "like it",
                "don't like",
                "annoy*",
                "trust",
                "pleased",
                "great",
                "complain*",
                "worth",
                "embarrass*",
                "confiden*",
            ],
        ),
    }
}

/// The words to search for, where the question does not say them itself.
pub fn search_words(wanted: WantedFact) -> String {
    let (plain, faint) = phrases(wanted);
    plain.iter().chain(faint).map(|phrase| phrase.trim_end_matches('*')).collect::<Vec<_>>().join(" ")
}

/// How plainly a sentence holds a fact of this kind, 0 to 1.
pub fn holds(sentence: &str, wanted: WantedFact) -> f32 {
    let whole = |holds: bool| if holds { 1.0 } else { 0.0 };
    match wanted {
        WantedFact::Date => whole(language::names_a_day(sentence)),
        WantedFact::Amount => whole(language::names_a_figure(sentence)),
        WantedFact::Reason => whole(language::names_a_cause(sentence)),
        WantedFact::Discount if sentence.contains('%') => 1.0,
        other => {
            let words = language::words(sentence);
            let said = |phrases: &[&str]| {
                phrases.iter().any(|phrase| (0..words.len()).any(|at| stands_at(&words[at..], phrase)))
            };
            let (plain, faint) = phrases(other);
            match (said(plain), said(faint)) {
                (true, _) => 1.0,
                (false, true) => FAINT,
                (false, false) => 0.0,
            }
        }
    }
}

/// What words that may tell a fact are worth.
const FAINT: f32 = 0.5;

fn stands_at(words: &[Word<'_>], phrase: &str) -> bool {
    let mut words = words.iter();
    phrase.split(' ').all(|part| {
        words.next().is_some_and(|word| match part.strip_suffix('*') {
            Some(beginning) => word.lower.starts_with(beginning),
            None => word.lower == part,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_told_by_the_words_they_are_put_in() {
        for (wanted, sentence) in [
            (WantedFact::Departure, "Friday is my last day here."),
            (WantedFact::Successor, "From Monday Ines is taking over the account on our side."),
            (WantedFact::Decider, "Anything above ten thousand goes to the board."),
            (WantedFact::Competitor, "We had a demo from another vendor last week."),
            (WantedFact::Discount, "If you commit for two years I can do fifteen percent."),
            (WantedFact::Blocker, "We can't start before legal has the contract."),
            (WantedFact::Growth, "Next year we open a second site in Ghent."),
            (WantedFact::Opinion, "Honestly, the team is fed up with it."),
        ] {
            assert!(holds(sentence, wanted) > 0.0, "{sentence}");
            assert!(holds("It rained all day.", wanted) <= 0.0);
        }
    }
}
