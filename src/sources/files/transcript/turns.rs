//! What is said one after another, as turns.

use crate::domain::activity::SpokenTurn;

/// A turn of somebody who goes on and on is cut behind a sentence, so that its places can be found.
const LONG_TURN: usize = 1_200;
/// The same where nobody knows who speaks: it may be several people.
const LONG_UNKNOWN: usize = 400;
/// Captions that roll follow each other without a pause of so many seconds.
const PAUSE: f64 = 1.0;
/// A repetition of so many words is the caption's, not the speaker's.
const REPEATED: usize = 3;

/// What one voice says in a cue.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Said {
    pub speaker: String,
    pub lines: Vec<String>,
    pub start: Option<f64>,
    pub end: Option<f64>,
}

impl Said {
    pub(super) fn text(&self) -> String {
        self.lines.join(" ")
    }
}

/// The turns: what one person says in a row is one, and what a caption shows again is there once.
pub(super) fn joined(said: Vec<Said>) -> Vec<SpokenTurn> {
    let mut turns: Vec<SpokenTurn> = Vec::new();
    let mut before: Option<Said> = None;
    for now in said {
        let fresh = match &before {
            Some(before) => fresh(before, &now),
            None => now.text(),
        };
        if !fresh.is_empty() {
            add(&mut turns, &now, &fresh);
        }
        before = Some(now);
    }
    turns
}

fn add(turns: &mut Vec<SpokenTurn>, said: &Said, text: &str) {
    let longest = if said.speaker.is_empty() { LONG_UNKNOWN } else { LONG_TURN };
    match turns.last_mut() {
        Some(turn) if turn.speaker == said.speaker && !(turn.text.len() > longest && ends_sentence(&turn.text)) => {
            turn.text.push(' ');
            turn.text.push_str(text);
        }
        _ => turns.push(SpokenTurn { speaker: said.speaker.clone(), text: text.to_owned(), at_seconds: said.start }),
    }
}

fn ends_sentence(text: &str) -> bool {
    text.ends_with(['.', '?', '!', '…', '。', '？', '！', '؟'])
}

/// What a cue says that the one before it did not show already.
fn fresh(before: &Said, now: &Said) -> String {
    let gap = now.start.zip(before.end).map_or(f64::MAX, |(start, end)| start - end);
    if before.speaker != now.speaker || gap > PAUSE {
        return now.text();
    }
    // Lines that roll up: the last ones of the cue before are the first ones of this.
    let most = before.lines.len().min(now.lines.len());
    let rolled = (1..=most).rev().find(|count| {
        let shown = before.lines.get(before.lines.len() - count..).unwrap_or_default();
        now.lines.get(..*count) == Some(shown)
            && (words(shown) >= REPEATED || now.lines.len() > *count && before.lines.len() > *count)
    });
    if let Some(count) = rolled {
        return now.lines.get(count..).unwrap_or_default().join(" ");
    }
    // A line that grows: this one begins with all of the one before.
    let (old, new) = (before.text(), now.text());
    match new.strip_prefix(old.as_str()) {
        Some(rest) if words(std::slice::from_ref(&old)) >= REPEATED && rest.starts_with(' ') => {
            rest.trim_start().to_owned()
        }
        _ => new,
    }
}

fn words(lines: &[String]) -> usize {
    lines.iter().map(|line| line.split_whitespace().count()).sum()
}
