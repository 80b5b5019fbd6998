//! Who said it: what a sentence puts in somebody's mouth, against whose words the cited items are.

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::item::Item;
use super::people::People;
use super::reading::Reading;
use crate::language::lower_words;

/// Verbs of who says, asks or promises something.
const SAYS: [&str; 32] = [
    "wrote",
    "writes",
    "said",
    "says",
    "told",
    "tells",
    "asked",
    "asks",
    "promised",
    "promises",
    "offered",
    "offers",
    "noted",
    "notes",
    "reported",
    "reports",
    "complained",
    "complains",
    "confirmed",
    "confirms",
    "mentioned",
    "mentions",
    "answered",
    "answers",
    "explained",
    "explains",
    "announced",
    "requested",
    "requests",
    "suggested",
    "admitted",
    "thinks",
];

/// Words between a name and its verb.
const BETWEEN: [&str; 8] = ["also", "then", "has", "had", "even", "politely", "just", "only"];

/// Somebody who is said to say what only others do in the items, and who does.
pub(super) fn mistaken<'s>(
    sentence: &'s Reading<'_>,
    items: &[&Item<'_>],
    people: &People,
) -> Option<(&'s str, String)> {
    for (at, word) in sentence.words.iter().enumerate() {
        if !SAYS.contains(&word.lower.as_ref()) {
            continue;
        }
        let mut back = at;
        while back > 0 && BETWEEN.contains(&sentence.words[back - 1].lower.as_ref()) {
            back -= 1;
        }
        let Some(name) = back.checked_sub(1).map(|at| &sentence.words[at]) else { continue };
        let lower = name.lower.as_ref();
        if !people.is_part(lower) || !name.text.starts_with(char::is_uppercase) {
            continue;
        }
        // Of an item that is nobody's words, anybody in it may have said so.
        let mut speakers: Vec<FxHashSet<String>> = Vec::new();
        let mut named = false;
        for item in items {
            let own = speakers_of(item);
            named |= own.is_empty() || item.statements().any(|text| speaks(text, lower));
            speakers.extend(own);
        }
        let other = speakers.first().filter(|_| !named && !speakers.iter().any(|speaker| speaker.contains(lower)));
        if let Some(other) = other {
            return Some((name.text, people.whole(other)));
        }
    }
    None
}

/// "We promised" of what they did, or "they promised" of what we did.
pub(super) fn other_side(sentence: &Reading<'_>, items: &[&Item<'_>]) -> Option<(String, &'static str)> {
    const PROMISES: [&str; 6] = ["promised", "promise", "owe", "owed", "offered", "committed"];
    let verb = sentence.words.iter().position(|word| PROMISES.contains(&word.lower.as_ref()))?;
    let name = &sentence.words[verb.checked_sub(1)?];
    let (said, other, whose) = match name.lower.as_ref() {
        "we" | "we've" => ("team", "customer", "theirs"),
        "they" | "they've" => ("customer", "team", "ours"),
        _ => return None,
    };
    let sides: Vec<&str> = items.iter().flat_map(|item| item.fields("side")).filter_map(Value::as_str).collect();
    (sides.contains(&other) && !sides.contains(&said)).then(|| (name.text.to_owned(), whose))
}

/// Somebody who is said to have been in a call that others were in, or to own an account that another owns.
pub(super) fn not_there<'s>(
    sentence: &'s Reading<'_>,
    items: &[&Item<'_>],
    people: &People,
) -> Option<(&'s str, String)> {
    const WAS_IN: [&[&str]; 6] =
        [&["took", "part"], &["attended"], &["joined"], &["participated"], &["was", "in"], &["were", "in"]];
    const OWNS: [&[&str]; 4] = [&["owns"], &["owned", "by"], &["owner", "is"], &["is", "the", "owner"]];
    let says = |phrases: &[&[&str]]| phrases.iter().any(|phrase| sentence.stands(phrase).next().is_some());
    let there: Vec<String> = if says(&WAS_IN) {
        let lists = items.iter().flat_map(|item| item.fields("participants")).filter_map(Value::as_array).flatten();
        lists.filter_map(|person| Some(person.get("name")?.as_str()?.to_lowercase())).collect()
    } else if says(&OWNS) {
        items
            .iter()
            .flat_map(|item| item.fields("owner_email"))
            .filter_map(|owner| Some(owner.as_str()?.to_lowercase()))
            .collect()
    } else {
        return None;
    };
    let named =
        |word: &&crate::language::Word<'_>| word.text.starts_with(char::is_uppercase) && people.is_part(&word.lower);
    let absent = |word: &&crate::language::Word<'_>| {
        !people.parts(&word.lower).any(|part| there.iter().any(|name| name.contains(part)))
    };
    let denied = says(&[&["not"], &["nobody"], &["without"]]);
    let word = sentence.words.iter().filter(named).find(absent).filter(|_| !there.is_empty() && !denied)?;
    Some((word.text, there.join(", ")))
}

/// Whether a text says of somebody that they say something, or begins with them: "Jared: in five days".
fn speaks(text: &Reading<'_>, name: &str) -> bool {
    text.words.iter().enumerate().filter(|(_, word)| word.lower == name).any(|(at, word)| {
        let behind = text.words[at + 1..].iter().take(3).any(|word| SAYS.contains(&word.lower.as_ref()));
        behind || text.text[word.end..].trim_start().starts_with(':')
    })
}

/// Whose words an item is, each as the parts of a name.
fn speakers_of(item: &Item<'_>) -> Vec<FxHashSet<String>> {
    let mut names: Vec<&str> = item.evidence.speaker.as_deref().into_iter().collect();
    for name in ["who", "speaker", "from"] {
        names.extend(item.fields(name).into_iter().filter_map(Value::as_str));
    }
    names.into_iter().map(|name| lower_words(name).into_iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_tells_who_speaks_in_it() {
        assert!(speaks(&Reading::of("Jared: the account, in five days"), "jared"));
        assert!(speaks(&Reading::of("Then Jared also said so"), "jared"));
        assert!(!speaks(&Reading::of("Jared, would you do it for ten?"), "jared"));
    }
}
