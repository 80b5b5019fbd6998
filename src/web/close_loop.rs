//! `GET /api/close-loop`: who asked for what shipped, and whom to tell of it now.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actor::Sender;
use super::ask::CitationResponse;
use super::drafts::DraftResponse;
use super::error::Problem;
use super::extract::{JsonBody, Params};
use super::state::Web;
use crate::app::LoopDraft;
use crate::domain::evidence::Evidence;
use crate::domain::time::Moment;
use crate::domain::tool::close_loop::{CloseLoop, Hold, LoopList, LoopPerson, LoopWish};

/// Which requests to look at.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct CloseLoopParams {
    /// Only what this release answers: its version, id or title.
    pub release: Option<String>,
    /// Only of this account.
    pub account: Option<String>,
}

/// Who asked for what shipped.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CloseLoopResponse {
    /// One entry a person, those to tell first.
    pub people: Vec<PersonResponse>,
    /// How many to tell now.
    pub go: u64,
    /// How many are held back.
    pub held: u64,
    /// How many requests were compared.
    pub requests: u64,
    /// With how many releases.
    pub releases: u64,
    /// The evidence that the numbers stand for.
    pub citations: Vec<CitationResponse>,
}

/// A person who asked.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PersonResponse {
    /// Domain of the account.
    pub account: String,
    /// Name of the account.
    pub account_name: String,
    /// Who asked; absent where nobody is named.
    pub who: Option<String>,
    /// Where they are written to.
    pub email: Option<String>,
    /// Whether to tell them now, of the wishes that are not held.
    pub go: bool,
    /// Why not, if not.
    pub holds: Vec<HoldResponse>,
    /// What they asked for, with what answers it.
    pub wishes: Vec<WishResponse>,
}

/// Something a person asked for, and the line that answers it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WishResponse {
    /// What for.
    pub what: String,
    /// How often.
    pub times: u64,
    /// Their own words.
    pub quote: String,
    /// The citation of these.
    pub quote_cite: u32,
    /// When they first asked.
    #[schema(value_type = DateTime<Utc>)]
    pub asked_at: Moment,
    /// The id of the release.
    pub release: String,
    /// Its headline.
    pub release_title: String,
    /// Its version.
    pub version: Option<String>,
    /// When it shipped.
    #[schema(value_type = DateTime<Utc>)]
    pub shipped_at: Moment,
    /// The line of its notes.
    pub line: String,
    /// The citation of that.
    pub line_cite: u32,
    /// How sure it is that the line is about the wish, 0 to 1.
    pub confidence: f32,
    /// `answers`, `partly`, `negated`, `before` or `other`.
    pub verdict: String,
    /// Why it is not told, if it is not.
    pub hold: Option<HoldResponse>,
}

/// Why somebody is not told.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct HoldResponse {
    /// `not_shipped_yet`, `not_there`, `partly`, `there_before`, `unsure`, `nameless`, `no_contact`, `no_address`,
    /// `untracked`, `escalation`, `told` or `mailed_lately`.
    pub reason: String,
    /// The same in a sentence, with what to do.
    pub text: String,
    /// The citation of what it goes by.
    pub cite: Option<u32>,
    /// Whom to write to instead.
    pub instead: Option<String>,
    /// The day from which on it no longer holds.
    pub until: Option<NaiveDate>,
}

impl From<(LoopList, Vec<Evidence>)> for CloseLoopResponse {
    fn from((list, evidence): (LoopList, Vec<Evidence>)) -> Self {
        Self {
            people: list.people.into_iter().map(PersonResponse::from).collect(),
            go: list.go,
            held: list.held,
            requests: list.requests,
            releases: list.releases,
            citations: (1..).zip(evidence).map(CitationResponse::from).collect(),
        }
    }
}

impl From<LoopPerson> for PersonResponse {
    fn from(person: LoopPerson) -> Self {
        Self {
            account: person.account,
            account_name: person.account_name,
            who: person.who,
            email: person.email,
            go: person.go,
            holds: person.holds.into_iter().map(HoldResponse::from).collect(),
            wishes: person.wishes.into_iter().map(WishResponse::from).collect(),
        }
    }
}

impl From<LoopWish> for WishResponse {
    fn from(wish: LoopWish) -> Self {
        Self {
            what: wish.what,
            times: wish.times,
            quote: wish.quote,
            quote_cite: wish.asked_cite,
            asked_at: wish.asked_at,
            release: wish.release.id,
            release_title: wish.release.title,
            version: wish.release.version,
            shipped_at: wish.release.shipped_at,
            line: wish.line,
            line_cite: wish.line_cite,
            confidence: wish.confidence,
            verdict: wish.verdict.wire().to_owned(),
            hold: wish.hold.map(HoldResponse::from),
        }
    }
}

impl From<Hold> for HoldResponse {
    fn from(hold: Hold) -> Self {
        let Hold { reason, text, cite, instead, until } = hold;
        Self { reason: reason.wire().to_owned(), text, cite, instead, until }
    }
}

/// Lists who asked for what shipped.
#[utoipa::path(
    get, path = "/api/close-loop", tag = "accounts", params(CloseLoopParams),
    responses(
        (status = 200, description = "Whom to tell, and whom not and why", body = CloseLoopResponse),
        (status = 404, description = "No such release or account", body = Problem),
    )
)]
pub(super) async fn list(
    State(web): State<Web>,
    Params(params): Params<CloseLoopParams>,
) -> Result<Json<CloseLoopResponse>, Problem> {
    let wanted = CloseLoop { release: params.release, account: params.account, topic: None };
    Ok(Json(web.app().close_loop(wanted).await?.into()))
}

/// Mails that tell people that what they asked for has shipped.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LoopDraftsResponse {
    /// One a person.
    pub drafts: Vec<LoopDraftResponse>,
    /// How many people are held back.
    pub held: u64,
}

/// A mail to one person.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LoopDraftResponse {
    /// Domain of the account.
    pub account: String,
    /// Who is told.
    pub who: String,
    /// The draft.
    pub draft: Option<DraftResponse>,
    /// Whether it was there before.
    pub existing: bool,
    /// Why there is none.
    pub refused: Option<String>,
}

impl LoopDraftsResponse {
    /// As they are shown; `can_send` where a mail server is configured.
    #[must_use]
    pub fn new(list: &LoopList, drafts: Vec<LoopDraft>, can_send: bool) -> Self {
        let drafts = drafts.into_iter().map(|made| {
            let (draft, refused) = match made.draft {
                Ok(draft) => (Some(DraftResponse::new(draft, can_send)), None),
                Err(error) => (None, Some(error.to_string())),
            };
            LoopDraftResponse { account: made.account, who: made.who, draft, existing: made.existing, refused }
        });
        Self { drafts: drafts.collect(), held: list.held }
    }
}

/// Drafts a mail to each person who can be told now; nothing is sent.
#[utoipa::path(
    post, path = "/api/close-loop/drafts", tag = "drafts", request_body = CloseLoopParams,
    responses((status = 200, description = "The drafts; those that were there before are not written again", body = LoopDraftsResponse),
              (status = 404, description = "No such account or release", body = Problem))
)]
pub(super) async fn draft(
    State(web): State<Web>,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<CloseLoopParams>,
) -> Result<Json<LoopDraftsResponse>, Problem> {
    let wanted = CloseLoop { release: params.release, account: params.account, topic: None };
    let (list, drafts) = web.app().draft_loop(wanted, &origin).await?;
    Ok(Json(LoopDraftsResponse::new(&list, drafts, web.app().can_send())))
}
