//! Finds the release that answers what was asked for, with the line of its notes that says so.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::super::list_releases::lines;
use super::gather::Asked;
use crate::domain::activity::Release;
use crate::language::{Gist, Rarity};

/// Share of a wish that a line must say to answer it.
const ANSWERS: f32 = 0.5;

/// Taken off a line that says the thing is not quite there.
const HELD_BACK: f32 = 0.3;

/// The notes of what was shipped, line by line.
pub struct Notes {
    lines: Vec<Line>,
}

struct Line {
    release: usize,
    text: String,
    names: Gist,
    held_back: bool,
}

impl Notes {
    /// Of the `releases` that were shipped by `now`.
    pub fn new(releases: &[Release], now: DateTime<Utc>) -> Self {
        let shipped = releases.iter().enumerate().filter(|(_, release)| release.shipped_at <= now);
        let lines = shipped.flat_map(|(index, release)| {
            std::iter::once(release.title.clone()).chain(lines(release)).map(move |text| {
                let lower = text.to_lowercase();
                Line {
                    release: index,
                    names: Gist::new(&text),
                    held_back: [" not ", "beta", "later", "planned", "coming"].iter().any(|word| lower.contains(word)),
                    text,
                }
            })
        });
        Self { lines: lines.collect() }
    }

    /// What every line names.
    pub fn gists(&self) -> impl Iterator<Item = &Gist> {
        self.lines.iter().map(|line| &line.names)
    }

    /// The release, by its place, and the line that answers `group` best.
    pub fn answer(&self, group: &[Asked], rarity: &Rarity) -> Option<(usize, &str)> {
        let wishes: BTreeSet<&Gist> = group.iter().map(|item| &item.names).collect();
        let scored = self.lines.iter().filter_map(|line| {
            let best = wishes.iter().filter_map(|wish| fit(wish, &line.names, rarity)).reduce(f32::max)?;
            Some((best - if line.held_back { HELD_BACK } else { 0.0 }, line))
        });
        // The first of equals: releases come newest first.
        let best = scored.reduce(|best, other| if other.0 > best.0 { other } else { best })?;
        Some((best.1.release, &best.1.text))
    }
}

/// How well a line answers a wish: two names in common, or all of a wish that is one name.
fn fit(wish: &Gist, line: &Gist, rarity: &Rarity) -> Option<f32> {
    let (meeting, share) = (Rarity::meeting(wish, line), rarity.share(wish, line));
    let enough = meeting >= 2 && share >= ANSWERS || meeting == 1 && share >= 0.75;
    enough.then_some(share)
}
