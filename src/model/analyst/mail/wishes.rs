//! What is wanted of a mail, read from the words.

use crate::domain::draft::{Goal, Length, Tone};
use crate::domain::text::capital;
use crate::language;

/// What is wanted of a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Whether the last draft is to be changed.
    pub revise: bool,
    /// What it is for.
    pub goal: Option<Goal>,
    /// Whom it is to, where no name known here says so: "the CFO".
    pub recipient: Option<String>,
    /// How warm.
    pub tone: Option<Tone>,
    /// How long.
    pub length: Option<Length>,
    /// In which language.
    pub language: Option<String>,
    /// What to mention.
    pub mention: Vec<String>,
    /// The release it is about.
    pub release: Option<String>,
}

/// Words before what is to be mentioned; the longer ones first.
const MENTIONS: [&str; 20] = [
    "don't forget to mention",
    "make sure to mention",
    "and mentioning",
    "and mention",
    "mentioning",
    "mention that",
    "mention",
    "bring up",
    "saying that",
    "to say that",
    "telling them that",
    "saying",
    "tell them that",
    "tell them",
    "tell her",
    "tell him",
    "let them know that",
    "let them know",
    "to let them know",
    "that",
];

/// Names of languages.
const LANGUAGES: [&str; 16] = [
    "german",
    "french",
    "spanish",
    "italian",
    "dutch",
    "portuguese",
    "swedish",
    "norwegian",
    "danish",
    "polish",
    "czech",
    "japanese",
    "chinese",
    "korean",
    "finnish",
    "english",
];

/// Words that tell a goal; the more telling first.
const GOALS: [(Goal, &[&str]); 8] = [
    (
        Goal::Reengage,
        &[
            "win back",
            "win them back",
            "win-back",
            "winback",
            "back as a customer",
            "re-engage",
            "reengage",
            "reactivate",
            "closed-lost",
            "closed lost",
        ],
    ),
    (
        Goal::CloseTheLoop,
        &[
            "close the loop",
            "close-the-loop",
            "closing the loop",
            "shipped",
            "is live",
            "are live",
            "went live",
            "was released",
            "is out",
            "is out now",
            "is fixed",
        ],
    ),
    (
        Goal::PaymentRecovery,
        &[
            "payment",
            "unpaid",
            "overdue invoice",
            "open invoice",
            "past due",
            "late invoice",
            "invoice",
            "their card",
            "declined card",
            "pay us",
        ],
    ),
    (Goal::TrialConversion, &["trial"]),
    (Goal::Renewal, &["renewal", "renewing", "renew", "contract signature", "order form"]),
    (
        Goal::SaveAtRisk,
        &[
            "save-at-risk",
            "save at risk",
            "at risk",
            "apology",
            "apologise",
            "apologize",
            "unhappy",
            "upset",
            "angry",
            "save the account",
            "save them",
            "not to leave",
            "stay with us",
        ],
    ),
    (Goal::Adoption, &["adoption", "usage", "unused seats", "low use", "logging in", "log in", "use it more"]),
    (
        Goal::CheckIn,
        &[
            "check-in",
            "check in",
            "checkin",
            "checking in",
            "touch base",
            "catch up",
            "how they are doing",
            "how things are",
            "went silent",
            "gone quiet",
        ],
    ),
];

/// The wishes in a question that asks for a mail.
pub fn read(question: &str) -> Mail {
    let lower = plain(question);
    let (rest, mention) = mention_in(question, &lower);
    let told = format!("{rest} {}", mention.as_deref().unwrap_or_default());
    let shipped = mention.as_deref().is_some_and(|mention| goal_in(&plain(mention)) == Some(Goal::CloseTheLoop));
    let goal = goal_in(&rest).or_else(|| goal_in(&plain(&told)).filter(|_| shipped));
    Mail { revise: false, goal, mention: mention.into_iter().collect(), ..manner(&rest, question) }
}

