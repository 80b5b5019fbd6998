//! The intent of a question, learned from labelled examples. The rules of [`super::detect`] are one of the things it
//! looks at: where they are sure it follows them, and where no rule speaks it goes by what the words are like.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::intent::Intent;
use super::{Surface, detect};
use crate::language::learn::{self, Feature, Learned, feature};

/// `label<TAB>question`, with `ACCOUNT` and `PERSON` where one is named.
static EXAMPLES: &str = include_str!("examples.tsv");

static LEARNED: LazyLock<Learned> = LazyLock::new(|| Learned::from_examples(&examples()));

/// Follows what was learned against a rule from this probability on.
const AGAINST_RULE: f32 = 0.5;

/// Likewise where no rule speaks.
const WITHOUT_RULE: f32 = 0.3;

/// Likewise for what changes something or asks about every account: those answers are of no use when it is wrong.
const GRAVE: f32 = 0.6;

/// What a question wants, and whether rules and examples agree. `alone` when it may be about all accounts: no account,
/// no person and no pronoun in it, in a chat that is open on none.
pub fn settle(surface: &Surface<'_>, alone: bool) -> (Intent, bool) {
    let rule = &surface.rule;
    let guesses = LEARNED.guess(&features(surface));
    let Some((label, chance)) = guesses.first().copied() else { return (rule.clone(), false) };
    if label == rule.label() {
        return (rule.clone(), true);
    }
    let needed = match label {
        "accounts" if !alone => f32::INFINITY,
        "accounts" | "act" | "close_loop" | "draft" | "help" => GRAVE,
        // Two accounts are compared where two are found.
        "compare" => f32::INFINITY,
        _ if *rule == Intent::Topic => WITHOUT_RULE,
        _ => AGAINST_RULE,
    };
    if rule.is_fixed() || chance < needed {
        return (rule.clone(), false);
    }
    (Intent::from_label(label).map_or_else(|| rule.clone(), |intent| detect::detailed(intent, &surface.cues())), false)
}

fn features(surface: &Surface<'_>) -> Vec<Feature> {
    let question = surface.question.trim_end().ends_with('?');
    let mut features = learn::features(surface.tokens.iter().map(|token| token.stem.as_str()), question);
    features.push(feature(&["", "rule", surface.rule.label()]));
    features.extend(["one", "two"].iter().take(surface.names).map(|count| feature(&["", "names", count])));
    features.extend(
        surface.stretch.as_ref().map(|stretch| feature(&["", "time", if stretch.ahead { "ahead" } else { "past" }])),
    );
    for kind in Intent::KINDS {
        let own = kind.own_words();
        let count = surface.tokens.iter().filter(|token| own.contains(&token.stem.as_str())).count();
        features.extend(["one", "two", "three"].iter().take(count).map(|count| feature(&["", kind.label(), count])));
    }
    features
}

fn examples() -> Vec<(&'static str, Vec<Feature>)> {
    learn::labelled(EXAMPLES).map(|(label, question)| (label, features(&surface(question)))).collect()
}

/// An example as a question is read. The day matters only for which way from it a time lies.
fn surface(question: &str) -> Surface<'_> {
    let names: Vec<(usize, usize)> = ["ACCOUNT", "PERSON"]
        .iter()
        .flat_map(|name| question.match_indices(name).map(|(at, name)| (at, at + name.len())))
        .collect();
    Surface::new(question, &names, NaiveDate::default().into(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_of_known_intents() {
        for (label, question) in learn::labelled(EXAMPLES) {
            assert!(Intent::from_label(label).is_some(), "{label}: {question}");
        }
        assert!(learn::labelled(EXAMPLES).count() > 1_000);
    }

    /// Prints how well examples that were left out are understood: `cargo test --lib left_out -- --ignored --nocapture`.
    #[test]
    #[ignore = "a measurement"]
    fn examples_left_out_are_understood() {
        let all = examples();
        let (mut learned_right, mut rule_right) = (0, 0);
        let mut confused = std::collections::BTreeMap::<(String, String), usize>::new();
        for (label, features, guess) in learn::left_out(&all) {
            learned_right += usize::from(guess == label);
            rule_right += usize::from(features.contains(&feature(&["", "rule", label])));
            if guess != label {
                *confused.entry((label.to_owned(), guess)).or_default() += 1;
            }
        }
        println!("of {}: rules {rule_right}, learned {learned_right}", all.len());
        let mut confused: Vec<_> = confused.into_iter().collect();
        confused.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for ((is, taken), count) in confused.into_iter().take(25) {
            println!("{count} {is} taken for {taken}");
        }
        let (_, features) = &all[0];
        assert!(LEARNED.guess(features)[0].1 > 0.0);
    }
}
