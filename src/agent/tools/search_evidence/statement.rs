//! Cuts what was found into statements of one speaker and weighs how much of the topic each of them holds.

use super::excerpt;
use super::fact::holds;
use crate::domain::activity::{Call, Side, SpokenTurn};
use crate::domain::passage::{Passage, PassageHit};
use crate::domain::record::RecordKind;
use crate::domain::tool::activity::WantedFact;
use crate::language::{self, Topic};
use crate::reading::people::Speakers;

/// Sentences in a row that make one statement at most.
const LONGEST: usize = 3;

/// What every further sentence must earn.
const LENGTH: f32 = 0.06;

/// What a fact of the wanted kind adds.
const FACT: f32 = 0.2;

/// How much of what a statement lacks is made up for by what is said around it.
const CONTEXT: f32 = 0.45;

/// Likewise, where nothing else answers.
const PARTICULAR_FACT: f32 = 0.35;

/// What a fact of the wanted kind is worth where nothing else is asked for.
const ONLY_FACT: f32 = 0.75;

/// How much context makes up for where a sentence holds just the fact that is wanted.
const CONTEXT_OF_FACT: f32 = 0.8;

/// What is taken from words that do not hold it.
const LACKS_FACT: f32 = 0.45;

/// What words are worth that say it otherwise, when they lie close: never enough to be an answer by themselves, because
/// what lies close may say the opposite.
const OTHERWISE: f32 = 0.55;

/// How near a stretch of words lies to the question in meaning where that says nothing, and where it is close.
const FAR: f32 = 0.3;
const CLOSE: f32 = 0.65;

/// What naming the person asked about adds.
const NAMED: f32 = 0.3;

/// Fewer words with meaning than this tell little by themselves.
const TELLING: usize = 4;

/// A call, and who is who in it.
pub struct Heard {
    /// The call.
    pub call: Call,
    /// Those who speak.
    pub speakers: Speakers,
}

/// What is looked for.
pub struct Wanted {
    topic: Topic,
    /// The names of the person the statements are to be about, in lower case.
    names: Vec<String>,
    fact: Option<WantedFact>,
}

/// What one speaker said or wrote, before it is numbered.
pub struct Statement {
    /// Which of the hits it is from.
    pub passage: usize,
    pub speaker: Option<String>,
    pub side: Option<Side>,
    /// Whether nobody can tell who it is.
    pub nameless: bool,
    pub at_seconds: Option<f64>,
    pub text: String,
    /// The same with what the speaker said around it.
    pub excerpt: String,
    /// The turn of the call it is from.
    pub turn: Option<usize>,
    /// How much of what is wanted it holds, 0 to 1.
    pub coverage: f32,
}

/// Sentences in a row that hold what is wanted.
struct Run {
    text: String,
    excerpt: String,
    /// How much of what is wanted they hold, 0 to 1.
    coverage: f32,
}

/// What surrounds the words of one speaker, as shares of the topic.
#[derive(Clone, Copy)]
struct Around<'a> {
    /// In the question they answer, or in the subject line.
    asked: f32,
    /// In the whole passage.
    passage: f32,
    /// Whether the person asked about speaks in it or is named.
    named: bool,
    /// The stretch of the passage that lies nearest in meaning.
    nearest: &'a str,
    /// How near it lies, from 0 for far to 1 for close.
    near: f32,
}

impl Wanted {
    /// The words of `query`, said about `person` if one is named.
    pub fn new(query: &str, person: Option<&str>, fact: Option<WantedFact>) -> Self {
        let names = person.map(|person| {
            language::words(person)
                .into_iter()
                .map(|word| word.lower.into_owned())
                .filter(|name| name.chars().count() > 2)
                .collect()
        });
        Self { topic: Topic::new(query), names: names.unwrap_or_default(), fact }
    }

    /// Leaves out everyday words of the topic that nothing found says; gives them.
    pub fn leave_out_unsaid(&mut self, hits: &[PassageHit]) -> Vec<String> {
        let texts = hits.iter().flat_map(|hit| [hit.passage.title.as_str(), hit.passage.text.as_str()]);
        self.topic.leave_out_unsaid(texts)
    }

    /// The statements of a passage that say something about it.
    pub fn statements(&self, index: usize, hit: &PassageHit, call: Option<&Heard>) -> Vec<Statement> {
        let passage = &hit.passage;
        // What is said around a sentence is what it is about.
        let whole = format!("{} {}", passage.title, passage.text);
        let speaker = passage.speaker.as_deref().unwrap_or_default();
        let around = Around {
            passage: self.topic.share(&whole),
            named: self.is_named(&[&whole, speaker]),
            asked: 0.0,
            nearest: hit.nearest.as_deref().unwrap_or_default(),
            near: hit.dense.map_or(0.0, |dense| ((dense - FAR) / (CLOSE - FAR)).clamp(0.0, 1.0)),
        };
        match (call, passage.first_turn, passage.last_turn) {
            (Some(call), Some(first), Some(last)) => {
                let turns = call.call.transcript.iter().enumerate().take(last as usize + 1).skip(first as usize);
                turns.filter_map(|(at, turn)| self.of_turn(index, call, at, turn, around)).collect()
            }
            _ => self.of_text(index, passage, around).into_iter().collect(),
        }
    }

