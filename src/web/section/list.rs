//! `GET /accounts` and the lists of sections: accounts searched, narrowed down and in pages, which need no script.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::figures::{self, Bar, Figure};
use super::readiness::Lacking;
use super::row::Row;
use super::{Tab, about, address, tabs};
use crate::app::SectionList;
use crate::domain::account::Section;
use crate::domain::health::{Chance, Level};
use crate::domain::section::{SectionOrder, SectionWanted, hoped_for};
use crate::domain::text::capital;
use crate::domain::time::Moment;
use crate::domain::tool::portfolio::{Portfolio, PortfolioOrder};
use crate::web::contracts::wire;
use crate::web::error::Problem;
use crate::web::extract::Params;
use crate::web::hub::address::query;
use crate::web::hub::notice;
use crate::web::hub::words::{Owner, level, money};
use crate::web::state::Web;

/// Accounts on a page.
const ROWS: u32 = 50;

/// Pages, at most: whoever has not found an account by then searches for it.
const PAGES: u32 = 200;

/// Owners offered, at most; of more, an address is typed.
const OWNERS: usize = 60;

/// The furthest day a list is narrowed down to.
const DAYS: u32 = 3_660;

/// Which accounts are shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListParams {
    q: String,
    level: String,
    section: String,
    owner: String,
    untracked: String,
    /// Only those that renew within so many days.
    renewing: String,
    /// Only those whose trial ends within so many days.
    trial: String,
    /// Only those with this chance to convert, or to come back.
    chance: String,
    order: String,
    page: Option<u32>,
    /// Has scores computed anew before the list is made.
    refresh: String,
}

/// The page.
#[derive(Debug, Serialize)]
struct ListPage {
    /// The address of this list.
    base: &'static str,
    /// The section's name on the wire; `all` for the list of all accounts.
    shape: &'static str,
    title: &'static str,
    about: Option<&'static str>,
    tabs: Vec<Tab>,
    lacking: Lacking,
    figures: Vec<Figure>,
    bars: Vec<Bar>,
    q: String,
    owner: String,
    untracked: bool,
    levels: Vec<Choice>,
    sections: Vec<Choice>,
    owners: Vec<Choice>,
    renewing: Vec<Choice>,
    chances: Vec<Choice>,
    trial: String,
    order: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    summary: String,
    narrowed: bool,
    refreshed: Option<String>,
    newer: Option<String>,
    older: Option<String>,
    page: u32,
}

/// A value of a filter.
#[derive(Debug, Serialize)]
pub(super) struct Choice {
    pub value: String,
    pub name: String,
    pub chosen: bool,
}

/// A heading of the table; one with an address puts the list in its order.
#[derive(Debug, Serialize)]
pub(super) struct Column {
    pub name: &'static str,
    pub href: Option<String>,
    pub sorted: Option<&'static str>,
    pub right: bool,
}

/// Accounts on a page; fewer where each is held against release notes.
fn rows(section: Option<Section>) -> u32 {
    if section == Some(Section::Reengage) { ROWS / 2 } else { ROWS }
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn known<T>(name: &str, what: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    let Some(name) = given(name) else { return Ok(None) };
    parse(&name).map(Some).ok_or_else(|| format!("“{name}” is no {what}; choose one from the list."))
}

fn days(text: &str) -> Result<Option<u32>, String> {
    let parsed = |text: &str| text.parse().ok().filter(|days| *days <= DAYS);
    let Some(text) = given(text) else { return Ok(None) };
    parsed(&text).map(Some).ok_or_else(|| format!("“{text}” is no number of days; give one from 0 to {DAYS}."))
}

fn chance(name: &str) -> Option<Chance> {
    serde_json::from_value(name.into()).ok()
}

impl ListParams {
    fn narrowed(&self) -> bool {
        let conditions = [&self.q, &self.level, &self.section, &self.owner, &self.untracked];
        let more = [&self.renewing, &self.trial, &self.chance];
        conditions.iter().chain(&more).any(|given| !given.trim().is_empty())
    }

    /// What is asked of the accounts, else the sentence that says what is wrong.
    fn wanted(&self, section: Option<Section>) -> Result<SectionWanted, String> {
        let levels = known(&self.level, "level", Level::parse)?.into_iter().collect();
        let sections = match section {
            Some(section) => vec![section],
            None => known(&self.section, "section", Section::parse)?.into_iter().collect(),
        };
        let order = known(&self.order, "order", SectionOrder::parse)?.unwrap_or_else(|| SectionOrder::of(section));
        let (renewing, trial) = (days(&self.renewing)?, days(&self.trial)?);
        if renewing.is_some() && trial.is_some() {
            return Err("A list shows renewals or ends of trials; choose one of them.".to_owned());
        }
        Ok(SectionWanted {
            accounts: Portfolio {
                levels,
                sections,
                owner: given(&self.owner),
                text: given(&self.q),
                tracked: Some(self.untracked.trim().is_empty()),
                renewing_within_days: renewing.or(trial),
                trialing: trial.is_some(),
                limit: Some(rows(section)),
                skip: Some((self.number() - 1) * rows(section)),
                ..Portfolio::default()
            },
            chance: known(&self.chance, "likelihood", chance)?.map(|chance| (hoped_for(section), chance)),
            order,
        })
    }

    /// The number of the page, from 1.
    fn number(&self) -> u32 {
        self.page.unwrap_or(1).clamp(1, PAGES)
    }

    /// The address of the list at `base` with another order and page.
    fn at(&self, base: &str, order: &str, page: u32) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        query(
            base,
            &[
                ("q", &self.q),
                ("level", &self.level),
                ("section", &self.section),
                ("owner", &self.owner),
                ("untracked", &self.untracked),
                ("renewing", &self.renewing),
                ("trial", &self.trial),
                ("chance", &self.chance),
                ("order", order),
                ("page", &page),
            ],
        )
    }
}

