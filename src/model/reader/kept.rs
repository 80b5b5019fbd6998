//! Later words that show a promise was kept.

use std::collections::BTreeMap;

use super::held::brought_together;
use super::merge::{alike, family};
use super::phrase::Phrase;
use super::recorded::recorded;
use super::said::{Shares, Stretch};
use super::sought::Sought;
use super::statement::{Script, Statement};
use crate::domain::activity::LaterWords;
use crate::language::content_stems;

/// How later words show that a promise was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// They say that it was done.
    Said,
    /// They tell of the same deed in the past.
    Told,
    /// A mail that hands something over.
    HandedOver,
    /// A mail with the price that was promised.
    Priced,
    /// A mail about what was to be answered.
    Answered,
    /// A mail of which the subject names it.
    Named,
    /// The meeting itself, or thanks for it.
    Met,
    /// A record of ours that says so.
    Recorded,
    /// A mail that hands something over, of which nobody knows whether it is what was promised.
    Unnamed,
}

/// What later words show of a promise.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    /// The earliest that show plainly that it was kept.
    pub kept_by: Option<LaterWords>,
    /// Where there are none: the earliest that may show it.
    pub unclear_by: Option<LaterWords>,
}

impl Way {
    /// Whether words of this kind say it plainly; the others may be about something else of the same name.
    fn is_plain(self) -> bool {
        match self {
            Self::Said | Self::Answered | Self::Named | Self::Met | Self::Priced | Self::Recorded => true,
            Self::Told | Self::HandedOver | Self::Unnamed => false,
        }
    }
}

impl Shown {
    /// Of words in their order.
    fn of(words: impl Iterator<Item = (Way, LaterWords)>) -> Self {
        let mut shown = Self::default();
        for (way, words) in words {
            if way.is_plain() {
                return Self { kept_by: Some(words), unclear_by: None };
            }
            shown.unclear_by.get_or_insert(words);
        }
        shown
    }
}

/// What the words after a promise show of it: those of the promiser's side, thanks of the other, or a record of ours that
/// says so. Words that it has not come, said later still, outweigh them.
pub(super) fn shown_by(sought: &Sought<'_>, said: &Stretch<'_>, works: &[Script<'_>]) -> Shown {
    let promised = sought.commitment;
    let later = said.after(promised.occurred_at);
    if sought.unnamed {
        return Shown::of(
            later
                .filter_map(|(_, script)| Some((Way::Unnamed, evidence(script, handed_over_unnamed(script, sought)?)))),
        );
    }
    let shares = said.shares(&sought.weights);
    let denied = later.clone().rev().find(|(number, script)| denied(script, *number, &shares));
    // Only thanks and answers show a promise without a word of it.
    let words = later
        .filter(|(number, _)| denied.is_none_or(|(denied, _)| *number > denied))
        .filter_map(|(number, script)| shown(script, sought, shares.in_script(number) >= 0.5));
    let since = denied.map_or(promised.occurred_at, |(_, script)| script.at);
    let records = works
        .iter()
        .filter(|script| script.at > since)
        .filter_map(|script| Some((Way::Recorded, evidence(script, recorded(script, sought)?))));
    let mut words: Vec<(Way, LaterWords)> = words.chain(records).collect();
    words.sort_by_key(|(_, words)| words.occurred_at);
    Shown::of(words.into_iter())
}

fn evidence(script: &Script<'_>, statement: &Statement<'_>) -> LaterWords {
    LaterWords { source: script.source.clone(), occurred_at: script.at, quote: statement.text.to_owned() }
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

fn shown(script: &Script<'_>, sought: &Sought<'_>, worded: bool) -> Option<(Way, LaterWords)> {
    if sought.priced && !script.names_a_figure() {
        return None;
    }
    let own_words = worded && !sought.generic;
    let said = if own_words { said_done(script, sought) } else { None };
    let named = if own_words { named_in_subject(script, sought) } else { None };
    let (way, statement) = said
        .or_else(|| match handed_over(script, sought) {
            // What the subject names is what is handed over.
            Some((Way::HandedOver, given)) if named.is_some() => Some((Way::Named, given)),
            other => other,
        })
        .or_else(|| Some((Way::Named, named?)))
        .or_else(|| Some((Way::Met, brought_together(script, sought)?)))?;
    Some((way, evidence(script, statement)))
}

/// "The gateway now runs eight streams."
fn said_done<'s>(script: &'s Script<'_>, sought: &Sought<'_>) -> Option<(Way, &'s Statement<'s>)> {
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
        match (told, did) {
            (true, _) => Some((Way::Said, statement)),
            (false, true) => Some((Way::Told, statement)),
            (false, false) => None,
        }
    })
}

/// Of a thing that was promised whole, a mail that brings it names this much.
const WHOLE_FROM: f64 = 0.6;

/// Words that begin a subject which asks after something, or tells how it stands.
const ASKING: [&str; 8] = ["what", "where", "when", "why", "how", "who", "any", "status"];

fn asks_after(subject: &str) -> bool {
    let first = subject.split_whitespace().next().unwrap_or_default().to_lowercase();
    ASKING.contains(&first.as_str())
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
    let in_part = sought.whole && share_of_all(&sought.weights, script, &[]) < WHOLE_FROM;
    if late || in_part || from.side != Some(promised.side) || sought.upon || sought.arranged {
        return None;
    }
    let subject = script.title.to_lowercase();
    if asks_after(&subject) {
        return None;
    }
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
fn handed_over<'s>(script: &'s Script<'_>, sought: &Sought<'_>) -> Option<(Way, &'s Statement<'s>)> {
    let promised = sought.commitment;
    let from = script.statements.first().filter(|_| script.is_email())?;
    let last = promised.due.unwrap_or_else(|| promised.occurred_at.day());
    let days = script.day().signed_duration_since(last).num_days();
    let within = if sought.generic { GENERIC_WITHIN_DAYS } else { HANDED_OVER_WITHIN_DAYS };
    if days > within || from.side != Some(promised.side) {
        return None;
    }
    if asks_after(script.title) {
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
        let answer = answer.filter(|answer| answer.text.split_whitespace().count() > 2)?;
        return Some((Way::Answered, answer));
    }
    let in_part = sought.whole && share_of_all(&sought.weights, script, &[]) < WHOLE_FROM;
    let titled = share(&sought.weights, &title) >= 0.4;
    let first = gives().next()?;
    let enough = if first.telling().handed_over { 0.4 } else { 0.5 };
    if in_part || share_of_all(&sought.weights, script, &title) < enough {
        return None;
    }
    let said = script.statements.iter().filter(tells).filter(|statement| !statement.telling().ahead).collect();
    let given = nearest(said, &sought.weights)
        .filter(|nearest| share(&sought.weights, nearest.stems()) > 0.0)
        .or(Some(first).filter(|_| titled))?;
    Some((if sought.priced { Way::Priced } else { Way::HandedOver }, given))
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

/// Somebody of either side says that it has not come.
pub(super) fn denied(script: &Script<'_>, number: usize, shares: &Shares<'_>) -> bool {
    script.statements.iter().enumerate().any(|(index, statement)| {
        shares.in_statement(number, index) >= 0.5 && statement.side.is_some() && statement.telling().denied
    })
}

/// Stems around a statement: an e-mail is about its subject; in a call the neighbouring sentences belong to it.
fn surroundings(script: &Script<'_>, index: usize) -> Vec<String> {
    let mut stems = script.statements[index].stems().to_vec();
    if script.is_email() && asks_after(script.title) {
        // A mail about what became of a thing is not the thing.
        return stems;
    }
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
