//! `list_commitments`: promises, where they stand, and the words that show it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::activity::{Commitment, CommitmentStatus, LaterWords};
use crate::domain::commitment::Unattributed;
use crate::domain::evidence::Evidence;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::text::clipped;
use crate::domain::time::Window;
use crate::domain::tool::records::{CommitmentList, CommitmentView, LatestWords, ListCommitments, NamelessPromise};
use crate::domain::unheard::Unheard;
use crate::language::Topic;
pub use crate::reading::people::same_person;
use crate::store::PromisesWanted;

/// The share of a topic's words a promise must have.
const ABOUT: f32 = 0.5;

/// Promises of one status that a list over all accounts is chosen from, at most.
const LISTED: u32 = 200;

/// Those looked through for a person's, or for those about something.
const LOOKED_THROUGH: u32 = 1_000;

/// Words that do not tell a deed by themselves: "Yes, I'll do that."
const SAYS_LITTLE: usize = 4;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: ListCommitments) -> Result<CommitmentList, ToolError> {
    let account = bench.scope.account_or_all(arguments.account.as_deref())?;
    let today = bench.today();
    let wanted = arguments.topic.as_deref().map(Topic::new);
    let Looked { promises, total, counted } = match &account {
        Some(account) => of_one(bench, account, &arguments).await?,
        None => of_all(bench, &arguments, wanted.as_ref()).await?,
    };
    let not_read = unheard(bench, account.as_deref()).await?;
    let read = talk(bench, account.as_deref()).await?.saturating_sub(Unheard::total(&not_read));
    let mut found: Vec<Commitment> = promises
        .into_iter()
        .filter(|item| arguments.side.is_none_or(|side| item.side == side))
        .filter(|item| arguments.person.as_deref().is_none_or(|person| same_person(&item.who, person)))
        .filter(|item| arguments.statuses.is_empty() || arguments.statuses.contains(&item.status(today)))
        .filter(|item| arguments.due == Window::ALWAYS || item.due.is_some_and(|day| arguments.due.contains(day)))
        .filter(|item| {
            wanted
                .as_ref()
                .is_none_or(|topic| topic.share(&format!("{} {} {}", item.what, item.quote, item.who)) >= ABOUT)
        })
        .collect();
    found.sort_by_key(|item| {
        let status = item.status(today);
        let rank = match status {
            CommitmentStatus::Overdue => 0,
            CommitmentStatus::Unclear => 1,
            CommitmentStatus::Open => 2,
            CommitmentStatus::Kept => 3,
            CommitmentStatus::Dropped => 4,
        };
        (
            rank,
            (status == CommitmentStatus::Open).then(|| item.due.is_none()),
            (status == CommitmentStatus::Open).then_some(item.due),
            std::cmp::Reverse(item.occurred_at),
        )
    });
    // The same words can hold several promises; a reader needs them once.
    let mut quotes: HashSet<(String, String)> = HashSet::new();
    found.retain(|item| quotes.insert((item.account.clone(), item.quote.clone())));
    let count = |status| {
        let all = counted.iter().find(|(counted, _)| *counted == status).map(|(_, count)| *count);
        all.unwrap_or_else(|| found.iter().filter(|item| item.status(today) == status).count() as u64)
    };
    let (overdue, open, kept) =
        (count(CommitmentStatus::Overdue), count(CommitmentStatus::Open), count(CommitmentStatus::Kept));
    let (dropped, unclear) = (count(CommitmentStatus::Dropped), count(CommitmentStatus::Unclear));
    found.truncate(60);
    let mut wanted: Vec<RecordRef> = found.iter().map(|item| item.source.clone()).collect();
    wanted.extend(found.iter().flat_map(later).map(|words| words.source.clone()));
    let sources = Box::pin(sources(bench, wanted)).await?;
    let names = bench.names(found.iter().map(|item| item.account.as_str())).await?;
    let name = |domain: &str| names.get(domain).cloned().unwrap_or_default();
    let items = found.into_iter().map(|item| view(bench, name(&item.account), item, &sources)).collect();
    let nameless = match &account {
        Some(account) if arguments.person.is_none() => nameless(bench, account, &arguments).await?,
        _ => Vec::new(),
    };
    Ok(CommitmentList { items, overdue, open, kept, dropped, unclear, total, read, not_read, nameless })
}

/// Promises of an account of which nobody can tell whose they are, as far as they are asked for.
async fn nameless(
    bench: &mut Bench<'_>,
    account: &str,
    arguments: &ListCommitments,
) -> Result<Vec<NamelessPromise>, ToolError> {
    const MOST: usize = 10;
    let data = bench.records().account_data(account).await?;
    let topic = arguments.topic.as_deref().map(Topic::new);
    let about = |item: &&Unattributed| {
        let text = || format!("{} {}", item.what, item.quote);
        topic.as_ref().is_none_or(|topic| topic.share(&text()) >= ABOUT)
    };
    let made = |item: &&Unattributed| arguments.window.contains(item.occurred_at.day());
    let asked = data.unattributed.iter().filter(made).filter(about).take(MOST);
    let view = |item: &Unattributed| {
        let title = data.sources.get(&item.source).map_or_else(String::new, |source| source.title.clone());
        let cite = bench.ledger.cite(Evidence {
            quote: item.quote.clone(),
            speaker: Some(item.who.clone()),
            at_seconds: item.at_seconds,
            ..evidence::of_source(&data, &item.source, item.occurred_at)
        });
        let (who, what, quote) = (item.who.clone(), item.what.clone(), item.quote.clone());
        NamelessPromise { cite, who, what, quote, title, occurred_at: item.occurred_at }
    };
    Ok(asked.map(view).collect())
}

