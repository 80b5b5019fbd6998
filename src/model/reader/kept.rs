//! Later words that show a promise was kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::deeds::ARRANGING;
use super::held::brought_together;
use super::lexicon::NUMBER_NAMES;
use super::merge::{Told, alike, carrying, family};
use super::phrase::Phrase;
use super::recorded::recorded;
use super::said::{Shares, Stretch};
use super::statement::{Script, Statement};
use crate::domain::activity::{Commitment, KeptEvidence};
use crate::language::{self, content_stems};

/// Stems that tie no e-mail to a promise.
const TOO_COMMON: [&str; 16] = [
    "send", "answer", "tell", "written", "within", "week", "month", "promis", "today", "tomorrow", "back", "give",
    "come", "write", "look", "friday",
];

/// A promise, and what its keeping is known by.
pub(super) struct Sought<'c> {
    /// The promise.
    pub commitment: &'c Commitment,
    /// What was promised, its pronouns resolved.
    pub what: &'c str,
    /// The stems that carry it.
    pub wanted: BTreeSet<String>,
    /// How much each of them tells.
    pub weights: BTreeMap<String, f64>,
    /// The same of all that its sentence is about.
    topic: BTreeMap<String, f64>,
    /// Whether no word of it is its own: "the list", "a link".
    pub generic: bool,
    /// Whether a meeting is promised.
    pub arranged: bool,
    /// Whether an answer is promised, and no thing.
    pub answers: bool,
    /// Whether nothing tells what it is about: "I'll come back to you".
    unnamed: bool,
    /// "The moment it ships": only the event itself keeps it.
    pub upon: bool,
    /// "All funds": a part is not the whole.
    whole: bool,
    /// Whether a price is promised: only words that name an amount keep it.
    pub priced: bool,
}

/// Stems that name a price, which words that keep the promise put as an amount.
const PRICES: [&str; 5] = ["price", "cost", "quot", "figur", "amount"];

impl<'c> Sought<'c> {
    /// Of a promise, and what was said around it.
    pub fn new(told: &'c Told, said: &Stretch<'_>) -> Self {
        const EVENTS: [&str; 6] = ["the moment", "the day", "the hour", "the minute", "when", "as soon as"];
        const WHOLE: [&str; 4] = ["all", "full", "complete", "every"];
        let what = Phrase::new(&told.what);
        let mut wanted = carrying(&told.what);
        let generic = wanted.iter().all(|stem| said.is_generic(stem));
        if generic {
            let stems = content_stems(&told.what);
            let deed = usize::from(stems.len() > 1);
            wanted.extend(stems.into_iter().skip(deed));
        }
        // "Credit note of eight hundred": the mail has it in digits.
        leave_out(&mut wanted, is_number_word);
        let priced = leave_out(&mut wanted, |stem| PRICES.contains(&stem));
        let due = told.commitment.due_text.as_deref().unwrap_or_default();
        let mut topic = matter(&told.commitment.quote.replace(due, " "));
        let answers = what.any_at(0, &ANSWERING).is_some()
            || Phrase::new(&told.commitment.quote).has(&[
                "come back to you",
                "get back to you",
                "an answer",
                "proper answer",
            ]);
        let unnamed = wanted.is_empty() || answers && topic.is_empty();
        topic.extend(wanted.iter().cloned());
        Self {
            commitment: &told.commitment,
            what: &told.what,
            weights: said.weights(&wanted),
            topic: said.weights(&topic),
            generic,
            wanted,
            arranged: what.any_at(0, &ARRANGING).is_some(),
            answers,
            unnamed,
            upon: what.has(&EVENTS),
            whole: what.has(&WHOLE),
            priced,
        }
    }
}

/// Takes the stems that `of_kind` out as long as others remain; whether it did.
fn leave_out(wanted: &mut BTreeSet<String>, of_kind: impl Fn(&str) -> bool) -> bool {
    let some = wanted.iter().any(|stem| of_kind(stem));
    let leaves = some && !wanted.iter().all(|stem| of_kind(stem));
    if leaves {
        wanted.retain(|stem| !of_kind(stem));
    }
    leaves
}

