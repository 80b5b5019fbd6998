//! What is to be settled first, and what is worth asking: each comes from something found, and cites it.

use chrono::NaiveDate;

use super::super::{Bench, ToolError};
use crate::domain::activity::{CommitmentStatus, Side};
use crate::domain::health::FactorKind;
use crate::domain::money::joined;
use crate::domain::text::clipped;
use crate::domain::time::{Window, day_text, relative_text};
use crate::domain::tool::meeting::{Finding, MeetingBrief, Question};
use crate::domain::tool::records::{CommitmentView, RequestGroup};
use crate::domain::tool::score::FactorView;
use crate::language::Topic;

/// Questions at most.
const MOST: usize = 3;

/// Letters of a phrase that is repeated in a question.
const PHRASE: usize = 100;

/// Days back in which a call may have asked already.
const ASKED_WITHIN: u64 = 60;

/// Calls that are looked through for it.
const CALLS: u32 = 6;

/// The share of a risk's words that a question about it has.
const ABOUT: f32 = 0.34;

/// Days after which a promise that nobody spoke of again does not come first.
const STALE: i64 = 60;

/// The one thing to settle: that whoever is named is not there any more, what they said of leaving, what we owe, what they
/// owe us, or what weighs most.
pub(super) fn settle(brief: &MeetingBrief, named: bool, today: NaiveDate) -> Option<Finding> {
    let overdue = |promises: &[CommitmentView]| {
        let late = |promise: &&CommitmentView| {
            promise.status == CommitmentStatus::Overdue
                && promise.due.is_some_and(|due| (today - due).num_days() <= STALE)
        };
        promises.iter().find(late).cloned()
    };
    if let Some((person, became)) =
        brief.people.first().filter(|_| named).and_then(|one| Some((one, one.became.as_ref()?)))
    {
        let text = format!("{} {became}", person.name);
        return Some(Finding { cites: person.became_cite.into_iter().collect(), text });
    }
    let since = |promise: &CommitmentView| {
        promise.due.map(|due| format!(", due {}", relative_text(due, today))).unwrap_or_default()
    };
    let risk = |kind: FactorKind| brief.risks.iter().find(|risk| risk.kind == kind);
    let of_risk = |risk: &FactorView| Finding { cites: risk.cites.clone(), text: risk.reason.clone() };
    if let Some(notice) = brief.revenue.notice.as_ref().filter(|notice| !notice.withdrawn) {
        return Some(Finding { cites: vec![notice.cite], text: notice.text.clone() });
    }
    if let Some(escalation) = risk(FactorKind::Escalation) {
        return Some(of_risk(escalation));
    }
    if let Some(promise) = overdue(&brief.ours) {
        let text = format!("what we owe them{}: {}", since(&promise), phrase(&promise.what));
        return Some(Finding { cites: vec![promise.cite], text });
    }
    if let (false, Some(payment)) = (brief.revenue.owed.is_empty(), risk(FactorKind::Payment)) {
        let text = format!("{} that they owe us", joined(&brief.revenue.owed));
        return Some(Finding { cites: payment.cites.clone(), text });
    }
    if let Some(heaviest) = brief.risks.first() {
        return Some(of_risk(heaviest));
    }
    if let Some(promise) = overdue(&brief.theirs) {
        let text = format!("what they owe us{}: {}", since(&promise), phrase(&promise.what));
        return Some(Finding { cites: vec![promise.cite], text });
    }
    if let Some(group) = brief.shipped.first() {
        let shipped = group.shipped.as_ref()?;
        let text = format!("tell them that what they asked for has shipped: {}", wish(group)?);
        return Some(Finding { cites: vec![shipped.cite], text });
    }
    let asked = brief.requests.first()?;
    let text = format!("what becomes of their request: {}", wish(asked)?);
    Some(Finding { cites: vec![asked.asks.first()?.cite], text })
}

/// Questions of different kinds first; then further ones of each.
pub(super) async fn worth_asking(bench: &Bench<'_>, brief: &MeetingBrief) -> Result<Vec<Question>, ToolError> {
    let today = bench.today();
    let mut kinds: Vec<Vec<Question>> = vec![
        brief.theirs.iter().filter_map(|promise| about_promise(promise, today)).collect(),
        unasked(bench, brief).await?.iter().filter_map(about_risk).collect(),
        brief.shipped.iter().filter_map(|group| about_shipped(group, today)).collect(),
        brief.requests.iter().filter_map(|group| about_request(group, today)).collect(),
        brief
            .people
            .iter()
            .filter(|person| person.last_at.is_none())
            .map(|person| Question {
                cites: vec![person.cite],
                ask: format!("What does {} want from this meeting?", person.name),
                because: "no call or e-mail with them is on record".to_owned(),
            })
            .collect(),
    ];
    let mut chosen: Vec<Question> = Vec::new();
    while chosen.len() < MOST && kinds.iter().any(|kind| !kind.is_empty()) {
        for kind in kinds.iter_mut().filter(|kind| !kind.is_empty()) {
            let question = kind.remove(0);
            if chosen.len() < MOST && !chosen.iter().any(|other| other.ask == question.ask) {
                chosen.push(question);
            }
        }
    }
    Ok(chosen)
}

