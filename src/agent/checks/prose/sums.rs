//! Arithmetic a sentence does by itself: sums, differences, parts of a whole, what rose from here to there.

use super::amount::{Amount, Unit};
use super::item::Item;
use super::reading::Reading;
use super::state::{self, Said};
use crate::language::stem;

/// Words by which a sentence says that it worked something out.
const WORKED_OUT: [&str; 36] = [
    "more",
    "less",
    "fewer",
    "together",
    "total",
    "altogether",
    "all",
    "sum",
    "difference",
    "unused",
    "idle",
    "left",
    "leaves",
    "remaining",
    "remain",
    "remains",
    "still",
    "other",
    "others",
    "higher",
    "lower",
    "up",
    "down",
    "by",
    "so",
    "therefore",
    "rest",
    "missing",
    "rose",
    "fell",
    "above",
    "below",
    "cheaper",
    "lead",
    "plus",
    "minus",
];

/// Whether a sentence says that it adds something up.
pub(super) fn is_worked_out(sentence: &Reading<'_>) -> bool {
    const ADDS: [&str; 5] = ["together", "total", "altogether", "sum", "combined"];
    sentence.stands(&["in", "all"]).next().is_some()
        || sentence.words.iter().any(|word| ADDS.contains(&word.lower.as_ref()))
}

/// Whether an amount follows from two others.
pub(super) fn follows(amount: &Amount, sentence: &Reading<'_>, items: &[&Item<'_>]) -> bool {
    let ours: Vec<&Amount> = sentence.amounts.iter().filter(|other| other.at != amount.at).collect();
    if amount.unit == Unit::Percent && any_pair(amount, &ours) || is_product(amount, sentence, items) {
        return true;
    }
    let written = sentence.text.contains(['−', '+', '=', '×']) || sentence.text.contains(" - ");
    let says_so = sentence.words.iter().any(|word| WORKED_OUT.contains(&word.lower.as_ref()));
    if items.len() > 1 && is_of_fields(amount, items) {
        return true;
    }
    if !written && !says_so {
        return false;
    }
    let in_pairs = |texts: &[Reading<'_>]| {
        texts.iter().any(|text| {
            text.amounts.windows(2).any(|pair| pair[1].at - pair[0].at <= 3 && gives(amount, &pair[0], &pair[1]))
        })
    };
    if any_pair(amount, &ours) || items.iter().any(|item| in_pairs(&item.texts)) {
        return true;
    }
    // Small numbers follow from nearly everything, and so does any from many.
    if amount.value < 13.0 && amount.unit == Unit::Plain || amount.unit == Unit::Percent {
        return false;
    }
    let in_item = |item: &&Item<'_>| {
        let mut known: Vec<&Amount> = item.facts.amounts.iter().filter(|known| known.unit == amount.unit).collect();
        known.sort_by(|one, other| one.value.total_cmp(&other.value));
        known.dedup_by(|one, other| one.value_fits(other.value));
        known.len() <= MANY && any_pair(amount, &known)
    };
    items.iter().any(in_item) || is_of_fields(amount, items)
}

/// Different amounts of an item from which on nearly every figure is the sum or the difference of two.
const MANY: usize = 8;

