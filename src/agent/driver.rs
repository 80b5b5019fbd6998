//! Drives a turn: calls the model and the tools the machine asks for, checks what comes out, and reports on the way.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::about;
use super::checks::{self, Against, Checked, Doubted};
use super::failure::{Failure, NOTHING, out_of_reach};
use super::ledger::Ledger;
use super::not_seen::{self, FreshnessLimits};
use super::scope::TurnScope;
use super::tools::{Known, ToolError, Toolbox, definitions};
use super::turn::{Event, Step, Turn};
use crate::domain::answer::{AgentEvent, Answer, Timings, Usage, Work};
use crate::domain::card::Card;
use crate::domain::conversation::Focus;
use crate::domain::id::{ConversationId, TurnId};
use crate::domain::time::{Window, milliseconds};
use crate::model::chat::{ChatModel, ChatRequest, ModelReply, PastTurn, ToolCall, ToolResult, Trust, TurnContext};
use crate::store::StoreError;

/// Drives turns. Cheap to clone.
#[derive(Clone)]
pub struct Agent {
    model: Arc<dyn ChatModel>,
    /// Answers when `model` cannot.
    stand_in: Option<Arc<dyn ChatModel>>,
    budget: Budget,
    /// The tools.
    pub tools: Toolbox,
    limits: FreshnessLimits,
}

/// What a turn may take.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// How long it may take.
    pub time: Duration,
    /// Tokens it may read and write.
    pub tokens: u64,
}

impl Budget {
    /// Enough for anything that needs no network.
    pub const GENEROUS: Self = Self { time: Duration::from_mins(5), tokens: u64::MAX };
}

/// A question inside its conversation.
#[derive(Debug)]
pub struct Asked {
    /// What the turn may see.
    pub scope: TurnScope,
    /// The words.
    pub question: String,
    /// The conversation.
    pub conversation: ConversationId,
    /// The turn.
    pub turn: TurnId,
    /// Cancelled when the reader does not want the answer any more.
    pub stop: CancellationToken,
    /// What people said to each other before the question.
    pub talk: String,
    /// Domain of the account the place of the chat belongs to; the turn may leave it.
    pub place: Option<String>,
    /// Earlier turns, the oldest first.
    pub history: Vec<PastTurn>,
    /// What is known.
    pub known: Known,
}

/// A turn that has come to its end on one model.
struct Attempt {
    turn: Turn,
    ledger: Ledger,
    usage: Usage,
    timings: Timings,
    outcome: Result<Written, Failure>,
}

/// What an attempt takes, whether it comes to an end or not.
#[derive(Default)]
struct Spent {
    usage: Usage,
    timings: Timings,
}

/// What a model wrote to end a turn.
struct Written {
    reply: ModelReply,
    /// What of its text holds, where it wrote freely.
    doubted: Option<Doubted>,
}

/// Tools that run at the same time: each may need a connection to the database.
const AT_ONCE: usize = 4;

impl Agent {
    /// An agent on this model and these tools.
    #[must_use]
    pub fn new(model: Arc<dyn ChatModel>, tools: Toolbox, limits: FreshnessLimits) -> Self {
        Self { model, stand_in: None, budget: Budget::GENEROUS, tools, limits }
    }

    /// The same agent on a model that may fail or spend too much; then the model it had so far answers.
    #[must_use]
    pub fn on(self, model: Arc<dyn ChatModel>, budget: Budget) -> Self {
        Self { model, stand_in: Some(self.model), budget, ..self }
    }

