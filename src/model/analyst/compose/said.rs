//! Answers over all accounts from what was said and written: who speaks of it, in the best sentence of each.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Desk, plan};
use crate::domain::activity::Side;
use crate::domain::record::RecordRef;
use crate::domain::tool::activity::{EvidenceHit, EvidenceList, SearchEvidence};
use crate::domain::tool::records::{ListReleases, ReleaseView};
use crate::language::{Topic, words};
use crate::model::analyst::plan::Step;
use crate::model::analyst::survey::{Survey, Theme};
use crate::model::chat::ModelError;
use crate::prompt::Template;

/// A sentence must cover at least this share of the topic to speak of it.
const SPEAKS: f32 = 0.6;

/// Likewise where it must also have a telling word.
const SPEAKS_TELLING: f32 = 0.2;

/// Less than that is shown as the nearest there is, above this share.
const NEAR: f32 = 0.5;

/// Statements a search hands out at most; so many mean that there may be more.
const CAP: usize = 50;

/// Accounts shown at most.
const SHOWN: usize = 12;

#[derive(Serialize)]
struct SaidPage {
    #[serde(flatten)]
    theme: Theme,
    time: String,
    names: Vec<String>,
    rows: Vec<EvidenceHit>,
    more: usize,
    capped: bool,
    /// Whether faults were asked for and only mentions found.
    mild: bool,
    nearest: Vec<EvidenceHit>,
    searched: Vec<String>,
    /// The release that brought what was wished for.
    shipped: Option<ReleaseView>,
}

impl Template for SaidPage {
    const FILE: &'static str = "answer/said.md";
}

/// Who speaks of `theme`; asks for the searches that are missing first.
pub fn said(desk: &Desk<'_>, theme: &Theme) -> Result<Step, ModelError> {
    let mut missing = plan::said(desk, theme);
    // Whoever asks who wished for something wants to know what became of it.
    let wish = matches!(desk.part.survey, Survey::Asked(_));
    if wish {
        missing.push(desk.call(&ListReleases { query: Some(theme.title.clone()), ..ListReleases::default() }));
    }
    missing.retain(|call| !desk.made(&call.id));
    if !missing.is_empty() {
        return Ok(Step::Call(missing));
    }
    let mut lists: Vec<EvidenceList> = Vec::new();
    for at in 0..theme.queries.len() {
        lists.push(desk.found_of::<SearchEvidence>(&format!("said{at}"))?);
    }
    let capped = lists.iter().any(|list| list.hits.len() >= CAP) && theme.telling.is_empty();
    let searched: Vec<String> = lists.first().map(searched).unwrap_or_default();
    let hits = merged(lists);
    let on_topic: Vec<EvidenceHit> = if theme.telling.is_empty() || theme.queries.len() == 1 {
        telling(&hits, &theme.title)
    } else {
        hits.iter().filter(|hit| hit.coverage >= SPEAKS_TELLING).cloned().collect()
    };
    let mut best: Vec<EvidenceHit> = on_topic
        .iter()
        // Whoever sells does not find fault with the price.
        .filter(|hit| !theme.of_customers || hit.side != Some(Side::Team))
        .filter(|hit| {
            let lower = hit.text.to_lowercase();
            theme.telling.is_empty() || theme.telling.iter().any(|word| lower.contains(word))
        })
        .cloned()
        .collect();
    let mut theme = theme.clone();
    let mild = best.is_empty() && !theme.telling.is_empty() && theme.queries.len() == 1 && !on_topic.is_empty();
    if mild {
        best = on_topic;
        (theme.one, theme.many) = ("speaks of", "speak of");
    }
    let by_account = ranked(best, desk);
    let names: Vec<String> =
        by_account.iter().filter_map(|hits| hits[0].account_name.clone().or_else(|| hits[0].account.clone())).collect();
    // Of few accounts a second sentence has room.
    let each = if by_account.len() <= 4 { 2 } else { 1 };
    let more = by_account.len().saturating_sub(SHOWN);
    let rows: Vec<EvidenceHit> =
        by_account.into_iter().take(SHOWN).flat_map(|hits| hits.into_iter().take(each)).collect();
    let nearest = if rows.is_empty() && theme.queries.len() == 1 {
        hits.iter().filter(|hit| hit.coverage > NEAR && hit.account.is_some()).take(2).cloned().collect()
    } else {
        Vec::new()
    };
    let records = rows.iter().map(|hit| RecordRef { kind: hit.kind, id: hit.id.clone() }).collect();
    let time = desk.time_words();
    let shipped = if wish && !rows.is_empty() { shipped(desk, &theme.title)? } else { None };
    desk.done(&SaidPage { theme, time, names, rows, more, capped, mild, nearest, searched, shipped }, records)
}

