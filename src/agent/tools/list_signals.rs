//! `list_signals`: what the customer said or did, typed: by its sources, and where a language model reads along, by it.

use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::activity::{Noticed, Signal};
use crate::domain::record::RecordKind;
use crate::domain::tool::records::{ListSignals, SignalList, SignalView};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: ListSignals) -> Result<SignalList, ToolError> {
    let account = bench.scope.account(&arguments.account)?;
    let signals = bench.records().signals(&account, &arguments.kinds, &arguments.window).await?;
    let noticed = bench.records().noticed(&account, &arguments.kinds, &arguments.window).await?;
    let counts = bench.records().counts(&account).await?;
    let mut items: Vec<SignalView> = signals
        .iter()
        .cloned()
        .map(|signal| SignalView {
            cite: bench.ledger.cite(evidence::signal(&signal)),
            id: signal.id,
            kind: signal.kind,
            occurred_at: signal.occurred_at,
            text: signal.text,
            quote: signal.quote,
            score: signal.score,
            sentiment: signal.sentiment,
            noticed_by: None,
        })
        .collect();
    if noticed.iter().any(|noticed| !is_given(noticed, &signals)) {
        let data = bench.records().account_data(&account).await?;
        for noticed in noticed.iter().filter(|noticed| !is_given(noticed, &signals)) {
            let source = data.sources.get(&noticed.source);
            let (title, url) = source.map_or(("", None), |source| (source.title.as_str(), source.url.as_ref()));
            items.push(SignalView {
                cite: bench.ledger.cite(evidence::noticed(noticed, title, url)),
                id: noticed.id.clone(),
                kind: noticed.kind,
                occurred_at: noticed.occurred_at,
                text: noticed.quote.clone(),
                quote: Some(noticed.quote.clone()),
                score: None,
                sentiment: None,
                noticed_by: Some(noticed.by.clone()),
            });
        }
        items.sort_by(|left, right| (right.occurred_at, &left.id).cmp(&(left.occurred_at, &right.id)));
    }
    let total = counts.iter().find(|span| span.kind == RecordKind::Signal).map_or(0, |span| span.count);
    Ok(SignalList { items, total })
}

/// Letters of words that are not said by chance.
const TELLING: usize = 16;

/// Whether a source gave a signal of the same words.
fn is_given(noticed: &Noticed, signals: &[Signal]) -> bool {
    let bare = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase();
    let words = bare(&noticed.quote);
    let same = |text: &str| {
        let other = bare(text);
        other.contains(&words) || other.len() >= TELLING && words.contains(&other)
    };
    signals.iter().any(|signal| signal.quote.as_deref().is_some_and(same) || same(&signal.text))
}
