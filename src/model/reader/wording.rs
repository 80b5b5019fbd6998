//! The short phrase that says what was promised.

use std::ops::Range;

use super::clean::{clause, deed_stands_alone};
use super::deeds::{DEEDS, VAGUE_DEEDS};
use super::goods::CAPABILITIES;
use super::lexicon::OFFER;
use super::people::People;
use super::phrase::{Phrase, is_particle, is_pronoun, last_thing, thing_at};
use super::request::requested;
use super::statement::Script;
use super::thing::{is_asked_for, things_before};
use crate::language::{is_stop_word, stem};

/// What was promised.
#[derive(Clone, Debug)]
pub(super) struct What {
    /// As a short phrase that begins with the deed.
    pub text: String,
    /// As it is shown: that phrase where it reads by itself and guesses nothing, else the clause that says it.
    pub shown: String,
    /// Whether it leans on a pronoun nothing was found for.
    pub vague: bool,
    /// Whether a pronoun was read as something named before.
    pub leaned: bool,
    /// Whether it is done for the listener.
    pub for_you: bool,
}

/// Words a phrase must not end with once the day is taken out.
const LOOSE_ENDS: [&str; 42] = [
    "by", "on", "in", "within", "for", "until", "and", "or", "at", "the", "a", "an", "with", "then", "too", "please",
    "to", "from", "before", "of", "about", "over", "though", "anyway", "as", "is", "are", "that", "you", "your",
    "well", "okay", "right", "now", "first", "again", "here", "there", "ready", "this", "after", "already",
];

/// Words the deed may be followed by without saying what it is done to.
const ADDRESSEES: [&str; 5] = ["you", "me", "us", "y'all", "everyone"];

/// The phrase for the words `range` of `phrase` (the statement `index`), without the bytes of `due`.
pub(super) fn what(
    script: &Script<'_>,
    index: usize,
    phrase: &Phrase<'_>,
    range: Range<usize>,
    due: Option<(usize, usize)>,
    to_have: bool,
) -> Option<What> {
    let words: Vec<&str> = range.clone().map(|at| phrase.word(at)).collect();
    let for_you = words.iter().any(|word| matches!(*word, "you" | "your"));
    let (verb, object) = verb_and_object(phrase, &range);
    if to_have && matches!(phrase.word(range.start), "hear") {
        let text = "get back with an answer".to_owned();
        return Some(What { shown: text.clone(), text, vague: false, leaned: false, for_you: true });
    }
    let (verb, object) = if to_have && range.start == 0 { (0, 0) } else { (verb, object) };
    let deed = if to_have { "deliver".to_owned() } else { base(&phrase.cut(range.start, verb, None)) };
    // "set it up": the particle belongs to the deed.
    let parted = is_pronoun(phrase.word(object))
        && is_particle(phrase.word(object + 1))
        && object + 1 < range.end
        && !is_particle(phrase.word(object.saturating_sub(1)))
        && matches!(phrase.word(object + 1), "up" | "out" | "off" | "over" | "down");
    let deed = if parted { format!("{deed} {}", phrase.word(object + 1)) } else { deed };
    let pronoun = stands_for_something(phrase, object, range.end);
    let mut guessed = false;
    let (object_text, vague) = if pronoun {
        let rest = phrase.cut(object + 1 + usize::from(parted), range.end, due);
        match antecedent(script, index, phrase, range.start) {
            Some(thing) => {
                guessed = !surely_meant(script, index, phrase, object, &thing);
                (format!("{thing} {rest}"), false)
            }
            None => (phrase.cut(object, range.end, due), true),
        }
    } else {
        (phrase.cut(object, range.end, due), false)
    };
    let object_text = if to_have { without_hand_over(&object_text) } else { object_text };
    let object_text = if range.start == 0 && to_have { lower_first(&object_text) } else { object_text };
    let leaned = pronoun && !vague;
    // "have it fixed": what is promised is the fixing.
    let brought_about = to_have && phrase.word(range.start) == "have" && is_brought_about(&object_text);
    let deed = if brought_about { "have".to_owned() } else { deed };
    let put = to_have && object_text.to_lowercase().contains(" in your ") && !object_text.contains("inbox");
    let deed = if put { "put".to_owned() } else { deed };
    // Only a day without a preposition of its own leaves one behind: "pass the drawings on by Friday".
    let led = due.is_some_and(|(start, _)| {
        ["by ", "on ", "in ", "before ", "until "].iter().any(|led| phrase.text[start..].starts_with(led))
    });
    let text = tidy(&format!("{deed} {object_text}"), due.is_some() && !(led && object_text.ends_with(" on")));
    let text = match about(script, index, phrase, range.start, &text) {
        Some((topic, sure)) => {
            guessed |= !sure;
            tidy(&format!("{text} {topic}"), false)
        }
        None => text,
    };
    let shown = if guessed || vague || !deed_stands_alone(&text) {
        clause(phrase, range.start, range.end)
    } else {
        text.clone()
    };
    (!text.is_empty() && text != "deliver").then_some(What { text, shown, vague, leaned, for_you: for_you || to_have })
}

