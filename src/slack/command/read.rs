//! What a slash command says. `/success` takes every command as its first word; typos in commands and sections are read
//! for what they are, names are not: those are looked up as they stand.

use crate::domain::account::Section;
use crate::slack::turn::plain_words;

/// A command as it was typed. Names are not looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// What can be typed; about one command where it is named.
    Help(String),
    /// A question.
    Ask(String),
    /// The card of an account.
    Account(String),
    /// Why an account stands where it stands.
    Why(String),
    /// Move an account to another section.
    Route {
        /// Whatever names the account.
        name: String,
        /// Where to.
        section: Option<Section>,
        /// Why.
        reason: Option<String>,
    },
    /// Leave an account out of monitoring: its name, and perhaps a reason.
    Untrack(String),
    /// Take an account back into monitoring.
    Retrack(String),
    /// Critical accounts.
    Critical {
        /// Only those of whoever asks.
        mine: bool,
    },
    /// Draft an e-mail: the account's name, and perhaps what it is for.
    Draft(String),
    /// Who asked for what shipped.
    CloseLoop(Option<String>),
    /// Digests: what to do with which.
    Digest(String),
    /// Link the channel to an account.
    Link(String),
    /// Link the channel to no account.
    Unlink,
    /// How things are set here.
    Settings,
    /// Something that is no command.
    Unknown(String),
}

/// The commands, by the words they are called by.
const COMMANDS: [(&str, &str); 22] = [
    ("help", "help"),
    ("ask", "ask"),
    ("account", "account"),
    ("card", "account"),
    ("show", "account"),
    ("why", "why"),
    ("route", "route"),
    ("move", "route"),
    ("untrack", "untrack"),
    ("retrack", "retrack"),
    ("track", "retrack"),
    ("critical", "critical"),
    ("draft", "draft"),
    ("write", "draft"),
    ("closeloop", "close-loop"),
    ("link", "link"),
    ("unlink", "unlink"),
    ("settings", "settings"),
    ("loop", "close-loop"),
    ("prep", "prep"),
    ("digest", "digest"),
    ("digests", "digest"),
];

impl Typed {
    /// Whether something is missing that a dialog can ask for.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        match self {
            Self::Route { name, section, .. } => name.is_empty() || section.is_none(),
            Self::Account(name)
            | Self::Why(name)
            | Self::Untrack(name)
            | Self::Retrack(name)
            | Self::Draft(name)
            | Self::Link(name)
            | Self::Ask(name) => name.is_empty(),
            Self::Help(_)
            | Self::Critical { .. }
            | Self::CloseLoop(_)
            | Self::Digest(_)
            | Self::Unlink
            | Self::Settings
            | Self::Unknown(_) => false,
        }
    }
}

/// Reads a command and what stands behind it.
#[must_use]
pub fn read(command: &str, text: &str) -> Typed {
    let text = plain_words(text, "");
    let command = letters(command);
    if command != "success" {
        return match called(&command) {
            Some(command) => told(command, &text),
            None => Typed::Unknown(command),
        };
    }
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
    let word = letters(first);
    if word.is_empty() {
        return Typed::Help(String::new());
    }
    // "close loop 4.2" and "close the loop".
    if let Some(rest) = after_words(&text, &["close", "the", "loop"]).or_else(|| after_words(&text, &["close", "loop"]))
    {
        return told("close-loop", rest);
    }
    match called(&word) {
        Some(command) => told(command, rest.trim()),
        // A whole question needs no command before it.
        None if text.trim_end().ends_with('?') || text.split_whitespace().count() > 3 => Typed::Ask(text.clone()),
        None => Typed::Unknown(first.to_owned()),
    }
}

fn after_words<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    let mut rest = text;
    for word in words {
        let (first, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if !first.eq_ignore_ascii_case(word) {
            return None;
        }
        rest = more.trim_start();
    }
    Some(rest)
}

