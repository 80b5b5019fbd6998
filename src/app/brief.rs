//! The brief of a meeting that comes by itself, some time before the meeting: once for each time the meeting is set for,
//! whoever tries it and however often.
//!
//! Whoever finds it due makes it and keeps it with where it goes; whoever finds it made delivers that one. What cannot be
//! delivered is tried again until the meeting begins.

use std::sync::Arc;

use chrono::Duration;
use serde::Serialize;

use super::{App, AppError, Origin, Question};
use crate::agent::driver::Budget;
use crate::domain::actor::{Actor, Surface};
use crate::domain::answer::Answer;
use crate::domain::calendar::CalendarMeeting;
use crate::domain::digest::Destination;
use crate::domain::evidence::Citation;
use crate::domain::markdown;
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::task::Task;
use crate::domain::text::clipped;
use crate::domain::time::{Moment, day_text};
use crate::mail::Envelope;
use crate::model::analyst::Preparer;
use crate::prompt::{self, Template};
use crate::store::{BriefRecord, BriefState};

/// The longest subject of a mail.
const SUBJECT: usize = 150;

/// A brief that is to be delivered.
#[derive(Clone, Debug)]
pub struct DueBrief {
    /// The meeting.
    pub meeting: CalendarMeeting,
    /// Where it goes.
    pub to: Destination,
    /// What it says.
    pub answer: Answer,
    /// Whether somebody tried to deliver it before, and nobody knows what came of it.
    pub tried: bool,
}

/// A meeting, and what became of its brief.
#[derive(Clone, Debug)]
pub struct MeetingAhead {
    /// The meeting.
    pub meeting: CalendarMeeting,
    /// What its account is called.
    pub account_name: String,
    /// The brief that came by itself, where one did.
    pub brief: Option<BriefRecord>,
}

/// A brief as a mail.
#[derive(Serialize)]
struct Letter<'a> {
    lines: Vec<String>,
    sources: Vec<&'a Citation>,
}

impl Template for Letter<'_> {
    const FILE: &'static str = "digest/brief.md";
}