/// "the scanners replaced": a thing, and what is done to it.
fn is_brought_about(object: &str) -> bool {
    let last = object.split_whitespace().last().unwrap_or_default().to_lowercase();
    let particle = is_particle(&last);
    let verb = if particle { object.split_whitespace().rev().nth(1).unwrap_or_default().to_lowercase() } else { last };
    verb.len() > 4 && verb.ends_with("ed")
        || matches!(verb.as_str(), "done" | "sent" | "rebuilt" | "rewritten" | "redone")
}

/// Whether nothing else can be meant by the pronoun at `at`: in its own sentence, else in the nearest before it of the
/// same turn that names any, this is the only thing named, and both are one or both are several.
fn surely_meant(script: &Script<'_>, index: usize, phrase: &Phrase<'_>, at: usize, thing: &str) -> bool {
    let several = matches!(phrase.word(at), "them" | "these" | "those");
    let head = thing.split(" of ").next().unwrap_or(thing);
    let plural = head.ends_with('s') && !head.ends_with("ss");
    let named = |phrase: &Phrase<'_>, before: usize| -> Vec<String> {
        (0..before).filter_map(|at| thing_at(phrase, at).map(|(thing, _)| thing)).collect()
    };
    let mut things = named(phrase, at);
    if things.is_empty() {
        let turn = script.statements[index].turn;
        let near = script.statements[..index].iter().rev().take_while(|near| near.turn == turn).take(3);
        // What says nothing of any thing stands between without harm.
        things = near
            .map(|near| {
                let earlier = Phrase::new(near.text);
                named(&earlier, earlier.words.len())
            })
            .find(|things| !things.is_empty())
            .unwrap_or_default();
    }
    several == plural && !things.is_empty() && things.iter().all(|named| named == thing)
}

/// What an answer is about, when its promise does not say: the words before a colon, what the other side just asked
/// for, else, unsure, the thing named last.
fn about(script: &Script<'_>, index: usize, phrase: &Phrase<'_>, verb: usize, text: &str) -> Option<(String, bool)> {
    const ANSWERING: [&str; 16] = [
        "ask", "tell", "let", "know", "back", "answer", "way", "either", "come", "respond", "reply", "write", "updat",
        "post", "check", "confirm",
    ];
    let answers = matches!(phrase.word(verb), "ask" | "tell" | "let" | "come" | "get" | "respond" | "reply" | "write");
    let said = Phrase::new(text);
    let names_something = said.words.iter().any(|word| {
        let plain = stem(&word.lower);
        let name = word.text.chars().next().is_some_and(char::is_uppercase);
        !is_stop_word(&word.lower) && !name && !ANSWERING.contains(&plain.as_str())
    });
    if !answers || names_something || text.starts_with("get back with") {
        return None;
    }
    if let Some((head, _)) = phrase.text.split_once(':')
        && head.len() < phrase.words[verb].start
        && (1..=5).contains(&head.split_whitespace().count())
    {
        return Some((format!("about {}", lower_first(head.trim())), true));
    }
    let statement = &script.statements[index];
    let asked = script.statements[..index]
        .iter()
        .enumerate()
        .rev()
        .take_while(|(_, near)| near.turn + 2 >= statement.turn)
        .filter(|(_, near)| near.side != statement.side)
        .take(3)
        .find_map(|(near, other)| requested(script, &People::default(), near, &Phrase::new(other.text), false));
    Some(match asked {
        Some(what) if CAPABILITIES.contains(&Phrase::new(&what).word(0)) => (format!("whether you can {what}"), true),
        Some(what) => (format!("about {what}"), false),
        None => (format!("about {}", things_before(script, index)?), false),
    })
}

