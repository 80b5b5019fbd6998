//! Promises a mail has to own before it asks for anything, and those it may go by.

use chrono::NaiveDate;

use super::grounds::{Grounds, Promise};
use super::said::{Talks, first_name, is_about_paying};
use crate::agent::tools::{promise_evidence, same_person};
use crate::domain::activity::{Commitment, CommitmentStatus, Side};
use crate::domain::draft::Goal;
use crate::domain::time::day_text;
use crate::store::AccountData;

/// Days after which a promise past its day is not brought up unasked: it was kept unseen or forgotten by both.
const STILL_OWED: i64 = 45;

/// Days ahead within which a promise is worth naming.
const SOON: i64 = 30;

/// Days back that a promise of theirs counts.
const THEIRS: i64 = 60;

/// Words of a deed, and of a quote, at most.
const LONGEST: (usize, usize) = (10, 18);

/// What brings something to somebody.
const BRINGS: [&str; 12] =
    ["send", "deliver", "write", "mail", "return", "give", "share", "bring", "prepare", "provide", "get", "forward"];

/// What takes place.
const TAKES_PLACE: [&str; 6] = ["run", "hold", "arrange", "organise", "organize", "schedule"];

/// Tells what we owe them, what is coming, and what they promised where the mail is about that.
pub fn tell_promises(grounds: &mut Grounds, data: &AccountData, talks: &Talks, today: NaiveDate) {
    let ours = |status: CommitmentStatus| {
        data.commitments.iter().filter(move |item| item.side == Side::Team && item.status(today) == status)
    };
    let late = |item: &&Commitment| item.due.is_some_and(|due| (today - due).num_days() <= STILL_OWED);
    let mut overdue: Vec<&Commitment> = ours(CommitmentStatus::Overdue).filter(late).collect();
    overdue.sort_by_key(|item| (std::cmp::Reverse(item.due), item.deed().is_none()));
    let owed = overdue.into_iter().find_map(|item| promise(grounds, item, today).map(|told| (told, item)));
    if let Some((told, item)) = owed {
        let due = item.due.map(|due| format!(", due {}", day_text(due, today))).unwrap_or_default();
        lean(grounds, data, item, format!("Overdue promise of {}{due}: “{}”", item.who, item.quote));
        let heard = talks.took_part(&item.source, &grounds.recipient);
        grounds.owed = Some(Promise { heard, ..told });
    }
    let soon = |item: &&Commitment| item.due.is_some_and(|due| (due - today).num_days() <= SOON);
    let mut open: Vec<&Commitment> = ours(CommitmentStatus::Open).filter(soon).collect();
    open.sort_by_key(|item| item.due);
    if let Some((told, item)) = open.into_iter().find_map(|item| promise(grounds, item, today).map(|told| (told, item)))
    {
        let due = item.due.map(|due| format!(", due {}", day_text(due, today))).unwrap_or_default();
        lean(grounds, data, item, format!("Open promise of {}{due}: “{}”", item.who, item.quote));
        grounds.coming = Some(told);
    }
    if matches!(grounds.goal, Goal::PaymentRecovery | Goal::Renewal) {
        let theirs = data.commitments.iter().filter(|item| {
            item.side == Side::Customer
                && item.status(today).is_open()
                && (today - item.occurred_at.day()).num_days() <= THEIRS
                && item.quote.split_whitespace().count() <= LONGEST.1
                && is_about_paying(&item.quote)
        });
        if let Some(item) = theirs.max_by_key(|item| item.occurred_at) {
            lean(grounds, data, item, format!("Promise of {}: “{}”", item.who, item.quote));
            let own = same_person(&item.who, &grounds.recipient.name);
            grounds.theirs = Some(Promise { own, ..told(item, None, today) });
        }
    }
}

/// Tells that we promised to write on the day something ships, where it has shipped since.
pub fn tell_promised_word(grounds: &mut Grounds, data: &AccountData, today: NaiveDate) {
    let untold = grounds.shipped.first().filter(|shipped| !shipped.told);
    let Some(shipped) = untold.map(|shipped| shipped.day) else { return };
    let says = |quote: &str| {
        let lower = quote.to_lowercase();
        (lower.contains("write to you") || lower.contains("tell you")) && lower.contains("the day")
    };
    let found = data.commitments.iter().find(|item| {
        item.side == Side::Team && item.kept_by.is_none() && item.occurred_at.day() < shipped && says(&item.quote)
    });
    if let Some(item) = found {
        lean(
            grounds,
            data,
            item,
            format!("Promise of {} on {}: “{}”", item.who, day_text(item.occurred_at.day(), today), item.quote),
        );
        let own = same_person(&item.who, &grounds.sender.name);
        let late = (today - shipped).num_days();
        grounds.owed = Some(Promise { own, on_shipping: true, late, ..told(item, None, today) });
    }
}

