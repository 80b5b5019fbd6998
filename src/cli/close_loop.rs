//! `success-agent close-loop`

use super::args::CloseLoopArgs;
use super::draft;
use super::output::{Failure, Ink, Output};
use super::plain::shortened;
use super::service::with_service;
use crate::config::Config;
use crate::domain::time::day_text;
use crate::domain::tool::close_loop::CloseLoop;
use crate::web::close_loop::{CloseLoopResponse, LoopDraftsResponse, PersonResponse};

/// Quotes are cut to this many characters.
const QUOTE: usize = 160;

pub(super) async fn run(args: CloseLoopArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let wanted = CloseLoop { release: args.release, account: args.account, topic: None };
    if args.draft {
        let made = with_service(config, async |service| service.draft_loop(wanted).await).await?;
        return if args.json { output.json(&made) } else { print_drafts(&made, output) };
    }
    let (list, today) =
        with_service(config, async |service| Ok((service.close_loop(wanted).await?, service.today()))).await?;
    if args.json { output.json(&list) } else { print(&list, today, output) }
}

fn print_drafts(made: &LoopDraftsResponse, output: &mut Output) -> Result<(), Failure> {
    for one in &made.drafts {
        match (&one.draft, &one.refused) {
            (Some(draft), _) => {
                if one.existing {
                    output.line(output.paint(Ink::Yellow, format_args!("{} has this mail already:", one.who)))?;
                }
                draft::print(draft, output)?;
            }
            (None, reason) => output.line(format_args!(
                "{} {}: {}",
                output.paint(Ink::Yellow, "No mail to"),
                one.who,
                reason.as_deref().unwrap_or("it could not be written.")
            ))?,
        }
    }
    let written = made.drafts.iter().filter(|one| one.draft.is_some() && !one.existing).count();
    output.line(format_args!(
        "{written} drafted, {} held back (success-agent close-loop says why). Nothing was sent.",
        made.held
    ))
}

fn print(list: &CloseLoopResponse, today: chrono::NaiveDate, output: &mut Output) -> Result<(), Failure> {
    output.line(format_args!(
        "{} to tell, {} held back; {} requests compared with {} releases.",
        list.go, list.held, list.requests, list.releases
    ))?;
    for person in &list.people {
        output.line("")?;
        print_person(person, today, output)?;
    }
    Ok(())
}

fn print_person(person: &PersonResponse, today: chrono::NaiveDate, output: &mut Output) -> Result<(), Failure> {
    let mark = if person.go { output.paint(Ink::Green, "tell") } else { output.paint(Ink::Yellow, "hold") };
    let who = person.who.as_deref().unwrap_or("Somebody");
    let email = person.email.as_deref().map(|email| format!(" <{email}>")).unwrap_or_default();
    output.line(format_args!("{mark}  {}{email}, {}", output.paint(Ink::Bold, who), person.account_name))?;
    for hold in &person.holds {
        output.line(format_args!("      {}", hold.text))?;
    }
    for wish in &person.wishes {
        let release = wish.version.as_deref().unwrap_or(&wish.release_title);
        let asked = day_text(wish.asked_at.day(), today);
        let shipped = day_text(wish.shipped_at.day(), today);
        output.line(format_args!("   -  asked {asked}: “{}”", shortened(&wish.quote, QUOTE)))?;
        output.line(format_args!(
            "      {release}, {shipped}: “{}” {}",
            shortened(&wish.line, QUOTE),
            output.paint(Ink::Dim, format_args!("({:.0}%)", wish.confidence * 100.0))
        ))?;
        if let Some(hold) = &wish.hold {
            output.line(format_args!("      {} {}", output.paint(Ink::Yellow, "held:"), hold.text))?;
        }
    }
    Ok(())
}
