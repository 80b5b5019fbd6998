//! The forms a promise has in each language: who acts, and the verb.

use super::super::tongue::{Kind, Sentence, bare};
use crate::language::Language;

/// How a verb is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// "Wir werden … liefern", "nous livrerons", "vamos a entregar".
    Future,
    /// "Ich schicke", "je vous envoie", "les mando".
    Present,
    /// The same where the past looks alike: "enviamos".
    PresentOrPast,
    /// "Ich kann … schicken".
    Offer,
}

/// A verb of the first person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act {
    /// Where it is found.
    pub at: usize,
    pub form: Form,
    /// Whether the verb tells a deed of the lists.
    pub deed: bool,
}

/// The numbers of subjects in the lists; all others are one.
const PLURAL: u32 = 2;
const ANYBODY: u32 = 3;

/// The verb of the first person that is found at a place, if there is one.
pub(super) fn act(sentence: &Sentence<'_>, at: usize) -> Option<Act> {
    match sentence.lexicon.language {
        Language::German => german(sentence, at),
        Language::French => french(sentence, at),
        _ => spanish(sentence, at),
    }
}

/// The subject is found; the verb stands on either side of it, or opens a sentence that leaves the subject out.
fn german(sentence: &Sentence<'_>, at: usize) -> Option<Act> {
    let Some((_, number)) = sentence.value(at, Kind::First) else { return left_out(sentence, at) };
    let plural = number == PLURAL;
    let before = at.checked_sub(1).filter(|before| sentence.clause(at).contains(before));
    // "melde ich mich", "ich melde mich"; "so schicke ich".
    [Some(at + 1), before].into_iter().flatten().find_map(|verb| {
        let act = |form, deed| Some(Act { at, form, deed });
        if sentence.at(verb, Kind::Will).is_some() {
            return infinitive_of(sentence, at.max(verb) + 1).and_then(|deed| act(Form::Future, deed));
        }
        if sentence.at(verb, Kind::Can).is_some() {
            return infinitive_of(sentence, at.max(verb) + 1).filter(|deed| *deed).and_then(|_| act(Form::Offer, true));
        }
        let deed = if plural { Kind::Deed } else { Kind::Does };
        // "richten … ein": the part of a verb that moves away is in no list by itself.
        let parted = || sentence.lower(verb).strip_suffix('n').is_some_and(|verb| sentence.lexicon.is_present(verb));
        let does = sentence.at(verb, deed).is_some() || plural && parted();
        if does { act(Form::Present, true) } else { None }
    })
}

/// "Schicke Ihnen morgen die Liste", "Melde mich": a letter of few words. With "mir" it asks.
fn left_out(sentence: &Sentence<'_>, at: usize) -> Option<Act> {
    let opens = sentence.past(0, &[Kind::Filler]) == at || at == 0;
    let joined = at > 0 && sentence.at(at - 1, Kind::And).is_some();
    let first = sentence.at(at, Kind::Does).is_some() && sentence.lower(at).ends_with('e');
    let told = sentence.at(at + 1, Kind::Object).is_some();
    let asks = sentence.has(at..sentence.len(), Kind::Me) || sentence.says(Kind::Please);
    let shared =
        joined && (0..at).any(|at| sentence.value(at, Kind::First).is_some_and(|(_, number)| number != PLURAL));
    (first && !asks && (opens && told || shared)).then_some(Act { at, form: Form::Present, deed: true })
}

/// Whether the infinitive at the end of a clause tells a deed; none where it tells a state, or where none stands there.
fn infinitive_of(sentence: &Sentence<'_>, from: usize) -> Option<bool> {
    let rest = from..sentence.len();
    let deed = rest.clone().find(|at| sentence.at(*at, Kind::Deed).is_some());
    let ends = |at: usize| {
        at + 1 == sentence.len() || sentence.clause(at).end == at + 1 || sentence.at(at + 1, Kind::And).is_some()
    };
    let last = rest.clone().find(|at| {
        ends(*at) && sentence.lower(*at).ends_with('n') && sentence.tokens[*at].text.starts_with(char::is_lowercase)
    });
    match (deed, last) {
        (Some(deed), last) if last.is_none_or(|last| deed <= last) => Some(true),
        (_, Some(last)) if sentence.at(last, Kind::State).is_none() && sentence.at(last, Kind::Done).is_none() => {
            Some(false)
        }
        (Some(_), _) if last.is_none_or(|last| sentence.at(last, Kind::State).is_none()) => Some(true),
        _ => None,
    }
}