fn letters(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The command a word calls, also with a slip or two.
fn called(word: &str) -> Option<&'static str> {
    if let Some((_, command)) = COMMANDS.iter().find(|(known, _)| *known == word) {
        return Some(command);
    }
    let allowed = match word.len() {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    };
    let near = COMMANDS.iter().map(|(known, command)| (strsim::osa_distance(known, word), *command));
    let mut near: Vec<(usize, &str)> = near.filter(|(distance, _)| *distance <= allowed).collect();
    near.sort_unstable();
    match near.as_slice() {
        [(best, command), rest @ ..] if rest.iter().all(|(other, name)| other > best || name == command) => {
            Some(command)
        }
        _ => None,
    }
}

fn told(command: &str, text: &str) -> Typed {
    let text = text.trim().to_owned();
    if command != "help" && command != "ask" && letters(&text) == "help" {
        return Typed::Help(command.to_owned());
    }
    match command {
        "ask" => Typed::Ask(text),
        "account" => Typed::Account(text),
        "why" => Typed::Why(text),
        "route" => route(&text),
        "untrack" => Typed::Untrack(text),
        "retrack" => Typed::Retrack(text),
        "critical" => Typed::Critical { mine: matches!(letters(&text).as_str(), "mine" | "my" | "me" | "myaccounts") },
        "draft" => Typed::Draft(text),
        "close-loop" => Typed::CloseLoop(Some(text).filter(|text| !text.is_empty())),
        "prep" if text.is_empty() => Typed::Ask("Prepare me for my next meeting".to_owned()),
        "prep" => Typed::Ask(format!("Prepare me for my meeting with {text}")),
        "digest" => Typed::Digest(text),
        "link" if matches!(letters(&text).as_str(), "none" | "nothing" | "off" | "remove") => Typed::Unlink,
        "link" => Typed::Link(text),
        "unlink" => Typed::Unlink,
        "settings" => Typed::Settings,
        _ => Typed::Help(text),
    }
}

/// `hooli.com to Pipeline, they signed`: the section is the first place behind a name where one is named.
fn route(text: &str) -> Typed {
    let words: Vec<(usize, &str)> =
        text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word)).collect();
    let quoted_until = closing_quote(text).unwrap_or(0);
    for from in 0..words.len() {
        if from == 0 && words.len() > 1 && Section::parse(words[0].1).is_some() && words.len() > 2 {
            continue;
        }
        for length in (1..=3.min(words.len() - from)).rev() {
            let (start, last) = (words[from].0, words[from + length - 1]);
            let end = last.0 + last.1.len();
            if start < quoted_until {
                continue;
            }
            let named = text[start..end].trim_end_matches([',', '.', ';', ':']);
            if let Some(section) = section(named) {
                let name = text[..start].trim();
                let name = ["to", "→", "->", "into"].iter().find_map(|word| strip_word(name, word)).unwrap_or(name);
                let name = name.trim().trim_end_matches([',', ':']).to_owned();
                let reason = text[end..].trim_start_matches([',', '.', ';', ':', '-', '–', '—', ' ']).trim();
                let reason = strip_first(reason, "because").unwrap_or(reason).trim().to_owned();
                return Typed::Route {
                    name,
                    section: Some(section),
                    reason: Some(reason).filter(|text| !text.is_empty()),
                };
            }
        }
    }
    Typed::Route { name: text.to_owned(), section: None, reason: None }
}

/// Where a name in quotation marks at the beginning ends.
fn closing_quote(text: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    let (_, first) = letters.next()?;
    let closing = match first {
        '"' => '"',
        '“' | '„' => '”',
        '\'' => '\'',
        _ => return None,
    };
    letters
        .find(|(_, letter)| *letter == closing || first == '„' && *letter == '“')
        .map(|(at, letter)| at + letter.len_utf8())
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let before = text.len().checked_sub(word.len()).filter(|at| text.is_char_boundary(*at))?;
    let (head, tail) = text.split_at(before);
    (tail.eq_ignore_ascii_case(word) && (head.is_empty() || head.ends_with(char::is_whitespace))).then_some(head)
}

