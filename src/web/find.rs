//! `GET /api/find`: what somebody may mean by what they type: accounts, people, records.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::Problem;
use super::extract::Params;
use super::hub::address;
use super::state::Web;
use crate::app::{FeedItem, Finds};
use crate::domain::text::clipped;
use crate::domain::time::Moment;

/// The longest text that is looked for, in letters.
const LONGEST: usize = 200;

/// Letters shown of what a record says.
const GIST: usize = 160;

/// What is looked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FindParams {
    /// What was typed: the beginning of a name, or words.
    pub q: String,
}

/// What somebody may mean.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FindResponse {
    /// Accounts, by name.
    pub accounts: Vec<FoundAccount>,
    /// People at customers, by name.
    pub people: Vec<FoundPerson>,
    /// Records that say it, the best first.
    pub records: Vec<FoundRecord>,
}

/// An account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FoundAccount {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// `critical`, `at_risk` or `healthy`; none while it was not assessed.
    pub level: Option<String>,
    /// E-mail address of its owner.
    pub owner_email: Option<String>,
    /// Its page.
    pub href: String,
}

/// Somebody at a customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FoundPerson {
    /// Full name.
    pub name: String,
    /// Job title.
    pub title: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Name of the account.
    pub account: String,
    /// Where they stand on its page.
    pub href: String,
}

/// A record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FoundRecord {
    /// Kind of record.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Domain of its account; none for releases.
    pub account: Option<String>,
    /// When it happened.
    #[schema(value_type = DateTime<Utc>)]
    pub occurred_at: Moment,
    /// The words that were found.
    pub text: String,
    /// Its page.
    pub href: String,
}

impl From<(FeedItem, Option<String>)> for FoundRecord {
    fn from((item, account): (FeedItem, Option<String>)) -> Self {
        Self {
            kind: item.titled.record.kind.wire().to_owned(),
            href: address::record(&item.titled.record),
            title: item.titled.title,
            account,
            occurred_at: item.at,
            text: clipped(&item.gist, GIST),
        }
    }
}

impl From<Finds> for FindResponse {
    fn from(finds: Finds) -> Self {
        let accounts = finds.accounts.into_iter().map(|account| FoundAccount {
            href: address::account(&account.domain),
            domain: account.domain,
            name: account.name,
            level: account.level.map(|level| level.wire().to_owned()),
            owner_email: account.owner_email,
        });
        let people = finds.people.into_iter().map(|person| FoundPerson {
            href: format!("{}#people", address::account(&person.domain)),
            name: person.name,
            title: person.title,
            email: person.email,
            account: person.account,
        });
        Self {
            accounts: accounts.collect(),
            people: people.collect(),
            records: finds.records.into_iter().map(FoundRecord::from).collect(),
        }
    }
}

/// Finds accounts, people and records by what was typed.
#[utoipa::path(
    get, path = "/api/find", tag = "search", params(FindParams),
    responses((status = 200, description = "What may be meant", body = FindResponse),
              (status = 422, description = "Too much was typed", body = Problem))
)]
pub(super) async fn find(
    State(web): State<Web>,
    Params(params): Params<FindParams>,
) -> Result<Json<FindResponse>, Problem> {
    if params.q.chars().count() > LONGEST {
        return Err(Problem::invalid(format!("that is too long to look for; use {LONGEST} letters")));
    }
    Ok(Json(web.app().find_everywhere(&params.q).await?.into()))
}
