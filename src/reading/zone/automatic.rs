//! Mails that nobody wrote: replies of people who are away, and mails that came back.

use std::sync::LazyLock;

use regex::Regex;

use super::footer::says_automated;
use super::lexicon::{self, Kind};
use super::line::{Line, address, is_prose, plain, word_count};
use super::walk::Mark;
use super::{Envelope, Zone};

/// The most letters, and the most lines with words, that an automatic reply has.
const MOST_LETTERS: usize = 6_000;
const MOST_LINES: usize = 30;
/// How many different things it says that only programs are told to say.
const LEAST_SAID: usize = 2;

/// Marks the writer's words as automatic when a program sent them.
pub(super) fn mark(envelope: &Envelope<'_>, lines: &[Line<'_>], marks: &mut [Mark]) {
    if !is_automatic(envelope, lines, marks) {
        return;
    }
    for mark in marks.iter_mut().filter(|mark| matches!(mark.zone, Zone::Own | Zone::Signature)) {
        mark.zone = Zone::Automatic;
        mark.said = false;
        mark.answers = None;
    }
}

fn is_automatic(envelope: &Envelope<'_>, lines: &[Line<'_>], marks: &[Mark]) -> bool {
    let subject = plain(envelope.subject);
    if names_it(&subject) || lexicon::has(Kind::AutoSender, &plain(envelope.from)) {
        return true;
    }
    let own: Vec<&Line<'_>> = lines
        .iter()
        .zip(marks)
        .filter(|(line, mark)| matches!(mark.zone, Zone::Own | Zone::Signature) && !line.is_blank())
        .map(|(line, _)| line)
        .take(MOST_LINES + 1)
        .collect();
    let answers = marks.iter().any(|mark| mark.zone == Zone::Quoted && mark.said);
    if !answers && says_so(envelope, lines, marks) {
        return true;
    }
    if own.is_empty()
        || own.iter().map(|line| line.text.len()).sum::<usize>() > MOST_LETTERS
        || own.iter().any(|line| line.text.contains(['?', '¿']))
    {
        return false;
    }
    let text = own.iter().map(|line| line.plain.as_str()).collect::<Vec<_>>().join(" ");
    if is_returned(&own, &text) {
        return true;
    }
    let reply = lexicon::first(Kind::SubjectReply, &subject).is_some_and(|rest| rest.starts_with(':'));
    let least = if reply { LEAST_SAID + 1 } else { LEAST_SAID };
    own.len() <= MOST_LINES
        && !answers
        && lexicon::has(Kind::Away, &text)
        && lexicon::found(Kind::Nobody, &text).len() >= least
}

/// Whether a mail says in its first or last paragraph that a program wrote it, and shows it by a second sign: its sender
/// or another thing that only programs say. People tell of such mails, too.
fn says_so(envelope: &Envelope<'_>, lines: &[Line<'_>], marks: &[Mark]) -> bool {
    let of_mail: Vec<&Line<'_>> =
        lines.iter().zip(marks).filter(|(_, mark)| mark.part.is_none()).map(|(line, _)| line).collect();
    let with_words = |line: &&&Line<'_>| !line.is_blank();
    let first = of_mail.iter().skip_while(|line| line.is_blank()).take_while(with_words);
    let last = of_mail.iter().rev().skip_while(|line| line.is_blank()).take_while(with_words);
    if !first.chain(last).any(|line| says_automated(&line.plain)) {
        return false;
    }
    let told = |line: &&Line<'_>| [Kind::Notice, Kind::Nobody].into_iter().any(|kind| lexicon::has(kind, &line.plain));
    lexicon::has(Kind::NoReply, &plain(envelope.from)) || of_mail.iter().any(told)
}

/// Whether a subject says it.
fn names_it(subject: &str) -> bool {
    lexicon::first(Kind::AutoSubject, subject).is_some_and(|rest| {
        let words = subject[..subject.len() - rest.len()].split(' ').count();
        rest.is_empty()
            || rest.trim_start().starts_with([':', '：'])
            || words >= 2 && rest.trim_start().starts_with(['-', '–', '(', '['])
    })
}

/// Whether lines are what servers say of a mail that came back: of the failure, with something only servers write, and
/// nothing below it. People report such failures, too.
fn is_returned(own: &[&Line<'_>], text: &str) -> bool {
    let said = lexicon::found(Kind::Bounce, text).len();
    let greets = own.first().is_some_and(|line| line.text.ends_with(',') && word_count(line.text) <= 4);
    if said == 0 || greets {
        return false;
    }
    let shaped = own.iter().any(|line| is_of_server(line));
    let coded = own.iter().any(|line| code(&line.plain).is_some());
    let told = |line: &&&Line<'_>| is_of_server(line) || lexicon::has(Kind::Bounce, &line.plain);
    let person = own.iter().rev().take_while(|line| !told(line)).any(|line| is_prose(line.text));
    shaped && (said >= 2 || coded) && !person
}

/// Whether a line is built as servers build theirs: an address alone, a code of failure, or what is to follow such a line.
fn is_of_server(line: &Line<'_>) -> bool {
    let text = line.text.trim_start_matches(['<', '*', ' ', '"', '\'']);
    let alone = address(text).is_some_and(|found| {
        let behind = &text[found.end..];
        found.start == 0 && (word_count(behind) <= 1 || behind.starts_with(">:"))
    });
    let coded = code(&line.plain).is_some_and(|at| word_count(&line.plain[..at]) <= 4);
    let short = word_count(line.text) <= 12;
    let heading = line.text.ends_with(':') || line.text.starts_with("**") && line.text.ends_with("**");
    alone || coded || short && heading && lexicon::has(Kind::Bounce, &line.plain)
}

/// Where a code of failure stands: `550 5.1.1`.
fn code(plain: &str) -> Option<usize> {
    static CODE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\b[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}\b|#[45]\.\d{1,3}\.\d{1,3}\b").ok());
    CODE.as_ref()?.find(plain).map(|found| found.start())
}
