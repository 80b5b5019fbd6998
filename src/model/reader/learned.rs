//! How much a sentence sounds like a promise or like a request, learned from labelled sentences of many trades.
//!
//! The rules of this module know forms; what fills them (which deed, which thing) they know only from tables. The
//! sentences tell those apart that no table has.

use std::sync::LazyLock;

use crate::language::learn::{self, Feature, Learned};
use crate::language::{is_stop_word, is_time_word, stem, words};

/// `yes|no<TAB>sentence`.
static PROMISES: LazyLock<Learned> = LazyLock::new(|| learned(include_str!("promises.tsv")));
static REQUESTS: LazyLock<Learned> = LazyLock::new(|| learned(include_str!("requests.tsv")));

/// What a sentence sounds like, as probabilities.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sound {
    /// That whoever says it takes on to do something, or has the listener expect something.
    pub promise: f64,
    /// That a customer who says it asks for something.
    pub request: f64,
}

/// What `sentence` sounds like.
pub(super) fn sound(sentence: &str) -> Sound {
    let features = features(sentence);
    Sound { promise: PROMISES.chance("yes", &features).into(), request: REQUESTS.chance("yes", &features).into() }
}

fn learned(examples: &'static str) -> Learned {
    Learned::from_examples(&read(examples))
}

fn read(examples: &'static str) -> Vec<(&'static str, Vec<Feature>)> {
    learn::labelled(examples).map(|(label, text)| (label, features(text))).collect()
}

fn features(sentence: &str) -> Vec<Feature> {
    let plain: Vec<String> = words(sentence).into_iter().map(|word| plain(&word.lower)).collect();
    learn::features(plain.iter().map(String::as_str), sentence.trim_end().ends_with('?'))
}

/// Days and figures stand for all of their kind.
fn plain(lower: &str) -> String {
    if lower.chars().any(|letter| letter.is_ascii_digit()) {
        "#".to_owned()
    } else if is_stop_word(lower) || lower.contains('\'') {
        lower.to_owned()
    } else if is_time_word(lower) {
        "~day".to_owned()
    } else {
        stem(lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_no_table_knows_are_told_apart() {
        assert!(sound("I'll pass that on to our warehouse crew and ring you on Thursday.").promise > 0.7);
        assert!(sound("I'll be quick, I know you have to run.").promise < 0.4);
        assert!(sound("Is there any chance you could let the drivers swap routes?").request > 0.7);
        assert!(sound("How was the trade fair?").request < 0.3);
    }

    /// Prints precision and recall on sentences left out: `cargo test --lib left_out -- --ignored --nocapture`.
    #[test]
    #[ignore = "a measurement"]
    fn sentences_left_out_are_told_apart() {
        for (name, text) in [("promises", include_str!("promises.tsv")), ("requests", include_str!("requests.tsv"))] {
            let all = read(text);
            let (mut hits, mut false_hits, mut misses) = (0_f32, 0_f32, 0_f32);
            for (label, _, guess) in learn::left_out(&all) {
                match (guess == "yes", label == "yes") {
                    (true, true) => hits += 1.0,
                    (true, false) => false_hits += 1.0,
                    (false, true) => misses += 1.0,
                    (false, false) => {}
                }
            }
            let (precision, recall) = (hits / (hits + false_hits), hits / (hits + misses));
            println!("{name}: precision {precision:.3}, recall {recall:.3} of {}", all.len());
            assert!(precision > 0.7 && recall > 0.7);
        }
    }
}
