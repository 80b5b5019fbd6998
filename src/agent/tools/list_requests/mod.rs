//! `list_requests`: what customers asked for, grouped by what it is, with the release that answers it.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};

use super::list_commitments::{same_person, sources, talk};
use super::list_releases::{is_named, lines};
use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::activity::{Release, SignalKind};
use crate::domain::evidence::Evidence;
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::time::Window;
use crate::domain::tool::records::{ListRequests, RequestGroup, RequestList, RequestView, ShippedIn};
use crate::language::{self, Topic};

/// One time something was asked for, wherever it was read.
struct Asked {
    account: String,
    who: Option<String>,
    what: String,
    /// What else it is called: by a signal that quotes the same words, or by the same speaker in the same breath.
    also: Vec<String>,
    quote: String,
    at: DateTime<Utc>,
    kind: RecordKind,
    title: String,
    evidence: Evidence,
    stems: HashSet<String>,
}

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: ListRequests) -> Result<RequestList, ToolError> {
    let account = bench.scope.account_or_all(arguments.account.as_deref())?;
    let mut asked = gather(bench, account.as_deref(), &arguments.window).await?;
    let total = asked.len() as u64;
    let signals = bench.store().workspace_counts(bench.workspace(), &[RecordKind::Signal]).await?;
    let signals = match &account {
        Some(account) => bench
            .store()
            .counts(bench.workspace(), account)
            .await?
            .iter()
            .find(|span| span.kind == RecordKind::Signal)
            .map_or(0, |span| span.count),
        None => signals.first().map_or(0, |(_, count)| *count),
    };
    let read = talk(bench, account.as_deref()).await? + signals;
    if let Some(person) = &arguments.person {
        asked.retain(|item| item.who.as_deref().is_some_and(|who| same_person(who, person)));
    }
    if let Some(topic) = arguments.topic.as_deref().map(Topic::new).filter(|topic| !topic.is_empty()) {
        asked.retain(|item| topic.share(&format!("{} {}", item.what, item.quote)) >= 0.6);
    }
    let releases = bench.store().releases(bench.workspace(), &Window::ALWAYS).await?;
    let names: BTreeMap<String, String> =
        bench.store().directory(bench.workspace()).await?.into_iter().map(|entry| (entry.domain, entry.name)).collect();
    let now = bench.now();
    let mut groups: Vec<RequestGroup> = Vec::new();
    for group in group(asked) {
        let answer = best_release(&group, &releases, now);
        if let Some(wanted) = &arguments.release
            && !answer.as_ref().is_some_and(|(release, _)| is_named(release, wanted))
        {
            continue;
        }
        let last = group.iter().map(|item| item.at).max().unwrap_or(now);
        let shipped = answer.map(|(release, line)| ShippedIn {
            cite: bench.ledger.cite(evidence::release(release, &line)),
            title: release.title.clone(),
            version: release.version.clone(),
            shipped_at: release.shipped_at,
            line,
            after_request: release.shipped_at >= group.iter().map(|item| item.at).min().unwrap_or(last),
        });
        let domain = group[0].account.clone();
        groups.push(RequestGroup {
            account_name: names.get(&domain).cloned().unwrap_or_else(|| domain.clone()),
            account: domain,
            what: wording(&group),
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
        });
    }
    groups.sort_by_key(|group| (std::cmp::Reverse(group.asks.len()), std::cmp::Reverse(group.asks[0].occurred_at)));
    Ok(RequestList { groups, total, read })
}

/// Requests read from calls and e-mails, and feature-request signals that say something those do not.
async fn gather(bench: &Bench<'_>, account: Option<&str>, window: &Window) -> Result<Vec<Asked>, ToolError> {
    let requests = bench.store().requests(bench.workspace(), account, window).await?;
    let titles = sources(bench, requests.iter().map(|request| request.source.clone()).collect()).await?;
    let mut asked: Vec<Asked> = requests
        .into_iter()
        .map(|request| {
            let (title, url) = titles.get(&request.source).cloned().unwrap_or_default();
            Asked {
                evidence: evidence::request(&request, &title, url.as_ref()),
                stems: feature_stems(&format!("{} {}", request.what, request.quote)),
                account: request.account,
                who: Some(request.who),
                what: request.what,
                also: Vec::new(),
                quote: request.quote,
                at: request.occurred_at,
                kind: request.source.kind,
                title,
            }
        })
        .collect();
    let signals = bench.store().signals(bench.workspace(), account, &[SignalKind::FeatureRequest], window).await?;
    let heard: Vec<RecordRef> = signals
        .iter()
        .filter_map(|signal| signal.call_id.clone())
        .map(|id| RecordRef { kind: RecordKind::Call, id })
        .collect();
    let calls = bench.store().records(bench.workspace(), &heard).await?;
    for signal in signals {
        let words = signal.quote.clone().unwrap_or_else(|| signal.text.clone());
        // The same words read from the call itself say it already, with who said them.
        let known = asked.iter_mut().find(|item| {
            item.account == signal.account
                && (item.quote.contains(&words) || words.contains(&item.quote))
                && (item.at - signal.occurred_at).num_days().abs() <= 2
        });
        if let Some(known) = known {
            known.stems.extend(feature_stems(&signal.text));
            known.also.push(signal.text.clone());
            continue;
        }
        asked.push(Asked {
            evidence: evidence::signal(&signal),
            stems: feature_stems(&format!("{} {words}", signal.text)),
            what: signal.text.trim_end_matches('.').to_owned(),
            also: Vec::new(),
            who: speaker(&calls, signal.call_id.as_deref(), &words),
            account: signal.account,
            quote: words,
            at: signal.occurred_at,
            kind: RecordKind::Signal,
            title: "Signal".to_owned(),
        });
    }
    Ok(asked)
}

