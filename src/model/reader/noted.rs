//! What a language model noted in a call or an e-mail, as it wrote it down: nothing of it holds before it was compared
//! with the words of the record.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Talk;
use super::statement::own_words;
use super::within::{Within, within};
use crate::domain::activity::{SignalKind, SpokenTurn, mailbox};
use crate::reading::people::{Sides, Speakers};

/// Items of one kind that a model may note in one record; a person makes fewer.
const MOST: usize = 24;

/// The kinds of signal a model may see in a customer's words. Requests and commitments are noted as such, a score is no
/// matter of opinion, and the rest says nothing.
pub const NOTED_KINDS: [SignalKind; 4] =
    [SignalKind::ChurnRisk, SignalKind::Escalation, SignalKind::Complaint, SignalKind::Praise];

/// All that was noted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Noted {
    /// Who takes on to do what.
    pub promises: Vec<NotedPromise>,
    /// What the customer asks for.
    pub requests: Vec<NotedRequest>,
    /// What the customer's words show.
    pub signals: Vec<NotedSignal>,
}

/// A promise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotedPromise {
    /// Who takes it on.
    pub who: String,
    /// The sentence it is made in.
    pub quote: String,
    /// The deed.
    pub what: String,
    /// The words that say by when.
    pub due: Option<String>,
}

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotedRequest {
    /// Who asks.
    pub who: String,
    /// The sentence it is asked in.
    pub quote: String,
    /// The thing asked for.
    pub what: String,
}

/// A signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotedSignal {
    /// Which.
    pub kind: SignalKind,
    /// Who gives it.
    #[serde(default)]
    pub who: String,
    /// The sentence that shows it.
    pub quote: String,
}

impl Noted {
    /// JSON Schema of what a model answers.
    #[must_use]
    pub fn schema() -> Value {
        let text = || json!({ "type": "string" });
        let list = |properties: Value| {
            let required: Vec<&String> = properties.as_object().into_iter().flat_map(|fields| fields.keys()).collect();
            json!({ "type": "array", "items": { "type": "object", "required": required, "properties": properties,
                "additionalProperties": false } })
        };
        let kinds: Vec<&str> = NOTED_KINDS.iter().map(|kind| kind.wire()).collect();
        let kind = json!({ "type": "string", "enum": kinds });
        json!({
            "type": "object",
            "required": ["promises", "requests", "signals"],
            "properties": {
                "promises": list(json!({ "who": text(), "quote": text(), "what": text(),
                    "due": { "type": ["string", "null"] } })),
                "requests": list(json!({ "who": text(), "quote": text(), "what": text() })),
                "signals": list(json!({ "kind": kind, "who": text(), "quote": text() })),
            },
            "additionalProperties": false,
        })
    }

    /// Reads a model's answer; what has not the form of an item is left out. None when the answer has no list at all,
    /// which is another thing than having found nothing.
    #[must_use]
    pub fn from_answer(answer: &Value) -> Option<Self> {
        fn items<T: for<'a> Deserialize<'a>>(answer: &Value, field: &str) -> Option<Vec<T>> {
            let list = answer.get(field)?.as_array()?;
            Some(list.iter().filter_map(|item| T::deserialize(item).ok()).take(MOST).collect())
        }
        let (promises, requests) = (items(answer, "promises"), items(answer, "requests"));
        let signals: Option<Vec<NotedSignal>> = items(answer, "signals");
        if promises.is_none() && requests.is_none() && signals.is_none() {
            return None;
        }
        let mut signals = signals.unwrap_or_default();
        signals.retain(|signal| NOTED_KINDS.contains(&signal.kind));
        Some(Self { promises: promises.unwrap_or_default(), requests: requests.unwrap_or_default(), signals })
    }

    /// Whether nothing was noted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.promises.is_empty() && self.requests.is_empty() && self.signals.is_empty()
    }

    /// Adds what was noted in another part of the same record.
    pub fn extend(&mut self, other: Self) {
        self.promises.extend(other.promises);
        self.requests.extend(other.requests);
        self.signals.extend(other.signals);
    }
}

