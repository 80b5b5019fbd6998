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
    // "Added up, …", "Noted: …"
    const AFTER: [&str; 6] = ["up", "together", "to", "that", "for", "on"];
    const OURS: [&str; 4] = ["routed", "untracked", "retracked", "snoozed"];
    let said: Vec<String> = words(&unquoted(sentence)).into_iter().map(|word| word.lower.into_owned()).collect();
    let first_person = |at: usize| {
        said[at.saturating_sub(3)..at].iter().any(|word| matches!(word.as_str(), "i" | "i've" | "we've")) || at == 0 && !cites && said[0] != "given" && !said.get(1).is_some_and(|next| AFTER.contains(&next.as_str()))
    };
    said.iter().enumerate().any(|(at, word)| {
        DEEDS.contains(&word.as_str()) && first_person(at) || OURS.contains(&word.as_str()) && !on_record(word)
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
