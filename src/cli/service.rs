//! The seam every command works through: the application in this process, or the server that has the data directory.

use chrono::NaiveDate;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::io::AsyncBufRead;
use tokio::sync::mpsc;

use super::connecting::Connecting;
use super::output::{Failure, tell};
use super::remote::Remote;
use super::waiting::Waiting;
use crate::app::{
    App, AppError, Console, Frozen, ImportSummary, Judgement, Origin, ProgressSink, Question, Search, envelope,
};
use crate::config::Config;
use crate::domain::action::Action;
use crate::domain::actor::{Actor, Surface};
use crate::domain::answer::AgentEvent;
use crate::domain::digest::Destination;
use crate::domain::id::{ConversationId, DraftId, ProposalId, TurnId};
use crate::domain::task::Task;
use crate::domain::time::{Clock, Moment};
use crate::domain::tool::close_loop::CloseLoop;
use crate::domain::tool::portfolio::Portfolio;
use crate::jobs::{Bench, TaskError};
use crate::mail::eml;
use crate::web::accounts::AccountsResponse;
use crate::web::ask::AnswerResponse;
use crate::web::audit::{AuditParams, AuditResponse};
use crate::web::close_loop::{CloseLoopResponse, LoopDraftsResponse};
use crate::web::digests::{
    self, AlertsResponse, DeliveriesResponse, DigestParams, DigestResponse, DigestsResponse, EditionResponse,
};
use crate::web::drafts::{DraftParams, DraftResponse};
use crate::web::feedback::FeedbackResponse;
use crate::web::jobs::{JobResponse, JobsResponse};
use crate::web::log_in::{LinkParams, LinkResponse};
use crate::web::meetings::{self, MeetingsParams, MeetingsResponse};
use crate::web::people::{self, AbsenceParams, AbsenceResponse, PeopleResponse, PersonParams, PersonResponse};
use crate::web::presence;
use crate::web::proposals::{ActedResponse, ProposalResponse, ProposalsResponse};
use crate::web::scores::{
    HistoryResponse, PreviewResponse, RatingParams, RatingResponse, RefreshResponse, SettingsParams, SettingsResponse,
};
use crate::web::search::HitResponse;
use crate::web::team::{TeamParams, TeamResponse};
use crate::web::tokens::{TokenParams, TokenResponse, TokensResponse};

/// How long a command waits for another one that has the data directory.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it looks again.
const PAUSE: Duration = Duration::from_millis(250);

/// What a person does with a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Approve,
    Decline,
    Undo,
}

impl Verb {
    /// Its name in the address.
    pub(super) fn wire(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Decline => "decline",
            Self::Undo => "undo",
        }
    }
}

/// What a person does with a digest, apart from changing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DigestMove {
    Send,
    Pause,
    Resume,
    Remove,
}