/// The subject is found; short pronouns stand between it and the verb.
fn french(sentence: &Sentence<'_>, at: usize) -> Option<Act> {
    let (_, subject) = sentence.value(at, Kind::First)?;
    // "vous nous envoyez", "envoyez-nous": an object, and no subject.
    if at > 0 && (sentence.gap(at) == "-" || sentence.at(at - 1, Kind::Subject).is_some()) {
        return None;
    }
    let verb = sentence.past(at + 1, &[Kind::Clitic]);
    let word = sentence.lower(verb);
    if word.is_empty() || sentence.at(verb, Kind::State).is_some() {
        return None;
    }
    let agrees = match subject {
        PLURAL => word.ends_with("ons"),
        ANYBODY => !word.ends_with("ons") && !word.ends_with("rai"),
        _ => !word.ends_with("ons"),
    };
    let found = |form, deed| agrees.then_some(Act { at, form, deed });
    if sentence.at(verb, Kind::Will).is_some() {
        return french_infinitive(sentence, verb + 1).and_then(|deed| found(Form::Future, deed));
    }
    if sentence.at(verb, Kind::Can).is_some() {
        return french_infinitive(sentence, verb + 1).filter(|deed| *deed).and_then(|_| found(Form::Offer, true));
    }
    let endings: &[&str] = match subject {
        PLURAL => &["ons"],
        ANYBODY => &["a"],
        _ => &["ai"],
    };
    let stem = endings
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .filter(|stem| stem.ends_with('r') && stem.len() > 2);
    if let Some(stem) = stem {
        let known = [stem.to_owned(), format!("{stem}e")].iter().any(|verb| sentence.lexicon.is_deed(verb));
        // "nous entrons", "nous montrons": the present, where the verb is none of the future.
        if known || sentence.at(verb, Kind::Does).is_none() {
            let future = known
                || subject != PLURAL
                || ["er", "ir"].iter().any(|ending| stem.ends_with(ending))
                || stem.ends_with("dr")
                || stem.ends_with("tr");
            return future.then(|| found(Form::Future, known)).flatten();
        }
    }
    let does = if subject == ANYBODY { [Kind::They, Kind::Does] } else { [Kind::Does, Kind::Does] };
    does.iter().find_map(|kind| sentence.at(verb, *kind)).and_then(|_| found(Form::Present, true))
}

/// Whether the infinitive after a helping verb tells a deed; none where it tells a state.
fn french_infinitive(sentence: &Sentence<'_>, from: usize) -> Option<bool> {
    const REACH: usize = 5;
    for at in from..(from + REACH).min(sentence.len()) {
        if sentence.at(at, Kind::State).is_some() {
            return None;
        }
        if sentence.at(at, Kind::Deed).is_some() {
            return Some(true);
        }
        let word = sentence.lower(at);
        if word.len() > 3 && ["er", "ir", "re"].iter().any(|ending| word.ends_with(ending)) {
            return Some(false);
        }
    }
    None
}

