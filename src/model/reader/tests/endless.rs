//! Texts that nobody could say in one breath: the work is in proportion to their length, and what they hold is read.

use proptest::prelude::*;

use super::super::statement::script;
use super::*;
use crate::reading::people::Sides;

const MEGABYTE: usize = 1024 * 1024;

/// The text that `piece` gives one after another, of about so many bytes.
fn text_of(bytes: usize, piece: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(bytes + 256);
    for number in 0.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&piece(number));
    }
    text
}

/// Words of promises, requests and days, one after another without an end.
fn endless(bytes: usize) -> String {
    const WORDS: [&str; 24] = [
        "we",
        "need",
        "a",
        "by",
        "Monday",
        "and",
        "I'll",
        "bring",
        "you",
        "if",
        "possible",
        "could",
        "Nora",
        "please",
        "the",
        "pallets",
        "it",
        "was",
        "because",
        "you'll",
        "have",
        "tomorrow",
        "forklifts",
        "again",
    ];
    text_of(bytes, |number| format!("{} ", WORDS[(number * 7 + number / 5) % WORDS.len()]))
}

fn kinds_of_text(bytes: usize) -> Vec<(&'static str, String)> {
    vec![
        ("one sentence", endless(bytes)),
        (
            "a table",
            text_of(bytes, |row| format!("{row},pallet {row},\"dock {}\",{}.5,2026-01-07,late\n", row % 9, row * 3)),
        ),
        (
            "a log",
            text_of(bytes, |row| {
                format!(
                    "2026-03-04T10:07:09Z WARN dock[{row}] scan={row:x} took {}ms path=/v1/pallets/{row}\n",
                    row % 700
                )
            }),
        ),
        (
            "markup",
            text_of(bytes, |row| {
                format!(
                    "<tr class=\"dock\"><td>{row}</td><td><a href=\"https://example.com/{row}\">pallet {row}</a></td></tr>"
                )
            }),
        ),
        (
            "data on one line",
            text_of(bytes, |row| format!("{{\"pallet\":{row},\"docks\":[\"a\",\"b\"],\"late\":true}},")),
        ),
        ("full stops", ".".repeat(bytes)),
        ("one word", "o".repeat(bytes)),
        ("abbreviations", "e.g. ".repeat(bytes / 5)),
    ]
}

fn heard(talk: Talk<'_>) -> Heard {
    let account = AccountRecord { domain: "example.com".to_owned(), ..AccountRecord::default() };
    BuiltInReader.hear_now(talk, &Setting::new(&account, &[talk]))
}

/// Whatever comes of such a text, it comes while whoever runs this test waits: work that grew with the square of a
/// sentence's words took hours.
#[test]
fn a_megabyte_without_a_full_stop_and_large_texts_of_any_kind_are_read() {
    let mut texts = kinds_of_text(MEGABYTE / 4);
    texts.push(("one sentence", endless(MEGABYTE)));
    std::thread::scope(|all| {
        for (_, text) in &texts {
            all.spawn(|| {
                heard(Talk::Email(&email("e", said_on(), "Nora Quist <nora@example.com>", "Pallets", text)));
                let ours = text.get(..text.len() / 4).unwrap_or(text);
                heard(Talk::Email(&email("e", said_on(), "Jared Dunn <jared@team.example>", "Pallets", ours)));
            });
        }
    });
}

#[test]
fn no_statement_is_longer_than_one_can_be() {
    for (kind, text) in kinds_of_text(MEGABYTE / 8) {
        let mail = email("e", said_on(), "Nora Quist <nora@example.com>", "Pallets", &text);
        let script = script(Talk::Email(&mail), &Sides::of_domain(&mail.account));
        let longest = script.statements.iter().map(|statement| statement.text.len()).max().unwrap_or_default();
        assert!(longest <= 1_200, "{kind}: {longest} bytes");
    }
}

#[test]
fn what_is_promised_and_asked_for_within_an_endless_sentence_is_read() {
    let log = text_of(MEGABYTE / 16, |row| format!("dock {row} scanned, "));
    let promising = format!("{log}\n\nI'll bring you the pallet count by Friday.\n\n{log}");
    let mail = email("e", said_on(), "Jared Dunn <jared@team.example>", "Pallets", &promising);
    let promises = heard(Talk::Email(&mail)).promises;
    assert_eq!(promises.len(), 1, "{promises:?}");
    assert!(promises[0].quote.contains("pallet count") && promises[0].quote.len() < 1_200, "{promises:?}");
    assert_eq!(promises[0].due.as_ref().and_then(|due| due.day), "2026-03-06".parse().ok());

    let unbroken = format!("{log} what we need is an export of the scans as a spreadsheet, {log}");
    let mail = email("e", said_on(), "Nora Quist <nora@example.com>", "Pallets", &unbroken);
    let requests = heard(Talk::Email(&mail)).requests;
    assert!(requests.iter().any(|request| request.what.contains("export")), "{requests:?}");
}

/// What one record can bring is bounded, because all of an account's is compared with each other.
#[test]
fn a_record_of_nothing_but_promises_and_requests_brings_a_bounded_number() {
    let promises = text_of(MEGABYTE / 4, |row| format!("I'll send you crate {row} of lot {} by Friday. ", row * 7));
    let mail = email("e", said_on(), "Jared Dunn <jared@team.example>", "Crates", &promises);
    assert!((50..=201).contains(&heard(Talk::Email(&mail)).promises.len()));
    let requests = text_of(MEGABYTE / 4, |row| format!("We need a connector for system{row} of site{row}. "));
    let mail = email("e", said_on(), "Nora Quist <nora@example.com>", "Sites", &requests);
    assert!((50..=100).contains(&heard(Talk::Email(&mail)).requests.len()));
}

/// In a call the next turn decides what a promise is worth: it is found without a look at all that was said before.
#[test]
fn a_call_of_two_endless_turns_is_read() {
    let ours = "Jared: ".to_owned() + &"I can bring the pallets to dock seven. ".repeat(4_000);
    let theirs = "Nora: ".to_owned() + &"Yes please, do that. ".repeat(4_000);
    let call = call("c", said_on(), &[&ours, &theirs]);
    let promises = heard(Talk::Call(&call)).promises;
    assert!(promises.iter().all(|promise| promise.who == "Jared Dunn"), "{:?}", promises.first());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever people write, it is read without a fault, and what is quoted of it stands in it.
    #[test]
    fn what_is_quoted_stands_in_the_text(text in "((I'll|we need|could you|send|the|by Friday|if|[a-z]{1,6}|\\PC)[ ,;.?\n]{1,2}){0,300}") {
        for from in ["Nora Quist <nora@example.com>", "Jared Dunn <jared@team.example>"] {
            let mail = email("e", said_on(), from, "Pallets", &text);
            let heard = heard(Talk::Email(&mail));
            let quotes = heard.promises.iter().map(|promise| &promise.quote);
            for quote in quotes.chain(heard.requests.iter().map(|request| &request.quote)) {
                prop_assert!(text.contains(quote.as_str()), "{quote:?}");
            }
        }
    }
}