/// Where the verb ends (its particle included) and where its object begins (the addressee left out).
fn verb_and_object(phrase: &Phrase<'_>, range: &Range<usize>) -> (usize, usize) {
    let mut verb = range.start + 1;
    if is_particle(phrase.word(verb)) && verb < range.end {
        verb += 1;
    }
    let mut object = verb;
    let addressed = ADDRESSEES.contains(&phrase.word(object)) && object + 1 < range.end;
    let keeps = matches!(
        phrase.word(object + 1),
        "to" | "in"
            | "on"
            | "about"
            | "when"
            | "through"
            | "know"
            | "posted"
            | "updated"
            | "with"
            | "for"
            | "at"
            | "if"
            | "by"
            | "within"
            | "before"
            | "back"
            | "tomorrow"
            | "today"
            | "how"
            | "what"
            | "where"
            | "and"
            | "next"
            | "into"
            | "onto"
    );
    if addressed && !keeps {
        object += 1;
        if matches!(phrase.word(object), "both" | "guys" | "all") && object + 1 < range.end {
            object += 1;
        }
        if is_particle(phrase.word(object)) && phrase.word(range.start) != "get" && object + 1 < range.end {
            object += 1;
        }
    }
    (verb, object)
}

/// Whether the word is a pronoun by itself: "that" before a noun only points at it.
fn stands_for_something(phrase: &Phrase<'_>, at: usize, end: usize) -> bool {
    let word = phrase.word(at);
    if at >= end || !is_pronoun(word) {
        return false;
    }
    let next = phrase.word(at + 1);
    let alone = at + 1 >= end || is_stop_word(next) || is_particle(next) || next.ends_with("ly") || next == "tomorrow";
    matches!(word, "it" | "them") || (alone && word != "so" && word != "both" && word != "one")
}

