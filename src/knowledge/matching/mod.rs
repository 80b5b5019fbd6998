//! Matches what customers asked for with the lines of release notes that answer it.
//!
//! How near a line is to a wish is told by what both mean, where a model that embeds is at hand, and by the rare names
//! both have ([`score`]). What the line says of it is read by rules ([`reading`]): that it is there, only partly, not yet
//! or no longer, or for another platform. Nothing in here reads or waits: texts and vectors come in, matches go out. The
//! figures of [`score`] are learned and measured on labelled pairs, `evals/matching`.

mod direction;
mod duration;
mod kept;
mod platform;
mod reverted;
pub mod reading;
pub mod score;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::domain::activity::Release;
pub use crate::domain::matching::Verdict;
use crate::domain::time::Moment;
use crate::language::{Gist, Rarity, Weighed, Word, rank, spelled_out, statements, words};
pub use kept::KeptLines;
use reading::Reading;
pub use reverted::settle;

/// Sentences of a short wording that are looked at.
const PARTS: usize = 3;

/// Sentences of a paragraph that a line of release notes is read with, itself included, and the bytes from which on no
/// more are taken: what holds it back follows soon.
const READ_ON: (usize, usize) = (16, 1_500);

/// Lines of one release, about: what is longer are no notes for a reader.
pub const MOST_LINES: usize = 1_000;

/// What texts mean, by the text.
pub type Vectors = HashMap<String, Arc<Vec<f32>>>;

/// Something a customer asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// As a short phrase.
    pub what: String,
    /// The customer's words, and other wordings of the same.
    pub words: Vec<String>,
    /// When it was asked for.
    pub asked_at: Moment,
    gist: Gist,
    /// The short wording, sentence by sentence.
    parts: Vec<Part>,
    texts: Vec<String>,
}

impl Wish {
    /// A wish.
    #[must_use]
    pub fn new(what: &str, words: Vec<String>, asked_at: Moment) -> Self {
        let all = format!("{what}. {}", words.join(" "));
        // A short wording of several sentences says several things.
        let mut parts: Vec<&str> = statements(what).into_iter().take(PARTS).collect();
        if parts.is_empty() {
            parts.push(what);
        }
        let mut texts: Vec<String> = Vec::new();
        for part in &parts {
            let spelled = spelled_out(part);
            texts.extend(words.iter().map(|words| format!("{spelled}. {}", spelled_out(words))));
            texts.push(spelled);
        }
        let parts = parts.into_iter().map(Part::of).collect();
        Self { gist: gist(&all), parts, what: what.to_owned(), words, asked_at, texts }
    }

    /// What it names.
    #[must_use]
    pub fn gist(&self) -> &Gist {
        &self.gist
    }

    /// The texts whose meaning is compared with a line's: short alone, and with each of the customer's wordings.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// All of it as it was written.
    fn written(&self) -> String {
        format!("{}. {}", self.what, self.words.join(" "))
    }
}

/// A sentence of a short wording.
#[derive(Clone, Debug)]
struct Part {
    /// What it names.
    gist: Gist,
    /// Its names and abbreviations.
    names: Vec<Gist>,
}

impl Part {
    fn of(text: &str) -> Self {
        Self { gist: gist(text), names: names(text) }
    }
}

/// A line of release notes.
#[derive(Clone, Debug)]
pub struct Line {
    /// As it is written.
    pub text: String,
    /// Which release it is of, among those compared.
    pub release: usize,
    /// Whether it is the release's headline: what its notes say of the same goes before it.
    pub headline: bool,
    /// When it was shipped.
    pub shipped_at: Moment,
    /// The line of a later release that took this back: its place among those compared.
    pub taken_back_by: Option<usize>,
    gist: Arc<Gist>,
    spelled: String,
    reading: Arc<Reading>,
}

impl Line {
    /// A line that stands alone.
    #[must_use]
    pub fn new(text: &str, shipped_at: Moment) -> Self {
        Self {
            gist: Arc::new(gist(text)),
            spelled: spelled_out(text),
            reading: Arc::new(Reading::of(text)),
            text: text.to_owned(),
            release: 0,
            headline: false,
            taken_back_by: None,
            shipped_at,
        }
    }

