//! A name as people and programs write it: with badges and degrees, the last name first, shortened, or as an address.

use super::lexicon::{self, Kind};
use crate::domain::activity::mailbox;
use crate::language::naming::{key, plain_name, typed};
use crate::language::{composed, folded, is_mark};

/// How well two names fit, the better the later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// One is the first or the last name of the other.
    Part,
    /// One is the other with a name shortened to its first letter.
    Initials,
    /// One is the other without the names in the middle.
    Short,
    /// They are the same, in any order.
    Whole,
}

/// A word of a name as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// Without accents.
    plain: String,
    /// With the letters that stand for one with a mark: `jurgen` is typed `juergen` too.
    spelled: String,
}

impl Part {
    fn new(word: &str) -> Self {
        let ways = typed(&composed(word).to_lowercase());
        let spelled = ways.iter().map(|way| folded(way)).max_by_key(|way| way.chars().count());
        Self { plain: folded(word), spelled: spelled.unwrap_or_default() }
    }

    fn same(&self, other: &Self) -> bool {
        self.plain == other.plain || self.plain == other.spelled || self.spelled == other.plain
    }

    fn is_initial(&self) -> bool {
        self.plain.chars().count() == 1
    }

    /// Whether one is the other, or the first letter of it.
    fn shortens(&self, other: &Self) -> bool {
        let first = |part: &Self| part.plain.chars().next();
        self.same(other) || (self.is_initial() || other.is_initial()) && first(self) == first(other)
    }
}

/// The words of a text as parts of a name.
fn parts(text: &str) -> Vec<Part> {
    let joined: String = text.chars().filter(|letter| !matches!(letter, '\'' | '’' | '‘' | '`' | '´')).collect();
    joined
        .split(|letter: char| !letter.is_alphanumeric() && !is_mark(letter))
        .filter(|word| !word.is_empty())
        .map(Part::new)
        .filter(|part| !part.plain.is_empty())
        .collect()
}

/// A name that was read out of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    shown: String,
    /// The ways the text can be read, the surest first.
    readings: Vec<Vec<Part>>,
    /// The part of an address before the `@`, where nothing else is known.
    local: Option<String>,
    address: Option<String>,
    nameless: bool,
}

impl Name {
    /// Reads it.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (display, address) = without_address(&text);
        let display = display.trim_matches(|sign: char| sign.is_whitespace() || "\"“”„«»*_:".contains(sign));
        if let Some(address) = address.as_ref().filter(|_| !has_letters(display)) {
            let local = address.split('@').next().unwrap_or_default();
            let words = parts(local.split('+').next().unwrap_or_default());
            let words: Vec<Part> = words.into_iter().filter(|word| !is_number(&word.plain)).collect();
            let glued = words.first().filter(|word| words.len() == 1 && word.plain.chars().count() >= 4);
            return Self {
                shown: local.to_owned(),
                local: glued.map(|word| word.plain.clone()),
                readings: Some(words).filter(|words| !words.is_empty()).into_iter().collect(),
                address: Some(address.clone()),
                nameless: false,
            };
        }
        let bare = without_brackets(display);
        let bare = if has_letters(&bare) { bare.as_str() } else { display };
        if is_nameless(bare) {
            let nameless = address.is_none();
            return Self { shown: display.to_owned(), readings: Vec::new(), local: None, address, nameless };
        }
        let (shown, readings) = read_display(bare);
        let readings = readings.iter().map(|reading| parts(reading)).filter(|parts| !parts.is_empty()).collect();
        Self { shown, readings, local: None, address, nameless: false }
    }

    /// As it is shown: without badges, the first name first where that can be told.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The address the text holds, in its one spelling.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Whether it stands for somebody whose name nobody knows: `Speaker 2`, `Unknown`, a telephone number, nothing.
    #[must_use]
    pub fn is_nameless(&self) -> bool {
        self.nameless
    }

    /// The same name with this address, where it has none.
    #[must_use]
    pub fn at(mut self, address: Option<&str>) -> Self {
        self.address = self.address.or_else(|| address.map(|address| mailbox(address).1)).filter(|at| at.contains('@'));
        self
    }

    /// How many ways there are to read it.
    pub(super) fn ways(&self) -> usize {
        self.readings.len()
    }

    /// How well one of its readings fits another name, whatever their addresses.
    pub(super) fn fit_of(&self, way: usize, other: &Self) -> Option<Fit> {
        let own = self.readings.get(way)?;
        let read = other.readings.iter().filter_map(|theirs| fit(own, theirs)).max();
        let local = |local: &Option<String>, parts: &[Part]| {
            local.as_ref().is_some_and(|local| is_glued(local, parts)).then_some(Fit::Initials)
        };
        let first = |name: &'_ Self| name.readings.first().cloned().unwrap_or_default();
        read.max(local(&self.local, &first(other))).max(local(&other.local, &first(self)))
    }

    /// How well it fits another name, whatever their addresses.
    #[must_use]
    pub fn fit(&self, other: &Self) -> Option<Fit> {
        (0..self.ways()).filter_map(|way| self.fit_of(way, other)).max()
    }

    /// Whether the two can only be one person: by their address, or by the whole name where not both have one.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let whole = || self.fit(other) == Some(Fit::Whole);
        match (&self.address, &other.address) {
            (Some(own), Some(theirs)) => own == theirs || related(own, theirs) && whole(),
            _ => whole(),
        }
    }
}

