//! `GET /accounts`: the accounts of the workspace, searched, narrowed down and in pages, which need no script; and the list of a
//! section, which is one of these.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::section::{self, Besides, Tab};
use super::words::{Owner, When, level, money};
use super::{address, notice};
use crate::app::InSection;
use crate::domain::account::Section;
use crate::domain::health::Level;
use crate::domain::text::capital;
use crate::domain::time::Moment;
use crate::domain::tool::portfolio::{Portfolio, PortfolioOrder, PortfolioRow, PortfolioView};
use crate::web::error::Problem;
use crate::web::extract::Params;
use crate::web::state::Web;

/// Accounts on a page.
const ROWS: u32 = 50;

/// Pages, at most: whoever has not found an account by then searches for it.
const PAGES: u32 = 200;

/// Owners offered, at most; of more, an address is typed.
const OWNERS: usize = 60;

/// Which accounts are shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct ListParams {
    q: String,
    level: String,
    section: String,
    owner: String,
    untracked: String,
    order: String,
    page: Option<u32>,
}

/// The page.
#[derive(Debug, Serialize)]
struct ListPage {
    /// The address of this list.
    base: &'static str,
    title: &'static str,
    about: Option<&'static str>,
    tabs: Vec<Tab>,
    q: String,
    owner: String,
    untracked: bool,
    levels: Vec<Choice>,
    sections: Vec<Choice>,
    owners: Vec<Choice>,
    order: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    summary: String,
    narrowed: bool,
    newer: Option<String>,
    older: Option<String>,
    page: u32,
}

#[derive(Debug, Serialize)]
struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

/// A heading of the table; one with an address puts the list in its order.
#[derive(Debug, Serialize)]
struct Column {
    name: &'static str,
    href: Option<String>,
    sorted: Option<&'static str>,
    right: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    domain: String,
    href: String,
    level: &'static str,
    level_name: String,
    tracked: bool,
    score: u32,
    arr: String,
    days: String,
    renews: Option<When>,
    owner: Option<Owner>,
    section: &'static str,
    /// What its section's list says besides.
    besides: Option<Besides>,
    routed: Option<String>,
    because: Option<String>,
    snoozed: Option<When>,
}

impl ListParams {
    fn narrowed(&self) -> bool {
        [&self.q, &self.level, &self.section, &self.owner, &self.untracked].iter().any(|given| !given.trim().is_empty())
    }

    /// What is asked of the accounts, else the sentence that says what is wrong.
    fn portfolio(&self, section: Option<Section>) -> Result<Portfolio, String> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let known = |name: &str, what: &str| format!("“{name}” is no {what}; choose one from the list.");
        let levels = match given(&self.level) {
            Some(name) => vec![Level::parse(&name).ok_or_else(|| known(&name, "level"))?],
            None => Vec::new(),
        };
        let sections = match (section, given(&self.section)) {
            (Some(section), _) => vec![section],
            (None, Some(name)) => vec![Section::parse(&name).ok_or_else(|| known(&name, "section"))?],
            (None, None) => Vec::new(),
        };
        let order = match given(&self.order) {
            Some(name) => serde_json::from_value(name.as_str().into()).map_err(|_| known(&name, "order"))?,
            None => PortfolioOrder::default(),
        };
        Ok(Portfolio {
            levels,
            sections,
            order,
            owner: given(&self.owner),
            text: given(&self.q),
            tracked: Some(self.untracked.trim().is_empty()),
            limit: Some(ROWS),
            skip: Some((self.number() - 1) * ROWS),
            ..Portfolio::default()
        })
    }

    /// The number of the page, from 1.
    fn number(&self) -> u32 {
        self.page.unwrap_or(1).clamp(1, PAGES)
    }

    /// The address of the list at `base` with another order and page.
    fn at(&self, base: &str, order: &str, page: u32) -> String {
        let named = [
            ("q", self.q.as_str()),
            ("level", &self.level),
            ("section", &self.section),
            ("owner", &self.owner),
            ("untracked", &self.untracked),
            ("order", order),
        ];
        let mut parts: Vec<String> = named
            .iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(name, value)| format!("{name}={}", address::escaped(value.trim())))
            .collect();
        parts.extend((page > 1).then(|| format!("page={page}")));
        if parts.is_empty() { base.to_owned() } else { format!("{base}?{}", parts.join("&")) }
    }
}

