//! Retrieval over real meetings: the published QMSum files (Yale-LILY, MIT), each meeting imported as one call of one
//! account, each specific query asked of that account. What counts as found are the turns that annotators marked.

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;
use success_agent::app::{App, Search};
use success_agent::domain::record::RecordKind;

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What was measured.
    pub measure: &'static str,
    /// From 0 to 1.
    pub value: f64,
    /// The value on every other meeting and on the rest, to show how much it depends on the choice of meetings.
    pub halves: [f64; 2],
    /// Queries measured.
    pub queries: usize,
}

/// A meeting as published; what is not read is left out.
#[derive(Deserialize)]
struct Meeting {
    meeting_transcripts: Vec<Turn>,
    specific_query_list: Vec<Question>,
}

#[derive(Deserialize)]
struct Turn {
    speaker: String,
    content: String,
}

#[derive(Deserialize)]
struct Question {
    query: String,
    relevant_text_span: Vec<[String; 2]>,
}

impl Question {
    /// First and last marked turn of each span.
    fn spans(&self) -> anyhow::Result<Vec<(u32, u32)>> {
        let number = |text: &String| text.trim().parse::<u32>().with_context(|| format!("`{text}` is not a turn"));
        self.relevant_text_span.iter().map(|[from, to]| Ok((number(from)?, number(to)?))).collect()
    }
}

/// What one query scored.
struct Score {
    reciprocal_rank: f64,
    hit_at_5: f64,
    share: f64,
}

/// Imports every meeting of `dir/qmsum/*.jsonl` into the application's (empty) workspace and asks every query.
pub async fn run(dir: &Path, app: &App) -> anyhow::Result<Vec<Row>> {
    let meetings = read(&dir.join("qmsum"))?;
    let input = Box::new(Cursor::new(records(&meetings)?.into_bytes()));
    let summary = app.import(Some("qmsum".to_owned()), input, Arc::new(|_| ())).await?;
    anyhow::ensure!(summary.rejected_total == 0, "{} lines were rejected: {:?}", summary.rejected_total, summary.rejected);

    let mut halves: [Vec<Score>; 2] = [Vec::new(), Vec::new()];
    for (number, meeting) in meetings.iter().enumerate() {
        let turns = meeting.meeting_transcripts.len();
        for question in &meeting.specific_query_list {
            let search = Search {
                query: question.query.clone(),
                account: Some(account(number)),
                kinds: vec![RecordKind::Call],
                limit: Some(100),
            };
            let hits = app.search(search).await?;
            let ranges: Vec<(u32, u32)> =
                hits.iter().filter_map(|hit| Some((hit.passage.first_turn?, hit.passage.last_turn?))).collect();
            halves[number % 2].push(score(&ranges, &question.spans()?, turns));
        }
    }
    Ok(rows(&halves))
}

fn read(dir: &Path) -> anyhow::Result<Vec<Meeting>> {
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .with_context(|| format!("{} cannot be read; give the folder that holds `qmsum`", dir.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    files.sort();
    let mut meetings = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            meetings.push(serde_json::from_str(line).with_context(|| file.display().to_string())?);
        }
    }
    Ok(meetings)
}

/// The account of a meeting.
fn account(number: usize) -> String {
    format!("meeting-{number}.example")
}

/// The meetings in the import format.
fn records(meetings: &[Meeting]) -> anyhow::Result<String> {
    let mut lines = String::new();
    for (number, meeting) in meetings.iter().enumerate() {
        let account = account(number);
        writeln!(lines, "{}", json!({ "type": "account", "domain": account, "name": format!("Meeting {number}") }))?;
        let turns: Vec<_> = meeting
            .meeting_transcripts
            .iter()
            .map(|turn| json!({ "speaker": turn.speaker, "text": turn.content }))
            .collect();
        let call = json!({
            "type": "call", "id": format!("meeting-{number}"), "account": account, "title": "Meeting",
            "started_at": "2026-01-05T09:00:00Z", "duration_seconds": 3600, "transcript": turns,
        });
        writeln!(lines, "{call}")?;
    }
    Ok(lines)
}

/// Scores one ranking of turn ranges against the marked spans.
fn score(ranges: &[(u32, u32)], spans: &[(u32, u32)], turns: usize) -> Score {
    let marked = |turn: u32| spans.iter().any(|(from, to)| (*from..=*to).contains(&turn));
    let overlaps = |(first, last): &(u32, u32)| spans.iter().any(|(from, to)| first <= to && last >= from);
    let rank = ranges.iter().position(overlaps);

    // The turns read when the best passages are read in order, up to a sixth of the meeting.
    let mut read = vec![false; turns];
    let mut left = turns / 6;
    for turn in ranges.iter().flat_map(|(first, last)| *first..=*last) {
        let seen = read.get_mut(turn as usize).filter(|seen| !**seen);
        if let (Some(seen), 1..) = (seen, left) {
            *seen = true;
            left -= 1;
        }
    }
    let gold = (0u32..).zip(&read).filter(|(turn, _)| marked(*turn));
    let (all, found) = gold.fold((0.0, 0.0), |(all, found), (_, seen)| (all + 1.0, found + f64::from(*seen)));
    Score {
        reciprocal_rank: rank.map_or(0.0, |rank| 1.0 / (rank + 1) as f64),
        hit_at_5: f64::from(rank.is_some_and(|rank| rank < 5)),
        share: if all > 0.0 { found / all } else { 0.0 },
    }
}

fn rows(halves: &[Vec<Score>; 2]) -> Vec<Row> {
    let row = |measure, value: fn(&Score) -> f64| {
        let mean = |scores: &[&Score]| scores.iter().map(|score| value(score)).sum::<f64>() / scores.len().max(1) as f64;
        let all: Vec<&Score> = halves.iter().flatten().collect();
        Row {
            measure,
            value: mean(&all),
            halves: [mean(&halves[0].iter().collect::<Vec<_>>()), mean(&halves[1].iter().collect::<Vec<_>>())],
            queries: all.len(),
        }
    };
    vec![
        row("MRR", |score| score.reciprocal_rank),
        row("hit@5", |score| score.hit_at_5),
        row("gold turns in n/6", |score| score.share),
    ]
}