/// What commands ask for, wherever it is done.
#[async_trait]
pub(super) trait Service: Connecting + Send + Sync {
    /// What it takes for the present.
    fn now(&self) -> Moment;
    /// Its day.
    fn today(&self) -> NaiveDate {
        self.now().day()
    }
    /// Answers a question; what it looks up is told on `events`.
    async fn ask(&self, question: Question, events: mpsc::Sender<AgentEvent>) -> Result<AnswerResponse, AppError>;
    /// Does something to an account, as typed.
    async fn act(&self, account: &str, action: Action) -> Result<ActedResponse, AppError>;
    /// Approves, declines or undoes a proposal.
    async fn settle(&self, proposal: ProposalId, how: Verb) -> Result<ActedResponse, AppError>;
    /// The latest proposals.
    async fn proposals(&self, account: Option<String>) -> Result<ProposalsResponse, AppError>;
    /// Tasks that are not done.
    async fn jobs(&self) -> Result<JobsResponse, AppError>;
    /// One of them.
    async fn job(&self, id: i64) -> Result<JobResponse, AppError>;
    /// Has one tried again.
    async fn retry_job(&self, id: i64) -> Result<JobResponse, AppError>;
    /// Takes one away.
    async fn drop_job(&self, id: i64) -> Result<(), AppError>;
    /// Makes a link by which somebody logs in once.
    async fn login_link(&self, params: LinkParams) -> Result<LinkResponse, AppError>;
    /// Makes a token.
    async fn add_token(&self, params: TokenParams) -> Result<TokenResponse, AppError>;
    /// All tokens.
    async fn tokens(&self) -> Result<TokensResponse, AppError>;
    /// Takes one away.
    async fn remove_token(&self, token: &str) -> Result<(), AppError>;
    /// The meetings that lie ahead.
    async fn meetings(&self, wanted: MeetingsParams) -> Result<MeetingsResponse, AppError>;
    /// All digests.
    async fn digests(&self) -> Result<DigestsResponse, AppError>;
    /// Sharp moves of the last days.
    async fn alerts(&self) -> Result<AlertsResponse, AppError>;
    /// Adds one.
    async fn add_digest(&self, params: DigestParams) -> Result<DigestResponse, AppError>;
    /// Changes one.
    async fn edit_digest(&self, digest: &str, params: DigestParams) -> Result<DigestResponse, AppError>;
    /// What one would say now.
    async fn preview_digest(&self, digest: &str) -> Result<EditionResponse, AppError>;
    /// What one said lately.
    async fn deliveries(&self, digest: &str) -> Result<DeliveriesResponse, AppError>;
    /// Sends, pauses, resumes or removes one.
    async fn move_digest(&self, digest: &str, how: DigestMove) -> Result<DigestResponse, AppError>;
    /// How scores are computed.
    async fn health_settings(&self) -> Result<SettingsResponse, AppError>;
    /// What other weights would change.
    async fn preview_health(&self, params: SettingsParams) -> Result<PreviewResponse, AppError>;
    /// Sets weights.
    async fn set_health(&self, params: SettingsParams) -> Result<SettingsResponse, AppError>;
    /// How a score moved.
    async fn health_history(&self, account: &str, since: Option<NaiveDate>) -> Result<HistoryResponse, AppError>;
    /// Keeps what somebody thinks of an account.
    async fn rate(&self, account: &str, params: RatingParams) -> Result<RatingResponse, AppError>;
    /// Everybody who is known.
    async fn people(&self) -> Result<PeopleResponse, AppError>;
    /// Adds or changes a person.
    async fn put_person(&self, params: PersonParams) -> Result<PersonResponse, AppError>;
    /// Keeps that somebody is away, or back.
    async fn set_absence(&self, params: AbsenceParams) -> Result<AbsenceResponse, AppError>;
    /// Who is of our side.
    async fn team(&self) -> Result<TeamResponse, AppError>;
    /// Changes who is of our side.
    async fn change_team(&self, params: TeamParams) -> Result<TeamResponse, AppError>;
    /// Entries of the audit.
    async fn audit(&self, wanted: AuditParams) -> Result<AuditResponse, AppError>;
    /// Stops a turn that is under way.
    async fn stop(&self, conversation: ConversationId, turn: TurnId) -> Result<(), AppError>;
    /// Keeps what a reader thinks of an answer.
    async fn judge(&self, judgement: Judgement) -> Result<FeedbackResponse, AppError>;
    /// An answer with everything it takes to ask for it again.
    async fn freeze(&self, conversation: ConversationId, number: Option<usize>) -> Result<Frozen, AppError>;
    /// Drafts an e-mail.
    async fn draft(&self, params: DraftParams) -> Result<DraftResponse, AppError>;
    /// Approves the text of a draft.
    async fn approve_draft(&self, id: &str, version: u32) -> Result<DraftResponse, AppError>;
    /// An approved draft as a file for mail programs.
    async fn draft_file(&self, id: &str) -> Result<Vec<u8>, AppError>;
    /// Searches passages.
    async fn search(&self, search: Search) -> Result<Vec<HitResponse>, AppError>;
    /// Accounts with their state.
    async fn accounts(&self, filter: Portfolio) -> Result<AccountsResponse, AppError>;
    /// Who asked for what shipped.
    async fn close_loop(&self, wanted: CloseLoop) -> Result<CloseLoopResponse, AppError>;
    /// Drafts a mail to each of those to tell of it.
    async fn draft_loop(&self, wanted: CloseLoop) -> Result<LoopDraftsResponse, AppError>;
    /// Imports JSON Lines.
    async fn import(
        &self,
        name: Option<String>,
        input: Box<dyn AsyncBufRead + Send + Unpin>,
        progress: ProgressSink,
    ) -> Result<ImportSummary, AppError>;
    /// Rebuilds the index; returns the number of passages.
    async fn reindex(&self, progress: ProgressSink) -> Result<u64, AppError>;
    /// Has what takes long here end where it can be gone on with; gives whether something here does.
    fn wind_down(&self) -> bool;
    /// Stops what was started for the command.
    async fn close(self: Box<Self>);
}

