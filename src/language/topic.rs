//! What a text is about: the words of a topic, how much each tells, and how much of them another text has.

use std::collections::HashSet;

use super::{content_stems, is_stop_word, rank, stem, synonyms, words};

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

/// Words up to this rank among the most frequent tell half as much as others.
const FREQUENT: usize = 600;

/// How much of a topic must be left for the rest of it to be left out.
const CARRIES: f32 = 0.45;

/// The words of a topic with the weight of each.
pub struct Topic {
    terms: Vec<Term>,
    total: f32,
}

/// One word of a topic.
struct Term {
    /// As typed.
    word: String,
    /// The stems of the word itself, then those of other names for it.
    forms: Vec<Vec<String>>,
    weight: f32,
    /// Whether it is a word of English rather than a name.
    everyday: bool,
}

impl Term {
    /// Whether `stems` have the word (0) or another name for it (1 and more).
    fn found_in(&self, stems: &HashSet<&str>) -> Option<usize> {
        self.forms.iter().position(|form| form.iter().all(|stem| stems.contains(stem.as_str())))
    }
}

impl Topic {
    /// Of a phrase or question.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut terms: Vec<Term> = Vec::new();
        let found = words(text);
        for word in found.iter().filter(|word| !is_stop_word(&word.lower)) {
            let stems = content_stems(word.text);
            let Some(stem) = stems.first() else { continue };
            if terms.iter().any(|term| term.forms.iter().any(|form| form.len() == 1 && form[0] == *stem)) {
                continue;
            }
            let mut forms = vec![stems.clone()];
            for row in synonyms().iter().filter(|row| row.stems.contains(&stems)) {
                forms.extend(row.stems.iter().filter(|form| **form != stems).cloned());
            }
            forms.extend(figure(&word.lower).into_iter().map(|form| vec![form]));
            let telling = word.text.chars().any(|letter| letter.is_ascii_digit())
                || word.text.chars().filter(|letter| letter.is_uppercase()).count() > 1;
            let rank = rank(&word.lower);
            let weight = if GENERIC.contains(&stem.as_str()) {
                0.4
            } else if telling {
                1.6
            } else {
                match rank {
                    None => 1.4,
                    Some(rank) if rank < FREQUENT => 0.6,
                    Some(_) => 1.0,
                }
            };
            terms.push(Term { word: word.text.to_owned(), forms, weight, everyday: rank.is_some() && !telling });
        }
        Self::of(terms)
    }

    fn of(terms: Vec<Term>) -> Self {
        let total = terms.iter().map(|term| term.weight).sum();
        Self { terms, total }
    }

    /// Leaves out the everyday words none of `texts` says, which are the asker's way of putting it, as long as what is
    /// left carries the topic; gives them. A name that nothing says stays: then the topic is not spoken of.
    pub fn leave_out_unsaid<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Vec<String> {
        let stems: Vec<String> = texts.into_iter().flat_map(content_stems).collect();
        let said: HashSet<&str> = stems.iter().map(String::as_str).collect();
        for term in self.terms.iter_mut().filter(|term| !term.everyday && term.found_in(&said).is_none()) {
            // A name nobody says may be a word mistyped.
            if let Some(meant) = said.iter().copied().filter(|said| is_slip(&term.forms[0], said)).min() {
                term.forms.insert(0, vec![meant.to_owned()]);
            }
        }
        let (kept, left_out): (Vec<Term>, Vec<Term>) = std::mem::take(&mut self.terms)
            .into_iter()
            .partition(|term| term.found_in(&said).is_some() || !term.everyday);
        let carried: f32 = kept.iter().map(|term| term.weight).sum();
        let telling = kept.iter().any(|term| term.weight >= 1.0);
        if !telling || carried < CARRIES * self.total {
            self.terms = kept.into_iter().chain(left_out).collect();
            return Vec::new();
        }
        *self = Self::of(kept);
        left_out.into_iter().map(|term| term.word).collect()
    }

    /// Stems of which any text has one that has at least this share of the topic's weight.
    #[must_use]
    pub fn stems_of_share(&self, share: f32) -> Vec<String> {
        let mut terms: Vec<&Term> = self.terms.iter().collect();
        terms.sort_by(|left, right| left.weight.total_cmp(&right.weight));
        // Without the heavier ones, the lightest do not make up the share.
        let mut without = 0.0;
        let needed = terms.into_iter().skip_while(|term| {
            without += term.weight;
            without < share * self.total
        });
        let stems: std::collections::BTreeSet<&String> =
            needed.flat_map(|term| term.forms.iter().filter_map(|form| form.first())).collect();
        stems.into_iter().cloned().collect()
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
            .map(|term| match term.found_in(&known) {
                Some(0) => term.weight,
                Some(_) => term.weight * 0.85,
                None => 0.0,
            })
            .sum();
        found / self.total
    }
}

