//! The words of mail programs in many languages, read from `words.tsv`.

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};

use super::line::plain;

/// What a list of phrases is for; its name in `words.tsv` is the same in small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Headers of a mail.
    From,
    To,
    Cc,
    Sent,
    Subject,
    Other,
    /// Verbs that end an attribution, and those a name follows.
    Wrote,
    WroteName,
    /// First words of an attribution, and words that stand in none.
    Opens,
    Prose,
    /// Headings of history, of what is passed on, and lines that ask to be written above.
    Original,
    Appointment,
    Forward,
    Above,
    /// Prefixes of a subject, and words that pass a mail on.
    SubjectForward,
    SubjectReply,
    PassesOn,
    /// Lines of devices and mail programs.
    SentFrom,
    Device,
    Gadget,
    Apology,
    /// Sign-offs and signatures.
    Closing,
    Title,
    Company,
    Contact,
    Postscript,
    /// Footers.
    Legal,
    List,
    Sure,
    Banner,
    /// Mails that nobody wrote.
    AutoSubject,
    AutoSender,
    NoReply,
    Away,
    Nobody,
    Bounce,
    Notice,
    Automated,
    /// Calendars.
    When,
    Where,
    Guests,
    Calendar,
    CalendarSubject,
    CalendarInvited,
    CalendarMoved,
    CalendarCanceled,
    Meeting,
    MeetingLabel,
    /// Words beside the figures of a date.
    Clock,
}

impl Kind {
    /// The names of the headers of a mail.
    pub const HEADERS: [Self; 6] = [Self::From, Self::To, Self::Cc, Self::Sent, Self::Subject, Self::Other];

    const NAMED: [(&'static str, Self); 49] = [
        ("from", Self::From),
        ("to", Self::To),
        ("cc", Self::Cc),
        ("sent", Self::Sent),
        ("subject", Self::Subject),
        ("other", Self::Other),
        ("wrote", Self::Wrote),
        ("wrote_name", Self::WroteName),
        ("opens", Self::Opens),
        ("prose", Self::Prose),
        ("original", Self::Original),
        ("appointment", Self::Appointment),
        ("forward", Self::Forward),
        ("above", Self::Above),
        ("subject_forward", Self::SubjectForward),
        ("subject_reply", Self::SubjectReply),
        ("passes_on", Self::PassesOn),
        ("sent_from", Self::SentFrom),
        ("device", Self::Device),
        ("gadget", Self::Gadget),
        ("apology", Self::Apology),
        ("closing", Self::Closing),
        ("title", Self::Title),
        ("company", Self::Company),
        ("contact", Self::Contact),
        ("postscript", Self::Postscript),
        ("legal", Self::Legal),
        ("list", Self::List),
        ("sure", Self::Sure),
        ("banner", Self::Banner),
        ("auto_subject", Self::AutoSubject),
        ("auto_sender", Self::AutoSender),
        ("no_reply", Self::NoReply),
        ("away", Self::Away),
        ("nobody", Self::Nobody),
        ("bounce", Self::Bounce),
        ("notice", Self::Notice),
        ("automated", Self::Automated),
        ("when", Self::When),
        ("where", Self::Where),
        ("guests", Self::Guests),
        ("calendar", Self::Calendar),
        ("calendar_subject", Self::CalendarSubject),
        ("calendar_invited", Self::CalendarInvited),
        ("calendar_moved", Self::CalendarMoved),
        ("calendar_canceled", Self::CalendarCanceled),
        ("meeting", Self::Meeting),
        ("meeting_label", Self::MeetingLabel),
        ("clock", Self::Clock),
    ];
}

/// The phrases of one kind. All that is asked is asked of text that [`plain`] has made.
struct Phrases {
    whole: FxHashSet<String>,
    first: Option<Regex>,
    last: Option<Regex>,
    anywhere: Option<Regex>,
}

impl Phrases {
    fn new(phrases: &[String]) -> Self {
        let mut sorted: Vec<&String> = phrases.iter().collect();
        // The longest that fits is the one that is meant.
        sorted.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        let all = one_of(&sorted);
        let regex = |pattern: String| Regex::new(&pattern).ok();
        Self {
            whole: phrases.iter().filter(|phrase| !phrase.ends_with('*')).cloned().collect(),
            first: regex(format!("^(?:{all})")),
            last: regex(format!("(?:{all})$")),
            anywhere: regex(all),
        }
    }
}

/// The end of a word, for which a star stands. As a pattern it takes as much memory as hundreds of words.
const REST: &str = r"[\w()/']*";

/// A pattern that matches any of the phrases as whole words, the first of them that fits. Those with a star share the end of
/// the word, behind the others, unless they begin with one of these, which would be taken for them.
fn one_of(phrases: &[&String]) -> String {
    let closed = |phrase: &str| !phrase.ends_with('*');
    let begins_with_another =
        |phrase: &str| phrases.iter().any(|other| closed(other) && phrase.starts_with(other.as_str()));
    let (alone, open): (Vec<&String>, Vec<&String>) =
        phrases.iter().copied().partition(|phrase| closed(phrase) || begins_with_another(phrase));
    let mut patterns: Vec<String> = alone.into_iter().map(|phrase| pattern(phrase)).collect();
    if !open.is_empty() {
        let stems: Vec<String> = open.into_iter().map(|phrase| begun(phrase.trim_end_matches('*'))).collect();
        patterns.push(format!("(?:{}){REST}", stems.join("|")));
    }
    patterns.join("|")
}

/// A phrase as a pattern that matches it as whole words; a star stands for the end of a word.
fn pattern(phrase: &str) -> String {
    match phrase.strip_suffix('*') {
        Some(stem) => format!("{}{REST}", begun(stem)),
        None => format!("{}{}", begun(phrase), edge(phrase.chars().last())),
    }
}

/// A pattern that matches words from the beginning of one on.
fn begun(stem: &str) -> String {
    format!("{}{}", edge(stem.chars().next()), regex::escape(stem))
}

/// Where a word has to begin or end beside this letter.
fn edge(letter: Option<char>) -> &'static str {
    if letter.is_some_and(|letter| letter.is_ascii_alphanumeric()) { r"(?-u:\b)" } else { "" }
}

