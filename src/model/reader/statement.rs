//! Cuts calls and e-mails into statements: one sentence, who said it, on which side, and where.

use std::cell::OnceCell;
use std::ops::Range;

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::due::{Due, find_due};
use super::held::thanks_for_meeting;
use super::learned::{Sound, sound};
use super::merge::family;
use super::numeric::order_in;
use super::phrase::Phrase;
use super::said_on::SaidOn;
use super::telling::{self, Telling};
use super::{Talk, Work, tongue};
use crate::domain::activity::{Call, Email, Project, Side};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Moment;
use crate::language::{Language, content_stems, names_a_figure, statements, takes_back};
use crate::reading::people::{Sides, Speakers};
use crate::reading::zone::Zone;
use crate::reading::zones_of;

/// Statements that are looked at together where none tells its language by itself.
const FEW: usize = 20;

/// One sentence somebody said or wrote, of a length that a sentence has ([`statements`]).
#[derive(Clone, Debug)]
pub(super) struct Statement<'a> {
    /// The sentence, verbatim.
    pub text: &'a str,
    /// Who.
    pub speaker: String,
    /// Which side, when it can be told.
    pub side: Option<Side>,
    /// Whether nobody can tell who it is.
    pub nameless: bool,
    /// Number of the turn; 0 in e-mails.
    pub turn: usize,
    /// Seconds from the start of the call.
    pub at_seconds: Option<f64>,
    /// How far into the record it stands, 0 to 1.
    pub position: f64,
    /// Whether it stands in a record of ours, in which who did something goes without saying.
    of_work: bool,
    // Told when asked for, and then kept: hearing asks for other things than joining does.
    stems: OnceCell<Vec<String>>,
    telling: OnceCell<Telling>,
    sound: OnceCell<Sound>,
    due: OnceCell<Option<Due>>,
    thanks: OnceCell<bool>,
    language: OnceCell<Option<Language>>,
}

impl<'a> Statement<'a> {
    pub(super) fn new(text: &'a str, speaker: String, side: Option<Side>) -> Self {
        Self {
            text,
            speaker,
            side,
            nameless: false,
            turn: 0,
            at_seconds: None,
            position: 0.0,
            of_work: false,
            stems: OnceCell::new(),
            telling: OnceCell::new(),
            sound: OnceCell::new(),
            due: OnceCell::new(),
            thanks: OnceCell::new(),
            language: OnceCell::new(),
        }
    }

    /// Its words that carry meaning, as stems.
    pub fn stems(&self) -> &[String] {
        self.stems.get_or_init(|| content_stems(self.text))
    }

    /// What it tells of promises made before it.
    pub fn telling(&self) -> Telling {
        *self.telling.get_or_init(|| {
            if let Some(telling) =
                self.language().and_then(|language| tongue::telling(language, self.text, self.of_work))
            {
                return telling;
            }
            let phrase = Phrase::new(self.text);
            let mut telling = Telling::of(&phrase);
            telling.did |= self.of_work && telling::tells_a_deed(&phrase);
            telling
        })
    }

    /// Whether it thanks for a meeting.
    pub fn thanks_for_meeting(&self) -> bool {
        *self.thanks.get_or_init(|| thanks_for_meeting(&Phrase::new(self.text)))
    }

    /// The language its own words tell.
    fn language(&self) -> Option<Language> {
        *self.language.get_or_init(|| Language::of(self.text))
    }

    /// What it sounds like.
    pub fn sound(&self) -> Sound {
        *self.sound.get_or_init(|| sound(self.text))
    }
}

/// The statements of one call or e-mail, in order.
#[derive(Clone, Debug)]
pub(super) struct Script<'a> {
    /// The call or e-mail.
    pub source: RecordRef,
    /// Its title or subject.
    pub title: &'a str,
    /// When it began or was sent.
    pub at: Moment,
    /// What was said.
    pub statements: Vec<Statement<'a>>,
    /// What is told of all of it together, when it is asked for.
    whole: OnceCell<Whole>,
    language: OnceCell<Option<Language>>,
    /// Whether dates in figures begin with the day where it does not show it itself.
    day_first: bool,
    shown_day_first: OnceCell<Option<bool>>,
}

