//! `success-agent close-loop`

use super::args::CloseLoopArgs;
use super::output::{Failure, Ink, Output};
use super::plain::shortened;
use super::service::with_service;
use crate::config::Config;
use crate::domain::time::day_text;
use crate::domain::tool::close_loop::CloseLoop;
use crate::web::close_loop::{CloseLoopResponse, PersonResponse};

/// Quotes are cut to this many characters.
const QUOTE: usize = 160;

pub(super) async fn run(args: CloseLoopArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let wanted = CloseLoop { release: args.release, account: args.account, topic: None };
    let (list, today) =
        with_service(config, async |service| Ok((service.close_loop(wanted).await?, service.now().date_naive())))
            .await?;
    if args.json { output.json(&list) } else { print(&list, today, output) }
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
        let asked = day_text(wish.asked_at.date_naive(), today);
        let shipped = day_text(wish.shipped_at.date_naive(), today);
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
