//! The running server of a data directory, as a [`Service`].

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{NaiveDate, Utc};
use futures::StreamExt;
use serde::de::DeserializeOwned;
use tokio::io::AsyncBufRead;
use tokio::sync::mpsc;
use tokio_util::io::ReaderStream;

use super::arrived::Arrived;
use super::service::{DigestMove, Service, Verb};
use crate::app::{AppError, Frozen, ImportSummary, Judgement, Progress, ProgressSink, Question, Search};
use crate::config::Config;
use crate::domain::action::Action;
use crate::domain::actor::Surface;
use crate::domain::answer::AgentEvent;
use crate::domain::id::{ConversationId, ProposalId, TurnId};
use crate::domain::time::Moment;
use crate::domain::tool::close_loop::CloseLoop;
use crate::domain::tool::portfolio::Portfolio;
use crate::web::accounts::AccountsResponse;
use crate::web::actor::{SURFACE, USER};
use crate::web::ask::AnswerResponse;
use crate::web::audit::{AuditParams, AuditResponse};
use crate::web::close_loop::{CloseLoopParams, CloseLoopResponse, LoopDraftsResponse};
use crate::web::conversations::{FreezeParams, FrozenResponse, StopParams, StopResponse};
use crate::web::digests::{
    AlertsResponse, DeliveriesResponse, DigestParams, DigestResponse, DigestsResponse, EditionResponse,
};
use crate::web::drafts::{DecideParams, DraftParams, DraftResponse};
use crate::web::error::Problem;
use crate::web::feedback::{FeedbackParams, FeedbackResponse};
use crate::web::health::AliveResponse;
use crate::web::jobs::{JobResponse, JobsResponse};
use crate::web::log_in::{LinkParams, LinkResponse};
use crate::web::meetings::{MeetingsParams, MeetingsResponse};
use crate::web::people::{AbsenceParams, AbsenceResponse, PeopleResponse, PersonParams, PersonResponse};
use crate::web::presence::Presence;
use crate::web::proposals::{ActedResponse, ActionParams, ProposalsResponse};
use crate::web::reading::ReadingResponse;
use crate::web::reindex::ReindexResponse;
use crate::web::scores::{
    HistoryResponse, PreviewResponse, RatingParams, RatingResponse, SettingsParams, SettingsResponse,
};
use crate::web::search::{HitResponse, SearchBody, SearchResponse};
use crate::web::team::{TeamParams, TeamResponse};
use crate::web::tokens::{TokenParams, TokenResponse, TokensResponse};

/// How long the server may take to say that it lives.
const GREETING: Duration = Duration::from_secs(5);

/// A server, and the proof that it is the one that has the data directory.
pub(super) struct Remote {
    client: reqwest::Client,
    presence: Presence,
    now: Moment,
    /// Who types the command.
    user: String,
}

impl Remote {
    /// The server that runs on the configured data directory and workspace, if one does.
    pub(super) async fn find(config: &Config) -> Option<Self> {
        let (remote, alive) = Self::of_data_dir(&config.data_dir).await?;
        (alive.workspace == config.workspace).then_some(Self { user: config.user.clone(), ..remote })
    }

    /// The server that runs on `data_dir`, whatever its workspace.
    pub(super) async fn of_data_dir(data_dir: &Path) -> Option<(Self, AliveResponse)> {
        let presence = Presence::read(data_dir)?;
        let client = reqwest::Client::builder().no_proxy().build().ok()?;
        let mut remote = Self { client, presence, now: Utc::now().into(), user: String::new() };
        let greeting = remote.request(reqwest::Method::GET, "/healthz").timeout(GREETING).send().await.ok()?;
        let alive: AliveResponse = greeting.error_for_status().ok()?.json().await.ok()?;
        remote.now = alive.now;
        Some((remote, alive))
    }

