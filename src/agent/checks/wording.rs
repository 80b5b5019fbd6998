//! How sentences of an answer are put: where they begin and end, and what they claim.

use super::spans;
use crate::language::{sentences, words};

/// The sentences of a line, each with the marks that stand behind its full stop.
pub(super) fn cited_sentences(line: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for sentence in sentences(line) {
        let mut begins = 0;
        for (start, end, _) in spans(sentence) {
            if !sentence[begins..start].trim().is_empty() {
                break;
            }
            begins = end;
        }
        match found.last_mut() {
            Some(before) if begins > 0 => before.push_str(&sentence[..begins]),
            _ => begins = 0,
        }
        let rest = sentence[begins..].trim();
        if !rest.is_empty() {
            found.push(rest.to_owned());
        }
    }
    found
}

/// The bullet of a line, and what stands behind it.
pub(super) fn split_bullet(line: &str) -> (&str, &str) {
    let start = line.len() - line.trim_start().len();
    let marked = line[start..].strip_prefix("- ").or_else(|| line[start..].strip_prefix("* "));
    match marked {
        Some(rest) => ("- ", rest),
        None => ("", line.trim_start_matches('#').trim_start()),
    }
}

/// "I have routed the account": whoever writes the answer has done nothing and can do nothing. What is `on_record`, like where
/// an account is by its own record, may be said. One that `cites` a record and does not say who did it tells of
/// the record: "Refunded on April 29".
pub(super) fn claims_a_deed(sentence: &str, cites: bool, on_record: &dyn Fn(&str) -> bool) -> bool {
    const DEEDS: [&str; 29] = [
        "routed",
        "moved",
        "given",
        "noted",
        "logged",
        "dropped",
        "ignored",
        "muted",
        "untracked",
        "retracked",
        "snoozed",
        "sent",
        "emailed",
        "e-mailed",
        "mailed",
        "approved",
        "updated",
        "changed",
        "deleted",
        "removed",
        "added",
        "created",
        "scheduled",
        "notified",
        "assigned",
        "forwarded",
        "cancelled",
        "refunded",
        "marked",
    ];
    const HELPS: [&str; 9] = ["have", "just", "already", "also", "now", "then", "even", "successfully", "and"];
    const OBJECTS: [&str; 12] = ["the", "your", "this", "it", "them", "him", "her", "a", "an", "all", "their", "our"];
    // "Added up, …", "Noted: …"
    const AFTER: [&str; 6] = ["up", "together", "to", "that", "for", "on"];
    const OURS: [&str; 4] = ["routed", "untracked", "retracked", "snoozed"];
    let said: Vec<String> = words(&unquoted(sentence)).into_iter().map(|word| word.lower.into_owned()).collect();
    // "I found nothing sent" claims nothing of the kind, and neither does "Refunded payments: none".
    let first_person = |at: usize| {
        let mut back = at;
        while back > 0 && HELPS.contains(&said[back - 1].as_str()) {
            back -= 1;
        }
        let by_me = back > 0 && matches!(said[back - 1].as_str(), "i" | "i've" | "we've");
        let object = said.get(1).is_some_and(|next| OBJECTS.contains(&next.as_str()));
        by_me || at == 0 && !cites && object && said[0] != "given"
    };
    said.iter().enumerate().any(|(at, word)| {
        let goes_on = said.get(at + 1).is_some_and(|next| AFTER.contains(&next.as_str()));
        DEEDS.contains(&word.as_str()) && !goes_on && first_person(at)
            || OURS.contains(&word.as_str()) && !on_record(word)
    })
}

/// The sentence without what it quotes.
fn unquoted(sentence: &str) -> String {
    let mut inside = false;
    let outside = |letter: &char| {
        match letter {
            '“' | '‘' => inside = true,
            '”' => inside = false,
            '"' => inside = !inside,
            _ => return !inside,
        }
        false
    };
    sentence.chars().filter(outside).collect()
}

/// Whether it is a piece of JSON, as tools return it.
pub(super) fn is_raw(sentence: &str) -> bool {
    ["{\"", "\"}", "\":\"", "\": \"", "\":{", "\":["].iter().any(|sign| sentence.contains(sign))
}
