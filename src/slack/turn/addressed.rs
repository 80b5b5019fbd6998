//! Which of the messages in a thread are for the agent. Whoever names it is answered. What follows in a thread is for it
//! when it plainly goes on: in a direct message, or as the next word after its answer, said as a question or a wish and
//! to nobody else. Ordinary talk between people neither triggers nor steers it.

use uuid::Uuid;

use crate::slack::intake::mentions;
use crate::slack::payload::text;
use crate::store::slack::{SaidInThread, ThreadRow};

/// What in a thread is addressed to the agent, and what is not.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Addressed {
    /// What is to be answered.
    pub(super) question: Option<Question>,
    /// What was said between people.
    pub(super) aside: Vec<Uuid>,
    /// The same in words, from the last answer up to the question.
    pub(super) context: String,
}

/// Something to answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// Who asks.
    pub(super) asker: String,
    /// The words, without the mention; of several messages in a row, all of them.
    pub(super) words: String,
    /// The last message of it.
    pub(super) message_ts: String,
    /// All messages of it.
    pub(super) messages: Vec<Uuid>,
}

/// How the agent behaves in a thread, where a message only says that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// It speaks when it is named.
    WhenMentioned,
    /// It goes on without being named.
    Talks,
}

impl Manner {
    /// What a message says of it, if it says nothing else.
    pub(super) fn read(words: &str) -> Option<Self> {
        let plain: String = words.chars().filter(|letter| letter.is_alphanumeric() || *letter == ' ').collect();
        let plain = plain.to_lowercase();
        let words: Vec<&str> =
            plain.split_whitespace().filter(|word| !matches!(*word, "please" | "be" | "now" | "ok" | "here")).collect();
        match words.join(" ").as_str() {
            "quiet"
            | "mute"
            | "stay quiet"
            | "keep quiet"
            | "shut up"
            | "only when mentioned"
            | "when mentioned"
            | "only answer when mentioned"
            | "only speak when mentioned" => Some(Self::WhenMentioned),
            "talk" | "talk again" | "unmute" | "speak" | "speak again" | "answer again" | "not quiet" => {
                Some(Self::Talks)
            }
            _ => None,
        }
    }
}

impl Addressed {
    /// What is for the agent of what was said, in order.
    pub(super) fn of(thread: &ThreadRow, said: &[SaidInThread], bot: &str) -> Self {
        let mut read = Self::default();
        // Whether a person has said something since the agent's answer that was for nobody, or for somebody else.
        let mut interrupted = false;
        for message in said {
            let user = text(&message.body, "/user").unwrap_or_default();
            let words = text(&message.body, "/text").unwrap_or_default();
            if !message.waiting {
                interrupted = true;
                read.add_talk(words, bot);
                continue;
            }
            let for_agent = thread.direct || mentions(words, bot) || {
                let follows =
                    !thread.quiet && !interrupted && (read.question.is_some() || thread.answered_ts.is_some());
                let same = read.question.as_ref().map_or(thread.asker.as_deref(), |question| Some(&question.asker));
                follows && (same == Some(user) || goes_on(words)) && is_worth_answering(words)
            };
            if !for_agent {
                interrupted = true;
                read.aside.push(message.id);
                read.add_talk(words, bot);
                continue;
            }
            match &mut read.question {
                None => {
                    read.question = Some(Question {
                        asker: user.to_owned(),
                        words: plain_words(words, bot),
                        message_ts: text(&message.body, "/ts").unwrap_or_default().to_owned(),
                        messages: vec![message.id],
                    });
                }
                // Another person's question is the next turn.
                Some(question) if question.asker != user => break,
                Some(question) => {
                    let more = plain_words(words, bot);
                    if !more.is_empty() {
                        let between = if question.words.is_empty() { "" } else { "\n" };
                        question.words = format!("{}{between}{more}", question.words);
                    }
                    question.message_ts = text(&message.body, "/ts").unwrap_or_default().to_owned();
                    question.messages.push(message.id);
                }
            }
        }
        // What was said between people up to the question is used up with it.
        if let Some(question) = &mut read.question {
            let earlier = said.iter().filter(|said| !said.waiting).map(|said| said.id);
            question.messages.extend(earlier);
        }
        read
    }

    /// Keeps what people say to each other, as far as it comes before the question.
    fn add_talk(&mut self, words: &str, bot: &str) {
        if self.question.is_none() {
            self.context.push_str(&plain_words(words, bot));
            self.context.push('\n');
        }
    }
}

/// Whether another person than the one who asked goes on with the agent: as a question, and to nobody by name.
fn goes_on(words: &str) -> bool {
    words.trim_end().ends_with('?')
}

/// Words of thanks and agreement: they end a conversation.
const POLITE: [&str; 24] = [
    "thanks", "thank", "you", "thx", "ty", "ok", "okay", "great", "good", "nice", "perfect", "cool", "got", "it",
    "awesome", "super", "yes", "no", "sure", "done", "wow", "lol", "noted", "cheers",
];

/// Whether there is something to answer, and it is not said to somebody else.
fn is_worth_answering(words: &str) -> bool {
    let trimmed = words.trim();
    if trimmed.starts_with("<@") || trimmed.is_empty() {
        return false;
    }
    let plain: String = trimmed.chars().filter(|letter| letter.is_alphanumeric() || letter.is_whitespace()).collect();
    let plain = plain.to_lowercase();
    let words: Vec<&str> = plain.split_whitespace().collect();
    !words.is_empty() && !words.iter().all(|word| POLITE.contains(word))
}

