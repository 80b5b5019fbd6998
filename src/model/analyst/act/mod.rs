//! Orders: "route them to Pipeline, they signed". The analyst reads what is wanted, asks for what is missing, and has the
//! tool make a proposal. What becomes of it is the reader's to say.

mod clause;
mod named;
mod promise;
#[cfg(test)]
mod tests;
mod wish;

use serde::Serialize;

use super::compose::{Desk, permanent};
use super::plan::{self, Step};
use crate::domain::account::Section;
use crate::domain::answer::Offer;
use crate::domain::tool::ToolArgs;
use crate::domain::tool::action::{
    AddNote, DecisionView, IgnoreRevenueSource, MarkCommitment, Proposed, RetrackAccount, RouteAccount, RouteHistory,
    SetOwner, SnoozeAccount, UntrackAccount,
};
use crate::domain::tool::records::ListCommitments;
use crate::model::chat::{ModelError, ModelReply, ToolCall};
use crate::prompt::{self, Template};

pub use wish::{Order, Wish, asks_for_change, bare, read};

/// What to look up or to propose for an order.
pub fn calls(desk: &Desk<'_>, wish: &Wish) -> Vec<ToolCall> {
    let Some(account) = desk.account().map(|account| account.domain.clone()) else {
        return match wish.order {
            Order::History => vec![desk.call(&RouteHistory::default())],
            _ => Vec::new(),
        };
    };
    let reason = wish.reason.clone();
    match &wish.order {
        Order::Route(Some(section)) => vec![desk.call(&RouteAccount { account, section: *section, reason })],
        Order::Untrack => vec![desk.call(&UntrackAccount { account, reason })],
        Order::Retrack => vec![desk.call(&RetrackAccount { account, reason })],
        Order::Note(Some(text)) => vec![desk.call(&AddNote { account, text: text.clone() })],
        Order::Snooze(Some(until)) => vec![desk.call(&SnoozeAccount { account, until: *until, reason })],
        Order::Give(named) => match new_owner(desk, named.as_deref()) {
            Some(owner) => vec![desk.call(&SetOwner { account, owner, reason })],
            None => Vec::new(),
        },
        Order::Ignore { words, ignored } => {
            vec![desk.call(&IgnoreRevenueSource { account, source: words.clone(), ignored: *ignored, reason })]
        }
        Order::Mark { .. } => {
            vec![desk.call(&ListCommitments { account: Some(account), ..ListCommitments::default() })]
        }
        Order::History => vec![desk.call(&RouteHistory { account: Some(account) })],
        Order::Route(None) | Order::Note(None) | Order::Snooze(None) => Vec::new(),
    }
}

/// The address of the colleague an account is to be given to.
fn new_owner(desk: &Desk<'_>, named: Option<&str>) -> Option<String> {
    named.map(str::to_owned).or_else(|| desk.part.person.as_ref().and_then(|person| person.email.clone()))
}

