//! Signatures: below `-- `, or a name with a title, a phone and the like at the end of a mail.
//!
//! A closing and a name alone are the writer's words; what makes a signature is what nobody would write each time.

use std::sync::LazyLock;

use regex::Regex;

use super::Zone;
use super::aside::Run;
use super::lexicon::{self, Kind};
use super::line::{Line, address, has_link, is_prose, plain, word_count};

/// The most lines with words in a signature below dashes, and in one without.
const MOST_BELOW_DASHES: usize = 15;
const MOST_LINES: usize = 11;
/// The longest line of a signature.
const MOST_LETTERS: usize = 110;

pub(super) fn mark(run: &mut Run<'_, '_>) {
    trailing_rows(run);
    below_dashes(run);
    name_and_details(run);
    trailing_rows(run);
}

/// Rows of signs, and signs that programs add, with nothing below them.
fn trailing_rows(run: &mut Run<'_, '_>) {
    for at in (0..run.lines.len()).rev() {
        let line = &run.lines[at];
        if run.asides[at].is_some() || line.is_blank() {
            continue;
        }
        if !line.is_row() || run.fenced[at] || is_face(line.text) {
            return;
        }
        run.asides[at] = Some(Zone::Signature);
    }
}

/// `:-)` and pictures are words of their own.
fn is_face(text: &str) -> bool {
    !text.chars().all(|sign| sign.is_ascii_punctuation() || sign.is_whitespace() || "–—ᐧ·•…".contains(sign))
        || text.starts_with([':', ';']) && text.len() < 5
}

/// A signature below `--`, `—` or a row of underscores, when what stands below looks like one.
fn below_dashes(run: &mut Run<'_, '_>) {
    // Rows that divide points have others like them; only the last can have a signature below.
    let last =
        (0..run.lines.len()).rev().find(|at| run.asides[*at].is_none() && !run.fenced[*at] && opens(&run.lines[*at]));
    let Some(at) = last else { return };
    if !run.goes_on && !(0..at).any(|above| run.is_said(above)) && !run.lines[at].rfc_dashes {
        return;
    }
    let end = postscript(run, at + 1).unwrap_or(run.lines.len());
    let below: Vec<usize> = (at + 1..end).filter(|line| run.is_said(*line)).collect();
    let prose = below.iter().filter(|line| is_prose(run.lines[**line].text)).count();
    let first_is_prose = below.first().is_some_and(|first| is_prose(run.lines[*first].text));
    let underscores = run.lines[at].text.starts_with("___");
    let fits = if run.lines[at].rfc_dashes && !divides(run, at) {
        below.len() <= 2 * MOST_BELOW_DASHES
    } else if underscores {
        prose == 0 && below.len() <= 6
    } else {
        below.len() <= MOST_BELOW_DASHES && prose <= 2 && !first_is_prose
    };
    // Between other rows of the same kind even a short line is a point of the list.
    if fits && (!divides(run, at) || below.iter().any(|line| is_detail(&run.lines[*line])) || below.len() == 1) {
        for line in at..end {
            if !run.lines[line].is_blank() {
                run.asides[line].get_or_insert(Zone::Signature);
            }
        }
    }
}

/// Whether a line can stand above a signature.
fn opens(line: &Line<'_>) -> bool {
    matches!(line.text, "--" | "—" | "–" | "---" | "- --" | "––")
        || line.text.len() >= 3 && line.text.chars().all(|sign| sign == '_')
}

/// Whether the row at `at` has others like it above.
fn divides(run: &Run<'_, '_>, at: usize) -> bool {
    (0..at).any(|other| run.asides[other].is_none() && run.lines[other].text == run.lines[at].text)
}

/// Where a postscript begins.
fn postscript(run: &Run<'_, '_>, from: usize) -> Option<usize> {
    (from..run.lines.len()).find(|at| {
        let line = &run.lines[*at];
        let begins = lexicon::first(Kind::Postscript, &line.plain)
            .is_some_and(|rest| rest.starts_with([':', ' ', '.', '-', ';']));
        begins && word_count(line.text) >= 4 && (run.lines[at - 1].is_blank() || is_prose(line.text))
    })
}

/// A name with details below it, at the end of what is said.
fn name_and_details(run: &mut Run<'_, '_>) {
    let Some(last) = run.last_said() else { return };
    let end = postscript(run, 1).filter(|at| *at <= last).unwrap_or(last + 1);
    let Some(end) = (0..end).rev().find(|at| run.is_said(*at)).map(|at| at + 1) else { return };
    let mut begin = end;
    let mut count = 0;
    let mut closed = false;
    for at in (0..end).rev() {
        let line = &run.lines[at];
        if line.is_blank() {
            continue;
        }
        if is_closing(line) {
            closed = true;
            break;
        }
        let fits = run.asides[at].is_none() && !run.fenced[at] && could_sign(line) && count < MOST_LINES;
        if !fits {
            break;
        }
        count += 1;
        begin = at;
    }
    let said: Vec<usize> = (begin..end).filter(|at| run.is_said(*at)).collect();
    let first = said.iter().copied().enumerate().find(|(index, at)| {
        let line = &run.lines[*at];
        let own_paragraph = *at == 0 || run.lines[at - 1].is_blank();
        is_sender(line, run.from) || is_name(line) && if closed { *index == 0 } else { own_paragraph }
    });
    let Some((index, first)) = first else { return };
    // `Jo` below the closing, and the whole name again below that.
    let again = said.iter().copied().enumerate().skip(index + 1).find(|(_, at)| {
        let line = &run.lines[*at];
        run.lines[at - 1].is_blank() && run.lines[first + 1].is_blank() && is_sender(line, run.lines[first].text)
    });
    let (index, first) = again.unwrap_or((index, first));
    let details = said[index..]
        .iter()
        .filter(|at| **at != first || run.lines[**at].text.contains(" | "))
        .filter(|at| is_detail(&run.lines[**at]))
        .count();
    let sure = closed || is_sender(&run.lines[first], run.from);
    let strong = said[index..].iter().any(|at| {
        has_number(&run.lines[*at]) || address(run.lines[*at].text).is_some() || has_link(&run.lines[*at].plain)
    });
    let above = (0..first).rev().find(|at| run.is_said(*at));
    // A list of people is announced.
    let announced = !closed && above.is_some_and(|above| run.lines[above].text.ends_with(':'));
    let something_above = above.is_some() || run.goes_on;
    if details > 0 && (sure || strong || details >= 2) && !announced && something_above {
        for at in first..end {
            if run.is_said(at) {
                run.asides[at] = Some(Zone::Signature);
            }
        }
    }
}

