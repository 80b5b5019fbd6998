//! The Home tab: what needs the person today. Every part that is empty says so, and what to do where something can be
//! done.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::View;
use super::account::{Promise, promise};
use super::action_id::{HOME_APPROVAL, HOME_ASK, HOME_REFRESH, ProposalValue, numbered};
use super::block::{Button, actions, context, divider, header, section, section_with};
use super::escape::{bold, line};
use super::list::{AccountRow, rows};
use super::note::Nothing;
use super::when::clock;
use crate::domain::text::clipped;
use crate::domain::time::{Moment, relative_text};

/// The most accounts of a list.
const ACCOUNTS: usize = 6;
/// The most promises of a side.
const PROMISES: usize = 6;
/// The most approvals.
const APPROVALS: usize = 6;
/// The most connected sources and problems named.
const SOURCES: usize = 12;

/// What the Home tab of a person shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Home {
    /// What the person is called.
    pub person: String,
    /// Whether they are here for the first time.
    pub newcomer: bool,
    /// Whether they own accounts; else the lists are of everybody's.
    pub owns_accounts: bool,
    /// Their critical accounts, the lowest score first.
    pub critical: Vec<AccountRow>,
    /// How many those are in all.
    pub critical_total: u64,
    /// What renews soon, the nearest first.
    pub renewals: Vec<AccountRow>,
    /// How many those are in all.
    pub renewals_total: u64,
    /// What we promised and is open, the overdue first, with the account's name.
    pub ours: Vec<(String, Promise)>,
    /// What customers promised and is open.
    pub theirs: Vec<(String, Promise)>,
    /// Proposals that wait for this person.
    pub approvals: Vec<Pending>,
    /// When digests come, in a sentence.
    pub digest: String,
    /// What supplies data.
    pub sources: Vec<Connected>,
    /// What does not work and what to do, a sentence each.
    pub problems: Vec<String>,
}

/// A proposal that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// What is to be done: `Route Hooli to Pipeline`.
    pub title: String,
    /// Who wanted it.
    pub asked_by: String,
    /// Until when it can be approved.
    pub expires_at: Moment,
    /// Which, as it was seen.
    pub value: ProposalValue,
}

/// A source of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// What it is called.
    pub name: String,
    /// What it supplies: `calls, signals`.
    pub supplies: String,
    /// Its newest record, where that is known.
    pub newest: Option<NaiveDate>,
}

/// The Home tab at `now`.
#[must_use]
pub fn home(home: &Home, now: Moment) -> View {
    let today = now.day();
    let mut blocks = greeting(home);
    blocks.extend(problems(home));
    blocks.extend(approvals(home));
    // Without records nothing is known: then no list says that all is well.
    if !home.sources.is_empty() {
        blocks.extend(lists(home, today));
    }
    blocks.extend(settings(home, now));
    View::new(json!({ "type": "home", "blocks": blocks }))
}

fn lists(home: &Home, today: NaiveDate) -> Vec<Value> {
    let (whose, none) = if home.owns_accounts {
        ("Your critical accounts", "None of yours is critical now. `/critical` lists everybody's.")
    } else {
        ("Critical accounts", "None is critical now.")
    };
    let mut blocks = accounts(whose, &home.critical, home.critical_total, none, today);
    let none = "Nothing renews in the next 30 days.";
    blocks.extend(accounts("Renewals in the next 30 days", &home.renewals, home.renewals_total, none, today));
    blocks.extend(promises("What we owe", &home.ours, "No promise of ours is open.", today));
    blocks.extend(promises("What customers owe us", &home.theirs, "No promise of theirs is open.", today));
    blocks
}

