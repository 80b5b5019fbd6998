//! What orders are read as.

use chrono::NaiveDate;

use super::wish::{Order, asks_for_change, bare, read};
use crate::domain::account::Section;
use crate::domain::action::Outcome;

fn today() -> NaiveDate {
    "2026-06-17".parse().unwrap()
}

fn wish(text: &str) -> (Order, Option<String>) {
    let wish = read(text, today().into()).unwrap_or_else(|| panic!("{text} is an order"));
    (wish.order, wish.reason)
}

#[test]
fn orders_are_read_with_their_reasons() {
    let because = |reason: &str| Some(reason.to_owned());
    for (text, order, reason) in [
        ("route them to Pipeline, they signed", Order::Route(Some(Section::Pipeline)), because("they signed")),
        (
            "Hooli signed so please move them from Health to pipeline",
            Order::Route(Some(Section::Pipeline)),
            because("Hooli signed"),
        ),
        ("can you kick this over to re-engage", Order::Route(Some(Section::Reengage)), None),
        ("route Hooli", Order::Route(None), None),
        ("untrack Hooli because they shut down", Order::Untrack, because("they shut down")),
        ("stop tracking them please", Order::Untrack, None),
        ("take Hooli out of the digests", Order::Untrack, None),
        ("put them back on health monitoring", Order::Retrack, None),
        ("start monitoring them again", Order::Retrack, None),
        ("assign Hooli to Jared", Order::Give(None), None),
        (
            "give hooli.com to monica@piedpiper.com, Jared is on leave",
            Order::Give(Some("monica@piedpiper.com".to_owned())),
            because("Jared is on leave"),
        ),
        ("make Jared the owner", Order::Give(None), None),
        (
            "add a note: they're freezing budget, till autumn",
            Order::Note(Some("they're freezing budget, till autumn".to_owned())),
            None,
        ),
        ("note that Dana is out until Monday", Order::Note(Some("Dana is out until Monday".to_owned())), None),
        ("add a note", Order::Note(None), None),
        ("add a note to Hooli", Order::Note(None), None),
        ("leave a note for Hooli that Dana left", Order::Note(Some("Dana left".to_owned())), None),
        ("ignore the Stripe subscription from ARR", Order::Ignore { words: "stripe".to_owned(), ignored: true }, None),
        ("count the pilot contract in ARR again", Order::Ignore { words: "pilot".to_owned(), ignored: false }, None),
        (
            "mark the migration guide as delivered",
            Order::Mark { words: "migration guide".to_owned(), outcome: Outcome::Kept },
            None,
        ),
        (
            "drop the promise about the audit report, they don't need it",
            Order::Mark { words: "audit report".to_owned(), outcome: Outcome::Dropped },
            because("they don't need it"),
        ),
        ("Tanto should go to Contracts", Order::Route(Some(Section::Contracts)), None),
        ("Hooli must be untracked, they left", Order::Untrack, because("they left")),
        ("rout hooli to pipline", Order::Route(Some(Section::Pipeline)), None),
        (
            "we kept the audit promise, mark it done",
            Order::Mark { words: "we kept the audit promise".to_owned(), outcome: Outcome::Kept },
            because("we kept the audit promise"),
        ),
        ("who routed Hooli to Pipeline?", Order::History, None),
        ("why was it untracked", Order::History, None),
    ] {
        assert_eq!(wish(text), (order, reason), "{text}");
    }
}

#[test]
fn a_snooze_ends_on_the_day_that_is_named() {
    let until = |text: &str| match wish(text).0 {
        Order::Snooze(day) => day.map(|day| day.to_string()),
        other => panic!("{text}: {other:?}"),
    };
    for (text, day) in [
        ("snooze Hooli for two weeks", "2026-07-01"),
        ("snooze them until Monday", "2026-06-22"),
        ("mute alerts till August 15, they are on holiday", "2026-08-15"),
        ("snooze until 2026-09-01", "2026-09-01"),
        ("snooze for a month", "2026-07-17"),
        ("snooze it until next week", "2026-06-22"),
        ("leave them out of the digest until the end of June", "2026-06-30"),
    ] {
        assert_eq!(until(text).as_deref(), Some(day), "{text}");
    }
    assert_eq!(until("snooze Hooli"), None);
}

