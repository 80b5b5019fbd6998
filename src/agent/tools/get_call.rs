//! `get_call`: one call or the latest few, by the sentences that carry them.

use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::activity::Call;
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::time::Window;
use crate::domain::tool::activity::{CallList, CallView, GetCall, Highlight, HighlightReason, WrittenSummary};
use crate::language::Topic;
use crate::model::reader::{self, highlights};
use crate::reading::people::Speakers;

/// Highlights of one call at most.
const HIGHLIGHTS: usize = 8;

/// Calls looked at for the one a topic means.
const LOOKED_AT: u32 = 30;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: GetCall) -> Result<CallList, ToolError> {
    let account = bench.scope.account(&arguments.account)?;
    let calls = match &arguments.call_id {
        Some(id) => vec![one(bench, &account, id).await?],
        None => {
            let last = arguments.last.unwrap_or(1).clamp(1, 20);
            let window = Window {
                until: Some(arguments.window.until.unwrap_or(bench.today()).min(bench.today())),
                ..arguments.window
            };
            let asked_for = arguments
                .about
                .as_deref()
                .filter(|_| arguments.last.is_none())
                .map(Topic::new)
                .filter(|topic| !topic.is_empty());
            let fetched = bench
                .records()
                .calls(
                    &account,
                    &window,
                    arguments.person.as_deref(),
                    if asked_for.is_some() { LOOKED_AT } else { last },
                )
                .await?;
            match asked_for {
                Some(topic) => best(&fetched, &topic).cloned().into_iter().collect(),
                None => fetched.to_vec(),
            }
        }
    };
    let counts = bench.records().counts(&account).await?;
    let total = counts.iter().find(|span| span.kind == RecordKind::Call).map_or(0, |span| span.count);
    let about = arguments.about.as_deref();
    let without: Vec<String> = calls.iter().filter(|call| call.summary.is_none()).map(|call| call.id.clone()).collect();
    let written = bench.records().summaries(&account, &without).await?;
    let summary = |call: &String| {
        written.get(call).map(|(text, by)| WrittenSummary { call: call.clone(), text: text.clone(), by: by.clone() })
    };
    let summaries = without.iter().filter_map(summary).collect();
    Ok(CallList { calls: calls.iter().map(|call| view(bench, call, about)).collect(), total, summaries })
}

/// The call a topic means: by its title, its summary, then what was said; the newest when none stands out.
fn best<'c>(calls: &'c [Call], topic: &Topic) -> Option<&'c Call> {
    let weight = |call: &Call| {
        let said: String = call.transcript.iter().map(|turn| turn.text.as_str()).collect::<Vec<_>>().join(" ");
        let summary = call.summary.as_deref().unwrap_or_default();
        topic.share(&call.title) * 2.0 + topic.share(summary) + topic.share(&said) * 0.6
    };
    let weighed = calls.iter().map(|call| (weight(call), call));
    // Newest first, so that the first of equals is the newest.
    weighed.reduce(|best, other| if other.0 > best.0 + 0.05 { other } else { best }).map(|(_, call)| call)
}

async fn one(bench: &Bench<'_>, account: &str, id: &str) -> Result<Call, ToolError> {
    let record = RecordRef { kind: RecordKind::Call, id: id.to_owned() };
    match bench.records().records(&[record]).await?.first() {
        Some(Record::Call(call)) if call.account == account => Ok(call.clone()),
        _ => Err(ToolError::NotFound(format!("There is no call `{id}` of {account}."))),
    }
}

fn view(bench: &mut Bench<'_>, call: &Call, about: Option<&str>) -> CallView {
    let speakers = Speakers::of(call, None);
    let picks = highlights(call, about, HIGHLIGHTS);
    let highlights = picks
        .into_iter()
        .filter_map(|pick| {
            let turn = call.transcript.get(pick.turn)?;
            Some(Highlight {
                cite: bench.ledger.cite(evidence::said(
                    call,
                    speakers.name(&turn.speaker),
                    turn.at_seconds,
                    &pick.text,
                )),
                speaker: speakers.name(&turn.speaker).to_owned(),
                side: speakers.side(&turn.speaker),
                at_seconds: turn.at_seconds,
                text: pick.text,
                reason: match pick.reason {
                    reader::HighlightReason::Promise => HighlightReason::Commitment,
                    reader::HighlightReason::Request => HighlightReason::Request,
                    reader::HighlightReason::Concern => HighlightReason::Concern,
                    reader::HighlightReason::Praise => HighlightReason::Praise,
                    _ => HighlightReason::Substance,
                },
            })
        })
        .collect();
    CallView {
        cite: bench.ledger.cite(evidence::call(call)),
        id: call.id.clone(),
        title: call.title.clone(),
        started_at: call.started_at,
        minutes: call.duration_seconds.div_ceil(60),
        participants: call.participants.clone(),
        summary: call.summary.clone(),
        highlights,
        turns: call.transcript.len() as u32,
    }
}