/// The newest release whose notes say what the topic names.
fn shipped(desk: &Desk<'_>, title: &str) -> Result<Option<ReleaseView>, ModelError> {
    const NAMES: f32 = 0.8;
    let topic = Topic::new(title);
    let releases = desk.found::<ListReleases>()?.items;
    Ok(releases.into_iter().find(|release| {
        topic.share(&release.title) >= NAMES || release.lines.iter().any(|line| topic.share(line) >= NAMES)
    }))
}

fn searched(list: &EvidenceList) -> Vec<String> {
    let counted = list.searched.iter().filter(|count| count.count > 0);
    counted
        .map(|count| format!("{} {}{}", count.count, count.kind.label(), if count.count == 1 { "" } else { "s" }))
        .collect()
}

/// The hits of all searches, each sentence once, with its best cover.
fn merged(lists: Vec<EvidenceList>) -> Vec<EvidenceHit> {
    let mut merged: Vec<EvidenceHit> = Vec::new();
    for hit in lists.into_iter().flat_map(|list| list.hits) {
        match merged.iter_mut().find(|known| known.kind == hit.kind && known.id == hit.id && known.text == hit.text) {
            Some(known) if known.coverage < hit.coverage => *known = hit,
            Some(_) => {}
            None => merged.push(hit),
        }
    }
    merged
}

/// The hits that speak of a topic. In a short one no word can be missing: "slack integration" is not any integration.
fn telling(hits: &[EvidenceHit], title: &str) -> Vec<EvidenceHit> {
    const SHORT: usize = 3;
    let speaks: Vec<EvidenceHit> =
        hits.iter().filter(|hit| hit.coverage >= SPEAKS && hit.account.is_some()).cloned().collect();
    let topics: Vec<Topic> =
        words(title).into_iter().map(|word| Topic::new(word.text)).filter(|topic| !topic.is_empty()).collect();
    if topics.len() > SHORT {
        return speaks;
    }
    // A call's subject line or the question before tells what a sentence is about as well as its own words.
    let holds = |hit: &EvidenceHit, topic: &Topic| {
        let around = format!("{} {} {}", hit.title, hit.before.as_ref().map_or("", |before| &before.text), hit.text);
        topic.share(&around) > 0.0
    };
    let rarest = topics.iter().min_by_key(|topic| hits.iter().filter(|hit| holds(hit, topic)).count());
    match rarest {
        Some(rarest) => speaks.into_iter().filter(|hit| holds(hit, rarest)).collect(),
        None => speaks,
    }
}

/// The hits account by account: the account that speaks of it best first, of each the best sentence first and of equals
/// the newest. A question is seldom the answer to one.
fn ranked(hits: Vec<EvidenceHit>, desk: &Desk<'_>) -> Vec<Vec<EvidenceHit>> {
    let side = desk.part.ask.side;
    let key = |hit: &EvidenceHit| {
        let asks = hit.text.trim_end().ends_with('?');
        let theirs = side.is_some() && hit.side == side;
        let share = hit.coverage + if theirs { 0.1 } else { 0.0 } - if asks { 0.2 } else { 0.0 };
        ((share * 5.0).round() as i64, hit.occurred_at)
    };
    let mut by_account: BTreeMap<String, Vec<EvidenceHit>> = BTreeMap::new();
    for hit in hits {
        if let Some(account) = hit.account.clone() {
            by_account.entry(account).or_default().push(hit);
        }
    }
    let mut accounts: Vec<Vec<EvidenceHit>> = by_account.into_values().collect();
    for hits in &mut accounts {
        hits.sort_by_key(|hit| std::cmp::Reverse(key(hit)));
        let mut seen: Vec<(crate::domain::record::RecordKind, String)> = Vec::new();
        hits.retain(|hit| {
            let record = (hit.kind, hit.id.clone());
            let new = !seen.contains(&record);
            seen.push(record);
            new
        });
    }
    accounts.sort_by_key(|hits| std::cmp::Reverse(key(&hits[0])));
    accounts
}
