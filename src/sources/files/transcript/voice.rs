//! Who says what in a cue: voice tags, `Name: text`, names above the times, and cues of JSON.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::cue::Cue;
use super::turns::Said;

/// The longest name before a colon, in letters and in words.
const LONGEST_NAME: usize = 60;
const MOST_WORDS: usize = 7;

/// What is said in cues. `known` are the names of those who took part.
pub(super) fn said(cues: &[Cue], known: &[&str]) -> Vec<Said> {
    let pieces: Vec<Said> = cues.iter().flat_map(of_cue).collect();
    // A colon is one of a name where names stand before many of the cues.
    let unnamed: Vec<&Said> = pieces.iter().filter(|said| said.speaker.is_empty()).collect();
    let labelled = unnamed.iter().filter(|said| label(&said.text()).is_some()).count();
    let in_use = labelled * 3 >= unnamed.len();
    let is_known = |name: &str| known.iter().any(|known| known.eq_ignore_ascii_case(name));
    let split = |said: Said| -> Vec<Said> {
        if !said.speaker.is_empty() {
            return vec![said];
        }
        let mut split: Vec<Said> = Vec::new();
        for line in &said.lines {
            match label(line).filter(|(name, _)| in_use || is_known(name)) {
                Some((name, rest)) => split.push(Said { speaker: name, lines: vec![rest], ..said.clone() }),
                None => match split.last_mut() {
                    Some(last) => last.lines.push(line.clone()),
                    None => split.push(Said { lines: vec![line.clone()], ..said.clone() }),
                },
            }
        }
        split
    };
    pieces.into_iter().flat_map(split).filter(|said| said.lines.iter().any(|line| !line.is_empty())).collect()
}

/// The voices of a cue.
fn of_cue(cue: &Cue) -> Vec<Said> {
    static VOICE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]+)>").ok());
    let said = |speaker: &str, text: &str| Said {
        speaker: plain(speaker),
        lines: text.lines().map(plain).filter(|line| !line.is_empty()).collect(),
        start: cue.start,
        end: cue.end,
    };
    let text = cue.lines.join("\n");
    if let Some((speaker, text)) = of_json(&text) {
        return vec![said(&speaker, &text)];
    }
    let Some(voice) = VOICE.as_ref().filter(|voice| voice.is_match(&text)) else {
        return vec![said(quoted(&cue.name), &text)];
    };
    let found: Vec<(usize, usize, &str)> = voice
        .captures_iter(&text)
        .filter_map(|found| Some((found.get(0)?.start(), found.get(0)?.end(), found.get(1)?.as_str())))
        .collect();
    let mut pieces = Vec::new();
    let first = found.first().map_or(0, |(start, ..)| *start);
    pieces.push(said("", text.get(..first).unwrap_or_default()));
    for (place, (_, end, name)) in found.iter().enumerate() {
        let until = found.get(place + 1).map_or(text.len(), |(start, ..)| *start);
        pieces.push(said(name, text.get(*end..until).unwrap_or_default()));
    }
    pieces.retain(|said| !said.lines.is_empty());
    pieces
}

/// A name in quotation marks above the times, behind the number of the cue.
fn quoted(name: &str) -> &str {
    name.split('"').nth(1).filter(|_| name.matches('"').count() == 2).unwrap_or_default()
}

/// A cue that is an object with who speaks and what.
fn of_json(text: &str) -> Option<(String, String)> {
    let value: Value = if text.starts_with('{') { serde_json::from_str(text).ok()? } else { return None };
    let said = value.get("spokenText").or_else(|| value.get("text"))?.as_str()?;
    let speaker = value.get("speakerName").or_else(|| value.get("speaker")).and_then(Value::as_str);
    Some((speaker.unwrap_or_default().to_owned(), said.to_owned()))
}

/// A line's name before its colon, and the rest; none where that is no name.
fn label(line: &str) -> Option<(String, String)> {
    let line = line.trim_start_matches(['>', ' ']);
    let (name, rest) = line.split_once([':', '：'])?;
    let name = name.trim();
    let words: Vec<&str> = name.split_whitespace().collect();
    let fits = !name.is_empty() && name.chars().count() <= LONGEST_NAME && words.len() <= MOST_WORDS;
    // A time, a web address, or the end of a sentence before the colon.
    let foreign = rest.starts_with("//")
        || name.ends_with(|letter: char| letter.is_ascii_digit()) && words.len() == 1
        || name.contains(['?', '!', ';', '"', '“']);
    let first = name.chars().find(|letter| letter.is_alphabetic())?;
    let begins =
        |word: &&&str| word.chars().find(|letter| letter.is_alphabetic()).is_some_and(|letter| !letter.is_lowercase());
    // Small words stand within names: `Ana de la Cruz`, `kim doe [host]` has none in capitals.
    let capitals = words.iter().filter(begins).count() * 2 >= words.len();
    let addressed = name.contains(['[', '(', '@']);
    (fits && !foreign && (!first.is_lowercase() && capitals || addressed))
        .then(|| (name.to_owned(), rest.trim().to_owned()))
}

/// Text without marks of layout, and with the signs that entities stand for.
fn plain(text: &str) -> String {
    static TAGS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"</?[a-zA-Z][^<>\n]*>|<\d[\d:.]*>|\{\\[a-zA-Z][^{}\n]*\}").ok());
    let text = TAGS.as_ref().map_or_else(|| text.into(), |tags| tags.replace_all(text, ""));
    let signs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&lrm;", ""),
        ("&rlm;", ""),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    let text = signs.iter().fold(text.into_owned(), |text, (entity, sign)| text.replace(entity, sign));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