/// Finds the service of the data directory: the server that runs on it, else the application opened here, once no other
/// command has it.
pub(super) async fn connect(config: &Config) -> Result<Box<dyn Service>, Failure> {
    let since = Instant::now();
    let mut told = false;
    loop {
        if let Some(remote) = Remote::find(config).await {
            return Ok(Box::new(remote));
        }
        let waiting = Waiting::new("Opening the data directory");
        let opened = App::open(config, waiting.sink()).await;
        drop(waiting);
        match opened {
            Ok(app) => {
                // No server works behind this command, so what is left to do is done before it.
                match app.catch_up().await {
                    // What can be done without it is.
                    Err(AppError::Unavailable(reason)) => tell(format_args!("warning: {reason}")),
                    done => done?,
                }
                let url = config.http.public_url.clone().unwrap_or_else(|| presence::url(config.http.listen));
                return Ok(Box::new(Local { app, clock: config.clock, user: config.user.clone(), url }));
            }
            Err(AppError::Conflict(_)) if since.elapsed() < PATIENCE => {
                if !told {
                    tell("Another command has the data directory; waiting for it to end.");
                    told = true;
                }
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Runs `work` on the service of the data directory, and closes it whatever came of it.
pub(super) async fn with_service<T>(
    config: &Config,
    work: impl AsyncFnOnce(&dyn Service) -> Result<T, AppError>,
) -> Result<T, Failure> {
    let service = connect(config).await?;
    let done = work(&*service).await;
    service.close().await;
    Ok(done?)
}

/// The application in this process.
pub(super) struct Local {
    pub(super) app: App,
    clock: Clock,
    /// Who types the command.
    user: String,
    /// Where the pages are once the service runs.
    url: String,
}

impl Local {
    pub(super) fn origin(&self) -> Origin {
        Origin { by: Actor::new(&self.user, Surface::Cli), request: None, typed: None }
    }
}

#[async_trait]
impl Service for Local {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    async fn ask(&self, question: Question, events: mpsc::Sender<AgentEvent>) -> Result<AnswerResponse, AppError> {
        self.app.ask(question, events).await.map(AnswerResponse::from)
    }

    async fn act(&self, account: &str, action: Action) -> Result<ActedResponse, AppError> {
        self.app.command(account, action, &self.origin()).await.map(ActedResponse::from)
    }

    async fn settle(&self, proposal: ProposalId, how: Verb) -> Result<ActedResponse, AppError> {
        let origin = self.origin();
        let acted = match how {
            Verb::Approve => self.app.approve(proposal, None, &origin).await,
            Verb::Decline => self.app.decline(proposal, &origin).await,
            Verb::Undo => self.app.undo(proposal, &origin).await,
        };
        acted.map(ActedResponse::from)
    }

    async fn proposals(&self, account: Option<String>) -> Result<ProposalsResponse, AppError> {
        let proposals = self.app.proposals(account.as_deref()).await?;
        Ok(ProposalsResponse { proposals: proposals.into_iter().map(ProposalResponse::from).collect() })
    }

    async fn jobs(&self) -> Result<JobsResponse, AppError> {
        Ok(JobsResponse { jobs: self.app.tasks().await?.into_iter().map(JobResponse::from).collect() })
    }

    async fn job(&self, id: i64) -> Result<JobResponse, AppError> {
        self.app.task(id).await.map(JobResponse::from)
    }

    async fn retry_job(&self, id: i64) -> Result<JobResponse, AppError> {
        self.app.retry_task(id).await.map(JobResponse::from)
    }

    async fn drop_job(&self, id: i64) -> Result<(), AppError> {
        self.app.drop_task(id).await
    }

    async fn health_settings(&self) -> Result<SettingsResponse, AppError> {
        self.app.health_settings().await.map(SettingsResponse::from)
    }

    async fn preview_health(&self, params: SettingsParams) -> Result<PreviewResponse, AppError> {
        let changes = params.changes.unwrap_or_else(|| serde_json::json!({}));
        self.app.preview_health(&changes).await.map(PreviewResponse::from)
    }

    async fn set_health(&self, params: SettingsParams) -> Result<SettingsResponse, AppError> {
        let SettingsParams { changes, after, note } = params;
        let (origin, console) = (self.origin(), Console::Local);
        let set = self.app.set_health(changes.as_ref(), after, note.as_deref(), &origin, console).await?;
        // Nobody else works on tasks while the service is not running.
        while self.app.refresh_some_states().await? {}
        Ok(set.into())
    }

    async fn health_history(&self, account: &str, since: Option<NaiveDate>) -> Result<HistoryResponse, AppError> {
        let refreshes = self.app.health_history(account, since).await?;
        Ok(HistoryResponse { refreshes: refreshes.into_iter().map(RefreshResponse::from).collect() })
    }

    async fn rate(&self, account: &str, params: RatingParams) -> Result<RatingResponse, AppError> {
        self.app.rate(account, params.rating, params.note.as_deref(), &self.origin()).await.map(RatingResponse::from)
    }

    async fn meetings(&self, wanted: MeetingsParams) -> Result<MeetingsResponse, AppError> {
        meetings::ahead(&self.app, wanted).await
    }

    async fn digests(&self) -> Result<DigestsResponse, AppError> {
        digests::all(&self.app).await
    }

    async fn alerts(&self) -> Result<AlertsResponse, AppError> {
        Ok(AlertsResponse { alerts: self.app.alerts().await? })
    }

    async fn add_digest(&self, params: DigestParams) -> Result<DigestResponse, AppError> {
        self.app.add_digest(&params.into(), &self.origin()).await.map(DigestResponse::from)
    }

    async fn edit_digest(&self, digest: &str, params: DigestParams) -> Result<DigestResponse, AppError> {
        self.app.edit_digest(digest, &params.into(), &self.origin()).await.map(DigestResponse::from)
    }

    async fn preview_digest(&self, digest: &str) -> Result<EditionResponse, AppError> {
        EditionResponse::new(self.app.preview_digest(digest).await?)
    }

    async fn deliveries(&self, digest: &str) -> Result<DeliveriesResponse, AppError> {
        DeliveriesResponse::new(self.app.editions(digest).await?)
    }

    async fn move_digest(&self, digest: &str, how: DigestMove) -> Result<DigestResponse, AppError> {
        let origin = self.origin();
        let moved = match how {
            DigestMove::Send => {
                let sent = self.app.send_digest(digest, &origin).await?;
                // No worker runs beside this command; Slack waits for one.
                if !matches!(sent.to, Destination::Slack(_)) {
                    let bench = Bench { app: self.app.clone(), slack: None, stop: self.app.stopping().clone() };
                    let task = Task::SendDigest { workspace: self.app.workspace(), digest: sent.id };
                    Box::pin(bench.perform(&task, true)).await.map_err(|error| match error {
                        TaskError::App(error) => error,
                        other => AppError::Unavailable(other.to_string()),
                    })?;
                }
                Ok(sent)
            }
            DigestMove::Pause => self.app.pause_digest(digest, true, &origin).await,
            DigestMove::Resume => self.app.pause_digest(digest, false, &origin).await,
            DigestMove::Remove => self.app.remove_digest(digest, &origin).await,
        };
        moved.map(DigestResponse::from)
    }

    async fn login_link(&self, params: LinkParams) -> Result<LinkResponse, AppError> {
        let role = params.role().map_err(AppError::Invalid)?;
        let (origin, console) = (self.origin(), Console::Local);
        let link = self.app.make_login_link(&params.email, params.name.as_deref(), role, &origin, console).await?;
        Ok(LinkResponse::new(&link, &self.url))
    }

    async fn add_token(&self, params: TokenParams) -> Result<TokenResponse, AppError> {
        let wanted = params.wanted().map_err(AppError::Invalid)?;
        let (secret, token, person) = self.app.add_token(&wanted, &self.origin(), Console::Local).await?;
        Ok(TokenResponse::new(token, &person, Some(secret)))
    }

    async fn tokens(&self) -> Result<TokensResponse, AppError> {
        let tokens = self.app.tokens(&self.origin(), Console::Local).await?;
        let tokens = tokens.into_iter().map(|(token, person)| TokenResponse::new(token, &person, None)).collect();
        Ok(TokensResponse { tokens })
    }

    async fn remove_token(&self, token: &str) -> Result<(), AppError> {
        self.app.remove_token(token, &self.origin(), Console::Local).await.map(drop)
    }

    async fn people(&self) -> Result<PeopleResponse, AppError> {
        Ok(PeopleResponse { people: self.app.people().await?.into_iter().map(PersonResponse::from).collect() })
    }

    async fn put_person(&self, params: PersonParams) -> Result<PersonResponse, AppError> {
        let role = params.role().map_err(AppError::Invalid)?;
        self.app.may_administer(&self.origin(), Console::Local, "change people").await?;
        self.app.put_person(&params.email, params.name.as_deref(), role).await.map(PersonResponse::from)
    }

    async fn set_absence(&self, params: AbsenceParams) -> Result<AbsenceResponse, AppError> {
        people::set_absence(&self.app, params, &self.origin(), Console::Local).await
    }

    async fn team(&self) -> Result<TeamResponse, AppError> {
        Ok(TeamResponse::new(self.app.team().await?, 0))
    }

    async fn change_team(&self, params: TeamParams) -> Result<TeamResponse, AppError> {
        self.app.may_administer(&self.origin(), Console::Local, "change people").await?;
        let (team, changed) = self.app.change_team(&params.add, &params.remove).await?;
        Ok(TeamResponse::new(team, changed))
    }

    async fn audit(&self, wanted: AuditParams) -> Result<AuditResponse, AppError> {
        Ok(AuditResponse { entries: self.app.audit(wanted.into()).await? })
    }

    async fn stop(&self, conversation: ConversationId, turn: TurnId) -> Result<(), AppError> {
        self.app.stop(conversation, Some(turn)).await.map(drop)
    }

    async fn judge(&self, judgement: Judgement) -> Result<FeedbackResponse, AppError> {
        self.app.judge(judgement).await.map(FeedbackResponse::from)
    }

    async fn freeze(&self, conversation: ConversationId, number: Option<usize>) -> Result<Frozen, AppError> {
        self.app.freeze(conversation, number).await
    }

    async fn draft(&self, params: DraftParams) -> Result<DraftResponse, AppError> {
        let asked = params.domain().map_err(AppError::Invalid)?;
        Ok(DraftResponse::new(self.app.draft_email(asked, &self.origin()).await?, self.app.can_send()))
    }

    async fn approve_draft(&self, id: &str, version: u32) -> Result<DraftResponse, AppError> {
        let approved = self.app.approve_draft(draft_id(id)?, version, &self.origin()).await?;
        Ok(DraftResponse::new(approved, self.app.can_send()))
    }

    async fn draft_file(&self, id: &str) -> Result<Vec<u8>, AppError> {
        let draft = self.app.approved_draft(draft_id(id)?).await?;
        eml(envelope(&draft)).map_err(AppError::Invalid)
    }

    async fn search(&self, search: Search) -> Result<Vec<HitResponse>, AppError> {
        Ok(self.app.search(search).await?.into_iter().map(HitResponse::from).collect())
    }

    async fn accounts(&self, filter: Portfolio) -> Result<AccountsResponse, AppError> {
        Ok(self.app.accounts(filter).await?.into())
    }

    async fn close_loop(&self, wanted: CloseLoop) -> Result<CloseLoopResponse, AppError> {
        Ok(self.app.close_loop(wanted).await?.into())
    }

    async fn draft_loop(&self, wanted: CloseLoop) -> Result<LoopDraftsResponse, AppError> {
        let (list, drafts) = self.app.draft_loop(wanted, &self.origin()).await?;
        Ok(LoopDraftsResponse::new(&list, drafts, self.app.can_send()))
    }

    async fn import(
        &self,
        name: Option<String>,
        input: Box<dyn AsyncBufRead + Send + Unpin>,
        progress: ProgressSink,
    ) -> Result<ImportSummary, AppError> {
        self.app.import(name, input, progress).await
    }

    async fn reindex(&self, progress: ProgressSink) -> Result<u64, AppError> {
        self.app.reindex(progress).await
    }

    fn wind_down(&self) -> bool {
        self.app.wind_down();
        true
    }

    async fn close(self: Box<Self>) {
        self.app.close().await;
    }
}

fn draft_id(id: &str) -> Result<DraftId, AppError> {
    id.parse().map_err(|error: crate::domain::id::InvalidId| AppError::Invalid(error.to_string()))
}
