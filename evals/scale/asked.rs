//! Questions that were asked one after the other: how long each took, what was done for it, and what it cost.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::questions::{self, Asking, Question};
use crate::client::{Answer, Client};
use crate::server::Server;
use crate::{private, process, spread};

/// Questions asked first and not counted.
const WARM: usize = 5;

/// Processor time, of the service and of its private PostgreSQL.
#[derive(Clone, Copy, Default)]
pub struct Expense {
    service: Duration,
    database: Duration,
}

impl Expense {
    /// What they have spent so far.
    pub fn now(server: &Server) -> Self {
        let database = private::processor_time(&server.data_dir()).unwrap_or_default();
        Self { service: process::processor_time(server.pid()).unwrap_or_default(), database }
    }

    /// What they have spent since.
    pub fn since(self, server: &Server) -> Self {
        let now = Self::now(server);
        Self { service: now.service.saturating_sub(self.service), database: now.database.saturating_sub(self.database) }
    }

    /// In a second of so long a time.
    pub fn a_second(self, within: Duration) -> Self {
        let seconds = within.as_secs_f64();
        Self { service: self.service.div_f64(seconds), database: self.database.div_f64(seconds) }
    }

    /// Without what would have been spent anyway, so much a second.
    fn without(self, a_second: Self, within: Duration) -> Self {
        let seconds = within.as_secs_f64();
        Self {
            service: self.service.saturating_sub(a_second.service.mul_f64(seconds)),
            database: self.database.saturating_sub(a_second.database.mul_f64(seconds)),
        }
    }

    /// Both together, in milliseconds.
    pub fn milliseconds(self) -> f64 {
        (self.service + self.database).as_secs_f64() * 1000.0
    }

    /// Of PostgreSQL.
    pub fn database(self) -> Duration {
        self.database
    }

    /// As people read it, for each of so many things.
    pub fn each(self, count: u64) -> String {
        let each = |spent: Duration| spent.as_secs_f64() * 1000.0 / count.max(1) as f64;
        format!(
            "{:.2} ms of the service's processor time and {:.2} of PostgreSQL's",
            each(self.service),
            each(self.database)
        )
    }

    /// As people read it, of a second.
    pub fn figure(self) -> String {
        format!(
            "{:.0} ms of the service and {:.0} ms of PostgreSQL in a second",
            self.service.as_secs_f64() * 1000.0,
            self.database.as_secs_f64() * 1000.0
        )
    }
}

/// Questions with their answers.
pub struct Asked {
    answers: Vec<(Question, Answer, Duration)>,
    spent: Expense,
}

impl Asked {
    /// Asks them all. `anyway` is what is spent in a second while nobody asks.
    ///
    /// # Errors
    /// When one of them is not answered.
    pub async fn all(client: &Client, server: &Server, questions: Vec<Question>, anyway: Expense) -> Result<Self> {
        for question in questions.iter().rev().take(WARM) {
            ask(client, question).await?;
        }
        let (before, since) = (Expense::now(server), Instant::now());
        let mut answers = Vec::with_capacity(questions.len());
        for question in questions {
            let asked = Instant::now();
            let answer = ask(client, &question).await?;
            answers.push((question, answer, asked.elapsed()));
        }
        let spent = before.since(server).without(anyway, since.elapsed());
        Ok(Self { answers, spent })
    }

    /// The median of all, or of a form, in seconds.
    pub fn median(&self, form: Option<&str>) -> f64 {
        let mut times: Vec<Duration> = self.times(form).collect();
        times.sort_unstable();
        times.get(times.len().saturating_sub(1) / 2).map_or(0.0, Duration::as_secs_f64)
    }

    fn times(&self, form: Option<&str>) -> impl Iterator<Item = Duration> {
        let wanted = move |question: &Question| form.is_none_or(|form| question.form == form);
        self.answers.iter().filter(move |(question, ..)| wanted(question)).map(|(.., took)| *took)
    }

    /// How long they took, and what each cost.
    pub fn figure(&self, asking: Asking) -> String {
        let mut times: Vec<Duration> = self.times(None).collect();
        let by_form: Vec<String> = questions::forms(asking)
            .into_iter()
            .map(|form| format!("{form} {:.1}", self.median(Some(form)) * 1000.0))
            .collect();
        let about = self.answers.iter().filter(|(question, ..)| question.about.is_some()).count();
        let right = self
            .answers
            .iter()
            .filter(|(question, answer, _)| question.about.is_some() && question.about == answer.account);
        let right =
            if about == 0 { String::new() } else { format!("; {} of {about} about the account meant", right.count()) };
        format!(
            "{} (medians: {}); {} a question{right}",
            spread(&mut times),
            by_form.join(", "),
            self.spent.each(self.answers.len() as u64)
        )
    }

    /// Where the time went inside the service and what was done, on average.
    pub fn work(&self) -> String {
        let mean = |of: fn(&Answer) -> f64| {
            self.answers.iter().map(|(_, answer, _)| of(answer)).sum::<f64>() / self.answers.len().max(1) as f64
        };
        format!(
            "{:.1} ms preparing, {:.1} model, {:.1} tools, {:.1} checks, {:.1} saving; {:.1} statements, {:.1} embeddings, \
             {:.1} passages, {:.0} sentences",
            mean(|answer| answer.timings.prepare_ms),
            mean(|answer| answer.timings.model_ms),
            mean(|answer| answer.timings.tools_ms),
            mean(|answer| answer.timings.checks_ms),
            mean(|answer| answer.timings.save_ms),
            mean(|answer| answer.work.statements as f64),
            mean(|answer| answer.work.embeddings as f64),
            mean(|answer| answer.work.passages as f64),
            mean(|answer| answer.work.sentences as f64),
        )
    }
}

async fn ask(client: &Client, question: &Question) -> Result<Answer> {
    let answer = client.ask(&question.words, question.pinned.as_deref(), None).await;
    answer.with_context(|| format!("asked “{}”", question.words))
}
