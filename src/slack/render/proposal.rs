//! The card of a proposal: what changes, what follows, who asked, and the buttons for what can be done now. A card on
//! which nothing can be done any more has no buttons.

use serde_json::Value;

use super::Message;
use super::action_id::{PROPOSAL_APPROVE, PROPOSAL_DECLINE, PROPOSAL_EDIT, PROPOSAL_UNDO, ProposalValue};
use super::block::{Button, actions, context, fields, section};
use super::escape::{bold, line};
use super::when::{clock, plain_clock};
use crate::domain::action::{Proposal, Row, State};
use crate::domain::text::{clipped, listed};
use crate::domain::time::Moment;

/// The longest words of a row.
const WORDS: usize = 320;
/// The most consequences told.
const CONSEQUENCES: usize = 8;

/// The card as it is at `now`.
#[must_use]
pub fn card(proposal: &Proposal, now: Moment) -> Message {
    let state = proposal.state_at(now);
    let mut blocks = vec![head(proposal, &state)];
    blocks.extend(body(proposal, &state));
    blocks.push(context(&people(proposal, &state, now)));
    let buttons = buttons(proposal, &state, now);
    if !buttons.is_empty() {
        blocks.push(actions(buttons));
    }
    Message::new(&said(proposal, &state, now), blocks)
}

/// The card after somebody could not have what they wanted of it: why, and what is different from what they saw.
/// `proposal` is as it is now, or the one that took its place.
#[must_use]
pub fn refused(proposal: &Proposal, refusal: &str, differences: &[String], now: Moment) -> Message {
    let mut lines = vec![format!("⚠️ {}", line(refusal))];
    lines.extend(
        differences.iter().take(CONSEQUENCES).map(|difference| format!("• {}", line(&clipped(difference, WORDS)))),
    );
    let card = card(proposal, now);
    let mut blocks = vec![section(lines.join("\n"))];
    blocks.extend(card.blocks);
    Message::new(&format!("{} {}", refusal.trim(), said(proposal, &proposal.state_at(now), now)), blocks)
}

/// What it is called on screen and where it stands.
fn head(proposal: &Proposal, state: &State) -> Value {
    let mark = match state {
        State::Done { .. } => "✅ ",
        _ => "",
    };
    section(format!("{mark}{}   {}", bold(&clipped(&proposal.preview.title, WORDS)), standing(proposal, state)))
}

fn standing(proposal: &Proposal, state: &State) -> &'static str {
    match state {
        State::Pending if proposal.approvals.is_empty() => "_Waits for approval_",
        State::Pending => "_Waits for a second person_",
        State::Done { .. } => "_Done_",
        State::Declined { .. } => "_Declined_",
        State::Undone { .. } => "_Undone_",
        State::Replaced { .. } => "_Replaced_",
        State::Expired => "_Expired_",
    }
}

fn body(proposal: &Proposal, state: &State) -> Vec<Value> {
    let mut blocks = Vec::new();
    let rows = &proposal.preview.rows;
    match rows.as_slice() {
        [] => {}
        [row] => blocks.push(section(format!("{}: {}", line(&clipped(&row.label, WORDS)), change(row, state)))),
        rows => {
            let labels: Vec<String> = rows.iter().map(|row| clipped(&row.label, WORDS)).collect();
            let pairs: Vec<(&str, String)> =
                labels.iter().zip(rows).map(|(label, row)| (label.as_str(), change(row, state))).collect();
            blocks.push(fields(&pairs));
        }
    }
    let mut lines = Vec::new();
    if let Some(reason) = proposal.action.reason().filter(|_| matches!(state, State::Pending | State::Done { .. })) {
        lines.push(format!("> “{}”", line(&clipped(reason, 600))));
    }
    // What would follow concerns whoever decides; once it is decided it is no longer news.
    if matches!(state, State::Pending) {
        let told = proposal.preview.consequences.iter().take(CONSEQUENCES);
        lines.extend(told.map(|consequence| format!("• {}", line(&clipped(consequence, WORDS)))));
    }
    if !lines.is_empty() {
        blocks.push(section(lines.join("\n")));
    }
    blocks
}