fn is_number_word(stem: &str) -> bool {
    static STEMS: LazyLock<Vec<String>> =
        LazyLock::new(|| NUMBER_NAMES.iter().map(|name| language::stem(name)).collect());
    STEMS.iter().any(|number| number == stem) || stem.starts_with(|letter: char| letter.is_ascii_digit())
}

/// The earliest words after a promise that show it was kept, by the promiser's side or by thanks of the other, or a
/// record of ours that says so. Words that it has not come, said later still, outweigh them.
pub(super) fn kept_by(sought: &Sought<'_>, said: &Stretch<'_>, works: &[Script<'_>]) -> Option<KeptEvidence> {
    let promised = sought.commitment;
    let mut later = said.after(promised.occurred_at);
    if sought.unnamed {
        return later.find_map(|(_, script)| Some(evidence(script, handed_over_unnamed(script, sought)?)));
    }
    let shares = said.shares(&sought.weights);
    let denied = later.clone().rev().find(|(number, script)| denied(script, *number, &shares));
    // Only thanks and answers show a promise without a word of it.
    let words = later
        .filter(|(number, _)| denied.is_none_or(|(denied, _)| *number > denied))
        .find_map(|(number, script)| shown(script, sought, shares.in_script(number) >= 0.5));
    let since = denied.map_or(promised.occurred_at, |(_, script)| script.at);
    let record = works
        .iter()
        .filter(|script| script.at > since)
        .find_map(|script| Some(evidence(script, recorded(script, sought)?)));
    words.into_iter().chain(record).min_by_key(|evidence| evidence.occurred_at)
}

fn evidence(script: &Script<'_>, statement: &Statement<'_>) -> KeptEvidence {
    KeptEvidence { source: script.source.clone(), occurred_at: script.at, quote: statement.text.to_owned() }
}

/// "You'll have it by Friday", of which no word is known: an e-mail of the promiser by then that hands something over or
/// settles something.
fn handed_over_unnamed<'s>(script: &'s Script<'_>, sought: &Sought<'_>) -> Option<&'s Statement<'s>> {
    let promised = sought.commitment;
    let from = script.statements.first().filter(|_| script.is_email())?;
    let last = promised.due?;
    let late = script.day().signed_duration_since(last).num_days() > GENERIC_WITHIN_DAYS;
    if late || from.speaker != promised.who || script.statements.iter().any(|statement| statement.telling().pending) {
        return None;
    }
    script.statements.iter().find(|statement| {
        let telling = statement.telling();
        !telling.asks && !telling.not_done && (telling.handed_over || telling.settled || telling.done)
    })
}

fn shown(script: &Script<'_>, sought: &Sought<'_>, worded: bool) -> Option<KeptEvidence> {
    if sought.priced && !script.names_a_figure() {
        return None;
    }
    let own_words = worded && !sought.generic;
    let said = if own_words { said_done(script, sought) } else { None };
    let statement = said
        .or_else(|| handed_over(script, sought))
        .or_else(|| if own_words { named_in_subject(script, sought) } else { None })
        .or_else(|| brought_together(script, sought))?;
    Some(evidence(script, statement))
}

/// "The gateway now runs eight streams."
fn said_done<'s>(script: &'s Script<'_>, sought: &Sought<'_>) -> Option<&'s Statement<'s>> {
    let promised = sought.commitment;
    script.statements.iter().enumerate().find_map(|(index, statement)| {
        let telling = statement.telling();
        let own_side = statement.side == Some(promised.side);
        if telling.asks || telling.not_done {
            return None;
        }
        let cue = if own_side { telling.done } else { telling.received };
        let around = if telling.handed_over { &surroundings(script, index) } else { statement.stems() };
        let needed = if own_side { 0.5 } else { 0.6 };
        let told = cue && share(&sought.weights, around) >= needed;
        // "I filed it in October" says less plainly that this was it: more of the words must be there.
        let most = if statement.speaker == promised.who { 0.5 } else { 0.67 };
        let did = own_side && telling.did && !telling.ahead && share(&sought.weights, statement.stems()) >= most;
        (told || did).then_some(statement)
    })
}

/// An e-mail with a subject that names it comes within this many days of its day.
const NAMED_WITHIN_DAYS: i64 = 45;

