//! What companies and people are called: the names each is found by in a text, and the slips of the keyboard that may still
//! mean one. Pure, so that what is written down for each account and what is looked up for a text follow the same rules.

use std::collections::BTreeSet;

use super::fold::{composed, folded, is_mark};
use super::word::is_stop_word;
use crate::domain::host;

/// Words that end a company's name without telling it apart.
const LEGAL_FORMS: [&str; 16] = [
    "inc",
    "ltd",
    "llc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "plc",
    "sa",
    "bv",
    "group",
    "limited",
    "holdings",
    "the",
];

/// Most words a company's name can have to be found in a text.
pub const LONGEST_COMPANY: usize = 6;

/// Most words a person's name can have to be found in a text.
pub const LONGEST_PERSON: usize = 4;

/// Fewest letters of a name, or of a word of a text, that a slip of the keyboard may have changed.
pub const SHORTEST_MISSPELLED: usize = 4;

/// Letters of a word that are looked at for slips. Two slips leave enough of them to tell words apart.
const LOOKED_AT: usize = 7;

/// How well a text names a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// By the first words of its name, or by several words of it.
    Opening,
    /// By its name without legal form, or its domain without ending.
    Short,
    /// By its full name, domain or an alias.
    Full,
}

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// In small letters without accents.
    pub lower: String,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// Whether it begins with a capital.
    pub capital: bool,
}

/// The runs of letters and digits of a text.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (letter.is_alphanumeric() || is_mark(letter), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word = &text[from..at];
                found.push(Piece {
                    lower: folded(word),
                    start: from,
                    end: at,
                    capital: word.starts_with(char::is_uppercase),
                });
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// The words of a name as they are compared.
#[must_use]
pub fn key(text: &str) -> Vec<String> {
    pieces(text).into_iter().map(|piece| piece.lower).collect()
}

/// The names a company is found by, each with how well it tells the company apart; the same name may come twice.
#[must_use]
pub fn company_names<'a>(
    domain: &str,
    name: &str,
    aliases: impl IntoIterator<Item = &'a str>,
) -> Vec<(String, Strength)> {
    let mut names = vec![(key(domain).join(" "), Strength::Full)];
    // As it goes over the wire, where its letters are not all plain.
    names.extend(host::wire(domain).map(|wire| (key(&wire).join(" "), Strength::Full)));
    let label = domain.split('.').next().unwrap_or_default();
    names.push((key(label).join(" "), Strength::Short));
    // "Müller" is typed "Mueller" as well.
    let ways = |name: &str| typed(&composed(name).to_lowercase());
    names.extend(aliases.into_iter().flat_map(ways).map(|alias| (key(&alias).join(" "), Strength::Full)));
    for name in ways(name) {
        let name = key(&name);
        names.push((name.join(" "), Strength::Full));
        names.push((name.concat(), Strength::Short));
        let core: Vec<String> = name.iter().filter(|word| !LEGAL_FORMS.contains(&word.as_str())).cloned().collect();
        names.push((core.join(" "), Strength::Short));
        for length in 1..core.len() {
            let opening = core[..length].join(" ");
            if opening.chars().count() >= 4 {
                names.push((opening, Strength::Opening));
            }
        }
        // "Heron Foods" of "Blue Heron Foods": several words together tell it apart as well, one that is not the first
        // does not.
        for from in 1..core.len() {
            for to in from + 2..=core.len() {
                names.push((core[from..to].join(" "), Strength::Opening));
            }
        }
    }
    names.retain(|(name, _)| !name.is_empty() && !is_stop_word(name));
    names
}

/// The names a person is found by, as they are typed with and without marks; also their address.
#[must_use]
pub fn person_names(name: &str, email: Option<&str>) -> BTreeSet<String> {
    let parts = letters(name);
    let mut names = vec![parts.join(" ")];
    names.extend(parts.first().cloned());
    names.extend(parts.last().cloned());
    // Of two Sarahs: "Sarah O".
    if let [first, .., last] = parts.as_slice() {
        names.extend(last.chars().next().map(|initial| format!("{first} {initial}")));
    }
    names.extend(email.map(|email| key(email).join(" ")));
    names.iter().flat_map(|name| typed(name)).filter(|name| name.chars().count() >= 2).collect()
}

/// The words of a person's name with their accents: who has no such letters types them in several ways.
fn letters(name: &str) -> Vec<String> {
    let name = composed(name).to_lowercase();
    name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Slips of the keyboard that a word of so many letters may have and still be taken for another.
#[must_use]
pub fn slips_allowed(letters: usize) -> usize {
    if letters >= 8 { 2 } else { 1 }
}

/// What is left of a word when up to `most` of its first letters but the very first are left out. Two words that begin with
/// the same letter and are `most` slips apart (a letter too many, too few, another one, or two in each other's place) have
/// one of these in common; words that have one in common need not be that close.
#[must_use]
pub fn remains(word: &str, most: usize) -> BTreeSet<String> {
    let whole: String = word.chars().take(LOOKED_AT).collect();
    let mut all = BTreeSet::from([whole.clone()]);
    let mut last = vec![whole];
    for _ in 0..most {
        let mut shorter = Vec::new();
        for word in &last {
            for (at, letter) in word.char_indices().skip(1) {
                let left = format!("{}{}", &word[..at], &word[at + letter.len_utf8()..]);
                if all.insert(left.clone()) {
                    shorter.push(left);
                }
            }
        }
        last = shorter;
    }
    all
}

/// Words that stand before a name without being part of it.
const HONORIFICS: [&str; 12] =
    ["dr", "mr", "mrs", "ms", "miss", "prof", "professor", "sir", "dame", "herr", "frau", "ing"];

/// A person's name without "Dr" and the like.
#[must_use]
pub fn plain_name(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let titles = words
        .iter()
        .take_while(|word| HONORIFICS.contains(&word.trim_end_matches('.').to_lowercase().as_str()))
        .count();
    if titles < words.len() { words[titles..].join(" ") } else { name.trim().to_owned() }
}

/// The ways a name is typed by who has no such letters: `jürgen` as `jurgen` and `juergen`.
#[must_use]
pub fn typed(name: &str) -> Vec<String> {
    let with = |of: fn(char) -> &'static str| {
        name.chars().fold(String::with_capacity(name.len()), |mut typed, letter| {
            match of(letter) {
                "" => typed.push(letter),
                plain => typed.push_str(plain),
            }
            typed
        })
    };
    let mut ways = vec![name.to_owned(), with(bare), with(spelled_out)];
    ways.sort_unstable();
    ways.dedup();
    ways
}

