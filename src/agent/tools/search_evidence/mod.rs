//! `search_evidence`: what was said and written about something, as statements of one speaker each.

mod excerpt;
mod fact;
mod phrases;
mod statement;

use std::collections::HashMap;

use self::statement::{Heard, Statement, Wanted};

use super::list_commitments::same_person;
use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::evidence::Evidence;
use crate::domain::passage::{self, PassageHit, PassageQuery};
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::tool::account::KindCount;
use crate::domain::tool::activity::{EvidenceHit, EvidenceList, SearchEvidence};
use crate::reading::people::Speakers;

/// Passages looked at.
const PASSAGES: usize = 40;

/// What can be searched.
const SEARCHED: [RecordKind; 6] = [
    RecordKind::Call,
    RecordKind::Email,
    RecordKind::Signal,
    RecordKind::Note,
    RecordKind::Project,
    RecordKind::Release,
];

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: SearchEvidence) -> Result<EvidenceList, ToolError> {
    let account = bench.scope.account_or_all(arguments.account.as_deref())?;
    let limit = arguments.limit.unwrap_or(12).clamp(1, 50) as usize;
    let source = arguments.record_id.as_ref().map(|id| RecordRef { kind: RecordKind::Call, id: id.clone() });
    let about = arguments.about.as_deref().unwrap_or_default();
    let fact = arguments.wants.map(fact::search_words).unwrap_or_default();
    let query = PassageQuery {
        text: format!("{about} {} {fact}", arguments.query).trim().to_owned(),
        meaning: arguments.question.clone(),
        kinds: arguments.kinds.clone(),
        window: arguments.window,
        source,
        limit: PASSAGES,
    };
    let mut hits = bench.tools.knowledge.search(&bench.scope.search(account.as_deref()), &query).await?;
    let notes = passage::notes_among(&hits);
    if !notes.is_empty() {
        passage::keep_known(&mut hits, &bench.records().records(&notes).await?);
    }
    let calls = calls(bench, &hits).await?;
    let mut wanted = Wanted::new(&arguments.query, arguments.about.as_deref(), arguments.wants);
    let unsaid = wanted.leave_out_unsaid(&hits);
    let names = bench.names(hits.iter().filter_map(|hit| hit.passage.account.as_deref())).await?;
    let of_hit = |(index, hit): (usize, &PassageHit)| wanted.statements(index, hit, calls.get(&hit.passage.source));
    let mut statements: Vec<Statement> = hits.iter().enumerate().flat_map(of_hit).collect();
    if let Some(person) = &arguments.person {
        statements.retain(|statement| statement.speaker.as_deref().is_some_and(|speaker| same_person(speaker, person)));
    }
    if let Some(side) = arguments.side {
        statements.retain(|statement| statement.side == Some(side));
    }
    statements.sort_by(|left, right| score(right).total_cmp(&score(left)));
    let mut seen: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for statement in statements {
        if found.len() == limit {
            break;
        }
        let key = statement.text.to_lowercase();
        if seen.iter().any(|other| other.contains(&key) || key.contains(other.as_str())) {
            continue;
        }
        seen.push(key);
        let call = calls.get(&hits[statement.passage].passage.source);
        found.push(numbered(bench, statement, &hits, call, &names));
    }
    let (searched, oldest, newest) = searched(bench, account.as_deref(), &arguments.kinds).await?;
    Ok(EvidenceList { hits: found, searched, oldest, newest, unsaid })
}

/// The calls among the hits, for their turns.
async fn calls(bench: &Bench<'_>, hits: &[PassageHit]) -> Result<HashMap<RecordRef, Heard>, ToolError> {
    let mut wanted: Vec<RecordRef> =
        hits.iter().map(|hit| hit.passage.source.clone()).filter(|source| source.kind == RecordKind::Call).collect();
    wanted.sort();
    wanted.dedup();
    let records = bench.records().records(&wanted).await?;
    Ok(records
        .iter()
        .filter_map(|record| match record {
            Record::Call(call) => {
                Some((record.reference(), Heard { speakers: Speakers::of(call, None), call: call.clone() }))
            }
            _ => None,
        })
        .collect())
}

/// What a statement holds, and how well the search engine liked its passage.
fn score(statement: &Statement) -> f32 {
    statement.coverage + 1.0 / (statement.passage as f32 + 4.0)
}

fn numbered(
    bench: &mut Bench<'_>,
    statement: Statement,
    hits: &[PassageHit],
    heard: Option<&Heard>,
    names: &HashMap<String, String>,
) -> EvidenceHit {
    let passage = &hits[statement.passage].passage;
    let score = score(&statement);
    // Only what is handed out needs what was said around it.
    let turn = heard.map(|heard| &heard.call).zip(statement.turn);
    let before = turn.and_then(|(call, at)| excerpt::before(call, at, &statement.excerpt));
    let then = turn.map(|(call, at)| excerpt::then(call, at, &statement.excerpt)).unwrap_or_default();
    let piece = Evidence {
        record: passage.source.clone(),
        account: passage.account.clone(),
        title: evidence::source_title(passage.source.kind, &passage.title),
        occurred_at: Some(passage.occurred_at),
        quote: statement.excerpt.clone(),
        speaker: statement.speaker.clone(),
        at_seconds: statement.at_seconds,
        url: passage.url.clone(),
    };
    EvidenceHit {
        cite: bench.ledger.cite(piece),
        account_name: passage.account.as_ref().and_then(|domain| names.get(domain).cloned()),
        account: passage.account.clone(),
        kind: passage.source.kind,
        id: passage.source.id.clone(),
        title: passage.title.clone(),
        occurred_at: passage.occurred_at,
        speaker: statement.speaker,
        side: statement.side,
        nameless: statement.nameless,
        at_seconds: statement.at_seconds,
        text: statement.text,
        excerpt: statement.excerpt,
        before,
        then,
        coverage: statement.coverage,
        score,
    }
}

type Searched = (Vec<KindCount>, Option<crate::domain::time::Moment>, Option<crate::domain::time::Moment>);

/// What there was to search.
async fn searched(bench: &Bench<'_>, account: Option<&str>, kinds: &[RecordKind]) -> Result<Searched, ToolError> {
    let wanted: Vec<RecordKind> =
        SEARCHED.into_iter().filter(|kind| kinds.is_empty() || kinds.contains(kind)).collect();
    let Some(account) = account else {
        let counts = bench.records().workspace_counts(&wanted);
        return Ok((counts.iter().map(|(kind, count)| KindCount { kind: *kind, count: *count }).collect(), None, None));
    };
    let spans = bench.records().counts(account).await?;
    let within: Vec<_> = spans
        .iter()
        .filter(|span| wanted.contains(&span.kind) && span.kind != RecordKind::Release && span.count > 0)
        .collect();
    let oldest = within.iter().filter_map(|span| span.oldest).min();
    let newest = within.iter().filter_map(|span| span.newest).max();
    Ok((within.iter().map(|span| KindCount { kind: span.kind, count: span.count }).collect(), oldest, newest))
}