impl ListPage {
    fn of(
        params: &ListParams,
        (wanted, section): (&Portfolio, Option<Section>),
        view: &PortfolioView,
        besides: &BTreeMap<String, InSection>,
        owners: &[String],
        now: Moment,
    ) -> Self {
        let base = section.map_or("/accounts", section::address);
        let number = params.number();
        let more = u64::from(number) * u64::from(ROWS) < view.matched && number < PAGES;
        let order = params.order.trim();
        let choice =
            |value: &str, name: &str, chosen: bool| Choice { value: value.to_owned(), name: name.to_owned(), chosen };
        let all_levels = [Level::Critical, Level::AtRisk, Level::Healthy];
        let levels = all_levels.map(|one| choice(one.wire(), &level(one), wanted.levels.contains(&one)));
        let sections = Section::ALL.map(|one| choice(one.wire(), one.label(), wanted.sections.contains(&one)));
        let owned = |owner: &String| choice(owner, &Owner::of(owner).name, params.owner.trim() == owner);
        let few = owners.len() <= OWNERS;
        let what = if wanted.tracked == Some(false) { "untracked accounts" } else { "tracked accounts" };
        let arr = if view.arr.is_empty() { String::new() } else { format!("; ARR {}", money(&view.arr)) };
        let summary = format!(
            "{} of {} in the workspace match: {} critical, {} at risk, {} healthy{arr}.",
            view.matched, view.total, view.critical, view.at_risk, view.healthy
        );
        let (nothing, told) = (InSection::default(), section.filter(|section| section::heading(*section).is_some()));
        let row = |row: &PortfolioRow| {
            let facts = besides.get(&row.domain).unwrap_or(&nothing);
            Row { besides: told.map(|section| Besides::of(section, facts, now)), ..Row::of(row, now) }
        };
        Self {
            base,
            title: section.map_or("Accounts", Section::label),
            about: section.map(section::about),
            tabs: section::tabs(section),
            q: params.q.clone(),
            owner: params.owner.clone(),
            untracked: wanted.tracked == Some(false),
            levels: levels.into(),
            sections: sections.into(),
            owners: if few { owners.iter().map(owned).collect() } else { Vec::new() },
            columns: columns(params, order, section),
            order: order.to_owned(),
            rows: view.rows.iter().map(row).collect(),
            summary: format!("{}: {summary}", capital(what)),
            narrowed: params.narrowed(),
            newer: (number > 1).then(|| params.at(base, order, number - 1)),
            older: more.then(|| params.at(base, order, number + 1)),
            page: number,
        }
    }
}

fn columns(params: &ListParams, order: &str, section: Option<Section>) -> Vec<Column> {
    let base = section.map_or("/accounts", section::address);
    let column = |name, by: &str, sorted, right| {
        let chosen = order == by || (order.is_empty() && by == "score");
        Column { name, href: Some(params.at(base, by, 1)), sorted: chosen.then_some(sorted), right }
    };
    let plain = |name| Column { name, href: None, sorted: None, right: false };
    let mut columns = vec![
        column("Account", "name", "ascending", false),
        plain("Level"),
        column("Score", "score", "ascending", true),
        column("ARR", "arr", "descending", true),
        column("Days to renewal", "renewal", "ascending", true),
    ];
    columns.extend(section.and_then(section::heading).map(plain));
    columns.extend([plain("Owner"), plain("Section")]);
    columns
}

impl Row {
    fn of(row: &PortfolioRow, now: Moment) -> Self {
        let today = now.day();
        Self {
            href: address::account(&row.domain),
            name: row.name.clone(),
            domain: row.domain.clone(),
            level: row.level.wire(),
            level_name: level(row.level),
            tracked: row.tracked,
            score: row.score,
            arr: money(&row.arr),
            days: row.days_to_renewal.map_or_else(|| "–".to_owned(), |days| days.to_string().replace('-', "−")),
            renews: row.renews_on.map(|day| When::of(day, today)),
            owner: row.owner_email.as_deref().map(Owner::of),
            section: row.section.label(),
            besides: None,
            routed: row.routed.as_ref().map(|routed| routed.from.clone()),
            because: row.routed.as_ref().and_then(|routed| routed.reason.clone()),
            snoozed: row.snoozed_until.map(|day| When::of(day, today)),
        }
    }
}

/// Shows the list.
pub(in crate::web) async fn show(
    State(web): State<Web>,
    Params(params): Params<ListParams>,
) -> Result<Response, Problem> {
    shown(&web, &params, None).await
}

/// The list of a section, or of all accounts.
pub(super) async fn shown(web: &Web, params: &ListParams, section: Option<Section>) -> Result<Response, Problem> {
    let wanted = match params.portfolio(section) {
        Ok(wanted) => wanted,
        Err(text) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return notice(web, status, "This list cannot be shown", text, "").await;
        }
    };
    let view = web.app().accounts(wanted.clone()).await?;
    let besides = match section.and_then(section::heading) {
        Some(_) => web.app().in_section(&wanted).await?,
        None => BTreeMap::new(),
    };
    let page = ListPage::of(params, (&wanted, section), &view, &besides, &web.app().owners().await?, web.now());
    web.page().show(web, "accounts.html", page.title, &page)
}
