//! An answer as messages: the conclusion first, every mark a link or a button to its evidence, then where it is from,
//! what could not be seen, what can be asked next, and a thumb up or down.

use chrono::NaiveDate;
use serde_json::Value;
use slack_morphism::prelude::{
    SlackBlock, SlackBlockFeedbackButtonsElement, SlackContextActionBlockElement, SlackContextActionsBlock,
    SlackFeedbackButtonItem,
};

use super::action_id::{
    ANSWER_FEEDBACK, ANSWER_MORE, EVIDENCE_OPEN, EvidenceValue, FeedbackValue, MoreValue, OFFER_ASK, OfferValue, Sent,
    numbered,
};
use super::block::{BUTTONS, Button, actions, context, json, markdown, plain_text, section};
use super::{Links, Message, escape, pieces};
use crate::domain::answer::Answer;
use crate::domain::conversation::Verdict;
use crate::domain::evidence::Citation;
use crate::domain::id::TurnId;
use crate::domain::text::clipped;
use crate::domain::time::day_text;

/// The most messages an answer takes before the rest waits behind "Show more".
const MESSAGES: usize = 3;
/// The most sources named under an answer.
const SOURCES: usize = 8;
/// The most rows of buttons that open evidence.
const EVIDENCE_ROWS: usize = 3;
/// The most questions offered.
const OFFERS: usize = 5;
/// The longest list of sources, with its links.
const SOURCES_LENGTH: usize = 2_000;
/// The longest of the other notes under an answer.
const NOTE: usize = 700;
/// The longest notification.
const NOTIFIED: usize = 300;

/// The messages of an answer; the cards it carries are rendered by [`super::proposal`] and [`super::draft`].
#[must_use]
pub fn answer(answer: &Answer, links: Links<'_>, today: NaiveDate) -> Vec<Message> {
    if answer.stopped {
        return vec![Message::new(&answer.answer, vec![section(escape::mrkdwn(&answer.answer))])];
    }
    let mut messages = part(answer, links, 0);
    if let Some(last) = messages.last_mut() {
        last.blocks.extend(below(answer, links, today));
    }
    messages
}

/// The messages after the first `from` of an answer, for "Show more".
#[must_use]
pub fn rest(answer: &Answer, links: Links<'_>, from: usize) -> Vec<Message> {
    part(answer, links, from)
}

/// The blocks of a message without "Show more", once it was used.
#[must_use]
pub fn without_more(blocks: &[Value]) -> Vec<Value> {
    let is_more = |block: &Value| block.pointer("/elements/0/action_id").is_some_and(|id| id == ANSWER_MORE);
    blocks.iter().filter(|block| !is_more(block)).cloned().collect()
}

/// The text of an answer as harmless Markdown with its links set, for a stream. Not split.
#[must_use]
pub fn body(answer: &Answer, links: Links<'_>) -> String {
    linked(&escape::markdown(&answer.answer), answer.turn, answer, links)
}

fn linked(text: &str, turn: Option<TurnId>, answer: &Answer, links: Links<'_>) -> String {
    let known = |n: u32| answer.citations.iter().any(|citation| citation.n == n);
    escape::with_links(text, &|n| links.to_evidence(turn, n).filter(|_| known(n)))
}

fn part(answer: &Answer, links: Links<'_>, from: usize) -> Vec<Message> {
    let text = escape::markdown(&answer.answer);
    let mut bodies = pieces::split(&text, &|text| linked(text, answer.turn, answer, links));
    if bodies.is_empty() {
        bodies.push(vec!["There is no answer. Ask again in other words.".to_owned()]);
    }
    let all = bodies.len();
    // Without a turn nothing could be fetched later: then everything is shown at once.
    let most = if answer.turn.is_some() { MESSAGES } else { all };
    let shown = bodies.into_iter().skip(from).take(most);
    let mut messages: Vec<Message> = shown.map(message).collect();
    if let (Some(turn), Some(last), true) = (answer.turn, messages.last_mut(), from + most < all) {
        let value = MoreValue { turn, from: from + most };
        last.blocks.push(actions(vec![Button::new(ANSWER_MORE, "Show more", &value)]));
    }
    messages
}

fn message(body: pieces::Body) -> Message {
    let first = body.first().map(|block| escape::spoken(block)).unwrap_or_default();
    let conclusion = first.split("\n\n").find(|paragraph| !paragraph.trim().is_empty()).unwrap_or("More of the answer");
    Message::new(&unescaped(&clipped(conclusion, NOTIFIED)), body.into_iter().map(markdown).collect())
}

/// The words again: a message escapes its own text.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Everything below the text of an answer: what a stream is ended with.
#[must_use]
pub fn below(answer: &Answer, links: Links<'_>, today: NaiveDate) -> Vec<Value> {
    let mut blocks = Vec::new();
    blocks.extend(offers(answer));
    blocks.extend(sources(answer, links, today));
    blocks.extend(evidence(answer, links));
    blocks.extend(notes(answer));
    blocks.push(context(&[footer(answer)]));
    blocks.extend(answer.turn.map(feedback));
    blocks
}

