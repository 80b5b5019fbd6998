//! One snapshot for each card and state, and the accounts, answers and drafts they are made of.

mod accounts;
mod answers;
mod drafts;
mod loops;
mod notes;
mod proposals;
mod views;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{Links, Message};
use crate::domain::account::Section;
use crate::domain::action::{Action, Preview, Proposal, Row, State};
use crate::domain::actor::{Actor, Surface};
use crate::domain::answer::{Answer, Checks, Offer, Usage};
use crate::domain::draft::{Change, Correspondent, Draft, DraftFact, DraftOptions, DraftState, Goal, Letter, Version};
use crate::domain::evidence::Citation;
use crate::domain::health::Level;
use crate::domain::id::TurnId;
use crate::domain::record::RecordKind;
use crate::domain::time::{Moment, Zone, parse_instant};
use crate::domain::tool::account::AccountBrief;

/// Compares a message with its snapshot.
macro_rules! shown {
    ($message:expr) => {
        insta::assert_json_snapshot!(crate::slack::render::tests::json($message))
    };
    ($name:expr, $message:expr) => {
        insta::assert_json_snapshot!($name, crate::slack::render::tests::json($message))
    };
}
use shown;

/// A message as it is sent; checks on the way that Slack takes it.
fn json(message: &Message) -> Value {
    sound(message);
    json!({ "text": message.text, "blocks": message.blocks })
}

/// Whether Slack takes the message, and a screen reader hears something.
fn sound(message: &Message) {
    assert!(!message.text.trim().is_empty(), "a message without text: {message:?}");
    assert!(!message.text.contains('<'), "{}", message.text);
    // As an update too, which takes a shorter text.
    let sent = json!({ "channel": "C_GENERAL", "ts": "1718.0001", "text": message.text, "blocks": message.blocks });
    let faults = crate::slack::rules::check_message(&sent);
    assert!(faults.is_empty(), "{faults:#?}");
    let size: usize = message.blocks.iter().map(characters).sum();
    assert!(size < 10_000, "{size} characters in one message");
}

/// The characters of all texts of a block.
fn characters(block: &Value) -> usize {
    match block {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match value {
                Value::String(text) if name == "text" => text.encode_utf16().count(),
                other => characters(other),
            })
            .sum(),
        Value::Array(items) => items.iter().map(characters).sum(),
        _ => 0,
    }
}

fn now() -> Moment {
    "2026-06-17T15:00:00Z".parse().unwrap()
}

fn at(text: &str) -> Moment {
    parse_instant(text, Zone::UTC).unwrap()
}

fn today() -> NaiveDate {
    now().day()
}

/// An id that is the same in every run.
fn id<T: std::str::FromStr>(prefix: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    format!("{prefix}_0197767d5c007e1a9c0a1b2c3d4e5f60").parse().unwrap()
}

fn public<'a>() -> Links<'a> {
    Links {
        public_url: Some("https://agent.piedpiper.example"),
        evidence: &|turn: TurnId, n: u32| Some(format!("https://agent.piedpiper.example/e/{turn}/{n}?s=4f1c")),
    }
}

fn citation(n: u32, kind: RecordKind, title: &str, speaker: Option<&str>, quote: &str) -> Citation {
    Citation {
        n,
        id: format!("record-{title}"),
        kind,
        account: Some("hooli.com".to_owned()),
        title: title.to_owned(),
        occurred_at: Some(at("2026-06-11T10:00:00Z")),
        quote: quote.to_owned(),
        speaker: speaker.map(str::to_owned),
        at_seconds: speaker.map(|_| 754.0),
        url: None,
    }
}

fn why_critical() -> Answer {
    let text = "**Hooli is critical at 0 of 100**, mainly: active users down 54% in 30 days (284 → 130, weekly averages). [1]\n\n\
                - Churn risk: 2 signals since May 22, the last on June 11: “Sourcing does not want an order form before the \
                Nucleus comparison”. [2][3]\n\
                - 130 of 600 seats in use, 22%. [1]\n\
                - We owe them the adoption plan since June 1 (Jared Dunn). [4]\n\
                - $240,000 a year, renews on July 15 (in 4 weeks). [5]";
    Answer {
        answer: text.to_owned(),
        citations: vec![
            citation(1, RecordKind::Usage, "Usage of Hooli, June 16", None, "130 active users"),
            citation(
                2,
                RecordKind::Call,
                "Call “Escalation review: production restores”",
                Some("Dana Whitfield"),
                "No order form.",
            ),
            citation(
                3,
                RecordKind::Call,
                "Call “Escalation review: production restores”",
                Some("Colin Marsh"),
                "Not before Nucleus.",
            ),
            citation(
                4,
                RecordKind::Commitment,
                "E-mail “Adoption plan”",
                Some("Jared Dunn"),
                "You will have it by June 1.",
            ),
            citation(
                5,
                RecordKind::RevenueSource,
                "Contract Platform Enterprise (Salesbricks)",
                None,
                "$240,000 a year",
            ),
        ],
        account: Some("hooli.com".to_owned()),
        conversation: id("conv"),
        turn: Some(id("turn")),
        stopped: false,
        tools_used: vec!["account_overview".to_owned()],
        not_seen: Vec::new(),
        checks: Checks { figures: 9, citations: 5, corrections: Vec::new() },
        model: "analyst".to_owned(),
        notice: None,
        usage: Usage::default(),
        offers: Vec::new(),
        cards: Vec::new(),
        elapsed_ms: 420,
        timings: crate::domain::answer::Timings::default(),
        work: crate::domain::answer::Work::default(),
    }
}