/// The risks nobody of ours asked about in the calls of late.
async fn unasked(bench: &Bench<'_>, brief: &MeetingBrief) -> Result<Vec<FactorView>, ToolError> {
    let from = bench.today().checked_sub_days(chrono::Days::new(ASKED_WITHIN));
    let window = Window { since: from, until: Some(bench.today()) };
    let data = bench.records().account_data(&brief.domain).await?;
    let sides = data.sides();
    let calls = bench.records().calls(&brief.domain, &window, None, CALLS).await?;
    let mut asked: Vec<&str> = Vec::new();
    for call in calls.iter() {
        let speakers = crate::reading::people::Speakers::of(call, Some(&sides));
        let ours = call.transcript.iter().filter(|turn| speakers.side(&turn.speaker) == Some(Side::Team));
        asked.extend(ours.map(|turn| turn.text.as_str()).filter(|text| text.contains('?')));
    }
    let is_asked = |risk: &FactorView| {
        let topic = Topic::new(&risk.reason);
        asked.iter().any(|text| topic.share(text) >= ABOUT)
    };
    Ok(brief.risks.iter().filter(|risk| !is_asked(risk)).cloned().collect())
}

fn about_promise(promise: &CommitmentView, today: NaiveDate) -> Option<Question> {
    let due = promise.due.filter(|_| promise.status == CommitmentStatus::Overdue)?;
    Some(Question {
        cites: vec![promise.cite],
        ask: if promise.what.starts_with('“') {
            format!("What became of what {} promised: {}?", promise.who, phrase(&promise.what))
        } else {
            format!("What became of {}'s promise to {}?", promise.who, phrase(&promise.what))
        },
        because: format!("it was due on {}", day_text(due, today)),
    })
}

fn about_risk(risk: &FactorView) -> Option<Question> {
    let ask = match risk.kind {
        FactorKind::Adoption => "Who does not use it yet, and what keeps them from it?",
        FactorKind::UsageTrend => "What changed for those who use it less?",
        FactorKind::Payment => "Who can see to the payment, and by when?",
        FactorKind::Renewal => "What does the renewal hang on, and who decides?",
        FactorKind::Nps | FactorKind::Complaint | FactorKind::Escalation => "What would put this right for them?",
        FactorKind::ChurnRisk => "What would make them stay?",
        FactorKind::Silence => "What happened on their side meanwhile?",
        FactorKind::Praise | FactorKind::BrokenPromise | FactorKind::Trial | FactorKind::Deal | FactorKind::Shipped => {
            return None;
        }
    };
    Some(Question { cites: risk.cites.clone(), ask: ask.to_owned(), because: risk.reason.clone() })
}

fn about_shipped(group: &RequestGroup, today: NaiveDate) -> Option<Question> {
    let shipped = group.shipped.as_ref()?;
    let release = shipped.version.as_ref().unwrap_or(&shipped.title);
    let day = day_text(shipped.shipped_at.day(), today);
    Some(Question {
        cites: vec![group.asks.first()?.cite, shipped.cite],
        ask: format!("Have they tried this: {}?", wish(group)?),
        because: format!("they asked for it, and {release} brought it on {day}"),
    })
}

fn about_request(group: &RequestGroup, today: NaiveDate) -> Option<Question> {
    let last = group.asks.first()?;
    let who = last.who.as_deref().unwrap_or("somebody");
    let day = day_text(last.occurred_at.day(), today);
    Some(Question {
        cites: vec![last.cite],
        ask: format!("How much does it still matter to them: {}?", wish(group)?),
        because: format!("{who} asked for it on {day}, and it has not shipped"),
    })
}

/// What is asked for: as a phrase, or in the words it was asked in.
fn wish(group: &RequestGroup) -> Option<String> {
    if !group.told_by_quote {
        return Some(phrase(&group.what));
    }
    Some(format!("“{}”", phrase(&group.asks.first()?.quote)))
}

/// A phrase without its end.
fn phrase(text: &str) -> String {
    clipped(text.trim().trim_end_matches(['.', '?', '!']), PHRASE)
}
