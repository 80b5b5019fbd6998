//! `search_evidence`: what was said and written about something, as statements of one speaker each.

use std::collections::HashMap;

use super::list_commitments::same_person;
use super::{Bench, ToolError};
use crate::agent::directory::Directory;
use crate::agent::evidence;
use crate::domain::activity::{Call, Side};
use crate::domain::evidence::Evidence;
use crate::domain::passage::{Passage, PassageHit, PassageQuery};
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::tool::account::KindCount;
use crate::domain::tool::activity::{EvidenceHit, EvidenceList, SearchEvidence, WantedFact};
use crate::language::{self, Topic};

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

/// A statement before it is numbered.
struct Statement {
    passage: usize,
    speaker: Option<String>,
    side: Option<Side>,
    at_seconds: Option<f64>,
    text: String,
    before: Option<String>,
    coverage: f32,
    score: f32,
}

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: SearchEvidence) -> Result<EvidenceList, ToolError> {
    let account = bench.scope.account_or_all(arguments.account.as_deref())?;
    let limit = arguments.limit.unwrap_or(12).clamp(1, 50) as usize;
    let source = arguments.record_id.as_ref().map(|id| RecordRef { kind: RecordKind::Call, id: id.clone() });
    let query = PassageQuery {
        text: arguments.query.clone(),
        kinds: arguments.kinds.clone(),
        window: arguments.window,
        source,
        limit: PASSAGES,
    };
    let hits = bench.tools.knowledge.search(&bench.scope.search(account.as_deref()), &query).await?;
    let calls = calls(bench, &hits).await?;
    let topic = Topic::new(&arguments.query);
    let directory = bench.tools.directory(bench.workspace()).await?;
    let mut statements: Vec<Statement> = Vec::new();
    for (index, hit) in hits.iter().enumerate() {
        let rank = 1.0 / (index as f32 + 4.0);
        for mut statement in statements_of(index, &hit.passage, calls.get(&hit.passage.source), &topic, arguments.wants)
        {
            statement.score = statement.coverage + rank;
            statements.push(statement);
        }
    }
    if let Some(person) = &arguments.person {
        statements.retain(|statement| statement.speaker.as_deref().is_some_and(|speaker| same_person(speaker, person)));
    }
    if let Some(side) = arguments.side {
        statements.retain(|statement| statement.side == Some(side));
    }
    statements.sort_by(|left, right| right.score.total_cmp(&left.score));
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
        found.push(numbered(bench, statement, &hits, &directory));
    }
    let (searched, oldest, newest) = searched(bench, account.as_deref(), &arguments.kinds).await?;
    Ok(EvidenceList { hits: found, searched, oldest, newest })
}

/// The calls among the hits, for their turns.
async fn calls(bench: &Bench<'_>, hits: &[PassageHit]) -> Result<HashMap<RecordRef, Call>, ToolError> {
    let mut wanted: Vec<RecordRef> =
        hits.iter().map(|hit| hit.passage.source.clone()).filter(|source| source.kind == RecordKind::Call).collect();
    wanted.sort();
    wanted.dedup();
    let records = bench.store().records(bench.workspace(), &wanted).await?;
    Ok(records
        .into_iter()
        .filter_map(|record| match record {
            Record::Call(call) => Some((RecordRef { kind: RecordKind::Call, id: call.id.clone() }, call)),
            _ => None,
        })
        .collect())
}

/// The statements of a passage that say something about the topic.
fn statements_of(
    index: usize,
    passage: &Passage,
    call: Option<&Call>,
    topic: &Topic,
    wants: Option<WantedFact>,
) -> Vec<Statement> {
    let mut found = Vec::new();
    // What is said around a sentence is what it is about.
    let around = topic.share(&format!("{} {}", passage.title, passage.text));
    match (call, passage.first_turn, passage.last_turn) {
        (Some(call), Some(first), Some(last)) => {
            for (at, turn) in call.transcript.iter().enumerate().take(last as usize + 1).skip(first as usize) {
                let before = at.checked_sub(1).and_then(|at| call.transcript.get(at));
                // An answer is about what the question before it is about.
                let asked =
                    before.filter(|before| before.text.trim_end().ends_with('?') && before.speaker != turn.speaker);
                let context = asked.map(|before| topic.share(&before.text)).unwrap_or_default();
                if let Some((text, coverage)) =
                    best_run(&turn.text, topic, Around { asked: context, passage: around, wants })
                {
                    found.push(Statement {
                        passage: index,
                        speaker: Some(turn.speaker.clone()),
                        side: call.side_of(&turn.speaker),
                        at_seconds: turn.at_seconds,
                        text,
                        before: asked.map(|before| before.text.clone()),
                        coverage,
                        score: 0.0,
                    });
                }
            }
        }
        _ => {
            if let Some((text, coverage)) =
                best_run(&passage.text, topic, Around { asked: title_share(passage, topic), passage: around, wants })
            {
                found.push(Statement {
                    passage: index,
                    speaker: passage.speaker.clone(),
                    side: passage.side,
                    at_seconds: passage.at_seconds,
                    text,
                    before: None,
                    coverage,
                    score: 0.0,
                });
            }
        }
    }
    found
}

/// What surrounds the words of one speaker.
#[derive(Clone, Copy)]
struct Around {
    /// Share of the topic in the question they answer, or in the subject line.
    asked: f32,
    /// Share of the topic in the whole passage.
    passage: f32,
    /// The fact wanted.
    wants: Option<WantedFact>,
}