    /// The lines of a release, its headline first, at most [`MOST_LINES`]. What a line says is read with what follows it in
    /// its paragraph, and below the heading it stands under.
    #[must_use]
    pub fn all_of(release: &Release, place: usize) -> Vec<Self> {
        // "4.2: SAML single sign-on" is compared without its number.
        let version = release.version.as_deref().unwrap_or_default();
        let named = release.title.trim_start_matches(version).trim_start_matches([':', ' ', '–', '—', '-']);
        let named = if named.is_empty() { release.title.as_str() } else { named };
        let headline = Self {
            release: place,
            headline: true,
            text: release.title.clone(),
            ..Self::new(named, release.shipped_at)
        };
        let mut lines = vec![headline];
        let mut heading = None;
        for paragraph in release.body.lines() {
            if lines.len() >= MOST_LINES {
                break;
            }
            let text = paragraph.trim_start_matches(['-', '*', '•', '#', ' ']).trim();
            if text.is_empty() {
                continue;
            }
            if let Some(said) = reading::heading(paragraph.trim()) {
                heading = said;
                continue;
            }
            let sentences = statements(text);
            for (at, sentence) in sentences.iter().enumerate().take(MOST_LINES) {
                let mut rest = (*sentence).to_owned();
                for next in sentences[at + 1..].iter().take(READ_ON.0 - 1) {
                    if rest.len() >= READ_ON.1 {
                        break;
                    }
                    rest.push(' ');
                    rest.push_str(next);
                }
                let reading = Arc::new(Reading::of(&rest).under(heading.as_deref()));
                lines.push(Self { release: place, reading, ..Self::new(sentence, release.shipped_at) });
            }
        }
        lines
    }

    /// What it names.
    #[must_use]
    pub fn gist(&self) -> &Gist {
        &self.gist
    }

    /// The text whose meaning is compared with a wish's.
    #[must_use]
    pub fn spelled(&self) -> &str {
        &self.spelled
    }
}

/// A line that has to do with a wish.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The place of the line among those compared.
    pub line: usize,
    /// How sure it is that the line is about what was asked for, 0 to 1.
    pub confidence: f32,
    /// Whether that is enough to tell the customer, as long as the verdict is that it answers.
    pub sure: bool,
    /// From which confidence on it is.
    pub sure_from: f32,
    /// What the line says of it.
    pub verdict: Verdict,
    /// The words of the line, or of the wish, that say so.
    pub because: Option<String>,
}

/// Compares wishes with lines.
#[derive(Debug)]
pub struct Matcher<'a> {
    lines: &'a [Line],
    vectors: &'a Vectors,
    rarity: Rarity,
    weighed: Vec<Weighed>,
}

impl<'a> Matcher<'a> {
    /// Of these lines. `vectors` may be empty or miss some: those are compared by their words. How rare a name is, the lines
    /// tell: that many ask for a thing makes its name no less telling.
    #[must_use]
    pub fn new(lines: &'a [Line], vectors: &'a Vectors) -> Self {
        let rarity = Rarity::of(lines.iter().map(Line::gist));
        let weighed = lines.iter().map(|line| rarity.weighed(&line.gist)).collect();
        Self { lines, vectors, rarity, weighed }
    }

    /// A wish, made ready to be compared.
    #[must_use]
    pub fn of<'w>(&'w self, wish: &'w Wish) -> Comparison<'w> {
        Comparison {
            matcher: self,
            wish,
            weighed: self.rarity.weighed(&wish.gist),
            vectors: wish
                .texts
                .iter()
                .filter_map(|text| self.vectors.get(text))
                .map(|vector| vector.as_slice())
                .collect(),
        }
    }
}

/// A wish that is compared with lines.
#[derive(Debug)]
pub struct Comparison<'a> {
    matcher: &'a Matcher<'a>,
    wish: &'a Wish,
    weighed: Weighed,
    vectors: Vec<&'a [f32]>,
}

