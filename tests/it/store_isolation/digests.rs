//! A digest, what it said, and how an account stands in it; the brief of a meeting.

use std::collections::BTreeMap;

use success_agent::domain::answer::Answer;
use success_agent::domain::digest::{
    Acknowledged, Destination, Digest, Edition, Owed, Renewals, RowState, Schedule, Sources, Standing, Watched,
    Watching,
};
use success_agent::domain::health::Level;
use success_agent::domain::id::{AccountId, ConversationId, DigestId};
use success_agent::domain::time::{Moment, Zone};
use success_agent::store::{BriefRecord, BriefState, MadeEdition};

use super::filled::now;

/// A digest.
pub fn scheduled(id: DigestId, word: &str) -> Digest {
    Digest {
        id,
        name: word.to_owned(),
        owner: word.to_owned(),
        to: Destination::Web,
        schedule: Schedule::in_zone("30 8 * * 1", Zone::UTC).unwrap(),
        accounts: Watching { segment: Some(word.to_owned()), ..Watching::default() },
        alerts: true,
        next_at: Some(now()),
        last_at: None,
        problem: Some(word.to_owned()),
    }
}

/// The brief of the meeting of each workspace.
pub fn brief(word: &str) -> BriefRecord {
    let answer = crate::store::turn(ConversationId::new(), word).answer;
    BriefRecord {
        meeting: "g1".to_owned(),
        starts_at: "2026-06-20T10:00:00Z".parse().unwrap(),
        to: Destination::Mail(format!("{word}@team.example")),
        state: BriefState::Made,
        answer: Answer { answer: word.to_owned(), ..answer },
        made_at: now(),
        sent_at: None,
        note: None,
    }
}

/// An edition of it, with an account in it.
pub fn edition(digest: DigestId, period: Moment, account: AccountId, word: &str) -> MadeEdition {
    let edition = Edition {
        digest,
        name: word.to_owned(),
        about: word.to_owned(),
        period,
        made_at: period,
        since: None,
        summary: vec![word.to_owned()],
        rows: Vec::new(),
        more: 0,
        unchanged: Watched::default(),
        acknowledged: Watched::default(),
        snoozed: Watched::default(),
        recovered: Watched::default(),
        overdue: Owed::default(),
        renewals: Renewals::default(),
        unpaid: Watched::default(),
        silent: Watched::default(),
        disagreements: Vec::new(),
        sources: Sources::default(),
    };
    MadeEdition { edition, standings: [(account, standing(word))].into(), before: BTreeMap::new() }
}

/// How an account stands in it.
pub fn standing(word: &str) -> Standing {
    Standing {
        state: RowState::Acknowledged,
        score: 20,
        level: Level::Critical,
        since: now(),
        acknowledged: Some(Acknowledged { by: word.to_owned(), at: now() }),
        snoozed_until: None,
    }
}
