//! `list_requests`: what customers asked for, grouped by what it is, with the release that answers it.

pub(super) mod answered;
pub(super) mod gather;
pub(super) mod group;

use std::cmp::Reverse;

use self::answered::{Answer, Notes};
use self::gather::gather;
use self::group::{group, wording};
use super::list_commitments::{same_person, talk, unheard};
use super::list_releases::is_named;
use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::activity::Release;
use crate::domain::matching::Verdict;
use crate::domain::record::RecordKind;
use crate::domain::time::Window;
use crate::domain::tool::records::{ListRequests, RequestGroup, RequestList, RequestView, ShippedIn, TakenBack};
use crate::domain::unheard::Unheard;
use crate::knowledge::matching::Line;
use crate::language::{self, Rarity, Topic};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: ListRequests) -> Result<RequestList, ToolError> {
    let account = bench.scope.account_or_all(arguments.account.as_deref())?;
    let topic = arguments.topic.as_deref().map(Topic::new).filter(|topic| !topic.is_empty());
    let mut asked = gather(bench, account.as_deref(), &arguments.window, topic.as_ref()).await?;
    let total = asked.len() as u64;
    let not_read = unheard(bench, account.as_deref()).await?;
    let talks = talk(bench, account.as_deref()).await?.saturating_sub(Unheard::total(&not_read));
    let read = talks + signals(bench, account.as_deref()).await?;
    if let Some(person) = &arguments.person {
        asked.retain(|item| item.who.as_deref().is_some_and(|who| same_person(who, person)));
    }
    let releases = bench.records().releases(&Window::ALWAYS).await?;
    let now = bench.now();
    let mut groups: Vec<RequestGroup> = Vec::new();
    let notes = Notes::new(bench, &releases, |release| release.shipped(now));
    let rarity = Rarity::of(asked.iter().map(|item| &item.names).chain(notes.lines().iter().map(Line::gist)));
    let mut asked = group(asked, &rarity);
    asked.retain(|group| topic.as_ref().is_none_or(|topic| group.iter().any(|item| item.is_about(topic))));
    let answers = notes.answers(bench, &asked).await;
    let names = bench.names(asked.iter().map(|group| group[0].account.as_str())).await?;
    for (group, answer) in asked.into_iter().zip(answers) {
        let there = |verdict| matches!(verdict, Verdict::Answers | Verdict::Before | Verdict::Partly);
        let taken_back = answer.as_ref().and_then(|answer| taken_back(bench, answer, &releases));
        let answer = answer.filter(|answer| there(answer.best.verdict));
        let answer = answer.as_ref().map(|answer| (&releases[answer.release], answer));
        if let Some(wanted) = &arguments.release
            && !answer.as_ref().is_some_and(|(release, _)| is_named(release, wanted))
        {
            continue;
        }
        let last = group.iter().map(|item| item.at).max().unwrap_or(now);
        let shipped = answer.map(|(release, answer)| ShippedIn {
            cite: bench.ledger.cite(evidence::release(release, &answer.line)),
            title: release.title.clone(),
            version: release.version.clone(),
            shipped_at: release.shipped_at,
            line: answer.line.clone(),
            partly: answer.best.because.clone().filter(|_| answer.best.verdict == Verdict::Partly),
            after_request: release.shipped_at >= group.iter().map(|item| item.at).min().unwrap_or(last),
        });
        let domain = group[0].account.clone();
        let what = wording(&group, &rarity);
        groups.push(RequestGroup {
            account_name: names.get(&domain).cloned().unwrap_or_default(),
            account: domain,
            told_by_quote: repeats(&group[0].quote, &what),
            what,
            asks: group
                .into_iter()
                .map(|item| RequestView {
                    cite: bench.ledger.cite(item.evidence),
                    who: item.who,
                    quote: item.quote,
                    occurred_at: item.at,
                    kind: item.kind,
                    title: item.title,
                })
                .collect(),
            shipped,
            taken_back,
        });
    }
    groups.sort_by_key(|group| {
        let noted = group.asks.iter().any(|ask| ask.kind == RecordKind::Signal) || group.shipped.is_some();
        (Reverse(group.asks.len()), !noted, group.told_by_quote, Reverse(group.asks[0].occurred_at))
    });
    Ok(RequestList { groups, total, read, not_read })
}

/// The release that shipped what was asked for, where a later one took it back.
fn taken_back(bench: &mut Bench<'_>, answer: &Answer, releases: &[Release]) -> Option<TakenBack> {
    let (by, line) = answer.taken_back.as_ref()?;
    let (shipped, later) = (&releases[answer.release], &releases[*by]);
    Some(TakenBack {
        cites: vec![
            bench.ledger.cite(evidence::release(later, line)),
            bench.ledger.cite(evidence::release(shipped, &answer.line)),
        ],
        shipped_in: shipped.name().to_owned(),
        shipped_at: shipped.shipped_at,
        taken_back_in: later.name().to_owned(),
        taken_back_at: later.shipped_at,
    })
}

/// Whether `what` is a long stretch of `quote`, so that saying both would say it twice.
fn repeats(quote: &str, what: &str) -> bool {
    const LONG: usize = 5;
    let plain = |text: &str| {
        language::words(text).into_iter().map(|word| word.lower.into_owned()).collect::<Vec<_>>().join(" ")
    };
    let (quote, what) = (plain(quote), plain(what));
    what.split(' ').count() >= LONG && quote.contains(&what)
}

/// How many signals there were to read.
async fn signals(bench: &Bench<'_>, account: Option<&str>) -> Result<u64, ToolError> {
    let Some(account) = account else {
        let counts = bench.records().workspace_counts(&[RecordKind::Signal]);
        return Ok(counts.first().map_or(0, |(_, count)| *count));
    };
    let spans = bench.records().counts(account).await?;
    Ok(spans.iter().find(|span| span.kind == RecordKind::Signal).map_or(0, |span| span.count))
}
