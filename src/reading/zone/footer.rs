//! What servers, lists and lawyers put below a mail, and notices of services between its lines.

use std::ops::Range;

use super::Zone;
use super::aside::Run;
use super::lexicon::{self, Kind};
use super::line::{Line, has_link, is_prose, word_count};

/// From this length a line may have been broken by a program in the middle of a sentence.
const BROKEN_FROM: usize = 55;
/// The longest footer.
const MOST_LETTERS: usize = 6_000;
/// A phrase of so many words is enough by itself.
const SURE_WORDS: usize = 3;
/// Whose phrases weigh so much is a footer wherever it stands.
const SURE_WEIGHT: usize = 4;

pub(super) fn mark(run: &mut Run<'_, '_>) {
    let mut last_end = 0;
    let below = below_own(run);
    // The last line that could be no footer.
    let last_other = run.lines.iter().rposition(|line| !line.is_blank() && !line.is_row() && weight(&line.plain) == 0);
    let first = run.lines.iter().position(|line| !line.is_blank());
    for paragraph in run.paragraphs() {
        let mut before = false;
        if is_list(run.lines, &paragraph) {
            run.asides[paragraph.clone()].fill(Some(Zone::Footer));
            last_end = paragraph.end;
            continue;
        }
        let whole = whole_lines(run.lines, paragraph.clone());
        // Nobody's notice stands between the sentences of one paragraph.
        let alone = whole.iter().all(|range| belongs_to_notice(&joined(run.lines, range)));
        for range in whole {
            if run.lines[range.clone()].iter().map(|line| line.plain.len()).sum::<usize>() > MOST_LETTERS {
                before = false;
                continue;
            }
            let text = joined(run.lines, &range);
            let next_to = before || (range.start == paragraph.start && is_footer_above(run, paragraph.start, last_end));
            let placed = next_to
                || is_sure(&text)
                || below.is_some_and(|below| below <= range.start)
                || has_link(&text) && speaking(&text) >= 2 && last_other.is_none_or(|other| other < range.end)
                || Some(paragraph.start) == first && lexicon::has(Kind::Banner, &text);
            let zone = if placed && is_footer(&text, next_to) {
                Some(Zone::Footer)
            } else if alone && is_notice(&text) {
                Some(Zone::Automatic)
            } else {
                None
            };
            before = zone == Some(Zone::Footer);
            if zone.is_some() {
                run.asides[range].fill(zone);
            }
        }
        last_end = paragraph.end;
    }
    rows(run);
}

