//! The timeline on an account's page: a page of it by time, or what is found in it by words.

use super::{App, AppError, HubWanted, ITEMS, RecordTitle};
use crate::agent::scope::TurnScope;
use crate::agent::tools::Known;
use crate::app::Search;
use crate::domain::passage::PassageHit;
use crate::domain::record::RecordKind;
use crate::domain::time::Moment;
use crate::domain::tool::activity::{ActivityItem, Place};

/// Kinds of record that happen, and so stand in a timeline.
pub const HAPPENS: [RecordKind; 8] = [
    RecordKind::Call,
    RecordKind::Email,
    RecordKind::Note,
    RecordKind::Project,
    RecordKind::Signal,
    RecordKind::RevenueSource,
    RecordKind::PaymentEvent,
    RecordKind::Deal,
];

/// Passages looked at for one page of what was found; several may be of one record.
const PASSAGES: u32 = 60;

/// A stretch of the timeline.
#[derive(Clone, Debug, Default)]
pub struct FeedPage {
    /// The newest first; what fits the words best first, where words were searched for.
    pub items: Vec<FeedItem>,
    /// Where it goes on; none at its end.
    pub older: Option<Place>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct FeedItem {
    /// The record, with what it is called.
    pub titled: RecordTitle,
    /// When.
    pub at: Moment,
    /// What it says: the record's own words, or the passage that was found.
    pub gist: String,
    /// Who wrote it.
    pub from: Option<String>,
    /// Who took part or received it.
    pub people: Vec<String>,
    /// For calls: length in minutes.
    pub minutes: Option<u32>,
    /// For calls: the second at which the passage that was found begins.
    pub at_seconds: Option<f64>,
}

impl From<ActivityItem> for FeedItem {
    fn from(item: ActivityItem) -> Self {
        let record = crate::domain::record::RecordRef { kind: item.kind, id: item.id };
        Self {
            titled: RecordTitle { record, title: item.title },
            at: item.occurred_at,
            gist: item.gist,
            from: item.from,
            people: item.people,
            minutes: item.minutes,
            at_seconds: None,
        }
    }
}

impl From<PassageHit> for FeedItem {
    fn from(hit: PassageHit) -> Self {
        let passage = hit.passage;
        Self {
            titled: RecordTitle { record: passage.source, title: passage.title },
            at: passage.occurred_at,
            gist: passage.text,
            from: passage.speaker,
            people: Vec::new(),
            minutes: None,
            at_seconds: passage.at_seconds,
        }
    }
}

impl App {
    /// A part of an account's timeline.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such account.
    pub async fn feed(&self, domain: &str, wanted: &HubWanted) -> Result<FeedPage, AppError> {
        let known = self.agent.tools.known(self.workspace).await?;
        self.feed_known(&known, domain, wanted).await
    }

    /// The same where the records of now are known already.
    pub(super) async fn feed_known(
        &self,
        known: &Known,
        domain: &str,
        wanted: &HubWanted,
    ) -> Result<FeedPage, AppError> {
        if let Some(words) = &wanted.words {
            return self.found(domain, words, &wanted.kinds).await;
        }
        let scope = TurnScope::looking(self.workspace, Some(domain.to_owned()));
        let after = wanted.after.clone().unwrap_or_else(|| Place::at(self.now()));
        let page = self.agent.tools.activity_page(&scope, known, domain, &wanted.kinds, &after, ITEMS).await?;
        Ok(FeedPage { items: page.items.into_iter().map(FeedItem::from).collect(), older: page.older })
    }

    /// Records of an account that say it: each once, by the passage that says it best.
    async fn found(&self, domain: &str, words: &str, kinds: &[RecordKind]) -> Result<FeedPage, AppError> {
        let kinds = if kinds.is_empty() { HAPPENS.to_vec() } else { kinds.to_vec() };
        let search = Search { query: words.to_owned(), account: Some(domain.to_owned()), kinds, limit: Some(PASSAGES) };
        let mut items: Vec<FeedItem> = Vec::new();
        for hit in self.search(search).await? {
            if items.iter().all(|item| item.titled.record != hit.passage.source) {
                items.push(hit.into());
            }
        }
        items.truncate(ITEMS);
        Ok(FeedPage { items, older: None })
    }
}
