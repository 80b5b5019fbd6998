//! What to look up for each thing asked, and when enough is known to answer.

use chrono::Days;

use super::act;
use super::compared::{self, Attribute};
use super::compose;
use super::mail;
use super::question::{Ask, Facet, Intent};
use super::resolve::{Part, Target};
use super::results::Results;
use super::set;
use super::survey::{Survey, Theme};
use crate::domain::activity::{CommitmentStatus, Side, SignalKind};
use crate::domain::record::RecordKind;
use crate::domain::time::Window;
use crate::domain::tool::ToolArgs;
use crate::domain::tool::account::AccountOverview;
use crate::domain::tool::activity::{GetCall, ListActivity, SearchEvidence, WantedFact};
use crate::domain::tool::close_loop::CloseLoop;
use crate::domain::tool::meeting::PrepareMeeting;
use crate::domain::tool::records::{ListCommitments, ListReleases, ListRequests, ListSignals};
use crate::domain::tool::revenue::Revenue;
use crate::domain::tool::score::{ScoreExplanation, ScoreHistory};
use crate::domain::tool::usage::Usage;
use crate::model::chat::{ModelError, ModelReply, ToolCall, TurnContext};

/// What happens next for a part of the question.
pub enum Step {
    /// These tools are needed.
    Call(Vec<ToolCall>),
    /// This is the answer.
    Done(Box<ModelReply>),
}

/// A call of the tool that `arguments` belong to.
pub fn call<T: ToolArgs>(id: &str, arguments: &T) -> ToolCall {
    ToolCall {
        id: id.to_owned(),
        name: T::NAME.to_owned(),
        arguments: serde_json::to_value(arguments).unwrap_or_default(),
    }
}

/// The id of the call of tool `name` for a part; several calls of one tool are told apart by `of`.
pub fn id(part: usize, name: &str, of: &str) -> String {
    format!("{part}/{name}/{of}")
}

/// The next step for the part with this index.
///
/// # Errors
/// When an answer cannot be written.
pub fn step(part: &Part, index: usize, results: &Results<'_>, context: &TurnContext) -> Result<Step, ModelError> {
    let desk = compose::Desk { part, index, results, context };
    let mut missing = plan(&desk);
    missing.retain(|call| !desk.made(&call.id));
    if missing.is_empty() { compose::answer(&desk) } else { Ok(Step::Call(missing)) }
}

/// The first round of calls.
fn plan(desk: &compose::Desk<'_>) -> Vec<ToolCall> {
    let ask = &desk.part.ask;
    if let Some(wish) = &desk.part.wish {
        return act::calls(desk, wish);
    }
    if let Some(mail) = &desk.part.mail {
        return mail::calls(desk, mail);
    }
    match &desk.part.target {
        Target::Workspace => workspace(desk, ask),
        Target::Several(accounts) => accounts.iter().take(4).flat_map(|account| side(desk, &account.domain)).collect(),
        Target::Account(account) => one_account(desk, ask, &account.domain),
    }
}

fn workspace(desk: &compose::Desk<'_>, ask: &Ask) -> Vec<ToolCall> {
    let window = past(ask);
    match (&desk.part.survey, &ask.intent) {
        (Survey::Asked(_), _) | (Survey::Plain, Intent::Askers | Intent::Requests) => {
            let release = desk.release();
            let topic = release.is_none().then(|| desk.topic()).flatten();
            vec![desk.call(&ListRequests { topic, release, window, ..ListRequests::default() })]
        }
        (Survey::Said(theme), _) => said(desk, theme),
        (_, Intent::Prepare) => vec![desk.call(&preparation(desk, None))],
        (_, Intent::CloseLoop) => vec![desk.call(&close_loop(desk, None))],
        (_, Intent::Releases) => {
            vec![desk.call(&ListReleases { query: desk.release().or_else(|| desk.topic()), window })]
        }
        (_, Intent::Commitments) => vec![desk.call(&commitments(desk, ask, None))],
        (_, Intent::Topic) => vec![desk.call(&search(desk, ask, None))],
        _ => vec![desk.call(&set::wanted(desk))],
    }
}

/// What is known of one of several accounts that are compared.
fn side(desk: &compose::Desk<'_>, domain: &str) -> Vec<ToolCall> {
    let account = domain.to_owned();
    let mut calls = vec![desk.call_of(domain, &AccountOverview { account: account.clone() })];
    if compared::attributes(&desk.part.words).contains(&Attribute::Nps) {
        let kinds = vec![SignalKind::Nps];
        calls.push(desk.call_of(domain, &ListSignals { account: account.clone(), kinds, window: Window::ALWAYS }));
    }
    if let Some(query) = compared::beyond(&desk.part.ask) {
        let limit = Some(6);
        calls.push(desk.call_of(
            domain,
            &SearchEvidence {
                account: Some(account),
                query,
                limit,
                window: past(&desk.part.ask),
                ..SearchEvidence::default()
            },
        ));
    }
    calls
}