/// What is told of a script as a whole, so that no promise goes through all of it for this again.
#[derive(Clone, Debug)]
struct Whole {
    families: FxHashSet<u64>,
    names_a_figure: bool,
}

impl<'a> Script<'a> {
    pub(super) fn new(source: RecordRef, title: &'a str, at: Moment, statements: Vec<Statement<'a>>) -> Self {
        let (whole, language, shown_day_first) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { source, title, at, statements, whole, language, day_first: false, shown_day_first }
    }

    /// The same where dates in figures begin with the day, or with the month, unless it shows otherwise.
    pub fn with_dates(self, day_first: bool) -> Self {
        Self { day_first, ..self }
    }

    /// Whether dates in figures begin with the day, as far as it shows it.
    pub fn shown_day_first(&self) -> Option<bool> {
        let texts = || self.statements.iter().map(|statement| statement.text);
        *self.shown_day_first.get_or_init(|| order_in(texts(), self.day()))
    }

    /// The day dates are told from, and how they are written.
    pub fn said_on(&self) -> SaidOn {
        SaidOn { day: self.day(), day_first: self.shown_day_first().unwrap_or(self.day_first) }
    }

    /// The day dates are told from.
    pub fn day(&self) -> NaiveDate {
        self.at.day()
    }

    /// The language most of it is in, where that can be told.
    pub fn language(&self) -> Option<Language> {
        *self.language.get_or_init(|| {
            let mut bytes: FxHashMap<Language, usize> = FxHashMap::default();
            for statement in &self.statements {
                if let Some(language) = statement.language() {
                    *bytes.entry(language).or_default() += statement.text.len();
                }
            }
            let most = bytes.into_iter().max_by_key(|(language, bytes)| (*bytes, std::cmp::Reverse(*language)));
            most.map(|(language, _)| language).or_else(|| {
                // Short sentences may tell together what none tells by itself.
                let few = self.statements.iter().take(FEW).map(|statement| statement.text).collect::<Vec<_>>();
                Language::of(&few.join(" "))
            })
        })
    }

    /// The language a statement is read in: its own, where its words tell one that is read, else that of most of the
    /// record. A single sentence is not taken for one that nobody reads: what is told of a few words may be wrong.
    pub fn language_of(&self, index: usize) -> Option<Language> {
        let own = self.statements.get(index).and_then(Statement::language);
        let read = own.filter(|own| *own == Language::English || tongue::is_known(*own));
        read.or_else(|| self.language())
    }

    /// Whether a statement is in another language than English, as far as it is told.
    pub fn is_foreign(&self, index: usize) -> bool {
        self.language_of(index).is_some_and(|language| language != Language::English)
    }

    /// Whether it is an e-mail.
    pub fn is_email(&self) -> bool {
        self.source.kind == RecordKind::Email
    }

    /// By when, in one of its statements.
    pub fn due_in<'d>(&self, statement: &'d Statement<'_>) -> Option<&'d Due> {
        statement.due.get_or_init(|| find_due(statement.text, self.said_on())).as_ref()
    }

    /// The places of the statements of a turn.
    pub fn turn(&self, turn: usize) -> Range<usize> {
        let before = |turn: usize| self.statements.partition_point(|statement| statement.turn < turn);
        before(turn)..before(turn + 1)
    }

    /// Whether anything said in it has a stem of this family.
    pub fn has_family(&self, family: u64) -> bool {
        self.whole().families.contains(&family)
    }

    /// Whether a figure is named in it.
    pub fn names_a_figure(&self) -> bool {
        self.whole().names_a_figure
    }

    fn whole(&self) -> &Whole {
        self.whole.get_or_init(|| {
            let stems = self.statements.iter().flat_map(Statement::stems);
            Whole {
                families: stems.map(|stem| family(stem)).collect(),
                names_a_figure: self.statements.iter().any(|statement| names_a_figure(statement.text)),
            }
        })
    }
}

/// The statements of a call or e-mail.
pub(super) fn script<'a>(talk: Talk<'a>, sides: &Sides) -> Script<'a> {
    match talk {
        Talk::Call(call) => of_call(call, sides),
        Talk::Email(email) => of_email(email, sides),
    }
}

