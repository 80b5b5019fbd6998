//! `close_loop`: who asked for what shipped, and whom to tell of it now. Matching tells what answers a wish; the checks in
//! [`hold`] tell whether this is the time, and say so in a sentence when it is not. Nothing is written to anybody here.

mod hold;
mod mail;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use self::hold::{Facts, person_holds, wish_hold};
use super::list_commitments::same_person;
use super::list_releases::is_named;
use super::list_requests::answered::{Answer, Notes};
use super::list_requests::gather::{Asked, gather};
use super::list_requests::group::{group, wording};
use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::activity::Release;
use crate::domain::matching::Verdict;
use crate::domain::time::Window;
use crate::domain::tool::close_loop::{CloseLoop, HoldReason, LoopList, LoopPerson, LoopRelease, LoopWish};
use crate::knowledge::matching::{Line, Match, order};
use crate::language::{Rarity, Topic};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: CloseLoop) -> Result<LoopList, ToolError> {
    let account = bench.scope.account_or_all(arguments.account.as_deref())?;
    let now = bench.now();
    let releases = bench.records().releases(&Window::ALWAYS).await?;
    let wanted = arguments.release.as_deref().map(str::trim).filter(|wanted| !wanted.is_empty());
    let named = |release: &Release| wanted.is_some_and(|wanted| is_wanted(release, wanted));
    let release = match wanted {
        None => None,
        Some(wanted) => Some(releases.iter().find(|release| named(release)).ok_or_else(|| unknown(wanted, &releases))?),
    };
    let topic = arguments.topic.as_deref().map(Topic::new).filter(|topic| !topic.is_empty());
    let asked = gather(bench, account.as_deref(), &Window::ALWAYS, topic.as_ref()).await?;
    let requests = asked.len() as u64;
    // What is announced only, is looked at when it is asked for by its name.
    let notes = Notes::new(bench, &releases, |release| release.shipped(now) || named(release));
    let rarity = Rarity::of(asked.iter().map(|item| &item.names).chain(notes.lines().iter().map(Line::gist)));
    let mut groups = group(asked, &rarity);
    groups.retain(|group| topic.as_ref().is_none_or(|topic| group.iter().any(|item| item.is_about(topic))));
    let answers = notes.answers(bench, &groups).await;

    let mut people: BTreeMap<(String, Option<String>), Vec<Wanted>> = BTreeMap::new();
    for (group, answer) in groups.into_iter().zip(answers) {
        let Some(answer) = answer.filter(|answer| answer.best.verdict != Verdict::Other) else { continue };
        if wanted.is_some() && !named(&releases[answer.release]) {
            continue;
        }
        let what = wording(&group, &rarity);
        // What was there before they asked is a look at the manual, and no news; worth a word only where it is sure.
        let news = |wish: &Wanted| wish.found.verdict != Verdict::Before || wish.found.sure;
        for (who, wish) in by_person(group, &answer, &what).into_iter().filter(|(_, wish)| news(wish)) {
            let key = (wish.account.clone(), who);
            let known = people.keys().find(|known| is_same(known, &key)).cloned().unwrap_or(key);
            people.entry(known).or_default().push(wish);
        }
    }
    let mut entries = Vec::new();
    for ((domain, who), wishes) in people {
        entries.push(entry(bench, domain, who, wishes, &releases).await?);
    }
    entries.sort_by_key(|person| {
        let waits = person.wishes.iter().map(|wish| wish.asked_at).min();
        let done =
            person.wishes.iter().all(|wish| wish.hold.as_ref().is_some_and(|hold| hold.reason == HoldReason::Told));
        (!person.go, done, waits, person.account.clone(), Reverse(person.wishes.len()))
    });
    let go = entries.iter().filter(|person| person.go).count() as u64;
    Ok(LoopList {
        held: entries.len() as u64 - go,
        go,
        people: entries,
        release: release.map(|release| shown(release, now)),
        requests,
        releases: releases.iter().filter(|release| release.shipped(now)).count() as u64,
    })
}

/// Whether `wanted` names a release: as a version, an id, or by the whole of its headline.
fn is_wanted(release: &Release, wanted: &str) -> bool {
    is_named(release, wanted) || release.title.trim().eq_ignore_ascii_case(wanted)
}

fn unknown(wanted: &str, releases: &[Release]) -> ToolError {
    let known: Vec<&str> = releases.iter().filter_map(|release| release.version.as_deref()).take(5).collect();
    let known = if known.is_empty() { String::new() } else { format!("; the latest are {}", known.join(", ")) };
    ToolError::NotFound(format!("There is no release `{wanted}` on record{known}."))
}

fn shown(release: &Release, now: crate::domain::time::Moment) -> LoopRelease {
    LoopRelease {
        id: release.id.clone(),
        title: release.title.clone(),
        version: release.version.clone(),
        shipped_at: release.shipped_at,
        shipped: release.shipped(now),
    }
}

