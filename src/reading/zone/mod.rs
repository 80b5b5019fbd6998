//! The zones of a mail: which of its lines its writer wrote, and whose the others are.
//!
//! A mail holds more than its writer's words: the mails before it, quoted or passed on, a signature, footers that servers
//! add, and some mails nobody wrote at all. [`zones`] says of each line which it is, and of each earlier mail who wrote it
//! and when, as far as the text says. Nothing is thrown away: the lines put together are the text.
//!
//! The words of mail programs stand in `words.tsv`, in sixteen languages. Each line is looked at a bounded number of
//! times.

mod aside;
mod author;
mod automatic;
mod calendar;
mod date;
mod device;
mod footer;
mod header;
mod html;
mod lexicon;
mod line;
mod meeting;
mod opening;
mod signature;
mod tags;
mod walk;

#[cfg(test)]
mod tests;

use std::ops::Range;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use author::Author;
pub use html::text_of;
pub use meeting::{MeetingMail, meeting};

/// What a line of a mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// The writer's own words.
    Own,
    /// An earlier mail that the writer answers.
    Quoted,
    /// An earlier mail that the writer passes on.
    Forwarded,
    /// The writer's name, title and details below the mail, and what the device adds.
    Signature,
    /// What servers and lists add: disclaimers, ways to unsubscribe, warnings.
    Footer,
    /// What a program wrote: absence, failed delivery, invitations, notices of a help desk.
    Automatic,
}

impl Zone {
    /// Its name in the interface.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Quoted => "quoted",
            Self::Forwarded => "forwarded",
            Self::Signature => "signature",
            Self::Footer => "footer",
            Self::Automatic => "automatic",
        }
    }
}

/// What is known of a mail besides its text; empty where it is not known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope<'a> {
    /// The writer, as `Name <address>`.
    pub from: &'a str,
    /// Those it went to, likewise.
    pub to: &'a [String],
    /// Its subject.
    pub subject: &'a str,
    /// The day it was sent.
    pub sent: Option<NaiveDate>,
}

/// A line of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it stands in the text, with its line break.
    pub range: Range<usize>,
    /// Where its words stand: without marks of quotation and space around them.
    pub words: Range<usize>,
    /// What it is.
    pub zone: Zone,
    /// The earlier mail it belongs to, as a place in [`Mail::history`].
    pub part: Option<usize>,
    /// Whether somebody wrote it: no header, no attribution, no signature or footer, also none of an earlier mail's.
    pub said: bool,
    /// The quoted line that it answers, as a place in [`Mail::lines`].
    pub answers: Option<usize>,
}

/// An earlier mail that a mail holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Who wrote it.
    pub author: Option<Author>,
    /// The day it says it is of.
    pub day: Option<NaiveDate>,
    /// Its subject.
    pub subject: Option<String>,
}

/// A mail cut into lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Its lines; their ranges follow each other and cover the text.
    pub lines: Vec<Line>,
    /// The earlier mails it holds, in the order they begin.
    pub history: Vec<History>,
}

impl Mail {
    /// The text of the lines of a zone that `body`, the text the mail was made from, has.
    #[must_use]
    pub fn text(&self, body: &str, zone: Zone) -> String {
        self.lines.iter().filter(|line| line.zone == zone).filter_map(|line| body.get(line.range.clone())).collect()
    }

    /// Who wrote a line: the author of the earlier mail it belongs to, or none when that is unknown or the line belongs to
    /// the mail itself.
    #[must_use]
    pub fn author(&self, line: &Line) -> Option<&Author> {
        self.history.get(line.part?)?.author.as_ref()
    }
}

/// Cuts the text of a mail into its zones. The text is plain; [`text_of`] makes it of HTML.
#[must_use]
pub fn zones(envelope: &Envelope<'_>, body: &str) -> Mail {
    let lines = line::lines(body);
    let mut marked = walk::walk(envelope, &lines);
    aside::mark(envelope, &lines, &mut marked);
    let cut = lines.iter().zip(marked.marks).map(|(line, mark)| Line {
        range: line.range.clone(),
        words: line.words.clone(),
        zone: mark.zone,
        part: mark.part,
        said: mark.said && !line.is_blank(),
        answers: mark.answers,
    });
    Mail { lines: cut.collect(), history: marked.history }
}
