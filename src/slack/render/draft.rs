//! The card of a drafted e-mail: the mail as it reads, to whom it goes, what it stands on, and what can be done with
//! it. Nothing leaves without a click.

use chrono::NaiveDate;
use serde_json::Value;

use super::Message;
use super::action_id::{
    DRAFT_APPROVE, DRAFT_COPY, DRAFT_DECLINE, DRAFT_EDIT, DRAFT_NOT_OUT, DRAFT_REGENERATE, DRAFT_SEND, DRAFT_WENT_OUT,
    DraftValue,
};
use super::block::{Button, actions, context, quote, section};
use super::escape::{bold, line, units};
use crate::domain::draft::{Change, Correspondent, Draft, DraftState, Letter};
use crate::domain::text::{capital, clipped};
use crate::domain::time::day_text;

/// The longest text that is shown; a mail has 140 words.
const BODY: usize = 4_500;
/// The most facts named.
const FACTS: usize = 6;
/// The longest line of the card besides the mail.
const LINE: usize = 240;

/// The card as it is on `today`; `can_send` where a mail server is configured.
#[must_use]
pub fn card(draft: &Draft, can_send: bool, today: NaiveDate) -> Message {
    let letter = draft.letter();
    let mut blocks = vec![head(draft), section(addressed(letter))];
    // A mail nobody wants need not be read again.
    if draft.state != DraftState::Declined {
        blocks.push(quote(&letter.body, BODY));
        if units(&letter.body) > BODY {
            blocks.push(context(&["The text is longer than is shown here; Copy has all of it.".to_owned()]));
        }
    }
    let open = matches!(draft.state, DraftState::Draft | DraftState::Approved);
    if open {
        blocks.extend(stands_on(letter));
    }
    blocks.push(context(&people(draft, today)));
    let buttons = buttons(draft, can_send);
    if !buttons.is_empty() {
        blocks.push(actions(buttons));
    }
    Message::new(&said(draft), blocks)
}

/// The card after somebody could not have what they wanted of it.
#[must_use]
pub fn refused(draft: &Draft, refusal: &str, can_send: bool, today: NaiveDate) -> Message {
    let card = card(draft, can_send, today);
    let mut blocks = vec![section(format!("⚠️ {}", line(refusal)))];
    blocks.extend(card.blocks);
    Message::new(&format!("{} {}", refusal.trim(), said(draft)), blocks)
}

fn state(draft: &Draft) -> &'static str {
    match draft.state {
        DraftState::Draft => "Waits for you",
        DraftState::Approved => "Approved",
        DraftState::Declined => "Declined",
        DraftState::Sending if draft.lost() => "Not known",
        DraftState::Sending => "Being sent",
        DraftState::Sent => "Sent",
    }
}

/// `Renewal mail to Dana Whitfield`.
fn title(letter: &Letter) -> String {
    let label = letter.goal.label();
    format!("{} mail to {}", capital(label), clipped(&letter.recipient.name, 80))
}

fn head(draft: &Draft) -> Value {
    let mark = match draft.state {
        DraftState::Approved | DraftState::Sent => "✅ ",
        DraftState::Draft | DraftState::Sending => "✉️ ",
        DraftState::Declined => "",
    };
    let account = line(&clipped(&draft.account_name, 80));
    section(format!("{mark}{} · {account}   _{}_", bold(&title(draft.letter())), state(draft)))
}

fn addressed(letter: &Letter) -> String {
    let person = |person: &Correspondent| {
        let told = [Some(person.name.clone()), person.title.clone(), Some(person.email.clone())];
        let told = told.into_iter().flatten().filter(|part| !part.trim().is_empty());
        line(&clipped(&told.collect::<Vec<_>>().join(" · "), LINE))
    };
    format!(
        "*To:* {}\n*From:* {}\n*Subject:* {}",
        person(&letter.recipient),
        person(&letter.sender),
        bold(&clipped(&letter.subject, 300))
    )
}

