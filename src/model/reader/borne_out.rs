//! Which of what a language model noted the record bears out.
//!
//! A note counts only by the sentence it quotes. That has to stand in the record, said by whom the model says, and has to
//! be of the kind by what the built-in reader knows; who is bound by it, on which side, and by when is told from the
//! record, never taken from the note. So whatever a text talks a model into noting, all that can come of it is a sentence
//! that its own writer wrote, under that writer's name.

use std::collections::BTreeSet;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::Talk;
use super::clean::{clause, deed_stands_alone, thing_stands_alone};
use super::cue::is_not_meant;
use super::deed::asks;
use super::due::{Due, find_due};
use super::heard::{Heard, Setting};
use super::lexicon::{FIRST_PERSON, NOT_MEANT};
use super::merge::overlap;
use super::noted::{Noted, NotedPromise, NotedRequest};
use super::phrase::Phrase;
use super::promise::{Context, Promise};
use super::request::{subject, to_colleague};
use super::statement::{Script, Statement, first_name, script, script_of_words};
use super::within::{Within, within};
use crate::domain::activity::{Noticed, Request, Side};
use crate::language::{sentences, stem, words};
use crate::model::data;
use crate::reading::people::Name;

/// A sentence that sounds less like a promise than this is none, whoever says so.
const PROMISE_FROM: f64 = 0.2;

/// The same for a request.
const REQUEST_FROM: f64 = 0.2;

/// A quote of fewer words stands anywhere.
const FEWEST_WORDS: usize = 3;

/// Sentences a quote may run over.
const LONGEST_QUOTE: usize = 4;

/// Signals of one record.
const MOST_SIGNALS: usize = 6;

/// What a model found beside what the built-in reader heard.
#[derive(Clone, Debug, Default)]
pub(super) struct Added {
    pub promises: Vec<Promise>,
    pub requests: Vec<Request>,
    pub signals: Vec<Noticed>,
}

impl Heard {
    /// Adds those of a model's notes that the record bears out. What was heard stays as it is: a note of the same
    /// sentence adds nothing to it.
    pub fn add(&mut self, noted: &Noted, by: &str, talk: Talk<'_>, setting: &Setting<'_>) {
        if noted.is_empty() {
            return;
        }
        self.add_of(&script(talk, &setting.sides).with_dates(setting.day_first), 0, noted, by, talk, setting);
        // What a mail passes on is read along with it.
        let within =
            talk.email().map(|email| within(email, &setting.account.contacts, &setting.sides)).unwrap_or_default();
        for Within { mail, from, .. } in within.iter().filter(|within| within.forwarded) {
            self.add_of(&script_of_words(mail, &setting.sides), *from, noted, by, talk, setting);
        }
    }

    /// `from` is the number of its first statement: other than 0 for a mail within the talk.
    fn add_of(
        &mut self,
        script: &Script<'_>,
        from: usize,
        noted: &Noted,
        by: &str,
        talk: Talk<'_>,
        setting: &Setting<'_>,
    ) {
        let plain: Vec<String> = script.statements.iter().map(|said| plainly(said.text)).collect();
        let mut by_word: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (index, text) in plain.iter().enumerate() {
            for word in bare_words(text) {
                by_word.entry(word).or_default().push(index);
            }
        }
        let bench = Bench { plain: &plain, by_word, script, talk, setting };
        for note in &noted.promises {
            let promise = bench.promise(note);
            let promise = promise.map(|promise| Promise { turn: from + promise.turn, quoted: from > 0, ..promise });
            if let Some(promise) = promise
                && !self.promises.iter().chain(&self.added.promises).any(|known| known.turn == promise.turn)
            {
                self.added.promises.push(promise);
            }
        }
        self.added.promises.sort_by_key(|promise| promise.turn);
        for note in &noted.requests {
            let Some(request) = bench.request(note, self.added.requests.len()) else { continue };
            let stems = subject(&request.what);
            let known = |known: &Request| {
                known.quote == request.quote || overlap(&subject(&known.what), &stems) >= SAME_REQUEST
            };
            if !self.requests.iter().chain(&self.added.requests).any(known) {
                self.added.requests.push(request);
            }
        }
        for note in &noted.signals {
            let said = bench.said(&note.who, &note.quote, |_, said| said.side == Some(Side::Customer));
            let Some(said) = said.map(|index| &script.statements[index]) else { continue };
            let signals = &mut self.added.signals;
            if signals.len() < MOST_SIGNALS && !signals.iter().any(|known| known.quote == said.text) {
                let id = format!("{}#s{}", script.source.id, signals.len());
                signals.push(Noticed {
                    id,
                    account: setting.account.domain.clone(),
                    kind: note.kind,
                    who: said.speaker.clone(),
                    quote: said.text.to_owned(),
                    occurred_at: script.at,
                    source: script.source.clone(),
                    at_seconds: said.at_seconds,
                    by: by.to_owned(),
                });
            }
        }
    }
}

