//! `GET /pipeline`: open deals on a board by stage and in a table, with the health of their accounts. The stage of a deal is
//! changed in the CRM, which is linked to; what can be done here is a proposal about the account.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::figures::Figure;
use super::list::{Choice, Column};
use super::readiness::Lacking;
use super::top::Top;
use super::{Tab, about, tabs};
use crate::app::{Board, CLOSED_DAYS};
use crate::domain::account::Section;
use crate::domain::money::totals;
use crate::domain::pipeline::{DealOrder, DealPage, DealRow};
use crate::domain::text::capital;
use crate::web::deals::DealsParams;
use crate::web::error::Problem;
use crate::web::extract::Params;
use crate::web::hub::address::query;
use crate::web::hub::words::{Owner, level, money};
use crate::web::hub::{address as hub, notice};
use crate::web::state::Web;

/// Deals of the table on a page.
const ROWS: u32 = 50;

/// Which deals are shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PipelineParams {
    q: String,
    /// A stage; an empty one is the stage of deals that have none.
    stage: Option<String>,
    order: String,
    after: String,
}

/// The page.
#[derive(Debug, Serialize)]
struct PipelinePage {
    title: &'static str,
    about: &'static str,
    tabs: Vec<Tab>,
    lacking: Lacking,
    top: Top,
    figures: Vec<Figure>,
    lanes: Vec<Lane>,
    /// Stages the board has no room for.
    more_stages: usize,
    q: String,
    stage: Option<String>,
    order: String,
    columns: Vec<Column>,
    rows: Vec<Card>,
    narrowed: bool,
    first: Option<String>,
    next: Option<String>,
    sections: Vec<Choice>,
}

/// A stage of the board.
#[derive(Debug, Serialize)]
struct Lane {
    name: String,
    id: String,
    deals: u64,
    value: String,
    cards: Vec<Card>,
    /// How many more there are than cards, and the list of them.
    more: u64,
    href: String,
}

/// A deal.
#[derive(Debug, Serialize)]
struct Card {
    name: String,
    record: String,
    account: String,
    domain: String,
    href: String,
    stage: String,
    value: String,
    score: Option<u32>,
    level: Option<&'static str>,
    level_name: String,
    owner: Option<Owner>,
    /// Where its stage is changed.
    crm: Option<String>,
}

impl Card {
    fn of(row: &DealRow) -> Self {
        let deal = &row.deal;
        let level_name = match row.health {
            _ if !row.tracked => "Untracked".to_owned(),
            Some((_, one)) => level(one),
            None => String::new(),
        };
        Self {
            name: deal.name.trim().to_owned(),
            record: hub::record(&crate::domain::record::RecordRef {
                kind: crate::domain::record::RecordKind::Deal,
                id: deal.id.clone(),
            }),
            account: row.account_name.clone(),
            domain: deal.account.clone(),
            href: hub::account_from(&deal.account, Section::Pipeline),
            stage: deal.stage.trim().to_owned(),
            value: money(&[deal.value()]),
            score: row.health.map(|(score, _)| score),
            level: row.health.map(|(_, level)| level.wire()).filter(|_| row.tracked),
            level_name,
            owner: row.owner_email.as_deref().map(Owner::of),
            crm: hub::elsewhere(deal.url.as_deref()).or_else(|| hub::elsewhere(row.crm_url.as_deref())),
        }
    }
}

impl PipelineParams {
    fn asked(&self) -> DealsParams {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        DealsParams {
            stage: self.stage.clone(),
            q: given(&self.q),
            order: given(&self.order),
            after: given(&self.after),
            ..DealsParams::default()
        }
    }

    fn at(&self, order: &str, after: &str) -> String {
        let address = query("/pipeline", &[("q", &self.q), ("order", order), ("after", after)]);
        match &self.stage {
            None => address,
            Some(stage) => {
                let joint = if address.contains('?') { '&' } else { '?' };
                format!("{address}{joint}stage={}", hub::escaped(stage))
            }
        }
    }
}

/// What a stage is called.
fn stage_name(name: &str) -> String {
    if name.trim().is_empty() { "No stage".to_owned() } else { name.trim().to_owned() }
}

