//! The strict yardstick: questions of which each passes or fails, in three wordings, on three workspaces.
//!
//! An answer is right when its first sentences state the finding, with the right polarity, nothing false anywhere, and the
//! record that carries it cited. The questions (`evals/workspaces/<workspace>/{dev,held}/*.yaml`) were written from the data by
//! people who had not seen the program. Whoever works on the program reads the failures of `dev`; of `held` only the figures
//! are looked at, so they say what a stranger's question meets.

mod judge;
mod question;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use judge::{Judgement, Verdict};
use question::Question;
use serde::{Deserialize, Serialize};

use crate::client::{Answer, Client};
use crate::server::{self, Server};
use crate::{EMBEDDING, reports_folder, table};

const FOLDER: &str = "evals/workspaces";
const RECORDS: &str = "records.jsonl";
const BASELINE: &str = "evals/workspaces/baseline.json";

/// How far the share of right answers may drop, in points of a percent.
const TOLERANCE: f64 = 0.5;

/// How many answers ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Figures {
    right: u32,
    partly: u32,
    wrong: u32,
    silent: u32,
    /// Answers with a statement that is false, whatever else they are.
    false_statements: u32,
}

impl Figures {
    fn count(&mut self, judgement: &Judgement) {
        match judgement.verdict {
            Verdict::Right => self.right += 1,
            Verdict::Partly => self.partly += 1,
            Verdict::Wrong => self.wrong += 1,
            Verdict::Silent => self.silent += 1,
        }
        self.false_statements += u32::from(judgement.says_false);
    }

    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.partly += other.partly;
        self.wrong += other.wrong;
        self.silent += other.silent;
        self.false_statements += other.false_statements;
    }

    fn all(self) -> u32 {
        self.right + self.partly + self.wrong + self.silent
    }

    fn percent(self, part: u32) -> f64 {
        100.0 * f64::from(part) / f64::from(self.all().max(1))
    }
}

/// An answer with what was thought of it, for who wants to read them.
#[derive(Serialize)]
struct Report<'a> {
    group: String,
    subject: &'a str,
    id: &'a str,
    ask: &'a str,
    right: &'a str,
    judgement: Judgement,
    answer: Answer,
}

/// Asks everything and prints the table; whether nothing is worse than on record. `only` names one workspace.
///
/// # Errors
/// What cannot be read, or a program that does not answer.
pub async fn run(bless: bool, verbose: bool, only: Option<&str>) -> Result<bool> {
    let mut measured: BTreeMap<String, Figures> = BTreeMap::new();
    let mut by_subject: BTreeMap<String, Figures> = BTreeMap::new();
    let mut reports = Vec::new();
    let questions = question::load(Path::new(FOLDER))?;
    for (workspace, groups) in &questions {
        if only.is_some_and(|only| only != workspace) {
            continue;
        }
        let server = serve(workspace).await?;
        let client = Client::with(server.http(), server.url());
        client.embedded(EMBEDDING).await?;
        for (group, questions) in groups {
            let name = format!("{workspace} {group}");
            for question in questions {
                for ask in &question.ask {
                    let answer = ask_of(&client, question, ask).await?;
                    let judgement = judge::judge(question, &answer);
                    measured.entry(name.clone()).or_default().count(&judgement);
                    by_subject.entry(question.subject.clone()).or_default().count(&judgement);
                    reports.push(Report {
                        group: name.clone(),
                        subject: &question.subject,
                        id: &question.id,
                        ask,
                        right: &question.right,
                        judgement,
                        answer,
                    });
                }
            }
        }
    }
    if verbose {
        reports.iter().filter(|report| report.group.ends_with("dev")).for_each(show);
    }
    print("subject", &by_subject);
    println!();
    print("questions", &measured);
    let path = reports_folder()?.join("strict.json");
    std::fs::write(&path, serde_json::to_vec_pretty(&reports)?)?;
    println!("\nEvery answer: {}", path.display());
    if bless {
        std::fs::write(BASELINE, serde_json::to_string_pretty(&measured)? + "\n")?;
        return Ok(true);
    }
    compare(&measured, only.is_none())
}

/// The program with the records of a workspace, at the time its questions are asked.
async fn serve(workspace: &str) -> Result<Server> {
    let records = PathBuf::from(FOLDER).join(workspace).join(RECORDS);
    if !records.exists() {
        return Server::start(true).await;
    }
    let server = Server::start_at(server::NOW, false).await?;
    let lines = std::fs::read_to_string(&records).with_context(|| format!("{} cannot be read", records.display()))?;
    Client::with(server.http(), server.url()).import(lines).await?;
    Ok(server)
}

async fn ask_of(client: &Client, question: &Question, ask: &str) -> Result<Answer> {
    let mut conversation = None;
    for before in &question.before {
        conversation =
            Some(client.ask(before, question.account.as_deref(), conversation.as_deref()).await?.conversation);
    }
    client
        .ask(ask, question.account.as_deref(), conversation.as_deref())
        .await
        .with_context(|| format!("{}: “{ask}” was not answered", question.id))
}

fn show(report: &Report<'_>) {
    if report.judgement.verdict == Verdict::Right {
        return;
    }
    println!("── {} · {} · {:?}", report.group, report.id, report.judgement.verdict);
    println!("   asked  {}", report.ask);
    println!("   right  {}", report.right);
    report.judgement.faults.iter().for_each(|fault| println!("   fault  {fault}"));
    report.answer.answer.lines().filter(|line| !line.is_empty()).take(6).for_each(|line| println!("   │ {line}"));
}

fn print(head: &str, figures: &BTreeMap<String, Figures>) {
    let columns = ["asked", "right", "partly", "wrong", "silent", "% right", "% wrong or silent", "% false"];
    let mut lines = vec![std::iter::once(head).chain(columns).map(str::to_owned).collect::<Vec<_>>()];
    let mut all = Figures::default();
    let line = |name: &str, of: Figures| {
        let counts = [of.all(), of.right, of.partly, of.wrong, of.silent].map(|count| count.to_string());
        let shares =
            [of.right, of.wrong + of.silent, of.false_statements].map(|part| format!("{:.1}", of.percent(part)));
        std::iter::once(name.to_owned()).chain(counts).chain(shares).collect::<Vec<_>>()
    };
    for (name, of) in figures {
        lines.push(line(name, *of));
        all.add(*of);
    }
    lines.push(line("all", all));
    table::print(&lines);
}

/// Holds the figures against those on record.
fn compare(measured: &BTreeMap<String, Figures>, all_ran: bool) -> Result<bool> {
    if !Path::new(BASELINE).exists() {
        println!("There is no baseline yet; --bless writes it.");
        return Ok(true);
    }
    let known: BTreeMap<String, Figures> = serde_json::from_str(&std::fs::read_to_string(BASELINE)?)?;
    let mut none_worse = true;
    for (name, known) in known {
        let Some(now) = measured.get(&name) else {
            if all_ran {
                println!("WORSE  {name}: its questions are gone");
                none_worse = false;
            }
            continue;
        };
        let (share, before) = (now.percent(now.right), known.percent(known.right));
        if share < before - TOLERANCE {
            println!("WORSE  {name}: right answers dropped from {before:.1} to {share:.1} %");
            none_worse = false;
        }
        if now.false_statements > known.false_statements {
            println!(
                "WORSE  {name}: false statements rose from {} to {}",
                known.false_statements, now.false_statements
            );
            none_worse = false;
        }
    }
    Ok(none_worse)
}
