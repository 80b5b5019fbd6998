//! Below and between somebody's words: signatures, footers, lines of devices and of programs. What holds for the mail's
//! writer holds for the writers of the earlier mails in it.

use super::line::{Line, look};
use super::walk::{Mark, Marked};
use super::{Envelope, Zone, automatic, calendar, device, footer, signature};

/// The lines of one writer that follow each other, and what is found of them.
pub(super) struct Run<'a, 'b> {
    pub lines: &'b [Line<'a>],
    /// What is nobody's words; none is said.
    pub asides: Vec<Option<Zone>>,
    /// Whether each line stands in a block of code.
    pub fenced: &'b [bool],
    /// The writer, as `Name <address>`; empty when unknown.
    pub from: &'b str,
    /// Whether something was said above.
    pub goes_on: bool,
}

impl Run<'_, '_> {
    /// Whether a line has words that are still taken for the writer's own.
    pub fn is_said(&self, at: usize) -> bool {
        look();
        self.asides[at].is_none() && !self.lines[at].is_blank()
    }

    /// The last line still taken for the writer's own.
    pub fn last_said(&self) -> Option<usize> {
        (0..self.lines.len()).rev().find(|at| self.is_said(*at))
    }

    /// Paragraphs: lines without a blank one between them, outside of code.
    pub fn paragraphs(&self) -> Vec<std::ops::Range<usize>> {
        let mut found = Vec::new();
        let mut begin = None;
        for at in 0..=self.lines.len() {
            let inside = at < self.lines.len() && !self.lines[at].is_blank() && !self.fenced[at];
            match (inside, begin) {
                (true, None) => begin = Some(at),
                (false, Some(from)) => {
                    found.push(from..at);
                    begin = None;
                }
                _ => {}
            }
        }
        found
    }
}

/// Marks what is nobody's words, for the mail itself and for each earlier mail in it.
pub(super) fn mark(envelope: &Envelope<'_>, lines: &[Line<'_>], marked: &mut Marked) {
    let mut at = 0;
    let mut own_above = false;
    while at < lines.len() {
        let end = run_end(lines, &marked.marks, at);
        let own = marked.marks[at].zone == Zone::Own;
        let from = if own { envelope.from.to_owned() } else { written_by(marked, at) };
        let mut run = Run {
            lines: &lines[at..end],
            asides: vec![None; end - at],
            fenced: &marked.fenced[at..end],
            from: &from,
            goes_on: own && own_above,
        };
        if marked.marks[at].said {
            read(&mut run, own.then_some(envelope));
        }
        let asides = run.asides;
        own_above |= own && asides.iter().zip(&lines[at..end]).any(|(aside, line)| aside.is_none() && !line.is_blank());
        for (mark, aside) in marked.marks[at..end].iter_mut().zip(asides) {
            if let Some(zone) = aside {
                mark.said = false;
                if own {
                    mark.zone = zone;
                    mark.answers = None;
                }
            }
            mark.footer = !own && aside == Some(Zone::Footer);
        }
        at = end;
    }
    last_footers(lines, &mut marked.marks);
    automatic::mark(envelope, lines, &mut marked.marks);
}

fn read(run: &mut Run<'_, '_>, envelope: Option<&Envelope<'_>>) {
    footer::mark(run);
    calendar::mark(run, envelope.map_or("", |envelope| envelope.subject));
    device::mark(run);
    signature::mark(run);
}

/// A footer below everything is the mail's own, also when its server put it below the history.
fn last_footers(lines: &[Line<'_>], marks: &mut [Mark]) {
    let mut last = true;
    for (line, mark) in lines.iter().zip(marks.iter_mut()).rev() {
        if mark.footer && last && line.depth == 0 {
            mark.zone = Zone::Footer;
            mark.part = None;
        } else if !line.is_blank() {
            last = false;
        }
    }
}

/// The end of the lines that belong together with the one at `at`. Blank lines belong to what they follow.
fn run_end(lines: &[Line<'_>], marks: &[Mark], at: usize) -> usize {
    let same = |next: &usize| {
        let (mark, other) = (&marks[*next], &marks[at]);
        mark.part == other.part
            && mark.zone == other.zone
            && mark.said == other.said
            && (lines[*next].depth == lines[at].depth)
    };
    (at + 1..lines.len()).find(|next| !same(next)).unwrap_or(lines.len())
}

fn written_by(marked: &Marked, at: usize) -> String {
    let author = marked.marks[at].part.and_then(|part| marked.history[part].author.as_ref());
    author.map(|author| author.name.clone()).unwrap_or_default()
}