struct Lexicon {
    phrases: FxHashMap<Kind, Phrases>,
    months: FxHashMap<String, u32>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut listed: FxHashMap<Kind, Vec<String>> = FxHashMap::default();
    let mut months = FxHashMap::default();
    for line in include_str!("words.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(kind), Some(language), Some(phrases)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let phrases = phrases.split('|').map(plain).filter(|phrase| !phrase.is_empty());
        if kind == "month" {
            let month = language.parse().unwrap_or_default();
            months.extend(phrases.map(|name| (name, month)));
        } else if let Some((_, kind)) = Kind::NAMED.iter().find(|(name, _)| *name == kind) {
            listed.entry(*kind).or_default().extend(phrases);
        }
    }
    let phrases = listed.into_iter().map(|(kind, phrases)| (kind, Phrases::new(&phrases))).collect();
    Lexicon { phrases, months }
});

/// Whether `text` is one of the phrases of a kind.
pub(super) fn is(kind: Kind, text: &str) -> bool {
    LEXICON.phrases.get(&kind).is_some_and(|phrases| {
        let starred = || first(kind, text).is_some_and(str::is_empty);
        phrases.whole.contains(text) || starred()
    })
}

/// What follows in `text` when it begins with one of the phrases of a kind.
pub(super) fn first(kind: Kind, text: &str) -> Option<&str> {
    let found = LEXICON.phrases.get(&kind)?.first.as_ref()?.find(text)?;
    Some(&text[found.end()..])
}

/// What stands before in `text` when it ends with one of the phrases of a kind.
pub(super) fn last(kind: Kind, text: &str) -> Option<&str> {
    let found = LEXICON.phrases.get(&kind)?.last.as_ref()?.find(text)?;
    Some(&text[..found.start()])
}

/// What stands before and behind the first phrase of a kind in `text`.
pub(super) fn split(kind: Kind, text: &str) -> Option<(&str, &str)> {
    let found = LEXICON.phrases.get(&kind)?.anywhere.as_ref()?.find(text)?;
    Some((&text[..found.start()], &text[found.end()..]))
}

/// Whether any phrase of a kind stands in `text`.
pub(super) fn has(kind: Kind, text: &str) -> bool {
    LEXICON.phrases.get(&kind).and_then(|phrases| phrases.anywhere.as_ref()).is_some_and(|all| all.is_match(text))
}

/// The different phrases of a kind in `text`.
pub(super) fn found(kind: Kind, text: &str) -> FxHashSet<&str> {
    let all = LEXICON.phrases.get(&kind).and_then(|phrases| phrases.anywhere.as_ref());
    all.into_iter().flat_map(|all| all.find_iter(text)).map(|found| found.as_str()).collect()
}

/// The number of the month that a word names, in any of the languages.
pub(super) fn month(word: &str) -> Option<u32> {
    LEXICON.months.get(word).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_words_is_read() {
        for (name, kind) in Kind::NAMED {
            let phrases = LEXICON.phrases.get(&kind);
            assert!(phrases.is_some_and(|phrases| phrases.anywhere.is_some() && phrases.first.is_some()), "{name}");
        }
        for line in include_str!("words.tsv").lines().filter(|line| !line.starts_with('#')) {
            let kind = line.split('\t').next().unwrap();
            assert!(kind == "month" || Kind::NAMED.iter().any(|(name, _)| *name == kind), "{line}");
            assert_eq!(line.split('\t').count(), 3, "{line}");
        }
        assert_eq!([month("marz"), month("elokuuta"), month("week")], [Some(3), Some(8), None]);
    }

    #[test]
    fn a_star_stands_for_the_end_of_a_word_and_the_longest_phrase_is_meant() {
        let phrases = ["director", "director of*", "forward*", "forwarded by"].map(str::to_owned);
        let phrases = Phrases::new(&phrases);
        let first = |text| phrases.first.as_ref().unwrap().find(text).map(|found| found.as_str());
        assert_eq!(first("director of sales"), Some("director of"));
        assert_eq!(first("director ofsales"), Some("director ofsales"));
        assert_eq!(first("forwarding(s) it"), Some("forwarding(s)"));
        assert_eq!(first("forwarded by me"), Some("forwarded by"));
        assert_eq!(first("straightforward"), None);
    }

    #[test]
    fn a_phrase_is_found_as_whole_words() {
        assert_eq!(first(Kind::SubjectForward, "fwd: exports"), Some(": exports"));
        assert_eq!(first(Kind::SubjectForward, "fwdx"), None);
        assert_eq!(last(Kind::Wrote, "dnia 3 maja kim napisala"), Some("dnia 3 maja kim "));
        assert!(has(Kind::Legal, "this is not for the intended recipient, is it"));
        assert!(!has(Kind::Legal, "unintended recipients"));
    }
}
