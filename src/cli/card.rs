//! What can be approved, as a terminal shows it: what changes, what follows, and the command for what can be done now.

use super::output::{Failure, Ink, Output};
use crate::web::card::CardResponse;
use crate::web::proposals::{ActedResponse, ProposalResponse};

/// Prints a card.
pub(super) fn print(card: &CardResponse, output: &mut Output) -> Result<(), Failure> {
    match card {
        CardResponse::Proposal(proposal) => self::proposal(proposal, output),
        CardResponse::Draft(draft) => super::draft::print(draft, output),
    }
}

/// Prints what came of acting on a proposal; a refusal ends the command.
pub(super) fn acted(acted: &ActedResponse, output: &mut Output) -> Result<(), Failure> {
    let Some(refused) = &acted.refused else {
        if !acted.changed {
            output.line("It was so already; nothing was done again.")?;
        }
        return proposal(&acted.proposal, output);
    };
    output.line(output.paint(Ink::Yellow, refused))?;
    for difference in &acted.differences {
        output.line(format_args!("- {difference}"))?;
    }
    output.line("")?;
    proposal(&acted.proposal, output)?;
    Err(Failure::Told)
}

/// Prints a proposal.
pub(super) fn proposal(proposal: &ProposalResponse, output: &mut Output) -> Result<(), Failure> {
    let (mark, ink) = match proposal.state.as_str() {
        "pending" => ("Proposed", Ink::Cyan),
        "done" => ("Done", Ink::Green),
        "undone" => ("Undone", Ink::Dim),
        "declined" => ("Declined", Ink::Dim),
        "replaced" => ("Replaced", Ink::Dim),
        _ => ("Expired", Ink::Dim),
    };
    let title = output.paint(Ink::Bold, &proposal.title);
    output.line(format_args!("{} {title}", output.paint(ink, format_args!("{mark}:"))))?;
    for row in &proposal.rows {
        output.line(format_args!("  {}: {} → {}", row.label, row.before, row.after))?;
    }
    if let Some(reason) = &proposal.reason {
        output.line(format_args!("  Reason: “{reason}”"))?;
    }
    for consequence in &proposal.consequences {
        output.line(output.paint(Ink::Dim, format_args!("  - {consequence}")))?;
    }
    for approval in &proposal.approvals {
        output.line(format_args!("  Approved by {} ({})", approval.who, approval.surface))?;
    }
    let id = &proposal.id;
    match proposal.state.as_str() {
        "pending" => {
            if proposal.approvals_needed > 1 {
                output.line(format_args!("  It takes {} people to approve it.", proposal.approvals_needed))?;
            }
            output.line(format_args!("  Approve it: success-agent approve {id}"))?;
            output.line(format_args!("  Or not:     success-agent decline {id}"))
        }
        "done" => output.line(format_args!("  Take it back within minutes: success-agent undo {id}")),
        _ => output.line(format_args!("  {}", proposal.told)),
    }
}
