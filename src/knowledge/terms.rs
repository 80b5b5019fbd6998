//! The terms of a text: Qdrant's own BM25 tokenizer and weights, computed here for both engines.
//!
//! Every text has its terms as English has them, without accents. What is told to be in another language has them as that
//! language stems its words besides, so that "Rechnungen" finds "Rechnung"; and words with an umlaut have them as they are
//! spelt without one, so that "Müller" finds "Mueller".
//!
//! A term is the hash of a stem. A document's weights are the BM25 term frequencies; the inverse document frequency is
//! applied at query time, by the engine over the collection and by `rank` over the scope.

use std::borrow::Cow;
use std::sync::LazyLock;

use qdrant_edge::bm25_embed::{EdgeBm25, EdgeBm25Config};

use crate::domain::passage::Passage;
use crate::language::{Language, composed};

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
        let mut pairs = Vec::new();
        for (model, words) in readings(text, false) {
            let vector = model.embed_query(&words);
            pairs.extend(vector.indices.into_iter().zip(vector.values));
        }
        Self::new(pairs)
    }

    /// The terms of a passage: its words, its speakers and the words of its title.
    #[must_use]
    pub fn of_passage(passage: &Passage) -> Self {
        Self::weighted(passage, TITLE, SPEAKER)
    }

    /// [`Terms::of_passage`] with other weights, for measuring them.
    #[must_use]
    pub fn weighted(passage: &Passage, title: f32, speaker: f32) -> Self {
        let mut pairs: Vec<(u32, f32)> = Vec::new();
        for (model, words) in readings(&spoken(passage), true) {
            let vector = model.embed_document(&words);
            pairs.extend(vector.indices.into_iter().zip(vector.values));
        }
        let mut add = |text: &str, weight: f32| {
            for (model, words) in readings(text, false) {
                pairs.extend(model.embed_query(&words).indices.into_iter().map(|term| (term, weight)));
            }
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

/// What a text is tokenized by, each with the spelling it is tokenized in: stemmed as English is and as the language it is
/// in, and both without umlauts where it has any. Of a passage the words its language is full of are left out; of a few
/// words, whose language may be told wrongly, nothing is that English has.
fn readings(text: &str, passage: bool) -> Vec<(&'static EdgeBm25, Cow<'_, str>)> {
    let own = Language::of(text).and_then(|language| OTHERS.iter().find(|(other, _)| *other == language));
    let english = (own.is_none() || !passage).then_some(&*ENGLISH);
    let models = english.into_iter().chain(own.into_iter().flat_map(|(_, models)| models));
    let spelled = spelled_out(text);
    // An accent that is stored beside its letter would end the word there.
    let whole = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(composed(text)) };
    let mut readings = Vec::new();
    for model in models {
        readings.push((model, whole.clone()));
        readings.extend(spelled.clone().map(|spelled| (model, Cow::Owned(spelled))));
    }
    readings
}

/// The text with its umlauts spelt in two letters; none where it has none.
fn spelled_out(text: &str) -> Option<String> {
    const UMLAUTS: [(char, &str); 8] =
        [('ä', "ae"), ('ö', "oe"), ('ü', "ue"), ('Ä', "Ae"), ('Ö', "Oe"), ('Ü', "Ue"), ('ø', "oe"), ('å', "aa")];
    if text.is_ascii() {
        return None;
    }
    // An umlaut may be stored as a letter and a mark beside it.
    let mut text = composed(text);
    let mut found = false;
    for (umlaut, letters) in UMLAUTS {
        if text.contains(umlaut) {
            text = text.replace(umlaut, letters);
            found = true;
        }
    }
    found.then_some(text)
}

static ENGLISH: LazyLock<EdgeBm25> = LazyLock::new(|| model("english", "english"));

/// The other languages whose stems are known: stemmed as English, and as themselves.
static OTHERS: LazyLock<Vec<(Language, [EdgeBm25; 2])>> = LazyLock::new(|| {
    const STEMMED: [Language; 13] = [
        Language::German,
        Language::French,
        Language::Spanish,
        Language::Italian,
        Language::Portuguese,
        Language::Dutch,
        Language::Swedish,
        Language::Danish,
        Language::Norwegian,
        Language::Finnish,
        Language::Hungarian,
        Language::Romanian,
        Language::Russian,
    ];
    let models = |language: Language| {
        let name = language.name().to_lowercase();
        (language, ["english", &name].map(|stems| model(&name, stems)))
    };
    STEMMED.map(models).into()
});

/// Leaves out the words without meaning of one language, and stems the others as another does.
fn model(language: &str, stems: &str) -> EdgeBm25 {
    let config: EdgeBm25Config = serde_json::from_value(serde_json::json!({
        "k": 1.2, "b": 0.75, "avg_len": MEAN_LENGTH, "language": language, "ascii_folding": true,
        "stemmer": {"type": "snowball", "language": stems},
    }))
    .unwrap_or_default();
    #[expect(clippy::expect_used, reason = "the configuration is a constant; every test of this module passes here")]
    EdgeBm25::new(config).expect("the BM25 configuration is valid")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::RecordKind;
    use crate::knowledge::chunk;

    #[test]
    fn words_of_one_stem_are_one_term_and_stop_words_are_none() {
        assert_eq!(Terms::of_query("renewals"), Terms::of_query("the renewal"));
        assert!(Terms::of_query("what is the").is_empty());
        assert_eq!(Terms::of_query("Café résumé"), Terms::of_query("cafe resume"));
    }

    fn finds(question: &str, text: &str) -> bool {
        let at = "2026-03-04T00:00:00Z".parse().unwrap();
        let template = chunk::template(RecordKind::Call, "c", String::new(), at);
        let said = Terms::of_passage(&Passage { text: text.to_owned(), ..template });
        Terms::of_query(question).pairs().iter().any(|(term, _)| said.weight(*term) > 0.0)
    }

    #[test]
    fn words_are_stemmed_in_the_language_they_are_in() {
        assert!(finds("Was haben sie über die Rechnungen gesagt?", "Wir haben die Rechnung noch nicht bekommen."));
        assert!(finds("Qu'est-ce qu'ils ont dit des factures ?", "Nous n'avons pas encore reçu la facture."));
        assert!(finds("¿Qué dijeron de las licencias?", "Todavía no tenemos la licencia para el equipo."));
        assert!(!finds("Was haben sie über die Verträge gesagt?", "Wir haben die Rechnung noch nicht bekommen."));
    }

    #[test]
    fn a_word_is_found_however_its_accents_are_stored() {
        let stored = "They want the de\u{301}po\u{302}t in Alenc\u{327}on.";
        for question in ["dépôt", "depot", "Alençon", "alencon", "de\u{301}po\u{302}t"] {
            assert!(finds(question, stored), "{question}");
        }
    }

    #[test]
    fn a_word_is_found_with_and_without_its_umlaut() {
        for (question, text) in [
            ("Mueller", "Frau Müller kommt."),
            ("Müller", "Frau Mueller kommt."),
            ("Muller", "Frau Müller kommt."),
            ("Straße", "Die Strasse ist gesperrt."),
            ("Mu\u{308}ller", "Frau Mueller kommt."),
        ] {
            assert!(finds(question, text), "{question}");
        }
    }

    #[test]
    fn no_word_of_a_question_is_lost_to_another_language() {
        // "EU" is a Portuguese word, and the first of these is short enough to be taken for Portuguese.
        assert!(finds("No EU billing", "They asked for hosting in the EU and for nothing else."));
        assert!(finds("Rechnungen", "Die Rechnungen sind noch nicht da, wir warten auf sie."));
    }

    #[test]
    fn english_has_the_terms_it_always_had() {
        let text = "We would like the renewals to be invoiced by the end of the month, please.";
        let vector = ENGLISH.embed_query(text);
        assert_eq!(Terms::of_query(text), Terms::new(vector.indices.into_iter().zip(vector.values).collect()));
    }

    #[test]
    fn terms_are_ordered_and_unique_and_keep_the_largest_weight() {
        let terms = Terms::new(vec![(7, 1.0), (3, 0.5), (7, 2.0), (9, f32::NAN), (4, 0.0)]);
        assert_eq!(terms.pairs(), [(3, 0.5), (7, 2.0)]);
        assert!((terms.weight(7) - 2.0).abs() < f32::EPSILON && terms.weight(8) == 0.0);
    }
}
