//! Reading an answer: lines, marks, figures, and whether it says something.

use std::collections::BTreeSet;

use success_agent::language;

/// What starts a sentence about the search or the method instead of the account: no record holds its figures.
const ABOUT_THE_SEARCH: &[&str] = &["i looked through", "i read", "the score starts from"];
/// What ends one about a list that was cut.
const ABOUT_THE_LIST: &[&str] = &["left out.", " more."];

/// Text as it is compared: lower case, without markdown and marks, one kind of quote, dash and blank, no commas in figures.
pub fn plain(text: &str) -> String {
    let characters: Vec<char> = without_marks(text).to_lowercase().chars().collect();
    let mut plain = String::with_capacity(characters.len());
    for (at, &character) in characters.iter().enumerate() {
        match character {
            '*' | '`' | '\\' => {}
            '‘' | '’' => plain.push('\''),
            '“' | '”' => plain.push('"'),
            '–' | '—' | '−' | '‑' => plain.push('-'),
            ',' if in_figure(&characters, at) => {}
            blank if blank.is_whitespace() => {
                if !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            other => plain.push(other),
        }
    }
    plain.trim().to_owned()
}

/// A comma between thousands.
fn in_figure(characters: &[char], at: usize) -> bool {
    let digit = |index: usize| characters.get(index).is_some_and(char::is_ascii_digit);
    at > 0 && digit(at - 1) && (1..=3).all(|next| digit(at + next)) && !digit(at + 4)
}

/// Whether `text` says `wanted` (both [`plain`]): at the start of a word, and a figure never within a longer one. The last
/// word may go on, so that `renew` is found in `renews`.
pub fn says(text: &str, wanted: &str) -> bool {
    found_at(text, wanted, false)
}

/// Whether `text` says `name` (both [`plain`]) as whole words.
pub fn names(text: &str, name: &str) -> bool {
    found_at(text, name, true)
}

fn found_at(text: &str, wanted: &str, whole: bool) -> bool {
    let (Some(first), Some(last)) = (wanted.chars().next(), wanted.chars().next_back()) else { return false };
    text.match_indices(wanted).any(|(at, _)| {
        let mut before = text[..at].chars().rev();
        let mut after = text[at + wanted.len()..].chars();
        let (previous, earlier) = (before.next(), before.next());
        let (next, later) = (after.next(), after.next());
        let starts = match previous {
            Some(letter) if letter.is_alphanumeric() => !first.is_alphanumeric(),
            Some('.') if first.is_ascii_digit() => !earlier.is_some_and(|digit| digit.is_ascii_digit()),
            _ => true,
        };
        let ends = match next {
            Some(digit) if digit.is_ascii_digit() => !last.is_alphanumeric(),
            Some('.') if last.is_ascii_digit() => !later.is_some_and(|digit| digit.is_ascii_digit()),
            Some(letter) if letter.is_alphanumeric() => !(whole || last.is_ascii_digit()),
            _ => true,
        };
        starts && ends
    })
}

/// The lines of an answer that are not blank.
pub fn lines(answer: &str) -> impl Iterator<Item = &str> {
    answer.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// The numbers of the marks `[n]` in a line.
pub fn marks(line: &str) -> BTreeSet<u32> {
    pieces(line).filter_map(|(_, mark)| mark).collect()
}

fn without_marks(line: &str) -> String {
    pieces(line).map(|(words, _)| words).collect()
}

/// Words, each with the mark after them.
fn pieces(line: &str) -> impl Iterator<Item = (&str, Option<u32>)> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        let mark = text.match_indices('[').find_map(|(open, _)| {
            let close = open + text[open..].find(']')?;
            Some((open, close, text[open + 1..close].parse().ok()?))
        });
        let Some((open, close, n)) = mark else {
            rest = None;
            return Some((text, None));
        };
        rest = Some(&text[close + 1..]);
        Some((&text[..open], Some(n)))
    })
}

/// The figures in a line, without commas; marks and the number of a list item are none.
pub fn figures(line: &str) -> BTreeSet<String> {
    let plain = plain(line);
    let item = plain.split_once(". ").filter(|(number, _)| number.chars().all(|digit| digit.is_ascii_digit()));
    let words = item.map_or(plain.as_str(), |(_, words)| words);
    words
        .split(|character: char| !(character.is_ascii_digit() || character == '.'))
        .map(|figure| figure.trim_matches('.').to_owned())
        .filter(|figure| !figure.is_empty())
        .collect()
}

/// Whether a line states a figure about an account and names no source for it. Figures of the question may be repeated.
pub fn lacks_source(line: &str, question: &str) -> bool {
    if !marks(line).is_empty() {
        return false;
    }
    let asked = figures(question);
    let plain = plain(line);
    language::sentences(&plain).into_iter().any(|sentence| {
        let words = sentence.trim_start_matches(['-', ' ']);
        let of_search = ABOUT_THE_SEARCH.iter().any(|start| words.starts_with(start))
            || ABOUT_THE_LIST.iter().any(|end| words.ends_with(end));
        !of_search && figures(words).iter().any(|figure| !asked.contains(figure))
    })
}

/// Whether a line and what it cites have something in common: a figure of two digits or more, or two words (one, when the
/// line has few). Words in `known` count for nothing.
pub fn share(line: &str, record: &str, known: &[String]) -> bool {
    let long = |figure: &String| figure.len() > 1;
    let in_record = figures_of(record);
    if figures(line).iter().filter(|figure| long(figure)).any(|figure| in_record.contains(figure)) {
        return true;
    }
    let stems = |text: &str| -> BTreeSet<String> {
        language::content_stems(&plain(text)).into_iter().filter(|stem| !known.contains(stem)).collect()
    };
    let (line, record) = (stems(line), stems(record));
    line.intersection(&record).count() >= if line.len() < 4 { 1 } else { 2 }
}

fn figures_of(text: &str) -> BTreeSet<String> {
    text.lines().flat_map(figures).collect()
}
