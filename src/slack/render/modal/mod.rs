//! Dialogs: what is asked for before something is done, filled in with what is known.

mod draft;
mod evidence;
mod field;
mod proposal;

pub use draft::{draft_copy, draft_edit, draft_regenerate, edited_body};
pub use evidence::evidence;
pub use field::account_options;
pub use proposal::proposal_edit;

use serde_json::Value;

use super::View;
use super::action_id::{
    IN_COMMENT, IN_GOAL, IN_INSTRUCTIONS, IN_NOTE, IN_QUESTION, IN_REASON, IN_SECTION, MODAL_ASK, MODAL_DRAFT,
    MODAL_FEEDBACK, MODAL_LINK, MODAL_NOTE, MODAL_RETRACK, MODAL_ROUTE, MODAL_UNTRACK, ModalMeta, Sent,
};
use super::block::{context, json, section};
use super::escape::{bold, line};
use crate::domain::account::Section;
use crate::domain::draft::Goal;
use crate::domain::text::clipped;
use crate::domain::tool::account::AccountBrief;
use field::{Field, account, choice};
use slack_morphism::prelude::{SlackBlock, SlackModalView};

/// What is known of the account a dialog is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// The account. It can still be changed, unless it is settled in the dialog's meta.
    pub account: Option<&'a AccountBrief>,
    /// What could not be read from what was typed, in a sentence.
    pub unclear: Option<&'a str>,
}

/// A dialog. Blocks are within their limits already.
pub(super) fn dialog(callback: &str, title: &str, submit: Option<&str>, meta: &ModalMeta, blocks: Vec<Value>) -> View {
    let blocks: Vec<SlackBlock> = blocks.into_iter().filter_map(|block| serde_json::from_value(block).ok()).collect();
    let mut view = SlackModalView::new(super::block::plain_text(title, 24), blocks)
        .with_callback_id(callback.into())
        .with_private_metadata(meta.sent())
        .with_close(super::block::plain_text(if submit.is_some() { "Cancel" } else { "Close" }, 24));
    view.submit = submit.map(|label| super::block::plain_text(label, 24));
    View::new(json(slack_morphism::prelude::SlackView::Modal(view)))
}

/// The account of a dialog: a line where it is settled, else a list to pick it from.
fn about(known: Known<'_>, meta: &ModalMeta) -> Vec<Value> {
    let mut blocks: Vec<Value> = known.unclear.map(|told| context(&[line(&clipped(told, 300))])).into_iter().collect();
    match (known.account, &meta.account) {
        (Some(brief), Some(_)) => {
            blocks.push(section(format!("{}  {}", bold(&clipped(&brief.name, 80)), line(&clipped(&brief.domain, 80)))));
        }
        (None, Some(domain)) => blocks.push(section(bold(&clipped(domain, 80)))),
        (brief, None) => blocks.push(account(brief)),
    }
    blocks
}

/// Asks a question; the account may be left open.
#[must_use]
pub fn ask(known: Known<'_>, question: &str, meta: &ModalMeta) -> View {
    let mut blocks = about(known, meta);
    let hint = "For example: Why is it critical? What did they say about SSO? What do we owe them?";
    blocks.push(Field::new(IN_QUESTION, "Question").long().filled(question).hint(hint).block());
    dialog(MODAL_ASK, "Ask", Some("Ask"), meta, blocks)
}

/// Moves an account to another section.
#[must_use]
pub fn route(known: Known<'_>, to: Option<Section>, reason: &str, meta: &ModalMeta) -> View {
    let mut blocks = about(known, meta);
    blocks.push(sections(to));
    blocks.push(
        Field::new(IN_REASON, "Reason").filled(reason).optional().hint("Shown beside the account there.").block(),
    );
    dialog(MODAL_ROUTE, "Route an account", Some("Route"), meta, blocks)
}

/// The sections to choose from.
fn sections(chosen: Option<Section>) -> Value {
    let options = Section::ALL.map(|section| (section.label(), section.wire()));
    choice(IN_SECTION, "Section", &options, chosen.map(Section::wire))
}

/// Leaves an account out of monitoring.
#[must_use]
pub fn untrack(known: Known<'_>, reason: &str, meta: &ModalMeta) -> View {
    let mut blocks = about(known, meta);
    blocks.push(Field::new(IN_REASON, "Reason").filled(reason).optional().block());
    blocks.push(context(&[
        "It leaves health monitoring, the totals and digests. A large account takes two people.".to_owned()
    ]));
    dialog(MODAL_UNTRACK, "Untrack an account", Some("Untrack"), meta, blocks)
}

/// Takes an account back into monitoring.
#[must_use]
pub fn retrack(known: Known<'_>, reason: &str, meta: &ModalMeta) -> View {
    let mut blocks = about(known, meta);
    blocks.push(Field::new(IN_REASON, "Reason").filled(reason).optional().block());
    dialog(MODAL_RETRACK, "Re-track an account", Some("Re-track"), meta, blocks)
}

/// Keeps a note on an account; `text` is what the message said.
#[must_use]
pub fn note(known: Known<'_>, text: &str, meta: &ModalMeta) -> View {
    let mut blocks = about(known, meta);
    blocks.push(Field::new(IN_NOTE, "Note").long().most(2_000).filled(text).block());
    dialog(MODAL_NOTE, "Save a note", Some("Save"), meta, blocks)
}

/// Drafts an e-mail to an account.
#[must_use]
pub fn draft(known: Known<'_>, goal: Option<Goal>, instructions: &str, meta: &ModalMeta) -> View {
    let mut blocks = about(known, meta);
    let mut options = vec![("Whatever fits best now", "any")];
    options.extend(Goal::ALL.map(|goal| (goal.label(), goal.wire())));
    blocks.push(choice(IN_GOAL, "What it is for", &options, Some(goal.map_or("any", Goal::wire))));
    let wishes = Field::new(IN_INSTRUCTIONS, "Anything else").long().filled(instructions).optional();
    blocks.push(wishes.hint("For example: mention the new export, keep it light.").block());
    blocks.push(context(&["Nothing is sent. You see the draft first.".to_owned()]));
    dialog(MODAL_DRAFT, "Draft an e-mail", Some("Draft"), meta, blocks)
}

/// Links a channel to an account.
#[must_use]
pub fn link_channel(known: Known<'_>, meta: &ModalMeta) -> View {
    let mut blocks =
        vec![section("Questions asked in this channel are then about this account, unless they name another.")];
    blocks.extend(about(known, meta));
    dialog(MODAL_LINK, "Link this channel", Some("Link"), meta, blocks)
}

/// What was wrong with an answer.
#[must_use]
pub fn feedback(meta: &ModalMeta) -> View {
    let field = Field::new(IN_COMMENT, "What was wrong?").long().most(1_000).optional();
    let blocks = vec![field.hint("A figure, a source, something missing: a line is enough.").block()];
    dialog(MODAL_FEEDBACK, "Thank you", Some("Send"), meta, blocks)
}
