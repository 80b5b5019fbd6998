//! Mails that came back for good: whose address takes none any more.

use super::who::{Cast, Who};
use crate::domain::activity::{Email, Side};
use crate::model::reader::pattern::lexicon::Kind;
use crate::model::reader::pattern::sentence::{Firms, Sentence};
use crate::reading::people::Name;

/// Lines around the one that tells of the failure in which the address stands.
const AROUND: usize = 3;

/// Lines that tell of a failure, at most.
const MOST: usize = 40;

/// Whether a server wrote this mail.
pub(super) fn is_of_server(email: &Email, firms: &Firms) -> bool {
    let day = email.sent_at.day();
    Sentence::new(&email.from, firms, day).has(Kind::Server)
}

/// Whose address a mail of a server says is gone, each with the line that says so. Nobody where it is for now only.
pub(super) fn unreachable<'e>(cast: &Cast<'_>, email: &'e Email, firms: &Firms) -> Vec<(Who, &'e str)> {
    let day = email.sent_at.day();
    let lines: Vec<&str> = email.body.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let has = |line: &str, kind: Kind| Sentence::new(line, firms, day).has(kind);
    if lines.iter().any(|line| has(line, Kind::LaterMailbox)) {
        return Vec::new();
    }
    let mut found: Vec<(Who, &str)> = Vec::new();
    let told = lines.iter().enumerate().filter(|(_, line)| has(line, Kind::GoneMailbox));
    for (at, line) in told.take(MOST) {
        let near = std::iter::once(at).chain((at.saturating_sub(AROUND)..at).rev()).chain(at + 1..=at + AROUND);
        let named = near
            .filter_map(|at| lines.get(at))
            .find_map(|near| addresses(near).find_map(|address| customer(cast, &address)));
        if let Some(who) = named.filter(|who| !found.iter().any(|(known, _)| known.is(who))) {
            found.push((who, line));
        }
    }
    found
}

/// The addresses in a line.
pub(super) fn addresses(line: &str) -> impl Iterator<Item = String> + '_ {
    let words = line.split(|letter: char| letter.is_whitespace() || "<>()[],;\"'".contains(letter));
    words.filter(|word| word.contains('@')).filter_map(|word| {
        let word = word.trim_end_matches(['.', ':', '!']);
        Name::read(word.rsplit(':').next().unwrap_or(word)).address().map(str::to_owned)
    })
}

/// Whose address it is, where they are the customer's.
pub(super) fn customer(cast: &Cast<'_>, address: &str) -> Option<Who> {
    (cast.sides.of(address) == Some(Side::Customer)).then(|| Who {
        name: cast.sides.writer(address),
        email: Some(address.to_owned()),
        known: true,
    })
}
