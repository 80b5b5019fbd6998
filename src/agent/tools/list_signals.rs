//! `list_signals`: what the customer said or did, typed.

use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::record::RecordKind;
use crate::domain::tool::records::{ListSignals, SignalList, SignalView};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: ListSignals) -> Result<SignalList, ToolError> {
    let account = bench.scope.account(&arguments.account)?;
    let signals = bench.records().signals(Some(&account), &arguments.kinds, &arguments.window).await?;
    let counts = bench.records().counts(&account).await?;
    let items = signals
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
        })
        .collect();
    let total = counts.iter().find(|span| span.kind == RecordKind::Signal).map_or(0, |span| span.count);
    Ok(SignalList { items, total })
}
