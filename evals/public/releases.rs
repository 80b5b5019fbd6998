//! Requests and release notes: feature proposals of a large open-source project, its release notes, and the contributors'
//! own links between them. Notes that nobody linked are noise: some of them answer a proposal all the same.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use success_agent::domain::time::Moment;
use success_agent::knowledge::matching::{Line, Matcher, Vectors, Wish};
use success_agent::language;

use crate::matching;

#[derive(Deserialize)]
struct Request {
    id: String,
    title: String,
    text: String,
}

#[derive(Deserialize)]
struct Note {
    id: String,
    text: String,
}

#[derive(Deserialize)]
struct Link {
    request: String,
    release: String,
}

/// Reciprocal ranks and first places.
#[derive(Default)]
struct Sums {
    queries: u32,
    reciprocal_rank: f64,
    first: u32,
}

impl Sums {
    /// Counts the best rank of what is `gold`; scores by place.
    fn count(&mut self, scores: &[f32], gold: &[usize]) {
        let rank = |at: usize| {
            // Of equals the first.
            let better = |(other, score): (usize, &f32)| match score.total_cmp(&scores[at]) {
                Ordering::Greater => true,
                Ordering::Equal => other < at,
                Ordering::Less => false,
            };
            1 + scores.iter().enumerate().filter(|(other, score)| better((*other, score))).count()
        };
        let Some(best) = gold.iter().map(|at| rank(*at)).min() else { return };
        self.queries += 1;
        self.reciprocal_rank += 1.0 / best as f64;
        self.first += u32::from(best == 1);
    }

    fn cells(&self) -> [String; 2] {
        let share = |sum: f64| format!("{:.3}", sum / f64::from(self.queries.max(1)));
        [share(self.reciprocal_rank), share(f64::from(self.first))]
    }
}

/// Ranks the requests of `folder` for each linked note, and the notes for each request; lines for the table.
///
/// # Errors
/// What could not be read.
pub async fn run(folder: &Path) -> Result<Vec<Vec<String>>> {
    let day = Moment::from(DateTime::<Utc>::UNIX_EPOCH);
    let requests: Vec<Request> = read(&folder.join("requests.jsonl"))?;
    let notes: Vec<Note> = read(&folder.join("releases.jsonl"))?;
    let links: Vec<Link> = read(&folder.join("links.jsonl"))?;
    let wishes: Vec<Wish> = requests
        .iter()
        .map(|request| {
            // "KEP-1143: " is the number the link goes by.
            let title = request.title.split_once(": ").filter(|(number, _)| number.starts_with("KEP-"));
            let title = title.map_or(request.title.as_str(), |(_, title)| title);
            Wish::new(title, language::sentences(&request.text).into_iter().map(str::to_owned).collect(), day)
        })
        .collect();
    let lines: Vec<Line> = notes.iter().map(|note| Line::new(&note.text, day)).collect();
    let place_of_request = |id: &str| requests.iter().position(|request| request.id == id);
    let place_of_note = |id: &str| notes.iter().position(|note| note.id == id);
    let mut of_note: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut of_request: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for link in &links {
        let (request, note) = (place_of_request(&link.request), place_of_note(&link.release));
        if let (Some(request), Some(note)) = (request, note) {
            of_note.entry(note).or_default().push(request);
            of_request.entry(request).or_default().push(note);
        }
    }
    let mut rows = Vec::new();
    let texts =
        || lines.iter().map(|line| line.spelled().to_owned()).chain(wishes.iter().flat_map(Wish::texts).cloned());
    let mut ways = vec![("words alone", Vectors::new())];
    if let Some(embedder) = matching::embedder()? {
        ways.push(("words and meaning", matching::vectors(&embedder, texts()).await?));
    }
    for (way, vectors) in &ways {
        let matcher = Matcher::new(&lines, vectors);
        let scores: Vec<Vec<f32>> = wishes
            .iter()
            .map(|wish| {
                let compared = matcher.of(wish);
                (0..lines.len()).map(|line| compared.signs(line).strength()).collect()
            })
            .collect();
        let (mut by_note, mut by_request) = (Sums::default(), Sums::default());
        for (note, gold) in &of_note {
            by_note.count(&scores.iter().map(|of_wish| of_wish[*note]).collect::<Vec<_>>(), gold);
        }
        for (request, gold) in &of_request {
            by_request.count(&scores[*request], gold);
        }
        let mut row =
            vec![(*way).to_owned(), requests.len().to_string(), notes.len().to_string(), links.len().to_string()];
        row.extend(by_note.cells());
        row.extend(by_request.cells());
        rows.push(row);
    }
    Ok(rows)
}

fn read<T: DeserializeOwned>(file: &Path) -> Result<Vec<T>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| serde_json::from_str(line).with_context(|| format!("{}, line {}", file.display(), at + 1)))
        .collect()
}