fn greeting(home: &Home) -> Vec<Value> {
    let name = clipped(&home.person, 60);
    let mut blocks = vec![header(&if name.is_empty() { "Hello".to_owned() } else { format!("Hello {name}") })];
    if home.newcomer {
        blocks.push(section(
            "I answer questions about your customer accounts from your own records, with the evidence for each \
             statement.\n\
             *Ask me anything* in a direct message, or mention me in a channel: “Why is Hooli critical?”, “What did \
             they say about SSO?”, “Who renews this month and looks unhappy?”\n\
             *Act* with `/route`, `/untrack` or `/draft`. What changes an account can be undone, or asks somebody \
             first.",
        ));
    }
    let ask = Button::new(HOME_ASK, "Ask about an account", &Nothing {}).primary();
    blocks.push(actions(vec![ask, Button::new(HOME_REFRESH, "Refresh", &Nothing {})]));
    blocks
}

fn problems(home: &Home) -> Vec<Value> {
    if home.problems.is_empty() {
        return Vec::new();
    }
    let told = home.problems.iter().take(SOURCES).map(|problem| format!("⚠️ {}", line(&clipped(problem, 200))));
    vec![header("Needs attention"), section(told.collect::<Vec<_>>().join("\n"))]
}

fn approvals(home: &Home) -> Vec<Value> {
    let mut blocks = vec![header("Waits for your approval")];
    if home.approvals.is_empty() {
        blocks.push(context(&["Nothing waits for you.".to_owned()]));
        return blocks;
    }
    blocks.extend(home.approvals.iter().take(APPROVALS).enumerate().map(|(index, pending)| {
        let told = format!(
            "{}\n_Asked for by {}, can be approved until {}_",
            bold(&clipped(&pending.title, 160)),
            line(&clipped(&pending.asked_by, 80)),
            clock(pending.expires_at)
        );
        section_with(told, Button::new(&numbered(HOME_APPROVAL, index + 1), "Look at it", &pending.value))
    }));
    blocks.extend(more(home.approvals.len().saturating_sub(APPROVALS) as u64));
    blocks
}

fn accounts(title: &str, shown: &[AccountRow], total: u64, none: &str, today: NaiveDate) -> Vec<Value> {
    let mut blocks = vec![header(title)];
    if shown.is_empty() {
        blocks.push(context(&[none.to_owned()]));
        return blocks;
    }
    blocks.extend(rows(shown, ACCOUNTS, today));
    blocks.extend(more(total.saturating_sub(shown.len().min(ACCOUNTS) as u64)));
    blocks
}

fn promises(title: &str, all: &[(String, Promise)], none: &str, today: NaiveDate) -> Vec<Value> {
    let mut blocks = vec![header(title)];
    if all.is_empty() {
        blocks.push(context(&[none.to_owned()]));
        return blocks;
    }
    let told = all.iter().take(PROMISES);
    let told = told.map(|(account, one)| format!("• {} — {}", bold(&clipped(account, 80)), promise(one, today)));
    blocks.push(section(told.collect::<Vec<_>>().join("\n")));
    blocks.extend(more(all.len().saturating_sub(PROMISES) as u64));
    blocks
}

fn more(left: u64) -> Option<Value> {
    (left > 0).then(|| context(&[format!("and {left} more")]))
}

fn settings(home: &Home, now: Moment) -> Vec<Value> {
    let mut blocks = vec![divider(), header("Settings and sources")];
    let digest = clipped(&home.digest, 300);
    if !digest.is_empty() {
        blocks.push(section(format!("*Digests*\n{}\nChange it with `/digest`.", line(&digest))));
    }
    if home.sources.is_empty() {
        blocks.push(section(
            "*Sources*\nNothing is connected yet, so there is nothing to answer from. Ask whoever runs success-agent \
             to import your records.",
        ));
    } else {
        let told = home.sources.iter().take(SOURCES).map(|source| {
            let newest = source.newest.map(|day| format!(", newest record {}", relative_text(day, now.day())));
            let supplies = line(&clipped(&source.supplies, 100));
            format!("• {}: {supplies}{}", bold(&clipped(&source.name, 60)), newest.unwrap_or_default())
        });
        blocks.push(section(format!("*Sources*\n{}", told.collect::<Vec<_>>().join("\n"))));
    }
    blocks.push(context(&[format!("As of {}", clock(now))]));
    blocks
}
