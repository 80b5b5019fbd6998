//! `/api/drafts`: e-mails written from the records, their versions, and what a person decides about them.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actor::Sender;
use super::ask::CitationResponse;
use super::error::Problem;
use super::extract::{JsonBody, Params, PathOf};
use super::state::Web;
use crate::app::{Edit, envelope};
use crate::domain::draft::{Correspondent, Draft, DraftState, Goal, Length, Tone, Version};
use crate::domain::id::DraftId;
use crate::domain::time::Moment;
use crate::domain::tool::draft::DraftEmail;
use crate::mail::{eml, mailto};

/// A draft with all its versions.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DraftResponse {
    /// Its identifier.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// Name of the account.
    pub account_name: String,
    /// `draft`, `approved`, `declined`, `sending` (then it may or may not have gone out) or `sent`.
    pub state: String,
    /// Who approved, declined or sent it.
    pub decided_by: Option<String>,
    /// When.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub decided_at: Option<Moment>,
    /// Why sending failed, or who said what became of it.
    pub trouble: Option<String>,
    /// Whether it was being sent and nobody knows what became of it: say `sent` or `unsent`.
    #[serde(default)]
    pub lost: bool,
    /// The number of the version that counts.
    pub version: u32,
    /// All versions, the oldest first.
    pub versions: Vec<VersionResponse>,
    /// Opens the approved text in a mail program; none before it is approved.
    pub mailto: Option<String>,
    /// Address of the approved text as a file for mail programs; none before it is approved.
    pub eml: Option<String>,
    /// Whether it can be sent from here.
    pub can_send: bool,
}

/// One version.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct VersionResponse {
    /// From 1.
    pub number: u32,
    /// `written`, `revised` (with other wishes) or `edited` (by a person).
    pub change: String,
    /// Who made it, or had it made.
    pub by: String,
    /// When.
    #[schema(value_type = DateTime<Utc>)]
    pub at: Moment,
    /// `check_in`, `renewal`, `payment_recovery`, `adoption`, `save_at_risk`, `trial_conversion`, `reengage` or
    /// `close_the_loop`.
    pub goal: String,
    /// The same for people.
    pub goal_label: String,
    /// Why that, where nobody said.
    pub goal_reason: Option<String>,
    /// To whom.
    pub to: CorrespondentResponse,
    /// Why to them, where nobody said.
    pub to_reason: Option<String>,
    /// From whom.
    pub from: CorrespondentResponse,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// What it stands on; shown beside the mail, never in it.
    pub facts: Vec<FactResponse>,
    /// The one thing it asks for.
    pub ask: String,
    /// What happens next.
    pub next_step: String,
    /// What to know before it is approved.
    pub notices: Vec<String>,
    /// Which model, or who, wrote it.
    pub written_by: String,
    /// `warm`, `neutral` or `direct`.
    pub tone: String,
    /// `short` or `medium`.
    pub length: String,
    /// The language that was asked for; none for English.
    pub language: Option<String>,
}

/// Who writes or is written to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CorrespondentResponse {
    /// Full name.
    pub name: String,
    /// Job title.
    pub title: Option<String>,
    /// E-mail address.
    pub email: String,
}

/// Something a mail stands on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FactResponse {
    /// The fact in a line.
    pub text: String,
    /// Where it is from.
    pub citation: CitationResponse,
}

/// Drafts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DraftsResponse {
    /// The newest first.
    pub drafts: Vec<DraftResponse>,
}

/// What a mail should be.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftParams {
    /// Domain or name of the account; only for a new draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The version that was seen; only to change a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// What it is for; chosen from the account's state when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
    /// Name, address or title of the contact; chosen for the goal when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// `warm`, `neutral` or `direct`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone: Option<String>,
    /// `short` or `medium`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<String>,
    /// English name of the language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Matters to mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mention: Vec<String>,
    /// Anything else, for a language model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// Version of the release it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
}