/// The wishes in a message that changes the last draft: "shorter", "make it warmer and mention the training", "to Dana
/// instead", "in German". None where it says anything else. `named` tells whether it names a person.
pub fn changes(message: &str, named: Option<&str>) -> Option<Mail> {
    const AROUND: [&str; 62] = [
        "please", "pls", "now", "make", "it", "a", "an", "bit", "little", "much", "more", "less", "and", "but", "the",
        "mail", "email", "e-mail", "draft", "version", "can", "could", "you", "again", "same", "to", "instead",
        "write", "rewrite", "send", "address", "for", "in", "tone", "that", "this", "one", "also", "too", "ok", "okay",
        "great", "thanks", "good", "try", "of", "with", "be", "should", "sound", "keep", "them", "him", "her", "very",
        "so", "still", "even", "i", "want", "its", "is",
    ];
    let lower = plain(message);
    let (rest, mention) = mention_in(message, &lower);
    let mention =
        mention.filter(|_| MENTIONS[..8].iter().any(|cue| lower.contains(cue)) || lower.starts_with("saying"));
    let rest = if mention.is_some() { rest } else { lower.clone() };
    let mut mail = Mail { revise: true, goal: None, mention: mention.into_iter().collect(), ..manner(&rest, message) };
    mail.recipient = named.map(str::to_owned).or(mail.recipient);
    let names: Vec<String> = named.map(plain).unwrap_or_default().split(' ').map(str::to_owned).collect();
    let read = |word: &str| {
        let word = word.trim_end_matches("'s");
        AROUND.contains(&word)
            || names.iter().any(|name| name == word)
            || LANGUAGES.contains(&word)
            || tone_of(word).is_some()
            || length_of(word).is_some()
            || mail.recipient.as_deref().is_some_and(|recipient| recipient.split(' ').any(|named| named == word))
    };
    let understood = rest.split_whitespace().all(|word| {
        read(word.trim_matches(|letter: char| !letter.is_alphanumeric())) || !word.contains(char::is_alphanumeric)
    });
    let changes = mail.tone.is_some()
        || mail.length.is_some()
        || mail.language.is_some()
        || !mail.mention.is_empty()
        || mail.recipient.is_some();
    (understood && changes).then_some(mail)
}

/// Tone, length, language, release and whom it is to by their office.
fn manner(rest: &str, question: &str) -> Mail {
    let words = language::lower_words(rest);
    let language = words
        .windows(2)
        .find(|pair| pair[0] == "in" && LANGUAGES.contains(&pair[1].as_str()))
        .map(|pair| pair[1].clone());
    let language = language.map(|name| capital(&name));
    Mail {
        revise: false,
        goal: None,
        recipient: office(rest),
        tone: words
            .iter()
            .find_map(|word| tone_of(word))
            .or_else(|| (rest.contains("to the point") || rest.contains("no frills")).then_some(Tone::Direct)),
        length: words.iter().find_map(|word| length_of(word)),
        language,
        mention: Vec::new(),
        release: release(question),
    }
}

fn tone_of(word: &str) -> Option<Tone> {
    Some(match word {
        "warm" | "warmer" | "friendly" | "friendlier" | "nice" | "nicer" | "kind" | "kinder" | "softer" | "gentle"
        | "gentler" => Tone::Warm,
        "direct" | "blunt" | "firm" | "firmer" | "straight" | "straightforward" | "crisp" | "crisper" => Tone::Direct,
        "neutral" | "plain" | "plainer" | "sober" => Tone::Neutral,
        _ => return None,
    })
}

fn length_of(word: &str) -> Option<Length> {
    Some(match word {
        "short" | "shorter" | "brief" | "briefer" | "concise" | "shorten" | "tighter" | "crisp" | "crisper" => {
            Length::Short
        }
        "longer" | "detailed" | "fuller" => Length::Medium,
        _ => return None,
    })
}

/// "to the CFO", "to their finance person".
fn office(rest: &str) -> Option<String> {
    const OFFICES: [&str; 11] =
        ["cfo", "cto", "ceo", "coo", "cio", "ciso", "finance", "procurement", "controller", "owner", "founder"];
    let words: Vec<&str> = rest.split_whitespace().collect();
    words.windows(3).find_map(|three| {
        let named = three[2].trim_matches(|letter: char| !letter.is_alphanumeric());
        (matches!(three[0], "to" | "email" | "mail" | "write")
            && matches!(three[1], "the" | "their")
            && OFFICES.contains(&named))
        .then(|| named.to_owned())
    })
}

/// "4.2", with a dot in it.
fn release(question: &str) -> Option<String> {
    question.split(|letter: char| letter.is_whitespace() || matches!(letter, '?' | ',' | '!')).find_map(|word| {
        let version = word.trim_start_matches(['v', 'V']).trim_end_matches('.');
        let plain = version.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
        (plain && version.contains('.') && version.starts_with(|letter: char| letter.is_ascii_digit()))
            .then(|| version.to_owned())
    })
}

