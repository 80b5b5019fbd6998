//! Writes answers from tool results: the conclusion first, then the few facts that carry it, each with its citation.

mod account;
mod besides;
mod brief;
mod close_loop;
mod compare;
mod conditions;
mod conversation;
mod hits;
mod meetings;
mod money;
mod named;
mod owner;
mod person;
mod portfolio;
mod prepare;
mod presence;
mod records;
mod said;
mod sums;
mod topic;
mod verdict;

use chrono::NaiveDate;
use serde::Serialize;

use super::act;
use super::mail;
use super::plan::{self, Step};
use super::question::when::Stretch;
use super::question::{Intent, Shape};
use super::resolve::{Part, Target};
use super::results::Results;
use super::set::Remembered;
use super::survey::Survey;
use crate::domain::conversation::Focus;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::text::listed;
use crate::domain::tool::ToolArgs;
use crate::domain::tool::account::{AccountBrief, Person};
use crate::domain::tool::meeting::MeetingBrief;
use crate::model::chat::{ModelError, ModelReply, ToolCall, TurnContext};
use crate::prompt::{self, Template};

/// What lies on the desk of the one who writes: the part of the question, and what was found for it.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// What is asked, of whom.
    pub part: &'a Part,
    /// Which part of the question it is.
    pub index: usize,
    /// Everything found in the turn.
    pub results: &'a Results<'a>,
    /// What is true of the turn.
    pub context: &'a TurnContext,
}