/// A text a person typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditParams {
    /// The version that was seen.
    pub version: u32,
    /// The subject; as it was when absent.
    #[serde(default)]
    pub subject: Option<String>,
    /// The text; as it was when absent.
    #[serde(default)]
    pub body: Option<String>,
}

/// What a person decides about.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideParams {
    /// The version that was seen.
    pub version: u32,
}

/// Which drafts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftQuery {
    /// Domain or name of the account.
    #[serde(default)]
    pub account: Option<String>,
}

impl DraftParams {
    /// The wishes as the application takes them.
    ///
    /// # Errors
    /// A word that is not known, in a sentence that says which are.
    pub fn domain(self) -> Result<DraftEmail, String> {
        fn word<T>(
            text: Option<String>,
            what: &str,
            known: &str,
            read: impl Fn(&str) -> Option<T>,
        ) -> Result<Option<T>, String> {
            text.map(|text| read(&text).ok_or_else(|| format!("`{text}` is not a {what}; use {known}"))).transpose()
        }
        let goals = Goal::ALL.map(Goal::wire).join(", ");
        Ok(DraftEmail {
            account: self.account.unwrap_or_default(),
            goal: word(self.goal, "goal", &goals, Goal::parse)?,
            recipient: self.recipient,
            tone: word(self.tone, "tone", "warm, neutral or direct", Tone::parse)?,
            length: word(self.length, "length", "short or medium", Length::parse)?,
            language: self.language,
            mention: self.mention,
            instructions: self.instructions,
            release: self.release,
            revise: false,
        })
    }
}

impl From<Correspondent> for CorrespondentResponse {
    fn from(person: Correspondent) -> Self {
        Self { name: person.name, title: person.title, email: person.email }
    }
}

impl From<Version> for VersionResponse {
    fn from(version: Version) -> Self {
        let letter = version.letter;
        Self {
            number: version.number,
            change: version.change.wire().to_owned(),
            by: version.by.who,
            at: version.at,
            goal: letter.goal.wire().to_owned(),
            goal_label: letter.goal.label().to_owned(),
            goal_reason: letter.goal_reason,
            to: letter.recipient.into(),
            to_reason: letter.recipient_reason,
            from: letter.sender.into(),
            subject: letter.subject,
            body: letter.body,
            facts: letter
                .facts
                .into_iter()
                .map(|fact| FactResponse { text: fact.text, citation: fact.citation.into() })
                .collect(),
            ask: letter.ask,
            next_step: letter.next_step,
            notices: letter.notices,
            written_by: letter.written_by,
            tone: letter.options.tone.wire().to_owned(),
            length: letter.options.length.wire().to_owned(),
            language: letter.options.language,
        }
    }
}

impl DraftResponse {
    /// A draft as it is shown; `can_send` where a mail server is configured.
    #[must_use]
    pub fn new(draft: Draft, can_send: bool) -> Self {
        let out = matches!(draft.state, DraftState::Approved | DraftState::Sent);
        let letter = draft.letter();
        let link = out.then(|| mailto(&letter.recipient.email, &letter.subject, &letter.body));
        Self {
            id: draft.id.to_string(),
            state: draft.state.wire().to_owned(),
            decided_by: draft.decided.as_ref().map(|decided| decided.by.who.clone()),
            decided_at: draft.decided.as_ref().map(|decided| decided.at),
            trouble: draft.trouble.clone(),
            lost: draft.lost(),
            version: draft.current().number,
            mailto: link,
            eml: out.then(|| format!("/api/drafts/{}/eml", draft.id)),
            can_send: can_send && draft.state == DraftState::Approved,
            account: draft.account,
            account_name: draft.account_name,
            versions: std::iter::once(draft.first).chain(draft.later).map(VersionResponse::from).collect(),
        }
    }
}

fn shown(web: &Web, draft: Draft) -> Json<DraftResponse> {
    Json(DraftResponse::new(draft, web.app().can_send()))
}

fn read(id: &str) -> Result<DraftId, Problem> {
    id.parse()
        .map_err(|error: crate::domain::id::InvalidId| Problem::invalid(format!("{error}; a draft names its own")))
}

