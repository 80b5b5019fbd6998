//! Answers over all accounts.

use serde::Serialize;

use super::{Desk, listed, records, topic};
use crate::domain::money::grouped;
use crate::domain::time::day_text;
use crate::domain::tool::portfolio::{Portfolio, PortfolioOrder, PortfolioRow, PortfolioView};
use crate::domain::tool::records::ListRequests;
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::Intent;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct AccountsPage {
    #[serde(flatten)]
    view: Totals,
    /// The conditions as several accounts meet them, and as one does.
    many: String,
    one: String,
    /// The account asked for where one is: "our biggest account".
    first: Option<&'static str>,
    /// Whether the rows tell of a day long past, so that today's money has no place in them.
    past: bool,
    /// What was asked and no condition was read from.
    ignored: String,
    shown: usize,
    few: bool,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    account: PortfolioRow,
    level: &'static str,
    payment: &'static str,
    section: &'static str,
}

/// The view without its rows.
#[derive(Serialize)]
struct Totals {
    matched: u64,
    total: u64,
    arr: Vec<crate::domain::money::Money>,
    critical: u64,
    at_risk: u64,
    healthy: u64,
    untracked_left_out: u64,
}

impl Template for AccountsPage {
    const FILE: &'static str = "answer/accounts.md";
}

/// Accounts that match the conditions of the question.
pub fn accounts(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let PortfolioView { rows, matched, total, arr, critical, at_risk, healthy, untracked_left_out } =
        desk.found::<Portfolio>()?;
    let rows: Vec<Row> = rows
        .into_iter()
        .map(|row| Row {
            level: row.level.label(),
            payment: row.payment_state.label(),
            section: row.section.label(),
            account: row,
        })
        .collect();
    let first = first(desk).filter(|_| !rows.is_empty());
    let (many, one) = conditions(desk);
    let page = AccountsPage {
        many,
        one,
        first,
        past: desk.as_of().is_some(),
        ignored: if desk.part.ask.intent == Intent::Accounts {
            desk.topic().unwrap_or_default()
        } else {
            String::new()
        },
        shown: match (desk.says("many"), first) {
            (true, _) => rows.len().min(6),
            (_, Some(_)) => rows.len().min(5),
            _ => rows.len(),
        },
        few: rows.len() <= 5,
        rows,
        view: Totals { matched, total, arr, critical, at_risk, healthy, untracked_left_out },
    };
    desk.done(&page, Vec::new())
}

/// Accounts by something that is no state of theirs: who asked for it, else who spoke of it.
pub fn by_topic(desk: &Desk<'_>) -> Result<Step, ModelError> {
    if desk.found::<ListRequests>()?.groups.is_empty() { topic::instead(desk) } else { records::askers(desk) }
}