/// Whether a line closes a letter: `Kind regards,`.
fn is_closing(line: &Line<'_>) -> bool {
    if line.text.len() > MOST_LETTERS {
        return false;
    }
    let text = line.plain.trim_matches([',', '!', '.', ';', '-', '*', ' ']);
    if lexicon::is(Kind::Closing, text) {
        return true;
    }
    let count = word_count(text);
    let named = |rest: &str| {
        let words = word_count(rest);
        words <= 3 && line.text.split_whitespace().rev().take(words).all(|word| word.starts_with(char::is_uppercase))
    };
    let begins = lexicon::first(Kind::Closing, text).is_some_and(|rest| line.text.ends_with([',', '!']) || named(rest));
    count <= 7 && begins || count <= 5 && lexicon::last(Kind::Closing, text).is_some()
}

/// Whether a line may belong to a signature.
fn could_sign(line: &Line<'_>) -> bool {
    let bullet = line.text.starts_with(['-', '•', '·']) && !line.is_row()
        || line.text.starts_with(|letter: char| letter.is_ascii_digit()) && line.text.contains(") ");
    let heading = line.text.ends_with([':', ',']);
    line.text.chars().count() <= MOST_LETTERS
        && (!is_prose(line.text) || is_detail(line) && !line.text.contains('?'))
        && !bullet
        && !heading
}

/// Whether a line is the name of somebody, with a title beside it at most.
fn is_name(line: &Line<'_>) -> bool {
    let name =
        line.text.trim_matches(['*', '_', ' ']).split([',', '|', '–', '/', '(']).next().unwrap_or_default().trim();
    // A short sentence is none: "Yes, works."
    let last = line.text.split_whitespace().next_back().unwrap_or_default();
    let ended = line.text.ends_with(['.', '!']) && last.len() > 4;
    let words: Vec<&str> = name.split_whitespace().collect();
    let particle = |word: &str| word.chars().count() <= 4 && word.chars().all(char::is_alphabetic);
    let named = words.iter().all(|word| word.starts_with(char::is_uppercase) || particle(word));
    let upper = words.iter().filter(|word| word.starts_with(char::is_uppercase)).count();
    !ended
        && (1..=5).contains(&words.len())
        && named
        && upper >= 1
        && !name.chars().any(|letter| letter.is_ascii_digit() || "@:!?".contains(letter))
}

/// Whether a line is the name of the writer.
fn is_sender(line: &Line<'_>, from: &str) -> bool {
    let from = plain(from.split(['<', '@']).next().unwrap_or_default());
    let words: Vec<&str> = from.split([' ', ',', '.', '"']).filter(|word| word.len() > 1).collect();
    let stands = |word: &&&str| line.plain.split(|letter: char| !letter.is_alphanumeric()).any(|other| other == **word);
    !words.is_empty()
        && words.iter().filter(stands).count() >= words.len().min(2)
        && word_count(line.text) <= 9
        && is_name(line)
}

/// Whether a line tells what signatures tell: a title, a company, a number, an address.
fn is_detail(line: &Line<'_>) -> bool {
    let company = || {
        line.plain.split([' ', ',', '|']).any(|word| lexicon::is(Kind::Company, word))
            || lexicon::last(Kind::Company, &line.plain).is_some()
    };
    let label = || {
        line.text.contains([':', '.', ' '])
            && lexicon::first(Kind::Contact, &line.plain)
                .is_some_and(|rest| rest.chars().any(|letter| letter.is_ascii_digit()))
    };
    let short = word_count(line.text) <= 8;
    has_number(line)
        || address(line.text).is_some() && short
        || has_link(&line.plain) && word_count(line.text) <= 10
        || short && (lexicon::has(Kind::Title, &line.plain) || company())
        || label()
        || line.text.contains(" | ")
}

/// Whether a number of a phone stands in a line.
fn has_number(line: &Line<'_>) -> bool {
    static NUMBER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:\+|\b00?|\()\d[\d ()./\u{2011}-]{6,}\d|\b\d{2,4}(?:[ .-]\d{2,4}){2,}\b").ok());
    NUMBER.as_ref().is_some_and(|number| number.is_match(line.text)) && word_count(line.text) <= 14
}