/// Lists drafts, the newest first.
#[utoipa::path(
    get, path = "/api/drafts", tag = "drafts",
    params(("account" = Option<String>, Query, description = "Domain or name of the account; absent: all")),
    responses((status = 200, description = "The drafts", body = DraftsResponse),
              (status = 404, description = "No such account", body = Problem))
)]
pub(super) async fn list(
    State(web): State<Web>,
    Params(query): Params<DraftQuery>,
) -> Result<Json<DraftsResponse>, Problem> {
    let can_send = web.app().can_send();
    let drafts = web.app().drafts(query.account.as_deref()).await?;
    Ok(Json(DraftsResponse { drafts: drafts.into_iter().map(|draft| DraftResponse::new(draft, can_send)).collect() }))
}

/// Drafts an e-mail. Nothing is sent.
#[utoipa::path(
    post, path = "/api/drafts", tag = "drafts", request_body = DraftParams,
    responses((status = 200, description = "The draft", body = DraftResponse),
              (status = 404, description = "No such account, or nobody to write to", body = Problem),
              (status = 422, description = "Nothing to write about", body = Problem))
)]
pub(super) async fn create(
    State(web): State<Web>,
    Sender(by): Sender,
    JsonBody(params): JsonBody<DraftParams>,
) -> Result<Json<DraftResponse>, Problem> {
    let asked = params.domain().map_err(Problem::invalid)?;
    if asked.account.trim().is_empty() {
        return Err(Problem::invalid("say which account to write to: `account`"));
    }
    Ok(shown(&web, web.app().draft_email(asked, &by).await?))
}

/// Shows a draft.
#[utoipa::path(
    get, path = "/api/drafts/{id}", tag = "drafts",
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, description = "The draft", body = DraftResponse),
              (status = 404, description = "No such draft", body = Problem))
)]
pub(super) async fn show(State(web): State<Web>, PathOf(id): PathOf<String>) -> Result<Json<DraftResponse>, Problem> {
    Ok(shown(&web, web.app().draft(read(&id)?).await?))
}

/// Keeps a text a person typed, as a further version.
#[utoipa::path(
    post, path = "/api/drafts/{id}/edit", tag = "drafts", request_body = EditParams,
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, description = "The draft", body = DraftResponse),
              (status = 409, description = "It was changed meanwhile, or sent", body = Problem))
)]
pub(super) async fn edit(
    State(web): State<Web>,
    Sender(by): Sender,
    PathOf(id): PathOf<String>,
    JsonBody(EditParams { version, subject, body }): JsonBody<EditParams>,
) -> Result<Json<DraftResponse>, Problem> {
    Ok(shown(&web, web.app().edit_draft(read(&id)?, Edit { version, subject, body }, &by).await?))
}

/// Writes it anew with other wishes, as a further version; what is absent stays as it was.
#[utoipa::path(
    post, path = "/api/drafts/{id}/revise", tag = "drafts", request_body = DraftParams,
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, description = "The draft", body = DraftResponse),
              (status = 409, description = "It was changed meanwhile, or sent", body = Problem))
)]
pub(super) async fn revise(
    State(web): State<Web>,
    Sender(by): Sender,
    PathOf(id): PathOf<String>,
    JsonBody(params): JsonBody<DraftParams>,
) -> Result<Json<DraftResponse>, Problem> {
    let Some(version) = params.version else {
        return Err(Problem::invalid("say which version you saw: `version`"));
    };
    let asked = params.domain().map_err(Problem::invalid)?;
    Ok(shown(&web, web.app().revise_draft(read(&id)?, version, asked, &by).await?))
}