    fn of_turn(
        &self,
        passage: usize,
        heard: &Heard,
        at: usize,
        turn: &SpokenTurn,
        around: Around<'_>,
    ) -> Option<Statement> {
        let Heard { call, speakers } = heard;
        let before = at.checked_sub(1).and_then(|at| call.transcript.get(at));
        // An answer is about what the question before it is about.
        let asked = before.filter(|before| before.text.trim_end().ends_with('?') && before.speaker != turn.speaker);
        let share = asked.map(|before| self.topic.share(&before.text)).unwrap_or_default();
        let Run { text, excerpt, coverage } = self.best_run(&turn.text, Around { asked: share, ..around })?;
        Some(Statement {
            passage,
            speaker: Some(speakers.name(&turn.speaker).to_owned()),
            side: speakers.side(&turn.speaker),
            nameless: speakers.get(&turn.speaker).is_some_and(|speaker| speaker.nameless),
            at_seconds: turn.at_seconds,
            turn: Some(at),
            text,
            excerpt,
            coverage,
        })
    }

    fn of_text(&self, index: usize, passage: &Passage, around: Around<'_>) -> Option<Statement> {
        let titled = passage.source.kind == RecordKind::Email;
        let asked = if titled { self.topic.share(&passage.title) } else { 0.0 };
        let around = Around { asked, ..around };
        let best = own_words(passage).into_iter().filter_map(|words| self.best_run(words, around));
        let Run { text, excerpt, coverage } =
            best.reduce(|best, other| if other.coverage > best.coverage { other } else { best })?;
        Some(Statement {
            passage: index,
            speaker: passage.speaker.clone(),
            side: passage.side,
            nameless: false,
            at_seconds: passage.at_seconds,
            text,
            excerpt,
            turn: None,
            coverage,
        })
    }

    /// The sentences in a row that hold most of what is wanted, with how much. Sentences that stand alone poorly bring
    /// their neighbour with them.
    fn best_run(&self, text: &str, around: Around<'_>) -> Option<Run> {
        let sentences = language::statements(text);
        let stems: Vec<Vec<String>> = sentences.iter().map(|sentence| language::content_stems(sentence)).collect();
        let mut best: Option<(usize, usize, f32)> = None;
        for from in 0..sentences.len() {
            let mut run: Vec<String> = Vec::new();
            for to in from..sentences.len().min(from + LONGEST) {
                run.extend(stems[to].iter().cloned());
                let holds = self.weigh(&sentences[from..=to], &run, around) - LENGTH * (to - from) as f32;
                if best.is_none_or(|(_, _, known)| holds > known) {
                    best = Some((from, to, holds));
                }
            }
        }
        let (mut from, mut to, holds) = best.filter(|(_, _, holds)| *holds > 0.15)?;
        let words = |at: usize| sentences[at].split_whitespace().count();
        if words(from) < 7 && to == from && to + 1 < sentences.len() {
            to += 1;
        } else if words(from) < 5 && from > 0 {
            from -= 1;
        }
        Some(Run {
            text: sentences[from..=to].join(" "),
            excerpt: excerpt::around(&sentences, from, to),
            coverage: holds.min(1.0),
        })
    }

    /// How much of what is wanted a run of sentences holds.
    fn weigh(&self, sentences: &[&str], stems: &[String], around: Around<'_>) -> f32 {
        let near = if sentences.iter().any(|sentence| around.nearest.contains(sentence)) { around.near } else { 0.0 };
        self.weigh_words(sentences, stems, around).max(OTHERWISE * near)
    }

    /// The same by its words alone.
    fn weigh_words(&self, sentences: &[&str], stems: &[String], around: Around<'_>) -> f32 {
        let words = self.topic.share_of(stems);
        let named = self.is_named(sentences);
        let context = around.asked.max(around.passage * 0.8);
        let held = |wanted| sentences.iter().map(|sentence| holds(sentence, wanted)).fold(0.0, f32::max);
        let fact = self.fact.map_or(0.0, held);
        let named_for = if named { NAMED } else { 0.0 };
        if fact > 0.0 && self.topic.is_empty() {
            // Of somebody: said by them, of them, or next to it.
            let of_them = self.names.is_empty() || named || around.named;
            return if of_them { ONLY_FACT * (0.6 + 0.4 * fact) + named_for } else { 0.0 };
        }
        // Without a word of the topic or the name, only an answer to a question about it says something of it.
        if words <= 0.0 && !named && around.asked < 0.5 && fact <= 0.0 {
            return 0.0;
        }
        // A sentence that holds what is wanted is about what is spoken of around it.
        let lent = if fact > 0.0 && self.is_particular() { CONTEXT_OF_FACT } else { CONTEXT };
        let about = words + (context - words).max(0.0) * lent;
        let missing = if self.is_particular() { LACKS_FACT * (1.0 - fact) } else { 0.0 };
        let worth = if self.is_particular() { PARTICULAR_FACT } else { FACT };
        let sum = about + named_for + worth * fact - missing;
        if stems.len() < TELLING { sum * (0.5 + 0.5 * stems.len() as f32 / TELLING as f32) } else { sum }
    }

    /// Whether nothing but the wanted kind of fact answers: a question for who decides is for that, while one that begins
    /// with "when" may be answered by "not yet".
    fn is_particular(&self) -> bool {
        !matches!(self.fact, None | Some(WantedFact::Date | WantedFact::Amount | WantedFact::Reason))
    }

    fn is_named(&self, sentences: &[&str]) -> bool {
        let said = |sentence: &&str| {
            language::words(sentence)
                .iter()
                .any(|word| self.names.iter().any(|name| word.lower.strip_suffix("'s").unwrap_or(&word.lower) == name))
        };
        !self.names.is_empty() && sentences.iter().any(said)
    }
}

/// The texts of a passage that stand for themselves: a signal says what happened, then may quote somebody.
fn own_words(passage: &Passage) -> Vec<&str> {
    if passage.source.kind != RecordKind::Signal {
        return vec![&passage.text];
    }
    passage.text.lines().map(|line| line.trim_matches(['“', '”'])).filter(|line| !line.is_empty()).collect()
}
