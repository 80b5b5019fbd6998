//! `list_releases`: what was shipped, newest first.

use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::activity::Release;
use crate::domain::tool::records::{ListReleases, ReleaseList, ReleaseView};
use crate::language::Topic;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: ListReleases) -> Result<ReleaseList, ToolError> {
    let releases = bench.records().releases(&arguments.window).await?;
    let total = releases.len() as u64;
    let now = bench.now();
    let shipped = releases.iter().filter(|release| release.shipped(now)).cloned();
    let found: Vec<Release> = match arguments.query.as_deref().map(str::trim).filter(|query| !query.is_empty()) {
        None => shipped.collect(),
        Some(query) => {
            let shipped: Vec<Release> = shipped.collect();
            let named: Vec<Release> = shipped.iter().filter(|release| is_named(release, query)).cloned().collect();
            if named.is_empty() {
                let topic = Topic::new(query);
                shipped
                    .into_iter()
                    .filter(|release| topic.share(&format!("{} {}", release.title, release.body)) >= 0.5)
                    .collect()
            } else {
                named
            }
        }
    };
    let items = found
        .into_iter()
        .map(|release| ReleaseView {
            cite: bench.ledger.cite(evidence::release(&release, &release.body)),
            lines: lines(&release),
            id: release.id,
            title: release.title,
            version: release.version,
            shipped_at: release.shipped_at,
        })
        .collect();
    Ok(ReleaseList { items, total })
}

/// Whether `query` is the version, the id or the title of a release. `4.2` names 4.2 and not 4.2.1.
pub fn is_named(release: &Release, query: &str) -> bool {
    let query = query.trim().trim_start_matches(['v', 'V']).to_lowercase();
    let version = release.version.as_deref().map(|version| version.trim_start_matches(['v', 'V']).to_lowercase());
    let titled =
        release.title.split(|letter: char| letter.is_whitespace() || letter == ':' || letter == ',').any(|word| {
            word.trim_start_matches(['v', 'V']).eq_ignore_ascii_case(&query)
                && query.chars().any(|letter| letter.is_ascii_digit())
        });
    version.as_deref() == Some(query.as_str()) || release.id.eq_ignore_ascii_case(&query) || titled
}

/// The notes of a release as lines that each say one thing.
pub fn lines(release: &Release) -> Vec<String> {
    release
        .body
        .lines()
        .flat_map(crate::language::sentences)
        .map(|line| line.trim_start_matches(['-', '*', '•', '#', ' ']).trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}
