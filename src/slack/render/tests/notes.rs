//! Short replies.

use super::{at, brief, shown, sound};
use crate::domain::health::Level;
use crate::slack::render::help::help;
use crate::slack::render::note::{
    Audience, Manner, already, failed, link_suggested, linked, manner, moved_to_dm, not_allowed, not_linked,
    rate_limited, stopped, undone, which_account,
};

#[test]
fn a_failure_says_what_to_do_and_how_to_report_it() {
    let failed = failed("I could not finish this answer.", "Ask again in a minute.", "req_7f3a");
    shown!("note_failed", &failed);
}

#[test]
fn an_unclear_name_asks_back() {
    let bank = brief("Northgate Bank", "northgatebank.com", Some(Level::Healthy));
    let other = brief("Northgate Insurance & Sons", "northgate.example", Some(Level::Critical));
    shown!("note_ambiguous", &which_account("northgate", &[bank.clone(), other], "/untrack Closed down"));
    shown!("note_near", &which_account("nortgate bank", &[bank], "/why"));
    shown!("note_unknown", &which_account("Globex <Inc>", &[], "/why"));
}

#[test]
fn help_is_there_for_every_command() {
    shown!("help", &help(""));
    shown!("help_route", &help("route"));
    shown!("help_unknown", &help("lunch"));
    assert_eq!(help("close-loop"), help("Close Loop"));
    assert_eq!(help("help"), help(""));
}

#[test]
fn short_replies_say_one_thing() {
    shown!("note_rate_limited", &rate_limited(at("2026-06-17T15:04:00Z")));
    shown!("note_not_linked", &not_linked(Some("hooli.com")));
    shown!("note_link_suggested", &link_suggested(&brief("Hooli", "hooli.com", None)));
    let said: Vec<String> = [
        moved_to_dm(Audience::Guest),
        moved_to_dm(Audience::Shared),
        moved_to_dm(Audience::NotListed),
        moved_to_dm(Audience::Unknown),
        manner(Manner::Talks),
        manner(Manner::WhenMentioned),
        manner(Manner::Quiet),
        stopped(),
        undone("Route Hooli to Pipeline"),
        already("It is tracked."),
        not_allowed("gavin@piedpiper.com may not approve, decline or undo actions."),
        linked(Some(&brief("Hooli", "hooli.com", None))),
        linked(None),
    ]
    .into_iter()
    .map(|message| {
        sound(&message);
        message.text
    })
    .collect();
    insta::assert_json_snapshot!("notes", said);
}