impl App {
    /// Writes down the tasks that send the briefs that are due.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn enqueue_due_briefs(&self) -> Result<(), AppError> {
        let Some(until) = self.briefed_until() else { return Ok(()) };
        for meeting in self.intake.store.due_briefs(self.workspace, self.now(), until).await? {
            self.intake.store.enqueue(&Task::SendBrief { workspace: self.workspace, meeting }, None).await?;
        }
        Ok(())
    }

    /// Meetings that begin until then are briefed on; none where briefs do not come by themselves.
    fn briefed_until(&self) -> Option<Moment> {
        let minutes = self.meetings.brief_minutes_before;
        (minutes > 0).then(|| self.now() + Duration::minutes(minutes.into()))
    }

    /// The brief of a meeting that is to be delivered now, made where it was not; none where there is nothing to do. `slack`
    /// says that Slack can be reached from here.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when it cannot be made now.
    pub async fn due_brief(&self, meeting: &str, slack: bool) -> Result<Option<DueBrief>, AppError> {
        let store = &self.intake.store;
        let wanted = RecordRef { kind: RecordKind::Meeting, id: meeting.to_owned() };
        // It was taken away meanwhile.
        let Some(Record::Meeting(meeting)) = store.records(self.workspace, &[wanted]).await?.pop() else {
            return Ok(None);
        };
        let kept = store.brief(self.workspace, &meeting.id, meeting.starts_at).await?;
        let unfinished = |record: &BriefRecord| matches!(record.state, BriefState::Made | BriefState::Sending);
        let kept = match kept {
            Some(record) if !unfinished(&record) => return Ok(None),
            kept => kept,
        };
        let now = self.now();
        if meeting.canceled || meeting.starts_at <= now {
            if let Some(record) = kept {
                let why = record.note.map(|note| format!(": {note}")).unwrap_or_default();
                let told = if meeting.canceled {
                    "The meeting was called off"
                } else {
                    "The meeting began before it could go out"
                };
                self.settle_brief(&meeting, (BriefState::Missed, Some(&format!("{told}{why}")))).await?;
            }
            return Ok(None);
        }
        // It was moved away meanwhile.
        if self.briefed_until().is_none_or(|until| meeting.starts_at > until) {
            return Ok(None);
        }
        let record = match kept {
            Some(record) => record,
            None => match self.made(&meeting, slack).await? {
                Some(record) => record,
                None => return Ok(None),
            },
        };
        if !unfinished(&record) {
            return Ok(None);
        }
        Ok(Some(DueBrief { meeting, to: record.to, answer: record.answer, tried: record.state == BriefState::Sending }))
    }

    /// Makes the brief of a meeting, and keeps it.
    async fn made(&self, meeting: &CalendarMeeting, slack: bool) -> Result<Option<BriefRecord>, AppError> {
        let data = self.intake.store.account_data(self.workspace, &meeting.account).await?;
        let owner = data.account.record.owner_email.clone();
        let to = self.destination(owner.as_deref(), slack).await?;
        let model = Arc::new(Preparer { meeting: meeting.id.clone() });
        let mut app = self.clone();
        app.agent = app.agent.on(model, Budget::GENEROUS);
        let by = owner.map_or_else(Actor::default, |owner| Actor::new(&owner, Surface::Api));
        let day = day_text(meeting.starts_at.day(), self.now().day());
        let question = Question {
            question: format!("Prepare me for the meeting “{}” on {day}", meeting.title),
            account: Some(meeting.account.clone()),
            origin: Origin { by, request: None, typed: None },
            ..Question::default()
        };
        let answer = Box::pin(app.answer_unasked(question)).await?;
        let record = BriefRecord {
            meeting: meeting.id.clone(),
            starts_at: meeting.starts_at,
            to,
            state: BriefState::Made,
            answer,
            made_at: self.now(),
            sent_at: None,
            note: None,
        };
        Ok(self.intake.store.keep_brief(self.workspace, &record).await?)
    }

    /// To the owner in Slack where they are known there, else by e-mail where mail can go out, else to the page.
    async fn destination(&self, owner: Option<&str>, slack: bool) -> Result<Destination, AppError> {
        let Some(owner) = owner else { return Ok(Destination::Web) };
        if slack {
            let person = self.intake.store.person_by_email(self.workspace, owner).await?;
            if let Some(user) = person.and_then(|person| person.slack) {
                return Ok(Destination::Slack(user.user));
            }
        }
        Ok(match self.outbox.mailer() {
            Some(_) => Destination::Mail(owner.to_lowercase()),
            None => Destination::Web,
        })
    }

    /// Says that a brief arrived.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn brief_arrived(&self, due: &DueBrief) -> Result<(), AppError> {
        self.settle_brief(&due.meeting, (BriefState::Sent, None)).await
    }

    /// Says why a brief did not arrive: for good, or yet.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn brief_failed(&self, due: &DueBrief, why: &str, for_good: bool) -> Result<(), AppError> {
        let state = if for_good { BriefState::Failed } else { BriefState::Made };
        self.settle_brief(&due.meeting, (state, Some(why))).await
    }

    async fn settle_brief(&self, meeting: &CalendarMeeting, state: (BriefState, Option<&str>)) -> Result<(), AppError> {
        let which = (meeting.id.as_str(), meeting.starts_at);
        Ok(self.intake.store.settle_brief(self.workspace, which, state, self.now()).await?)
    }

    /// Delivers a brief by e-mail.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where trying again later may help; [`AppError::Invalid`] where it does not.
    pub async fn mail_brief(&self, due: &DueBrief) -> Result<(), AppError> {
        let Destination::Mail(address) = &due.to else { return Ok(()) };
        let lines: Vec<String> = due.answer.answer.lines().map(markdown::plain).collect();
        let conclusion = lines.first().cloned().unwrap_or_default();
        let letter = Letter { lines, sources: due.answer.citations.iter().collect() };
        let body = prompt::render(&letter, self.now().day()).map_err(|error| AppError::Internal {
            public: "The brief could not be put into words.".to_owned(),
            source: error.into(),
        })?;
        let subject = format!("{}, {}: {conclusion}", due.meeting.title, due.meeting.starts_at.format("%H:%M"));
        let envelope = Envelope {
            from: ("success-agent", address),
            to: ("", address),
            subject: &clipped(&subject, SUBJECT),
            body: &body,
            at: self.now(),
        };
        let id = format!("{}.{}@success-agent", due.answer.conversation, due.meeting.starts_at.timestamp());
        let settle = |state| self.settle_brief(&due.meeting, (state, None));
        self.mail_once(due.tried, envelope, &id, || settle(BriefState::Sending), || settle(BriefState::Made)).await
    }

    /// The meetings that lie ahead, the soonest first, at most `limit`: with an account, else of somebody by their address.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such account.
    pub async fn meetings_ahead(
        &self,
        account: Option<&str>,
        who: Option<&str>,
        limit: u32,
    ) -> Result<Vec<MeetingAhead>, AppError> {
        let (store, workspace, now) = (&self.intake.store, self.workspace, self.now());
        let meetings = match (account, who) {
            (Some(account), _) => store.calendar_meetings(workspace, account, now, limit).await?,
            (None, Some(who)) => store.meetings_of(workspace, who, now, limit).await?,
            (None, None) => store.meetings_ahead(workspace, now, limit).await?,
        };
        let ids: Vec<String> = meetings.iter().map(|meeting| meeting.id.clone()).collect();
        let mut briefs = store.briefs_of(workspace, &ids).await?;
        let domains: Vec<String> = meetings.iter().map(|meeting| meeting.account.clone()).collect();
        let names = store.briefs(workspace, &domains).await?;
        Ok(meetings
            .into_iter()
            .map(|meeting| {
                let of = |brief: &BriefRecord| brief.meeting == meeting.id && brief.starts_at == meeting.starts_at;
                let brief = briefs.iter().position(of).map(|at| briefs.remove(at));
                let name = names.get(&meeting.account).map(|account| account.name.clone());
                MeetingAhead { account_name: name.unwrap_or_else(|| meeting.account.clone()), meeting, brief }
            })
            .collect())
    }
}
