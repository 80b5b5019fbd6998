//! Nothing a record says is lost, and no passage is too large, whatever people write.

use proptest::prelude::*;

use super::split::size_of;
use super::{Size, chunk, own_text, source};
use crate::domain::activity::{Call, Email, Note, Participant, Release, Side, SpokenTurn};
use crate::domain::passage::Passage;
use crate::domain::record::Record;
use crate::domain::time::midnight;
use crate::reading::zones_of;

fn call(turns: &[(&str, &str)]) -> Call {
    let participant = |name: &str, side| Participant { name: name.to_owned(), email: None, side };
    Call {
        id: "call".to_owned(),
        account: "hooli.com".to_owned(),
        title: "Check-in".to_owned(),
        started_at: midnight("2026-03-04".parse().unwrap()),
        duration_seconds: 60,
        participants: vec![participant("Dana Whitfield", Side::Customer), participant("Jared Dunn", Side::Team)],
        transcript: (0u32..)
            .zip(turns)
            .map(|(turn, (speaker, text))| SpokenTurn {
                speaker: (*speaker).to_owned(),
                text: (*text).to_owned(),
                at_seconds: Some(f64::from(turn) * 5.0),
            })
            .collect(),
        summary: None,
        url: None,
    }
}

fn note(text: &str) -> Record {
    Record::Note(Note {
        id: "n".to_owned(),
        account: "hooli.com".to_owned(),
        written_at: midnight("2026-03-04".parse().unwrap()),
        author: String::new(),
        text: text.to_owned(),
        url: None,
    })
}

fn release(body: &str) -> Record {
    Record::Release(Release {
        id: "r".to_owned(),
        title: "4.2".to_owned(),
        body: body.to_owned(),
        shipped_at: midnight("2026-03-04".parse().unwrap()),
        version: None,
        draft: false,
        prerelease: false,
        url: None,
    })
}

fn email(body: &str) -> Record {
    Record::Email(Email {
        id: "e".to_owned(),
        account: "hooli.com".to_owned(),
        sent_at: midnight("2026-03-04".parse().unwrap()),
        from: "Dana <dana@hooli.com>".to_owned(),
        to: Vec::new(),
        subject: "Price".to_owned(),
        body: body.to_owned(),
        thread_id: None,
        url: None,
    })
}

#[test]
fn turns_are_merged_and_a_passage_tells_who_when_and_where() {
    let long = "The archive is slow and we would like to know why. ".repeat(16);
    let call = call(&[
        ("Dana Whitfield", "Hello."),
        ("Jared Dunn", "Hi Dana."),
        ("Dana Whitfield", &long),
        ("Jared Dunn", "Right."),
        ("Dana Whitfield", &long),
    ]);
    let passages = chunk(&Record::Call(call));
    assert_eq!(passages.len(), 2, "{passages:#?}");
    let first = &passages[0];
    assert_eq!((first.first_turn, first.last_turn, first.at_seconds), (Some(0), Some(3), Some(0.0)));
    assert_eq!((first.speaker.as_deref(), first.side), (Some("Dana Whitfield, Jared Dunn"), None));
    assert!(first.text.starts_with("Dana Whitfield: Hello.\nJared Dunn: Hi Dana.\n"));
    let second = &passages[1];
    assert_eq!((second.first_turn, second.last_turn, second.at_seconds), (Some(4), Some(4), Some(20.0)));
    assert_eq!((second.speaker.as_deref(), second.side), (Some("Dana Whitfield"), Some(Side::Customer)));
    assert!(second.text.starts_with("The archive"));
}

#[test]
fn a_long_turn_is_cut_where_a_sentence_ends() {
    let text = "One two three four five six seven eight nine ten. ".repeat(60);
    let passages = chunk(&Record::Call(call(&[("Dana Whitfield", &text)])));
    assert!(passages.len() >= 3);
    assert!(passages.iter().all(|passage| passage.text.ends_with("ten.")));
    assert!(passages.iter().all(|passage| (passage.first_turn, passage.last_turn) == (Some(0), Some(0))));
}

#[test]
fn a_summary_has_passages_of_its_own_and_an_empty_call_is_found_by_its_title() {
    let mut call = call(&[("Dana Whitfield", "Hello.")]);
    call.summary = Some("They want SSO.".to_owned());
    let passages = chunk(&Record::Call(call.clone()));
    assert_eq!(passages[1].text, "They want SSO.");
    assert_eq!((passages[1].first_turn, passages[1].speaker.as_deref()), (None, None));
    call.transcript.clear();
    call.summary = None;
    let passages = chunk(&Record::Call(call));
    assert_eq!(passages.iter().map(|passage| passage.text.as_str()).collect::<Vec<_>>(), ["Check-in"]);
}

