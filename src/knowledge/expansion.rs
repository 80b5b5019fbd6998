//! Turns a question into the words to look for: what only makes it a question is dropped, and what the field writes in
//! several ways is looked for in each of them.

use super::terms::Terms;
use crate::language;

/// Words that ask rather than say what about, in lower case; beyond the stop words of the language.
const ASKING: [&str; 38] = [
    "account",
    "agree",
    "agreed",
    "anybody",
    "ask",
    "asked",
    "asks",
    "call",
    "calls",
    "customer",
    "discuss",
    "discussed",
    "discussing",
    "discussion",
    "find",
    "give",
    "group",
    "happened",
    "list",
    "mention",
    "mentioned",
    "opinion",
    "people",
    "recommend",
    "show",
    "suggest",
    "summarise",
    "summarize",
    "summary",
    "talk",
    "talked",
    "talking",
    "team",
    "tell",
    "thought",
    "thoughts",
    "told",
    "want",
];

/// Weight of a word that was not asked for but means the same.
const SYNONYM: f32 = 0.5;

/// The terms to look for.
#[must_use]
pub(super) fn terms(question: &str) -> Terms {
    let asked = cleaned(question);
    let mut pairs = Terms::of_query(&asked).pairs().to_vec();
    for synonym in synonyms(&asked) {
        let terms = Terms::of_query(synonym);
        let weight = SYNONYM / terms.pairs().len().max(1) as f32;
        pairs.extend(terms.pairs().iter().map(|(term, _)| (*term, weight.max(SYNONYM / 2.0))));
    }
    Terms::new(pairs)
}

/// The question without the words that only ask; as it was when nothing else is in it.
fn cleaned(question: &str) -> String {
    let words: Vec<&str> = language::words(question)
        .into_iter()
        .filter(|word| !language::is_stop_word(&word.lower))
        .filter(|word| ASKING.binary_search(&word.lower.as_ref()).is_err())
        .map(|word| word.text)
        .collect();
    if words.is_empty() { question.to_owned() } else { words.join(" ") }
}

fn synonyms(asked: &str) -> Vec<&'static str> {
    let asked = format!(" {} ", asked.to_lowercase().replace('-', " "));
    let mut found = Vec::new();
    for row in language::synonyms() {
        let says = |term: &str| asked.contains(&format!(" {} ", term.replace('-', " ")));
        if row.names.iter().any(|term| says(term)) {
            found.extend(row.names.iter().copied().filter(|term| !says(term)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_only_ask_are_not_looked_for() {
        assert!(ASKING.is_sorted(), "it is searched by halving");
        assert_eq!(terms("What did they discuss about the audit log?"), Terms::of_query("audit log"));
        assert_eq!(terms("Summarize what the group recommended: recommend"), Terms::of_query("recommended"));
        assert!(!terms("any calls?").is_empty(), "a question of nothing else is looked for as it stands");
    }

    #[test]
    fn another_name_of_the_same_thing_is_looked_for_with_less_weight() {
        let terms = terms("What did they say about single sign-on?");
        let weight =
            |text: &str| Terms::of_query(text).pairs().iter().map(|(term, _)| terms.weight(*term)).sum::<f32>();
        assert!(weight("sso") > 0.0 && weight("sso") < weight("sign"));
        assert!(weight("renewal") == 0.0);
    }
}
