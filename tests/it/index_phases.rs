//! A search reads in phases: what it gives is what one reading of everything would give, whatever happens in between.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::future::BoxFuture;
use success_agent::domain::id::WorkspaceId;
use success_agent::domain::passage::{AccountScope, Passage, PassageHit, PassageQuery, Scope};
use success_agent::domain::record::{RecordKind, RecordRef};
use success_agent::knowledge::terms::Terms;
use success_agent::knowledge::{Candidate, IndexError, Knowledge, TermQuery, VectorIndex};
use uuid::Uuid;

use crate::index_conformance::{Subject, all, call, found, ids, note, only, query, subjects};

/// Before which reading something happens.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Before {
    Terms,
    Passages,
}

/// An index in which something happens while it is searched.
struct Disturbed {
    index: Arc<dyn VectorIndex>,
    when: Before,
    what: Mutex<Option<BoxFuture<'static, ()>>>,
}

impl Disturbed {
    async fn now(&self, now: Before) {
        let what = if now == self.when { self.what.lock().unwrap().take() } else { None };
        if let Some(what) = what {
            what.await;
        }
    }
}

#[async_trait]
impl VectorIndex for Disturbed {
    async fn replace(&self, of: WorkspaceId, sources: &[RecordRef], by: &[Passage]) -> Result<(), IndexError> {
        self.index.replace(of, sources, by).await
    }

    async fn clear(&self, workspace: WorkspaceId) -> Result<(), IndexError> {
        self.index.clear(workspace).await
    }

    async fn find(&self, scope: &Scope, query: &TermQuery) -> Result<Vec<Candidate>, IndexError> {
        self.index.find(scope, query).await
    }

    async fn terms(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Terms)>, IndexError> {
        self.now(Before::Terms).await;
        self.index.terms(ids).await
    }

    async fn passages(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, Passage)>, IndexError> {
        self.now(Before::Passages).await;
        self.index.passages(ids).await
    }

    async fn count(&self, scope: &Scope) -> Result<u64, IndexError> {
        self.index.count(scope).await
    }

    async fn optimize(&self) -> Result<(), IndexError> {
        self.index.optimize().await
    }

    async fn close(&self) -> Result<(), IndexError> {
        self.index.close().await
    }
}

