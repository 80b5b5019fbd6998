//! The terms of a text: Qdrant's own BM25 tokenizer and weights, computed here for both engines.
//!
//! A term is the hash of a stem. A document's weights are the BM25 term frequencies; the inverse document frequency is
//! applied at query time, by the engine over the collection and by `rank` over the scope.

use std::sync::LazyLock;

use qdrant_edge::bm25_embed::{EdgeBm25, EdgeBm25Config};

use crate::domain::passage::Passage;

/// Mean length of passages of all kinds in terms, which BM25 measures the length of a passage against. Doubling it
/// changes the measured ranking by less than its noise.
const MEAN_LENGTH: f64 = 50.0;

/// Weight of a word that stands in the title of the record only.
const TITLE: f32 = 0.35;

/// Weight of the speaker's name.
const SPEAKER: f32 = 0.8;

/// Terms with weights, ordered by term, each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms(Vec<(u32, f32)>);

impl Terms {
    /// Orders `pairs`; a term given several times keeps its largest weight.
    #[must_use]
    pub fn new(mut pairs: Vec<(u32, f32)>) -> Self {
        pairs.retain(|(_, weight)| weight.is_finite() && *weight > 0.0);
        pairs.sort_by(|left, right| left.0.cmp(&right.0).then(right.1.total_cmp(&left.1)));
        pairs.dedup_by_key(|(term, _)| *term);
        Self(pairs)
    }

    /// The terms of a query text, weight 1 each.
    #[must_use]
    pub fn of_query(text: &str) -> Self {
        let vector = BM25.embed_query(text);
        Self::new(vector.indices.into_iter().zip(vector.values).collect())
    }

    /// The terms of a passage: its words, its speakers and the words of its title.
    #[must_use]
    pub fn of_passage(passage: &Passage) -> Self {
        Self::weighted(passage, TITLE, SPEAKER)
    }

    /// [`Terms::of_passage`] with other weights, for measuring them.
    #[must_use]
    pub fn weighted(passage: &Passage, title: f32, speaker: f32) -> Self {
        let vector = BM25.embed_document(&spoken(passage));
        let mut pairs: Vec<(u32, f32)> = vector.indices.into_iter().zip(vector.values).collect();
        let mut add = |text: &str, weight: f32| {
            pairs.extend(BM25.embed_query(text).indices.into_iter().map(|term| (term, weight)));
        };
        add(&passage.title, title);
        if let Some(names) = &passage.speaker {
            add(names, speaker);
        }
        for (_, weight) in &mut pairs {
            *weight *= passage.weight;
        }
        Self::new(pairs)
    }

    /// The terms in order.
    #[must_use]
    pub fn pairs(&self) -> &[(u32, f32)] {
        &self.0
    }

    /// The weight of a term, 0 when absent.
    #[must_use]
    pub fn weight(&self, term: u32) -> f32 {
        self.0.binary_search_by_key(&term, |(term, _)| *term).map_or(0.0, |at| self.0[at].1)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The words of a passage without the names that open its lines, so that a name counts once however often its bearer
/// takes the floor.
fn spoken(passage: &Passage) -> String {
    let Some(names) = passage.speaker.as_deref().filter(|names| names.contains(", ")) else {
        return passage.text.clone();
    };
    let names: Vec<&str> = names.split(", ").collect();
    let lines: Vec<&str> = passage
        .text
        .lines()
        .map(|line| match line.split_once(": ") {
            Some((name, words)) if names.iter().any(|known| name.ends_with(known)) => words,
            _ => line,
        })
        .collect();
    lines.join("\n")
}

static BM25: LazyLock<EdgeBm25> = LazyLock::new(|| {
    let config: EdgeBm25Config = serde_json::from_value(serde_json::json!({
        "k": 1.2, "b": 0.75, "avg_len": MEAN_LENGTH, "language": "english", "ascii_folding": true,
    }))
    .unwrap_or_default();
    #[expect(clippy::expect_used, reason = "the configuration is a constant; every test of this module passes here")]
    EdgeBm25::new(config).expect("the BM25 configuration is valid")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_stem_are_one_term_and_stop_words_are_none() {
        assert_eq!(Terms::of_query("renewals"), Terms::of_query("the renewal"));
        assert!(Terms::of_query("what is the").is_empty());
        assert_eq!(Terms::of_query("Café résumé"), Terms::of_query("cafe resume"));
    }

    #[test]
    fn terms_are_ordered_and_unique_and_keep_the_largest_weight() {
        let terms = Terms::new(vec![(7, 1.0), (3, 0.5), (7, 2.0), (9, f32::NAN), (4, 0.0)]);
        assert_eq!(terms.pairs(), [(3, 0.5), (7, 2.0)]);
        assert!((terms.weight(7) - 2.0).abs() < f32::EPSILON && terms.weight(8) == 0.0);
    }
}