/// What it stands on, and what to know before it is approved. Not part of the mail.
fn stands_on(letter: &Letter) -> Option<Value> {
    let mut lines = Vec::new();
    if !letter.facts.is_empty() {
        lines.push("*Stands on* (not part of the mail)".to_owned());
        lines.extend(letter.facts.iter().take(FACTS).map(|fact| {
            let source = clipped(&fact.citation.title, 80);
            format!("• {} — {}", line(&clipped(&fact.text, LINE)), line(&source))
        }));
        let left = letter.facts.len().saturating_sub(FACTS);
        if left > 0 {
            lines.push(format!("and {left} more"));
        }
    }
    for notice in letter.notices.iter().take(4) {
        lines.push(format!("⚠️ {}", line(&clipped(notice, LINE))));
    }
    (!lines.is_empty()).then(|| context(&lines))
}

fn people(draft: &Draft, today: NaiveDate) -> Vec<String> {
    let version = draft.current();
    let change = match version.change {
        Change::Written => "written",
        Change::Revised => "written anew",
        Change::Edited => "edited",
    };
    let mut lines = Vec::new();
    let decided = draft.decided.as_ref().map(|decided| {
        format!("{} by {} on {}", state(draft), line(&decided.by.who), day_text(decided.at.day(), today))
    });
    match draft.state {
        DraftState::Draft => {}
        DraftState::Sending if draft.lost() => {}
        DraftState::Sending => lines.push(
            "If this stays, nobody knows whether it went out: look into the mailbox. It is not sent a second time."
                .to_owned(),
        ),
        DraftState::Approved | DraftState::Declined | DraftState::Sent => lines.extend(decided),
    }
    if let Some(trouble) = &draft.trouble {
        lines.push(format!("⚠️ {}", line(&clipped(trouble, LINE))));
    }
    let by = line(&version.by.who);
    lines.push(if version.number > 1 {
        format!("Version {}, {change} by {by}", version.number)
    } else {
        format!("Asked for by {by}")
    });
    if matches!(draft.state, DraftState::Draft) {
        lines.push("Nothing is sent until somebody says so.".to_owned());
    }
    lines
}

fn buttons(draft: &Draft, can_send: bool) -> Vec<Button> {
    let value = DraftValue { id: draft.id, version: draft.current().number };
    let edit = || Button::new(DRAFT_EDIT, "Edit", &value);
    let regenerate = || Button::new(DRAFT_REGENERATE, "Regenerate", &value);
    let copy = || Button::new(DRAFT_COPY, "Copy", &value);
    let decline = || Button::new(DRAFT_DECLINE, "Decline", &value);
    match draft.state {
        DraftState::Draft => {
            vec![Button::new(DRAFT_APPROVE, "Approve", &value).primary(), edit(), regenerate(), copy(), decline()]
        }
        DraftState::Approved => {
            let to = &draft.letter().recipient.email;
            let send = Button::new(DRAFT_SEND, "Send", &value).primary();
            let send = send.asks("Send this mail?", &format!("It goes to {to} now."), "Send it");
            can_send.then_some(send).into_iter().chain([copy(), edit(), regenerate(), decline()]).collect()
        }
        DraftState::Sent => vec![copy()],
        DraftState::Sending if draft.lost() => vec![
            Button::new(DRAFT_WENT_OUT, "It was sent", &value),
            Button::new(DRAFT_NOT_OUT, "It was not sent", &value),
        ],
        DraftState::Declined | DraftState::Sending => Vec::new(),
    }
}

fn said(draft: &Draft) -> String {
    let letter = draft.letter();
    let (title, subject) = (title(letter), clipped(&letter.subject, 160));
    let by = draft.decided.as_ref().map(|decided| format!(" by {}", decided.by.who)).unwrap_or_default();
    let stands = match draft.state {
        DraftState::Draft => "It waits for your approval; nothing was sent.".to_owned(),
        DraftState::Approved => format!("Approved{by}; nothing was sent."),
        DraftState::Declined => format!("Declined{by}; nothing was sent."),
        DraftState::Sending if draft.lost() => "Nobody knows whether it went out.".to_owned(),
        DraftState::Sending => "It is being sent.".to_owned(),
        DraftState::Sent => format!("Sent{by}."),
    };
    format!("{title}, “{subject}”. {stands}")
}
