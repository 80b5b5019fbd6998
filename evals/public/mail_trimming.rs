//! Own words in mails: in how many of them the writer's own words are found exactly, white space folded.
//!
//! Reads `mail-trimming/mails.jsonl` of a folder of published data: `id`, `body` and `own` a line. What is quoted or
//! passed on is not the writer's own.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use success_agent::reading::zone::{Envelope, Zone, text_of, zones};

#[derive(Deserialize)]
struct Mail {
    id: String,
    body: String,
    own: String,
}

/// Measures on the data below `folder`, and names the mails that are read otherwise.
///
/// # Errors
/// What could not be read, and what is expected there.
pub fn run(folder: &Path) -> Result<Vec<String>> {
    let path = folder.join("mail-trimming/mails.jsonl");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{}: one mail a line", path.display()))?;
    let mails: Vec<Mail> = text
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("{}: id, body and own", path.display())))
        .collect::<Result<_>>()?;
    let other: Vec<&str> = mails.iter().filter(|mail| !is_exact(mail)).map(|mail| mail.id.as_str()).collect();
    if !other.is_empty() {
        println!("mail-trimming, read otherwise: {}", other.join(", "));
    }
    let exact = mails.len() - other.len();
    let share = exact as f64 / mails.len().max(1) as f64;
    Ok(vec!["as built".to_owned(), mails.len().to_string(), exact.to_string(), format!("{:.1} %", share * 100.0)])
}

fn is_exact(mail: &Mail) -> bool {
    let body = text_of(&mail.body);
    let own = zones(&Envelope::default(), &body).text(&body, Zone::Own);
    own.split_whitespace().eq(mail.own.split_whitespace())
}