fn of_call<'a>(call: &'a Call, sides: &Sides) -> Script<'a> {
    let last = call.transcript.len().saturating_sub(1).max(1) as f64;
    let mut said = Vec::new();
    let speakers = Speakers::of(call, Some(sides));
    for (turn, spoken) in call.transcript.iter().enumerate() {
        let (name, side) = (speakers.name(&spoken.speaker), speakers.side(&spoken.speaker));
        let nameless = speakers.get(&spoken.speaker).is_some_and(|speaker| speaker.nameless);
        for text in statements(&spoken.text) {
            said.push(Statement {
                turn,
                at_seconds: spoken.at_seconds,
                nameless,
                position: turn as f64 / last,
                ..Statement::new(text, name.to_owned(), side)
            });
        }
    }
    let source = RecordRef { kind: RecordKind::Call, id: call.id.clone() };
    Script::new(source, &call.title, call.started_at, said)
}

fn of_email<'a>(email: &'a Email, sides: &Sides) -> Script<'a> {
    written(email, sides, own_words(email).into_iter().flat_map(statements).collect())
}

/// The statements of a mail that is all its writer's words.
pub(super) fn script_of_words<'a>(email: &'a Email, sides: &Sides) -> Script<'a> {
    written(email, sides, statements(&email.body))
}

fn written<'a>(email: &'a Email, sides: &Sides, texts: Vec<&'a str>) -> Script<'a> {
    let (speaker, side) = (sides.writer(&email.from), sides.of(&email.from));
    let last = texts.len().saturating_sub(1).max(1) as f64;
    let written = texts
        .into_iter()
        .enumerate()
        .map(|(index, text)| Statement { position: index as f64 / last, ..Statement::new(text, speaker.clone(), side) })
        .collect();
    let source = RecordRef { kind: RecordKind::Email, id: email.id.clone() };
    Script::new(source, &email.subject, email.sent_at, written)
}

/// The statements of a record in which nothing is promised. A project that is not done says nothing.
pub(super) fn script_of_work(work: Work<'_>) -> Script<'_> {
    let (kind, id, title, texts) = match work {
        Work::Note(note) => (RecordKind::Note, &note.id, "", statements(&note.text)),
        Work::Project(project) => {
            let texts = if is_done(project) { vec![project.title.as_str()] } else { Vec::new() };
            (RecordKind::Project, &project.id, project.title.as_str(), texts)
        }
        Work::Release(release) => {
            // What was taken back is no deed that keeps a promise.
            let lines = std::iter::once(release.title.as_str()).chain(statements(&release.body));
            let texts = lines.filter(|line| !takes_back(line)).collect();
            (RecordKind::Release, &release.id, release.title.as_str(), texts)
        }
    };
    // "Sent the contract": who did it goes without saying in a note.
    let statement = |text| Statement { of_work: true, ..Statement::new(text, String::new(), Some(Side::Team)) };
    let source = RecordRef { kind, id: id.clone() };
    Script::new(source, title, work.at(), texts.into_iter().map(statement).collect())
}

/// Whether a project's status says that it came to its good end.
fn is_done(project: &Project) -> bool {
    const DONE: [&str; 9] =
        ["done", "complete", "completed", "finished", "shipped", "live", "launched", "delivered", "released"];
    let status = Phrase::new(&project.status);
    status.has(&DONE) && !status.has(&["not", "nearly", "almost", "partly", "partially", "to be", "half"])
}

/// The stretches of a body that its sender wrote; none of what a program sent.
pub(super) fn own_words(email: &Email) -> Vec<&str> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    for line in zones_of(email).lines.into_iter().filter(|line| line.zone == Zone::Own) {
        match stretches.last_mut() {
            Some(last) if last.end == line.range.start => last.end = line.range.end,
            _ => stretches.push(line.range),
        }
    }
    stretches.into_iter().filter_map(|stretch| email.body.get(stretch)).collect()
}

/// The first name in lower case.
pub(super) fn first_name(name: &str) -> String {
    name.split_whitespace().next().unwrap_or_default().to_lowercase()
}