/// The answer to an order: what was proposed, or what is missing.
pub fn answer(desk: &Desk<'_>, wish: &Wish) -> Result<Step, ModelError> {
    match &wish.order {
        Order::History => history(desk),
        Order::Route(None) => {
            let offers = Section::ALL.map(|section| {
                let question = format!("Route {} to {}", desk.name(), section.label());
                Offer { label: section.label().to_owned(), question, account: offered_on(desk) }
            });
            ask_back(desk, &Missing::Section { name: desk.name() }, offers.into())
        }
        Order::Route(Some(_)) => proposed::<RouteAccount>(desk),
        Order::Untrack => proposed::<UntrackAccount>(desk),
        Order::Retrack => proposed::<RetrackAccount>(desk),
        Order::Note(None) => ask_back(desk, &Missing::Note { name: desk.name() }, Vec::new()),
        Order::Note(Some(_)) => proposed::<AddNote>(desk),
        Order::Snooze(None) => {
            let offers = ["for a week", "for two weeks", "for a month"].map(|span| Offer {
                label: span.to_owned(),
                question: format!("Snooze {} {span}", desk.name()),
                account: offered_on(desk),
            });
            ask_back(desk, &Missing::Day { name: desk.name() }, offers.into())
        }
        Order::Snooze(Some(_)) => proposed::<SnoozeAccount>(desk),
        Order::Give(named) if new_owner(desk, named.as_deref()).is_none() => {
            ask_back(desk, &Missing::Owner { name: desk.name() }, Vec::new())
        }
        Order::Give(_) => proposed::<SetOwner>(desk),
        Order::Ignore { .. } => proposed::<IgnoreRevenueSource>(desk),
        Order::Mark { words, outcome } => {
            let mark = MarkCommitment::NAME;
            if desk.made(&plan::id(desk.index, mark, "")) {
                return proposed::<MarkCommitment>(desk);
            }
            let list = desk.found::<ListCommitments>()?;
            match promise::meant(&list, words, *outcome) {
                promise::Meant::One(item) => Ok(Step::Call(vec![desk.call(&MarkCommitment {
                    account: item.account.clone(),
                    commitment: item.id.clone(),
                    outcome: *outcome,
                    evidence: wish.reason.clone(),
                })])),
                promise::Meant::Several(items) => {
                    let offers = items
                        .iter()
                        .map(|item| Offer {
                            label: item.what.clone(),
                            question: format!("Mark the promise “{}” as {}", item.quote, outcome.wire()),
                            account: offered_on(desk),
                        })
                        .collect();
                    ask_back(desk, &Missing::Promise { name: desk.name(), outcome: outcome.wire() }, offers)
                }
                promise::Meant::None => ask_back(desk, &Missing::NoPromise { name: desk.name() }, Vec::new()),
            }
        }
    }
}

fn offered_on(desk: &Desk<'_>) -> Option<String> {
    desk.account().map(|account| account.domain.clone())
}

/// Tells that it is proposed.
fn proposed<T: ToolArgs<Output = Proposed>>(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let proposed = desk.found::<T>()?;
    desk.done(&ProposedPage { proposed }, Vec::new())
}

#[derive(Serialize)]
struct ProposedPage {
    #[serde(flatten)]
    proposed: Proposed,
}

impl Template for ProposedPage {
    const FILE: &'static str = "answer/proposed.md";
}

/// What an order leaves open.
#[derive(Serialize)]
#[serde(tag = "missing", rename_all = "snake_case")]
enum Missing {
    Section { name: String },
    Note { name: String },
    Day { name: String },
    Owner { name: String },
    Promise { name: String, outcome: &'static str },
    NoPromise { name: String },
}

impl Template for Missing {
    const FILE: &'static str = "answer/missing.md";
}

/// Asks for what is missing.
fn ask_back(desk: &Desk<'_>, missing: &Missing, offers: Vec<Offer>) -> Result<Step, ModelError> {
    let text = prompt::render(missing, desk.today()).map_err(|error| permanent(&error))?;
    let focus = crate::domain::conversation::Focus {
        accounts: desk.account().map(|account| account.domain.clone()).into_iter().collect(),
        ..Default::default()
    };
    Ok(Step::Done(Box::new(ModelReply { text, offers, focus, ..ModelReply::default() })))
}

/// What people decided, and why.
fn history(desk: &Desk<'_>) -> Result<Step, ModelError> {
    const SHOWN: usize = 8;
    let list = desk.found::<RouteHistory>()?;
    let one = desk.account().is_some();
    let more = list.total.saturating_sub(list.items.len().min(SHOWN) as u64);
    let items: Vec<DecisionView> = list.items.into_iter().take(SHOWN).collect();
    desk.done(&DecisionsPage { name: desk.name(), one, items, more }, Vec::new())
}

#[derive(Serialize)]
struct DecisionsPage {
    name: String,
    one: bool,
    items: Vec<DecisionView>,
    more: u64,
}

impl Template for DecisionsPage {
    const FILE: &'static str = "answer/decisions.md";
}
