//! Ranks what the index found: BM25 with the statistics of the scope, nearness in meaning, and the company a passage
//! keeps.
//!
//! Pure. The engine counts documents over the whole collection; what is rare there may be on every line of one
//! account's calls. Here the inverse document frequency is counted over the candidates, so that an account's results
//! do not depend on what other accounts say.

use std::collections::HashMap;

use uuid::Uuid;

use super::meaning::Near;
use super::terms::Terms;
use super::{Candidate, point};

/// What the ranking does beyond BM25. The values of [`Ranking::DEFAULT`] were chosen by measurement on public meeting
/// transcripts, on one half and checked on the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranking {
    /// How much of its neighbours' scores a passage gains: those one step away, and two steps away.
    pub neighbours: [f32; 2],
    /// What nearness in meaning counts for, where the best match by words counts 1.
    pub meaning: f32,
}

impl Ranking {
    /// What searches use.
    pub const DEFAULT: Self = Self { neighbours: [0.2, 0.0], meaning: 2.0 };
}

/// A candidate and what speaks for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// The identifier of the point.
    pub id: Uuid,
    /// By its own words; none when it shares none with the query.
    pub lexical: Option<f32>,
    /// By how near it lies in meaning; none when that is not known.
    pub dense: Option<f32>,
    /// Which of its windows is nearest.
    pub window: Option<u32>,
    /// Both in one.
    pub own: f32,
}

/// A candidate with what its neighbours add.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// What speaks for it alone.
    pub scores: Scores,
    /// What the results are ordered by.
    pub score: f32,
}

/// The candidates of both searches, each once. Words count as a share of the best match by words. A passage of which no
/// nearness is known (it was not embedded yet, or is not among the nearest) is taken to lie as near as the farthest that is.
#[must_use]
pub fn fused(words: &[Candidate], meanings: &[Near], how: Ranking) -> Vec<Scores> {
    if meanings.is_empty() {
        let alone = |found: &Candidate| Scores {
            id: found.id,
            lexical: Some(found.score),
            dense: None,
            window: None,
            own: found.score,
        };
        return words.iter().map(alone).collect();
    }
    let best = words.iter().map(|found| found.score).fold(f32::MIN_POSITIVE, f32::max);
    let farthest = meanings.iter().map(|found| found.score).fold(f32::INFINITY, f32::min);
    let lexical: HashMap<Uuid, f32> = words.iter().map(|found| (found.id, found.score)).collect();
    let dense: HashMap<Uuid, &Near> = meanings.iter().map(|found| (found.id, found)).collect();
    let only_dense = meanings.iter().map(|found| found.id).filter(|id| !lexical.contains_key(id));
    words
        .iter()
        .map(|found| found.id)
        .chain(only_dense)
        .map(|id| {
            let (lexical, near) = (lexical.get(&id).copied(), dense.get(&id));
            let (dense, window) = (near.map(|near| near.score), near.map(|near| near.window));
            let own = lexical.unwrap_or_default() / best + how.meaning * dense.unwrap_or(farthest);
            Scores { id, lexical, dense, window, own }
        })
        .collect()
}

/// Candidates scored with the statistics of the scope: `found` are the terms of all points in scope that share a term
/// with the query, so that documents can be counted among them; `in_scope` is how many passages the scope holds.
#[must_use]
pub fn scored_in_scope(query: &Terms, found: &[(Uuid, Terms)], in_scope: u64) -> Vec<Candidate> {
    let counts = Counts::of(query, found, in_scope);
    found.iter().map(|(id, terms)| Candidate { id: *id, score: counts.score(query, terms) }).collect()
}

/// How many candidates hold each term of the query.
struct Counts {
    documents: HashMap<u32, u32>,
    in_scope: f32,
}

impl Counts {
    fn of(query: &Terms, found: &[(Uuid, Terms)], in_scope: u64) -> Self {
        let having = |term: u32| found.iter().filter(|(_, terms)| terms.weight(term) > 0.0).count() as u32;
        let documents = query.pairs().iter().map(|(term, _)| (*term, having(*term))).collect();
        Self { documents, in_scope: in_scope.max(found.len() as u64) as f32 }
    }

    /// The inverse document frequency as the engine computes it.
    fn rarity(&self, term: u32) -> f32 {
        let documents = self.documents.get(&term).copied().unwrap_or_default() as f32;
        ((self.in_scope - documents + 0.5) / (documents + 0.5) + 1.0).ln()
    }