/// The searches for a theme over all accounts.
pub fn said(desk: &compose::Desk<'_>, theme: &Theme) -> Vec<ToolCall> {
    let searches = theme.queries.iter().enumerate();
    searches
        .map(|(at, query)| {
            let kinds = search(desk, &desk.part.ask, None).kinds;
            let window = past(&desk.part.ask);
            let (query, limit) = (query.clone(), Some(50));
            desk.call_of(
                &format!("said{at}"),
                &SearchEvidence { query, kinds, window, limit, ..SearchEvidence::default() },
            )
        })
        .collect()
}

fn one_account(desk: &compose::Desk<'_>, ask: &Ask, domain: &str) -> Vec<ToolCall> {
    let mut calls = by_intent(desk, ask, domain);
    if !calls.iter().any(|call| call.name == SearchEvidence::NAME) && wants_words(ask) {
        calls.push(desk.call(&search(desk, ask, Some(domain.to_owned()))));
    }
    calls
}

/// Whether what was said may be the answer, whatever else is looked up: where the question names something more than
/// its kind of question does, asks why, or where rules and examples disagree on what is wanted.
fn wants_words(ask: &Ask) -> bool {
    let answered_by_page = matches!(
        ask.intent,
        Intent::Calls
            | Intent::CloseLoop
            | Intent::Likelihood
            | Intent::NextStep
            | Intent::Overview
            | Intent::Prepare
            | Intent::Releases
    ) || ask.intent == Intent::Score && ask.topic.is_empty();
    !answered_by_page && (!ask.topic.is_empty() || ask.facet == Facet::Why) || !ask.sure && !ask.topic.is_empty()
}

fn by_intent(desk: &compose::Desk<'_>, ask: &Ask, domain: &str) -> Vec<ToolCall> {
    let account = domain.to_owned();
    let window = past(ask);
    let person = desk.person_name();
    match &ask.intent {
        Intent::Score => vec![desk.call(&ScoreExplanation { account, as_of: desk.ended() })],
        Intent::ScoreHistory => {
            vec![
                desk.call(&ScoreHistory { account: account.clone(), since: window.since, until: desk.ended() }),
                desk.call(&ScoreExplanation { account, as_of: desk.ended() }),
            ]
        }
        Intent::Prepare => vec![desk.call(&preparation(desk, Some(account)))],
        Intent::Likelihood => vec![desk.call(&AccountOverview { account })],
        Intent::NextStep => vec![
            desk.call(&ScoreExplanation { account: account.clone(), as_of: None }),
            desk.call(&commitments(desk, ask, Some(account.clone()))),
            desk.call(&ListRequests { account: Some(account.clone()), ..ListRequests::default() }),
            desk.call(&Revenue { account: account.clone(), window: Window::ALWAYS }),
            desk.call(&ListActivity { account, limit: Some(12), ..ListActivity::default() }),
        ],
        Intent::Changes => {
            let window = if ask.since_talk {
                Window { since: desk.today().checked_sub_days(Days::new(LONGEST_SILENCE)), until: None }
            } else if window == Window::ALWAYS {
                Window { since: desk.today().checked_sub_days(Days::new(7)), until: None }
            } else {
                window
            };
            vec![
                desk.call(&ListActivity {
                    account: account.clone(),
                    window,
                    limit: Some(40),
                    ..ListActivity::default()
                }),
                // The score a stretch begins with is that of the day before it.
                desk.call(&ScoreHistory {
                    account,
                    since: window.since.and_then(|since| since.pred_opt()),
                    until: desk.ended(),
                }),
            ]
        }
        Intent::Calls => {
            let call_id = desk.call_spoken_of();
            let last =
                if call_id.is_some() { None } else { ask.count.or_else(|| (window != Window::ALWAYS).then_some(5)) };
            vec![desk.call(&GetCall { account, call_id, last, window, person, about: desk.topic() })]
        }
        Intent::Contact(kinds) => vec![desk.call(&ListActivity {
            account,
            kinds: kinds.clone(),
            window,
            person,
            limit: Some(ask.count.unwrap_or(10)),
        })],
        Intent::Emails => vec![desk.call(&ListActivity {
            account,
            kinds: vec![RecordKind::Email],
            window,
            person,
            // Of a matter, the mail on it may be older.
            limit: Some(ask.count.unwrap_or(if ask.topic.is_empty() { 6 } else { 40 })),
        })],
        Intent::Requests | Intent::Askers => {
            vec![desk.call(&ListRequests {
                account: Some(account),
                topic: desk.topic(),
                release: desk.release(),
                window,
                person,
            })]
        }
        Intent::CloseLoop => vec![desk.call(&close_loop(desk, Some(account)))],
        Intent::Commitments => vec![desk.call(&commitments(desk, ask, Some(account)))],
        Intent::Revenue => vec![desk.call(&Revenue { account, window })],
        Intent::Usage => vec![desk.call(&Usage { account, window })],
        Intent::Signals(kinds) => {
            let mut calls = vec![desk.call(&ListSignals { account: account.clone(), kinds: kinds.clone(), window })];
            if kinds.is_empty() {
                calls.push(desk.call(&ScoreExplanation { account, as_of: desk.ended() }));
            }
            calls
        }
        Intent::Work(kind) => vec![desk.call(&ListActivity {
            account,
            kinds: vec![*kind],
            window,
            person: None,
            limit: Some(ask.count.unwrap_or(8)),
        })],
        Intent::Releases => vec![desk.call(&ListReleases { query: desk.release().or_else(|| desk.topic()), window })],
        Intent::Topic if ask.topic.is_empty() && person.is_none() && ask.fact.is_none() => {
            vec![desk.call(&AccountOverview { account })]
        }
        Intent::Topic => {
            let mut calls = vec![desk.call(&search(desk, ask, Some(account.clone())))];
            if let Some(topic) = desk.topic() {
                calls.push(desk.call(&ListReleases { query: Some(topic.clone()), ..ListReleases::default() }));
                if asks_after(desk) {
                    calls.push(desk.call(&promised_on(&account, &topic)));
                }
                // What was asked for again and again is the short of what was said.
                if person.is_none() && ask.facet == Facet::What {
                    let (account, topic) = (Some(account), Some(topic));
                    calls.push(desk.call(&ListRequests { account, topic, window, ..ListRequests::default() }));
                }
            }
            calls
        }
        Intent::People => {
            let mut calls = vec![desk.call(&AccountOverview { account: account.clone() })];
            if let (Some(_), Some(person)) = (ask.presence, person) {
                let (person, limit) = (Some(person), Some(1));
                calls.push(desk.call(&ListActivity { account, person, limit, ..ListActivity::default() }));
            }
            calls
        }
        _ => vec![
            desk.call(&AccountOverview { account: account.clone() }),
            desk.call(&commitments(desk, ask, Some(account))),
        ],
    }
}

