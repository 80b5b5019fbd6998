//! `success-agent accounts`

use super::args::AccountsArgs;
use super::output::{Failure, Ink, Output};
use super::service::with_service;
use crate::config::Config;
use crate::domain::account::Section;
use crate::domain::health::Level;
use crate::domain::time::relative_text;
use crate::domain::tool::portfolio::Portfolio;
use crate::web::accounts::{AccountResponse, AccountsResponse, MoneyResponse};

pub(super) async fn run(args: AccountsArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    if let Some(action) = args.action {
        return super::sources::identity(action, config, output).await;
    }
    let filter = Portfolio {
        levels: parsed(&args.levels, "level", "critical, at_risk or healthy", Level::parse)?,
        sections: parsed(&args.sections, "section", &Section::ALL.map(Section::wire).join(", "), Section::parse)?,
        owner: args.owner,
        limit: Some(10_000),
        ..Portfolio::default()
    };
    let (list, today) =
        with_service(config, async |service| Ok((service.accounts(filter).await?, service.today()))).await?;
    if args.json { output.json(&list) } else { print(&list, today, output) }
}

fn parsed<T>(names: &[String], what: &str, known: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Failure> {
    let read =
        |name: &String| parse(name).ok_or_else(|| Failure::usage(format!("`{name}` is not a {what}; use {known}")));
    names.iter().map(read).collect()
}

fn print(list: &AccountsResponse, today: chrono::NaiveDate, output: &mut Output) -> Result<(), Failure> {
    if list.total == 0 {
        return output.line("There are no accounts yet. Import some with: success-agent import FILE.jsonl");
    }
    if list.accounts.is_empty() {
        return output.line("No account matches.");
    }
    let name_width = width(list, |account| account.name.as_str());
    let domain_width = width(list, |account| account.domain.as_str());
    for account in &list.accounts {
        let ink = match account.level.as_str() {
            "critical" => Ink::Red,
            "at_risk" => Ink::Yellow,
            _ => Ink::Green,
        };
        let level = if account.tracked { account.level.replace('_', " ") } else { "untracked".to_owned() };
        let ink = if account.tracked { ink } else { Ink::Dim };
        output.line(format_args!(
            "{} {}  {:name_width$}  {}  {:>12}  {}",
            output.paint(ink, format_args!("{level:<9}")),
            format_args!("{:>3}", account.score),
            account.name,
            output.paint(Ink::Dim, format_args!("{:domain_width$}", account.domain)),
            money(&account.arr),
            renewal(account, today),
        ))?;
        if let Some(from) = &account.routed_from {
            let reason = account.route_reason.as_ref().map(|reason| format!(": “{reason}”")).unwrap_or_default();
            let by = account.routed_by.as_deref().unwrap_or("somebody");
            output.line(output.paint(Ink::Dim, format_args!("               Routed from {from} by {by}{reason}")))?;
        }
    }
    output.line("")?;
    output.line(format_args!(
        "{} of {} accounts: {} critical, {} at risk, {} healthy. ARR {}.",
        list.matched,
        list.total,
        list.critical,
        list.at_risk,
        list.healthy,
        money(&list.arr)
    ))
}

fn width(list: &AccountsResponse, text: impl Fn(&AccountResponse) -> &str) -> usize {
    list.accounts.iter().map(|account| text(account).chars().count()).max().unwrap_or_default()
}

fn money(amounts: &[MoneyResponse]) -> String {
    if amounts.is_empty() {
        return "–".to_owned();
    }
    amounts.iter().map(|amount| amount.text.as_str()).collect::<Vec<_>>().join(" + ")
}

fn renewal(account: &AccountResponse, today: chrono::NaiveDate) -> String {
    match account.renews_on {
        Some(day) if day < today => format!("ended {}", relative_text(day, today)),
        Some(day) => format!("renews {}", relative_text(day, today)),
        None => String::new(),
    }
}
