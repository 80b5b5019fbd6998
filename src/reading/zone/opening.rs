//! Where an earlier mail begins within a mail: attributions, blocks of headers and headings.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::History;
use super::author::{Author, of_attribution};
use super::date::{names_day, stated_day};
use super::header::block;
use super::lexicon::{self, Kind};
use super::line::{Line, address, has_time, look, plain, word_count};

/// How an earlier mail is introduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `On … wrote:`, with all that a program writes.
    Attribution,
    /// The same with less in it, which only a quotation below makes an attribution.
    Weak,
    /// A block of headers, or a heading of history.
    Headers,
    /// A heading or headers of what is passed on.
    Forward,
    /// The heading of an appointment.
    Appointment,
    /// A line that asks to be written above.
    Above,
}

/// The beginning of an earlier mail.
pub(super) struct Opening {
    /// The first line behind it.
    pub end: usize,
    pub style: Style,
    /// The marks of quotation before its last line.
    pub depth: usize,
    pub author: Option<Author>,
    pub history: History,
}

/// How many lines an attribution may take, with blank ones.
const MOST_LINES: usize = 7;
/// How long it may be, and a line of it.
const MOST_LETTERS: usize = 400;

/// The opening that begins at `at` in a mail of the day `sent`. Looks at a bounded number of lines.
pub(super) fn opening(lines: &[Line<'_>], at: usize, sent: Option<NaiveDate>) -> Option<Opening> {
    let line = &lines[at];
    if line.is_blank() || line.text.len() > MOST_LETTERS {
        return None;
    }
    let framed = line.plain.starts_with("##") && line.plain.ends_with("##");
    if (framed || lexicon::has(Kind::Above, &line.plain)) && word_count(line.text) <= 14 && word_count(line.text) >= 4 {
        return Some(Opening {
            end: at + 1,
            style: Style::Above,
            depth: line.depth,
            author: None,
            history: History::default(),
        });
    }
    heading(lines, at, sent).or_else(|| headers(lines, at, sent)).or_else(|| attribution(lines, at, sent))
}

/// `-----Original Message-----`, `Begin forwarded message:`, with the headers below it.
fn heading(lines: &[Line<'_>], at: usize, sent: Option<NaiveDate>) -> Option<Opening> {
    let line = &lines[at];
    let marks = ['-', '_', '=', '*', '>', '<', '#', '~', '–', '—', '|', ' '];
    let words = line.plain.trim_matches(marks).trim_end_matches([':', ' ']);
    if words.is_empty() {
        return None;
    }
    let style = if lexicon::is(Kind::Forward, words) || begins(Kind::Forward, words, &line.plain) {
        Style::Forward
    } else if lexicon::is(Kind::Appointment, words) {
        Style::Appointment
    } else if lexicon::is(Kind::Original, words) {
        Style::Headers
    } else {
        return None;
    };
    let marked = line.plain.starts_with("--") || line.plain.starts_with("__") || line.plain.starts_with("==");
    let first = (at + 1..lines.len()).take(4).find(|next| !lines[*next].is_blank());
    let told = first.and_then(|first| Some((first, block(lines, first, true, sent)?)));
    match told {
        Some((first, block)) => {
            let depth = lines[first].depth;
            Some(Opening { end: block.end, style, depth, author: block.author, history: block.history })
        }
        None if marked => {
            let author = address(line.text).and_then(|_| of_attribution(line.text));
            Some(Opening { end: at + 1, style, depth: line.depth, author, history: History::default() })
        }
        None => None,
    }
}

/// Whether a heading in dashes begins with a phrase and goes on with a name: `----- Forwarded by … -----`.
fn begins(kind: Kind, words: &str, line: &str) -> bool {
    line.starts_with("--") && lexicon::first(kind, words).is_some() && word_count(words) <= 12
}

fn headers(lines: &[Line<'_>], at: usize, sent: Option<NaiveDate>) -> Option<Opening> {
    let block = block(lines, at, false, sent)?;
    Some(Opening {
        end: block.end,
        style: Style::Headers,
        depth: lines[at].depth,
        author: block.author,
        history: block.history,
    })
}

fn attribution(lines: &[Line<'_>], at: usize, sent: Option<NaiveDate>) -> Option<Opening> {
    let first = &lines[at];
    if !may_open(first) {
        return None;
    }
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate().skip(at).take(MOST_LINES) {
        look();
        if line.is_blank() {
            // Nothing but an address follows a blank line.
            let next = lines.get(index + 1).map(|line| line.text).unwrap_or_default();
            if next.starts_with(['<', '(']) || next.starts_with("mailto:") || plain(&text).ends_with('<') {
                continue;
            }
            return None;
        }
        if text.len() + line.text.len() > MOST_LETTERS {
            return None;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line.text);
        if let Some(style) = style_of(&text) {
            // A verb alone on the next line belongs to it: `… <address>` and `wrote:`.
            let more = lines
                .get(index + 1)
                .filter(|next| index + 1 < at + MOST_LINES && ends_it(&next.plain) && !text.ends_with(':'));
            let end = if more.is_some() { index + 2 } else { index + 1 };
            let history = History { day: stated_day(&plain(&text), sent), ..History::default() };
            let author = of_attribution(&text);
            return Some(Opening { end, style, depth: lines[at].depth, author, history });
        }
        if text.len() == line.text.len() && with_words_behind(&text) {
            let said = head(&text);
            let history = History { day: stated_day(&plain(said), sent), ..History::default() };
            return Some(Opening {
                end: index + 1,
                style: Style::Attribution,
                depth: line.depth,
                author: of_attribution(said),
                history,
            });
        }
        if text.ends_with(['.', '!', '?']) && !plain(&text).ends_with(" a.m.") && !plain(&text).ends_with(" p.m.") {
            return None;
        }
    }
    None
}

/// The part of a line up to the colon behind an address and a verb.
fn head(text: &str) -> &str {
    let Some(address) = address(text) else { return "" };
    let colon = text[address.end..].find(": ").map(|at| address.end + at + 1);
    colon.map_or("", |end| &text[..end])
}

/// Whether a program put the first words of the mail on the line of its attribution.
fn with_words_behind(text: &str) -> bool {
    let head = head(text);
    !head.is_empty() && head.len() < text.len() && style_of(head) == Some(Style::Attribution)
}

fn ends_it(plain: &str) -> bool {
    plain.strip_suffix(':').is_some_and(|verb| lexicon::is(Kind::Wrote, verb.trim()))
}

/// Whether an attribution could begin with this line; what it goes on with is not looked at otherwise.
fn may_open(line: &Line<'_>) -> bool {
    let plain = line.plain.trim_start_matches(['-', ' ', '>', '*', '"']);
    plain.starts_with(|letter: char| letter.is_ascii_digit())
        || lexicon::first(Kind::Opens, plain).is_some()
        || line.text.contains('@')
        || line.text.contains(['<', '＜'])
        || lexicon::has(Kind::Wrote, plain)
        || lexicon::has(Kind::WroteName, plain)
}

/// What kind of attribution the whole of a text is.
fn style_of(text: &str) -> Option<Style> {
    let folded = plain(text);
    let bare = folded.trim_matches(['-', '–', '—', '*', ' ']);
    let framed = folded.starts_with("--") && folded.ends_with("--");
    let body = bare.trim_end_matches([':', ' ', '>', '，', ',']);
    let ended = bare.ends_with(':') || framed;
    if framed && lexicon::last(Kind::Wrote, body).is_some() && word_count(body) <= 20 {
        return Some(Style::Attribution);
    }
    let addressed = address(&folded).is_some();
    let day = names_day(&folded);
    let time = has_time(&folded);
    if ended && body.matches(['!', '?']).count() > 0 && !addressed {
        return None;
    }
    let verb_last = lexicon::last(Kind::Wrote, body).is_some();
    let name_last = lexicon::split(Kind::WroteName, body).is_some_and(|(_, name)| {
        let words = name.split_whitespace().count();
        (1..=14).contains(&words) && !name.contains(". ")
    });
    if ended && (verb_last || name_last) {
        // No program says more between the date and the name.
        let prose = !addressed && lexicon::has(Kind::Prose, &without_you(body));
        if prose || word_count(body) > 30 {
            return None;
        }
        if addressed || day && time {
            return Some(Style::Attribution);
        }
        // With less in it, only a quotation right below makes it one.
        return (word_count(body) <= 12).then_some(Style::Weak);
    }
    // Without a verb: a full date with a zone, or an address at the end.
    let dated = dated_first(&folded);
    let closed = bare.ends_with(['>', ':']);
    let zoned = dated && time && ["gmt", "utc"].iter().any(|zone| folded.contains(zone)) && word_count(text) <= 12;
    let with_address = addressed && day && closed && word_count(text) <= 24 && !lexicon::has(Kind::Prose, body);
    if zoned && (!folded.contains('<') || closed) && !folded.ends_with(':') && !addressed {
        return Some(Style::Attribution);
    }
    (with_address && (dated || time && bare.ends_with(':'))).then_some(Style::Attribution)
}

/// `you wrote` is what old programs say, and no sentence by itself.
fn without_you(body: &str) -> String {
    body.strip_suffix("you wrote").map_or_else(|| body.to_owned(), str::to_owned)
}

fn dated_first(plain: &str) -> bool {
    static DATED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})\b").ok());
    DATED.as_ref().is_some_and(|dated| dated.is_match(plain))
}