/// Whether two addresses are in one place, so that one person may have both.
pub(super) fn related(left: &str, right: &str) -> bool {
    let host = |address: &str| address.rsplit_once('@').map(|(_, host)| host.to_owned());
    match (host(left), host(right)) {
        (Some(left), Some(right)) => {
            !lexicon::is(Kind::MailHost, &left)
                && (left == right || left.ends_with(&format!(".{right}")) || right.ends_with(&format!(".{left}")))
        }
        _ => false,
    }
}

/// Whether two ways of writing a name may mean one person: `Dana` and `Dana Whitfield`, `Whitfield, D.` and both.
#[must_use]
pub fn same_person(known: &str, asked: &str) -> bool {
    let (known, asked) = (Name::read(known), Name::read(asked));
    if let (Some(left), Some(right)) = (&known.address, &asked.address)
        && left == right
    {
        return true;
    }
    let all_in = |these: &[Part], those: &[Part]| these.iter().all(|one| those.iter().any(|other| one.same(other)));
    let within = match (known.readings.first(), asked.readings.first()) {
        (Some(known), Some(asked)) => all_in(known, asked) || all_in(asked, known),
        _ => known.nameless && asked.nameless && folded(&known.shown) == folded(&asked.shown),
    };
    within || known.fit(&asked).is_some()
}

/// How well two names fit. The same whichever comes first.
fn fit(left: &[Part], right: &[Part]) -> Option<Fit> {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    let (first, last) = (short.first()?, short.last()?);
    let in_order = short.len() == long.len() && short.iter().zip(long).all(|(one, other)| one.same(other));
    if in_order || short.len() == long.len() && short.len() > 1 && shuffled(short, long) || is_joined(short, long) {
        return Some(Fit::Whole);
    }
    let (long_first, long_last) = (long.first()?, long.last()?);
    let begins = || short.iter().zip(long).all(|(one, other)| one.same(other));
    let ends = || short.iter().rev().zip(long.iter().rev()).all(|(one, other)| one.same(other));
    if short.len() < long.len() && !short.iter().all(Part::is_initial) && (begins() || ends()) {
        return Some(Fit::Part);
    }
    if short.len() == 1 {
        return None;
    }
    if first.same(long_first) && last.same(long_last) {
        let mut rest = long.iter();
        let held = short.iter().all(|one| rest.any(|other| one.shortens(other)));
        return held.then_some(Fit::Short);
    }
    let one_whole = |(a, b): (&Part, &Part), (c, d): (&Part, &Part)| {
        let whole = |one: &Part, other: &Part| one.same(other) && !one.is_initial() && !other.is_initial();
        (whole(a, b) || whole(c, d)) && a.shortens(b) && c.shortens(d)
    };
    let straight = one_whole((first, long_first), (last, long_last));
    let turned = one_whole((first, long_last), (last, long_first));
    (straight || turned).then_some(Fit::Initials)
}