/// "Subject: Duty roster", with the roster in it: an e-mail of the promiser's side that is about it from the first line,
/// asks nothing of it and puts nothing off. Of a colleague it must also say that something is done.
fn named_in_subject<'s>(script: &'s Script<'_>, sought: &Sought<'_>) -> Option<&'s Statement<'s>> {
    const REPLIES: [&str; 4] = ["re:", "aw:", "fw:", "fwd:"];
    let promised = sought.commitment;
    let from = script.statements.first().filter(|_| script.is_email())?;
    let last = promised.due.unwrap_or_else(|| promised.occurred_at.day());
    let late = script.day().signed_duration_since(last).num_days() > NAMED_WITHIN_DAYS;
    if late || from.side != Some(promised.side) || sought.upon || sought.arranged {
        return None;
    }
    let subject = script.title.to_lowercase();
    let replies = REPLIES.iter().any(|mark| subject.starts_with(mark));
    let open = script.statements.iter().any(|statement| statement.telling().pending || statement.telling().denied);
    let opening = || script.statements.iter().take(4);
    let ahead = opening().any(|statement| {
        let telling = statement.telling();
        telling.ahead || telling.asks || telling.not_done && share(&sought.weights, statement.stems()) > 0.0
    });
    let tells = script.statements.iter().any(|statement| statement.telling().done || statement.telling().did);
    let theirs = from.speaker == promised.who;
    let mut stems = content_stems(script.title);
    let named = share(&sought.weights, &stems) >= 0.6;
    opening().for_each(|statement| stems.extend_from_slice(statement.stems()));
    let about = if replies { tells && theirs && share(&sought.weights, &stems) >= 0.75 } else { named };
    let first = || opening().find(|statement| statement.text.split_whitespace().count() > 2);
    (about && !open && !ahead && (theirs || tells)).then(|| first().unwrap_or(from))
}

/// An e-mail of the promiser that comes within this many days of the promise, or of its day, may hand it over.
const HANDED_OVER_WITHIN_DAYS: i64 = 30;

/// An e-mail of the promiser, or of the colleague who was to be asked, soon after: an answer needs only a word of the
/// matter, anything else also words that hand over, or a subject that names it.
fn handed_over<'s>(script: &'s Script<'_>, sought: &Sought<'_>) -> Option<&'s Statement<'s>> {
    let promised = sought.commitment;
    let from = script.statements.first().filter(|_| script.is_email())?;
    let last = promised.due.unwrap_or_else(|| promised.occurred_at.day());
    let days = script.day().signed_duration_since(last).num_days();
    let within = if sought.generic { GENERIC_WITHIN_DAYS } else { HANDED_OVER_WITHIN_DAYS };
    if days > within || from.side != Some(promised.side) {
        return None;
    }
    let delegate = was_to_be_asked(&from.speaker, sought.what);
    if !(from.speaker == promised.who || delegate) {
        return None;
    }
    let tells = |statement: &&Statement<'_>| !statement.telling().asks && !statement.telling().not_done;
    let gives = || {
        let told = script.statements.iter().filter(tells);
        told.filter(|statement| statement.telling().done || statement.telling().settled)
    };
    let pending = script.statements.iter().any(|statement| statement.telling().pending);
    if gives().next().is_none() && (pending || sought.upon) {
        return None;
    }
    let title = content_stems(script.title);
    let nearest = |statements: Vec<&'s Statement<'s>>, of: &BTreeMap<String, f64>| {
        let shares: Vec<f64> = statements.iter().map(|statement| share(of, statement.stems())).collect();
        let most = shares.iter().copied().fold(0.0, f64::max);
        statements.into_iter().zip(shares).find_map(|(statement, share)| (share >= most).then_some(statement))
    };
    if sought.answers || delegate {
        let named = share_of_all(&sought.topic, script, &[]).max(share(&sought.topic, &title));
        let says_so = Phrase::new(script.title).has(&["answer"]) && gives().any(|said| said.telling().handed_over)
            || delegate && is_from(from.speaker.split_whitespace().next().unwrap_or_default(), sought.what);
        if !(named >= ANSWERED_FROM || says_so && days <= GENERIC_WITHIN_DAYS) {
            return None;
        }
        let answer = nearest(script.statements.iter().filter(tells).collect(), &sought.topic);
        return answer.filter(|answer| answer.text.split_whitespace().count() > 2);
    }
    let in_part = sought.whole && share_of_all(&sought.weights, script, &[]) < 0.6;
    let titled = share(&sought.weights, &title) >= 0.4;
    let first = gives().next()?;
    let enough = if first.telling().handed_over { 0.4 } else { 0.5 };
    if in_part || share_of_all(&sought.weights, script, &title) < enough {
        return None;
    }
    let said = script.statements.iter().filter(tells).filter(|statement| !statement.telling().ahead).collect();
    nearest(said, &sought.weights)
        .filter(|nearest| share(&sought.weights, nearest.stems()) > 0.0)
        .or(Some(first).filter(|_| titled))
}