/// What the first account is, where the question is for one: "our biggest account", "which has the lowest score".
fn first(desk: &Desk<'_>) -> Option<&'static str> {
    const PLURAL: [&str; 5] = ["accounts", "customers", "clients", "companies", "renewals"];
    let ask = &desk.part.ask;
    let words: Vec<String> =
        crate::language::words(&desk.part.words).into_iter().map(|word| word.lower.into_owned()).collect();
    let most = |word: &String| {
        matches!(
            word.as_str(),
            "biggest"
                | "largest"
                | "highest"
                | "smallest"
                | "lowest"
                | "worst"
                | "riskiest"
                | "healthiest"
                | "best"
                | "top"
        )
    };
    let at = words.iter().position(most)?;
    let several = words.iter().skip(at + 1).take(2).any(|word| PLURAL.contains(&word.as_str()));
    if ask.count.is_some() || several || !ask.filter.signals.is_empty() {
        return None;
    }
    match ask.filter.order {
        PortfolioOrder::Arr => Some("biggest"),
        PortfolioOrder::SmallestArr => Some("smallest"),
        PortfolioOrder::Healthiest => Some("healthiest"),
        PortfolioOrder::Score => Some("worst"),
        _ => None,
    }
}

/// Conditions in words, as several accounts meet them and as one does.
#[derive(Default)]
struct Conditions {
    many: Vec<String>,
    one: Vec<String>,
}

impl Conditions {
    /// Adds one: its verb as several and as one take it, and the rest.
    fn add(&mut self, many: &str, one: &str, rest: &str) {
        self.many.push(format!("{many} {rest}"));
        self.one.push(format!("{one} {rest}"));
    }
}

/// The conditions in words: `are critical, renew in the next 30 days and look unhappy`, and the same of one account.
fn conditions(desk: &Desk<'_>) -> (String, String) {
    let filter = &desk.part.ask.filter;
    let mut said = Conditions::default();
    let past = desk.as_of();
    let (are, is) = if past.is_some() { ("were", "was") } else { ("are", "is") };
    if !filter.levels.is_empty() {
        let levels = filter.levels.iter().map(|level| level.label()).collect::<Vec<_>>().join(" or ");
        said.add(are, is, &levels);
    }
    if let Some(stretch) = desk.part.ask.stretch.as_ref().filter(|_| filter.renews.since.is_some()) {
        said.add("renew", "renews", &stretch.words);
    } else if let Some(days) = filter.renewing_within_days {
        said.add("renew", "renews", &format!("in the next {days} days"));
    }
    if filter.lapsed_within_days.is_some() {
        said.add("have", "has", "an expired contract");
    }
    match (filter.unhappy, past) {
        (true, Some(_)) => said.add("looked", "looked", "unhappy"),
        (true, None) => said.add("look", "looks", "unhappy"),
        (false, _) => {}
    }
    if let Some(day) = past {
        let day = format!(" on {}", day_text(day, desk.today()));
        for last in [said.many.last_mut(), said.one.last_mut()].into_iter().flatten() {
            last.push_str(&day);
        }
    }
    if filter.trialing {
        said.add("are", "is", "in a trial");
    }
    if !filter.signals.is_empty() {
        said.add("have", "has", &signals(desk));
    }
    if !filter.payment_states.is_empty() {
        said.add("have", "has", "a failed or overdue payment");
    }
    if let Some(days) = filter.silent_for_days {
        said.add("have", "has", &format!("been out of touch for {days} days"));
    }
    if let Some(percent) = filter.usage_fell_percent {
        said.add("use", "uses", &format!("the product at least {percent}% less than 30 days ago"));
    }
    if let Some(amount) = filter.arr_at_least {
        said.add("have", "has", &format!("ARR of {} or more", grouped(amount)));
    }
    if let Some(amount) = filter.arr_at_most {
        said.add("have", "has", &format!("ARR of {} or less", grouped(amount)));
    }
    if !filter.sections.is_empty() {
        let sections = filter.sections.iter().map(|section| section.label()).collect::<Vec<_>>().join(" or ");
        said.add("are", "is", &format!("in {sections}"));
    }
    if let Some(segment) = &filter.segment {
        said.add("are", "is", segment);
    }
    if filter.tracked == Some(false) {
        said.add("are", "is", "untracked");
    }
    if let Some(person) = desk.part.person.as_ref().filter(|person| person.owner) {
        said.add("belong", "belongs", &format!("to {}", person.name));
    }
    (listed(&said.many), listed(&said.one))
}

/// The condition on signals: `a signal of NPS of 6 or less in the last 30 days`.
fn signals(desk: &Desk<'_>) -> String {
    let filter = &desk.part.ask.filter;
    let kinds = filter.signals.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(" or ");
    let bound = match (filter.nps_at_most, filter.nps_at_least) {
        (Some(most), _) => format!(" of {most} or less"),
        (_, Some(least)) => format!(" of {least} or more"),
        _ => String::new(),
    };
    let time = desk.time_words();
    format!("a signal of {kinds}{bound}{}{time}", if time.is_empty() { "" } else { " " })
}