/// A message's words as a person would read them: the agent's own mention gone, links and entities resolved.
#[must_use]
pub fn plain_words(words: &str, bot: &str) -> String {
    let mut plain = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('>') else {
            plain.push_str(&rest[at..]);
            rest = "";
            break;
        };
        plain.push_str(&resolved(&rest[at + 1..at + end], bot));
        rest = &rest[at + end + 1..];
    }
    plain.push_str(rest);
    let plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let lines = plain.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n").trim().trim_start_matches([',', ':']).trim().to_owned()
}

/// What stands between `<` and `>`, in words.
fn resolved(inner: &str, bot: &str) -> String {
    let (target, label) = inner.split_once('|').map_or((inner, None), |(target, label)| (target, Some(label)));
    match target.chars().next() {
        Some('@') if &target[1..] == bot => String::new(),
        Some('@') => label.map_or_else(|| "somebody".to_owned(), |label| format!("@{label}")),
        Some('#') => label.map_or_else(String::new, |label| format!("#{label}")),
        Some('!') => label.unwrap_or_default().to_owned(),
        _ => {
            let plain = label.unwrap_or(target);
            plain.strip_prefix("mailto:").unwrap_or(plain).to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use serde_json::json;

    use super::*;

    fn thread(answered: bool, quiet: bool) -> ThreadRow {
        ThreadRow {
            id: Uuid::now_v7(),
            team: "T1".to_owned(),
            channel: "C1".to_owned(),
            thread_ts: "1.0".to_owned(),
            direct: false,
            conversation: None,
            quiet,
            asker: Some("U1".to_owned()),
            answered_ts: answered.then(|| "1.5".to_owned()),
        }
    }

    fn said(messages: &[(&str, &str, bool)]) -> Vec<SaidInThread> {
        let message = |(number, (user, words, waiting)): (usize, &(&str, &str, bool))| SaidInThread {
            id: Uuid::now_v7(),
            body: json!({"user": user, "text": words, "ts": format!("2.{number}")}),
            waiting: *waiting,
            received_at: Utc::now(),
        };
        messages.iter().enumerate().map(message).collect()
    }

    fn asked(thread: &ThreadRow, messages: &[(&str, &str, bool)]) -> Option<String> {
        Addressed::of(thread, &said(messages), "UB").question.map(|question| question.words)
    }

    #[test]
    fn whoever_names_the_agent_is_answered() {
        let words = asked(&thread(false, true), &[("U2", "<@UB> why is it red?", true)]);
        assert_eq!(words.as_deref(), Some("why is it red?"));
    }

    #[test]
    fn a_follow_up_needs_no_mention() {
        let thread = thread(true, false);
        assert_eq!(asked(&thread, &[("U1", "and the invoices", true)]).as_deref(), Some("and the invoices"));
        assert_eq!(asked(&thread, &[("U2", "who owns them?", true)]).as_deref(), Some("who owns them?"));
    }

    #[test]
    fn talk_between_people_is_left_alone() {
        let open = thread(true, false);
        for words in ["thanks, great!", "<@U9> can you take this?", "I'll call them tomorrow"] {
            assert_eq!(asked(&open, &[("U2", words, true)]), None, "{words}");
        }
        assert_eq!(asked(&open, &[("U2", "I'll call them", true), ("U1", "what about Friday?", true)]), None);
        assert_eq!(asked(&thread(true, true), &[("U1", "and the invoices?", true)]), None, "quiet");
        assert_eq!(asked(&thread(false, false), &[("U2", "lunch?", true)]), None, "before it ever spoke");
    }

    #[test]
    fn a_burst_of_messages_is_one_question_and_another_persons_the_next() {
        let open = thread(true, false);
        let burst = [("U1", "<@UB> hey", true), ("U1", "why is it red", true), ("U2", "<@UB> and mine?", true)];
        assert_eq!(asked(&open, &burst).as_deref(), Some("hey\nwhy is it red"));
    }

    #[test]
    fn words_are_read_as_people_see_them() {
        let words = "<@UB>: what did <mailto:dana@hooli.com|dana@hooli.com> say &amp; ask in <#C2|acct-hooli>? <https://a.example|here>";
        assert_eq!(plain_words(words, "UB"), "what did dana@hooli.com say & ask in #acct-hooli? here");
        assert_eq!(plain_words("5 < 6", "UB"), "5 < 6");
    }

    #[test]
    fn quiet_is_asked_for_in_several_ways() {
        for words in ["quiet", "Be quiet please.", "only when mentioned"] {
            assert_eq!(Manner::read(words), Some(Manner::WhenMentioned), "{words}");
        }
        assert_eq!(Manner::read("talk again"), Some(Manner::Talks));
        assert_eq!(Manner::read("why are they quiet"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_message_is_read_without_a_fault(words in "[<>@#!|&a-zA-Z0-9 .:]{0,60}") {
            let plain = plain_words(&words, "UB");
            proptest::prop_assert!(!plain.contains("<@UB>"));
        }
    }
}