/// Who said the words a signal quotes, in the call it was heard in.
fn speaker(calls: &[Record], call_id: Option<&str>, words: &str) -> Option<String> {
    calls.iter().find_map(|record| match record {
        Record::Call(call) if Some(call.id.as_str()) == call_id => {
            call.transcript.iter().find(|turn| turn.text.contains(words)).map(|turn| turn.speaker.clone())
        }
        _ => None,
    })
}

/// The words that tell which feature is meant.
fn feature_stems(text: &str) -> HashSet<String> {
    const ASKING: [&str; 30] = [
        "ask", "need", "want", "wish", "like", "love", "request", "featur", "add", "support", "abl", "possibl", "way",
        "option", "custom", "team", "us", "pleas", "use", "look", "could", "date", "roadmap", "still", "time", "month",
        "week", "quarter", "make", "everi",
    ];
    let mut stems: HashSet<String> =
        language::content_stems(text).into_iter().filter(|stem| !ASKING.contains(&stem.as_str())).collect();
    // Different names of one feature meet in one stem.
    for (names, one) in [
        (["sso", "saml", "okta", "sign-on"].as_slice(), "sso"),
        (&["scim", "provis"], "scim"),
        (&["residency", "resid"], "resid"),
    ] {
        if names.iter().any(|name| stems.contains(*name)) || one == "sso" && text.to_lowercase().contains("single sign")
        {
            stems.insert(one.to_owned());
        }
    }
    stems
}

/// Puts requests of one account for one thing together, newest first.
fn group(mut asked: Vec<Asked>) -> Vec<Vec<Asked>> {
    asked.sort_by_key(|item| std::cmp::Reverse(item.at));
    let mut groups: Vec<Vec<Asked>> = Vec::new();
    for item in asked {
        let what = feature_stems(&item.what);
        let same = groups.iter_mut().find(|group| {
            group[0].account == item.account
                && group.iter().any(|other| {
                    let other_what = feature_stems(&other.what);
                    let shared = what.intersection(&other_what).count();
                    let smaller = what.len().min(other_what.len());
                    smaller > 0 && (shared * 2 > smaller || shared >= 2) || both(&item.stems, &other.stems)
                })
        });
        let Some(group) = same else {
            groups.push(vec![item]);
            continue;
        };
        // Two requests in one breath are one time it was asked, under two names.
        let breath = group
            .iter_mut()
            .find(|other| other.evidence.record == item.evidence.record && other.kind != RecordKind::Signal);
        match breath {
            Some(other) => {
                other.also.push(item.what);
                other.also.extend(item.also);
            }
            None => group.push(item),
        }
    }
    groups
}

/// Whether both name the same well-known feature.
fn both(left: &HashSet<String>, right: &HashSet<String>) -> bool {
    ["sso", "scim", "resid", "terraform", "msi", "offlin"]
        .iter()
        .any(|feature| left.contains(*feature) && right.contains(*feature))
}

/// The wording that tells most in at most nine words.
fn wording(group: &[Asked]) -> String {
    group
        .iter()
        .flat_map(|item| std::iter::once(item.what.as_str()).chain(item.also.iter().map(String::as_str)))
        .map(|what| what.trim().trim_end_matches(['.', '?', '!']))
        .filter(|what| (2..=9).contains(&what.split_whitespace().count()))
        .max_by_key(|what| (proper_names(what), feature_stems(what).len(), std::cmp::Reverse(what.chars().count())))
        .unwrap_or(group[0].what.as_str())
        .to_owned()
}

/// How many names and abbreviations a wording has: `SAML with Okta` has two.
fn proper_names(what: &str) -> usize {
    what.split_whitespace()
        .enumerate()
        .filter(|(at, word)| {
            let capitals = word.chars().filter(|letter| letter.is_uppercase()).count();
            capitals > 1 || capitals == 1 && *at > 0
        })
        .count()
}

/// The release that answers a group of requests, with the line of its notes that does.
fn best_release<'a>(group: &[Asked], releases: &'a [Release], now: DateTime<Utc>) -> Option<(&'a Release, String)> {
    let mut best: Option<(f32, &Release, String)> = None;
    for release in releases.iter().filter(|release| release.shipped_at <= now) {
        for line in std::iter::once(release.title.clone()).chain(lines(release)) {
            let held_back =
                [" not ", "beta", "later", "planned", "coming"].iter().any(|word| line.to_lowercase().contains(word));
            let notes = feature_stems(&line);
            for item in group {
                let what = feature_stems(&item.what);
                let shared = what.intersection(&notes).count();
                if what.is_empty() || shared == 0 {
                    continue;
                }
                let share = shared as f32 / what.len().min(6) as f32;
                let strong = shared >= 2 && share >= 0.5 || both(&what, &notes) || share >= 0.99 && what.len() >= 2;
                let score = share + if both(&what, &notes) { 0.5 } else { 0.0 } - if held_back { 0.3 } else { 0.0 };
                if strong && best.as_ref().is_none_or(|(known, _, _)| score > *known) {
                    best = Some((score, release, line.clone()));
                }
            }
        }
    }
    best.map(|(_, release, line)| (release, line))
}