/// Whether it is the sum, the average or a difference of what some items have in the same field.
fn is_of_fields(amount: &Amount, items: &[&Item<'_>]) -> bool {
    let mut fields: Vec<(&str, Vec<&Amount>)> = Vec::new();
    for item in items {
        let mut seen: Vec<&str> = Vec::new();
        for known in item.facts.amounts.iter().filter(|known| !known.in_text) {
            let Some(noun) = known.noun.as_deref().filter(|noun| !seen.contains(noun)) else { continue };
            seen.push(noun);
            match fields.iter_mut().find(|(name, values)| *name == noun && values[0].unit == known.unit) {
                Some((_, values)) => values.push(known),
                None => fields.push((noun, vec![known])),
            }
        }
    }
    fields.iter().filter(|(_, values)| values.len() > 1).any(|(_, values)| {
        let sum: f64 = values.iter().map(|value| value.value).sum();
        let alike = values[0].unit == amount.unit;
        let average = sum / values.len() as f64;
        alike && (amount.value_fits(sum) || (amount.value - average).abs() <= 0.5) || any_pair(amount, values)
    })
}

/// Whether money is what so many cost, or one of them, or what a year or a month makes of it.
fn is_product(amount: &Amount, sentence: &Reading<'_>, items: &[&Item<'_>]) -> bool {
    if !matches!(amount.unit, Unit::Money(_)) {
        return false;
    }
    let says = |noun: &str| sentence.words.iter().any(|word| stem(&word.lower) == noun);
    let ours = sentence.amounts.iter().filter(|other| other.at != amount.at);
    let known: Vec<&Amount> = items.iter().flat_map(|item| &item.facts.amounts).chain(ours).collect();
    let counted = |known: &&&Amount| known.unit == Unit::Plain && known.noun.as_deref().is_some_and(says);
    let mut counts: Vec<f64> =
        known.iter().filter(counted).map(|known| known.value).filter(|count| *count > 1.0).collect();
    counts.extend(says(&stem("quarter")).then_some(4.0));
    known.iter().filter(|known| known.unit == amount.unit).any(|price| {
        let by_year = match (price.per, amount.per) {
            (Some("month") | None, Some("year")) => amount.value_fits(price.value * 12.0),
            (Some("year") | None, Some("month")) => amount.value_fits(price.value / 12.0),
            _ => false,
        };
        by_year
            || price.per.is_none_or(|per| amount.per.is_none_or(|said| said == per))
                && counts
                    .iter()
                    .any(|count| amount.value_fits(price.value * count) || amount.value_fits(price.value / count))
    })
}

fn any_pair(amount: &Amount, known: &[&Amount]) -> bool {
    let pairs = known.iter().enumerate().flat_map(|(at, one)| known[at + 1..].iter().map(move |other| (one, other)));
    pairs.take(20_000).any(|(one, other)| gives(amount, one, other))
}

/// Whether it is the sum or the difference of two, or one of them as a share of the other.
fn gives(amount: &Amount, one: &Amount, other: &Amount) -> bool {
    let (low, high) = (one.value.min(other.value), one.value.max(other.value));
    if amount.unit == Unit::Percent && one.unit != Unit::Percent && one.unit == other.unit && high > 0.0 && low > 0.0 {
        let shares = [low / high, (high - low) / high, (high - low) / low];
        return shares.iter().any(|share| (share * 100.0 - amount.value).abs() <= 0.5);
    }
    let alike = one.unit == other.unit && (one.unit == amount.unit || amount.unit == Unit::Plain);
    alike && low > 0.0 && (amount.value_fits(high - low) || amount.value_fits(high + low))
}

/// A part that is said to be more than its whole: "90 of 40 seats".
pub(super) fn part_above_whole(sentence: &Reading<'_>) -> Option<String> {
    let part = |pair: &&[Amount]| {
        let (part, whole) = (&pair[0], &pair[1]);
        let of = whole.at > 0
            && (1..=3).any(|back| {
                whole.at.checked_sub(back).is_some_and(|at| at > part.at && sentence.words[at].lower == "of")
            });
        of && part.unit == Unit::Plain
            && whole.unit == Unit::Plain
            && whole.at - part.at <= 6
            && sentence.together(part.at, whole.at)
    };
    let wrong = sentence.amounts.windows(2).filter(part).find(|pair| pair[0].value > pair[1].value)?;
    Some(format!("{} of {}", wrong[0].written, wrong[1].written))
}

/// The pairs of a text that are a part and its whole: "90 of the 150".
fn parts<'r>(text: &'r Reading<'_>) -> impl Iterator<Item = (&'r Amount, &'r Amount)> {
    let is_part = |pair: &&[Amount]| {
        let (part, whole) = (&pair[0], &pair[1]);
        let of = (part.end..whole.at).any(|at| text.words[at].lower == "of") && whole.at - part.end <= 3;
        of && part.unit == Unit::Plain && whole.unit == Unit::Plain && text.together(part.at, whole.at)
    };
    text.amounts.windows(2).filter(is_part).map(|pair| (&pair[0], &pair[1]))
}

/// A part of a whole that is another where the items have a part of that whole: "14 of 14" for "5 of 14".
pub(super) fn another_part(sentence: &Reading<'_>, items: &[&Item<'_>]) -> Option<(String, String)> {
    for (part, whole) in parts(sentence) {
        let texts = || items.iter().flat_map(|item| &item.texts);
        let known: Vec<&Amount> =
            texts().flat_map(parts).filter(|(_, of)| whole.value_fits(of.value)).map(|(part, _)| part).collect();
        let fits = |known: &&Amount| part.value_fits(known.value) || part.value_fits(whole.value - known.value);
        if let (Some(first), false) = (known.first(), known.iter().any(fits)) {
            return Some((part.written.clone(), first.written.clone()));
        }
    }
    None
}