/// Whether a sentence holds a fact of the kind wanted.
fn holds_fact(sentence: &str, wants: WantedFact) -> bool {
    let text = format!(" {} ", sentence.to_lowercase());
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let digits = text.chars().any(|letter| letter.is_ascii_digit());
    match wants {
        WantedFact::Date => has(&[
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "week",
            "month",
            "january",
            "february",
            "march ",
            "april",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
            "tomorrow",
            "quarter",
            "year",
        ]),
        WantedFact::Amount => {
            digits
                || has(&[
                    " two ", " three ", " four ", " five ", " six ", " seven ", " eight ", " nine ", " ten ",
                    "hundred", "thousand", "percent", "twenty", "thirty", "forty", "fifty", " half ",
                ])
        }
        WantedFact::Reason => has(&[
            "because",
            " since ",
            "reason",
            "due to",
            "that's why",
            "which is why",
            "cause",
            "turned out",
            "the problem",
            "so that",
            "root",
            "overlap",
            "expired",
            "missing",
        ]),
    }
}

/// A subject line says what an e-mail is about.
fn title_share(passage: &Passage, topic: &Topic) -> f32 {
    if passage.source.kind == RecordKind::Email { topic.share(&passage.title) } else { 0.0 }
}

/// The one to three sentences in a row that cover the topic best, with the share of it they cover. Sentences that stand
/// alone poorly bring their neighbour with them.
fn best_run(text: &str, topic: &Topic, around: Around) -> Option<(String, f32)> {
    let context = around.asked;
    let sentences = language::sentences(text);
    let stems: Vec<Vec<String>> = sentences.iter().map(|sentence| language::content_stems(sentence)).collect();
    let mut best: Option<(usize, usize, f32)> = None;
    for from in 0..sentences.len() {
        let mut run: Vec<String> = Vec::new();
        for to in from..sentences.len().min(from + 3) {
            run.extend(stems[to].iter().cloned());
            // Longer runs must earn their length.
            let holds = around
                .wants
                .is_some_and(|wants| sentences[from..=to].iter().any(|sentence| holds_fact(sentence, wants)));
            let near = around.passage >= 0.55 && holds;
            let words = topic.share_of(&run);
            let fact = if holds && (words > 0.0 || near) { 0.25 } else { 0.0 };
            let share = words + fact - 0.06 * (to - from) as f32;
            if share > 0.0 && best.is_none_or(|(_, _, known)| share > known) {
                best = Some((from, to, share));
            }
        }
    }
    let (mut from, mut to, share) = match best {
        Some(best) => best,
        // The answer to a question about the topic may share no word with it.
        None if context >= 0.5 && !sentences.is_empty() => (0, sentences.len().min(2) - 1, 0.0),
        None => return None,
    };
    let words = |at: usize| sentences[at].split_whitespace().count();
    if words(from) < 7 && to == from && to + 1 < sentences.len() {
        to += 1;
    } else if words(from) < 5 && from > 0 {
        from -= 1;
    }
    let joined = sentences[from..=to].join(" ");
    let near = if share >= 0.2 { around.passage * 0.85 } else { 0.0 };
    let coverage = (share + 0.06 * (to - from) as f32).max(context * 0.9).max(share + context * 0.4).max(near).min(1.0);
    (coverage > 0.15).then_some((joined, coverage))
}

fn numbered(bench: &mut Bench<'_>, statement: Statement, hits: &[PassageHit], directory: &Directory) -> EvidenceHit {
    let passage = &hits[statement.passage].passage;
    let piece = Evidence {
        record: passage.source.clone(),
        account: passage.account.clone(),
        title: evidence::source_title(passage.source.kind, &passage.title),
        occurred_at: Some(passage.occurred_at),
        quote: statement.text.clone(),
        speaker: statement.speaker.clone(),
        at_seconds: statement.at_seconds,
        url: passage.url.clone(),
    };
    EvidenceHit {
        cite: bench.ledger.cite(piece),
        account_name: passage
            .account
            .as_deref()
            .and_then(|domain| directory.account(domain))
            .map(|account| account.name.clone()),
        account: passage.account.clone(),
        kind: passage.source.kind,
        id: passage.source.id.clone(),
        title: passage.title.clone(),
        occurred_at: passage.occurred_at,
        speaker: statement.speaker,
        side: statement.side,
        at_seconds: statement.at_seconds,
        text: statement.text,
        before: statement.before,
        after: None,
        coverage: statement.coverage,
        score: statement.score,
    }
}

type Searched = (Vec<KindCount>, Option<chrono::DateTime<chrono::Utc>>, Option<chrono::DateTime<chrono::Utc>>);

/// What there was to search.
async fn searched(bench: &Bench<'_>, account: Option<&str>, kinds: &[RecordKind]) -> Result<Searched, ToolError> {
    let wanted: Vec<RecordKind> =
        SEARCHED.into_iter().filter(|kind| kinds.is_empty() || kinds.contains(kind)).collect();
    let Some(account) = account else {
        let counts = bench.store().workspace_counts(bench.workspace(), &wanted).await?;
        return Ok((counts.into_iter().map(|(kind, count)| KindCount { kind, count }).collect(), None, None));
    };
    let spans = bench.store().counts(bench.workspace(), account).await?;
    let within: Vec<_> = spans
        .into_iter()
        .filter(|span| wanted.contains(&span.kind) && span.kind != RecordKind::Release && span.count > 0)
        .collect();
    let oldest = within.iter().filter_map(|span| span.oldest).min();
    let newest = within.iter().filter_map(|span| span.newest).max();
    Ok((within.iter().map(|span| KindCount { kind: span.kind, count: span.count }).collect(), oldest, newest))
}