/// The words of a call or an e-mail as a model reads them, in parts of at most `bytes`, cut between turns or lines where
/// there are any. What an e-mail quotes of earlier ones is left out. None when nobody says anything.
#[must_use]
pub fn pages(talk: Talk<'_>, bytes: usize) -> Vec<String> {
    let (head, lines): (String, Vec<String>) = match talk {
        Talk::Call(call) => {
            let turns = call.transcript.iter().filter(|turn| !turn.text.trim().is_empty());
            let speakers = Speakers::of(call, None);
            let line = |turn: &SpokenTurn| format!("{}: {}", speakers.name(&turn.speaker), turn.text);
            (format!("Call: {}", call.title), turns.map(line).collect())
        }
        Talk::Email(email) => {
            let head = format!("E-mail: {}\nFrom: {}", email.subject, mailbox(&email.from).0);
            let mut lines: Vec<String> =
                own_words(email).into_iter().map(str::trim_end).flat_map(str::lines).map(str::to_owned).collect();
            let sides = Sides::of_domain(&email.account);
            for Within { mail: passed_on, .. } in
                within(email, &[], &sides).into_iter().filter(|within| within.forwarded)
            {
                lines.push(String::new());
                lines.push(format!("Passed on, written by {}:", mailbox(&passed_on.from).0));
                lines.extend(passed_on.body.lines().map(str::to_owned));
            }
            (head, lines)
        }
    };
    if lines.iter().all(|line| line.trim().is_empty()) {
        return Vec::new();
    }
    let room = bytes.saturating_sub(head.len() + 2).max(1);
    let mut pages: Vec<String> = Vec::new();
    let mut page = String::new();
    for piece in lines.iter().flat_map(|line| cut(line, room)) {
        if !page.is_empty() && page.len() + 1 + piece.len() > room {
            pages.push(std::mem::take(&mut page));
        }
        if !page.is_empty() {
            page.push('\n');
        }
        page.push_str(piece);
    }
    pages.push(page);
    pages.iter().map(|page| format!("{head}\n\n{page}")).collect()
}

/// A line that is too long by itself, in pieces.
fn cut(line: &str, most: usize) -> Vec<&str> {
    let (mut pieces, mut rest) = (Vec::new(), line);
    while rest.len() > most {
        let fits = (1..=most).rev().find(|at| rest.is_char_boundary(*at));
        let end = fits.unwrap_or_else(|| rest.chars().next().map_or(rest.len(), char::len_utf8));
        let at = rest[..end].rfind(' ').map_or(end, |at| at + 1);
        pieces.push(&rest[..at]);
        rest = &rest[at..];
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::activity::Email;

    #[test]
    fn an_answer_is_read_item_by_item() {
        let answer = json!({
            "promises": [{ "who": "Jared", "quote": "I'll send it." }, "I'll send it.", { "quote": 7 }],
            "signals": [{ "kind": "praise", "quote": "Great." }, { "kind": "nps", "quote": "Nine." }, { "kind": "joy" }],
        });
        let noted = Noted::from_answer(&answer).unwrap();
        assert_eq!(noted.promises.len(), 1);
        assert_eq!(noted.signals.len(), 1);
        assert!(noted.requests.is_empty());
        for answer in [json!({}), json!({ "promises": "none" }), json!([])] {
            assert_eq!(Noted::from_answer(&answer), None, "{answer}");
        }
        assert!(Noted::from_answer(&json!({ "promises": [] })).is_some_and(|noted| noted.is_empty()));
    }

    fn email(body: &str) -> Email {
        Email {
            id: "e".to_owned(),
            account: "example.com".to_owned(),
            sent_at: chrono::DateTime::UNIX_EPOCH.into(),
            from: "Nora Quist <nora@example.com>".to_owned(),
            to: Vec::new(),
            subject: "Export".to_owned(),
            body: body.to_owned(),
            thread_id: None,
            url: None,
        }
    }

    #[test]
    fn a_model_reads_what_its_writer_wrote_and_not_what_is_quoted() {
        let history = "On Mon, Mar 2, 2026 at 9:00 AM Jared Dunn <jared@team.example> wrote:\n> I'll add it.";
        let mail = email(&format!("Could you add it?\n\n{history}"));
        assert_eq!(pages(Talk::Email(&mail), 1_000), ["E-mail: Export\nFrom: Nora Quist\n\nCould you add it?"]);
        assert!(pages(Talk::Email(&email("> I'll add it.\n")), 1_000).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_is_lost_between_two_pages(body in "[a-zé .]{0,40}(\n[a-zé .]{0,40}){0,6}", room in 60usize..160) {
            let mail = email(&body);
            let pages = pages(Talk::Email(&mail), room);
            let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
            let read: String = pages.iter().map(|page| letters(page.split_once("\n\n").unwrap().1)).collect();
            prop_assert_eq!(read, letters(&body));
            prop_assert!(pages.iter().all(|page| page.len() <= room));
        }
    }
}