    /// Where it can be reached.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.presence.address)
    }

    /// Its process.
    pub(super) fn pid(&self) -> u32 {
        self.presence.pid
    }

    /// How far its language model is with reading.
    pub(super) async fn reading(&self) -> Result<ReadingResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, "/api/reading")).await
    }

    pub(super) fn client(&self) -> &reqwest::Client {
        &self.client
    }

    pub(super) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.signed(self.client.request(method, format!("{}{path}", self.url())))
    }

    /// An address of the server, each of its parts written so that it stays one.
    pub(super) fn place<const N: usize>(&self, parts: [&str; N]) -> Result<reqwest::Url, AppError> {
        let mut url: reqwest::Url = self.url().parse().map_err(|_| self.lost())?;
        url.path_segments_mut().map_err(|()| self.lost())?.clear().extend(parts);
        Ok(url)
    }

    /// A request that proves to come from a command on this machine, and says who types it.
    pub(super) fn signed(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        request.bearer_auth(&self.presence.token).header(USER, &self.user).header(SURFACE, Surface::Cli.wire())
    }

    pub(super) async fn send<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T, AppError> {
        let response = request.send().await.map_err(|_| self.lost())?;
        self.read(response).await
    }

    async fn read<T: DeserializeOwned>(&self, response: reqwest::Response) -> Result<T, AppError> {
        let status = response.status();
        // An import of which nothing landed is a summary too.
        let problem = response
            .headers()
            .get(reqwest::header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
        let body = response.bytes().await.map_err(|_| self.lost())?;
        // Nor is a proposal that could not be approved a failure: it says why.
        let told = matches!(status, reqwest::StatusCode::UNPROCESSABLE_ENTITY | reqwest::StatusCode::CONFLICT);
        if !problem && (status.is_success() || told) {
            return self.known(&body);
        }
        let sentence = serde_json::from_slice::<Problem>(&body).map_or_else(
            |_| format!("the server at {} answered with status {status}", self.url()),
            |problem| problem.detail,
        );
        Err(refusal(status.as_u16(), sentence))
    }

    fn known<T: DeserializeOwned>(&self, data: &[u8]) -> Result<T, AppError> {
        serde_json::from_slice(data).map_err(|error| AppError::Internal {
            public: format!(
                "the server at {} answered in a form this program does not know; is it the same version?",
                self.url()
            ),
            source: error.into(),
        })
    }

    fn lost(&self) -> AppError {
        AppError::Unavailable(format!("the connection to the server at {} was lost; try again", self.url()))
    }
}

/// What a server refuses with a status.
fn refusal(status: u16, sentence: String) -> AppError {
    match status {
        403 => AppError::Forbidden(sentence),
        404 => AppError::NotFound(sentence),
        409 => AppError::Conflict(sentence),
        500..=599 => AppError::Unavailable(sentence),
        _ => AppError::Invalid(sentence),
    }
}

#[async_trait]
impl Service for Remote {
    fn now(&self) -> Moment {
        self.now
    }

    async fn ask(&self, question: Question, events: mpsc::Sender<AgentEvent>) -> Result<AnswerResponse, AppError> {
        let request = self.request(reqwest::Method::POST, "/api/ask").json(&question);
        let asked = request.header(reqwest::header::ACCEPT, "text/event-stream").send().await;
        let mut response = asked.map_err(|_| self.lost())?;
        if !response.status().is_success() {
            return self.read(response).await;
        }
        let mut arrived = Arrived::default();
        while let Some(bytes) = response.chunk().await.map_err(|_| self.lost())? {
            arrived.add(&bytes);
            while let Some((name, data)) = arrived.next() {
                match name.as_str() {
                    "answer" => return self.known(&data),
                    "error" => {
                        let problem: Problem = self.known(&data)?;
                        return Err(refusal(problem.status, problem.detail));
                    }
                    _ => {
                        let _ = events.send(self.known(&data)?).await;
                    }
                }
            }
        }
        Err(self.lost())
    }

    async fn act(&self, account: &str, action: Action) -> Result<ActedResponse, AppError> {
        let action = serde_json::to_value(action).map_err(|error| AppError::Invalid(error.to_string()))?;
        let request = self.client.post(self.place(["api", "accounts", account, "actions"])?);
        self.send(self.signed(request).json(&ActionParams { action, approve: true })).await
    }

    async fn settle(&self, proposal: ProposalId, how: Verb) -> Result<ActedResponse, AppError> {
        let path = format!("/api/proposals/{proposal}/{}", how.wire());
        self.send(self.request(reqwest::Method::POST, &path).json(&serde_json::json!({}))).await
    }

    async fn proposals(&self, account: Option<String>) -> Result<ProposalsResponse, AppError> {
        let query = account.map(|account| [("account", account)]);
        self.send(self.request(reqwest::Method::GET, "/api/proposals").query(&query)).await
    }

