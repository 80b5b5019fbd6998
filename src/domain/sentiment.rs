//! How somebody feels, as a number from −1 (bad) to 1 (good) that can be given in words.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

/// The words and their numbers.
const WORDS: [(&str, f64); 7] = [
    ("very negative", -1.0),
    ("negative", -0.5),
    ("neutral", 0.0),
    ("mixed", 0.0),
    ("positive", 0.5),
    ("very positive", 1.0),
    ("unknown", f64::NAN),
];

/// What can be written, for the schema of the import format.
pub(crate) struct Sentiment;

impl JsonSchema for Sentiment {
    fn schema_name() -> Cow<'static, str> {
        "Sentiment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                {"type": "number", "minimum": -1, "maximum": 1},
                {"type": "string", "enum": WORDS.map(|(word, _)| word)},
                {"type": "null"},
            ],
        })
    }
}

/// Deserializes a number, or words that stand for one, in any spelling; for `#[serde(deserialize_with)]`.
pub(crate) fn sentiment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(f64),
        Words(String),
    }
    match Option::<Written>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Written::Number(number)) => Ok(Some(number)),
        Some(Written::Words(words)) => parse(&words).map_err(serde::de::Error::custom),
    }
}

fn parse(words: &str) -> Result<Option<f64>, String> {
    let plain: Vec<String> = words
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let plain = plain.join(" ");
    if plain.is_empty() {
        return Ok(None);
    }
    if let Some((_, number)) = WORDS.iter().find(|(word, _)| *word == plain) {
        return Ok(Some(*number).filter(|number| !number.is_nan()));
    }
    if let Ok(number) = words.trim().replace('−', "-").parse() {
        return Ok(Some(number));
    }
    let known = WORDS.map(|(word, _)| word).join(", ");
    let near = WORDS.iter().map(|(word, _)| (strsim::jaro_winkler(word, &plain), *word));
    let near = near.filter(|(likeness, _)| *likeness > 0.86).max_by(|left, right| left.0.total_cmp(&right.0));
    let hint = near.map(|(_, word)| format!(" (did you mean `{word}`?)")).unwrap_or_default();
    let shown: String = words.chars().take(60).collect();
    Err(format!("`{shown}` is neither a number from -1 to 1 nor one of {known}{hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_for_numbers_in_any_spelling() {
        for (words, number) in [
            ("very negative", Some(-1.0)),
            ("Very-Negative", Some(-1.0)),
            ("NEGATIVE", Some(-0.5)),
            ("neutral", Some(0.0)),
            ("mixed", Some(0.0)),
            ("very_positive", Some(1.0)),
            ("0.25", Some(0.25)),
            ("−0.25", Some(-0.25)),
            ("unknown", None),
            ("", None),
        ] {
            assert_eq!(parse(words).unwrap(), number, "{words}");
        }
        let refused = parse("postive").unwrap_err();
        assert!(refused.contains("one of very negative") && refused.contains("did you mean `positive`"), "{refused}");
    }
}