fn lean(grounds: &mut Grounds, data: &AccountData, item: &Commitment, text: String) {
    grounds.lean_on(text, promise_evidence(data, item));
}

/// A promise of ours that can be told to them; none where neither the deed nor the words stand by themselves.
fn promise(grounds: &Grounds, item: &Commitment, today: NaiveDate) -> Option<Promise> {
    let deed = item.deed().and_then(|deed| plain_deed(deed, &grounds.recipient.name));
    if deed.is_none() && !stands_alone(&item.quote, &grounds.recipient.name) {
        return None;
    }
    let own = same_person(&item.who, &grounds.sender.name);
    Some(Promise { own, ..told(item, deed, today) })
}

fn told(item: &Commitment, deed: Option<String>, today: NaiveDate) -> Promise {
    let brings = deed.as_deref().is_some_and(|deed| BRINGS.iter().any(|verb| deed.starts_with(verb)));
    Promise {
        first: first_name(&item.who),
        own: false,
        brings,
        deed,
        quote: item.quote.trim().trim_end_matches('.').to_owned(),
        day: item.occurred_at.day(),
        due: item.due,
        on_shipping: false,
        heard: true,
        late: item.due.map_or(0, |due| (today - due).num_days().max(0)),
    }
}

/// A deed that can be told to the recipient: a verb we know, and a thing.
fn plain_deed(deed: &str, recipient: &str) -> Option<String> {
    const BEFORE_THINGS: [&str; 16] = [
        "the", "a", "an", "all", "both", "our", "two", "three", "four", "five", "some", "any", "every", "another",
        "new", "full",
    ];
    let mut words = deed.split_whitespace();
    let (verb, next) = (words.next()?, words.next()?.to_lowercase());
    let known = BRINGS.contains(&verb) || TAKES_PLACE.contains(&verb);
    let first = first_name(recipient).to_lowercase();
    let personal = deed.split(|letter: char| !letter.is_alphanumeric()).any(|word| {
        matches!(word.to_lowercase().as_str(), "you" | "your" | "i" | "me" | "us" | "my")
            || word.to_lowercase() == first
    });
    let fits = deed.split_whitespace().count() <= LONGEST.0 && !deed.contains('…');
    (known && BEFORE_THINGS.contains(&next.as_str()) && !personal && fits && !deed.contains(',')).then(|| match verb {
        "deliver" | "provide" => format!("get you{}", &deed[verb.len()..]),
        _ => deed.to_owned(),
    })
}

/// Whether words say by themselves what was promised, to whom it was promised.
fn stands_alone(quote: &str, recipient: &str) -> bool {
    let first = first_name(recipient).to_lowercase();
    let words: Vec<String> = crate::language::words(quote).into_iter().map(|word| word.lower.into_owned()).collect();
    let leans = words
        .iter()
        .any(|word| matches!(word.as_str(), "it" | "that" | "both" | "this" | "them" | "those" | "these" | "either"));
    let to_them = words.iter().any(|word| {
        matches!(word.as_str(), "you" | "you'll" | "your" | "you’ll") || word.trim_end_matches("'s") == first
    });
    to_them && !leans && (5..=LONGEST.1).contains(&words.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_deeds_that_can_be_told_are_told() {
        for (deed, told) in [
            ("deliver the adoption plan", Some("get you the adoption plan")),
            ("send a corrected invoice", Some("send a corrected invoice")),
            ("deliver Dinesh call", None),
            ("give Dinesh a nudge", None),
            ("write to you either way", None),
            ("run a one-hour session for the managers", Some("run a one-hour session for the managers")),
        ] {
            assert_eq!(plain_deed(deed, "Dana Whitfield").as_deref(), told, "{deed}");
        }
        assert!(stands_alone("I'll have Dinesh call you within a week.", "Dana Whitfield"));
        assert!(stands_alone("All fourteen funds, in Petra's inbox by November 9.", "Petra Lindqvist"));
        assert!(!stands_alone("You'll have it October 18 at the latest.", "Dana"));
        assert!(!stands_alone("I'll give Dinesh a nudge today.", "Dana"));
    }
}
