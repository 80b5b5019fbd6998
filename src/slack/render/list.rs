//! Lists of accounts: critical ones, renewals, whatever was asked for. Bounded, with what is left named.

use chrono::NaiveDate;
use serde_json::Value;

use super::Message;
use super::account::when;
use super::action_id::{ACCOUNT_SHOW, AccountValue, numbered};
use super::block::{Button, context, section, section_with};
use super::escape::{bold, line};
use super::note::dot;
use crate::domain::health::Level;
use crate::domain::money::{Money, joined};
use crate::domain::text::clipped;
use crate::domain::tool::portfolio::{PortfolioRow, PortfolioView};

/// The most accounts shown.
const ROWS: usize = 12;

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// Level.
    pub level: Level,
    /// 0 to 100.
    pub score: u32,
    /// The heaviest reason.
    pub reason: Option<String>,
    /// Annual recurring revenue, one entry per currency.
    pub arr: Vec<Money>,
    /// The next renewal, or the last one if it passed.
    pub renews_on: Option<NaiveDate>,
    /// What that day is: `renews`, `trial ends`, `ended`.
    pub on_that_day: String,
    /// Owner's e-mail address.
    pub owner: Option<String>,
}

impl From<&PortfolioRow> for AccountRow {
    fn from(row: &PortfolioRow) -> Self {
        Self {
            domain: row.domain.clone(),
            name: row.name.clone(),
            level: row.level,
            score: row.score,
            reason: row.reasons.first().cloned(),
            arr: row.arr.clone(),
            renews_on: row.renews_on,
            on_that_day: row.on_that_day.clone(),
            owner: row.owner_email.clone(),
        }
    }
}

/// A list of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountList {
    /// What is listed: `Critical accounts`, `Your critical accounts`.
    pub title: String,
    /// The first of them, in order.
    pub rows: Vec<AccountRow>,
    /// How many there are.
    pub total: u64,
    /// What they are worth together, one entry per currency.
    pub arr: Vec<Money>,
    /// What to say when there are none, in a sentence.
    pub empty: String,
}

impl AccountList {
    /// The list of a portfolio.
    #[must_use]
    pub fn of(title: &str, view: &PortfolioView, empty: &str) -> Self {
        Self {
            title: title.to_owned(),
            rows: view.rows.iter().map(AccountRow::from).collect(),
            total: view.matched,
            arr: view.arr.clone(),
            empty: empty.to_owned(),
        }
    }
}

/// The message of a list.
#[must_use]
pub fn list(list: &AccountList, today: NaiveDate) -> Message {
    let title = clipped(&list.title, 120);
    if list.rows.is_empty() {
        let said = format!("{title}: {}", clipped(&list.empty, 300));
        return Message::new(&said, vec![section(format!("{}\n{}", bold(&title), line(&clipped(&list.empty, 300))))]);
    }
    let worth = if list.arr.is_empty() { String::new() } else { format!(", {} ARR together", joined(&list.arr)) };
    let mut blocks = vec![section(format!("{}   {}{}", bold(&title), list.total, line(&worth)))];
    blocks.extend(rows(&list.rows, ROWS, today));
    let shown = list.rows.len().min(ROWS) as u64;
    if list.total > shown {
        blocks.push(context(&[format!(
            "and {} more. Ask for less, such as “only mine” or “renewing in 30 days”.",
            list.total - shown
        )]));
    }
    let names: Vec<String> =
        list.rows.iter().take(5).map(|row| format!("{} ({})", clipped(&row.name, 60), row.score)).collect();
    let more = list.total.saturating_sub(names.len() as u64);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Message::new(&format!("{title}: {}{more}.", names.join(", ")), blocks)
}

/// A row an account, with a button that shows its card.
pub(super) fn rows(rows: &[AccountRow], most: usize, today: NaiveDate) -> Vec<Value> {
    let shown = rows.iter().take(most).enumerate().map(|(index, row)| {
        let value = AccountValue { account: row.domain.clone() };
        let name = clipped(&row.name, 80);
        let show = Button::new(&numbered(ACCOUNT_SHOW, index + 1), "Show", &value).spoken(&format!("Show {name}"));
        section_with(told(row, today), show)
    });
    shown.collect()
}

fn told(row: &AccountRow, today: NaiveDate) -> String {
    let arr = if row.arr.is_empty() { "no ARR".to_owned() } else { format!("{} ARR", joined(&row.arr)) };
    let renewal = row.renews_on.map(|day| format!("{} {}", row.on_that_day, when(day, today)));
    let owner = row.owner.as_deref().map_or_else(|| "no owner".to_owned(), |owner| clipped(owner, 80));
    let facts = [Some(arr), renewal, Some(owner)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let reason = row.reason.as_deref().map(|reason| format!("\n{}", line(&clipped(reason, 160)))).unwrap_or_default();
    format!("{} {}  *{}*{reason}\n{}", dot(row.level), bold(&clipped(&row.name, 80)), row.score, line(&facts))
}