fn offers(answer: &Answer) -> Option<Value> {
    let buttons = answer.offers.iter().enumerate().filter_map(|(index, offer)| {
        let value = OfferValue::of(offer, answer.conversation)?;
        Some(Button::new(&numbered(OFFER_ASK, index + 1), &offer.label, &value))
    });
    let buttons: Vec<Button> = buttons.take(OFFERS).collect();
    (!buttons.is_empty()).then(|| actions(buttons))
}

/// Where it is from: a line a record, with the marks that name it, who said it and when.
fn sources(answer: &Answer, links: Links<'_>, today: NaiveDate) -> Option<Value> {
    let mut records: Vec<Vec<&Citation>> = Vec::new();
    for citation in &answer.citations {
        let same = |others: &&mut Vec<&Citation>| {
            others.first().is_some_and(|other| {
                (other.kind, &other.id, &other.title) == (citation.kind, &citation.id, &citation.title)
            })
        };
        match records.iter_mut().find(same) {
            Some(record) => record.push(citation),
            None => records.push(vec![citation]),
        }
    }
    let mut lines = vec!["*Evidence*".to_owned()];
    let mut length = 0;
    for record in records.iter().take(SOURCES) {
        let line = source(record, answer.turn, links, today);
        length += escape::units(&line) + 1;
        if length > SOURCES_LENGTH {
            break;
        }
        lines.push(line);
    }
    let left = records.len() + 1 - lines.len();
    if left > 0 {
        lines.push(format!("and {left} more"));
    }
    (!records.is_empty()).then(|| context(&lines))
}

fn source(record: &[&Citation], turn: Option<TurnId>, links: Links<'_>, today: NaiveDate) -> String {
    let marks = record.iter().map(|citation| match links.to_evidence(turn, citation.n) {
        Some(url) => escape::link(&url, &format!("[{}]", citation.n)),
        None => format!("[{}]", citation.n),
    });
    let marks = marks.collect::<Vec<_>>().join(" ");
    let mut speakers: Vec<&str> = record.iter().filter_map(|citation| citation.speaker.as_deref()).collect();
    speakers.dedup();
    let who = match speakers.as_slice() {
        [] => None,
        [one] => Some(clipped(one, 60)),
        [one, two] => Some(format!("{}, {}", clipped(one, 60), clipped(two, 60))),
        [one, two, ..] => Some(format!("{}, {} and others", clipped(one, 60), clipped(two, 60))),
    };
    let when = record.first().and_then(|citation| citation.occurred_at).map(|at| day_text(at.day(), today));
    let title = record.first().map(|citation| clipped(&citation.title, 90)).unwrap_or_default();
    let told = [Some(title), who, when].into_iter().flatten().map(|part| escape::line(&part));
    format!("{marks} {}", told.collect::<Vec<_>>().join(" · "))
}

/// Buttons that open the quotes, where there is no address to link to.
fn evidence(answer: &Answer, links: Links<'_>) -> Vec<Value> {
    let Some(turn) = answer.turn else { return Vec::new() };
    let unlinked = answer.citations.iter().filter(|citation| links.to_evidence(Some(turn), citation.n).is_none());
    let buttons = unlinked.enumerate().map(|(index, citation)| {
        let value = EvidenceValue { turn, n: citation.n };
        Button::new(&numbered(EVIDENCE_OPEN, index + 1), &format!("[{}]", citation.n), &value).spoken(&format!(
            "Open evidence {}: {}",
            citation.n,
            clipped(&citation.title, 40)
        ))
    });
    let mut rows = Vec::new();
    let mut row = Vec::new();
    for button in buttons.take(BUTTONS * EVIDENCE_ROWS) {
        row.push(button);
        if row.len() == BUTTONS {
            rows.push(actions(std::mem::take(&mut row)));
        }
    }
    if !row.is_empty() {
        rows.push(actions(row));
    }
    rows
}

/// What could not be seen, what the checks changed, and who wrote it where that is another model than usual.
fn notes(answer: &Answer) -> Vec<Value> {
    let told = |title: &str, sentences: &[String]| {
        let sentences = sentences.iter().map(|sentence| escape::line(sentence)).collect::<Vec<_>>().join("\n");
        (!sentences.is_empty()).then(|| context(&[escape::cut(format!("*{title}*\n{sentences}"), NOTE)]))
    };
    let notice: Vec<String> = answer.notice.iter().cloned().collect();
    [
        told("What I could not see", &answer.not_seen),
        told("Corrected before you saw it", &answer.checks.corrections),
        told("Note", &notice),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn footer(answer: &Answer) -> String {
    let checked = answer.checks.figures + answer.checks.citations > 0;
    if checked { "success-agent · checked against the records" } else { "success-agent" }.to_owned()
}

fn feedback(turn: TurnId) -> Value {
    let item = |label: &str, verdict: Verdict| {
        let value = FeedbackValue { turn, verdict }.sent();
        SlackFeedbackButtonItem::new(plain_text(label, 75), value).with_accessibility_label(label.to_owned().into())
    };
    let buttons = SlackBlockFeedbackButtonsElement::new(
        item("Good answer", Verdict::Up),
        item("Something is wrong", Verdict::Down),
    );
    let element = SlackContextActionBlockElement::from(buttons.with_action_id(ANSWER_FEEDBACK.into()));
    json(SlackBlock::from(SlackContextActionsBlock::new(vec![element])))
}
