//! Public data nobody here wrote, through the same interface: `make eval-public DIR=…`.

mod email_intent;
mod mail_trimming;
mod qmsum;
mod releases;

use std::path::Path;

use anyhow::Result;

use crate::client::Client;
use crate::server::Server;
use crate::table;

/// Measures on the published data below `folder`; sets that are not there are passed over and named.
///
/// # Errors
/// What could not be read, started or answered.
pub async fn run(folder: &Path) -> Result<()> {
    released(folder).await?;
    println!();
    let meetings = ["val.jsonl", "test.jsonl"].map(|name| folder.join("qmsum").join(name));
    let there: Vec<_> = meetings.iter().filter(|file| file.exists()).collect();
    if there.is_empty() {
        println!("qmsum: there is no {}; left out", meetings[0].display());
    } else {
        let mut lines = vec![
            ["qmsum: retrieval", "meetings", "passages", "queries", "MRR", "hit@1", "hit@5", "gold within n/6"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for file in there {
            let server = Server::start(false).await?;
            lines.push(qmsum::run(file, &Client::with(server.http(), server.url())).await?);
        }
        table::print(&lines);
    }
    println!();
    if folder.join("email-intent").exists() {
        let rows = email_intent::run(folder).map_err(anyhow::Error::msg)?;
        let mut lines =
            vec![["email-intent: requests", "sentences", "precision", "recall", "F1"].map(str::to_owned).to_vec()];
        lines.extend(rows.into_iter().map(|row| {
            let mut cells = vec![row.name, row.sentences.to_string()];
            cells.extend([row.precision, row.recall, row.f1].map(|figure| format!("{figure:.3}")));
            cells
        }));
        table::print(&lines);
    } else {
        println!("email-intent: there is no {}; left out", folder.join("email-intent").display());
    }
    println!();
    if folder.join("mail-trimming").exists() {
        let mut lines = vec![["mail-trimming: own words", "mails", "exact", "share"].map(str::to_owned).to_vec()];
        lines.push(mail_trimming::run(folder)?);
        table::print(&lines);
    } else {
        println!("mail-trimming: there is no {}; left out", folder.join("mail-trimming").display());
    }
    Ok(())
}

/// Requests and release notes.
async fn released(folder: &Path) -> Result<()> {
    let folder = folder.join("requests-releases");
    if !folder.exists() {
        println!("requests-releases: there is no {}; left out", folder.display());
        return Ok(());
    }
    let head =
        ["requests-releases", "requests", "notes", "links", "note→request MRR", "hit@1", "request→note MRR", "hit@1"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    lines.extend(releases::run(&folder).await?);
    table::print(&lines);
    Ok(())
}

/// Prints what the reader's weights would be, learned from the published sentences below `folder`.
///
/// # Errors
/// What could not be read.
pub fn weights(folder: &Path) -> Result<()> {
    let (bias, weights) = email_intent::weights(folder).map_err(anyhow::Error::msg)?;
    println!("{bias:>8.3}  (bias)");
    for (cue, weight) in weights {
        println!("{weight:>8.3}  {cue}");
    }
    Ok(())
}