    fn score(&self, query: &Terms, passage: &Terms) -> f32 {
        query.pairs().iter().map(|(term, weight)| weight * self.rarity(*term) * passage.weight(*term)).sum()
    }
}

/// The best `limit` candidates in order, and those equal to the last of them: which of these come first is decided by
/// what their passages tell.
#[must_use]
pub fn best(candidates: &[Scores], how: Ranking, limit: usize) -> Vec<Ranked> {
    let mut ranked = with_neighbours(candidates, how.neighbours);
    ranked.sort_by(|left, right| right.score.total_cmp(&left.score));
    if let Some(last) = limit.checked_sub(1).and_then(|last| ranked.get(last)).map(|last| last.score) {
        ranked.truncate(ranked.partition_point(|candidate| candidate.score.total_cmp(&last).is_ge()));
    }
    ranked
}

/// Adds to each score a share of the scores of the passages next to it in the same record.
fn with_neighbours(candidates: &[Scores], shares: [f32; 2]) -> Vec<Ranked> {
    let own: HashMap<Uuid, f32> = candidates.iter().map(|candidate| (candidate.id, candidate.own)).collect();
    let score_at =
        |id: Uuid, step: i32| point::beside(id, step).and_then(|id| own.get(&id)).copied().unwrap_or_default();
    candidates
        .iter()
        .map(|&scores| {
            let near = score_at(scores.id, -1) + score_at(scores.id, 1);
            let far = score_at(scores.id, -2) + score_at(scores.id, 2);
            Ranked { scores, score: scores.own + shares[0] * near + shares[1] * far }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A point of a record at a place, as `point::id` makes them.
    fn candidate(record: u128, place: u128, score: f32) -> Candidate {
        Candidate { id: Uuid::from_u128(record << 32 | place), score }
    }

    fn by_words(candidates: &[Candidate]) -> Vec<Scores> {
        fused(candidates, &[], Ranking::DEFAULT)
    }

    #[test]
    fn a_passage_gains_from_its_neighbours_in_the_record_only() {
        let candidates = by_words(&[
            candidate(1, 0, 1.0),
            candidate(1, 1, 2.0),
            candidate(1, 3, 4.0),
            candidate(2, 2, 8.0),
            candidate(0, 0, 0.5),
        ]);
        let ranked = best(&candidates, Ranking { neighbours: [0.5, 0.25], ..Ranking::DEFAULT }, 5);
        let scores: Vec<(u128, f32, f32)> =
            ranked.iter().map(|ranked| (ranked.scores.id.as_u128() & 0xff, ranked.scores.own, ranked.score)).collect();
        assert_eq!(scores, [(2, 8.0, 8.0), (3, 4.0, 4.5), (1, 2.0, 3.5), (0, 1.0, 2.0), (0, 0.5, 0.5)]);
    }

    #[test]
    fn the_best_are_kept_with_all_that_equal_the_last_of_them() {
        let candidates: Vec<Candidate> = [1.0, 3.0, 2.0, 2.0, 2.0, 1.0]
            .iter()
            .zip(1..)
            .map(|(score, record)| candidate(record, 0, *score))
            .collect();
        let kept = |limit| best(&by_words(&candidates), Ranking::DEFAULT, limit).len();
        assert_eq!([0, 1, 2, 3, 4, 5, 6, 7].map(kept), [6, 1, 4, 4, 4, 6, 6, 6]);
        assert_eq!(best(&[], Ranking::DEFAULT, 3), []);
    }

    #[test]
    fn words_and_meaning_are_weighed_against_each_other() {
        let words = [candidate(1, 0, 8.0), candidate(2, 0, 4.0), candidate(3, 0, 2.0)];
        let near = |record, score| Near { id: candidate(record, 0, 0.0).id, score, window: 0 };
        let meanings = [near(3, 0.9), near(4, 0.8), near(1, 0.2)];
        let how = Ranking { meaning: 1.0, ..Ranking::DEFAULT };
        let scores: Vec<(u128, Option<f32>, Option<f32>, f32)> = fused(&words, &meanings, how)
            .iter()
            .map(|scores| (scores.id.as_u128() >> 32, scores.lexical, scores.dense, scores.own))
            .collect();
        assert_eq!(
            scores,
            [
                (1, Some(8.0), Some(0.2), 1.2),
                (2, Some(4.0), None, 0.7),
                (3, Some(2.0), Some(0.9), 1.15),
                (4, None, Some(0.8), 0.8),
            ]
        );
        assert_eq!(fused(&words, &[], how).iter().map(|scores| scores.own).collect::<Vec<_>>(), [8.0, 4.0, 2.0]);
    }
}
