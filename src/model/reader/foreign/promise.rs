//! Promises in another language: who says that they will do what, by when.

use std::ops::Range;

use chrono::NaiveDate;
use rustc_hash::FxHashSet;

use super::super::due::Due;
use super::super::people::People;
use super::super::promise::Promise;
use super::super::statement::Script;
use super::super::tongue::{Kind, Sentence, find_due};
use super::forms::{Form, act, act_before, act_of_other};
use super::wording::{carried, shown};
use crate::domain::activity::Side;
use crate::language::Language;

/// What may be a promise.
#[derive(Clone, Debug)]
struct Candidate {
    /// Where it is found.
    at: usize,
    form: Way,
    /// Whether the verb tells a deed of the lists.
    deed: bool,
    /// Who promises; the speaker when absent.
    who: Option<(String, Side)>,
}

/// The ways to promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// "I will …", "I send …" of the speaker.
    Act(Form),
    /// "I take care of it": a promise as it stands.
    Pledge,
    /// "You will have it by …".
    ToHave,
    /// "Jana will send it", "our technicians will look at it".
    OnBehalf(Form),
    /// "It will be mended by …".
    ToBeDone,
}

/// The promises of statement `index`, whose sentence is given.
pub(super) fn promises(script: &Script<'_>, index: usize, sentence: &Sentence<'_>, people: &People) -> Vec<Promise> {
    if sentence.is_question() || is_not_meant(sentence) {
        return Vec::new();
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    for at in 0..sentence.len() {
        if let Some(found) = candidate(sentence, at, people).filter(|found| holds(sentence, found.at)) {
            candidates.push(found);
        }
    }
    let found: Vec<(Candidate, Option<Due>)> = with_days(sentence, candidates, script).collect();
    let mut promises: Vec<Promise> = Vec::new();
    let mut known: FxHashSet<usize> = FxHashSet::default();
    for (candidate, due) in found {
        if !is_promise(sentence, &candidate, due.as_ref(), script.day()) {
            continue;
        }
        if known.insert(sentence.clause(candidate.at).start) {
            promises.extend(promise(script, index, sentence, candidate, due));
        } else if let Some(last) = promises.last_mut() {
            let days = [&last.due, &due].map(|due| due.as_ref().and_then(|due| due.day));
            match days {
                // "I pass it on and come back to you by Friday": the day of the answer is the day of the whole.
                [None, _] => last.due = due.or(last.due.take()),
                // "I finish it tonight and send it to you tomorrow" are two.
                [Some(one), Some(other)] if one != other => {
                    promises.extend(promise(script, index, sentence, candidate, due));
                }
                _ => {}
            }
        }
    }
    promises
}

/// What is said to be no promise, wherever the verb stands.
fn is_not_meant(sentence: &Sentence<'_>) -> bool {
    if sentence.says(Kind::Offered) {
        return true;
    }
    let polite = sentence.says(Kind::PoliteIf);
    sentence.clauses().any(|clause| {
        // "Wenn ich zurück bin, …" tells when; "wenn Sie unterschreiben, …" is a condition.
        let of_speaker = clause.clone().skip(1).take(2).any(|at| sentence.at(at, Kind::First).is_some());
        sentence.opens(&clause, Kind::If) && !polite && !of_speaker
    })
}

fn candidate(sentence: &Sentence<'_>, at: usize, people: &People) -> Option<Candidate> {
    // "Les pido que …", "je vous demande de …" ask.
    if [Kind::Want, Kind::Missing, Kind::Please, Kind::Ask].iter().any(|kind| sentence.within(at, *kind)) {
        return None;
    }
    if sentence.at(at, Kind::Pledge).is_some() {
        return Some(Candidate { at, form: Way::Pledge, deed: true, who: None });
    }
    if let Some(act) = act(sentence, at) {
        return Some(Candidate { at: act.at, form: Way::Act(act.form), deed: act.deed, who: None });
    }
    if sentence.at(at, Kind::HaveIt).is_some() {
        return Some(Candidate { at, form: Way::ToHave, deed: true, who: None });
    }
    on_behalf(sentence, at, people).or_else(|| to_be_done(sentence, at))
}

fn on_behalf(sentence: &Sentence<'_>, at: usize, people: &People) -> Option<Candidate> {
    if let Some((name, side)) = people.named(sentence.tokens[at].text) {
        let next = sentence.tokens.get(at + 1).is_some_and(|token| name.ends_with(token.text));
        let from = at + 1 + usize::from(next);
        // "Jana, envía la lista" speaks to her.
        let after = act_of_other(sentence, from).filter(|_| sentence.clause(at).contains(&from));
        let (_, form) = after.or_else(|| act_before(sentence, at))?;
        let who = Some((name.to_owned(), side));
        return Some(Candidate { at, form: Way::OnBehalf(form), deed: true, who });
    }
    let mut team = at + sentence.at(at, Kind::Our)?;
    // "unser neuer Techniker", "notre équipe technique".
    if sentence.at(team, Kind::Team).is_none() {
        team += 1;
    }
    sentence.at(team, Kind::Team)?;
    let after = (team + 1..team + 4).find_map(|from| act_of_other(sentence, from));
    let (_, form) = after.or_else(|| act_before(sentence, at))?;
    Some(Candidate { at, form: Way::OnBehalf(form), deed: true, who: None })
}

/// "Der Fehler wird bis Freitag behoben", "ce sera livré lundi", "estará listo el martes".
fn to_be_done(sentence: &Sentence<'_>, at: usize) -> Option<Candidate> {
    if is_done_by_itself(sentence, at) {
        return Some(Candidate { at, form: Way::ToBeDone, deed: true, who: None });
    }
    let clause = sentence.clause(at);
    let has = |kind| sentence.has(at + 1..clause.end, kind);
    // "Bis Freitag haben wir das behoben", "nous aurons terminé lundi".
    let german = sentence.lexicon.language == Language::German;
    let finished = sentence.at(at, Kind::Finish).is_some() && (has(Kind::Done) || has(Kind::Ready));
    if finished && (!german || sentence.has(clause.clone(), Kind::Deadline)) {
        return Some(Candidate { at, form: Way::ToBeDone, deed: true, who: None });
    }
    let (_, present) = sentence.value(at, Kind::WillBe)?;
    // "ist bis Freitag fertig": what is ready by a day to come.
    let deadline = sentence.has(clause.clone(), Kind::Deadline);
    let done = if present == 0 {
        has(Kind::Ready) || has(Kind::Done)
    } else {
        deadline && (has(Kind::Ready) || has(Kind::Done))
    };
    let of_speaker = sentence.at(at + 1, Kind::First).is_some() || at > 0 && sentence.at(at - 1, Kind::First).is_some();
    (done && !of_speaker).then_some(Candidate { at, form: Way::ToBeDone, deed: true, who: None })
}

/// "Se corregirá el lunes": Spanish puts what will be done as if it did itself.
fn is_done_by_itself(sentence: &Sentence<'_>, at: usize) -> bool {
    let stem = sentence.lower(at).strip_suffix('á').or_else(|| sentence.lower(at).strip_suffix("án"));
    sentence.lexicon.language == Language::Spanish
        && at.checked_sub(1).is_some_and(|before| sentence.lower(before) == "se")
        && stem.is_some_and(|stem| sentence.lexicon.is_deed(stem))
}

/// Whether the clause of a candidate promises at all: it is neither denied nor softened, no condition, no habit and no
/// report.
fn holds(sentence: &Sentence<'_>, at: usize) -> bool {
    let clause = sentence.clause(at);
    let sure = sentence.says(Kind::Sure);
    let opens = |kind| sentence.opens(&clause, kind);
    let denied = sentence.has(clause.clone(), Kind::Not) && !sentence.says(Kind::NotOnly);
    let reported = sentence
        .find(1.min(at)..at, Kind::Said)
        .is_some_and(|(said, _)| !sentence.has(0..said, Kind::First) && !sentence.clause(at).contains(&said));
    let soft = [Kind::Hedge, Kind::Habit].iter().any(|kind| sentence.has(clause.clone(), *kind));
    let condition = opens(Kind::If) || opens(Kind::When) && !second_verb(sentence, &clause, at);
    !(denied || reported || soft || condition || opens(Kind::That) && !sure)
}

/// "En cuanto lo tenga les aviso": where no comma parts the clauses, the verb of the first person comes second.
fn second_verb(sentence: &Sentence<'_>, clause: &Range<usize>, at: usize) -> bool {
    let first = (clause.start..clause.end).find_map(|at| act(sentence, at));
    let spanish = sentence.lexicon.language == Language::Spanish;
    at > clause.start + 2 && (spanish || first.is_some_and(|first| first.at < at))
}

/// Each candidate with its day: the one named after it and before the next, for the first also one named before it.
fn with_days(
    sentence: &Sentence<'_>,
    candidates: Vec<Candidate>,
    script: &Script<'_>,
) -> impl Iterator<Item = (Candidate, Option<Due>)> {
    let mut places: Vec<usize> = candidates.iter().map(|candidate| candidate.at).collect();
    places.push(sentence.len());
    let day = script.day();
    candidates.into_iter().enumerate().map(move |(number, candidate)| {
        let (from, to) = (places[number], places[number + 1].max(places[number]));
        // In German the verb may come before its subject: the words of a clause belong together.
        let after = find_due(sentence, from..to, day);
        let whole = || find_due(sentence, sentence.clause(from).start..to, day);
        let before = || if number == 0 { find_due(sentence, 0..to, day) } else { None };
        let told = after.filter(|due| due.day.is_some());
        let due = told.or_else(whole).or_else(before);
        let last = number + 2 == places.len();
        let due = due.or_else(|| if last { find_due(sentence, from..sentence.len(), day) } else { None });
        (candidate, due)
    })
}

/// Whether a candidate is put firmly enough.
fn is_promise(sentence: &Sentence<'_>, candidate: &Candidate, due: Option<&Due>, said_on: NaiveDate) -> bool {
    let clause = sentence.clause(candidate.at);
    let said = |kind| sentence.has(clause.clone(), kind);
    let day = due.is_some_and(|due| due.day.is_some());
    let near = clause.start.saturating_sub(2)..clause.end;
    let addressed = [Kind::You, Kind::Your].iter().any(|kind| sentence.has(near.clone(), *kind))
        || sentence.tokens[clause.clone()].iter().any(|token| is_joined_to_you(&token.key));
    let done = said(Kind::Attached) || said(Kind::Past) && !day;
    let taken = takes_up(sentence, candidate.at);
    let soon = said(Kind::Soon) || due.is_some() || taken;
    match candidate.form {
        Way::Pledge | Way::OnBehalf(Form::Future) => !done,
        Way::Act(Form::Future) => !said(Kind::Past) && (candidate.deed || day && addressed),
        Way::Act(Form::Present) => !done && (addressed || soon),
        Way::Act(Form::PresentOrPast) => !done && soon,
        Way::Act(Form::Offer) => day && addressed,
        Way::ToHave => (due.is_some() || sentence.says(Kind::FromUs)) && !sentence.says(Kind::TimeFor),
        Way::OnBehalf(_) => !done && (addressed || day) && !said(Kind::Past),
        Way::ToBeDone => {
            let later = due.is_some_and(|due| due.day.is_some_and(|day| day > said_on));
            let finish = sentence.at(candidate.at, Kind::Finish).is_some();
            let soon = !finish && (said(Kind::Soon) || told_to_you(sentence, candidate.at));
            (later || soon) && !said(Kind::Past)
        }
    }
}

/// "Vous serez remboursés", "Sie werden benachrichtigt": it is done to the listener.
fn told_to_you(sentence: &Sentence<'_>, at: usize) -> bool {
    sentence.before(at, Kind::You).is_some() || sentence.at(at + 1, Kind::You).is_some()
}

/// "Das prüfe ich", "je le vérifie", "lo reviso": what was spoken of is taken up.
fn takes_up(sentence: &Sentence<'_>, at: usize) -> bool {
    let near = at.saturating_sub(2)..(at + 3).min(sentence.len());
    near.into_iter().any(|place| {
        // What stands before a noun is its article.
        let stands = sentence.at(place, Kind::Object).is_some() && sentence.at(place, Kind::You).is_none();
        let verb = [Kind::Does, Kind::Deed, Kind::Will, Kind::Clitic]
            .iter()
            .any(|kind| sentence.at(place + 1, *kind).is_some());
        stands && (verb || place + 1 == sentence.len() || sentence.gap(place + 1).contains([',', '.']))
    })
}

/// "enviarles", "mandarte": the listener is joined to the verb.
fn is_joined_to_you(word: &str) -> bool {
    word.len() > 5
        && ["rles", "rle", "rte", "ros", "rselo", "rsela", "rselos", "rtelo", "roslo"]
            .iter()
            .any(|ending| word.ends_with(ending))
}

fn promise(
    script: &Script<'_>,
    index: usize,
    sentence: &Sentence<'_>,
    candidate: Candidate,
    due: Option<Due>,
) -> Option<Promise> {
    let statement = &script.statements[index];
    // Whose it is nobody can tell where the record names no speaker.
    let nameless = candidate.who.is_none() && statement.side.is_none() && statement.nameless;
    let (who, side) = match candidate.who {
        Some(who) => who,
        None => (statement.speaker.clone(), statement.side.or(nameless.then_some(Side::Team))?),
    };
    let what = carried(sentence, due.as_ref());
    Some(Promise { nameless, ..made(script, index, who, side, what, statement.text, due) })
}

/// The promise a statement makes, as `told` says what it is.
fn made(
    script: &Script<'_>,
    index: usize,
    who: String,
    side: Side,
    what: String,
    told: &str,
    due: Option<Due>,
) -> Promise {
    let statement = &script.statements[index];
    Promise {
        who,
        side,
        vague: !what.contains(' '),
        what,
        shown: shown(told),
        leaned: false,
        recap: false,
        due,
        quote: statement.text.to_owned(),
        occurred_at: script.at,
        source: script.source.clone(),
        turn: index,
        at_seconds: statement.at_seconds,
        quoted: false,
        noted: false,
        nameless: false,
    }
}

/// A yes to what the turn before asked for.
pub(super) fn accepted(
    script: &Script<'_>,
    index: usize,
    sentence: &Sentence<'_>,
    asked: impl Fn(usize) -> Option<String>,
) -> Option<Promise> {
    let statements = &script.statements;
    let statement = &statements[index];
    let opens_turn = index.checked_sub(1).is_some_and(|before| statements[before].turn + 1 == statement.turn);
    if !opens_turn || sentence.is_question() || sentence.at(0, Kind::Yes).is_none() {
        return None;
    }
    if sentence.says(Kind::Not) && !sentence.says(Kind::NotOnly) || sentence.says(Kind::Hedge) {
        return None;
    }
    let mut before = (0..index).rev().take_while(|at| statements[*at].turn + 1 == statement.turn).take(2);
    let (ask, what) = before.find_map(|at| Some((at, asked(at)?)))?;
    let of_other = statements[ask].side.is_some() && statements[ask].side != statement.side;
    let question = Sentence::new(sentence.lexicon.language, statements[ask].text)?;
    let due = find_due(sentence, 0..sentence.len(), script.day())
        .or_else(|| find_due(&question, 0..question.len(), script.day()));
    let side = statement.side.filter(|_| of_other)?;
    Some(made(script, index, statement.speaker.clone(), side, what, statements[ask].text, due))
}
