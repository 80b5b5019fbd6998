//! The seam every command works through: the application in this process, or the server that has the data directory.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::io::AsyncBufRead;
use tokio::sync::mpsc;

use super::output::{Failure, tell};
use super::remote::Remote;
use super::waiting::Waiting;
use crate::app::{App, AppError, Frozen, ImportSummary, Judgement, ProgressSink, Question, Search};
use crate::config::Config;
use crate::domain::answer::{AgentEvent, Answer};
use crate::domain::id::{ConversationId, TurnId};
use crate::domain::time::Clock;
use crate::domain::tool::portfolio::Portfolio;
use crate::web::accounts::AccountsResponse;
use crate::web::feedback::FeedbackResponse;
use crate::web::search::HitResponse;

/// How long a command waits for another one that has the data directory.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it looks again.
const PAUSE: Duration = Duration::from_millis(250);

/// What commands ask for, wherever it is done.
#[async_trait]
pub(super) trait Service: Send + Sync {
    /// What it takes for the present.
    fn now(&self) -> DateTime<Utc>;
    /// Answers a question; what it looks up is told on `events`.
    async fn ask(&self, question: Question, events: mpsc::Sender<AgentEvent>) -> Result<Answer, AppError>;
    /// Stops a turn that is under way.
    async fn stop(&self, conversation: ConversationId, turn: TurnId) -> Result<(), AppError>;
    /// Keeps what a reader thinks of an answer.
    async fn judge(&self, judgement: Judgement) -> Result<FeedbackResponse, AppError>;
    /// An answer with everything it takes to ask for it again.
    async fn freeze(&self, conversation: ConversationId, number: Option<usize>) -> Result<Frozen, AppError>;
    /// Searches passages.
    async fn search(&self, search: Search) -> Result<Vec<HitResponse>, AppError>;
    /// Accounts with their state.
    async fn accounts(&self, filter: Portfolio) -> Result<AccountsResponse, AppError>;
    /// Imports JSON Lines.
    async fn import(
        &self,
        name: Option<String>,
        input: Box<dyn AsyncBufRead + Send + Unpin>,
        progress: ProgressSink,
    ) -> Result<ImportSummary, AppError>;
    /// Rebuilds the index; returns the number of passages.
    async fn reindex(&self, progress: ProgressSink) -> Result<u64, AppError>;
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
            Ok(app) => return Ok(Box::new(Local { app, clock: config.clock })),
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
struct Local {
    app: App,
    clock: Clock,
}

#[async_trait]
impl Service for Local {
    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    async fn ask(&self, question: Question, events: mpsc::Sender<AgentEvent>) -> Result<Answer, AppError> {
        self.app.ask(question, events).await
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

    async fn search(&self, search: Search) -> Result<Vec<HitResponse>, AppError> {
        Ok(self.app.search(search).await?.into_iter().map(HitResponse::from).collect())
    }

    async fn accounts(&self, filter: Portfolio) -> Result<AccountsResponse, AppError> {
        Ok(self.app.accounts(filter).await?.into())
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

    async fn close(self: Box<Self>) {
        self.app.close().await;
    }
}