/// Approves the text: it can be copied out, opened in a mail program, and sent by a further call. Nothing is sent.
#[utoipa::path(
    post, path = "/api/drafts/{id}/approve", tag = "drafts", request_body = DecideParams,
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, description = "The draft", body = DraftResponse),
              (status = 409, description = "It was changed meanwhile, declined or sent", body = Problem))
)]
pub(super) async fn approve(
    State(web): State<Web>,
    Sender(by): Sender,
    PathOf(id): PathOf<String>,
    JsonBody(DecideParams { version }): JsonBody<DecideParams>,
) -> Result<Json<DraftResponse>, Problem> {
    Ok(shown(&web, web.app().approve_draft(read(&id)?, version, &by).await?))
}

/// Puts it aside.
#[utoipa::path(
    post, path = "/api/drafts/{id}/decline", tag = "drafts", request_body = DecideParams,
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, description = "The draft", body = DraftResponse),
              (status = 409, description = "It was changed meanwhile, or sent", body = Problem))
)]
pub(super) async fn decline(
    State(web): State<Web>,
    Sender(by): Sender,
    PathOf(id): PathOf<String>,
    JsonBody(DecideParams { version }): JsonBody<DecideParams>,
) -> Result<Json<DraftResponse>, Problem> {
    Ok(shown(&web, web.app().decline_draft(read(&id)?, version, &by).await?))
}

/// Says that a draft that was being sent when the program stopped went out.
#[utoipa::path(
    post, path = "/api/drafts/{id}/sent", tag = "drafts", request_body = DecideParams,
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, description = "The draft, sent", body = DraftResponse),
              (status = 409, description = "It is not known to be lost, or was changed meanwhile", body = Problem))
)]
pub(super) async fn sent(
    State(web): State<Web>,
    Sender(by): Sender,
    PathOf(id): PathOf<String>,
    JsonBody(DecideParams { version }): JsonBody<DecideParams>,
) -> Result<Json<DraftResponse>, Problem> {
    Ok(shown(&web, web.app().settle_draft(read(&id)?, version, true, &by).await?))
}

/// Says that a draft that was being sent when the program stopped did not go out; it can be sent again.
#[utoipa::path(
    post, path = "/api/drafts/{id}/unsent", tag = "drafts", request_body = DecideParams,
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, description = "The draft, approved as before", body = DraftResponse),
              (status = 409, description = "It is not known to be lost, or was changed meanwhile", body = Problem))
)]
pub(super) async fn unsent(
    State(web): State<Web>,
    Sender(by): Sender,
    PathOf(id): PathOf<String>,
    JsonBody(DecideParams { version }): JsonBody<DecideParams>,
) -> Result<Json<DraftResponse>, Problem> {
    Ok(shown(&web, web.app().settle_draft(read(&id)?, version, false, &by).await?))
}

/// Sends an approved draft through the configured mail server, at most once.
#[utoipa::path(
    post, path = "/api/drafts/{id}/send", tag = "drafts", request_body = DecideParams,
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, description = "It was sent, now or before", body = DraftResponse),
              (status = 409, description = "It is not approved, was changed meanwhile, or may have been sent", body = Problem),
              (status = 422, description = "No mail server is configured", body = Problem),
              (status = 503, description = "It was not sent; it can be tried again", body = Problem))
)]
pub(super) async fn send(
    State(web): State<Web>,
    Sender(by): Sender,
    PathOf(id): PathOf<String>,
    JsonBody(DecideParams { version }): JsonBody<DecideParams>,
) -> Result<Json<DraftResponse>, Problem> {
    Ok(shown(&web, web.app().send_draft(read(&id)?, version, &by).await?))
}

/// The approved text as a file that mail programs open as a draft of their own.
#[utoipa::path(
    get, path = "/api/drafts/{id}/eml", tag = "drafts",
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, description = "The message (RFC 5322)", content_type = "message/rfc822", body = String),
              (status = 409, description = "It is not approved", body = Problem))
)]
pub(super) async fn file(State(web): State<Web>, PathOf(id): PathOf<String>) -> Result<Response, Problem> {
    let draft = web.app().approved_draft(read(&id)?).await?;
    let bytes = eml(envelope(&draft)).map_err(Problem::invalid)?;
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{}.eml\"", draft.id));
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("message/rfc822"));
    if let Ok(name) = name {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