/// Whether two names are of the same words in another order.
fn shuffled(left: &[Part], right: &[Part]) -> bool {
    let mut rest: Vec<&Part> = right.iter().collect();
    left.iter().all(|one| {
        let at = rest.iter().position(|other| one.same(other));
        at.map(|at| rest.swap_remove(at)).is_some()
    })
}

/// Whether one is the other with two of its words written as one: `Annemarie Vos` and `Anne Marie Vos`.
fn is_joined(short: &[Part], long: &[Part]) -> bool {
    let whole = |parts: &[Part], of: fn(&Part) -> &String| parts.iter().map(of).cloned().collect::<String>();
    short.len() < long.len()
        && short.iter().map(|part| part.plain.chars().count()).sum::<usize>() > 5
        && (whole(short, |part| &part.plain) == whole(long, |part| &part.plain)
            || whole(short, |part| &part.spelled) == whole(long, |part| &part.spelled))
}

/// Whether the part of an address before the `@` is made of a name: `aosei`, `amarao`, `oseia`, `amaraosei`.
fn is_glued(local: &str, parts: &[Part]) -> bool {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return false };
    let ways = |of: fn(&Part) -> &String| {
        let (first, last) = (of(first), of(last));
        let initial = |word: &String| word.chars().take(1).collect::<String>();
        [
            format!("{first}{last}"),
            format!("{last}{first}"),
            format!("{}{last}", initial(first)),
            format!("{last}{}", initial(first)),
            format!("{first}{}", initial(last)),
        ]
    };
    parts.len() > 1 && ways(|part| &part.plain).into_iter().chain(ways(|part| &part.spelled)).any(|way| way == local)
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

fn is_number(word: &str) -> bool {
    word.chars().all(char::is_numeric)
}

/// The text without its first address, and that address in its one spelling.
fn without_address(text: &str) -> (String, Option<String>) {
    let edge = |letter: char| letter.is_whitespace() || "<>()[]{},;\"'“”".contains(letter);
    let Some(at) = text.find('@').filter(|at| *at > 0) else { return (text.to_owned(), None) };
    let start =
        text[..at].rfind(edge).map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
    let end = text[at..].find(edge).map_or(text.len(), |length| at + length);
    let address = text[start..end].trim_start_matches("mailto:").trim_end_matches('.');
    let valid = address.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'));
    if !valid {
        return (text.to_owned(), None);
    }
    let display = format!("{} {}", &text[..start], &text[end..]);
    (display.replace(['<', '>'], " "), Some(mailbox(address).1))
}

