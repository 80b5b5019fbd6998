//! What the words of an order name: a section, a contract, a promise, an address, a note.

use super::clause::{Clause, among};
use crate::domain::account::Section;

/// The section that words name.
pub(super) fn section(words: &[String]) -> Option<Section> {
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
pub(super) fn naming(rest: &[&str]) -> String {
    const FRAME: &str = "the a an this that it its it's their them they from out of in for arr mrr revenue count include again \
                         total totals contract contracts subscription subscriptions order our when and to as is one";
    rest.iter().filter(|word| !among(word, FRAME)).copied().collect::<Vec<_>>().join(" ")
}

/// The words that tell one promise from another, as typed.
pub(super) fn promised(text: &str, clause: Clause) -> String {
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
pub(super) fn address(text: &str) -> Option<String> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()))
        .find(|word| word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')))
        .map(str::to_lowercase)
}

/// What is to be written down: all that follows the word, as typed.
pub(super) fn noted(text: &str, clause: Clause, marker: &str) -> Option<String> {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    let from = clause.start + lower[clause.start..].find(marker)? + marker.len();
    let mut rest = text[from..].trim_start();
    // "a note to Hooli: …", "a note that …", "note: …"
    if let Some((lead, words)) =
        rest.split_once(':').or_else(|| rest.split_once(" - ")).or_else(|| rest.split_once(" – "))
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
