//! Numbers in a text, in digits or in words: `1,200`, `8.4`, `twenty-five`, `three hundred and forty`, `eight point four`,
//! `the twelfth`, `25th`.

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::language::Word;

/// A number where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Number {
    /// What it is.
    pub value: f64,
    /// The words it is made of.
    pub words: Range<usize>,
    /// Whether it says which one, not how many.
    pub place: bool,
    /// What is joined to it: `day` in `30-day`.
    pub joined: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Count,
    Place,
    Scale,
}

static WORDS: LazyLock<FxHashMap<&str, (f64, Kind)>> = LazyLock::new(|| {
    let entry = |line: &'static str| {
        let mut columns = line.split('\t');
        let (word, value, kind) = (columns.next()?, columns.next()?.parse().ok()?, columns.next()?);
        let kind = match kind {
            "count" => Kind::Count,
            "place" => Kind::Place,
            _ => Kind::Scale,
        };
        Some((word, (value, kind)))
    };
    include_str!("numbers.tsv").lines().filter(|line| !line.starts_with('#')).filter_map(entry).collect()
});

/// The numbers in `words`, in order. A lone "one" is none: it is no count more often than not.
pub(super) fn numbers(words: &[Word<'_>]) -> Vec<Number> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let number = in_digits(words, at).or_else(|| in_words(words, at));
        at = number.as_ref().map_or(at + 1, |number| number.words.end);
        found.extend(number.filter(|number| number.value > 1.0 || is_digits(&words[number.words.start].lower)));
    }
    found
}

fn is_digits(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_digit())
}

fn in_digits(words: &[Word<'_>], at: usize) -> Option<Number> {
    let lower = words[at].lower.as_ref();
    if !is_digits(lower) {
        return None;
    }
    let end =
        lower.find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | ','))).unwrap_or(lower.len());
    let (digits, rest) = lower.split_at(end);
    let mut value: f64 = digits.replace(',', "").parse().ok()?;
    let mut number = Number { value, words: at..at + 1, place: false, joined: None };
    match rest {
        "" => {}
        "st" | "nd" | "rd" | "th" => number.place = true,
        "k" => value *= 1000.0,
        "m" => value *= 1_000_000.0,
        "h" => number.joined = Some("hours".to_owned()),
        _ => {
            let joined = rest.strip_prefix('-').filter(|rest| rest.chars().all(char::is_alphabetic))?;
            number.joined = Some(joined.to_owned());
        }
    }
    if let Some((scale, Kind::Scale)) = words.get(at + 1).and_then(|next| WORDS.get(next.lower.as_ref())).copied() {
        value *= scale;
        number.words.end += 1;
    }
    Some(Number { value, ..number })
}

fn in_words(words: &[Word<'_>], at: usize) -> Option<Number> {
    let mut sum = Sum::default();
    let mut end = at;
    let article = words[at].lower == "a" && words.get(at + 1).is_some_and(|next| is_scale(&next.lower));
    if article {
        end += 1;
    }
    while let Some(word) = words.get(end) {
        let joins =
            word.lower == "and" && sum.may_go_on && words.get(end + 1).is_some_and(|next| is_small(&next.lower));
        if joins {
            end += 1;
            continue;
        }
        if word.lower == "point" && sum.any && sum.decimals(&words[end + 1..]) {
            end += 2;
            break;
        }
        if sum.place || !sum.take(&word.lower) {
            break;
        }
        end += 1;
    }
    let joined = words.get(end).and_then(|word| sum.joined(&word.lower));
    let end = end + usize::from(joined.is_some());
    sum.any.then_some(Number { value: sum.total + sum.current, words: at..end, place: sum.place, joined })
}

fn is_scale(lower: &str) -> bool {
    matches!(WORDS.get(lower), Some((_, Kind::Scale)))
}

fn is_small(lower: &str) -> bool {
    lower.split('-').all(|part| matches!(WORDS.get(part), Some((_, Kind::Count | Kind::Place))))
}

/// A number in words as far as it was read.
#[derive(Default)]
struct Sum {
    total: f64,
    current: f64,
    any: bool,
    place: bool,
    may_go_on: bool,
}

impl Sum {
    /// Takes in a word, whole or not at all.
    fn take(&mut self, word: &str) -> bool {
        let mut next = Self { ..*self };
        let taken = word.split('-').all(|part| next.part(part));
        if taken {
            *self = next;
        }
        taken
    }

    fn part(&mut self, part: &str) -> bool {
        let Some(&(value, kind)) = WORDS.get(part) else { return false };
        match kind {
            Kind::Scale if value < 1000.0 => self.current = self.current.max(1.0) * value,
            Kind::Scale => {
                self.total += self.current.max(1.0) * value;
                self.current = 0.0;
            }
            Kind::Count | Kind::Place => {
                let below = (self.current as u64) % 100;
                let room = if value < 10.0 { below.is_multiple_of(10) && below != 10 } else { below == 0 };
                if self.place || !room {
                    return false;
                }
                self.current += value;
                self.place = kind == Kind::Place;
            }
        }
        self.any = true;
        self.may_go_on = kind == Kind::Scale;
        true
    }

    /// The digit behind "point".
    fn decimals(&mut self, words: &[Word<'_>]) -> bool {
        let digit = words.first().and_then(|word| WORDS.get(word.lower.as_ref()));
        match digit {
            Some((digit, Kind::Count)) if *digit < 10.0 => {
                self.current += digit / 10.0;
                true
            }
            _ => false,
        }
    }

    /// What is joined to a number that is only the first part of a word: `day` in `five-day`, but not `hand` in `second-hand`.
    fn joined(&mut self, word: &str) -> Option<String> {
        let (number, rest) = word.split_once('-').filter(|_| !self.any)?;
        let mut next = Self::default();
        let joined = next.take(number) && !next.place;
        joined.then(|| {
            *self = next;
            rest.to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::language::words;

    fn values(text: &str) -> Vec<f64> {
        numbers(&words(text)).into_iter().map(|number| number.value).collect()
    }

    #[test]
    fn a_number_is_the_same_in_digits_and_in_words() {
        for (text, value) in [
            ("1,200 seats", 1200.0),
            ("sixty-four users", 64.0),
            ("a hundred and ten", 110.0),
            ("three hundred and forty", 340.0),
            ("sixty-six thousand", 66_000.0),
            ("eight point four", 8.4),
            ("1.2 million", 1_200_000.0),
            ("25th", 25.0),
            ("the twenty-seventh", 27.0),
        ] {
            assert_eq!(values(text), [value], "{text}");
        }
    }

    #[test]
    fn numbers_beside_each_other_stay_apart_and_one_is_no_count() {
        assert_eq!(values("five of eight"), [5.0, 8.0]);
        assert_eq!(values("two and two"), [2.0, 2.0]);
        assert_eq!(values("one of them in one-way, second-hand, first-rate"), [0.0; 0]);
        assert_eq!(numbers(&words("a five-day trial"))[0].joined.as_deref(), Some("day"));
    }

    proptest! {
        #[test]
        fn whatever_stands_there_each_number_lies_in_the_text(text in "(([a-z]{1,8}|two|second|hundred|and|point|[0-9,.]{1,6}|twenty-one|the)( |-|, )?){1,6}") {
            let cut = words(&text);
            for number in numbers(&cut) {
                prop_assert!(number.words.start < number.words.end && number.words.end <= cut.len());
                prop_assert!(number.value.is_finite());
            }
        }
    }
}