impl PipelinePage {
    fn of(params: &PipelineParams, board: &Board, page: &DealPage, (lacking, top): (Lacking, Top)) -> Self {
        let order = params.order.trim();
        let lane = |(place, cards): (usize, &Vec<DealRow>)| {
            let stage = &board.stages[place];
            Lane {
                name: stage_name(&stage.name),
                id: format!("stage-{place}"),
                deals: stage.deals,
                value: money(&stage.value),
                more: stage.deals.saturating_sub(cards.len() as u64),
                href: format!("/pipeline?stage={}#deals", hub::escaped(&stage.name)),
                cards: cards.iter().map(Card::of).collect(),
            }
        };
        let heading = |name, by: Option<DealOrder>, sorted, right| Column {
            name,
            href: by.map(|by| format!("{}#deals", params.at(by.wire(), ""))),
            sorted: by
                .is_some_and(|by| order == by.wire() || order.is_empty() && by == DealOrder::default())
                .then_some(sorted),
            right,
        };
        let sections = Section::ALL.into_iter().filter(|section| *section != Section::Pipeline);
        let sections = sections.map(|section| Choice {
            value: section.wire().to_owned(),
            name: section.label().to_owned(),
            chosen: section == Section::Contracts,
        });
        Self {
            title: Section::Pipeline.label(),
            about: about(Section::Pipeline),
            tabs: tabs(Some(Section::Pipeline)),
            lacking,
            top,
            figures: figures(board),
            lanes: board.cards.iter().enumerate().map(lane).collect(),
            more_stages: board.stages.len().saturating_sub(board.cards.len()),
            q: params.q.clone(),
            stage: params.stage.as_deref().map(stage_name),
            order: order.to_owned(),
            columns: vec![
                heading("Deal", None, "", false),
                heading("Account", Some(DealOrder::Account), "ascending", false),
                heading("Stage", Some(DealOrder::Stage), "ascending", false),
                heading("Value", Some(DealOrder::Value), "descending", true),
                heading("Health", None, "", false),
                heading("Owner", None, "", false),
                heading("CRM", None, "", false),
            ],
            rows: page.rows.iter().map(Card::of).collect(),
            narrowed: !params.q.trim().is_empty() || params.stage.is_some(),
            first: (!params.after.trim().is_empty()).then(|| format!("{}#deals", params.at(order, ""))),
            next: page.next.as_deref().map(|next| format!("{}#deals", params.at(order, next))),
            sections: sections.collect(),
        }
    }
}

fn figures(board: &Board) -> Vec<Figure> {
    let open: u64 = board.stages.iter().map(|stage| stage.deals).sum();
    let value = totals(board.stages.iter().flat_map(|stage| stage.value.iter().cloned()));
    let lately = format!("in the last {CLOSED_DAYS} days");
    vec![
        Figure::new("Open deals", open.to_string(), format!("in {} stages", board.stages.len())),
        Figure::new("Open value", money(&value), "as the CRM has it, not weighted"),
        Figure::new("Won", money(&board.won.value), format!("{} deals {lately}", board.won.deals)),
        Figure::new("Lost", money(&board.lost.value), format!("{} deals {lately}", board.lost.deals)).at("/re-engage"),
    ]
}

/// Shows the pipeline.
pub(super) async fn show(State(web): State<Web>, Params(params): Params<PipelineParams>) -> Result<Response, Problem> {
    let asked = params.asked();
    let wanted = match asked.wanted() {
        Ok(wanted) => wanted,
        Err(problem) => {
            let text = format!("{}.", capital(&problem.detail));
            return notice(&web, StatusCode::UNPROCESSABLE_ENTITY, "This list cannot be shown", text, "").await;
        }
    };
    let top = Top::of(&web, Section::Pipeline).await?;
    let lacking = Lacking::of(&web, Section::Pipeline).await?;
    let (board, page) =
        tokio::try_join!(web.app().deal_board(), web.app().deals(&wanted, asked.after.as_deref(), ROWS))?;
    let page = PipelinePage::of(&params, &board, &page, (lacking, top));
    web.page().show(&web, "section/pipeline.html", page.title, &page)
}
