//! `POST /api/ask`: a question in, an answer out; at once as server-sent events, or whole as JSON.

use std::convert::Infallible;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use utoipa::ToSchema;

use super::actor::Sender;
use super::card::CardResponse;
use super::error::Problem;
use super::extract::JsonBody;
use super::state::Web;
use crate::app::{Origin, Question};
use crate::domain::answer::{AgentEvent, Answer, Timings, Usage, Work};
use crate::domain::evidence::Citation;
use crate::domain::evidence::Evidence;
use crate::domain::time::Moment;

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskParams {
    /// The words.
    pub question: String,
    /// Domain of the account the chat is opened on; absent: all accounts.
    #[serde(default)]
    pub account: Option<String>,
    /// The conversation to go on with, as an earlier answer named it.
    #[serde(default)]
    pub conversation: Option<String>,
}

/// A finished, checked answer.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AnswerResponse {
    /// Markdown with `[n]` marks.
    pub answer: String,
    /// The citations the marks name.
    pub citations: Vec<CitationResponse>,
    /// Domain of the account the answer is about.
    pub account: Option<String>,
    /// The conversation; send it again to follow up.
    pub conversation: String,
    /// The turn it ends.
    pub turn: Option<String>,
    /// Whether the reader stopped it; then it says no more than that.
    pub stopped: bool,
    /// Names of the tools that were used.
    pub tools_used: Vec<String>,
    /// Sources that are missing or stale, a sentence each.
    pub not_seen: Vec<String>,
    /// What the checks found.
    pub checks: ChecksResponse,
    /// Which model wrote it.
    pub model: String,
    /// Why another model than the configured one wrote it.
    pub notice: Option<String>,
    /// What asking a language model cost; all 0 where none was asked.
    pub usage: UsageResponse,
    /// Questions that can be sent next.
    pub offers: Vec<OfferResponse>,
    /// What can be approved, declined or edited.
    pub cards: Vec<CardResponse>,
    /// How long the whole turn took, in milliseconds.
    pub elapsed_ms: u64,
    /// Where that time went.
    pub timings: TimingsResponse,
    /// What was done for it.
    pub work: WorkResponse,
}

/// A numbered citation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CitationResponse {
    /// The number in the text, `[n]`.
    pub n: u32,
    /// The imported record's id.
    pub id: String,
    /// Kind of record: `call`, `email`, `signal`…
    pub kind: String,
    /// Domain of the account.
    pub account: Option<String>,
    /// What a reader sees as the source.
    pub title: String,
    /// When it happened or was said.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub occurred_at: Option<Moment>,
    /// The exact words, or the record's facts.
    pub quote: String,
    /// Who said it.
    pub speaker: Option<String>,
    /// Seconds from the start of a call.
    pub at_seconds: Option<f64>,
    /// Where the source can be opened.
    pub url: Option<String>,
}

/// What the checks looked at and changed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecksResponse {
    /// Figures, dates and levels compared with the records.
    pub figures: u32,
    /// Citations compared with the records.
    pub citations: u32,
    /// What was removed or corrected.
    pub corrections: Vec<String>,
}

/// Where the time of a turn went, in milliseconds; what is left of the whole went between these.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct TimingsResponse {
    /// Reading what the turn begins with: the conversation, who asks, the account it is opened on.
    pub prepare_ms: f64,
    /// The model: understanding the question, writing the answer.
    pub model_ms: f64,
    /// The tools; those that ran at the same time once.
    pub tools_ms: f64,
    /// Comparing what was written with the records, and looking what could not be seen.
    pub checks_ms: f64,
    /// Keeping the turn.
    pub save_ms: f64,
}

/// What was done for a turn, by itself: not by tasks it leaves to others.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct WorkResponse {
    /// Statements the database ran.
    pub statements: u64,
    /// Texts a model was asked to embed.
    pub embeddings: u64,
    /// Passages whose words were read.
    pub passages: u64,
    /// Sentences that text was cut into.
    pub sentences: u64,
}

/// What asking a language model cost.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct UsageResponse {
    /// Times it was asked.
    pub requests: u32,
    /// How many of these times it had to write again what did not hold.
    pub repairs: u32,
    /// Tokens it read.
    pub prompt_tokens: u64,
    /// Tokens it wrote.
    pub completion_tokens: u64,
    /// Millionths of a US dollar, where prices are configured.
    pub cost_micros: Option<u64>,
}

/// A question a reader can send with one click.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OfferResponse {
    /// What the button says.
    pub label: String,
    /// The question it sends.
    pub question: String,
    /// The account it is asked on.
    pub account: Option<String>,
}

impl From<Usage> for UsageResponse {
    fn from(usage: Usage) -> Self {
        let Usage { requests, repairs, prompt_tokens, completion_tokens, cost_micros } = usage;
        Self { requests, repairs, prompt_tokens, completion_tokens, cost_micros }
    }
}

impl From<Timings> for TimingsResponse {
    fn from(timings: Timings) -> Self {
        let Timings { prepare_ms, model_ms, tools_ms, checks_ms, save_ms } = timings;
        Self { prepare_ms, model_ms, tools_ms, checks_ms, save_ms }
    }
}

impl From<Work> for WorkResponse {
    fn from(work: Work) -> Self {
        let Work { statements, embeddings, passages, sentences } = work;
        Self { statements, embeddings, passages, sentences }
    }
}

impl From<(u32, Evidence)> for CitationResponse {
    fn from((n, evidence): (u32, Evidence)) -> Self {
        Self {
            n,
            id: evidence.record.id,
            kind: evidence.record.kind.wire().to_owned(),
            account: evidence.account,
            title: evidence.title,
            occurred_at: evidence.occurred_at,
            quote: evidence.quote,
            speaker: evidence.speaker,
            at_seconds: evidence.at_seconds,
            url: evidence.url,
        }
    }
}