/// What a pronoun stands for: the last thing named before it, in the same turn first, then in the turns before.
fn antecedent(script: &Script<'_>, index: usize, phrase: &Phrase<'_>, before: usize) -> Option<String> {
    let here = (0..before).rev().find_map(|at| thing_at(phrase, at).filter(|(_, end)| *end <= before));
    if let Some((thing, _)) = here {
        return Some(thing);
    }
    let turn = script.statements[index].turn;
    if let Some(offered) = index.checked_sub(1).map(|near| &script.statements[near]).filter(|near| near.turn == turn) {
        let offer = Phrase::new(offered.text);
        if let Some((at, length)) = offer.find(&OFFER) {
            let from = at + length + 1 + usize::from(ADDRESSEES.contains(&offer.word(at + length + 1)));
            let to = (from + 1..offer.words.len())
                .find(|at| offer.gap(*at).contains([',', ';']))
                .unwrap_or(offer.words.len());
            let thing = offer.cut(from, to.min(from + 6), None);
            if thing.contains(' ') && !is_stop_word(offer.word(from)) {
                return Some(thing);
            }
        }
    }
    if let Some(thing) = things_before(script, index).filter(|thing| is_asked_for(thing)) {
        return Some(thing);
    }
    script.statements[..index]
        .iter()
        .rev()
        .take_while(|statement| statement.turn + 2 >= turn)
        .take(5)
        .find_map(|statement| last_thing(statement.text))
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// `sends` and `sending` as `send`.
fn base(verb: &str) -> String {
    let mut words = verb.split_whitespace();
    let first = words.next().unwrap_or_default();
    let lower = first.to_lowercase();
    let plain = if let Some(root) = lower.strip_suffix("ing").filter(|root| root.len() > 2) {
        of_participle(root)
    } else if lower.ends_with("ss") || matches!(lower.as_str(), "does" | "focus") {
        lower.clone()
    } else if let Some(root) = lower.strip_suffix("ies") {
        format!("{root}y")
    } else if let Some(root) = lower.strip_suffix("es").filter(|root| root.ends_with("sh") || root.ends_with("ch")) {
        root.to_owned()
    } else {
        lower.strip_suffix('s').unwrap_or(&lower).to_owned()
    };
    std::iter::once(plain.as_str()).chain(words).collect::<Vec<_>>().join(" ")
}

/// The verb whose "-ing" form has this root: `shar` of share, `sett` of set, `send` of itself.
fn of_participle(root: &str) -> String {
    let known = |verb: &str| DEEDS.contains(&verb) || VAGUE_DEEDS.contains(&verb);
    let with_e = format!("{root}e");
    let letters = root.as_bytes();
    let doubled = letters.len() > 2 && letters[letters.len() - 1] == letters[letters.len() - 2];
    if known(root) {
        root.to_owned()
    } else if known(&with_e) || matches!(root, "escalat" | "mak" | "clos" | "chang" | "includ" | "arrang") {
        with_e
    } else if doubled && !root.ends_with("ll") && !root.ends_with("ss") {
        root[..root.len() - 1].to_owned()
    } else {
        root.to_owned()
    }
}

/// "the plan in your inbox" is the plan.
fn without_hand_over(text: &str) -> String {
    const ENDS: [&str; 9] = [
        " in your inbox",
        " in your hands",
        " on your desk",
        " for you",
        " over to you",
        " to you",
        " with you",
        " from me",
        " from us",
    ];
    let lower = text.to_lowercase();
    let end = ENDS.iter().filter_map(|end| lower.find(end)).min().unwrap_or(text.len());
    text.get(..end).unwrap_or(text).to_owned()
}

/// Words of a deed.
const LONGEST: usize = 12;

/// At most twelve words, cut before a part that would stay unfinished, without loose ends.
fn tidy(text: &str, day_taken_out: bool) -> String {
    const BEGIN_A_PART: [&str; 22] = [
        "and", "or", "but", "so", "that", "which", "who", "when", "where", "because", "for", "with", "to", "in", "on",
        "at", "from", "of", "by", "as", "into", "until",
    ];
    let loose = |word: &str| {
        LOOSE_ENDS.contains(&word) && (day_taken_out || !matches!(word, "in" | "on" | "is" | "are" | "ready"))
    };
    let text = text.replace(" of getting it", "").replace(" of receiving it", "");
    let kept = text.find(" no later than").map_or(text.as_str(), |at| &text[..at]);
    let mut words: Vec<&str> = kept.split_whitespace().collect();
    if words.len() > LONGEST {
        words.truncate(LONGEST);
        let comma = words.iter().rposition(|word| word.ends_with(',')).map(|at| at + 1);
        let part = words.iter().rposition(|word| BEGIN_A_PART.contains(word));
        words.truncate(comma.max(part).filter(|at| *at > 3).unwrap_or(LONGEST));
    }
    if words.len() > 2 && words.ends_with(&["in"]) && !matches!(words[words.len() - 2], "is" | "are" | "it") {
        words.pop();
    }
    loop {
        let last = words.last().map(|last| last.trim_end_matches(',').to_lowercase()).unwrap_or_default();
        // "… and give", "… and get it": a second deed whose object was cut off.
        let verb = words.len() - usize::from(matches!(last.as_str(), "it" | "them")).min(words.len());
        let second = verb.checked_sub(1).map(|at| words[at].trim_end_matches(','));
        let deed = second.is_some_and(|word| DEEDS.contains(&word) || VAGUE_DEEDS.contains(&word) || word == "make");
        if deed && verb > 3 && words[verb - 2] == "and" {
            words.truncate(verb - 2);
        } else if !words.is_empty() && loose(&last) {
            words.pop();
        } else {
            return words.join(" ").trim_end_matches([',', ' ']).to_owned();
        }
    }
}