/// The verb is found: its ending tells who acts.
fn spanish(sentence: &Sentence<'_>, at: usize) -> Option<Act> {
    let found = |form, deed| Some(Act { at, form, deed });
    let after_article = at > 0 && sentence.at(at - 1, Kind::Article).is_some();
    if let Some(words) = sentence.at(at, Kind::Will) {
        return spanish_infinitive(sentence, at + words).and_then(|deed| found(Form::Future, deed));
    }
    if let Some(words) = sentence.at(at, Kind::Can) {
        return spanish_infinitive(sentence, at + words).filter(|deed| *deed).and_then(|_| found(Form::Offer, true));
    }
    if sentence.at(at, Kind::State).is_some() || after_article {
        return None;
    }
    let word = sentence.lower(at);
    let stem = word.strip_suffix('é').or_else(|| word.strip_suffix("emos")).or_else(|| word.strip_suffix('e'));
    if let Some(stem) = stem.filter(|stem| stem.ends_with('r') && stem.len() > 2) {
        let known = sentence.lexicon.is_deed(stem);
        // "preparé" and "esperemos" are no future of "prepar" and "esper".
        let other = ["ar", "er", "ir"].iter().any(|ending| {
            let verb = format!("{stem}{ending}");
            sentence.lexicon.is_deed(&verb) || sentence.lexicon.is_state(&verb)
        });
        let infinitive = ["ar", "er", "ir"].iter().any(|ending| stem.ends_with(ending));
        let written = word.ends_with('é') || word.ends_with("emos");
        if known {
            return found(Form::Future, true);
        }
        if infinitive && !other && written && stem.len() > 3 {
            return found(Form::Future, false);
        }
    }
    sentence.at(at, Kind::Does)?;
    found(if word.ends_with("mos") { Form::PresentOrPast } else { Form::Present }, true)
}

/// Whether the infinitive after a helping verb tells a deed; none where it tells a state, or where none follows.
fn spanish_infinitive(sentence: &Sentence<'_>, at: usize) -> Option<bool> {
    if sentence.at(at, Kind::State).is_some() {
        return None;
    }
    if sentence.at(at, Kind::Deed).is_some() {
        return Some(true);
    }
    let key = sentence.key(at);
    let verb = bare(key).unwrap_or(key);
    ["ar", "er", "ir"].iter().any(|ending| verb.ends_with(ending)).then_some(false)
}

/// "Darum kümmert sich mein Kollege", "das schickt Ihnen Jana": in German the verb may come before who acts.
pub(super) fn act_before(sentence: &Sentence<'_>, at: usize) -> Option<(usize, Form)> {
    if sentence.lexicon.language != Language::German {
        return None;
    }
    let before = (at.saturating_sub(2)..at).rev().filter(|verb| sentence.clause(at).contains(verb));
    before.into_iter().find_map(|verb| {
        let will = sentence.at(verb, Kind::Will3).is_some() && infinitive_of(sentence, at).is_some();
        let does = sentence.at(verb, Kind::They).is_some();
        if will { Some((verb, Form::Future)) } else { does.then_some((verb, Form::Present)) }
    })
}

/// Whether somebody else acts: the words after a place tell a deed in the third person. Gives where, and whether it is put as
/// the future.
pub(super) fn act_of_other(sentence: &Sentence<'_>, at: usize) -> Option<(usize, Form)> {
    const REACH: usize = 3;
    let clause = sentence.clause(at);
    for verb in at..(at + REACH).min(clause.end) {
        if let Some(words) = sentence.at(verb, Kind::Will3) {
            let deed = match sentence.lexicon.language {
                Language::German => infinitive_of(sentence, verb + words),
                Language::French => french_infinitive(sentence, verb + words),
                _ => spanish_infinitive(sentence, verb + words),
            };
            return deed.map(|_| (verb, Form::Future));
        }
        let word = sentence.lower(verb);
        let future = match sentence.lexicon.language {
            Language::French => word.strip_suffix("a").or_else(|| word.strip_suffix("ont")),
            Language::Spanish => word.strip_suffix("á").or_else(|| word.strip_suffix("án")),
            _ => None,
        };
        let stem = future.filter(|stem| stem.ends_with('r'));
        if stem.is_some_and(|stem| sentence.lexicon.is_deed(stem) || sentence.lexicon.is_deed(&format!("{stem}e"))) {
            return Some((verb, Form::Future));
        }
        if sentence.at(verb, Kind::They).is_some() {
            return Some((verb, Form::Present));
        }
    }
    None
}
