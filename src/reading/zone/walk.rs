//! One walk down the lines of a mail that tells its writer's words from the mails before it.

use super::lexicon::{self, Kind};
use super::line::Line;
use super::opening::{Opening, Style, opening};
use super::{Envelope, History, Zone};

/// What is known of a line.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub zone: Zone,
    pub part: Option<usize>,
    pub said: bool,
    pub answers: Option<usize>,
    /// Whether it is a footer of an earlier mail, which is the mail's own when nothing is said below.
    pub footer: bool,
}

impl Mark {
    fn new(zone: Zone, part: Option<usize>, said: bool) -> Self {
        Self { zone, part, said, answers: None, footer: false }
    }
}

/// The marks of all lines, and the earlier mails.
pub(super) struct Marked {
    pub marks: Vec<Mark>,
    pub history: Vec<History>,
    /// Whether each line stands in a block of code.
    pub fenced: Vec<bool>,
}

/// How far an attribution may stand above its quotation, and a dividing row above its headers.
const NEAR: usize = 4;

struct Walk<'a, 'b> {
    envelope: &'b Envelope<'b>,
    lines: &'b [Line<'a>],
    out: Marked,
    /// The zone of each earlier mail.
    zones: Vec<Zone>,
    /// The earlier mail that lines with so many marks of quotation belong to.
    stack: Vec<Option<usize>>,
    /// The earlier mail that goes on without marks to the end.
    rest: Option<usize>,
    /// Whether the writer has written something.
    has_own: bool,
}

/// Tells own, quoted and forwarded lines.
pub(super) fn walk(envelope: &Envelope<'_>, lines: &[Line<'_>]) -> Marked {
    let blank = Mark::new(Zone::Own, None, true);
    let out = Marked { marks: vec![blank; lines.len()], history: Vec::new(), fenced: fenced(lines) };
    let mut walk = Walk { envelope, lines, out, zones: Vec::new(), stack: Vec::new(), rest: None, has_own: false };
    let mut at = 0;
    while at < lines.len() {
        at = walk.step(at);
    }
    walk.answer();
    walk.out
}

impl Walk<'_, '_> {
    /// Marks the line at `at`, and those that belong with it; gives the next one.
    fn step(&mut self, at: usize) -> usize {
        let line = &self.lines[at];
        if self.out.fenced[at] {
            self.body(at);
            return at + 1;
        }
        match opening(self.lines, at, self.envelope.sent) {
            Some(found) if self.accepts(&found, at) => self.open(found, at),
            _ if line.depth == 0 && self.rest.is_none() && initials(line).is_some() => self.initials(at),
            _ => {
                self.body(at);
                at + 1
            }
        }
    }

