//! The checks of what a language model writes, on labelled sentences: how many true ones are sent back, and how many false
//! ones pass.
//!
//! A scene (`evals/checks/{dev,held}/*.yaml`) is a question, what the tools returned for it (`evals/checks/outputs`, by
//! `--capture` from the real tools over the workspaces of the strict suite) and sentences in the voice of a strong model, each
//! true or false, with what is wrong of the false ones. Whoever works on the checks reads what fails of `dev`; of `held` only
//! the figures are looked at.

mod capture;
mod scene;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use scene::{FOLDER, Played, Sentence};
use serde::{Deserialize, Serialize};

use crate::table;

/// What the checks said of a half.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Figures {
    true_ones: u32,
    false_alarms: u32,
    false_ones: u32,
    misses: u32,
}

impl Figures {
    fn share(part: u32, of: u32) -> f64 {
        100.0 * f64::from(part) / f64::from(of.max(1))
    }

    fn alarms(self) -> f64 {
        Self::share(self.false_alarms, self.true_ones)
    }

    fn missed(self) -> f64 {
        Self::share(self.misses, self.false_ones)
    }
}

/// Measures, prints, and holds the figures against those on record; whether nothing is worse. `bless` records them, and
/// `recapture` runs the tools anew before.
///
/// # Errors
/// What could not be read, run or written.
pub async fn run(bless: bool, verbose: bool, recapture: bool) -> Result<bool> {
    let scenes = scene::load()?;
    if recapture {
        capture::run(&scenes).await?;
    }
    let mut measured: BTreeMap<String, Figures> = BTreeMap::new();
    let (mut longest, mut slowest) = (Duration::ZERO, String::new());
    for scene in &scenes {
        let played = Played::new(scene)?;
        let (half, name) = &scene.place;
        let figures = measured.entry(half.clone()).or_default();
        let shown = verbose && half == "dev";
        if shown {
            played.beside().iter().for_each(|problem| println!("{name}: beside: {problem}"));
        }
        for sentence in &scene.sentences {
            let since = Instant::now();
            let problems = played.problems(sentence.text());
            if since.elapsed() > longest {
                (longest, slowest) = (since.elapsed(), name.clone());
            }
            match sentence {
                Sentence::True { holds: text } => {
                    figures.true_ones += 1;
                    figures.false_alarms += u32::from(!problems.is_empty());
                    if shown && !problems.is_empty() {
                        println!("{name}: FALSE ALARM  {text}\n    {}", problems.join("\n    "));
                    }
                }
                Sentence::False { wrong: text, because } => {
                    figures.false_ones += 1;
                    figures.misses += u32::from(problems.is_empty());
                    if shown && problems.is_empty() {
                        println!("{name}: MISSED  {text}\n    {because}");
                    }
                }
            }
        }
    }
    print(&measured);
    println!("The slowest sentence took {:.1} ms ({slowest}).", longest.as_secs_f64() * 1000.0);
    if measured.values().any(|half| half.true_ones == 0 || half.false_ones == 0) {
        bail!("each half needs true sentences and false ones");
    }
    let record = format!("{FOLDER}/baseline.json");
    if bless {
        std::fs::write(&record, serde_json::to_string_pretty(&measured)? + "\n")?;
        return Ok(true);
    }
    let known: BTreeMap<String, Figures> = serde_json::from_str(&std::fs::read_to_string(&record)?)?;
    let worse = |(half, known): (&String, &Figures)| {
        let now = measured.get(half).copied().unwrap_or_default();
        let worse = now.false_alarms > known.false_alarms || now.misses > known.misses;
        if worse {
            println!("WORSE  checks: {half}: {now:?}, was {known:?}");
        }
        worse
    };
    Ok(known.iter().filter(|known| worse(*known)).count() == 0)
}

fn print(measured: &BTreeMap<String, Figures>) {
    let head = ["checks", "true", "false alarms", "%", "false", "misses", "%"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    for (half, figures) in measured {
        lines.push(vec![
            half.clone(),
            figures.true_ones.to_string(),
            figures.false_alarms.to_string(),
            table::percent(Some(figures.alarms())),
            figures.false_ones.to_string(),
            figures.misses.to_string(),
            table::percent(Some(figures.missed())),
        ]);
    }
    table::print(&lines);
}
