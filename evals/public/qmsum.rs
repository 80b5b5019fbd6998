//! Retrieval over real meetings (QMSum): each meeting is an account with one call; the passages a query finds are held
//! against the turns that people marked as its answer.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use crate::client::{Client, Hit};

/// The most a search gives.
const LIMIT: u32 = 100;

/// How long a model may take to tell the meaning of all meetings.
const EMBEDDING: Duration = Duration::from_hours(2);

#[derive(Deserialize)]
struct Meeting {
    specific_query_list: Vec<Query>,
    meeting_transcripts: Vec<Turn>,
}

#[derive(Deserialize)]
struct Query {
    query: String,
    #[serde(default)]
    relevant_text_span: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Turn {
    speaker: String,
    content: String,
}

/// Sums over queries.
#[derive(Default)]
struct Sums {
    queries: u32,
    reciprocal_rank: f64,
    first: u32,
    in_five: u32,
    covered: f64,
}

/// Imports the meetings of `file` and asks each specific query; a line for the table.
///
/// # Errors
/// What could not be read, imported or searched.
pub async fn run(file: &Path, client: &Client) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let meetings: Vec<Meeting> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| serde_json::from_str(line).with_context(|| format!("{}, line {}", file.display(), at + 1)))
        .collect::<Result<_>>()?;
    let mut sums = Sums::default();
    let mut records = String::new();
    for (at, meeting) in meetings.iter().enumerate() {
        write_records(&mut records, &domain(at), meeting)?;
    }
    let imported = client.import(records).await?;
    client.embedded(EMBEDDING).await?;
    for (at, meeting) in meetings.iter().enumerate() {
        for query in &meeting.specific_query_list {
            let gold = gold(query);
            if gold.is_empty() {
                continue;
            }
            let (hits, _) = client.search(&query.query, &domain(at), LIMIT).await?;
            sums.count(&hits, &gold, meeting.meeting_transcripts.len());
        }
    }
    let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or("meetings").to_owned();
    Ok([vec![name, meetings.len().to_string(), imported.passages.to_string()], sums.cells()].concat())
}

fn domain(meeting: usize) -> String {
    format!("meeting-{meeting}.example")
}

fn write_records(records: &mut String, domain: &str, meeting: &Meeting) -> Result<()> {
    let speakers: BTreeSet<&str> = meeting.meeting_transcripts.iter().map(|turn| turn.speaker.as_str()).collect();
    // A turn without a word keeps its place, so that the numbers of the marked turns stay right.
    let words = |turn: &Turn| if turn.content.trim().is_empty() { "…".to_owned() } else { turn.content.clone() };
    let transcript: Vec<_> =
        meeting.meeting_transcripts.iter().map(|turn| json!({"speaker": turn.speaker, "text": words(turn)})).collect();
    let participants: Vec<_> = speakers.iter().map(|name| json!({"name": name, "side": "customer"})).collect();
    writeln!(records, "{}", json!({"type": "account", "domain": domain, "name": domain}))?;
    writeln!(
        records,
        "{}",
        json!({
            "type": "call", "id": format!("call-of-{domain}"), "account": domain, "title": "Meeting",
            "started_at": "2026-06-01T09:00:00Z", "duration_seconds": 3600,
            "participants": participants, "transcript": transcript,
        })
    )?;
    Ok(())
}

/// The turns people marked, both ends included.
fn gold(query: &Query) -> BTreeSet<usize> {
    let ends = query.relevant_text_span.iter().filter_map(|span| {
        Some((span.first()?.trim().parse::<usize>().ok()?, span.last()?.trim().parse::<usize>().ok()?))
    });
    ends.flat_map(|(first, last)| first..=last).collect()
}

impl Sums {
    fn count(&mut self, hits: &[Hit], gold: &BTreeSet<usize>, turns: usize) {
        self.queries += 1;
        let rank = hits.iter().position(|hit| of(hit).any(|turn| gold.contains(&turn)));
        if let Some(rank) = rank {
            self.reciprocal_rank += 1.0 / (rank + 1) as f64;
            self.first += u32::from(rank == 0);
            self.in_five += u32::from(rank < 5);
        }
        // The best passages are read, turn by turn, until a sixth of the meeting is read.
        let mut read = BTreeSet::new();
        for turn in hits.iter().flat_map(of) {
            if read.len() >= turns / 6 {
                break;
            }
            read.insert(turn);
        }
        self.covered += gold.intersection(&read).count() as f64 / gold.len() as f64;
    }

    fn cells(&self) -> Vec<String> {
        let share = |sum: f64| format!("{:.3}", sum / f64::from(self.queries.max(1)));
        vec![
            self.queries.to_string(),
            share(self.reciprocal_rank),
            share(f64::from(self.first)),
            share(f64::from(self.in_five)),
            share(self.covered),
        ]
    }
}

/// The turns of a passage.
fn of(hit: &Hit) -> impl Iterator<Item = usize> {
    let (first, last) = hit.first_turn.zip(hit.last_turn).unwrap_or((1, 0));
    first..=last
}