fn limited(text: &str, limit: usize) -> PassageQuery {
    PassageQuery { limit, ..query(text) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shorter_list_is_the_beginning_of_a_longer_one_ties_and_all() {
    for subject in subjects().await {
        let (workspace, name) = (WorkspaceId::new(), subject.name);
        // Many say the same, some on the same day; others say it at greater length.
        let records: Vec<_> = (0..60u64)
            .map(|at| {
                let filler = "of the seats in Dublin ".repeat((at % 4) as usize / 3);
                note(&format!("n{at:02}"), "hooli.com", at / 2 % 7, &format!("The renewal {filler}is near."))
            })
            .collect();
        subject.knowledge.put(workspace, &records).await.unwrap();
        for scope in [only(workspace, "hooli.com"), all(workspace)] {
            let whole = subject.knowledge.search(&scope, &limited("renewal", 60)).await.unwrap();
            assert_eq!(whole.len(), 60, "{name}");
            assert_eq!(ids(&whole)[..3], ["n12", "n13", "n26"], "{name}: of equals the latest first, then by id");
            let told = |hit: &PassageHit| (hit.score, hit.passage.occurred_at, hit.passage.source.clone());
            assert!(
                whole.windows(2).map(|pair| (told(&pair[0]), told(&pair[1]))).all(|(left, right)| {
                    (right.0, right.1).partial_cmp(&(left.0, left.1)).unwrap().then(left.2.cmp(&right.2)).is_lt()
                }),
                "{name}: {whole:#?}"
            );
            for limit in 1..60 {
                let some = subject.knowledge.search(&scope, &limited("renewal", limit)).await.unwrap();
                assert_eq!(some, whole[..limit], "{name}: {limit}");
            }
        }
    }
}

/// The search as it would be if all candidates were read whole: the reference for what the phases give.
async fn read_whole(subject: &Subject, scope: &Scope, words: &str, limit: usize) -> Vec<PassageHit> {
    let (named, terms) = (matches!(scope.accounts, AccountScope::Only(_)), Terms::of_query(words));
    let most = if named { 200 } else { 60 };
    let find = TermQuery { terms: terms.clone(), limit: most, ..TermQuery::default() };
    let candidates = subject.index.find(scope, &find).await.unwrap();
    let ids: Vec<Uuid> = candidates.iter().map(|candidate| candidate.id).collect();
    let passages: HashMap<Uuid, Passage> = subject.index.passages(&ids).await.unwrap().into_iter().collect();
    let mut lexical: HashMap<Uuid, f32> = candidates.iter().map(|found| (found.id, found.score)).collect();
    if named && candidates.len() < most {
        let held = subject.index.terms(&ids).await.unwrap();
        let in_scope = subject.knowledge.count(scope).await.unwrap() as f32;
        let rarity = |term: u32| {
            let documents = held.iter().filter(|(_, terms)| terms.weight(term) > 0.0).count() as f32;
            ((in_scope - documents + 0.5) / (documents + 0.5) + 1.0).ln()
        };
        let score =
            |held: &Terms| terms.pairs().iter().map(|(term, one)| one * rarity(*term) * held.weight(*term)).sum();
        lexical = held.iter().map(|(id, held)| (*id, score(held))).collect();
    }
    let places: HashMap<(&RecordRef, i64), f32> =
        passages.iter().map(|(id, passage)| ((&passage.source, i64::from(passage.ordinal)), lexical[id])).collect();
    let mut hits: Vec<PassageHit> = passages
        .iter()
        .map(|(id, passage)| {
            let beside = |step| places.get(&(&passage.source, i64::from(passage.ordinal) + step)).unwrap_or(&0.0);
            let score = lexical[id] + 0.2 * (beside(-1) + beside(1));
            PassageHit { passage: passage.clone(), score, lexical: Some(lexical[id]), dense: None, nearest: None }
        })
        .collect();
    hits.sort_by(|left, right| {
        let place =
            |hit: &PassageHit| (Reverse(hit.passage.occurred_at), hit.passage.source.clone(), hit.passage.ordinal);
        right.score.total_cmp(&left.score).then_with(|| place(left).cmp(&place(right)))
    });
    hits.truncate(limit);
    hits
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phases_give_what_reading_everything_would_give() {
    const WORDS: [&str; 12] = [
        "restore", "audit", "export", "invoice", "renewal", "seats", "latency", "outage", "webhook", "quote", "bucket",
        "region",
    ];
    for subject in subjects().await {
        let (workspace, name) = (WorkspaceId::new(), subject.name);
        // Few words are frequent, and many passages say exactly the same.
        let mut seed = 7u64;
        let mut below = |end: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % end
        };
        let mut word = || WORDS[(below(12) * below(12) / 12) as usize];
        let mut records = Vec::new();
        for at in 0..120u64 {
            let account = if at % 3 == 0 { "aviato.com" } else { "hooli.com" };
            if at % 6 < 4 {
                records.push(note(&format!("n{at}"), account, at % 5, &format!("{} {} {}.", word(), word(), word())));
            } else {
                let long = |words: [&str; 2]| format!("{} {} {}", words[0], words[1], "They went on. ".repeat(60));
                let turns: Vec<String> = (0..5).map(|_| long([word(), word()])).collect();
                let turns: Vec<(&str, &str)> = turns.iter().map(|turn| ("Dana Whitfield", turn.as_str())).collect();
                records.push(call(&format!("c{at}"), account, at % 5, &turns));
            }
        }
        subject.knowledge.put(workspace, &records).await.unwrap();
        for scope in [only(workspace, "hooli.com"), only(workspace, "aviato.com"), all(workspace)] {
            for words in ["restore", "bucket", "renewal invoice", "audit outage region", "restore audit export seats"] {
                for limit in [1, 3, 10, 50] {
                    let hits = subject.knowledge.search(&scope, &limited(words, limit)).await.unwrap();
                    let whole = read_whole(&subject, &scope, words, limit).await;
                    assert!(!hits.is_empty() && hits == whole, "{name}, {words}, {limit}: {hits:#?}\n{whole:#?}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passage_next_to_a_good_one_comes_before_its_equal() {
    for subject in subjects().await {
        let (workspace, name) = (WorkspaceId::new(), subject.name);
        // Each turn fills a passage; the last of the first call stands next to one that is found, too.
        let turn = |words: &str| format!("{words} {}", "We went on about the weather in Dublin. ".repeat(22));
        let (found, other) = (turn("The restore."), turn("Nothing of it."));
        let person = "Dana Whitfield";
        let near = [(person, other.as_str()), (person, found.as_str()), (person, found.as_str())];
        let far = [(person, found.as_str()), (person, other.as_str()), (person, other.as_str())];
        let records = [call("near", "hooli.com", 1, &near), call("far", "hooli.com", 9, &far)];
        subject.knowledge.put(workspace, &records).await.unwrap();
        for scope in [only(workspace, "hooli.com"), all(workspace)] {
            let hits = subject.knowledge.search(&scope, &query("restore")).await.unwrap();
            assert_eq!(ids(&hits), ["near", "near", "far"], "{name}");
            let gain = |hit: &PassageHit| hit.score / hit.lexical.unwrap();
            assert!(gain(&hits[0]) > 1.1 && gain(&hits[1]) > 1.1 && (gain(&hits[2]) - 1.0).abs() < 1e-6, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_while_it_is_searched_is_left_out_and_never_out_of_scope() {
    for subject in subjects().await {
        for when in [Before::Terms, Before::Passages] {
            let (workspace, name) = (WorkspaceId::new(), subject.name);
            let records: Vec<_> = ["stays", "removed", "moved", "rewritten"]
                .map(|id| note(id, "hooli.com", 1, "The restore is slow."))
                .into_iter()
                .chain([note("other", "aviato.com", 1, "The restore is slow.")])
                .collect();
            subject.knowledge.put(workspace, &records).await.unwrap();
            let scope = only(workspace, "hooli.com");
            assert_eq!(found(&subject, &scope, &query("restore")).await.len(), 4, "{name}");

            let knowledge = subject.knowledge.clone();
            let what = Box::pin(async move {
                let removed = RecordRef { kind: RecordKind::Note, id: "removed".to_owned() };
                knowledge.remove(workspace, &[removed]).await.unwrap();
                let changed = [
                    note("moved", "aviato.com", 1, "The restore is slow."),
                    note("rewritten", "hooli.com", 1, "The restore is fast."),
                ];
                knowledge.put(workspace, &changed).await.unwrap();
            });
            let index = Disturbed { index: Arc::clone(&subject.index), when, what: Mutex::new(Some(what)) };
            let hits = Knowledge::new(Arc::new(index)).search(&scope, &query("restore")).await.unwrap();
            let mut told: Vec<(&str, &str)> =
                hits.iter().map(|hit| (hit.passage.source.id.as_str(), hit.passage.text.as_str())).collect();
            told.sort_unstable();
            let expected = [("rewritten", "The restore is fast."), ("stays", "The restore is slow.")];
            assert_eq!(told, expected, "{name}, before {when:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn points_nobody_knows_are_left_out() {
    for subject in subjects().await {
        let unknown = [Uuid::nil(), Uuid::from_u128(7)];
        assert_eq!(subject.index.terms(&unknown).await.unwrap(), [], "{}", subject.name);
        assert_eq!(subject.index.passages(&unknown).await.unwrap(), [], "{}", subject.name);
        assert_eq!(subject.index.passages(&[]).await.unwrap(), [], "{}", subject.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_candidates_than_are_ranked_are_ranked_by_the_engine_with_neighbours() {
    for subject in subjects().await {
        let (workspace, name) = (WorkspaceId::new(), subject.name);
        let records: Vec<_> = (0..230u64)
            .map(|at| {
                let times = "restore ".repeat(1 + usize::from(at == 77) * 3);
                note(&format!("n{at:03}"), "hooli.com", at, &format!("They spoke of {times}again."))
            })
            .collect();
        subject.knowledge.put(workspace, &records).await.unwrap();
        let scope = only(workspace, "hooli.com");
        let hits = subject.knowledge.search(&scope, &limited("restore", 100)).await.unwrap();
        assert_eq!(hits.len(), 100, "{name}");
        assert_eq!(hits[0].passage.source.id, "n077", "{name}");
        assert!(hits[1..].windows(2).all(|pair| pair[0].passage.occurred_at > pair[1].passage.occurred_at), "{name}");
    }
}