/// A sum or a difference that the sentence writes out, and that comes to none of its other figures.
pub(super) fn wrong_result(sentence: &Reading<'_>) -> Option<String> {
    sentence.amounts.windows(2).find_map(|pair| {
        let (one, other) = (&pair[0], &pair[1]);
        let between = sentence.text[sentence.words[one.end - 1].end..sentence.words[other.at].start].trim();
        let result = match between.trim_end_matches(['$', '€', '£']).trim() {
            "−" | "-" => (one.value - other.value).abs(),
            "+" => one.value + other.value,
            "×" => one.value * other.value,
            _ => return None,
        };
        let mut rest = sentence.amounts.iter().filter(|amount| amount.at != one.at && amount.at != other.at).peekable();
        let wrong = rest.peek().is_some() && !rest.any(|amount| amount.value_fits(result));
        wrong.then(|| format!("{} {between} {}", one.written, other.written))
    })
}

/// From where to where a text says that something went, with the places of both.
pub(super) fn paths<'r>(text: &'r Reading<'_>) -> Vec<(&'r Amount, &'r Amount)> {
    let goes = |pair: &&[Amount]| {
        let (from, to) = (&pair[0], &pair[1]);
        let between = &text.text[text.words[from.at].end..text.words[to.at].start];
        let word = |at: Option<usize>| at.map_or("", |at| text.words[at].lower.as_ref());
        let from_to = word(to.at.checked_sub(1)) == "to" && word(from.at.checked_sub(1)) == "from";
        let last_of_pair = |at: usize| (1..=4).any(|back| word(at.checked_sub(back)) == "from");
        between.contains('→')
            || from_to
            || to.at - from.at <= 8
                && last_of_pair(from.at)
                && (1..=2).any(|back| word(to.at.checked_sub(back)) == "to")
    };
    text.amounts
        .windows(2)
        .filter(goes)
        .filter(|pair| pair[0].unit == pair[1].unit)
        .map(|pair| (&pair[0], &pair[1]))
        .collect()
}

/// "It rose from 90 to 80", or from 80 to 90 where the record has it from 90 to 80.
pub(super) fn turned_round(sentence: &Reading<'_>, items: &[&Item<'_>]) -> Option<String> {
    let moves: Vec<Said> = state::said(sentence).into_iter().filter(|said| said.state.kind == "direction").collect();
    for (from, to) in paths(sentence) {
        let words = || format!("from {} to {}", from.written, to.written);
        let up = |said: &&Said| said.state.value == "up";
        let near = moves.iter().min_by_key(|said| said.at.abs_diff(from.at));
        if near.is_some_and(|said| up(&said) != (to.value > from.value) && !from.value_fits(to.value)) {
            return Some(words());
        }
        let heard = items.iter().flat_map(|item| &item.texts).flat_map(paths);
        let (mut same, mut reversed, mut half) = (false, false, false);
        for (then, now) in heard {
            same |= from.value_fits(then.value) && to.value_fits(now.value);
            half |= from.value_fits(then.value) != to.value_fits(now.value);
            reversed |= from.value_fits(now.value) && to.value_fits(then.value);
        }
        if (reversed || half) && !same {
            return Some(words());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_two_amounts_may_be_said() {
        for (text, right) in [
            ("It rose by 6, from 40 to 46.", true),
            ("Option A is $5,400 less ($90,000 against $84,600).", true),
            ("That leaves 64 seats (150 − 86).", true),
            ("That leaves 54 seats (150 − 86).", false),
        ] {
            let sentence = Reading::of(text);
            assert_eq!(follows(&sentence.amounts[0], &sentence, &[]), right, "{text}");
        }
    }

    #[test]
    fn a_way_is_not_gone_backwards() {
        assert!(turned_round(&Reading::of("Usage rose from 51 to 45."), &[]).is_some());
        assert!(turned_round(&Reading::of("Usage rose from 45 to 51."), &[]).is_none());
        assert!(turned_round(&Reading::of("Down from 51 to 45."), &[]).is_none());
        assert_eq!(
            part_above_whole(&Reading::of("On average 260 of 173 seats are used.")).as_deref(),
            Some("260 of 173")
        );
        assert_eq!(part_above_whole(&Reading::of("On average 173 of the 260 seats are used.")), None);
    }
}