/// An answer names at least this much of what it was to be about.
const ANSWERED_FROM: f64 = 0.3;

/// "The list", promised without a word of its own, comes within this many days of its day.
const GENERIC_WITHIN_DAYS: i64 = 7;

/// "I'll ask Gilfoyle": Gilfoyle answers for whoever promised it.
fn was_to_be_asked(speaker: &str, what: &str) -> bool {
    let first_name = speaker.split_whitespace().next().unwrap_or_default();
    let whom = ["ask ", "get ", "have "].iter().find_map(|deed| what.strip_prefix(deed));
    !first_name.is_empty() && (whom.is_some_and(|whom| whom.starts_with(first_name)) || is_from(first_name, what))
}

/// "A clear answer from Arjun".
fn is_from(first_name: &str, what: &str) -> bool {
    Phrase::new(what).has(&[format!("from {}", first_name.to_lowercase()).as_str()])
}

/// The stems of what a promise is about, as it was put.
fn matter(quote: &str) -> BTreeSet<String> {
    let telling = |stem: &String| stem.len() > 3 && !TOO_COMMON.contains(&stem.as_str()) && !carrying(stem).is_empty();
    content_stems(quote).into_iter().filter(telling).collect()
}

/// Beginnings of promises of an answer.
const ANSWERING: [&str; 18] = [
    "ask",
    "tell",
    "let",
    "come back",
    "get back",
    "respond",
    "reply",
    "answer",
    "find out",
    "check",
    "write to",
    "deliver a written answer",
    "deliver an answer",
    "deliver the answer",
    "get an answer",
    "bring an answer",
    "confirm",
    "look into",
];

/// Somebody of either side says that it has not come.
pub(super) fn denied(script: &Script<'_>, number: usize, shares: &Shares<'_>) -> bool {
    script.statements.iter().enumerate().any(|(index, statement)| {
        shares.in_statement(number, index) >= 0.5 && statement.side.is_some() && statement.telling().denied
    })
}

/// Stems around a statement: an e-mail is about its subject; in a call the neighbouring sentences belong to it.
fn surroundings(script: &Script<'_>, index: usize) -> Vec<String> {
    let mut stems = script.statements[index].stems().to_vec();
    if script.is_email() {
        stems.extend(content_stems(script.title));
    }
    let turn = script.statements[index].turn;
    let near = script.statements[index.saturating_sub(1)..].iter().take(3).filter(|near| near.turn == turn);
    stems.extend(near.flat_map(|near| near.stems().iter().cloned()));
    stems
}

/// How much of `wanted` is among all that is said in a script, and in its `title`, 0 to 1.
pub(super) fn share_of_all(wanted: &BTreeMap<String, f64>, script: &Script<'_>, title: &[String]) -> f64 {
    share_where(wanted, |stem| script.has_family(family(stem)) || title.iter().any(|other| alike(stem, other)))
}

/// How much of `wanted` is among the stems found, 0 to 1.
pub(super) fn share(wanted: &BTreeMap<String, f64>, found: &[String]) -> f64 {
    share_where(wanted, |stem| found.iter().any(|other| alike(stem, other)))
}

fn share_where(wanted: &BTreeMap<String, f64>, found: impl Fn(&str) -> bool) -> f64 {
    let shared = wanted.iter().filter(|(stem, _)| found(stem));
    shared.map(|(_, weight)| weight).sum::<f64>() / wanted.values().sum::<f64>().max(f64::MIN_POSITIVE)
}
