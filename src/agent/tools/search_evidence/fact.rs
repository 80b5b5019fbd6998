//! What kind of fact a sentence holds, told by the words such facts are put in.

use super::phrases::phrases;
use crate::domain::tool::activity::WantedFact;
use crate::language::{self, Word};

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
        // A price is a figure.
        WantedFact::Offer if !language::names_a_figure(sentence) => 0.0,
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
            (WantedFact::Offer, "For two years I can do 34,500 a year."),
            (WantedFact::UseCause, "Half the drivers went back to the whiteboard."),
            (WantedFact::PayCause, "The portal rejected it for want of a PO number."),
            (WantedFact::Opinion, "Honestly, the team is fed up with it."),
        ] {
            assert!(holds(sentence, wanted) > 0.0, "{sentence}");
            assert!(holds("It rained all day.", wanted) <= 0.0);
        }
    }
}
