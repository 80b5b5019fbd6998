//! Every time something was asked for: requests read from calls and e-mails, and feature-request signals that say
//! something those do not.

use super::super::list_commitments::sources;
use super::super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::activity::{Signal, SignalKind};
use crate::domain::evidence::Evidence;
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::time::{Moment, Window};
use crate::language::{Gist, Topic};

/// One time something was asked for, wherever it was read.
pub struct Asked {
    pub account: String,
    pub who: Option<String>,
    pub what: String,
    /// What else it is called: by a signal that quotes the same words, or by the same speaker in the same breath.
    pub also: Vec<String>,
    pub quote: String,
    pub at: Moment,
    pub kind: RecordKind,
    pub title: String,
    pub evidence: Evidence,
    /// What the wording names.
    pub names: Gist,
    /// What the wording, the other wordings and the quote name.
    pub words: Gist,
}

impl Asked {
    /// Whether this is a wish for what `topic` names.
    pub fn is_about(&self, topic: &Topic) -> bool {
        topic.share(&format!("{} {} {}", self.what, self.also.join(" "), self.quote)) >= ABOUT
    }
}

/// Requests, and signals of requests, that are looked through over all accounts, at most: the latest.
const LOOKED_THROUGH: u32 = 2_000;

/// The share of a topic's words that a wish for it has.
const ABOUT: f32 = 0.6;

/// What was asked for by `account`, or lately by all, within `window`. Of very many, only those are read that may be about
/// `topic`.
pub async fn gather(
    bench: &Bench<'_>,
    account: Option<&str>,
    window: &Window,
    topic: Option<&Topic>,
) -> Result<Vec<Asked>, ToolError> {
    let records = bench.records();
    let requests = match account {
        Some(account) => records.requests(account, window).await?,
        None => {
            let all: u64 = records.workspace_counts(&[RecordKind::Request]).iter().map(|(_, count)| count).sum();
            let topic = topic.filter(|_| all > u64::from(LOOKED_THROUGH));
            let stems = topic.map(|topic| topic.stems_of_share(ABOUT)).unwrap_or_default();
            records.latest_requests(window, &stems, LOOKED_THROUGH).await?
        }
    };
    let sought = requests.iter().map(|request| request.source.clone()).collect();
    let titles = Box::pin(sources(bench, sought)).await?;
    let mut asked: Vec<Asked> = requests
        .iter()
        .cloned()
        .map(|request| {
            let (title, url) = titles.get(&request.source).cloned().unwrap_or_default();
            Asked {
                evidence: evidence::request(&request, &title, url.as_ref()),
                names: Gist::new(&request.what),
                words: Gist::new(&format!("{} {}", request.what, request.quote)),
                account: request.account,
                who: Some(request.who),
                what: request.what,
                also: Vec::new(),
                quote: request.quote,
                at: request.occurred_at,
                kind: request.source.kind,
                title,
            }
        })
        .collect();
    let signals = match account {
        Some(account) => records.signals(account, &[SignalKind::FeatureRequest], window).await?,
        None => records.latest_signals(SignalKind::FeatureRequest, window, LOOKED_THROUGH).await?,
    };
    let heard: Vec<RecordRef> = signals
        .iter()
        .filter_map(|signal| signal.call_id.clone())
        .map(|id| RecordRef { kind: RecordKind::Call, id })
        .collect();
    let calls = bench.records().records(&heard).await?;
    for signal in signals.iter().cloned() {
        let said = signal.quote.as_deref().unwrap_or(&signal.text);
        // The same words read from the call itself say it already, with who said them.
        let known = asked.iter_mut().find(|item| {
            item.account == signal.account
                && (item.at - signal.occurred_at).num_days().abs() <= 2
                && (item.quote.contains(said) || said.contains(&item.quote))
        });
        match known {
            Some(known) => {
                known.words.extend(Gist::new(&signal.text));
                known.also.push(signal.text);
            }
            None => asked.push(heard_in(signal, &calls)),
        }
    }
    Ok(asked)
}

fn heard_in(signal: Signal, calls: &[Record]) -> Asked {
    let evidence = evidence::signal(&signal);
    let quote = signal.quote.unwrap_or_else(|| signal.text.clone());
    Asked {
        evidence,
        names: Gist::new(&signal.text),
        words: Gist::new(&format!("{} {quote}", signal.text)),
        what: signal.text.trim_end_matches('.').to_owned(),
        also: Vec::new(),
        who: speaker(calls, signal.call_id.as_deref(), &quote),
        account: signal.account,
        quote,
        at: signal.occurred_at,
        kind: RecordKind::Signal,
        title: "Signal".to_owned(),
    }
}

/// Who said the words a signal quotes, in the call it was heard in.
fn speaker(calls: &[Record], call_id: Option<&str>, words: &str) -> Option<String> {
    calls.iter().find_map(|record| match record {
        Record::Call(call) if Some(call.id.as_str()) == call_id => {
            call.transcript.iter().find(|turn| turn.text.contains(words)).map(|turn| turn.speaker.clone())
        }
        _ => None,
    })
}
