//! Whom to turn to instead of somebody who left.

use super::who::{Cast, Who};
use crate::domain::departure::Successor;
use crate::model::reader::pattern::lexicon::Kind;
use crate::model::reader::pattern::sentence::Sentence;
use crate::reading::people::Name;

/// Words that may stand before the name, at most.
const FILLERS: usize = 5;

/// Whom a sentence names to turn to; `writer` is who says so, `gone` those who are not meant.
pub(super) fn successor(
    cast: &Cast<'_>,
    sentence: &Sentence<'_>,
    writer: Option<&Who>,
    gone: &[Who],
) -> Option<Successor> {
    let other = |who: &Who| !gone.iter().any(|gone| gone.is(who));
    let of = |who: Who| Successor { name: who.name, email: who.email };
    if sentence.asks() {
        return None;
    }
    if sentence.has(Kind::INext)
        && let Some(writer) = writer.filter(|writer| other(writer))
    {
        return Some(of(writer.clone()));
    }
    let after = sentence.find(Kind::NextIs).find_map(|found| named_after(cast, sentence, found.end, &other));
    after.or_else(|| {
        sentence.find(Kind::IsNext).find_map(|found| {
            let subjects = cast.subjects(sentence, found.at);
            subjects.into_iter().find(|who| other(who)).map(of)
        })
    })
}

/// The name behind such words, with the address that stands beside it.
fn named_after(
    cast: &Cast<'_>,
    sentence: &Sentence<'_>,
    end: usize,
    other: &impl Fn(&Who) -> bool,
) -> Option<Successor> {
    let address = address_after(sentence, end);
    let mut at = end;
    while at < end + FILLERS {
        if let Some((_, who)) = cast.name_at(sentence, at, true).filter(|(_, who)| other(who)) {
            let email = address.or(who.email);
            return Some(Successor { name: who.name, email });
        }
        match sentence.at(Kind::Filler, at) {
            Some(filler) if !sentence.gap(at).contains(['.', ';']) => at = filler.end,
            _ => break,
        }
    }
    // Nothing but an address, or a name nobody knows with one.
    let address = address?;
    let who = cast.named(&address, false);
    let name = match who {
        Some(who) if other(&who) => who.name,
        Some(_) => return None,
        None => {
            let local = Name::read(&address).shown().to_owned();
            let written = (at + 1..=at + 3).rev().map(|end| at..end).find(|words| sentence.is_name(words));
            written.map_or(local, |words| sentence.written(&words).to_owned())
        }
    };
    Some(Successor { name, email: Some(address) })
}

/// The first address behind a word.
fn address_after(sentence: &Sentence<'_>, at: usize) -> Option<String> {
    let start = sentence.words.get(at)?.start;
    let text = &sentence.text[start..];
    let token = text
        .split(|letter: char| letter.is_whitespace() || "<>()[],;".contains(letter))
        .find(|word| word.contains('@'))?;
    Name::read(token.trim_end_matches(['.', '!', ':'])).address().map(str::to_owned)
}
