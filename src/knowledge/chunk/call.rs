//! Calls: consecutive turns merged into passages that keep who speaks, their side, and when.

use super::split::{size_of, split};
use super::{Size, of_call};
use crate::domain::activity::{Call, Side};
use crate::domain::passage::Passage;
use crate::reading::people::Speakers;

/// A reply of at most this many words stays with what it replies to ("Right.", "Yes, by Friday.").
const SHORT_REPLY: usize = 6;

/// A turn, or a part of a long one.
struct Piece<'a> {
    turn: usize,
    speaker: &'a str,
    side: Option<Side>,
    text: &'a str,
    at_seconds: Option<f64>,
    size: usize,
}

/// The passages of the transcript, then those of the summary.
pub(super) fn passages(call: &Call, size: Size) -> Vec<Passage> {
    let (base, who) = (of_call(call), Speakers::of(call, None));
    let mut passages: Vec<Passage> =
        groups(pieces(call, &who, size), size).iter().map(|group| passage(&base, group)).collect();
    passages.extend(call.summary.iter().flat_map(|summary| super::paragraphs_of(&base, summary, size)));
    if passages.is_empty() {
        passages = super::paragraphs(&base, "", size);
    }
    passages
}

fn pieces<'a>(call: &'a Call, who: &'a Speakers, size: Size) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    for (turn, spoken) in call.transcript.iter().enumerate() {
        let (speaker, side) = (who.name(&spoken.speaker), who.side(&spoken.speaker));
        for text in split(&spoken.text, size) {
            pieces.push(Piece { turn, speaker, side, text, at_seconds: spoken.at_seconds, size: size_of(text) });
        }
    }
    pieces
}

/// Fills passages up to the target; short replies and what would leave a scrap go over it, up to the maximum.
fn groups(pieces: Vec<Piece<'_>>, size: Size) -> Vec<Vec<Piece<'_>>> {
    let scrap = size.target / 3;
    let mut groups: Vec<(usize, Vec<Piece<'_>>)> = Vec::new();
    for piece in pieces {
        match groups.last_mut() {
            Some((filled, group))
                if *filled + piece.size <= size.target
                    || (*filled + piece.size <= size.max && (piece.size <= SHORT_REPLY || *filled < scrap)) =>
            {
                *filled += piece.size;
                group.push(piece);
            }
            _ => groups.push((piece.size, vec![piece])),
        }
    }
    if let [.., (before, _), (last, _)] = groups.as_slice()
        && *last < scrap
        && before + last <= size.max
        && let (Some((_, tail)), Some((_, group))) = (groups.pop(), groups.last_mut())
    {
        group.extend(tail);
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn passage(base: &Passage, group: &[Piece<'_>]) -> Passage {
    let mut speakers: Vec<&str> = Vec::new();
    for piece in group {
        if !piece.speaker.is_empty() && !speakers.contains(&piece.speaker) {
            speakers.push(piece.speaker);
        }
    }
    let lines: Vec<String> = group
        .iter()
        .map(|piece| {
            if speakers.len() < 2 || piece.speaker.is_empty() {
                piece.text.to_owned()
            } else {
                format!("{}: {}", piece.speaker, piece.text)
            }
        })
        .collect();
    let index = |piece: Option<&Piece<'_>>| piece.and_then(|piece| u32::try_from(piece.turn).ok());
    Passage {
        speaker: (!speakers.is_empty()).then(|| speakers.join(", ")),
        side: if speakers.len() == 1 { group.first().and_then(|piece| piece.side) } else { None },
        at_seconds: group.first().and_then(|piece| piece.at_seconds),
        first_turn: index(group.first()),
        last_turn: index(group.last()),
        text: lines.join("\n"),
        ..base.clone()
    }
}
