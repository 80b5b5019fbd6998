//! Ranks what the index found: BM25 with the statistics of the scope, and the company a passage keeps.
//!
//! Pure. The engine counts documents over the whole collection; what is rare there may be on every line of one
//! account's calls. Here the inverse document frequency is counted over the candidates, so that an account's results
//! do not depend on what other accounts say.

use std::collections::HashMap;

use super::Candidate;
use super::terms::Terms;

/// What the ranking does beyond BM25. The values of [`Ranking::DEFAULT`] were chosen by measurement on public meeting
/// transcripts, on one half and checked on the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranking {
    /// How much of its neighbours' scores a passage gains: those one step away, and two steps away.
    pub neighbours: [f32; 2],
}

impl Ranking {
    /// What searches use.
    pub const DEFAULT: Self = Self { neighbours: [0.2, 0.0] };
}

/// The lexical score and the final score of each candidate, in the order given. `in_scope` is how many passages the
/// scope holds, given when the candidates are all of them that share a term with the query, so that documents can be
/// counted among them. Otherwise the engine's score stands.
#[must_use]
pub fn scores(query: &Terms, candidates: &[Candidate], in_scope: Option<u64>, how: Ranking) -> Vec<(f32, f32)> {
    let lexical: Vec<f32> = if let Some(in_scope) = in_scope {
        let counts = Counts::of(query, candidates, in_scope);
        candidates.iter().map(|candidate| counts.score(query, &candidate.terms)).collect()
    } else {
        candidates.iter().map(|candidate| candidate.score).collect()
    };
    let scores = with_neighbours(candidates, &lexical, how.neighbours);
    lexical.into_iter().zip(scores).collect()
}

/// How many candidates hold each term of the query.
struct Counts {
    documents: HashMap<u32, u32>,
    in_scope: f32,
}

impl Counts {
    fn of(query: &Terms, candidates: &[Candidate], in_scope: u64) -> Self {
        let having =
            |term: u32| candidates.iter().filter(|candidate| candidate.terms.weight(term) > 0.0).count() as u32;
        let documents = query.pairs().iter().map(|(term, _)| (*term, having(*term))).collect();
        Self { documents, in_scope: in_scope.max(candidates.len() as u64) as f32 }
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

/// Adds to each score a share of the scores of the passages next to it in the same record.
fn with_neighbours(candidates: &[Candidate], scores: &[f32], shares: [f32; 2]) -> Vec<f32> {
    let places: HashMap<_, usize> = candidates
        .iter()
        .enumerate()
        .map(|(at, candidate)| ((&candidate.passage.source, i64::from(candidate.passage.ordinal)), at))
        .collect();
    let score_at = |candidate: &Candidate, step: i64| {
        let place = (&candidate.passage.source, i64::from(candidate.passage.ordinal) + step);
        places.get(&place).map_or(0.0, |at| scores[*at])
    };
    candidates
        .iter()
        .zip(scores)
        .map(|(candidate, score)| {
            let near = score_at(candidate, -1) + score_at(candidate, 1);
            let far = score_at(candidate, -2) + score_at(candidate, 2);
            score + shares[0] * near + shares[1] * far
        })
        .collect()
}