/// What is shown.
struct Shown<'a> {
    params: &'a ListParams,
    section: Option<Section>,
    wanted: &'a SectionWanted,
    list: &'a SectionList,
    lacking: Lacking,
    figures: Vec<Figure>,
    bars: Vec<Bar>,
    owners: &'a [String],
    refreshed: Option<String>,
    now: Moment,
}

impl ListPage {
    fn of(shown: Shown<'_>) -> Self {
        let Shown { params, section, wanted, list, lacking, figures, bars, owners, refreshed, now } = shown;
        let (base, totals) = (section.map_or("/accounts", address), &list.totals);
        let number = params.number();
        let more = u64::from(number) * u64::from(rows(section)) < totals.matched && number < PAGES;
        let order = params.order.trim();
        let accounts = &wanted.accounts;
        let choice =
            |value: &str, name: &str, chosen: bool| Choice { value: value.to_owned(), name: name.to_owned(), chosen };
        let all_levels = [Level::Critical, Level::AtRisk, Level::Healthy];
        let levels = all_levels.map(|one| choice(one.wire(), &level(one), accounts.levels.contains(&one)));
        let sections = Section::ALL.map(|one| choice(one.wire(), one.label(), accounts.sections.contains(&one)));
        let owned = |owner: &String| choice(owner, &Owner::of(owner).name, params.owner.trim() == owner);
        let few = owners.len() <= OWNERS;
        let renewing = renewing(params);
        let chances = [(Chance::High, "Likely"), (Chance::Fair, "May or may not"), (Chance::Low, "Unlikely")];
        let chances = chances
            .map(|(one, name)| choice(&wire(&one), name, wanted.chance.is_some_and(|(_, chosen)| chosen == one)));
        let what = if accounts.tracked == Some(false) { "untracked accounts" } else { "tracked accounts" };
        let arr = if totals.arr.is_empty() { String::new() } else { format!("; ARR {}", money(&totals.arr)) };
        let summary = format!(
            "{} of {} in the workspace match: {} critical, {} at risk, {} healthy{arr}.",
            totals.matched, list.accounts, totals.critical, totals.at_risk, totals.healthy
        );
        Self {
            base,
            shape: section.map_or("all", Section::wire),
            title: section.map_or("Accounts", Section::label),
            about: section.map(about),
            tabs: tabs(section),
            lacking,
            figures,
            bars,
            q: params.q.clone(),
            owner: params.owner.clone(),
            untracked: accounts.tracked == Some(false),
            levels: levels.into(),
            sections: sections.into(),
            owners: if few { owners.iter().map(owned).collect() } else { Vec::new() },
            renewing,
            chances: chances.into(),
            trial: params.trial.clone(),
            columns: columns(params, order, section),
            order: order.to_owned(),
            rows: list.rows.iter().map(|row| Row::of(row, now)).collect(),
            summary: format!("{}: {summary}", capital(what)),
            narrowed: params.narrowed(),
            refreshed,
            newer: (number > 1).then(|| params.at(base, order, number - 1)),
            older: more.then(|| params.at(base, order, number + 1)),
            page: number,
        }
    }
}