fn strip_first<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(word.len())?;
    (head.eq_ignore_ascii_case(word) && tail.starts_with(char::is_whitespace)).then_some(tail)
}

/// The section that is named, also with a slip.
fn section(named: &str) -> Option<Section> {
    Section::parse(named).or_else(|| {
        let typed = letters(named);
        let near = |section: &Section| {
            typed.len() >= 6 && !named.contains(' ') && strsim::osa_distance(&letters(section.label()), &typed) <= 1
        };
        Section::ALL.into_iter().find(near)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routed(text: &str) -> (String, Option<Section>, Option<String>) {
        match read("/route", text) {
            Typed::Route { name, section, reason } => (name, section, reason),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_route_is_read_in_the_ways_people_type_it() {
        let signed = Some("they signed".to_owned());
        let pipeline = Some(Section::Pipeline);
        assert_eq!(routed("acme.com pipeline they signed"), ("acme.com".to_owned(), pipeline, signed.clone()));
        assert_eq!(
            routed("Acme Corp to Pipeline, because they signed"),
            ("Acme Corp".to_owned(), pipeline, signed.clone())
        );
        assert_eq!(routed("Acme → pipelin: they signed"), ("Acme".to_owned(), pipeline, signed));
        assert_eq!(
            routed("\"Contracts Hub\" to close the loop"),
            ("\"Contracts Hub\"".to_owned(), Some(Section::CloseTheLoop), None)
        );
        assert_eq!(routed("acme re-engage"), ("acme".to_owned(), Some(Section::Reengage), None));
        assert_eq!(routed("acme"), ("acme".to_owned(), None, None));
        assert_eq!(routed(""), (String::new(), None, None));
    }

    #[test]
    fn whoever_prepares_asks_what_to_know_before_they_meet_somebody() {
        let asked = |command: &str, text: &str| match read(command, text) {
            Typed::Ask(question) => question,
            other => panic!("{other:?}"),
        };
        assert_eq!(asked("/prep", "Acme"), "Prepare me for my meeting with Acme");
        assert_eq!(asked("/success", "prep"), "Prepare me for my next meeting");
        assert_eq!(read("/prep", "help"), Typed::Help("prep".to_owned()));
    }

    #[test]
    fn one_command_takes_all_others_as_its_first_word() {
        assert_eq!(read("/success", "why acme"), Typed::Why("acme".to_owned()));
        assert_eq!(read("/success", "untrak acme"), Typed::Untrack("acme".to_owned()));
        assert_eq!(read("/success", "close loop 4.2"), Typed::CloseLoop(Some("4.2".to_owned())));
        assert_eq!(read("/success", ""), Typed::Help(String::new()));
        assert_eq!(read("/success", "help route"), Typed::Help("route".to_owned()));
        assert_eq!(read("/route", "help"), Typed::Help("route".to_owned()));
        assert_eq!(read("/success", "link none"), Typed::Unlink);
        assert_eq!(read("/success", "who renews in July?"), Typed::Ask("who renews in July?".to_owned()));
        assert_eq!(read("/success", "frobnicate"), Typed::Unknown("frobnicate".to_owned()));
        assert_eq!(read("/critical", "mine"), Typed::Critical { mine: true });
    }

    #[test]
    fn tracking_and_untracking_are_never_taken_for_each_other() {
        assert_eq!(read("/success", "retrck acme"), Typed::Retrack("acme".to_owned()));
        assert_eq!(read("/success", "untrck acme"), Typed::Untrack("acme".to_owned()));
    }

    #[test]
    fn what_slack_escaped_is_read_as_it_was_typed() {
        assert_eq!(read("/why", "<http://acme.com|acme.com>"), Typed::Why("acme.com".to_owned()));
        assert_eq!(read("/why", "Smith &amp; Sons"), Typed::Why("Smith & Sons".to_owned()));
    }

    proptest::proptest! {
        #[test]
        fn anything_typed_is_read_without_a_fault(command in "/?[a-z-]{0,10}", text in "\\PC{0,60}") {
            let _ = read(&command, &text);
        }
    }
}