/// Two requests of one record that share so much ask for the same.
const SAME_REQUEST: f64 = 0.6;

/// A record, and what its notes are compared with.
struct Bench<'a> {
    talk: Talk<'a>,
    setting: &'a Setting<'a>,
    script: &'a Script<'a>,
    /// Its statements as quotes are compared with them.
    plain: &'a [String],
    /// In which of them each word stands, so that no quote is looked for in all of a long record.
    by_word: FxHashMap<&'a str, Vec<usize>>,
}

impl Bench<'_> {
    fn promise(&self, note: &NotedPromise) -> Option<Promise> {
        let index = self.said(&note.who, &note.quote, |index, said| {
            said.side.is_some_and(|side| self.may_bind(side)) && self.may_promise(index)
        })?;
        let said = &self.script.statements[index];
        let phrase = Phrase::new(said.text);
        let (who, side) = self.promiser(said, &note.who)?;
        let what = in_its_words(said, &note.what).filter(|what| deed_stands_alone(what));
        let what = what.unwrap_or_else(|| clause(&phrase, first_person(&phrase), phrase.words.len()));
        let people = &self.setting.people;
        let context = Context { script: self.script, people, index, statement: said, phrase: &phrase, recap: false };
        let due = self.due(said, note.due.as_deref()).or_else(|| context.due_said_next());
        // Nobody promises for a day that has passed.
        let due = due.filter(|due| due.day.is_none_or(|day| day >= self.script.day()));
        Some(Promise { noted: true, ..context.promise(who, side, what, false, due) })
    }

    fn request(&self, note: &NotedRequest, number: usize) -> Option<Request> {
        let people = &self.setting.people;
        let index = self.said(&note.who, &note.quote, |index, said| {
            let phrase = Phrase::new(said.text);
            said.side == Some(Side::Customer)
                && said.sound().request >= REQUEST_FROM
                && !phrase.has(&NOT_MEANT)
                && !to_colleague(self.script, people, index, &phrase)
        })?;
        let said = &self.script.statements[index];
        let phrase = Phrase::new(said.text);
        let what = in_its_words(said, &note.what).filter(|what| thing_stands_alone(what, &phrase));
        Some(Request {
            id: format!("{}#n{number}", self.script.source.id),
            account: self.setting.account.domain.clone(),
            who: said.speaker.clone(),
            what: what.unwrap_or_else(|| clause(&phrase, 0, phrase.words.len())),
            quote: said.text.to_owned(),
            occurred_at: self.script.at,
            source: self.script.source.clone(),
            at_seconds: said.at_seconds,
        })
    }

    /// The first statement of a quote that `fits`, where `who` can mean its speaker or somebody it names.
    fn said(&self, who: &str, quote: &str, fits: impl Fn(usize, &Statement<'_>) -> bool) -> Option<usize> {
        let statements = &self.script.statements;
        let is_theirs = |index: usize| self.promiser(&statements[index], who).is_some();
        self.places(quote).into_iter().flatten().find(|index| is_theirs(*index) && fits(*index, &statements[*index]))
    }

    /// Where a quote stands: the statements of one turn it runs over, each time it is said.
    fn places(&self, quote: &str) -> Vec<Range<usize>> {
        let quote = plainly(quote);
        let quote = quote.trim_matches(|letter: char| letter == '"' || letter == '\'' || letter == ' ');
        let quote = quote.trim_end_matches(['.', '…']);
        if words(quote).len() < FEWEST_WORDS {
            return Vec::new();
        }
        let turn = |index: usize| self.script.statements[index].turn;
        let longest = sentences(quote).len().min(LONGEST_QUOTE);
        // It begins where its first word stands, or with a mark at the end of the statement before.
        let first = bare_words(quote).next().and_then(|first| self.by_word.get(first));
        let begins: BTreeSet<usize> =
            first.into_iter().flatten().flat_map(|index| [index.saturating_sub(1), *index]).collect();
        begins
            .into_iter()
            .filter_map(|from| {
                let end = (from..self.plain.len().min(from + longest)).find(|at| turn(*at) != turn(from));
                let to = end.unwrap_or_else(|| self.plain.len().min(from + longest));
                let begins_here = !holds(&self.plain[from + 1..to].join(" "), quote);
                let to = (from + 1..=to).find(|to| holds(&self.plain[from..*to].join(" "), quote))?;
                begins_here.then_some(from..to)
            })
            .collect()
    }

    /// Who is bound by what is said, if that can be `who`: the speaker, else somebody of the speaker's side by name.
    fn promiser(&self, said: &Statement<'_>, who: &str) -> Option<(String, Side)> {
        let side = said.side?;
        let lower = who.trim().to_lowercase();
        let speaker = said.speaker.to_lowercase();
        let first = first_name(&speaker);
        let means_speaker = matches!(lower.as_str(), "" | "i" | "we" | "me" | "us" | "speaker")
            || lower == speaker
            || lower == first
            || first_name(&lower) == first && (!lower.contains(' ') || !speaker.contains(' '))
            || Name::read(who).is(&Name::read(&said.speaker));
        if means_speaker {
            return Some((said.speaker.clone(), side));
        }
        // A first name stands for one person only where one person has it.
        words(said.text).iter().filter_map(|word| self.setting.people.named(word.text)).find_map(|(name, of)| {
            let same = name.to_lowercase() == lower || first_name(name) == lower;
            (of == side && same).then(|| (name.to_owned(), of))
        })
    }

    /// Whether this record can bind that side. An e-mail from an address that is not the customer's may be from anybody:
    /// it speaks for us only where it comes from where our people have their addresses.
    fn may_bind(&self, side: Side) -> bool {
        match (side, self.talk) {
            (Side::Team, Talk::Email(email)) => {
                let sides = &self.setting.sides;
                sides.knows_ours() && sides.of(&email.from) == Some(Side::Team)
            }
            _ => true,
        }
    }

    fn may_promise(&self, index: usize) -> bool {
        const DENIED: [&str; 10] = [
            "won't",
            "will not",
            "can't",
            "cannot",
            "not going to",
            "never",
            "unable to",
            "don't",
            "do not",
            "wouldn't",
        ];
        let said = &self.script.statements[index];
        let phrase = Phrase::new(said.text);
        said.sound().promise >= PROMISE_FROM
            && !asks(&phrase)
            && !phrase.is_question()
            && !phrase.has(&DENIED)
            && !is_not_meant(&phrase, first_person(&phrase))
    }

    /// By when, in the sentence's own words; a model's may only point at them.
    fn due(&self, said: &Statement<'_>, words: Option<&str>) -> Option<Due> {
        let day = self.script.said_on();
        let pointed = words.map(str::trim).filter(|words| !words.is_empty()).and_then(|words| {
            let at = said.text.find(words)?;
            let due = find_due(words, day)?;
            Some(Due { start: due.start + at, end: due.end + at, ..due })
        });
        pointed.or_else(|| self.script.due_in(said).cloned())
    }
}