fn goal_in(lower: &str) -> Option<Goal> {
    let padded = format!(" {lower} ");
    GOALS
        .iter()
        .find(|(_, cues)| {
            cues.iter().any(|cue| padded.contains(&format!(" {cue} ")) || padded.contains(&format!(" {cue}s ")))
        })
        .map(|(goal, _)| *goal)
        .or_else(|| {
            // "win Aviato back"
            let words: Vec<&str> = lower.split_whitespace().collect();
            let win = words.iter().position(|word| *word == "win")?;
            words[win..].iter().take(5).any(|word| *word == "back").then_some(Goal::Reengage)
        })
}

/// The question without what is to be mentioned, in lower case, and that.
fn mention_in(question: &str, lower: &str) -> (String, Option<String>) {
    for cue in MENTIONS {
        let padded = format!(" {lower} ");
        let Some(at) = padded.find(&format!(" {cue} ")) else { continue };
        // The same place in what was typed, for its capitals: both have the same words.
        let before = padded[..at].split_whitespace().count();
        let words: Vec<&str> = question.split_whitespace().collect();
        let cue_words = cue.split(' ').count();
        let Some(after) = words.get(before + cue_words..).filter(|after| !after.is_empty()) else { continue };
        let mention = after.join(" ");
        let mention = mention.trim_matches(|letter: char| {
            letter.is_whitespace() || matches!(letter, '.' | '!' | '?' | ',' | ';' | '"' | '“' | '”')
        });
        // Further wishes may follow: "mention the training, short".
        let (mention, more) = match mention.rsplit_once(", ") {
            Some((mention, more))
                if more.split_whitespace().all(|word| {
                    tone_of(&word.to_lowercase()).is_some() || length_of(&word.to_lowercase()).is_some()
                }) =>
            {
                (mention, more)
            }
            _ => (mention, ""),
        };
        if mention.is_empty() {
            continue;
        }
        let rest = format!("{} {}", words[..before].join(" "), more);
        return (plain(&rest), Some(mention.to_owned()));
    }
    (lower.to_owned(), None)
}

/// In lower case, with marks that end a clause taken off its words.
fn plain(text: &str) -> String {
    let bare = |word: &str| {
        word.to_lowercase()
            .replace('’', "'")
            .trim_matches(|letter: char| {
                matches!(letter, ',' | '.' | '!' | '?' | ';' | ':' | '"' | '“' | '”' | '(' | ')')
            })
            .to_owned()
    };
    // A word of marks alone keeps its place, so that words can be counted.
    text.split_whitespace()
        .map(|word| {
            let bare = bare(word);
            if bare.is_empty() { "-".to_owned() } else { bare }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_read_from_plain_sentences() {
        let mail = read("draft a renewal mail to Dana, short");
        assert_eq!((mail.goal, mail.length), (Some(Goal::Renewal), Some(Length::Short)));
        assert_eq!(read("write to Hooli about the failed payment").goal, Some(Goal::PaymentRecovery));
        let mail = read("email her that SSO shipped");
        assert_eq!((mail.goal, mail.mention), (Some(Goal::CloseTheLoop), vec!["SSO shipped".to_owned()]));
        assert_eq!(read("help me win Aviato back").goal, Some(Goal::Reengage));
        let mail = read("Draft a warm check-in for Endframe and mention the Terraform provider");
        assert_eq!((mail.goal, mail.tone), (Some(Goal::CheckIn), Some(Tone::Warm)));
        assert_eq!(mail.mention, ["the Terraform provider"]);
        assert_eq!(read("draft a mail to the CFO at Intersite in German").recipient.as_deref(), Some("cfo"));
        assert_eq!(read("tell them by mail what we shipped in 4.2").release.as_deref(), Some("4.2"));
    }

    #[test]
    fn a_message_that_changes_the_draft_is_told_from_a_question() {
        let changed = |message: &str| changes(message, None);
        assert_eq!(changed("shorter").and_then(|mail| mail.length), Some(Length::Short));
        assert_eq!(changed("Make it a bit warmer, please.").and_then(|mail| mail.tone), Some(Tone::Warm));
        assert_eq!(changed("more direct").and_then(|mail| mail.tone), Some(Tone::Direct));
        assert_eq!(changed("mention the SSO fix").map(|mail| mail.mention), Some(vec!["the SSO fix".to_owned()]));
        assert_eq!(changed("in German").and_then(|mail| mail.language).as_deref(), Some("German"));
        assert_eq!(changes("to Dana instead", Some("Dana")).and_then(|mail| mail.recipient).as_deref(), Some("Dana"));
        for question in [
            "What did they say about SSO?",
            "did they mention the outage",
            "why is usage short of seats",
            "thanks",
            "What did Dana say?",
        ] {
            assert_eq!(changes(question, Some("Dana").filter(|_| question.contains("Dana"))), None, "{question}");
        }
    }
}
