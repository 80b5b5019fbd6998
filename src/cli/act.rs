//! `success-agent route`, `untrack`, `retrack`, `snooze`, `assign`, `note`, `revenue`, `mark`: commands that change an
//! account. Typing one is its own approval; and `approve`, `decline`, `undo`, `proposals`.

use super::args::{ActArgs, ProposalsArgs, SettleArgs};
use super::card;
use super::output::{Failure, Output};
use super::service::{Verb, with_service};
use crate::config::Config;
use crate::domain::account::Section;
use crate::domain::action::{Action, Outcome};
use crate::domain::id::{InvalidId, ProposalId};
use crate::domain::time::Today;
use crate::model::analyst::day_named;
use crate::web::proposals::ActedResponse;

/// Does what was typed.
pub(super) async fn run(args: ActArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let (account, action, json) = order(args, config.today())?;
    let acted = with_service(config, async |service| service.act(&account, action).await).await?;
    tell(&acted, json, output)
}

fn tell(acted: &ActedResponse, json: bool, output: &mut Output) -> Result<(), Failure> {
    if !json {
        return card::acted(acted, output);
    }
    output.json(acted)?;
    if acted.refused.is_some() { Err(Failure::Told) } else { Ok(()) }
}

/// The account, what is to be done to it, and whether it is told as JSON.
fn order(args: ActArgs, today: Today) -> Result<(String, Action, bool), Failure> {
    Ok(match args {
        ActArgs::Route(args) => {
            let section = Section::parse(&args.section).ok_or_else(|| {
                let known = Section::ALL.map(Section::wire).join(", ");
                Failure::usage(format!("`{}` is not a section; use {known}", args.section))
            })?;
            (args.account, Action::RouteAccount { section, reason: words(&args.reason) }, args.json)
        }
        ActArgs::Untrack(args) => (args.account, Action::UntrackAccount { reason: words(&args.reason) }, args.json),
        ActArgs::Retrack(args) => (args.account, Action::RetrackAccount { reason: words(&args.reason) }, args.json),
        ActArgs::Snooze(args) => {
            let until = day_named(&args.until, today, true).ok_or_else(|| {
                Failure::usage(format!("`{}` is not a day; write it like 2026-09-01 or `next friday`", args.until))
            })?;
            (args.account, Action::SnoozeAccount { until, reason: words(&args.reason) }, args.json)
        }
        ActArgs::Assign(args) => {
            (args.account, Action::SetOwner { owner: args.owner, reason: words(&args.reason) }, args.json)
        }
        ActArgs::Note(args) => (args.account, Action::AddNote { text: args.text.join(" ") }, args.json),
        ActArgs::Revenue(args) => {
            let (ignored, reason) = (args.what == "ignore", words(&args.reason));
            (args.account, Action::IgnoreRevenueSource { source: args.contract, ignored, reason }, args.json)
        }
        ActArgs::Mark(args) => {
            let outcome = if args.outcome == "kept" { Outcome::Kept } else { Outcome::Dropped };
            let (commitment, evidence) = (args.promise, words(&args.evidence));
            let mark = Action::MarkCommitment { commitment, quote: String::new(), outcome, evidence };
            (args.account, mark, args.json)
        }
    })
}

/// Words typed apart, as one text.
fn words(words: &[String]) -> Option<String> {
    (!words.is_empty()).then(|| words.join(" "))
}

/// Approves, declines or undoes.
pub(super) async fn settle(args: SettleArgs, how: Verb, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let id: ProposalId = args.proposal.parse().map_err(|error: InvalidId| {
        Failure::usage(format!("{error}; an answer names its proposals, and `success-agent proposals` lists them"))
    })?;
    let acted = with_service(config, async |service| service.settle(id, how).await).await?;
    tell(&acted, args.json, output)
}

/// Lists proposals.
pub(super) async fn list(args: ProposalsArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let found = with_service(config, async |service| service.proposals(args.account).await).await?;
    if args.json {
        return output.json(&found);
    }
    let shown: Vec<_> = found.proposals.iter().filter(|proposal| args.all || proposal.state == "pending").collect();
    if shown.is_empty() {
        let nothing =
            if args.all { "Nothing was proposed yet." } else { "Nothing waits for approval; --all lists what did." };
        return output.line(nothing);
    }
    for (place, proposal) in shown.into_iter().enumerate() {
        if place > 0 {
            output.line("")?;
        }
        card::proposal(proposal, output)?;
    }
    Ok(())
}