#[test]
fn questions_are_no_orders() {
    for text in [
        "why is this account critical?",
        "did they send the report",
        "what did we note about SSO",
        "which accounts are in Pipeline",
        "who owns Hooli",
        "what's the route to renewal",
        "how do we mark up their contract",
        "summarize the last three calls",
        "any open commitments",
        "move date",
        "should we route Hooli to Pipeline?",
        "what should be moved to Pipeline",
        "what would happen if we untracked Hooli?",
        "draft a renewal mail to Dana, short",
    ] {
        assert_eq!(read(text, today().into()), None, "{text}");
    }
    for text in ["What did they say lately?", "why is it critical", "Who is untracked?"] {
        assert!(!asks_for_change(text, today()), "{text}");
    }
    for text in
        ["Tanto should go to Contracts", "please route Hooli to Pipeline", "they signed, move them on", "yes, do it"]
    {
        assert!(asks_for_change(text, today()), "{text}");
    }
}

#[test]
fn an_order_without_a_verb_names_an_account_and_where_it_goes() {
    let to = |text: &str, name: &str| {
        let at = text.find(name).unwrap();
        let order = bare(text, &[(at, at + name.len())]).map(|wish| wish.order);
        assert_eq!(order.is_some() && asks_for_change(text, today()), order.is_some(), "{text}");
        order
    };
    for (text, section) in [
        ("quarz > contracts", Section::Contracts),
        ("Quarz -> pipeline pls", Section::Pipeline),
        ("please quarz to the convert section", Section::Convert),
        ("Quarz → close the loop", Section::CloseTheLoop),
    ] {
        assert_eq!(
            to(text, if text.contains("quarz") { "quarz" } else { "Quarz" }),
            Some(Order::Route(Some(section))),
            "{text}"
        );
    }
    for text in
        ["quarz to contracts?", "what did quarz say to contracts", "quarz to contracts we sent", "quarz contracts"]
    {
        assert_eq!(to(text, "quarz"), None, "{text}");
    }
}

#[test]
fn what_is_asked_beside_an_order_is_no_reason() {
    let text = "When did they pay last? And move them to Contracts, they signed";
    let wish = read(text, today().into()).unwrap();
    assert_eq!(wish.order, Order::Route(Some(Section::Contracts)));
    assert_eq!(wish.reason.as_deref(), Some("they signed"));
    let (start, end) = wish.question.unwrap();
    assert_eq!(&text[start..end], "When did they pay last");
}

#[test]
fn whether_to_do_it_is_no_order_and_a_note_asked_for_is_none_to_write() {
    for text in [
        "Can we move them to Pipeline, or is something open?",
        "could we untrack them, what is against it",
        "note of last week - is there one?",
    ] {
        assert_eq!(read(text, today().into()), None, "{text}");
    }
}

#[test]
fn orders_in_other_words_are_understood() {
    let order = |text: &str| read(text, today().into()).map(|wish| wish.order);
    let day = |day: &str| Some(Order::Snooze(Some(day.parse().unwrap())));
    assert_eq!(order("park it until Monday"), day("2026-06-22"));
    assert_eq!(order("hide quarz until July 3"), day("2026-07-03"));
    assert_eq!(order("take quarz off the tracked accounts"), Some(Order::Untrack));
    assert_eq!(
        order("their renewal belongs in contracts, put the account there"),
        Some(Order::Route(Some(Section::Contracts)))
    );
    assert_eq!(order("put a note on it that Ida is away"), Some(Order::Note(Some("Ida is away".to_owned()))));
    assert_eq!(order("note for quarz - call Ida first"), Some(Order::Note(Some("call Ida first".to_owned()))));
}