impl Comparison<'_> {
    /// How the wish and a line compare.
    #[must_use]
    pub fn signs(&self, at: usize) -> score::Signs {
        let (line, matcher) = (&self.matcher.lines[at], self.matcher);
        let meaning = matcher
            .vectors
            .get(&line.spelled)
            .and_then(|of_line| self.vectors.iter().map(|of_wish| dot(of_wish, of_line)).reduce(f32::max));
        let (likeness, common) = self.weighed.compare(&matcher.weighed[at]);
        let parts = &self.wish.parts;
        let lacks = |part: &Part| part.names.iter().any(|name| Rarity::meeting(name, &line.gist) == 0);
        let unnamed = parts.iter().all(lacks);
        let said = parts.iter().map(|part| matcher.rarity.share(&part.gist, &line.gist)).fold(0.0, f32::max);
        let covered = matcher.rarity.share(&line.gist, &self.wish.gist);
        score::Signs { meaning, likeness, common, said, covered, unnamed }
    }

    /// The lines that may have to do with the wish, the likeliest first; of equals, the first.
    #[must_use]
    pub fn matches(&self) -> Vec<Match> {
        let lines = &self.matcher.lines;
        let all = (0..lines.len()).map(|line| self.with(line));
        let mut found: Vec<Match> = all.filter(|found| found.confidence >= score::LIKELY).collect();
        let told: HashSet<usize> =
            found.iter().filter(|found| !lines[found.line].headline).map(|found| lines[found.line].release).collect();
        found.retain(|found| !(lines[found.line].headline && told.contains(&lines[found.line].release)));
        found.sort_by(|left, right| order(right).total_cmp(&order(left)).then(left.line.cmp(&right.line)));
        found
    }

    /// What one line has to do with the wish.
    #[must_use]
    pub fn with(&self, at: usize) -> Match {
        let signs = self.signs(at);
        let confidence = signs.confidence();
        let (verdict, because) =
            if confidence < score::LIKELY { (Verdict::Other, None) } else { self.verdict(&self.matcher.lines[at]) };
        Match {
            line: at,
            confidence,
            sure: confidence >= signs.sure_from(),
            sure_from: signs.sure_from(),
            verdict,
            because,
        }
    }

    fn verdict(&self, line: &Line) -> (Verdict, Option<String>) {
        if let Some(by) = line.taken_back_by.and_then(|by| self.matcher.lines.get(by)) {
            return (Verdict::TakenBack, Some(by.text.clone()));
        }
        let written = self.wish.written();
        let elsewhere = platform::missing(&written, &line.text).or_else(|| direction::opposite(&written, &line.text));
        if let Some(name) = elsewhere {
            return (Verdict::Other, Some(name));
        }
        let read = line.reading.of_wish(&written, &self.wish.gist);
        if read.0 != Verdict::Answers {
            return read;
        }
        if let Some(short) = duration::falls_short(&written, &line.text) {
            return (Verdict::Partly, Some(short));
        }
        if line.shipped_at < self.wish.asked_at {
            return (Verdict::Before, None);
        }
        read
    }
}

/// What matches are ordered by: a line that answers goes before one as likely that does not quite.
#[must_use]
pub fn order(found: &Match) -> f32 {
    const HELD_BACK: f32 = 0.1;
    match found.verdict {
        Verdict::Answers | Verdict::Before => found.confidence,
        Verdict::Partly | Verdict::TakenBack => found.confidence - HELD_BACK,
        Verdict::Negated | Verdict::Other => found.confidence - 2.0 * HELD_BACK,
    }
}

/// The names and abbreviations in a short wording: `SAML with Okta` has two.
fn names(what: &str) -> Vec<Gist> {
    let telling = |at: usize, word: &Word<'_>| {
        let capitals = word.text.chars().filter(|letter| letter.is_uppercase()).count();
        let named = capitals > 0 && (at > 0 || rank(&word.lower).is_none());
        capitals > 1 || named
    };
    let found = words(what);
    let telling = found.iter().enumerate().filter(|(at, word)| telling(*at, word));
    telling.map(|(_, word)| Gist::new(word.text)).filter(|gist| !gist.is_empty()).collect()
}

fn gist(text: &str) -> Gist {
    Gist::new(&format!("{text} {}", spelled_out(text)))
}

fn dot(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}