/// The text without what stands in brackets.
fn without_brackets(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut depth = 0_usize;
    for letter in text.chars() {
        match letter {
            '(' | '[' | '{' | '（' | '【' => depth += 1,
            ')' | ']' | '}' | '）' | '】' => {
                depth = depth.saturating_sub(1);
                kept.push(' ');
            }
            letter if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text stands in the place of a name nobody knows.
fn is_nameless(text: &str) -> bool {
    let mut words = key(text);
    let called = |words: &[String]| lexicon::is(Kind::Nameless, &words.join(" "));
    let badge = lexicon::is(Kind::Badge, &words.join(" "));
    if badge || words.iter().all(|word| is_number(word) || word == "x") || called(&words) {
        return true;
    }
    let letter = |word: &String| word.chars().count() == 1;
    if words.len() == 1 && (letter(&words[0]) || lexicon::is(Kind::MayBadge, &words[0])) {
        return true;
    }
    // "Speaker 2", "Speaker B", "spk0".
    if let Some(last) = words.pop() {
        let stem = last.trim_end_matches(char::is_numeric);
        if stem.len() < last.len() && !stem.is_empty() {
            words.push(stem.to_owned());
        } else if !is_number(&last) && !letter(&last) {
            return false;
        }
    }
    let one_letter = words.len() == 1 && letter(&words[0]);
    !words.is_empty() && (called(&words) || one_letter)
}

/// What stands between a name and something else.
const APART: [&str; 9] = [" | ", " - ", " – ", " — ", " / ", " // ", " • ", " · ", " @ "];

/// A name as it is shown, and the ways it can be read, the surest first.
fn read_display(text: &str) -> (String, Vec<String>) {
    let end = APART.iter().filter_map(|sign| text.find(sign)).filter(|at| has_letters(&text[..*at])).min();
    let text = &text[..end.unwrap_or(text.len())];
    let mut listed: Vec<&str> = text.split(',').map(str::trim).filter(|part| has_letters(part)).collect();
    while listed.len() > 1 && listed.last().is_some_and(|part| is_no_name(part)) {
        listed.pop();
    }
    let (family, given) = match listed.as_slice() {
        [family, given, ..] => (*family, *given),
        [only] => return cleaned(only),
        [] => return cleaned(text),
    };
    let ((family, _), (given, _)) = (cleaned(family), cleaned(given));
    let turned = format!("{given} {family}");
    let words: Vec<&str> = family.split(' ').collect();
    let begins_as_last =
        (1..words.len()).any(|length| lexicon::is(Kind::Particle, &key(&words[..length].join(" ")).join(" ")));
    if words.len() == 1 || begins_as_last {
        return (turned.clone(), vec![turned]);
    }
    // "Ada Pike, Quillmarsh" as well as "García López, Ana".
    (format!("{family}, {given}"), vec![turned, family])
}

/// Whether what stands behind a comma is a degree, a badge or a company.
fn is_no_name(text: &str) -> bool {
    let words = key(text);
    let of =
        |word: &String| [Kind::Degree, Kind::Badge, Kind::MayBadge].into_iter().any(|kind| lexicon::is(kind, word));
    let whole = [Kind::Degree, Kind::Badge].into_iter().any(|kind| lexicon::is(kind, &words.join(" ")));
    let company = words.len() > 1 && words.last().is_some_and(|last| lexicon::is(Kind::Company, last));
    whole || company || words.iter().all(of)
}

/// A name without titles, degrees and badges, and the ways it can be read.
fn cleaned(text: &str) -> (String, Vec<String>) {
    let text = plain_name(text);
    let mut words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let joins = |word: &&str| word.chars().all(|letter| !letter.is_uppercase()) && lexicon::is(Kind::Joins, word);
    let joined = words.iter().skip(1).position(joins).map(|at| at + 1);
    words.truncate(joined.unwrap_or(words.len()));
    let phrase = |words: &[&str]| key(&words.join(" ")).join(" ");
    while let Some(length) = (1..words.len().min(5)).rev().find(|length| {
        let end = phrase(&words[words.len() - length..]);
        lexicon::is(Kind::Badge, &end) || lexicon::is(Kind::Degree, &end) || end.is_empty()
    }) {
        words.truncate(words.len() - length);
    }
    let whole = words.join(" ");
    let badge = words.len() > 1 && words.last().is_some_and(|last| lexicon::is(Kind::MayBadge, &phrase(&[last])));
    if !badge {
        return (whole.clone(), vec![whole]);
    }
    let without = words[..words.len() - 1].join(" ");
    if words.len() > 2 { (without.clone(), vec![without, whole]) } else { (whole.clone(), vec![whole, without]) }
}