impl Desk<'_> {
    /// Today.
    pub fn today(&self) -> NaiveDate {
        self.context.now.day()
    }

    /// A call of a tool for this part.
    pub fn call<T: ToolArgs>(&self, arguments: &T) -> ToolCall {
        self.call_of("", arguments)
    }

    /// A call of a tool for this part, told apart by `of`.
    pub fn call_of<T: ToolArgs>(&self, of: &str, arguments: &T) -> ToolCall {
        plan::call(&plan::id(self.index, T::NAME, of), arguments)
    }

    /// Whether a call has been made.
    pub fn made(&self, call_id: &str) -> bool {
        self.results.made(call_id)
    }

    /// What a tool found for this part.
    pub fn found<T: ToolArgs>(&self) -> Result<T::Output, ModelError> {
        self.found_of::<T>("")
    }

    /// What a tool found for this part, told apart by `of`.
    pub fn found_of<T: ToolArgs>(&self, of: &str) -> Result<T::Output, ModelError> {
        match self.results.get::<T>(&plan::id(self.index, T::NAME, of)) {
            Some(Ok(output)) => Ok(output),
            Some(Err(reason)) => Err(ModelError::Refused(reason)),
            None => Err(ModelError::Permanent(format!("{} was not called", T::NAME))),
        }
    }

    /// The domain of the account asked about.
    pub fn domain(&self) -> Option<String> {
        self.account().map(|account| account.domain.clone())
    }

    /// The topic of the question, if it has one.
    pub fn topic(&self) -> Option<String> {
        let text = self.part.ask.topic_text();
        (!text.is_empty()).then_some(text)
    }

    /// The day, month or year the question names.
    pub fn day_named(&self) -> Option<&Stretch> {
        self.part.ask.stretch.as_ref().filter(|stretch| stretch.named)
    }

    /// The topic with the day the question names: what is said of a day names it.
    pub fn topic_and_day(&self) -> Option<String> {
        let topic = self.topic()?;
        Some(self.day_named().map_or_else(|| topic.clone(), |stretch| format!("{topic} {}", stretch.typed)))
    }

    /// A version number the question names.
    pub fn release(&self) -> Option<String> {
        self.part.words.split(|letter: char| letter.is_whitespace() || matches!(letter, '?' | ',' | '!')).find_map(
            |word| {
                let version = word.trim_start_matches(['v', 'V']).trim_end_matches('.');
                let digits = version.chars().next().is_some_and(|first| first.is_ascii_digit());
                (digits
                    && version.contains('.')
                    && version.chars().all(|letter| letter.is_ascii_digit() || letter == '.'))
                .then(|| version.to_owned())
            },
        )
    }

    /// Whether the question has any of these words.
    pub fn says(&self, words: &str) -> bool {
        let asked = crate::language::lower_words(&self.part.words);
        words.split(' ').any(|word| asked.iter().any(|asked| asked == word))
    }

    /// Whether the question says to look in one of these: "in the calls", "by e-mail", "on that call".
    pub fn found_in(&self, words: &str) -> bool {
        let asked = crate::language::lower_words(&self.part.words);
        let named = |word: &String| words.split(' ').any(|wanted| wanted == word);
        asked.iter().enumerate().any(|(at, word)| {
            let leads = asked[at.saturating_sub(3)..at]
                .iter()
                .any(|before| matches!(before.as_str(), "in" | "on" | "by" | "from" | "during" | "over" | "via"));
            named(word) && leads
        })
    }

    /// The full name of the person spoken of.
    pub fn person_name(&self) -> Option<String> {
        self.part
            .person
            .as_ref()
            .filter(|person| {
                !(person.owner
                    && matches!(self.part.target, Target::Workspace)
                    && self.part.ask.intent == Intent::Accounts)
            })
            .map(|person| person.name.clone())
    }

    /// The owner whose accounts are asked for.
    pub fn owner(&self) -> Option<String> {
        self.part
            .person
            .as_ref()
            .filter(|person| person.owner)
            .map(|person| person.email.clone().unwrap_or_else(|| person.name.clone()))
    }

    /// The call "that call" points at.
    pub fn call_spoken_of(&self) -> Option<String> {
        let focus = self.part.last.as_ref().filter(|_| self.part.ask.that_record)?;
        focus.records.iter().find(|record| record.kind == RecordKind::Call).map(|record| record.id.clone())
    }

    /// What the answer before dwelt on, where the question goes on from it: "and how much", "did they sign it".
    pub fn asks_on(&self) -> Option<&Focus> {
        const LEADS: [&str; 5] = ["and", "so", "but", "then", "ok"];
        let ask = &self.part.ask;
        let opening = self.part.words.split_whitespace().next().unwrap_or_default().to_lowercase();
        let goes_on = ask.points_back || ask.pronoun || LEADS.contains(&opening.as_str()) || ask.topic.len() < 2;
        self.part.last.as_ref().filter(|_| goes_on)
    }

    /// The account asked about.
    pub fn account(&self) -> Option<&AccountBrief> {
        match &self.part.target {
            Target::Account(account) => Some(account),
            _ => None,
        }
    }

    /// How to name the account asked about.
    pub fn name(&self) -> String {
        self.account().map_or_else(
            || "the workspace".to_owned(),
            |account| if account.name.is_empty() { account.domain.clone() } else { account.name.clone() },
        )
    }

    /// How the question names the time, for the headline; empty when it names none.
    pub fn time_words(&self) -> String {
        self.part
            .ask
            .stretch
            .as_ref()
            .filter(|stretch| !stretch.ahead)
            .map(|stretch| stretch.words.clone())
            .unwrap_or_default()
    }

    /// The last day of the stretch asked about, when that stretch is over.
    pub fn ended(&self) -> Option<NaiveDate> {
        let stretch = self.part.ask.stretch.as_ref().filter(|stretch| !stretch.ahead)?;
        stretch.window.until.filter(|until| *until < self.today())
    }

    /// The day a score is asked for, when it is not today's: for conditions on how accounts stood.
    pub fn as_of(&self) -> Option<NaiveDate> {
        let filter = &self.part.ask.filter;
        let stands = (!filter.levels.is_empty() || filter.unhappy)
            && filter.signals.is_empty()
            && filter.silent_for_days.is_none()
            && filter.renews == crate::domain::time::Window::ALWAYS;
        self.ended().filter(|_| stands)
    }

    /// What the next question may carry on from.
    fn memory(&self) -> serde_json::Value {
        serde_json::json!({ "words": self.part.words, "topic": self.part.ask.topic })
    }

    /// Fills a template and ends the part with it.
    pub fn done<T: Template>(&self, values: &T, records: Vec<RecordRef>) -> Result<Step, ModelError> {
        let text = prompt::render(values, self.today()).map_err(|error| permanent(&error))?;
        let accounts = match &self.part.target {
            Target::Account(account) => vec![account.domain.clone()],
            Target::Several(accounts) => accounts.iter().map(|account| account.domain.clone()).collect(),
            Target::Workspace => Vec::new(),
        };
        let person = self.part.person.as_ref().map(|person| person.name.clone());
        let focus = Focus { accounts, records, person, intent: Some(self.memory()) };
        Ok(Step::Done(Box::new(ModelReply { text, focus, ..ModelReply::default() })))
    }

    /// Fills a template over a set of accounts, which the next question may go on from.
    fn done_over<T: Template>(&self, values: &T, set: &Remembered) -> Result<Step, ModelError> {
        let mut step = self.done(values, Vec::new())?;
        if let (Step::Done(reply), Ok(set)) = (&mut step, serde_json::to_value(set))
            && let Some(memory) = reply.focus.intent.as_mut().and_then(serde_json::Value::as_object_mut)
        {
            memory.insert("set".to_owned(), set);
        }
        Ok(step)
    }
}

pub fn permanent(error: &dyn std::error::Error) -> ModelError {
    let cause = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    ModelError::Permanent(format!("{error}{cause}"))
}