/// The meeting to prepare: with whom of the customer, and on which day, as far as it is said.
fn preparation(desk: &compose::Desk<'_>, account: Option<String>) -> PrepareMeeting {
    let theirs = desk.part.person.as_ref().filter(|person| person.side == Side::Customer);
    let day = desk.part.ask.stretch.as_ref().and_then(|stretch| {
        let (since, until) = (stretch.window.since?, stretch.window.until?);
        // "On Friday" is the one that lies ahead.
        let ahead = if since < desk.today() { since.checked_add_days(Days::new(7))? } else { since };
        (since == until && ahead >= desk.today()).then_some(ahead)
    });
    match &desk.part.unsure {
        Some(unsure) => PrepareMeeting {
            person: Some(unsure.words.clone()),
            day,
            among: unsure.domains.clone(),
            ..PrepareMeeting::default()
        },
        None => PrepareMeeting {
            account,
            person: theirs.map(|person| person.name.clone()),
            day,
            ..PrepareMeeting::default()
        },
    }
}

/// Whether it asks what became of a thing that may have been promised: "was the list sent", "where is the quote".
pub fn asks_after(desk: &compose::Desk<'_>) -> bool {
    let ask = &desk.part.ask;
    let delivered = desk.says(
        "send sent sending deliver delivered arrive arrived come came coming get got receive received share shared done finished \
         happen happened out in ready put keep kept call called ring rang fix fixed restored",
    );
    let state = desk.says("status due deadline became stand where");
    ask.fact.is_none() && (matches!(ask.facet, Facet::YesNo | Facet::When) && delivered || state)
}

/// The promises of either side on a topic, whatever became of them.
fn promised_on(account: &str, topic: &str) -> ListCommitments {
    ListCommitments { account: Some(account.to_owned()), topic: Some(topic.to_owned()), ..ListCommitments::default() }
}

/// Whom to tell: of a release that is named, else of the thing.
fn close_loop(desk: &compose::Desk<'_>, account: Option<String>) -> CloseLoop {
    let release = desk.release();
    let topic = release.is_none().then(|| desk.topic()).flatten();
    CloseLoop { release, account, topic }
}

