//! `GET /close-the-loop`: who asked for what shipped, whom to tell of it now and whom not and why; mails to all of the first in
//! one go; and releases entered by hand.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::figures::Figure;
use super::list::Choice;
use super::readiness::Lacking;
use super::top::Top;
use super::{Tab, about, tabs};
use crate::app::AppError;
use crate::domain::account::Section;
use crate::domain::activity::Release;
use crate::domain::evidence::Evidence;
use crate::domain::time::Moment;
use crate::domain::tool::close_loop::{CloseLoop, HoldReason, LoopList, LoopPerson};
use crate::web::error::Problem;
use crate::web::extract::Params;
use crate::web::hub::words::{When, clipped};
use crate::web::hub::{address as hub, notice};
use crate::web::state::Web;

/// People shown of each sort, at most; the others are told of.
const PEOPLE: usize = 60;

/// Letters of a quote and of a line of release notes, at most.
const LETTERS: usize = 220;

/// The choice that looks at all releases.
const ALL: &str = "all";

/// Which release is looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LoopParams {
    /// The id of a release, or `all`; the latest that shipped when empty.
    release: String,
    /// Only of this account.
    account: String,
}

/// The page.
#[derive(Debug, Serialize)]
struct LoopPage {
    title: &'static str,
    about: &'static str,
    tabs: Vec<Tab>,
    lacking: Lacking,
    top: Top,
    figures: Vec<Figure>,
    releases: Vec<Choice>,
    /// What is looked at, in words.
    release: String,
    /// What a draft of all mails is asked with.
    asked: String,
    account: String,
    go: Vec<Person>,
    held: Vec<Person>,
    more_go: usize,
    more_held: usize,
    today: String,
}

/// Somebody who asked.
#[derive(Debug, Serialize)]
struct Person {
    who: String,
    email: Option<String>,
    account: String,
    href: String,
    holds: Vec<Hold>,
    wishes: Vec<Wish>,
}

/// Why somebody is not told.
#[derive(Debug, Serialize)]
struct Hold {
    text: String,
    told: bool,
}

/// What somebody asked for, and the line that answers it.
#[derive(Debug, Serialize)]
struct Wish {
    what: String,
    quote: String,
    asked: Option<String>,
    when: When,
    /// What the release is called, where the line does not say so.
    release: Option<String>,
    record: Option<String>,
    line: String,
    hold: Option<String>,
}

impl Person {
    fn of(person: &LoopPerson, evidence: &[Evidence], now: Moment) -> Self {
        let cited = |cite: u32| {
            let found = evidence.get((cite as usize).checked_sub(1)?)?;
            Some(hub::record(&found.record))
        };
        let wish = |wish: &crate::domain::tool::close_loop::LoopWish| Wish {
            what: wish.what.clone(),
            quote: clipped(wish.quote.trim(), LETTERS),
            asked: cited(wish.asked_cite),
            when: When::at(wish.asked_at, now.day()),
            release: Some(wish.release.name()).filter(|name| !wish.line.trim().starts_with(name)).map(str::to_owned),
            record: cited(wish.line_cite),
            line: clipped(wish.line.trim(), LETTERS),
            hold: wish.hold.as_ref().map(|hold| hold.text.clone()),
        };
        let hold = |hold: &crate::domain::tool::close_loop::Hold| Hold {
            text: hold.text.clone(),
            told: hold.reason == HoldReason::Told,
        };
        Self {
            who: person.who.clone().unwrap_or_else(|| "Somebody who is not named".to_owned()),
            email: person.email.clone(),
            account: person.account_name.clone(),
            href: hub::account_from(&person.account, Section::CloseTheLoop),
            holds: person.holds.iter().map(hold).collect(),
            wishes: person.wishes.iter().map(wish).collect(),
        }
    }
}

