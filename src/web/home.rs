//! `GET /home`: what somebody has to do today, which needs no script.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::actor::Sender;
use super::error::Problem;
use super::extract::Params;
use super::hub::address;
use super::hub::words::{Owner, When, level, money};
use super::state::Web;
use crate::app::{Home, MeetingAhead};
use crate::domain::digest::{Edition, EditionRow, NamedAccount, Overdue, RowState, Watched};
use crate::domain::text::capital;
use crate::domain::time::Moment;
use crate::domain::tool::portfolio::PortfolioRow;

/// Owners offered, at most; of more, an address is typed.
const OWNERS: usize = 60;

/// Whose day is shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HomeParams {
    /// An e-mail address; everybody's where it is empty, the reader's own where it is absent.
    who: Option<String>,
}

/// The page.
#[derive(Debug, Serialize)]
struct HomePage {
    day: String,
    who: Option<Owner>,
    owners: Vec<Owner>,
    summary: Vec<String>,
    news: Vec<News>,
    more: u64,
    lines: Vec<Line>,
    owed: Vec<Owed>,
    problems: Vec<String>,
    accounts: Vec<Account>,
    matched: u64,
    all: String,
    meetings: Vec<Meeting>,
    waiting: Vec<Waiting>,
    drafts: Vec<DraftLine>,
}

/// An account that is new or worse.
#[derive(Debug, Serialize)]
struct News {
    name: String,
    href: String,
    level: &'static str,
    level_name: String,
    score: u32,
    before: Option<u32>,
    /// Only where a digest of theirs came before.
    state: Option<&'static str>,
    reason: String,
    next: String,
    arr: String,
    renews: Option<String>,
}

/// Accounts of which a word is said.
#[derive(Debug, Serialize)]
struct Line {
    what: &'static str,
    count: u64,
    accounts: Vec<Named>,
}

#[derive(Debug, Serialize)]
struct Named {
    name: String,
    href: String,
    note: String,
}

/// A promise past its day.
#[derive(Debug, Serialize)]
struct Owed {
    what: String,
    who: String,
    account: String,
    href: String,
    due: Option<When>,
}