/// The times a renewal can lie in, and the one that was asked for.
fn renewing(params: &ListParams) -> Vec<Choice> {
    let asked = params.renewing.trim();
    let mut days = vec!["30", "60", "90"];
    if !asked.is_empty() && !days.contains(&asked) {
        days.push(asked);
    }
    let choice = |days: &str| Choice { value: days.to_owned(), name: format!("In {days} days"), chosen: days == asked };
    days.into_iter().map(choice).collect()
}

fn columns(params: &ListParams, order: &str, section: Option<Section>) -> Vec<Column> {
    let base = section.map_or("/accounts", address);
    let usual = SectionOrder::of(section).wire();
    let column = |name, by: SectionOrder, sorted, right| {
        let by = by.wire();
        let chosen = order == by || (order.is_empty() && by == usual);
        Column { name, href: Some(params.at(base, &by, 1)), sorted: chosen.then_some(sorted), right }
    };
    let plain = |name| Column { name, href: None, sorted: None, right: false };
    let by = SectionOrder::Accounts;
    let account = column("Account", by(PortfolioOrder::Name), "ascending", false);
    let likely = column("Likelihood", SectionOrder::Likelihood, "descending", false);
    let score = column("Score", by(PortfolioOrder::Score), "ascending", true);
    let users = column("Active users", by(PortfolioOrder::ActiveUsers), "descending", true);
    let arr = column("ARR", by(PortfolioOrder::Arr), "descending", true);
    let renewal = column("Days to renewal", by(PortfolioOrder::Renewal), "ascending", true);
    let value = |name| column(name, SectionOrder::Value, "descending", true);
    match section {
        Some(Section::Convert) => {
            let expected = Column { right: true, ..plain("Expected") };
            let trial = column("Trial ends", SectionOrder::TrialEnd, "ascending", false);
            vec![account, likely, value("Offered"), expected, trial, users, plain("Owner"), plain("Actions")]
        }
        Some(Section::Reengage) => {
            vec![
                account,
                likely,
                value("Value lost"),
                plain("Lost"),
                plain("Shipped since"),
                plain("Owner"),
                plain("Actions"),
            ]
        }
        Some(_) => {
            let factors = plain("Risk factors");
            vec![account, plain("Level"), score, users, arr, renewal, factors, plain("Owner"), plain("Actions")]
        }
        None => vec![account, plain("Level"), score, arr, renewal, plain("Owner"), plain("Section")],
    }
}

/// Shows the list of all accounts.
pub(super) async fn show(State(web): State<Web>, Params(params): Params<ListParams>) -> Result<Response, Problem> {
    shown(&web, &params, None).await
}

/// Shows the list of a section.
pub(super) async fn of_section(
    section: Section,
    State(web): State<Web>,
    Params(params): Params<ListParams>,
) -> Result<Response, Problem> {
    shown(&web, &params, Some(section)).await
}

/// Shows the list of a section, or of all accounts.
async fn shown(web: &Web, params: &ListParams, section: Option<Section>) -> Result<Response, Problem> {
    let wanted = match params.wanted(section) {
        Ok(wanted) => wanted,
        Err(text) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return notice(web, status, "This list cannot be shown", text, "").await;
        }
    };
    let list = web.app().section_list(&wanted).await?;
    let refreshed = (!params.refresh.trim().is_empty()).then(|| told(list.refreshed));
    let (mut lacking, mut figures, mut bars) = (Lacking::default(), Vec::new(), Vec::new());
    if let Some(section) = section {
        let counted = web.app().section_figures(section).await?;
        lacking = Lacking::of(web, section).await?;
        figures = figures::of(section, &counted);
        if section == Section::Health {
            bars = figures::bars(&counted);
        }
    }
    let owners = web.app().owners().await?;
    let page = ListPage::of(Shown {
        params,
        section,
        wanted: &wanted,
        list: &list,
        lacking,
        figures,
        bars,
        owners: &owners,
        refreshed,
        now: web.now(),
    });
    web.page().show(web, "section/list.html", page.title, &page)
}

/// What became of scores that were out of date.
fn told(refreshing: crate::app::Refreshing) -> String {
    let computed = match refreshing.computed {
        0 => "All scores are up to date; nothing had changed.".to_owned(),
        1 => "1 score was computed anew.".to_owned(),
        more => format!("{more} scores were computed anew."),
    };
    let more = if refreshing.going_on { " More are being computed; refresh again in a moment." } else { "" };
    format!("{computed}{more}")
}