fn offer(label: &str, question: &str) -> Offer {
    Offer { label: label.to_owned(), question: question.to_owned(), account: Some("hooli.com".to_owned()) }
}

fn brief(name: &str, domain: &str, level: Option<Level>) -> AccountBrief {
    AccountBrief {
        domain: domain.to_owned(),
        name: name.to_owned(),
        owner_email: Some("jared@piedpiper.com".to_owned()),
        level,
    }
}

fn person(who: &str) -> Actor {
    Actor::new(who, Surface::Chat)
}

fn row(label: &str, before: &str, after: &str) -> Row {
    Row { label: label.to_owned(), before: before.to_owned(), after: after.to_owned() }
}

fn untrack(state: State) -> Proposal {
    Proposal {
        id: id("prop"),
        account: "hooli.com".to_owned(),
        account_name: "Hooli".to_owned(),
        action: Action::UntrackAccount { reason: Some("They <b>closed</b> the & division".to_owned()) },
        digest: "9f2c41d7".to_owned(),
        version: 3,
        preview: Preview {
            title: "Untrack Hooli".to_owned(),
            rows: vec![row("Health monitoring", "tracked", "untracked")],
            consequences: vec![
                "Its $240,000 ARR leaves the totals: $1,412,400 over 34 accounts becomes $1,172,400 over 33."
                    .to_owned(),
                "It is one of 6 critical accounts and will be missing from their digest.".to_owned(),
                "It renews on July 15 (in 4 weeks); nobody will be reminded of it.".to_owned(),
            ],
        },
        typed: None,
        proposed_by: person("jared@piedpiper.com"),
        proposed_at: at("2026-06-17T14:52:00Z"),
        expires_at: at("2026-06-17T15:07:00Z"),
        approvals_needed: 1,
        approvals: Vec::new(),
        state,
    }
}

fn route(state: State) -> Proposal {
    Proposal {
        action: Action::RouteAccount { section: Section::Pipeline, reason: None },
        preview: Preview {
            title: "Route Hooli to Pipeline".to_owned(),
            rows: vec![row("Section", "Health", "Pipeline")],
            consequences: Vec::new(),
        },
        ..untrack(state)
    }
}

fn renewal_mail(state: DraftState) -> Draft {
    let correspondent = |name: &str, title: Option<&str>, email: &str| Correspondent {
        name: name.to_owned(),
        title: title.map(str::to_owned),
        email: email.to_owned(),
    };
    let body = "Hi Dana,\n\nI promised to get you the adoption plan by June 1, and you are still waiting. That is on me, and I'm sorry. \
                I did not want to speak about your renewal without saying so first.\n\nYour contract for Pied Piper Platform \
                Enterprise renews on July 15, with 600 seats.\n\nBefore we speak about terms: what has to be in place for you \
                to want to go on? Could we take 20 minutes for it on Friday the 19th or Monday the 22nd?\n\nBest,\nJared";
    let fact = |n: u32, text: &str, title: &str| DraftFact {
        text: text.to_owned(),
        citation: citation(n, RecordKind::Email, title, None, text),
    };
    let letter = Letter {
        goal: Goal::Renewal,
        goal_reason: None,
        recipient: correspondent("Dana Whitfield", Some("Director of IT"), "dana.whitfield@hooli.com"),
        recipient_reason: None,
        sender: correspondent("Jared Dunn", None, "jared@piedpiper.com"),
        options: DraftOptions::default(),
        subject: "Your renewal on July 15".to_owned(),
        body: body.to_owned(),
        facts: vec![
            fact(1, "Renews on July 15 with 600 seats", "Contract Platform Enterprise (Salesbricks)"),
            fact(2, "The adoption plan was promised by June 1", "E-mail “Adoption plan”"),
        ],
        ask: "20 minutes on Friday or Monday".to_owned(),
        next_step: "Call".to_owned(),
        notices: vec!["Two complaints of June are open; the mail does not mention them.".to_owned()],
        written_by: "analyst".to_owned(),
        usage: Usage::default(),
    };
    let first = Version { number: 1, change: Change::Written, by: person("jared@piedpiper.com"), at: now(), letter };
    Draft {
        id: id("draft"),
        account: "hooli.com".to_owned(),
        account_name: "Hooli".to_owned(),
        conversation: None,
        state,
        decided: None,
        trouble: None,
        first,
        later: Vec::new(),
    }
}