/// Other ways of writing a figure: `6k` is 6,000, and 10 may be said as "ten". Of smaller ones too many are said.
fn figure(word: &str) -> Vec<String> {
    const SAID: [(&str, &str); 10] = [
        ("10", "ten"),
        ("11", "eleven"),
        ("12", "twelve"),
        ("15", "fifteen"),
        ("20", "twenty"),
        ("25", "twenty-five"),
        ("30", "thirty"),
        ("50", "fifty"),
        ("60", "sixty"),
        ("90", "ninety"),
    ];
    if let Some(thousands) = word.strip_suffix('k').and_then(|number| number.parse::<u32>().ok()) {
        return vec![format!("{thousands},000"), format!("{thousands}000")];
    }
    SAID.iter().filter(|(figure, _)| *figure == word).map(|(_, said)| stem(said)).collect()
}

/// Whether `typed` is one slip of the finger away from `said`.
fn is_slip(typed: &[String], said: &str) -> bool {
    const SHORTEST: usize = 5;
    let [typed] = typed else { return false };
    typed.len() >= SHORTEST
        && said.len() >= SHORTEST
        && typed.as_bytes()[0] == said.as_bytes()[0]
        && strsim::osa_distance(typed, said) == 1
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
    fn what_has_a_share_of_a_topic_has_one_of_its_stems() {
        let topic = Topic::new("SSO support with Okta");
        let stems = topic.stems_of_share(0.5);
        for text in ["We need single sign-on", "Okta first", "SSO please", "support for SAML"] {
            let has = content_stems(text).iter().any(|stem| stems.contains(stem));
            assert!(has || topic.share(text) < 0.5, "{text}: {stems:?}");
        }
        assert!(!stems.contains(&"support".to_owned()), "a word that tells little finds everything: {stems:?}");
    }

    #[test]
    fn figures_are_met_however_they_are_written() {
        assert!(Topic::new("the 6k refund").share("a refund of 6,000 dollars") > 0.9);
        assert!(Topic::new("10% discount").share("ten percent discount") > 0.8);
    }

    #[test]
    fn everyday_words_nobody_says_are_left_out_and_names_are_not() {
        let mut topic = Topic::new("blocking the Lysander rollout");
        assert_eq!(topic.leave_out_unsaid(["Lysander waits for the rollout plan"]), ["blocking"]);
        assert!(topic.share("the Lysander rollout") > 0.9);
        let mut topic = Topic::new("Lysander pricing");
        assert!(topic.leave_out_unsaid(["our pricing is fine"]).is_empty());
        assert!(topic.share("our pricing is fine") < 0.6, "nobody spoke of Lysander");
    }

    #[test]
    fn telling_words_weigh_more_than_everyday_ones() {
        let topic = Topic::new("BoxCo product");
        assert!(topic.share("BoxCo quoted less") > 0.6);
        assert!(topic.share("we like the product") < 0.4);
    }
}