fn is_same(known: &(String, Option<String>), other: &(String, Option<String>)) -> bool {
    known.0 == other.0
        && match (&known.1, &other.1) {
            (Some(known), Some(other)) => same_person(known, other),
            (known, other) => known == other,
        }
}

/// How much of the certainty of what others of the account asked for carries over to one who asked for the same.
const OF_OTHERS: f32 = 0.95;

/// What one person asked for, with the line that has most to do with it.
struct Wanted {
    account: String,
    what: String,
    /// Newest first; never empty.
    asks: Vec<Asked>,
    release: usize,
    line: String,
    found: Match,
}

/// The times one thing was asked for, person by person.
fn by_person(group: Vec<Asked>, answer: &Answer, what: &str) -> Vec<(Option<String>, Wanted)> {
    let mut people: Vec<(Option<String>, Wanted)> = Vec::new();
    for (asked, found) in group.into_iter().zip(&answer.each) {
        let same = |known: &&mut (Option<String>, Wanted)| match (&known.0, &asked.who) {
            (Some(known), Some(who)) => same_person(known, who),
            (known, who) => known == who,
        };
        match people.iter_mut().find(same) {
            Some((_, wish)) => {
                wish.found = better(&wish.found, found);
                wish.asks.push(asked);
            }
            None => {
                let wish = Wanted {
                    account: asked.account.clone(),
                    what: what.to_owned(),
                    release: answer.release,
                    line: answer.line.clone(),
                    found: found.clone(),
                    asks: vec![asked],
                };
                people.push((wish.asks[0].who.clone(), wish));
            }
        }
    }
    for (_, wish) in &mut people {
        let found = &mut wish.found;
        match found.verdict {
            // What one person says too shortly to be matched is told by what others of the account say of it.
            Verdict::Other if found.because.is_none() => {
                *found = Match { sure: false, confidence: found.confidence, ..answer.best.clone() };
            }
            Verdict::Answers if !found.sure && answer.best.sure => {
                found.confidence = found.confidence.max(answer.best.confidence * OF_OTHERS);
                found.sure = found.confidence >= answer.best.sure_from;
            }
            _ => {}
        }
    }
    people.retain(|(_, wish)| wish.found.verdict != Verdict::Other);
    people
}

/// The better of two matches with one line. Who asked before it shipped has waited, even if they asked again.
fn better(left: &Match, right: &Match) -> Match {
    let waited = [left, right].iter().any(|found| found.verdict == Verdict::Answers);
    let best = if order(right) > order(left) { right } else { left };
    let verdict = if waited && best.verdict == Verdict::Before { Verdict::Answers } else { best.verdict };
    Match { verdict, ..best.clone() }
}

/// What is told of a person.
async fn entry(
    bench: &mut Bench<'_>,
    domain: String,
    who: Option<String>,
    wishes: Vec<Wanted>,
    releases: &[Release],
) -> Result<LoopPerson, ToolError> {
    let now = bench.now();
    let facts = Facts::read(bench, &domain, who.as_deref(), &wishes, releases).await?;
    let mut holds = person_holds(bench, &facts);
    let mut told = Vec::new();
    for wish in wishes {
        let release = &releases[wish.release];
        let hold = wish_hold(bench, &facts, &wish, release);
        // The newest words are those the person remembers.
        let times = wish.asks.len() as u64;
        let asked_at = wish.asks.iter().map(|ask| ask.at).min().unwrap_or(now);
        let Some(newest) = wish.asks.into_iter().max_by_key(|ask| ask.at) else { continue };
        told.push(LoopWish {
            times,
            asked_cite: bench.ledger.cite(newest.evidence),
            quote: newest.quote,
            asked_at,
            kind: newest.kind,
            line_cite: bench.ledger.cite(evidence::release(release, &wish.line)),
            release: shown(release, now),
            what: wish.what,
            line: wish.line,
            confidence: (wish.found.confidence * 100.0).round() / 100.0,
            verdict: wish.found.verdict,
            hold,
        });
    }
    // Who was told has heard from us for a good reason.
    if told.iter().all(|wish| wish.hold.as_ref().is_some_and(|hold| hold.reason == HoldReason::Told)) {
        holds.retain(|hold| hold.reason != HoldReason::MailedLately);
    }
    told.sort_by_key(|wish| (wish.hold.is_some(), Reverse((wish.confidence * 100.0) as u32)));
    Ok(LoopPerson {
        go: holds.is_empty() && told.iter().any(|wish| wish.hold.is_none()),
        account_name: bench.names([domain.as_str()]).await?.remove(&domain).unwrap_or_else(|| domain.clone()),
        account: domain,
        who: facts.name().or(who),
        email: facts.address().map(str::to_owned),
        wishes: told,
        holds,
    })
}
