//! Narrows a passage down to the sentences that answer.

use std::collections::{HashMap, HashSet};

use crate::domain::passage::Passage;
use crate::language;

/// A sentence of a passage that shares words with a question.
#[derive(Clone, Debug, PartialEq)]
pub struct BestSentence {
    /// The sentence, exactly as it stands in the passage.
    pub text: String,
    /// Who says it.
    pub speaker: Option<String>,
    /// Share of the question's words that it has, rare words counting more; from 0 to 1.
    pub coverage: f32,
}

/// At most `max` sentences of `passage` that share words with `query`, the best first. A word counts more the fewer
/// sentences of the passage have it; a sentence says more when its neighbours are about the same.
#[must_use]
pub fn best_sentences(query: &str, passage: &Passage, max: usize) -> Vec<BestSentence> {
    let wanted: HashSet<String> = language::content_stems(query).into_iter().collect();
    let lines = lines(passage);
    let sentences: Vec<(&str, Option<&str>, HashSet<String>)> = lines
        .iter()
        .flat_map(|(speaker, words)| language::statements(words).into_iter().map(move |sentence| (sentence, *speaker)))
        .map(|(sentence, speaker)| (sentence, speaker, language::content_stems(sentence).into_iter().collect()))
        .collect();
    let rarity: HashMap<&String, f32> = wanted
        .iter()
        .map(|stem| {
            let having = sentences.iter().filter(|(_, _, stems)| stems.contains(stem)).count() as f32;
            (stem, (1.0 + sentences.len() as f32 / (1.0 + having)).ln())
        })
        .collect();
    let total: f32 = rarity.values().sum();
    let mut best: Vec<(usize, f32)> = sentences
        .iter()
        .map(|(_, _, stems)| rarity.iter().filter(|(stem, _)| stems.contains(**stem)).map(|(_, weight)| weight).sum())
        .map(|shared: f32| if total > 0.0 { shared / total } else { 0.0 })
        .enumerate()
        .filter(|(_, coverage)| *coverage > 0.0)
        .collect();
    best.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    best.truncate(max);
    best.into_iter()
        .map(|(at, coverage)| BestSentence {
            text: sentences[at].0.to_owned(),
            speaker: sentences[at].1.map(str::to_owned),
            coverage,
        })
        .collect()
}

/// The lines of a passage with who says them.
fn lines(passage: &Passage) -> Vec<(Option<&str>, &str)> {
    let speaker = passage.speaker.as_deref();
    let Some(names) = speaker.filter(|names| names.contains(", ") && passage.first_turn.is_some()) else {
        return vec![(speaker, passage.text.as_str())];
    };
    let mut last = None;
    passage
        .text
        .lines()
        .map(|line| match line.split_once(": ") {
            Some((name, words)) if is_among(name, names) => {
                last = Some(name);
                (last, words)
            }
            _ => (last, line),
        })
        .collect()
}

/// Whether `name` is one of `names`, which are joined with `, ` (a name may hold a comma itself).
fn is_among(name: &str, names: &str) -> bool {
    names == name
        || names.starts_with(&format!("{name}, "))
        || names.ends_with(&format!(", {name}"))
        || names.contains(&format!(", {name}, "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::{RecordKind, RecordRef};
    use crate::domain::time::midnight;

    fn passage(speaker: &str, text: &str) -> Passage {
        Passage {
            source: RecordRef { kind: RecordKind::Call, id: "c".to_owned() },
            account: None,
            ordinal: 0,
            title: "QBR".to_owned(),
            occurred_at: midnight("2026-03-04".parse().unwrap()),
            speaker: Some(speaker.to_owned()),
            side: None,
            at_seconds: None,
            first_turn: Some(0),
            last_turn: Some(1),
            text: text.to_owned(),
            url: None,
            weight: 1.0,
        }
    }

    #[test]
    fn the_sentence_that_answers_comes_with_who_said_it() {
        let text =
            "Dana: The weather is fine. We need SSO before the audit.\nJared: I will send the roadmap: on Friday.";
        let passage = passage("Dana, Jared", text);
        let best = best_sentences("What about SSO and the audit?", &passage, 3);
        assert_eq!(best.len(), 1);
        assert_eq!(
            (best[0].text.as_str(), best[0].speaker.as_deref()),
            ("We need SSO before the audit.", Some("Dana"))
        );
        assert!((best[0].coverage - 1.0).abs() < 1e-6);
        let best = best_sentences("roadmap", &passage, 3);
        assert_eq!(best[0].text, "I will send the roadmap: on Friday.");
    }

    #[test]
    fn a_question_without_a_shared_word_gets_no_sentence() {
        assert_eq!(best_sentences("pricing", &passage("Dana", "We like it."), 3), []);
        assert_eq!(best_sentences("", &passage("Dana", "We like it."), 3), []);
    }
}
