//! Matching of requests with releases on labelled pairs: precision and recall of what a customer may be told, with a
//! model that embeds and by words alone, and the curve its threshold was chosen from.
//!
//! The pairs (`evals/matching/pairs.jsonl`) were labelled before anything was run on them. Requests of odd number are for
//! choosing the weights and the threshold, those of even number for reporting.

mod figures;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use figures::{Figures, Half, Outcome};
use serde::Deserialize;
use success_agent::domain::matching::Verdict;
use success_agent::domain::time::Moment;
use success_agent::knowledge::matching::{Line, Matcher, Vectors, Wish};
use success_agent::model::embed::{Embedder as _, LocalEmbedder, Role};

use crate::table;

#[derive(Deserialize)]
struct Request {
    id: u32,
    what: String,
    quote: String,
    lines: Vec<Labelled>,
}

#[derive(Deserialize)]
struct Labelled {
    verdict: Verdict,
    line: String,
}

/// The model that `make eval` searches with, where there is one on this machine.
///
/// # Errors
/// When the folder that is named holds none.
pub fn embedder() -> Result<Option<LocalEmbedder>> {
    let Some(folder) = std::env::var_os("EMBEDDING_MODEL_DIR").map(PathBuf::from) else { return Ok(None) };
    Ok(Some(LocalEmbedder::named(&folder)?))
}

/// What `texts` mean.
///
/// # Errors
/// When the model cannot be read.
pub async fn vectors(embedder: &LocalEmbedder, texts: impl IntoIterator<Item = String>) -> Result<Vectors> {
    let mut texts: Vec<String> = texts.into_iter().collect();
    texts.sort();
    texts.dedup();
    // A half for each of the two threads the model works on.
    let late = texts.split_off(texts.len() / 2);
    let (early_vectors, late_vectors) =
        tokio::try_join!(embedder.embed(texts.clone(), Role::Query), embedder.embed(late.clone(), Role::Passage))?;
    let all = texts.into_iter().zip(early_vectors).chain(late.into_iter().zip(late_vectors));
    Ok(all.map(|(text, vector)| (text, vector.into())).collect())
}

/// Measures, prints, and holds the figures against those on record; whether nothing is worse. `bless` records them.
///
/// # Errors
/// What could not be read or written.
pub async fn run(bless: bool) -> Result<bool> {
    let requests = read(Path::new("evals/matching/pairs.jsonl"))?;
    let day = Moment::from(DateTime::<Utc>::UNIX_EPOCH);
    let wishes: Vec<Wish> =
        requests.iter().map(|request| Wish::new(&request.what, vec![request.quote.clone()], day)).collect();
    let lines: Vec<Line> =
        requests.iter().flat_map(|request| &request.lines).map(|labelled| Line::new(&labelled.line, day)).collect();
    let mut figures = Figures::default();
    let texts = lines.iter().map(|line| line.spelled().to_owned()).chain(wishes.iter().flat_map(Wish::texts).cloned());
    let by_words = Vectors::new();
    let ways = match embedder()? {
        Some(embedder) => vec![("words and meaning", vectors(&embedder, texts).await?), ("words alone", by_words)],
        None => {
            println!("Matching by meaning is left out: EMBEDDING_MODEL_DIR names no folder with a model.");
            vec![("words alone", by_words)]
        }
    };
    for (way, vectors) in &ways {
        let outcomes = outcomes(&requests, &wishes, &lines, vectors);
        println!("\nMatching of requests with releases by {way}: {} pairs", outcomes.len());
        table::print(&figures::curve(&outcomes));
        println!();
        table::print(&figures::verdicts(&outcomes));
        for half in [Half::Choosing, Half::Reporting] {
            figures.add(&format!("{way}, {}", half.name()), &outcomes, half);
        }
        if std::env::var_os("EVAL_VERBOSE").is_some_and(|value| value != "0") {
            println!();
            outcomes.iter().filter(|outcome| outcome.is_wrong()).for_each(|outcome| println!("{outcome}"));
        }
    }
    println!();
    table::print(&figures.table());
    let file = Path::new("evals/matching/baseline.json");
    if bless {
        return figures.write(file).map(|()| true);
    }
    let worse = figures.worse(file)?;
    for sentence in &worse {
        println!("WORSE  matching: {sentence}");
    }
    Ok(worse.is_empty())
}

fn read(file: &Path) -> Result<Vec<Request>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    text.lines()
        .enumerate()
        .map(|(at, line)| serde_json::from_str(line).with_context(|| format!("{}, line {}", file.display(), at + 1)))
        .collect()
}

/// Every pair, compared; and for each request what it would be told of all lines there are.
fn outcomes(requests: &[Request], wishes: &[Wish], lines: &[Line], vectors: &Vectors) -> Vec<Outcome> {
    let matcher = Matcher::new(lines, vectors);
    let mut at = 0;
    let mut outcomes = Vec::with_capacity(lines.len());
    for (request, wish) in requests.iter().zip(wishes) {
        let comparison = matcher.of(wish);
        let best = comparison.matches().into_iter().next();
        let told = best.filter(|best| best.sure && best.verdict == Verdict::Answers).map(|best| &lines[best.line].text);
        let is_own = told.is_some_and(|told| request.lines.iter().any(|labelled| labelled.line == *told));
        for (number, labelled) in request.lines.iter().enumerate() {
            let found = comparison.with(at);
            at += 1;
            outcomes.push(Outcome {
                half: if request.id % 2 == 1 { Half::Choosing } else { Half::Reporting },
                request: request.what.clone(),
                line: labelled.line.clone(),
                label: labelled.verdict,
                told: found.verdict,
                sure: found.sure,
                confidence: found.confidence,
                best: told == Some(&labelled.line),
                // Counted once, with the first of the request's pairs.
                foreign: told.filter(|_| number == 0 && !is_own).cloned(),
            });
        }
    }
    outcomes
}