    /// Answers a question. Whatever fails on the way, there is an answer: at worst one that says what went wrong.
    pub async fn answer(&self, asked: Asked, events: &mpsc::Sender<AgentEvent>) -> (Answer, Focus) {
        let (mut model, mut notice) = (&self.model, None);
        let mut attempt = self.attempt(model.as_ref(), self.budget, &asked, events).await;
        if let (Some(stand_in), Err(failure)) = (&self.stand_in, &attempt.outcome)
            && let Some(reason) = failure.of_the_model()
        {
            tracing::warn!(model = model.name(), reason, "the language model could not answer; the built-in one does");
            notice =
                Some(format!("{} could not answer: {reason}. The {} answered instead.", model.name(), stand_in.name()));
            let (usage, timings) = (attempt.usage, attempt.timings);
            model = stand_in;
            attempt = self.attempt(model.as_ref(), Budget::GENEROUS, &asked, events).await;
            attempt.usage.add(usage);
            attempt.timings.add(timings);
        }
        let Attempt { turn, ledger, mut usage, mut timings, outcome } = attempt;
        let checking = Instant::now();
        let now = self.tools.clock.now();
        let tools_used = turn.tools_used();
        let (outputs, windows) = (turn.outputs(), turn.windows(now.day()));
        let names = about::names(&asked, &turn, &ledger).await.unwrap_or_default();
        let against = against(&asked, &outputs, &windows, &ledger, &names, now.day());
        let (checked, mut focus, mut offers) = match outcome {
            Ok(Written { reply, doubted }) => {
                let checked = match &doubted {
                    Some(doubted) => checks::check_rest(doubted, against),
                    None => checks::check(&reply.text, against),
                };
                (checked, reply.focus, reply.offers)
            }
            // Its words are ours and tell of no record, so there is nothing to compare them with.
            Err(failure) => (Checked { text: failure.sentence(), ..Checked::default() }, Focus::default(), Vec::new()),
        };
        let Checked { mut text, citations, checks } = checked;
        if text.is_empty() {
            text = NOTHING.to_owned();
        }
        if model.trust() == Trust::Doubted {
            // It says neither what it wrote about nor what could be asked next; both can be seen from what it did.
            // Where the database is gone meanwhile, the answer is still one.
            focus.accounts = about::accounts(&citations, &turn, &asked).await.unwrap_or_default();
            offers = about::offers(&text, &citations, &asked).await.unwrap_or_default();
        }
        for line in text.split_inclusive('\n') {
            // A surface that went away, or waits for the whole, does not stop the answer.
            let _ = events.send(AgentEvent::Text { delta: line.to_owned() }).await;
        }
        let account = asked.scope.pinned.clone().or_else(|| match focus.accounts.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        });
        let not_seen = match &account {
            Some(domain) => self.not_seen(&asked.known, domain, &tools_used).await,
            None => Vec::new(),
        };
        timings.checks_ms += milliseconds(checking.elapsed());
        let cards = ledger.into_cards();
        for card in &cards {
            if let Card::Draft(draft) = card {
                usage.add(draft.letter().usage);
            }
        }
        let answer = Answer {
            answer: text,
            citations,
            account,
            conversation: asked.conversation,
            turn: Some(asked.turn),
            stopped: false,
            tools_used,
            not_seen,
            checks,
            model: model.name().to_owned(),
            notice,
            usage,
            offers,
            cards,
            timings,
            // Whoever runs the turn measures it as a whole, and counts.
            elapsed_ms: 0,
            work: Work::default(),
        };
        (answer, focus)
    }

    /// Runs a turn on a model to its end, or to the end of its budget.
    async fn attempt(
        &self,
        model: &dyn ChatModel,
        budget: Budget,
        asked: &Asked,
        events: &mpsc::Sender<AgentEvent>,
    ) -> Attempt {
        let mut turn = Turn::new(&asked.question, budget.tokens);
        let (mut ledger, mut spent) = (Ledger::default(), Spent::default());
        let run = self.run(model, asked, &mut turn, &mut ledger, &mut spent, events);
        // An answer that is there stands: only then is looked whether it is still wanted.
        let outcome = tokio::select! {
            biased;
            outcome = tokio::time::timeout(budget.time, run) => outcome.unwrap_or(Err(Failure::Late(budget.time))),
            () = asked.stop.cancelled() => Err(Failure::Stopped),
        };
        Attempt { turn, ledger, usage: spent.usage, timings: spent.timings, outcome }
    }

    /// What is true of the whole turn.
    async fn context(&self, asked: &Asked) -> Result<TurnContext, StoreError> {
        let directory = &asked.known.directory;
        let domains: Vec<String> = [&asked.scope.pinned, &asked.place].into_iter().flatten().cloned().collect();
        let accounts = directory.accounts(&domains).await?;
        let account = |domain: &Option<String>| accounts.get(domain.as_deref()?).cloned();
        Ok(TurnContext {
            now: self.tools.clock.now(),
            calendar: self.tools.calendar,
            pinned: account(&asked.scope.pinned),
            talked_about: about::talked_about(&asked.talk, directory).await?,
            talk: asked.talk.clone(),
            place: account(&asked.place),
            history: asked.history.clone(),
        })
    }

    async fn run(
        &self,
        model: &dyn ChatModel,
        asked: &Asked,
        turn: &mut Turn,
        ledger: &mut Ledger,
        spent: &mut Spent,
        events: &mpsc::Sender<AgentEvent>,
    ) -> Result<Written, Failure> {
        let timings = &mut spent.timings;
        let context = timed(&mut timings.prepare_ms, self.context(asked)).await;
        let context = Arc::new(context.map_err(|error| Failure::Tools(error.to_string()))?);
        let mut step = Step::CallModel;
        loop {
            step = match step {
                Step::CallModel => {
                    let messages = turn.messages().to_vec();
                    let request = ChatRequest { context: Arc::clone(&context), tools: definitions(), messages };
                    let drafting = drafting(events);
                    let reply = timed(&mut timings.model_ms, model.reply(&request, &drafting)).await;
                    let reply = reply.map_err(Failure::Model)?;
                    spent.usage.add(reply.usage);
                    turn.on(Event::Replied(Box::new(reply)))
                }
                Step::CallTools(calls) => {
                    let given = side_by_side(calls.into_iter().map(|call| self.call(asked, call, events)).collect());
                    // Whichever was ready first: evidence is numbered in the order of the calls.
                    let number = |(mut result, own): (ToolResult, Ledger)| {
                        if let Ok(output) = &mut result.output {
                            ledger.take_in(own, output);
                        }
                        result
                    };
                    let given = timed(&mut timings.tools_ms, given).await;
                    turn.on(Event::Returned(given.map_err(Failure::Tools)?.into_iter().map(number).collect()))
                }
                Step::Finish(reply) if model.trust() == Trust::Doubted => {
                    let checking = Instant::now();
                    let today = self.tools.clock.today();
                    let (outputs, windows) = (turn.outputs(), turn.windows(today));
                    let names =
                        about::names(asked, turn, ledger).await.map_err(|error| Failure::Tools(error.to_string()))?;
                    let doubted = checks::doubt(&reply.text, against(asked, &outputs, &windows, ledger, &names, today));
                    timings.checks_ms += milliseconds(checking.elapsed());
                    let holds = doubted.problems.is_empty() && !doubted.text.is_empty();
                    if !holds && turn.may_repair() {
                        spent.usage.repairs += 1;
                        turn.on(Event::Doubted { answer: reply.text, problems: doubted.problems })
                    } else if doubted.text.is_empty() {
                        return Err(Failure::Unfounded);
                    } else {
                        return Ok(Written { reply: *reply, doubted: Some(doubted) });
                    }
                }
                Step::Finish(reply) => return Ok(Written { reply: *reply, doubted: None }),
                Step::GiveUp => return Err(Failure::Circles),
            };
        }
    }

    /// What a tool gives, with the evidence it numbered in a ledger of its own: tools that run side by side cannot
    /// number theirs in one, or the numbers would depend on who comes first.
    async fn call(
        &self,
        asked: &Asked,
        call: ToolCall,
        events: &mpsc::Sender<AgentEvent>,
    ) -> Result<(ToolResult, Ledger), String> {
        let mut ledger = Ledger::default();
        let _ =
            events.send(AgentEvent::Progress { tool: call.name.clone(), label: label(&call.name).to_owned() }).await;
        let output = match self.tools.call(&asked.scope, &asked.known, &mut ledger, &call.name, call.arguments).await {
            Ok(output) => Ok(output),
            // Without its services the turn cannot go on; the reader is told at once.
            Err(error @ (ToolError::Unavailable(_) | ToolError::Internal(_))) => {
                tracing::error!(tool = call.name, error = &error as &dyn std::error::Error, "a tool failed");
                return Err(out_of_reach(&error));
            }
            Err(error) => Err(error.to_string()),
        };
        Ok((ToolResult { call_id: call.id, name: call.name, output }, ledger))
    }

    async fn not_seen(&self, known: &Known, domain: &str, tools_used: &[String]) -> Vec<String> {
        match known.records.counts(domain).await {
            Ok(spans) => {
                let mut notes = not_seen::late(&known.late, tools_used, self.tools.clock.now());
                notes.extend(not_seen::notes(&spans, tools_used, self.tools.clock.now(), self.limits));
                notes
            }
            Err(_) => vec!["What the sources hold could not be looked up just now.".to_owned()],
        }
    }
}