    async fn jobs(&self) -> Result<JobsResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, "/api/jobs")).await
    }

    async fn job(&self, id: i64) -> Result<JobResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, &format!("/api/jobs/{id}"))).await
    }

    async fn retry_job(&self, id: i64) -> Result<JobResponse, AppError> {
        self.send(self.request(reqwest::Method::POST, &format!("/api/jobs/{id}/retry"))).await
    }

    async fn drop_job(&self, id: i64) -> Result<(), AppError> {
        self.send(self.request(reqwest::Method::POST, &format!("/api/jobs/{id}/drop"))).await
    }

    async fn health_settings(&self) -> Result<SettingsResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, "/api/health/settings")).await
    }

    async fn preview_health(&self, params: SettingsParams) -> Result<PreviewResponse, AppError> {
        self.send(self.request(reqwest::Method::POST, "/api/health/settings/preview").json(&params)).await
    }

    async fn set_health(&self, params: SettingsParams) -> Result<SettingsResponse, AppError> {
        self.send(self.request(reqwest::Method::POST, "/api/health/settings").json(&params)).await
    }

    async fn health_history(&self, account: &str, since: Option<NaiveDate>) -> Result<HistoryResponse, AppError> {
        let mut place = self.place(["api", "accounts", account, "health"])?;
        if let Some(since) = since {
            place.query_pairs_mut().append_pair("since", &since.to_string());
        }
        self.send(self.signed(self.client.get(place))).await
    }

    async fn rate(&self, account: &str, params: RatingParams) -> Result<RatingResponse, AppError> {
        let place = self.place(["api", "accounts", account, "rating"])?;
        self.send(self.signed(self.client.post(place)).json(&params)).await
    }

    async fn meetings(&self, wanted: MeetingsParams) -> Result<MeetingsResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, "/api/meetings").query(&wanted)).await
    }

    async fn digests(&self) -> Result<DigestsResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, "/api/digests")).await
    }

    async fn alerts(&self) -> Result<AlertsResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, "/api/alerts")).await
    }

    async fn add_digest(&self, params: DigestParams) -> Result<DigestResponse, AppError> {
        self.send(self.request(reqwest::Method::POST, "/api/digests").json(&params)).await
    }

    async fn edit_digest(&self, digest: &str, params: DigestParams) -> Result<DigestResponse, AppError> {
        let place = self.place(["api", "digests", digest])?;
        self.send(self.signed(self.client.post(place)).json(&params)).await
    }

    async fn preview_digest(&self, digest: &str) -> Result<EditionResponse, AppError> {
        let place = self.place(["api", "digests", digest, "preview"])?;
        self.send(self.signed(self.client.get(place))).await
    }

    async fn deliveries(&self, digest: &str) -> Result<DeliveriesResponse, AppError> {
        let place = self.place(["api", "digests", digest, "deliveries"])?;
        self.send(self.signed(self.client.get(place))).await
    }

    async fn move_digest(&self, digest: &str, how: DigestMove) -> Result<DigestResponse, AppError> {
        let place = |verb| self.place(["api", "digests", digest, verb]);
        let request = match how {
            DigestMove::Send => self.client.post(place("send")?),
            DigestMove::Pause => self.client.post(place("pause")?),
            DigestMove::Resume => self.client.post(place("resume")?),
            DigestMove::Remove => self.client.delete(self.place(["api", "digests", digest])?),
        };
        self.send(self.signed(request)).await
    }

    async fn login_link(&self, params: LinkParams) -> Result<LinkResponse, AppError> {
        self.send(self.request(reqwest::Method::POST, "/api/log-in/links").json(&params)).await
    }

    async fn add_token(&self, params: TokenParams) -> Result<TokenResponse, AppError> {
        self.send(self.request(reqwest::Method::POST, "/api/tokens").json(&params)).await
    }

    async fn tokens(&self) -> Result<TokensResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, "/api/tokens")).await
    }

    async fn remove_token(&self, token: &str) -> Result<(), AppError> {
        let place = self.place(["api", "tokens", token])?;
        self.send(self.signed(self.client.delete(place))).await
    }

    async fn people(&self) -> Result<PeopleResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, "/api/people")).await
    }

    async fn put_person(&self, params: PersonParams) -> Result<PersonResponse, AppError> {
        self.send(self.request(reqwest::Method::POST, "/api/people").json(&params)).await
    }

    async fn set_absence(&self, params: AbsenceParams) -> Result<AbsenceResponse, AppError> {
        self.send(self.request(reqwest::Method::POST, "/api/people/absence").json(&params)).await
    }

    async fn team(&self) -> Result<TeamResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, "/api/team")).await
    }

    async fn change_team(&self, params: TeamParams) -> Result<TeamResponse, AppError> {
        self.send(self.request(reqwest::Method::POST, "/api/team").json(&params)).await
    }

    async fn audit(&self, wanted: AuditParams) -> Result<AuditResponse, AppError> {
        self.send(self.request(reqwest::Method::GET, "/api/audit").query(&wanted)).await
    }

    async fn stop(&self, conversation: ConversationId, turn: TurnId) -> Result<(), AppError> {
        let path = format!("/api/conversations/{conversation}/stop");
        let meant = StopParams { turn: Some(turn.to_string()) };
        self.send::<StopResponse>(self.request(reqwest::Method::POST, &path).json(&meant)).await.map(drop)
    }

    async fn judge(&self, judgement: Judgement) -> Result<FeedbackResponse, AppError> {
        let params = FeedbackParams::from(judgement);
        self.send(self.request(reqwest::Method::POST, "/api/feedback").json(&params)).await
    }

    async fn freeze(&self, conversation: ConversationId, number: Option<usize>) -> Result<Frozen, AppError> {
        let path = format!("/api/conversations/{conversation}/frozen");
        let request = self.request(reqwest::Method::GET, &path).query(&FreezeParams { turn: number });
        let FrozenResponse { case, records } = self.send(request).await?;
        Ok(Frozen { case, records })
    }

    async fn draft(&self, params: DraftParams) -> Result<DraftResponse, AppError> {
        self.send(self.request(reqwest::Method::POST, "/api/drafts").json(&params)).await
    }

    async fn approve_draft(&self, id: &str, version: u32) -> Result<DraftResponse, AppError> {
        let path = format!("/api/drafts/{id}/approve");
        self.send(self.request(reqwest::Method::POST, &path).json(&DecideParams { version })).await
    }

    async fn draft_file(&self, id: &str) -> Result<Vec<u8>, AppError> {
        let request = self.request(reqwest::Method::GET, &format!("/api/drafts/{id}/eml"));
        let response = request.send().await.map_err(|_| self.lost())?;
        if !response.status().is_success() {
            return self.read(response).await;
        }
        Ok(response.bytes().await.map_err(|_| self.lost())?.to_vec())
    }

    async fn search(&self, search: Search) -> Result<Vec<HitResponse>, AppError> {
        let kinds = search.kinds.iter().map(|kind| kind.wire().to_owned()).collect();
        let body = SearchBody { query: search.query, account: search.account, kinds, limit: search.limit };
        let found: SearchResponse = self.send(self.request(reqwest::Method::POST, "/api/search").json(&body)).await?;
        Ok(found.hits)
    }

    async fn accounts(&self, filter: Portfolio) -> Result<AccountsResponse, AppError> {
        let joined = |names: Vec<&str>| (!names.is_empty()).then(|| names.join(","));
        let mut query = Vec::new();
        for (key, value) in [
            ("level", joined(filter.levels.iter().map(|level| level.wire()).collect())),
            ("section", joined(filter.sections.iter().map(|section| section.wire()).collect())),
            ("owner", filter.owner),
            ("limit", filter.limit.map(|limit| limit.to_string())),
        ] {
            if let Some(value) = value {
                query.push((key, value));
            }
        }
        self.send(self.request(reqwest::Method::GET, "/api/accounts").query(&query)).await
    }

    async fn draft_loop(&self, wanted: CloseLoop) -> Result<LoopDraftsResponse, AppError> {
        let params = CloseLoopParams { release: wanted.release, account: wanted.account };
        self.send(self.request(reqwest::Method::POST, "/api/close-loop/drafts").json(&params)).await
    }

    async fn close_loop(&self, wanted: CloseLoop) -> Result<CloseLoopResponse, AppError> {
        let query: Vec<(&str, String)> = [("release", wanted.release), ("account", wanted.account)]
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)))
            .collect();
        self.send(self.request(reqwest::Method::GET, "/api/close-loop").query(&query)).await
    }

    async fn import(
        &self,
        name: Option<String>,
        input: Box<dyn AsyncBufRead + Send + Unpin>,
        progress: ProgressSink,
    ) -> Result<ImportSummary, AppError> {
        let mut lines = 0;
        let body = ReaderStream::with_capacity(input, 256 * 1024).inspect(move |bytes| {
            if let Ok(bytes) = bytes {
                lines += super::import::newlines(bytes);
                progress(Progress { stage: "Sending to the server".to_owned(), done: lines, total: None });
            }
        });
        let request = self
            .request(reqwest::Method::POST, "/api/import")
            .query(&name.map(|name| [("name", name)]))
            .header(reqwest::header::CONTENT_TYPE, "application/x-ndjson")
            .body(reqwest::Body::wrap_stream(body));
        self.send(request).await
    }

    async fn reindex(&self, _progress: ProgressSink) -> Result<u64, AppError> {
        let rebuilt: ReindexResponse = self.send(self.request(reqwest::Method::POST, "/api/reindex")).await?;
        Ok(rebuilt.passages)
    }

    fn wind_down(&self) -> bool {
        false
    }

    async fn close(self: Box<Self>) {}
}