/// A release as it is chosen.
fn named(release: &Release, now: Moment) -> String {
    let title = release.title.trim();
    // Headlines often begin with the version.
    let version = release.version.as_deref().filter(|version| !title.starts_with(version));
    let version = version.map(|version| format!("{version}: ")).unwrap_or_default();
    let day = When::at(release.shipped_at, now.day()).day;
    let when = if release.shipped(now) { day } else { format!("not shipped yet, {day}") };
    format!("{version}{} ({when})", clipped(title, 80))
}

impl LoopPage {
    fn of(
        (params, releases, wanted): (&LoopParams, &[Release], Option<&Release>),
        (list, evidence): &(LoopList, Vec<Evidence>),
        (lacking, top): (Lacking, Top),
        now: Moment,
    ) -> Self {
        let choice = |release: &Release| Choice {
            value: release.id.clone(),
            name: named(release, now),
            chosen: wanted.is_some_and(|wanted| wanted.id == release.id),
        };
        let all = Choice { value: ALL.to_owned(), name: "All releases".to_owned(), chosen: wanted.is_none() };
        let people = |go: bool| -> Vec<Person> {
            let of = list.people.iter().filter(|person| person.go == go);
            of.take(PEOPLE).map(|person| Person::of(person, evidence, now)).collect()
        };
        let (go, held) = (people(true), people(false));
        let compared = if list.releases == 1 { "1 release".to_owned() } else { format!("{} releases", list.releases) };
        let asked = serde_json::json!({
            "release": wanted.map(|release| &release.id),
            "account": Some(params.account.trim()).filter(|account| !account.is_empty()),
        });
        Self {
            title: Section::CloseTheLoop.label(),
            about: about(Section::CloseTheLoop),
            tabs: tabs(Some(Section::CloseTheLoop)),
            lacking,
            top,
            figures: vec![
                Figure::new("To tell now", list.go.to_string(), "asked, and it shipped"),
                Figure::new("Held back", list.held.to_string(), "each with the reason"),
                Figure::new("Requests compared", list.requests.to_string(), format!("with {compared}")),
            ],
            releases: std::iter::once(all).chain(releases.iter().map(choice)).collect(),
            release: wanted.map_or_else(|| "all releases".to_owned(), |release| release.name().to_owned()),
            asked: asked.to_string(),
            account: params.account.clone(),
            more_go: (list.go as usize).saturating_sub(go.len()),
            more_held: (list.held as usize).saturating_sub(held.len()),
            go,
            held,
            today: now.day().to_string(),
        }
    }
}

/// Shows whom to tell.
pub(super) async fn show(State(web): State<Web>, Params(params): Params<LoopParams>) -> Result<Response, Problem> {
    let (app, now) = (web.app(), web.now());
    let releases = app.releases().await?;
    let wanted = match params.release.trim() {
        ALL => None,
        "" => releases.iter().find(|release| release.shipped(now)),
        id => match releases.iter().find(|release| release.id == id) {
            Some(release) => Some(release),
            None => {
                let text = format!("There is no release “{id}” among the latest; choose one from the list.");
                return notice(&web, StatusCode::NOT_FOUND, "No such release", text, "").await;
            }
        },
    };
    let account = Some(params.account.trim().to_owned()).filter(|account| !account.is_empty());
    let asked = CloseLoop { release: wanted.map(|release| release.id.clone()), account, topic: None };
    let found = match app.close_loop(asked).await {
        Ok(found) => found,
        Err(AppError::NotFound(text)) => {
            return notice(&web, StatusCode::NOT_FOUND, "No such account", text, &params.account).await;
        }
        Err(other) => return Err(other.into()),
    };
    let lacking = Lacking::of(&web, Section::CloseTheLoop).await?;
    let top = Top::of(&web, Section::CloseTheLoop).await?;
    let page = LoopPage::of((&params, &releases, wanted), &found, (lacking, top), now);
    web.page().show(&web, "section/close_loop.html", page.title, &page)
}