fn change(row: &Row, state: &State) -> String {
    let after = clipped(&row.after, WORDS);
    // What did not come about does not stand out.
    let counts = matches!(state, State::Pending | State::Done { .. });
    format!("{} → {}", line(&clipped(&row.before, WORDS)), if counts { bold(&after) } else { line(&after) })
}

/// Who wanted it, who decided, and how long it holds.
fn people(proposal: &Proposal, state: &State, now: Moment) -> Vec<String> {
    let asked = format!("Asked for by {}", line(&proposal.proposed_by.who));
    let approved = proposal.approvals.iter();
    let approved: Vec<String> =
        approved.map(|approval| format!("{} at {}", line(&approval.actor.who), clock(approval.at))).collect();
    let who = |by: &str, at: Moment| format!("{} at {}", line(by), clock(at));
    match state {
        State::Pending => {
            let mut lines = Vec::new();
            if proposal.approvals_needed > 1 && approved.is_empty() {
                lines.push(format!("It takes {} people to approve.", proposal.approvals_needed));
            } else if !approved.is_empty() {
                lines.push(format!("Approved by {}. It takes a second person.", listed(&approved)));
            }
            lines.push(format!("{asked} · can be approved until {}", clock(proposal.expires_at)));
            lines
        }
        State::Done { by, at, undo_until } => {
            let by = if approved.is_empty() { who(by, *at) } else { listed(&approved) };
            let mut lines = vec![format!("Approved by {by} · {}", lower(&asked))];
            if now <= *undo_until {
                lines.push(format!("Can be undone until {}", clock(*undo_until)));
            }
            lines
        }
        State::Declined { by, at } => {
            vec![format!("Declined by {} · {}", who(by, *at), lower(&asked)), "Nothing was changed.".to_owned()]
        }
        State::Undone { by, at } => {
            vec![format!("Undone by {} · {}", who(by, *at), lower(&asked)), "Everything is as it was.".to_owned()]
        }
        State::Replaced { .. } => {
            vec!["Another proposal took its place; this one changed nothing.".to_owned(), asked]
        }
        State::Expired => vec![
            format!("Nobody approved it by {}, so nothing was changed.", clock(proposal.expires_at)),
            format!("{asked} · ask again to see what it would change now"),
        ],
    }
}

fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn buttons(proposal: &Proposal, state: &State, now: Moment) -> Vec<Button> {
    let value = ProposalValue { id: proposal.id, digest: proposal.digest.clone() };
    match state {
        State::Pending => vec![
            Button::new(PROPOSAL_APPROVE, "Approve", &value).primary(),
            Button::new(PROPOSAL_DECLINE, "Decline", &value),
            Button::new(PROPOSAL_EDIT, "Edit", &value),
        ],
        State::Done { undo_until, .. } if now <= *undo_until => vec![Button::new(PROPOSAL_UNDO, "Undo", &value)],
        _ => Vec::new(),
    }
}

/// The card in a sentence or two.
fn said(proposal: &Proposal, state: &State, now: Moment) -> String {
    let title = clipped(&proposal.preview.title, 160);
    let rows = proposal.preview.rows.iter().take(3);
    let rows: Vec<String> = rows
        .map(|row| format!("{} {} → {}", clipped(&row.label, 60), clipped(&row.before, 60), clipped(&row.after, 60)))
        .collect();
    match state {
        State::Pending => {
            let waits = match proposal.approvals.first() {
                Some(first) => format!("{} approved it; it waits for a second person", first.actor.who),
                None => "It waits for approval".to_owned(),
            };
            format!("{title}: {}. {waits} until {}.", rows.join(", "), plain_clock(proposal.expires_at))
        }
        State::Done { by, undo_until, .. } if now <= *undo_until => {
            format!("Done: {title}, approved by {by}. It can be undone until {}.", plain_clock(*undo_until))
        }
        State::Done { by, .. } => format!("Done: {title}, approved by {by}."),
        State::Declined { by, .. } => format!("Declined by {by}: {title}. Nothing was changed."),
        State::Undone { by, .. } => format!("Undone by {by}: {title}."),
        State::Replaced { .. } => format!("Replaced by another proposal: {title}. Nothing was changed by this one."),
        State::Expired => format!("Expired: {title}. Nobody approved it in time; nothing was changed."),
    }
}