/// What `doing` gives; the milliseconds it took are added to `added`.
async fn timed<T>(added: &mut f64, doing: impl Future<Output = T>) -> T {
    let since = Instant::now();
    let done = doing.await;
    *added += milliseconds(since.elapsed());
    done
}

/// Does all of `works`, a few of them at a time; gives what came of them in their order.
async fn side_by_side<D, E>(works: Vec<impl Future<Output = Result<D, E>>>) -> Result<Vec<D>, E> {
    stream::iter(works).buffered(AT_ONCE).try_collect().await
}

/// What the answer to a question is compared with.
fn against<'a>(
    asked: &'a Asked,
    outputs: &'a [&'a serde_json::Value],
    windows: &'a [Window],
    ledger: &'a Ledger,
    names: &'a [String],
    today: chrono::NaiveDate,
) -> Against<'a> {
    Against { question: &asked.question, outputs, windows, ledger, names, scope: &asked.scope, today }
}

/// Passes on what a model writes while it writes. A surface that is slow gets it in larger pieces.
fn drafting(events: &mpsc::Sender<AgentEvent>) -> impl Fn(&str) + Send + Sync + use<'_> {
    let waiting = Mutex::new(String::new());
    move |piece| {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_str(piece);
        if let Ok(place) = events.try_reserve() {
            place.send(AgentEvent::Draft { delta: std::mem::take(&mut waiting) });
        }
    }
}

