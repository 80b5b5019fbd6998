//! E-mails to draft: "draft a renewal mail to Dana, short", and what comes after: "warmer", "mention the SSO fix". The
//! analyst reads the wishes; the tool writes.

mod wishes;

use serde::Serialize;

use super::compose::{Desk, permanent};
use super::plan::Step;
use crate::domain::activity::Side;
use crate::domain::conversation::Focus;
use crate::domain::draft::Goal;
use crate::domain::tool::account::FoundAccounts;
use crate::domain::tool::draft::{DraftEmail, DraftedEmail, DraftedFact};
use crate::model::chat::{ModelError, ModelReply, PastTurn, ToolCall};
use crate::prompt::{self, Template};

pub use wishes::{Mail, changes, read};

/// Under which name a turn remembers that it drafted something.
const DRAFTED: &str = "drafted";

/// Turns after a draft in which "shorter" still means it.
const REMEMBERED: usize = 4;

/// The account whose mail was drafted in one of the last turns.
pub fn drafted_before(history: &[PastTurn]) -> Option<&PastTurn> {
    history.iter().rev().take(REMEMBERED).find(|turn| {
        turn.focus.intent.as_ref().is_some_and(|intent| intent.get(DRAFTED).is_some()) && !turn.accounts.is_empty()
    })
}

/// Whom the question names to be written to, as it was typed.
pub fn named(found: &FoundAccounts) -> Option<String> {
    let theirs = |mention: &&crate::domain::tool::account::PersonMention| {
        mention.people.iter().any(|person| person.side == Side::Customer)
    };
    found.people.iter().find(theirs).map(|mention| mention.words.clone())
}

/// The call that drafts.
pub fn calls(desk: &Desk<'_>, mail: &Mail) -> Vec<ToolCall> {
    vec![desk.call(&arguments(desk, mail))]
}

fn arguments(desk: &Desk<'_>, mail: &Mail) -> DraftEmail {
    let person = desk.part.person.as_ref().filter(|person| person.side == Side::Customer && !mail.revise);
    DraftEmail {
        account: desk.account().map(|account| account.domain.clone()).unwrap_or_default(),
        goal: mail.goal,
        recipient: person.map(|person| person.name.clone()).or_else(|| mail.recipient.clone()),
        tone: mail.tone,
        length: mail.length,
        language: mail.language.clone(),
        mention: mail.mention.clone(),
        instructions: None,
        release: mail.release.clone(),
        revise: mail.revise,
    }
}

/// Facts an answer names; the draft shows them all.
const LEANS_ON: usize = 3;

#[derive(Serialize)]
struct DraftedPage {
    #[serde(flatten)]
    drafted: DraftedEmail,
    goal_label: &'static str,
    /// Its article.
    article: &'static str,
    revised: bool,
    leans_on: Vec<DraftedFact>,
}

impl Template for DraftedPage {
    const FILE: &'static str = "answer/drafted.md";
}

/// Tells whom the mail is to, why, and what it leans on.
pub fn answer(desk: &Desk<'_>, mail: &Mail) -> Result<Step, ModelError> {
    let drafted = desk.found::<DraftEmail>()?;
    let recipient = drafted.recipient.clone();
    let page = DraftedPage {
        goal_label: drafted.goal.label(),
        revised: mail.revise,
        leans_on: drafted.facts.iter().take(LEANS_ON).cloned().collect(),
        article: if drafted.goal == Goal::Adoption { "an" } else { "a" },
        drafted,
    };
    let text = prompt::render(&page, desk.today()).map_err(|error| permanent(&error))?;
    let accounts = desk.account().map(|account| account.domain.clone()).into_iter().collect();
    let intent = Some(serde_json::json!({ "words": desk.part.words, "topic": [], DRAFTED: true }));
    let focus = Focus { accounts, records: Vec::new(), person: Some(recipient), intent };
    Ok(Step::Done(Box::new(ModelReply { text, focus, ..ModelReply::default() })))
}