/// The promises to choose from.
struct Looked {
    promises: Vec<Commitment>,
    /// How many there are in all, whatever is asked of them.
    total: u64,
    /// How many are of a status, where not all of them were looked at.
    counted: Vec<(CommitmentStatus, u64)>,
}

async fn of_one(bench: &Bench<'_>, account: &str, arguments: &ListCommitments) -> Result<Looked, ToolError> {
    let promises = bench.records().commitments(account, &arguments.window).await?.to_vec();
    Ok(Looked { total: promises.len() as u64, promises, counted: Vec::new() })
}

/// Of all accounts, the database chooses and counts. Whose they are and what about is judged here, among the first of those
/// that may be meant.
async fn of_all(bench: &Bench<'_>, arguments: &ListCommitments, topic: Option<&Topic>) -> Result<Looked, ToolError> {
    let (store, records, today) = (&bench.tools.store, bench.records(), bench.today());
    let judged = topic.is_some() || arguments.person.is_some();
    let all: u64 = records.workspace_counts(&[RecordKind::Commitment]).iter().map(|(_, count)| count).sum();
    let stems = topic.filter(|_| all > u64::from(LOOKED_THROUGH)).map(|topic| topic.stems_of_share(ABOUT));
    let wanted = PromisesWanted {
        side: arguments.side,
        statuses: arguments.statuses.clone(),
        window: arguments.window,
        due: arguments.due,
        owner: arguments.owner.clone(),
        person: arguments.person.clone(),
        stems: stems.unwrap_or_default(),
    };
    if arguments.owner.is_some() {
        bench.fresh_states().await?;
    }
    let found = records.promises(&wanted, today, if judged { LOOKED_THROUGH } else { LISTED }).await?;
    let mut counted = Vec::new();
    if !judged && !found.cut.is_empty() {
        bench.fresh_states().await?;
        for status in &found.cut {
            counted.push((*status, store.count_promises(records.workspace(), &wanted, today, *status).await?));
        }
    }
    let total = if arguments.window == Window::ALWAYS {
        all
    } else {
        store.count_promises_made(records.workspace(), &arguments.window).await?
    };
    Ok(Looked { promises: found.items.clone(), total, counted })
}

/// How many calls and e-mails there are that promises and requests can stand in.
pub async fn talk(bench: &Bench<'_>, account: Option<&str>) -> Result<u64, ToolError> {
    const TALK: [RecordKind; 2] = [RecordKind::Call, RecordKind::Email];
    Ok(match account {
        Some(account) => {
            let counts = bench.records().counts(account).await?;
            counts.iter().filter(|span| TALK.contains(&span.kind)).map(|span| span.count).sum()
        }
        None => bench.records().workspace_counts(&TALK).iter().map(|(_, count)| count).sum(),
    })
}

/// The calls and e-mails among those that were not read, for their language.
pub async fn unheard(bench: &Bench<'_>, account: Option<&str>) -> Result<Vec<Unheard>, ToolError> {
    Ok(match account {
        Some(account) => bench.records().account_data(account).await?.unheard.clone(),
        None => bench.records().workspace_unheard(),
    })
}

/// Titles and links of the calls and e-mails things were read from.
pub async fn sources(
    bench: &Bench<'_>,
    mut wanted: Vec<RecordRef>,
) -> Result<Arc<HashMap<RecordRef, (String, Option<String>)>>, ToolError> {
    wanted.sort();
    wanted.dedup();
    Ok(bench.records().titles(&wanted).await?)
}

/// The later words that tell what became of a promise.
fn later(promise: &Commitment) -> impl Iterator<Item = &LaterWords> {
    [&promise.kept_by, &promise.unclear_by].into_iter().flatten()
}

fn view(
    bench: &mut Bench<'_>,
    account_name: String,
    item: Commitment,
    sources: &HashMap<RecordRef, (String, Option<String>)>,
) -> CommitmentView {
    let today = bench.today();
    let known = |source: &RecordRef| sources.get(source).cloned().unwrap_or_default();
    let (title, url) = known(&item.source);
    let cite = bench.ledger.cite(evidence::commitment(&item, &title, url.as_ref()));
    let mut told = |words: &LaterWords| {
        let (title, url) = known(&words.source);
        bench.ledger.cite(Evidence {
            record: words.source.clone(),
            account: Some(item.account.clone()),
            title: evidence::source_title(words.source.kind, &title),
            occurred_at: Some(words.occurred_at),
            quote: words.quote.clone(),
            speaker: None,
            at_seconds: None,
            url,
        })
    };
    let kept_cite = item.kept_by.as_ref().map(&mut told);
    let status = item.status(today);
    let unclear = item.unclear_by.as_ref().filter(|_| status == CommitmentStatus::Unclear);
    let latest = unclear.map(|words| LatestWords {
        cite: told(words),
        occurred_at: words.occurred_at,
        quote: words.quote.clone(),
    });
    let says_little = item.deed().is_some() && item.quote.split_whitespace().count() <= SAYS_LITTLE;
    let what = item.deed().map_or_else(|| format!("“{}”", clipped(&item.quote, 90)), str::to_owned);
    CommitmentView {
        cite,
        status,
        latest,
        kept_cite,
        kept_at: item.kept_by.as_ref().map(|kept| kept.occurred_at),
        marked_by: item.marked.as_ref().map(|decision| decision.by.clone()),
        marked_at: item.marked.as_ref().map(|decision| decision.at),
        id: item.id,
        kind: item.source.kind,
        title,
        account: item.account,
        account_name,
        who: item.who,
        side: item.side,
        what,
        due: item.due,
        due_text: item.due_text,
        says_little,
        quote: item.quote,
        occurred_at: item.occurred_at,
    }
}