impl From<Citation> for CitationResponse {
    fn from(citation: Citation) -> Self {
        Self {
            n: citation.n,
            id: citation.id,
            kind: citation.kind.wire().to_owned(),
            account: citation.account,
            title: citation.title,
            occurred_at: citation.occurred_at,
            quote: citation.quote,
            speaker: citation.speaker,
            at_seconds: citation.at_seconds,
            url: citation.url,
        }
    }
}

impl From<Answer> for AnswerResponse {
    fn from(answer: Answer) -> Self {
        let citations = answer.citations.into_iter().map(CitationResponse::from);
        let offers = answer.offers.into_iter().map(|offer| OfferResponse {
            label: offer.label,
            question: offer.question,
            account: offer.account,
        });
        Self {
            answer: answer.answer,
            citations: citations.collect(),
            account: answer.account,
            conversation: answer.conversation.to_string(),
            turn: answer.turn.map(|turn| turn.to_string()),
            stopped: answer.stopped,
            tools_used: answer.tools_used,
            not_seen: answer.not_seen,
            checks: ChecksResponse {
                figures: answer.checks.figures,
                citations: answer.checks.citations,
                corrections: answer.checks.corrections,
            },
            model: answer.model,
            notice: answer.notice,
            usage: answer.usage.into(),
            offers: offers.collect(),
            cards: answer.cards.into_iter().map(CardResponse::from).collect(),
            elapsed_ms: answer.elapsed_ms,
            timings: answer.timings.into(),
            work: answer.work.into(),
        }
    }
}

/// Answers a question.
#[utoipa::path(
    post, path = "/api/ask", tag = "ask", request_body = AskParams,
    responses(
        (status = 200, description = "The answer. With `Accept: text/event-stream` the events `started`, `progress`, \
            `draft`, `text` and `answer` (or `error`), each with JSON data; `started` names the conversation and the turn, \
            with which the turn can be stopped", body = AnswerResponse),
        (status = 404, description = "No such account or conversation", body = Problem),
        (status = 422, description = "The question is empty or too long", body = Problem),
        (status = 503, description = "Too many questions at once", body = Problem),
    )
)]
pub(super) async fn ask(
    State(web): State<Web>,
    headers: HeaderMap,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<AskParams>,
) -> Result<Response, Problem> {
    let question = checked(params, web.config().question_chars, origin)?;
    let turn = web.gate().enter().await?;
    let (events, mut arriving) = mpsc::channel(64);
    // A task of its own: a reader who goes away does not stop the answer, so the conversation holds it on return.
    let answering = tokio::spawn(async move {
        let answer = web.app().ask(question, events).await;
        drop(turn);
        answer
    });
    let finished = async move {
        match answering.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(Problem::from(error)),
            Err(_) => Err(Problem::new(
                axum::http::StatusCode::INTERNAL_SERVER_ERROR,
                "something went wrong while answering; ask again",
            )),
        }
    };
    if !wants_events(&headers) {
        // Nobody looks at what happens on the way.
        drop(arriving);
        return Ok(Json(AnswerResponse::from(finished.await?)).into_response());
    }
    // The status is only settled once the first event is there: a refusal is a plain problem, not a stream of one.
    match arriving.recv().await {
        None => finished.await.map(|answer| Sse::new(stream(None, arriving, async { Ok(answer) })).into_response()),
        first => Ok(Sse::new(stream(first, arriving, finished)).keep_alive(KeepAlive::default()).into_response()),
    }
}

fn checked(params: AskParams, limit: usize, origin: Origin) -> Result<Question, Problem> {
    let text = params.question.trim();
    if text.is_empty() {
        return Err(Problem::invalid("the question is empty; write what you want to know"));
    }
    let length = text.chars().count();
    if length > limit {
        return Err(Problem::invalid(format!("the question has {length} characters; shorten it to {limit}")));
    }
    let conversation = params.conversation.filter(|id| !id.is_empty()).map(|id| id.parse()).transpose();
    let account = params.account.map(|account| account.trim().to_owned()).filter(|account| !account.is_empty());
    Ok(Question {
        question: text.to_owned(),
        origin,
        account,
        conversation: conversation
            .map_err(|error| Problem::invalid(format!("{error}; leave it out to begin a new conversation")))?,
        ..Question::default()
    })
}

fn wants_events(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/event-stream"))
}

fn stream(
    first: Option<AgentEvent>,
    arriving: mpsc::Receiver<AgentEvent>,
    finished: impl Future<Output = Result<Answer, Problem>> + Send,
) -> impl Stream<Item = Result<Event, Infallible>> + Send {
    use futures::StreamExt;
    let running = futures::stream::iter(first)
        .chain(tokio_stream::wrappers::ReceiverStream::new(arriving))
        // The finished answer is sent once, at the end, from the call itself.
        .filter(|event| std::future::ready(!matches!(event, AgentEvent::Answer(_))))
        .map(|event| named(event_name(&event), &event));
    let last = futures::stream::once(async {
        match finished.await {
            Ok(answer) => named("answer", &AnswerResponse::from(answer)),
            Err(problem) => named("error", &problem),
        }
    });
    running.chain(last).map(Ok)
}

fn event_name(event: &AgentEvent) -> &'static str {
    match event {
        AgentEvent::Started { .. } => "started",
        AgentEvent::Progress { .. } => "progress",
        AgentEvent::Draft { .. } => "draft",
        AgentEvent::Text { .. } => "text",
        AgentEvent::Answer(_) => "answer",
    }
}

fn named(name: &'static str, data: &impl Serialize) -> Event {
    Event::default().event(name).data(serde_json::to_string(data).unwrap_or_else(|_| "{}".to_owned()))
}