/// The letter without its mark; empty where it has none.
fn bare(letter: char) -> &'static str {
    match letter {
        'ä' | 'á' | 'à' | 'â' | 'ã' | 'å' => "a",
        'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' => "o",
        'ü' | 'ú' | 'ù' | 'û' => "u",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'í' | 'ì' | 'î' | 'ï' => "i",
        'ç' | 'ć' | 'č' => "c",
        'ñ' | 'ń' => "n",
        'š' | 'ś' => "s",
        'ž' | 'ź' | 'ż' => "z",
        'ł' => "l",
        'ß' => "ss",
        _ => "",
    }
}

/// The letters that stand for one with a mark; empty where there are none.
fn spelled_out(letter: char) -> &'static str {
    match letter {
        'ä' | 'æ' => "ae",
        'ö' | 'ø' => "oe",
        'ü' => "ue",
        'å' => "aa",
        other => bare(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_no_part_of_a_name() {
        assert_eq!(plain_name("Dr. Huw Pritchard"), "Huw Pritchard");
        assert_eq!(plain_name("Frau Dr. Ida Ahrens"), "Ida Ahrens");
        assert_eq!(plain_name("Sir"), "Sir");
    }

    #[test]
    fn a_company_is_found_by_its_domain_as_it_goes_over_the_wire() {
        let names = company_names("töpfer.example", "Töpferei Holm", []);
        assert!(names.contains(&("xn tpfer jua example".to_owned(), Strength::Full)));
        assert!(names.contains(&("topfer example".to_owned(), Strength::Full)));
        assert!(names.contains(&("toepferei holm".to_owned(), Strength::Full)), "as who has no such letters types it");
    }

    #[test]
    fn names_with_marks_are_typed_without_them_in_two_ways() {
        assert_eq!(typed("jürgen"), ["juergen", "jurgen", "jürgen"]);
        assert_eq!(typed("dana"), ["dana"]);
    }

    #[test]
    fn a_company_is_found_by_its_domain_its_names_and_their_beginnings() {
        let names = company_names("northwind-labs.io", "The Northwind Labs Group", ["NWL"]);
        let strength =
            |name: &str| names.iter().filter(|(known, _)| known == name).map(|(_, strength)| *strength).max();
        assert_eq!(strength("northwind labs io"), Some(Strength::Full));
        assert_eq!(strength("nwl"), Some(Strength::Full));
        assert_eq!(strength("northwind labs"), Some(Strength::Short));
        assert_eq!(strength("northwind"), Some(Strength::Opening));
        assert_eq!(strength("group"), None);
    }

    #[test]
    fn a_company_is_found_by_several_words_of_its_name_and_by_the_spelling_without_its_letters() {
        let names = company_names("gmz.example", "Grüne Mühle Zwickau", []);
        let strength =
            |name: &str| names.iter().filter(|(known, _)| known == name).map(|(_, strength)| *strength).max();
        assert_eq!(strength("muhle zwickau"), Some(Strength::Opening));
        assert_eq!(strength("zwickau"), None);
        assert_eq!(strength("gruene muehle zwickau"), Some(Strength::Full));
        assert_eq!(strength("grune muhle zwickau"), Some(Strength::Full));
    }

    proptest::proptest! {
        #[test]
        fn words_within_the_slips_that_are_allowed_have_remains_in_common(
            word in "[a-e]{4,14}",
            edits in proptest::collection::vec((0usize..3, 1usize..14, "[a-e]"), 1..3),
        ) {
            let mut other: Vec<char> = word.chars().collect();
            for (kind, at, letter) in &edits {
                let at = at % other.len();
                match kind {
                    0 if at > 0 => drop(other.remove(at)),
                    1 if at > 0 => other[at] = letter.chars().next().unwrap(),
                    _ if at > 0 => other.insert(at, letter.chars().next().unwrap()),
                    _ => {}
                }
                if at > 1 && at < other.len() && *kind == 2 {
                    other.swap(at - 1, at);
                }
            }
            let other: String = other.into_iter().collect();
            let distance = strsim::osa_distance(&word, &other);
            if (1..=2).contains(&distance) && word.chars().next() == other.chars().next() {
                let common = remains(&word, distance).intersection(&remains(&other, distance)).count();
                proptest::prop_assert!(common > 0, "{word} {other}");
            }
        }
    }
}
