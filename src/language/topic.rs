//! What a text is about: the words of a topic, how much each tells, and how much of them another text has.

use std::collections::HashSet;

use super::{content_stems, is_stop_word, synonyms, words};

/// Words so common in this field that they tell little of a topic.
const GENERIC: [&str; 82] = [
    "reason", "caus", "result", "criteria", "compar", "split", "turn", "behind", "stori", "exact", "happen", "stand",
    "root", "show", "outcom", "answer", "explan", "everyth", "anyth", "januari", "februari", "march", "april", "may",
    "june", "juli", "august", "septemb", "octob", "novemb", "decemb", "half", "kind", "side", "part", "right", "place",
    "long", "product", "platform", "team", "use", "user", "work", "need", "make", "plan", "time", "issu", "problem",
    "support", "new", "chang", "support", "data", "servic", "busi", "compani", "peopl", "start", "end", "help",
    "better", "good", "bad", "big", "provid", "request", "feature", "featur", "current", "status", "statu", "detail",
    "month", "week", "day", "year", "next", "last", "open", "expect",
];

/// The words of a topic with the weight of each.
pub struct Topic {
    terms: Vec<(Vec<Vec<String>>, f32)>,
    total: f32,
}

impl Topic {
    /// Of a phrase or question.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut terms: Vec<(Vec<Vec<String>>, f32)> = Vec::new();
        let found = words(text);
        for word in found.iter().filter(|word| !is_stop_word(&word.lower)) {
            let stems = content_stems(word.text);
            let Some(stem) = stems.first() else { continue };
            if terms.iter().any(|(forms, _)| forms.iter().any(|form| form.len() == 1 && form[0] == *stem)) {
                continue;
            }
            let mut forms = vec![stems.clone()];
            for row in synonyms().iter().filter(|row| row.stems.contains(&stems)) {
                forms.extend(row.stems.iter().filter(|form| **form != stems).cloned());
            }
            let telling = word.text.chars().any(|letter| letter.is_ascii_digit())
                || word.text.chars().filter(|letter| letter.is_uppercase()).count() > 1;
            let weight = if GENERIC.contains(&stem.as_str()) {
                0.4
            } else if telling {
                1.6
            } else {
                1.0
            };
            terms.push((forms, weight));
        }
        let total = terms.iter().map(|(_, weight)| weight).sum();
        Self { terms, total }
    }

    /// Whether it has no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The share of the topic's weight that `text` has, 0 to 1.
    #[must_use]
    pub fn share(&self, text: &str) -> f32 {
        self.share_of(&content_stems(text))
    }

    /// Likewise, for text already cut into stems. A synonym counts a little less than the word itself.
    #[must_use]
    pub fn share_of(&self, stems: &[String]) -> f32 {
        if self.total <= 0.0 {
            return 0.0;
        }
        let known: HashSet<&str> = stems.iter().map(String::as_str).collect();
        let found: f32 = self
            .terms
            .iter()
            .map(|(forms, weight)| {
                let hit = forms.iter().position(|form| form.iter().all(|stem| known.contains(stem.as_str())));
                match hit {
                    Some(0) => *weight,
                    Some(_) => weight * 0.85,
                    None => 0.0,
                }
            })
            .sum();
        found / self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_met_by_its_words_and_by_other_names_for_them() {
        let topic = Topic::new("SSO with Okta");
        assert!(topic.share("We need single sign-on before the audit, with Okta.") > 0.8);
        assert!(topic.share("Restores are slow.") < 0.1);
    }

    #[test]
    fn telling_words_weigh_more_than_everyday_ones() {
        let topic = Topic::new("BoxCo product");
        assert!(topic.share("BoxCo quoted less") > 0.6);
        assert!(topic.share("we like the product") < 0.4);
    }
}
