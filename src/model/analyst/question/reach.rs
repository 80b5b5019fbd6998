//! How far a question reaches that names no account: to whoever it fits, or to one account that the chat must know.

use super::cues::Cues;

/// Words that stand for whoever a question fits.
const WHOEVER: [&str; 18] = [
    "who",
    "who's",
    "whose",
    "which",
    "any",
    "anyone",
    "anybody",
    "everyone",
    "everybody",
    "nobody",
    "where",
    "list",
    "total",
    "all",
    "every",
    "accounts",
    "customers",
    "clients",
];

/// Whether a question is for whoever it fits, as far as its words tell: "who asked for SSO", "any failed payments".
#[must_use]
pub fn wide(cues: &Cues<'_>) -> bool {
    let words = cues.words();
    let whoever = words
        .iter()
        .position(|word| WHOEVER.contains(word))
        .or_else(|| words.windows(2).position(|pair| matches!(pair, ["how", "many"] | ["most", "of"])));
    whoever.is_some_and(|whoever| !one_meant(cues) && !points_back(&words, whoever))
}

/// Whether it speaks of one account as known: "the account", "that call", "who is our champion".
#[must_use]
pub fn one_meant(cues: &Cues<'_>) -> bool {
    cues.phrase(&["the|this|that", "account|customer|client|company"])
        && !cues.phrase(&["the", "accounts|customers|clients|companies"])
        || cues
            .phrase(&["this|that|the", "call|meeting|email|e-mail|conversation|contract|renewal|deal|champion|offer"])
        || cues.phrase(&["last|latest|next", "call|meeting|email|e-mail|conversation"])
        || cues.phrase(&[
            "who|who's|what|which",
            "is|are|was",
            "the|our|their|my",
            "*",
            "contact|champion|owner|sponsor|csm|stakeholder|stakeholders|contacts",
        ])
        || cues.phrase(&["who's", "the|our|their|my"])
}

/// Whether a pronoun stands for somebody spoken of before, not for whoever the question asks for: "who asked for it and
/// did they get it" and "who changed their contact" point at nobody outside; "who do they report to" does.
fn points_back(words: &[&str], whoever: usize) -> bool {
    const BREAKS: [&str; 4] = ["and", "but", "or", "then"];
    const HELPS: [&str; 14] =
        ["do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "will", "can", "of", "should"];
    words.iter().enumerate().any(|(at, word)| {
        let broken = at > whoever && words[whoever..at].iter().any(|word| BREAKS.contains(word));
        match *word {
            "he" | "she" | "him" | "her" | "his" | "hers" => true,
            "them" => !broken,
            "they" | "their" | "theirs" => {
                let before = at.checked_sub(1).map(|before| words[before]);
                let beside = at == whoever + 1 || at == whoever + 2 && before.is_some_and(is_preposition);
                at < whoever || !broken && (beside || before.is_some_and(|before| HELPS.contains(&before)))
            }
            _ => false,
        }
    })
}

fn is_preposition(word: &str) -> bool {
    matches!(word, "at" | "on" | "of" | "from" | "in" | "with" | "for" | "by")
}
