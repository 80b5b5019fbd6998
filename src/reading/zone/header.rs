//! Blocks of headers above a mail that another one holds: `From: … Sent: … To: … Subject: …`, in any language.

use chrono::NaiveDate;

use super::History;
use super::author::{Author, of_header};
use super::date::stated_day;
use super::lexicon::{self, Kind};
use super::line::{Line, address, look};

/// How many lines a block of headers may take.
const MOST_LINES: usize = 24;
/// How many lines of a long list of recipients may stand between two headers.
const MOST_CONTINUED: usize = 4;

/// A header: what it names, and what it says.
struct Header<'a> {
    kind: Kind,
    value: &'a str,
}

/// A block of headers: the line behind it, and what it tells.
pub(super) struct Block {
    pub end: usize,
    pub author: Option<Author>,
    pub history: History,
}

/// The header a line is.
fn header<'a>(line: &Line<'a>) -> Option<Header<'a>> {
    look();
    let text = line.text.trim_start_matches(['*', '_', '|', '•', '·', ' ']);
    let at = text.char_indices().take(32).find(|(_, sign)| matches!(sign, ':' | '：')).map(|(at, _)| at)?;
    let name = super::line::plain(text[..at].trim_matches(['*', '_', ' ', '\t']));
    let value = text[at..].trim_start_matches([':', '：', '*', '_', ' ', '\t', '|']).trim_end_matches(['|', ' ']);
    let kind = Kind::HEADERS.into_iter().find(|kind| lexicon::is(*kind, &name))?;
    Some(Header { kind, value })
}

/// The block of headers that begins at `at` in a mail of the day `sent`. After a heading (`told`) less of it is needed.
pub(super) fn block(lines: &[Line<'_>], at: usize, told: bool, sent: Option<NaiveDate>) -> Option<Block> {
    let depth = lines.get(at)?.depth;
    let mut found: Vec<Header<'_>> = vec![header(&lines[at])?];
    let (mut end, mut continued) = (at + 1, 0);
    let mut next = at + 1;
    while let Some(line) = lines.get(next).filter(|line| line.depth == depth && next < at + MOST_LINES) {
        if line.is_blank() {
            // Programs that turn mails into text put a blank line between two headers.
            let goes_on =
                lines.get(next + 1).filter(|line| line.depth == depth).is_some_and(|line| header(line).is_some());
            if !goes_on {
                break;
            }
        } else if let Some(header) = header(line) {
            if header.kind == Kind::From && found.iter().any(|other| other.kind == Kind::From) {
                break;
            }
            found.push(header);
            (end, continued) = (next + 1, 0);
        } else {
            continued += 1;
            match found.last_mut() {
                Some(header) if header.value.is_empty() => {
                    header.value = line.text;
                    end = next + 1;
                }
                Some(header)
                    if continued <= MOST_CONTINUED
                        && matches!(header.kind, Kind::To | Kind::Cc)
                        && line.text.contains(['@', ';']) =>
                {
                    end = next + 1;
                }
                _ if continued <= MOST_CONTINUED => {}
                _ => break,
            }
        }
        next += 1;
    }
    let value = |kind| found.iter().find(|header| header.kind == kind).map(|header| header.value);
    let from = value(Kind::From)?;
    let has = |kind| value(kind).is_some();
    let addressed = found.iter().any(|header| address(header.value).is_some());
    let complete = has(Kind::Subject) && (has(Kind::Sent) || has(Kind::To))
        || has(Kind::Sent) && has(Kind::To) && addressed
        || has(Kind::Sent) && address(from).is_some()
        || told && (has(Kind::Sent) || has(Kind::Subject) || has(Kind::To));
    complete.then(|| {
        let day = value(Kind::Sent).and_then(|day| stated_day(&super::line::plain(day), sent));
        let subject = value(Kind::Subject).map(str::to_owned).filter(|subject| !subject.is_empty());
        Block { end, author: of_header(from), history: History { day, subject, ..History::default() } }
    })
}