#[derive(Debug, Serialize)]
struct Account {
    name: String,
    href: String,
    level: &'static str,
    level_name: String,
    score: u32,
    arr: String,
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct Meeting {
    title: String,
    account: String,
    href: String,
    when: When,
    time: String,
    brief: Option<String>,
}

#[derive(Debug, Serialize)]
struct Waiting {
    title: String,
    href: String,
    by: String,
    when: When,
}

#[derive(Debug, Serialize)]
struct DraftLine {
    subject: String,
    account: String,
    href: String,
    to: String,
    when: When,
}

impl HomePage {
    fn of(home: &Home, owners: &[String]) -> Self {
        let today = home.now.day();
        let edition = home.edition.as_ref();
        let all = match &home.who {
            Some(who) => format!("/accounts?owner={}", address::escaped(who)),
            None => "/accounts?level=critical".to_owned(),
        };
        let mut lines = Vec::new();
        let mut owed = Vec::new();
        if let Some(edition) = edition {
            let renewals = Watched { count: edition.renewals.in_90, first: edition.renewals.first.clone() };
            let all = [
                ("Renew or end within 90 days", &renewals),
                ("Did not pay", &edition.unpaid),
                ("Nobody spoke to for three weeks", &edition.silent),
                ("Better than before", &edition.recovered),
            ];
            lines.extend(all.into_iter().filter(|(_, watched)| watched.count > 0).map(|(what, watched)| Line {
                what,
                count: watched.count,
                accounts: watched.first.iter().map(Named::of).collect(),
            }));
            owed.extend(edition.overdue.first.iter().map(|overdue| Owed::of(overdue, home.now)));
        }
        Self {
            day: home.now.format("%A, %B %-d").to_string(),
            owners: if owners.len() <= OWNERS {
                owners.iter().map(|owner| Owner::of(owner)).collect()
            } else {
                Vec::new()
            },
            summary: edition.map(|edition| summary(edition, home.compared)).unwrap_or_default(),
            news: edition
                .map(|edition| edition.rows.iter().map(|row| News::of(row, home.compared, home.now)).collect())
                .unwrap_or_default(),
            more: edition.map_or(0, |edition| edition.more),
            problems: edition.map_or_else(|| home.problems.clone(), |edition| edition.sources.problems.clone()),
            lines,
            owed,
            accounts: home.accounts.rows.iter().map(Account::of).collect(),
            matched: home.accounts.matched,
            all,
            meetings: home.meetings.iter().map(|meeting| Meeting::of(meeting, home.now)).collect(),
            waiting: home
                .waiting
                .iter()
                .map(|proposal| Waiting {
                    title: proposal.preview.title.clone(),
                    href: address::account(&proposal.account),
                    by: proposal.proposed_by.who.clone(),
                    when: When::at(proposal.proposed_at, today),
                })
                .collect(),
            drafts: home
                .drafts
                .iter()
                .map(|draft| DraftLine {
                    subject: draft.letter().subject.clone(),
                    account: draft.account_name.clone(),
                    href: format!("{}#drafts", address::account(&draft.account)),
                    to: draft.letter().recipient.name.clone(),
                    when: When::at(draft.current().at, today),
                })
                .collect(),
            who: home.who.as_deref().map(Owner::of),
        }
    }
}

/// The sentences a digest begins with. Where none came before, there is nothing to count as new.
fn summary(edition: &Edition, compared: bool) -> Vec<String> {
    let counts_news = |number: usize| number == 1 && !edition.rows.is_empty();
    let sentences = edition.summary.iter().enumerate();
    sentences.filter(|(number, _)| compared || !counts_news(*number)).map(|(_, sentence)| sentence.clone()).collect()
}

impl News {
    fn of(row: &EditionRow, compared: bool, now: Moment) -> Self {
        let state = match row.state {
            RowState::New => "New",
            _ => "Worse",
        };
        Self {
            name: row.name.clone(),
            href: address::account(&row.domain),
            level: row.level.wire(),
            level_name: level(row.level),
            score: row.score,
            before: row.before.filter(|before| *before != row.score),
            state: compared.then_some(state),
            reason: row.reason.clone(),
            next: row.next_step.clone(),
            arr: money(&row.arr),
            renews: row.renewal(now.day()),
        }
    }
}

impl Named {
    fn of(account: &NamedAccount) -> Self {
        Self { name: account.name.clone(), href: address::account(&account.domain), note: account.note.clone() }
    }
}

impl Owed {
    fn of(overdue: &Overdue, now: Moment) -> Self {
        Self {
            what: capital(overdue.what.trim_end_matches('.')),
            who: overdue.who.clone(),
            account: overdue.account.clone(),
            href: format!("{}#promises", address::account(&overdue.domain)),
            due: overdue.due.map(|due| When::of(due, now.day())),
        }
    }
}

impl Account {
    fn of(row: &PortfolioRow) -> Self {
        Self {
            name: row.name.clone(),
            href: address::account(&row.domain),
            level: row.level.wire(),
            level_name: level(row.level),
            score: row.score,
            arr: money(&row.arr),
            reason: row.reasons.first().cloned(),
        }
    }
}

impl Meeting {
    fn of(ahead: &MeetingAhead, now: Moment) -> Self {
        let meeting = &ahead.meeting;
        let brief = ahead.brief.as_ref().map(|brief| format!("/c/{}", brief.answer.conversation));
        Self {
            title: meeting.title.clone(),
            account: ahead.account_name.clone(),
            href: address::account(&meeting.account),
            when: When::at(meeting.starts_at, now.day()),
            time: meeting.starts_at.format("%H:%M").to_string(),
            brief,
        }
    }
}

/// Shows somebody's day.
pub(super) async fn show(
    State(web): State<Web>,
    Sender(origin): Sender,
    Params(params): Params<HomeParams>,
) -> Result<Response, Problem> {
    let reader = origin.by.person.map(|_| origin.by.who);
    let home = web.app().home(params.who.or(reader).as_deref()).await?;
    let owners = web.app().owners().await?;
    web.page().show(&web, "home.html", "Home", &HomePage::of(&home, &owners))
}
