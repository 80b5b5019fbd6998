//! Which accounts and people a text mentions: by names that stand in it, by slips of the keyboard, by what people own.

use std::collections::BTreeMap;

use super::Mentions;
use super::candidates::Candidates;
use crate::domain::account::Section;
use crate::domain::tool::account::{AccountMention, PersonMention};
use crate::language::naming::{
    LONGEST_COMPANY, LONGEST_PERSON, Piece, SHORTEST_MISSPELLED, Strength, pieces, slips_allowed,
};
use crate::model::analyst::is_everyday_word;

impl Candidates {
    /// What `text` mentions.
    #[must_use]
    pub fn find(&self, text: &str) -> Mentions {
        let pieces = pieces(text);
        let mut taken = vec![false; pieces.len()];
        let mut accounts = Vec::new();
        for length in (1..=LONGEST_COMPANY.min(pieces.len())).rev() {
            for from in 0..=pieces.len() - length {
                if taken[from..from + length].iter().any(|taken| *taken) {
                    continue;
                }
                let run = &pieces[from..from + length];
                if let Some((candidates, strength)) = self.named(run) {
                    taken[from..from + length].fill(true);
                    let mut mention = self.mention(text, run, candidates, true);
                    if strength < Strength::Full {
                        mention.other_name = Self::goes_on(text, &pieces, from..from + length);
                    }
                    accounts.push(mention);
                }
            }
        }
        let mut people: Vec<PersonMention> = Vec::new();
        for length in (1..=LONGEST_PERSON.min(pieces.len())).rev() {
            for from in 0..=pieces.len() - length {
                let run = &pieces[from..from + length];
                if taken[from..from + length].iter().any(|taken| *taken) || length == 1 && !Self::may_be_person(&run[0])
                {
                    continue;
                }
                let name = run.iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>().join(" ");
                if let Some(found) = self.persons.get(&name).or_else(|| self.whose(run)) {
                    taken[from..from + length].fill(true);
                    people.push(PersonMention {
                        words: text[run[0].start..run[length - 1].end].to_owned(),
                        start: run[0].start,
                        end: run[length - 1].end,
                        people: found.iter().map(|index| self.people[*index].clone()).collect(),
                    });
                }
            }
        }
        if accounts.is_empty() {
            accounts.extend(self.misspelled(text, &pieces, &taken));
        }
        accounts.sort_by_key(|mention| mention.start);
        people.sort_by_key(|mention| mention.start);
        Mentions { accounts, people }
    }

    /// The person whose things a word names in haste: `dexs accounts` are Dex's.
    fn whose(&self, run: &[Piece]) -> Option<&Vec<usize>> {
        let [piece] = run else { return None };
        let name = piece.lower.strip_suffix('s').filter(|name| name.chars().count() >= 3)?;
        let everyday = is_everyday_word(&piece.lower) || is_everyday_word(name);
        self.persons.get(name).filter(|_| !everyday)
    }

    /// A first name is often an everyday word as well ("will", "mark"); then it must be written as a name.
    pub(super) fn may_be_person(piece: &Piece) -> bool {
        piece.lower.chars().count() >= 3 && (piece.capital || !is_everyday_word(&piece.lower))
    }

    /// The accounts a run of words names; none when it names none, or only by everyday words.
    fn named(&self, run: &[Piece]) -> Option<(Vec<usize>, Strength)> {
        let name = run.iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>().join(" ");
        let found = self.names.get(&name)?;
        let everyday = run.iter().all(|piece| is_everyday_word(&piece.lower) || piece.lower.chars().count() < 3);
        if everyday && !run.iter().all(|piece| piece.capital) {
            return None;
        }
        let best = found.iter().map(|(_, strength)| *strength).max()?;
        let kept = found.iter().filter(|(_, strength)| best < Strength::Full || *strength == Strength::Full);
        Some((kept.map(|(index, _)| *index).collect(), best))
    }

    /// The whole name somebody typed, where the words of `run` only begin it: up to the closing quotation mark, or over
    /// the capitalized words that follow. None where it ends with the run.
    fn goes_on(text: &str, pieces: &[Piece], run: std::ops::Range<usize>) -> Option<String> {
        const QUOTES: [char; 5] = ['"', '“', '”', '„', '«'];
        let start = pieces[run.start].start;
        let quoted = text[..start].ends_with(QUOTES);
        let follows = |at: usize| {
            let (before, next) = (&pieces[at - 1], pieces.get(at)?);
            let gap = &text[before.end..next.start];
            let joined = matches!(gap, " " | "-" | "&" | " & ");
            let of_the_name = if quoted {
                !gap.contains([QUOTES[0], '“', '”', '»'])
            } else {
                joined && next.capital && !is_everyday_word(&next.lower) && Section::parse(&next.lower).is_none()
            };
            of_the_name.then_some(next.end)
        };
        let end = (run.end..pieces.len()).map_while(follows).last()?;
        Some(text[start..end].to_owned())
    }

    /// The nearest name within a slip or two of the keyboard, where the text names no account outright.
    fn misspelled(&self, text: &str, pieces: &[Piece], taken: &[bool]) -> Option<AccountMention> {
        let mut best: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for (at, piece) in pieces.iter().enumerate() {
            let length = piece.lower.chars().count();
            if taken[at] || length < SHORTEST_MISSPELLED || is_everyday_word(&piece.lower) {
                continue;
            }
            let allowed = slips_allowed(length);
            let alike = piece.lower.chars().next().and_then(|letter| self.single_words.get(&letter));
            for name in alike.into_iter().flatten() {
                // "Hoolies" and "hooli's" are Hooli as well.
                let whose = ["es", "s"].iter().filter_map(|ending| piece.lower.strip_suffix(ending));
                let ways = whose.chain([piece.lower.as_str()]).filter(|way| way.chars().count() >= SHORTEST_MISSPELLED);
                let distance = ways.map(|way| strsim::osa_distance(name, way)).min().unwrap_or(usize::MAX);
                if distance <= allowed {
                    let found = self.names.get(name).into_iter().flatten();
                    best.entry(distance).or_default().extend(found.map(|(index, _)| (at, *index)));
                }
            }
        }
        let (_, mut nearest) = best.into_iter().next()?;
        nearest.sort_unstable();
        nearest.dedup();
        let at = nearest.first()?.0;
        let candidates = nearest.into_iter().filter(|(place, _)| *place == at).map(|(_, index)| index).collect();
        Some(self.mention(text, &pieces[at..=at], candidates, false))
    }

    fn mention(&self, text: &str, run: &[Piece], mut candidates: Vec<usize>, exact: bool) -> AccountMention {
        candidates.sort_by(|left, right| self.accounts[*left].brief.name.cmp(&self.accounts[*right].brief.name));
        candidates.dedup();
        let (start, mut end) = (run[0].start, run[run.len() - 1].end);
        if text[end..].starts_with("'s") || text[end..].starts_with("’s") {
            end += text[end..].find('s').unwrap_or_default() + 1;
        }
        AccountMention {
            words: text[start..run[run.len() - 1].end].to_owned(),
            start,
            end,
            exact,
            other_name: None,
            candidates: candidates.into_iter().map(|index| self.accounts[index].brief.clone()).collect(),
        }
    }
}
