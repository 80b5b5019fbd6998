//! Whether a message orders something, by the verb it opens with.

use super::cues::Cues;
use super::lexicon;

/// Words an order may open with before its verb.
const POLITE: &str = "please pls plz can could would will you u let's lets let us just now ok okay and then also hey hi thanks \
                      kindly so actually";

/// What is ordered, of this program or of somebody else.
const VERBS: &str = "route reroute untrack retrack re-track snooze mute unassign reassign move assign set add mark ignore delete \
                     remove erase rename merge update change edit close reopen book call send schedule create make give put \
                     take cancel refund pay approve extend upgrade downgrade invite post share forward transfer hand push";

/// Verbs of arithmetic: "add up", "put together".
const SUMS: [&str; 2] = ["up", "together"];

/// Whether it asks what speaks for a change, or against it, and names nothing else: "could it be moved to Pipeline, what
/// speaks against it".
#[must_use]
pub fn weighs(cues: &Cues<'_>) -> bool {
    const CHANGES: &str = "untracking untracked untrack retracking routing rerouting rerouted snoozing snoozed snooze";
    const MOVES: &str = "move moved moving route routed put";
    const SECTIONS: &str = "pipeline contracts convert health re-engage reengage";
    const AROUND: &str = "thinking think considering wondering wonder could would should speaks speak says say against reason reasons                           in way section something anything records about make sense right ok";
    let changes = cues.any(CHANGES) || cues.any(MOVES) && cues.any(SECTIONS);
    let known =
        |word: &&str| [CHANGES, MOVES, SECTIONS, AROUND].iter().any(|list| list.split(' ').any(|known| known == *word));
    changes && cues.words().iter().all(|word| known(word) || lexicon::frames(word))
}

/// Whether it orders something to be done, rather than asks.
#[must_use]
pub fn orders(cues: &Cues<'_>) -> bool {
    let words = cues.words();
    let among = |word: &str, list: &str| list.split_ascii_whitespace().any(|known| known == word);
    let mut rest = words.iter().skip_while(|word| among(word, POLITE));
    let verb = rest.next().is_some_and(|word| among(word, VERBS));
    verb && !rest.next().is_some_and(|next| SUMS.contains(next)) && !words.iter().any(|word| lexicon::asks(word))
}