#[test]
fn an_email_tells_its_writer_and_what_it_quotes_counts_for_less() {
    let passages = chunk(&email("It costs too much.\n\nOn 3 March Jared wrote:\n> It is cheap."));
    let told: Vec<_> = passages.iter().map(|passage| (passage.text.as_str(), passage.weight)).collect();
    assert_eq!(told, [("It costs too much.", 1.0), ("It is cheap.", 0.5), ("On 3 March Jared wrote:", 0.25)]);
    assert_eq!(passages[1].side, None);
    let passage = &passages[0];
    assert_eq!((passage.text.as_str(), passage.title.as_str()), ("It costs too much.", "Price"));
    assert_eq!((passage.speaker.as_deref(), passage.side), (Some("Dana"), Some(Side::Customer)));
}

#[test]
fn what_is_passed_on_is_its_writers_and_what_stands_below_is_found_too() {
    let body = "Please look.\n\n---------- Forwarded message ---------\nFrom: Gavin <gavin@hooli.com>\nDate: 3 March 2026\nSubject: Down\n\n\
                The export fails.\n\n-- \nGavin";
    let passages = chunk(&email(body));
    let told: Vec<_> =
        passages.iter().map(|passage| (passage.text.as_str(), passage.speaker.as_deref(), passage.weight)).collect();
    assert_eq!(told[..2], [("Please look.", Some("Dana"), 1.0), ("The export fails.", Some("Gavin"), 1.0)]);
    let (beside, _, weight) = told[2];
    assert!(beside.contains("gavin@hooli.com") && beside.ends_with("-- \nGavin"), "{beside}");
    assert_eq!((told.len(), weight), (3, 0.25));
    assert_eq!((passages[1].side, passages[1].title.as_str()), (Some(Side::Customer), "Down"));
    let signed = chunk(&email("Yes.\n-- \nDana\nDesk 12"));
    assert_eq!((signed[1].text.as_str(), signed[1].weight), ("-- \nDana\nDesk 12", 0.25));
}

/// What every list of passages must be.
fn check(record: &Record, own: &str) -> Result<(), TestCaseError> {
    let passages: Vec<Passage> = chunk(record);
    let said: std::collections::HashSet<&str> =
        passages.iter().flat_map(|passage| passage.text.split_whitespace()).collect();
    for word in own.split_whitespace().filter(|word| word.chars().count() < 300) {
        prop_assert!(said.contains(word), "{word:?} is lost");
    }
    for (ordinal, passage) in (0u32..).zip(&passages) {
        prop_assert_eq!(passage.ordinal, ordinal);
        prop_assert_eq!(&passage.source, &source(record).unwrap());
        prop_assert!(!passage.text.trim().is_empty());
        // The names that open the lines come on top of the words.
        let names = passage.text.lines().filter(|line| line.contains(": ")).count() * 2;
        prop_assert!(size_of(&passage.text) <= Size::DEFAULT.max + names, "{} words", size_of(&passage.text));
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_word_of_a_call_is_lost(turns in prop::collection::vec(("Dana|Jared|Ann Li|", "(\\PC{0,12}[ .?\n]){0,90}"), 0..12)) {
        let turns: Vec<(&str, &str)> = turns.iter().map(|(speaker, text)| (speaker.as_str(), text.as_str())).collect();
        let own: Vec<&str> = turns.iter().map(|(_, text)| *text).collect();
        check(&Record::Call(call(&turns)), &own.join(" "))?;
    }

    #[test]
    fn the_turns_of_a_call_follow_on_each_other(sizes in prop::collection::vec(0usize..400, 0..40)) {
        let texts: Vec<String> = sizes.iter().map(|size| "word ".repeat(*size)).collect();
        let turns: Vec<(&str, &str)> = texts.iter().map(|text| ("Dana", text.as_str())).collect();
        let mut last = 0;
        for passage in chunk(&Record::Call(call(&turns))) {
            if let (Some(from), Some(to)) = (passage.first_turn, passage.last_turn) {
                prop_assert!(from >= last && to >= from && (to as usize) < turns.len());
                last = to;
            }
        }
    }

    #[test]
    fn no_word_of_a_note_a_release_or_an_email_is_lost(text in "(\\PC{0,12}[ .?\n>]){0,400}") {
        check(&note(&text), &text)?;
        check(&release(&text), &text)?;
        let mail = email(&text);
        if let Record::Email(email) = &mail {
            check(&mail, &own_text(email, &zones_of(email)))?;
        }
    }

    #[test]
    fn a_run_without_spaces_is_bounded_too(letter in any::<char>(), length in 1usize..20_000) {
        check(&note(&letter.to_string().repeat(length)), "")?;
    }

    /// A sentence is read in parts, and indexed whole: no letter of it is lost between two passages.
    #[test]
    fn no_letter_of_an_endless_sentence_is_lost(words in prop::collection::vec("[a-z]{1,9},?", 0..3_000)) {
        let text = words.join(" ");
        let indexed: Vec<String> = chunk(&email(&text)).into_iter().map(|passage| passage.text).collect();
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        if !words.is_empty() {
            prop_assert_eq!(letters(&indexed.concat()), letters(&text));
        }
    }
}