/// Writes the answer to a part whose tools have all returned; may ask for another round.
pub fn answer(desk: &Desk<'_>) -> Result<Step, ModelError> {
    if let Some(wish) = &desk.part.wish {
        return act::answer(desk, wish);
    }
    if let Some(mail) = &desk.part.mail {
        return mail::answer(desk, mail);
    }
    match (&desk.part.target, &desk.part.ask.intent) {
        (Target::Several(accounts), _) => compare::compare(desk, accounts),
        (Target::Account(_), _) => besides::answer(desk),
        (Target::Workspace, _) if matches!(desk.part.survey, Survey::Asked(_) | Survey::Said(_)) => {
            portfolio::surveyed(desk)
        }
        (Target::Workspace, Intent::Askers | Intent::Requests) => records::askers(desk),
        (Target::Workspace, Intent::CloseLoop) => close_loop::people(desk),
        (Target::Workspace, Intent::Prepare) => prepare::prepare(desk),
        (Target::Workspace, Intent::Releases) => records::releases(desk),
        (Target::Workspace, Intent::Commitments) => records::commitments(desk),
        (Target::Workspace, Intent::Topic) => topic::topic(desk),
        (Target::Workspace, _) => portfolio::accounts(desk),
    }
}

/// The page for one meeting.
///
/// # Errors
/// When the template cannot be filled.
pub fn prepared(brief: MeetingBrief, today: NaiveDate) -> Result<String, ModelError> {
    prepare::text(brief, today)
}

/// The answer for one account that the intent has a page of its own for.
fn card(desk: &Desk<'_>) -> Result<Step, ModelError> {
    match &desk.part.ask.intent {
        Intent::Askers => records::askers(desk),
        Intent::CloseLoop => close_loop::people(desk),
        Intent::Releases => records::releases(desk),
        Intent::Commitments => records::commitments(desk),
        Intent::Topic if records::one_promise_tells(desk) => records::promised(desk),
        Intent::Score => account::score(desk),
        Intent::Likelihood => account::likelihood(desk),
        Intent::ScoreHistory => account::score_history(desk),
        Intent::NextStep => account::next_step(desk),
        Intent::Prepare => prepare::prepare(desk),
        Intent::People => account::people(desk),
        Intent::Changes => conversation::changes(desk),
        Intent::Calls => conversation::calls(desk),
        Intent::Contact(_) => conversation::contact(desk),
        Intent::Emails => conversation::emails(desk),
        Intent::Work(kind) => conversation::work(desk, *kind),
        Intent::Requests => records::requests(desk),
        Intent::Revenue => money::revenue(desk),
        Intent::Usage => money::usage(desk),
        Intent::Signals(kinds) => records::signals(desk, kinds),
        Intent::Topic
            if !desk.part.ask.topic.is_empty() || desk.part.person.is_some() || desk.part.ask.fact.is_some() =>
        {
            topic::topic(desk)
        }
        _ if matches!(desk.part.ask.shape, Shape::Lines(_)) => brief::brief(desk),
        _ => account::overview(desk),
    }
}

/// An answer that needs no look-up.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "case", rename_all = "snake_case")]
pub enum Aside {
    /// What this can do.
    Help {
        /// The account the chat is open on.
        account: Option<String>,
        /// An account to name as an example.
        example: Option<String>,
    },
    /// Thanks were said.
    Welcome,
    /// A question in another language.
    English,
    /// A question about the program itself.
    OfItself,
    /// A change nobody here can make.
    NotYet,
    /// Words that could mean several accounts.
    Which {
        /// The words.
        words: String,
        /// The candidates.
        candidates: Vec<AccountBrief>,
    },
    /// A name that is several people's.
    WhichPerson {
        /// The words.
        words: String,
        /// Who may be meant.
        people: Vec<Person>,
    },
    /// A question about another account than the chat is open on.
    Switch {
        /// The account the chat is open on.
        here: String,
        /// The accounts named; empty when all accounts are meant.
        others: Vec<String>,
    },
    /// No account is known to be meant.
    NoAccount {
        /// A word that looks like a name.
        unknown: Option<String>,
        /// How many accounts there are.
        known: u64,
    },
}

impl Template for Aside {
    const FILE: &'static str = "answer/clarify.md";
}

/// Writes an aside.
///
/// # Errors
/// When the template cannot be filled.
pub fn aside(aside: &Aside, today: NaiveDate) -> Result<String, ModelError> {
    match aside {
        Aside::Help { .. } => prompt::render(&Help { aside }, today),
        Aside::NotYet => prompt::render(&NotYet {}, today),
        other => prompt::render(other, today),
    }
    .map_err(|error| permanent(&error))
}

#[derive(Serialize)]
struct Help<'a> {
    #[serde(flatten)]
    aside: &'a Aside,
}

impl Template for Help<'_> {
    const FILE: &'static str = "answer/help.md";
}

#[derive(Serialize)]
struct NotYet {}

impl Template for NotYet {
    const FILE: &'static str = "answer/act.md";
}