    /// The line that follows an opening.
    fn next_words(&self, from: usize) -> Option<&Line<'_>> {
        self.lines[from..].iter().take(NEAR).find(|line| !line.is_blank())
    }

    fn accepts(&self, found: &Opening, at: usize) -> bool {
        let quoted =
            || self.next_words(found.end).is_some_and(|next| next.depth > found.depth || next.text.starts_with('|'));
        match found.style {
            Style::Weak => self.lines[at].depth > 0 || quoted(),
            // A notice of a help desk begins with such a line itself.
            Style::Above => self.has_own,
            _ => true,
        }
    }

    fn open(&mut self, found: Opening, at: usize) -> usize {
        let top = self.lines[at].depth;
        let next = self.next_words(found.end);
        let deeper = next.is_some_and(|next| next.depth > found.depth);
        let barred = next.is_some_and(|next| next.text.starts_with('|'));
        let zone = match self.container(top) {
            Some(part) => self.zones[part],
            None => self.zone_of(&found, at),
        };
        let part = self.add(found.history, zone);
        self.out.history[part].author = found.author;
        let begin = self.divider_above(at);
        for line in begin..found.end {
            self.out.marks[line] = Mark::new(zone, Some(part), false);
        }
        // The space between belongs to the mail below.
        let end =
            (found.end..self.lines.len()).take(NEAR).find(|line| !self.lines[*line].is_blank()).unwrap_or(found.end);
        for line in found.end..end {
            self.out.marks[line] = Mark::new(zone, Some(part), false);
        }
        let by_line = matches!(found.style, Style::Attribution | Style::Weak);
        if by_line && barred && top == 0 {
            return self.bars(found.end, part);
        }
        if deeper && (by_line || found.depth > 0) {
            self.set(found.depth + 1, part);
        } else if found.depth > 0 {
            self.set(found.depth, part);
        } else if !by_line || self.has_own || self.rest.is_some() {
            self.rest = Some(part);
            self.stack.clear();
        }
        end
    }

    /// The earlier mail that a line with so many marks stands in.
    fn container(&self, depth: usize) -> Option<usize> {
        let marked = (1..=depth).rev().find_map(|depth| self.stack.get(depth).copied().flatten());
        marked.or(self.rest)
    }

    fn set(&mut self, depth: usize, part: usize) {
        self.stack.truncate(depth);
        self.stack.resize(depth, None);
        self.stack.push(Some(part));
    }

    fn add(&mut self, history: History, zone: Zone) -> usize {
        self.out.history.push(history);
        self.zones.push(zone);
        self.zones.len() - 1
    }

    /// Whether a mail is answered or passed on.
    fn zone_of(&self, found: &Opening, at: usize) -> Zone {
        match found.style {
            Style::Forward => return Zone::Forwarded,
            Style::Appointment => return Zone::Automatic,
            Style::Headers => {}
            _ => return Zone::Quoted,
        }
        let subject = super::line::plain(self.envelope.subject);
        let prefix =
            |kind| lexicon::first(kind, &subject).is_some_and(|rest| rest.trim_start().starts_with([':', '：']));
        if prefix(Kind::SubjectForward) {
            return Zone::Forwarded;
        }
        if prefix(Kind::SubjectReply) || !self.has_own {
            return Zone::Quoted;
        }
        if self.passed_on(found, at) { Zone::Forwarded } else { Zone::Quoted }
    }

    /// Whether the words above headers pass the mail on: they say so, or greet others than its author.
    fn passed_on(&self, found: &Opening, at: usize) -> bool {
        let own: Vec<&Line<'_>> = (0..at)
            .filter(|line| self.out.marks[*line].zone == Zone::Own)
            .map(|line| &self.lines[line])
            .filter(|line| !line.is_blank())
            .take(8)
            .collect();
        if own.iter().any(|line| lexicon::has(Kind::PassesOn, &line.plain)) {
            return true;
        }
        let (Some(author), [first, ..]) = (&found.author, own.as_slice()) else { return false };
        let name = super::line::plain(&author.name);
        if name.split([' ', ',', '.']).filter(|part| part.len() > 2).any(|part| first.plain.contains(part)) {
            return false;
        }
        match &author.email {
            Some(email) if !self.envelope.to.is_empty() => {
                let with = |mailbox: &str| mailbox.to_lowercase().contains(email);
                !with(self.envelope.from) && !self.envelope.to.iter().any(|to| with(to))
            }
            _ => false,
        }
    }

    /// The first line of what stands above headers and belongs to them: a dividing row, and the space between.
    fn divider_above(&self, at: usize) -> usize {
        if !matches!(self.lines[at].depth, 0) {
            return at;
        }
        let row = (at.saturating_sub(NEAR)..at).rev().find(|line| !self.lines[*line].is_blank());
        row.filter(|line| {
            self.lines[*line].is_divider(5) && self.lines[*line].depth == 0 && self.out.marks[*line].zone == Zone::Own
        })
        .filter(|_| super::header::block(self.lines, at, false, self.envelope.sent).is_some())
        .unwrap_or(at)
    }

    /// Marks a line that opens nothing.
    fn body(&mut self, at: usize) {
        let line = &self.lines[at];
        if line.depth == 0 {
            if let Some(part) = self.rest {
                self.out.marks[at] = Mark::new(self.zones[part], Some(part), true);
            } else if self.continues(at) {
                self.out.marks[at] = self.out.marks[at - 1].clone();
            } else {
                self.has_own |= !line.is_blank();
            }
            return;
        }
        if self.rest.is_none() && self.is_sign(at) {
            self.has_own = true;
            return;
        }
        let part = match self
            .container(line.depth)
            .filter(|_| self.stack.len() > line.depth || self.rest.is_some() || !self.stack.is_empty())
        {
            // Deeper than anybody is known for: somebody the quoted mail quotes.
            Some(part) if self.stack.len() > line.depth || line.is_blank() => part,
            container => {
                let zone = container.map_or(Zone::Quoted, |part| self.zones[part]);
                let part = self.add(History::default(), zone);
                self.stack.resize(line.depth.max(self.stack.len()), None);
                self.set(line.depth, part);
                part
            }
        };
        self.out.marks[at] = Mark::new(self.zones[part], Some(part), true);
    }

    /// Whether a line is the end of a quoted one that a program broke without marking it again.
    fn continues(&self, at: usize) -> bool {
        let Some((before, next)) = at.checked_sub(1).map(|before| &self.lines[before]).zip(self.lines.get(at + 1))
        else {
            return false;
        };
        let line = &self.lines[at];
        let long = before.range.len() >= 66 && line.text.len() < 30;
        long && before.depth > 0
            && next.depth == before.depth
            && !next.is_blank()
            && line.text.starts_with(char::is_lowercase)
    }

    /// Whether the mark before a line is the writer's own sign: `> 200 ms`, alone.
    fn is_sign(&self, at: usize) -> bool {
        let alone = |line: Option<&Line<'_>>| line.is_none_or(|line| line.depth == 0);
        let line = &self.lines[at];
        let figure = line.text.starts_with(|letter: char| letter.is_ascii_digit())
            && !line.text.starts_with("1)")
            && !line.text.starts_with("1.");
        let before = at.checked_sub(1).map(|before| &self.lines[before]);
        line.depth == 1
            && self.stack.is_empty()
            && figure
            && alone(self.lines.get(at + 1))
            && before.is_some_and(|before| before.depth == 0 && !before.is_blank())
    }

    /// Lines quoted with bars.
    fn bars(&mut self, from: usize, part: usize) -> usize {
        let mut at = from;
        while let Some(line) = self.lines.get(at).filter(|line| line.is_blank() || line.text.starts_with('|')) {
            self.out.marks[at] = Mark::new(Zone::Quoted, Some(part), !line.is_blank());
            at += 1;
        }
        at
    }

    /// Lines quoted with the initials of their writer: `KL> …`.
    fn initials(&mut self, at: usize) -> usize {
        let known = initials(&self.lines[at]);
        let end = (at..self.lines.len()).find(|line| initials(&self.lines[*line]) != known).unwrap_or(self.lines.len());
        if end - at < 2 {
            self.body(at);
            return at + 1;
        }
        let part = self.add(History::default(), Zone::Quoted);
        for line in at..end {
            self.out.marks[line] = Mark::new(Zone::Quoted, Some(part), true);
        }
        end
    }

    /// Says of each own line below a quoted one that it answers it.
    fn answer(&mut self) {
        let mut asked = None;
        for (at, line) in self.lines.iter().enumerate() {
            let mark = &mut self.out.marks[at];
            match mark.zone {
                Zone::Quoted if mark.said && !line.is_blank() && self.rest.is_none_or(|_| line.depth > 0) => {
                    asked = Some(at);
                }
                Zone::Own if !line.is_blank() => mark.answers = asked,
                _ => {}
            }
        }
    }
}

/// The letters before a mark of quotation: `KL> `.
fn initials<'a>(line: &Line<'a>) -> Option<&'a str> {
    let (letters, _) = line.text.split_once('>')?;
    let short = (1..=4).contains(&letters.len()) && letters.chars().all(|letter| letter.is_ascii_alphabetic());
    (short && letters.starts_with(|letter: char| letter.is_ascii_uppercase())).then_some(letters)
}

/// Which lines stand in blocks of code; a fence without its end opens none.
fn fenced(lines: &[Line<'_>]) -> Vec<bool> {
    let mut fenced = vec![false; lines.len()];
    let mut open = None;
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.depth == 0) {
        if line.text.starts_with("```") {
            match open.take() {
                Some(begin) => fenced[begin..=at].fill(true),
                None => open = Some(at),
            }
        }
    }
    fenced
}