/// What a model calls it, where it says nothing that the sentence does not say.
fn in_its_words(said: &Statement<'_>, what: &str) -> Option<String> {
    const JOINTS: [&str; 14] =
        ["the", "a", "an", "to", "of", "for", "with", "their", "them", "our", "us", "your", "my", "on"];
    const LONGEST: usize = 12;
    let of_sentence: BTreeSet<String> = words(said.text).iter().map(|word| stem(&word.lower)).collect();
    let what = data::plain(what).split_whitespace().collect::<Vec<_>>().join(" ");
    let what = what.trim_end_matches(['.', '!', '…']);
    let named = words(what);
    let plain = |letter: char| letter.is_alphanumeric() || " -'’,%$€£&/.".contains(letter);
    let fits = (1..=LONGEST).contains(&named.len())
        && what.chars().all(plain)
        && named.iter().all(|word| of_sentence.contains(&stem(&word.lower)) || JOINTS.contains(&word.lower.as_ref()));
    fits.then(|| what.to_owned())
}

/// The first word of whoever speaks for themselves, else of the sentence.
fn first_person(phrase: &Phrase<'_>) -> usize {
    phrase.find(&FIRST_PERSON).map_or(0, |(at, _)| at)
}

/// A text as quotes are compared: as a model saw it, with plain quotation marks and dashes and single spaces.
fn plainly(text: &str) -> String {
    let letter = |letter: char| match letter {
        '‘' | '’' | '‛' | '`' | '´' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        '–' | '—' | '‑' => '-',
        other => other,
    };
    let seen: String = data::plain(text).chars().map(letter).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a text, without any mark.
fn bare_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether `quote` stands in `text`, not beginning or ending within a word.
fn holds(text: &str, quote: &str) -> bool {
    text.match_indices(quote).any(|(at, found)| {
        let (before, after) = (&text[..at], &text[at + found.len()..]);
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}