/// Whether a paragraph is what programs of lists put below a mail: short lines that speak of a list together.
fn is_list(lines: &[Line<'_>], paragraph: &Range<usize>) -> bool {
    let lines = &lines[paragraph.clone()];
    let short = lines.len() <= 8 && lines.iter().all(|line| word_count(line.text) <= 12);
    short && lines.first().is_some_and(Line::is_row) && lines.iter().map(|line| weight(&line.plain)).sum::<usize>() >= 2
}

/// Whether the paragraph above is a footer.
fn is_footer_above(run: &Run<'_, '_>, start: usize, end: usize) -> bool {
    end > 0 && end < start && run.asides[end - 1] == Some(Zone::Footer)
}

fn joined(lines: &[Line<'_>], range: &Range<usize>) -> String {
    lines[range.clone()].iter().map(|line| line.plain.as_str()).collect::<Vec<_>>().join(" ")
}

/// Lines as they were before a program broke them.
fn whole_lines(lines: &[Line<'_>], paragraph: Range<usize>) -> Vec<Range<usize>> {
    let mut whole = Vec::new();
    let mut begin = paragraph.start;
    for at in paragraph.clone() {
        let line = &lines[at];
        let link = line.text.rsplit(' ').next().is_some_and(has_link);
        let broken = line.text.chars().count() >= BROKEN_FROM && !line.text.ends_with(['.', '!', '?', ':']) && !link;
        if !broken || at + 1 == paragraph.end || lines[at + 1].is_divider(3) {
            whole.push(begin..at + 1);
            begin = at + 1;
        }
    }
    whole
}

/// How much of a text speaks as footers do: sure phrases count two, others one.
fn weight(text: &str) -> usize {
    let sure = |phrase: &&str| if word_count(phrase) >= SURE_WORDS { 2 } else { 1 };
    let legal = lexicon::found(Kind::Legal, text);
    let list = lexicon::found(Kind::List, text);
    legal.iter().chain(&list).map(sure).sum()
}

fn is_footer(text: &str, next_to: bool) -> bool {
    let total = weight(text);
    if total == 0 {
        return false;
    }
    let sentences: Vec<&str> =
        text.split_inclusive(['.', '!', '?']).filter(|sentence| word_count(sentence) > 0).collect();
    let speaking: Vec<&&str> = sentences.iter().filter(|sentence| weight(sentence) > 0).collect();
    let length: usize = speaking.iter().map(|sentence| sentence.len()).sum();
    let most =
        length * 2 >= text.len() || speaking.len() >= 2 && sentences.first().is_some_and(|first| weight(first) > 0);
    let asks = text.ends_with('?');
    let short = word_count(text) <= 12;
    most && !asks && (total >= 2 || next_to || has_link(text) && short || is_bare(text))
}

/// Whether a text is a footer wherever it stands.
fn is_sure(text: &str) -> bool {
    lexicon::has(Kind::Sure, text) || weight(text) >= SURE_WEIGHT
}

/// How many sentences of a text speak as footers do.
fn speaking(text: &str) -> usize {
    text.split_inclusive(['.', '!', '?']).filter(|sentence| weight(sentence) > 0).count()
}

/// The first line below what somebody wrote and ended: with a sign-off, a row, or a line that is a footer anywhere. None
/// when nothing ends the writer's words.
fn below_own(run: &Run<'_, '_>) -> Option<usize> {
    let mut below = None;
    for (at, line) in run.lines.iter().enumerate() {
        if line.is_blank() {
            continue;
        }
        let named = run.lines.get(at + 1).is_some_and(|next| !next.is_blank());
        let closing = lexicon::is(Kind::Closing, line.plain.trim_end_matches([',', '.', '!', ' ']))
            && (named || !line.text.ends_with(['.', '!']));
        if closing || line.is_divider(2) || is_sure(&line.plain) {
            below.get_or_insert(at + 1);
        } else if is_prose(line.text) && weight(&line.plain) == 0 || line.text.contains('?') {
            below = None;
        }
    }
    below
}

/// A phrase and hardly a word more.
fn is_bare(text: &str) -> bool {
    word_count(text) <= 3 && (lexicon::first(Kind::List, text).is_some() || lexicon::first(Kind::Legal, text).is_some())
}

fn is_notice(text: &str) -> bool {
    let framed = text.starts_with("##") && text.ends_with("##");
    let said = [Kind::Notice, Kind::Above].into_iter().any(|kind| lexicon::has(kind, text)) || says_automated(text);
    word_count(text) <= 45 && (framed || said) && !text.ends_with('?')
}

/// Whether a sentence of a text begins as programs do that say of the mail that they wrote it.
pub(super) fn says_automated(text: &str) -> bool {
    text.split_inclusive(['.', '!', '?', ':', '|', ';', '–', '*', '(', '[']).any(|sentence| {
        lexicon::first(Kind::Automated, sentence.trim_start_matches(|sign: char| !sign.is_alphanumeric())).is_some()
    })
}

/// Whether a line may stand in one paragraph with a notice: it is one, or a footer, or no sentence.
fn belongs_to_notice(text: &str) -> bool {
    is_notice(text) || weight(text) > 0 || !is_prose(text)
}

/// Rows and dashes right above a footer or a notice, and what follows it in its paragraph, belong to it.
fn rows(run: &mut Run<'_, '_>) {
    for at in (0..run.lines.len()).rev() {
        let next = (at + 1..run.lines.len()).take(2).find(|next| !run.lines[*next].is_blank());
        let aside = next.and_then(|next| run.asides[next]);
        if run.asides[at].is_none() && run.lines[at].is_row() && !run.fenced[at] && aside.is_some() {
            run.asides[at] = aside;
        }
    }
    for at in 1..run.lines.len() {
        let above = run.asides[at - 1];
        let line = &run.lines[at];
        let detail = word_count(line.text) <= 6
            && (has_link(&line.plain) || line.text.contains('@') || line.text.starts_with('['));
        if run.asides[at].is_none() && above.is_some() && !line.is_blank() && detail {
            run.asides[at] = above;
        }
    }
}
