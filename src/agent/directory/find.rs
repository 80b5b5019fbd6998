//! Which accounts and people a text mentions: by names that stand in it, by slips of the keyboard, by what people own.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Mentions;
use super::candidates::Candidates;
use crate::domain::account::Section;
use crate::domain::tool::account::{AccountMention, PersonMention};
use crate::language::naming::{
    LONGEST_COMPANY, LONGEST_PERSON, Piece, SHORTEST_MISSPELLED, Strength, pieces, slips_allowed,
};
use crate::model::analyst::is_everyday_word;

/// Where in a text which account may be named, by how many words it is named and how many slips are in them: the most words
/// first, then the fewest slips.
type Alike = BTreeMap<(Reverse<usize>, usize), Vec<(usize, usize)>>;

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

    /// The nearest name within a slip or two of the keyboard, where the text names no account outright: of several words
    /// rather than of one.
    fn misspelled(&self, text: &str, pieces: &[Piece], taken: &[bool]) -> Option<AccountMention> {
        let mut best: Alike = BTreeMap::new();
        for slip in slips(pieces, &self.single_words) {
            let longest = taken[slip.at..].iter().take_while(|taken| !**taken).count();
            let named = slip.names(pieces).filter(|(words, _)| *words <= longest);
            let found = named.filter_map(|(words, name)| Some((words, self.names.get(&name)?))).last();
            if let Some((words, found)) = found {
                let found = found.iter().map(|(index, _)| (slip.at, *index));
                best.entry((Reverse(words), slip.distance)).or_default().extend(found);
            }
        }
        let ((Reverse(words), _), mut nearest) = best.into_iter().next()?;
        nearest.sort_unstable();
        nearest.dedup();
        let at = nearest.first()?.0;
        let candidates = nearest.into_iter().filter(|(place, _)| *place == at).map(|(_, index)| index).collect();
        Some(self.mention(text, &pieces[at..at + words], candidates, false))
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

/// A word of a text that may be a name, or the first word of one, with a slip or two of the keyboard in it.
pub(super) struct Slip<'a> {
    /// Which word of the text.
    at: usize,
    /// The name.
    word: &'a str,
    /// How many slips.
    distance: usize,
}

impl Slip<'_> {
    /// The names it may begin, with how many words each has: the word alone, and with the words that follow it.
    pub(super) fn names(&self, pieces: &[Piece]) -> impl Iterator<Item = (usize, String)> {
        let follow = &pieces[self.at + 1..];
        (1..=LONGEST_COMPANY.min(1 + follow.len())).map(move |words| {
            let rest = follow[..words - 1].iter().map(|piece| piece.lower.as_str());
            let name: Vec<&str> = [self.word].into_iter().chain(rest).collect();
            (words, name.join(" "))
        })
    }
}

/// The words of a text that may be one of these names with a slip or two in it.
pub(super) fn slips<'a>(pieces: &[Piece], known: &'a [String]) -> Vec<Slip<'a>> {
    let mut found = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let length = piece.lower.chars().count();
        if length < SHORTEST_MISSPELLED || is_everyday_word(&piece.lower) {
            continue;
        }
        // "Hoolies" and "hooli's" are Hooli as well.
        let whose = ["es", "s"].iter().filter_map(|ending| piece.lower.strip_suffix(ending));
        let ways: Vec<&str> =
            whose.chain([piece.lower.as_str()]).filter(|way| way.chars().count() >= SHORTEST_MISSPELLED).collect();
        for word in known.iter().filter(|word| word.chars().next() == piece.lower.chars().next()) {
            let distance = ways.iter().map(|way| strsim::osa_distance(word, way)).min();
            if let Some(distance) = distance.filter(|distance| *distance <= slips_allowed(length)) {
                found.push(Slip { at, word, distance });
            }
        }
    }
    found
}
