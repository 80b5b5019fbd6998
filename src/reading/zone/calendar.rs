//! What calendars write: invitations, answers to them, and how to join a meeting.

use super::Zone;
use super::aside::Run;
use super::lexicon::{self, Kind};
use super::line::{Line, has_link, is_prose, plain, word_count};

/// The longest line that calendars write.
const MOST_LETTERS: usize = 300;
/// The furthest two lines of one block stand apart.
const APART: usize = 7;
/// The furthest a label stands from another line of its block.
const LABEL_APART: usize = 3;

pub(super) fn mark(run: &mut Run<'_, '_>, subject: &str) {
    let titled = announces(&plain(subject));
    let meetings = meetings(run.lines);
    let cues: Vec<bool> =
        run.lines.iter().enumerate().map(|(at, line)| !run.fenced[at] && (meetings[at] || is_cue(line))).collect();
    let met = meetings.iter().filter(|meeting| **meeting).count();
    let first = run.lines.iter().position(|line| !line.is_blank());
    let first_announces = first.is_some_and(|first| announces(&run.lines[first].plain));
    let told = run.lines.iter().filter(|line| says(line)).count();
    let named = run.lines.iter().filter(|line| field(line)).count();
    let stars = run.lines.iter().any(|line| line.text.starts_with("*~*~"));
    let linked = run.lines.iter().zip(&meetings).any(|(line, meeting)| *meeting && has_link(&line.plain));
    let invited = named >= 2 && (titled || first_announces || told > 0 || met > 0 || stars);
    // Labels alone are what people write when they send somebody a password.
    let joined = (met >= 2 || linked) && run.lines.iter().any(is_meeting);
    let answered = told > 0 && (titled || first_announces || named >= 1);
    if !invited && !joined && !answered {
        return;
    }
    let counts = |at: usize| {
        let line = &run.lines[at];
        joined && meetings[at]
            || (invited || answered)
                && (field(line) || says(line) || line.text.starts_with("*~*~") || Some(at) == first && first_announces)
    };
    let marked: Vec<usize> = (0..cues.len()).filter(|at| (cues[*at] || Some(*at) == first) && counts(*at)).collect();
    for pair in marked.windows(2) {
        let near = pair[1] - pair[0] <= APART;
        for at in pair[0]..pair[1] {
            // What stands between two such lines belongs to them, unless somebody wrote it.
            let line = &run.lines[at];
            if at == pair[0] || near && !run.fenced[at] && !(is_prose(line.text) && word_count(line.text) > 8) {
                run.asides[at].get_or_insert(Zone::Automatic);
            }
        }
    }
    let Some(last) = marked.last().copied() else { return };
    run.asides[last].get_or_insert(Zone::Automatic);
    // The lines of the block that go on below, and the rows around it.
    for (at, cue) in cues.iter().enumerate().skip(last + 1) {
        let line = &run.lines[at];
        let belongs = line.is_divider(3)
            || *cue
            || (!line.is_blank()
                && run.asides[at - 1] == Some(Zone::Automatic)
                && (has_link(&line.plain) || is_number(line)));
        if belongs {
            run.asides[at].get_or_insert(Zone::Automatic);
        } else if !line.is_blank() {
            break;
        }
    }
    let Some(begin) = marked.first().copied() else { return };
    if let Some(row) = (begin.saturating_sub(2)..begin).rev().find(|at| !run.lines[*at].is_blank())
        && run.lines[row].is_divider(5)
    {
        run.asides[row].get_or_insert(Zone::Automatic);
    }
}

fn is_cue(line: &Line<'_>) -> bool {
    field(line) || says(line) || line.text.starts_with("*~*~")
}

/// Whether a line says what calendars say.
fn says(line: &Line<'_>) -> bool {
    line.plain.len() <= MOST_LETTERS && lexicon::has(Kind::Calendar, &line.plain)
}

/// Which lines belong to a block of a service for meetings: those that say so, and its labels near them or near a link.
fn meetings(lines: &[Line<'_>]) -> Vec<bool> {
    let says: Vec<bool> = lines.iter().map(is_meeting).collect();
    let near = |at: usize| {
        let around = at.saturating_sub(LABEL_APART)..(at + LABEL_APART + 1).min(lines.len());
        around.into_iter().any(|other| says[other] || other != at && has_link(&lines[other].plain))
    };
    (0..lines.len()).map(|at| says[at] || is_label(&lines[at]) && near(at)).collect()
}

/// Whether a line says what services for meetings say; a sentence does only with a link.
fn is_meeting(line: &Line<'_>) -> bool {
    word_count(line.text) <= 18
        && lexicon::has(Kind::Meeting, &line.plain)
        && !line.text.contains('?')
        && (!is_prose(line.text) || has_link(&line.plain))
}

/// `Passcode: …`, and nothing behind it.
fn is_label(line: &Line<'_>) -> bool {
    word_count(line.text) <= 6
        && lexicon::first(Kind::MeetingLabel, &line.plain)
            .is_some_and(|rest| rest.trim_start().starts_with([':', '：']))
}

fn is_number(line: &Line<'_>) -> bool {
    line.text.chars().filter(char::is_ascii_digit).count() >= 6
}

/// `When: …`, `Where: …`.
fn field(line: &Line<'_>) -> bool {
    let Some((name, _)) = line.plain.trim_start_matches(['*', ' ']).split_once([':', '：']) else { return false };
    let name = name.trim_matches(['*', ' ']);
    [Kind::When, Kind::Where, Kind::Guests, Kind::Subject].into_iter().any(|kind| lexicon::is(kind, name))
}

/// Whether a subject or a first line is a calendar's: `Accepted: …`.
fn announces(plain: &str) -> bool {
    let prefix = |kind| lexicon::first(kind, plain).is_some_and(|rest| rest.trim_start().starts_with([':', '：']));
    prefix(Kind::CalendarSubject)
}