/// What a surface shows while a tool runs.
fn label(tool: &str) -> &'static str {
    match tool {
        "find_account" => "Finding the account",
        "account_overview" => "Reading the account",
        "list_activity" => "Reading the timeline",
        "get_call" => "Reading the calls",
        "search_evidence" => "Searching calls and e-mails",
        "list_signals" => "Reading signals",
        "list_requests" => "Collecting requests",
        "list_commitments" => "Checking promises",
        "score_explanation" | "score_history" => "Working out the score",
        "revenue" => "Reading contracts and payments",
        "usage" => "Reading usage",
        "portfolio" => "Going through all accounts",
        "list_releases" => "Reading releases",
        "close_loop" => "Matching requests with releases",
        "prepare_meeting" => "Preparing the meeting",
        "draft_email" => "Writing the mail",
        _ => "Looking things up",
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Barrier;

    use super::*;

    #[tokio::test]
    async fn work_side_by_side_is_given_in_its_order_and_ends_with_the_first_failure() {
        // Each waits for the other: one after the other, they would wait for ever.
        let both = &Barrier::new(2);
        let meet = async |number: u32| {
            both.wait().await;
            Ok::<_, ()>(number)
        };
        assert_eq!(side_by_side([1, 2].map(meet).into()).await, Ok(vec![1, 2]));
        let failed = side_by_side([Ok(1), Err(2), Ok(3)].map(std::future::ready).into());
        assert_eq!(failed.await, Err(2));
    }
}
