//! What was shipped since accounts were lost: of what they asked for, and of what the reason of the loss says they missed.

use std::cmp::Reverse;

use chrono::NaiveDate;

use super::list_requests::answered::{Answer, Notes};
use super::list_requests::gather::{Asked, gather};
use super::list_requests::group::{group, wording};
use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::activity::Release;
use crate::domain::health::Shipped;
use crate::domain::matching::Verdict;
use crate::domain::record::RecordKind;
use crate::domain::revenue::{Deal, DealStatus};
use crate::domain::time::{Moment, Window};
use crate::knowledge::matching::Line;
use crate::language::{Gist, Rarity};
use crate::store::AccountData;

/// What was shipped since an account was lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SinceLost {
    /// What it asked for and is there now, as its likelihood counts it, the newest first.
    pub shipped: Vec<Shipped>,
    /// What answers the reason on record.
    pub reason: Option<ReasonAnswered>,
}

/// A line of release notes that answers why a deal was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonAnswered {
    /// The id of the release.
    pub release: String,
    /// What it is called.
    pub name: String,
    /// When it shipped.
    pub on: NaiveDate,
    /// The line.
    pub line: String,
    /// Whether it answers a part of it only.
    pub partly: bool,
    /// Whether it is sure that the line is about the reason; else a person has to look.
    pub sure: bool,
}

/// The deal that was lost last, where its reason is on record.
fn lost(data: &AccountData, now: Moment) -> Option<(&Deal, &str, Moment)> {
    let lost = data.deals.iter().filter(|deal| deal.status == DealStatus::Lost);
    let closed = lost.filter_map(|deal| Some((deal, deal.closed_at.filter(|at| *at <= now)?)));
    let (deal, at) = closed.max_by_key(|(deal, at)| (*at, deal.id.clone()))?;
    let reason = deal.lost_reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty())?;
    Some((deal, reason, at))
}

/// A wish the reason of a loss stands for.
fn wished(data: &AccountData, (deal, reason, at): (&Deal, &str, Moment)) -> Asked {
    Asked {
        account: data.account.record.domain.clone(),
        who: None,
        what: reason.to_owned(),
        also: Vec::new(),
        quote: reason.to_owned(),
        at,
        kind: RecordKind::Deal,
        title: deal.name.clone(),
        evidence: evidence::deal(deal),
        names: Gist::new(reason),
        words: Gist::new(reason),
    }
}

/// What was shipped since each of these accounts was lost, in their order. Release notes are read once for all of them.
pub async fn run(bench: &Bench<'_>, accounts: &[AccountData]) -> Result<Vec<SinceLost>, ToolError> {
    let (now, releases) = (bench.now(), bench.records().releases(&Window::ALWAYS).await?);
    let notes = Notes::new(bench, &releases, |release| release.shipped(now));
    // What is asked for, and by which account; then the reasons.
    let (mut groups, mut of): (Vec<Vec<Asked>>, Vec<(usize, String)>) = (Vec::new(), Vec::new());
    for (place, data) in accounts.iter().enumerate() {
        let asked = gather(bench, Some(&data.account.record.domain), &Window::ALWAYS, None).await?;
        let rarity = Rarity::of(asked.iter().map(|item| &item.names).chain(notes.lines().iter().map(Line::gist)));
        for group in group(asked, &rarity) {
            of.push((place, wording(&group, &rarity)));
            groups.push(group);
        }
    }
    let requests = groups.len();
    let mut reasons = Vec::new();
    for (place, data) in accounts.iter().enumerate() {
        if let Some(loss) = lost(data, now) {
            groups.push(vec![wished(data, loss)]);
            reasons.push((place, loss.2));
        }
    }
    let mut answers = notes.answers(bench, &groups).await;
    let of_reasons = answers.split_off(requests);
    let mut found = vec![SinceLost::default(); accounts.len()];
    for ((place, what), answer) in of.into_iter().zip(answers) {
        let Some(answer) = answer.filter(|answer| answer.taken_back.is_none() && is_there(answer)) else { continue };
        let release = &releases[answer.release];
        found[place].shipped.push(Shipped { what, title: release.title.clone(), on: release.shipped_at.day() });
    }
    for one in &mut found {
        one.shipped.sort_by_key(|shipped| Reverse(shipped.on));
    }
    for ((place, lost_at), answer) in reasons.into_iter().zip(of_reasons) {
        found[place].reason = answer.and_then(|answer| answered(&answer, &releases, lost_at));
    }
    Ok(found)
}

fn is_there(answer: &Answer) -> bool {
    matches!(answer.best.verdict, Verdict::Answers | Verdict::Before | Verdict::Partly)
}

/// What answers the reason, where it came after.
fn answered(answer: &Answer, releases: &[Release], lost_at: Moment) -> Option<ReasonAnswered> {
    let release = &releases[answer.release];
    let partly = match answer.best.verdict {
        Verdict::Answers => false,
        Verdict::Partly => true,
        _ => return None,
    };
    let counts = answer.taken_back.is_none() && release.shipped_at > lost_at;
    counts.then(|| ReasonAnswered {
        release: release.id.clone(),
        name: release.name().to_owned(),
        on: release.shipped_at.day(),
        line: answer.line.clone(),
        partly,
        sure: answer.best.sure,
    })
}