/// The stretch of time a question looks back on.
fn past(ask: &Ask) -> Window {
    ask.stretch.as_ref().filter(|stretch| !stretch.ahead).map_or(Window::ALWAYS, |stretch| stretch.window)
}

/// How many days back the last call is looked for.
const LONGEST_SILENCE: u64 = 180;

/// The stretch a search is bound to. What is said of a day that is named may be said before it or after.
fn spoken_in(ask: &Ask) -> Window {
    match &ask.stretch {
        Some(stretch) if stretch.named => Window::ALWAYS,
        _ => past(ask),
    }
}

/// Whether only promises past their day are asked for, not those still open.
pub fn overdue_only(desk: &compose::Desk<'_>) -> bool {
    (desk.says("overdue late behind") || desk.says("past") && desk.says("date due deadline"))
        && !desk.says("open outstanding owe owes owed pending due unfulfilled still upcoming or and")
}

/// The promises asked for.
pub fn commitments(desk: &compose::Desk<'_>, ask: &Ask, account: Option<String>) -> ListCommitments {
    let asked = ask.intent == Intent::Commitments;
    let owed_to_them =
        ask.owed_to && desk.part.person.as_ref().is_some_and(|person| !person.owner && person.side == Side::Customer);
    let person = desk.person_name().filter(|_| !owed_to_them);
    let side = if owed_to_them || !asked {
        Some(Side::Team)
    } else if person.is_some() {
        None
    } else if desk.says("ours") {
        Some(Side::Team)
    } else if desk.says("theirs") {
        Some(Side::Customer)
    } else {
        ask.side
    };
    let statuses = if !asked || desk.says("open outstanding overdue late owe owes owed still pending due unfulfilled broken broke hasn't haven't behind to-dos todos") {
        vec![CommitmentStatus::Overdue, CommitmentStatus::Unclear, CommitmentStatus::Open]
    } else if desk.says("kept fulfilled done completed") && ask.facet != Facet::YesNo {
        vec![CommitmentStatus::Kept]
    } else {
        Vec::new()
    };
    let topic = if asked { desk.topic() } else { None };
    // "What is overdue as of today": overdue is what it is today.
    let of_now =
        ask.stretch.as_ref().is_some_and(|stretch| stretch.typed.eq_ignore_ascii_case("today")) && overdue_only(desk);
    let stretch = ask.stretch.as_ref().filter(|_| asked && !of_now).map_or(Window::ALWAYS, |stretch| stretch.window);
    let by_due = desk.says("due deadline deadlines") || ask.stretch.as_ref().is_some_and(|stretch| stretch.ahead);
    let (window, due) = if by_due { (Window::ALWAYS, stretch) } else { (stretch, Window::ALWAYS) };
    ListCommitments { account, person, side, statuses, window, topic, due, owner: None }
}

/// Whether the kind of fact alone says what to look for: the causes of figures.
fn told_by_fact(ask: &Ask) -> bool {
    matches!(ask.fact, Some(WantedFact::UseCause | WantedFact::PayCause))
}

/// The search for what was said.
pub fn search(desk: &compose::Desk<'_>, ask: &Ask, account: Option<String>) -> SearchEvidence {
    let mut kinds = Vec::new();
    if desk.found_in("call calls meeting meetings transcript transcripts") {
        kinds.push(RecordKind::Call);
    }
    if desk.found_in("email emails e-mail e-mails mail mails inbox") {
        kinds.push(RecordKind::Email);
    }
    if desk.found_in("note notes") {
        kinds.push(RecordKind::Note);
    }
    // "what did Dana say" wants her words; "who took over from Dana" wants what is said of her.
    let about = desk.person_name().filter(|_| !ask.by_person);
    SearchEvidence {
        account,
        query: desk.topic_and_day().filter(|_| !told_by_fact(ask)).unwrap_or_else(|| {
            if about.is_some() || ask.fact.is_some() { String::new() } else { desk.part.words.clone() }
        }),
        question: Some(desk.part.words.clone()),
        kinds,
        // A cause may be older than what it brought about, and the day of a promise is not when it was spoken of.
        window: if ask.facet == Facet::Why || ask.intent == Intent::Commitments {
            Window::ALWAYS
        } else {
            spoken_in(ask)
        },
        person: desk.person_name().filter(|_| about.is_none()),
        about,
        side: None,
        wants: ask.fact.or(match ask.facet {
            Facet::When | Facet::Renewal => Some(WantedFact::Date),
            Facet::HowMany | Facet::Amount => Some(WantedFact::Amount),
            Facet::Why => Some(WantedFact::Reason),
            _ => None,
        }),
        record_id: desk.call_spoken_of(),
        limit: Some(14),
    }
}
