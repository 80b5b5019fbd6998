//! What must be read from natural dialogue, and what must not.

mod endless;
mod generic;
mod joined;
mod notes;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::domain::account::AccountRecord;
use crate::domain::activity::{Call, Commitment, Email, Participant, Request, Side, SpokenTurn};
use crate::domain::time::midnight;

/// A Wednesday.
fn said_on() -> NaiveDate {
    "2026-03-04".parse().unwrap()
}

/// A call of "A: words" lines; Jared is ours, everybody else the customer's.
fn call(id: &str, day: NaiveDate, lines: &[&str]) -> Call {
    let participant = |name: &str, side| Participant { name: name.to_owned(), email: None, side };
    let turn = |(index, line): (usize, &&str)| {
        let (speaker, text) = line.split_once(": ").unwrap();
        SpokenTurn { speaker: speaker.to_owned(), text: text.to_owned(), at_seconds: Some(index as f64 * 10.0) }
    };
    Call {
        id: id.to_owned(),
        account: "example.com".to_owned(),
        title: "Check-in".to_owned(),
        started_at: midnight(day),
        duration_seconds: 600,
        participants: vec![
            participant("Jared Dunn", Side::Team),
            participant("Nora Quist", Side::Customer),
            participant("Dana Whitfield", Side::Customer),
        ],
        transcript: lines.iter().enumerate().map(turn).collect(),
        summary: None,
        url: None,
    }
}

fn email(id: &str, day: NaiveDate, from: &str, subject: &str, body: &str) -> Email {
    Email {
        id: id.to_owned(),
        account: "example.com".to_owned(),
        sent_at: midnight(day),
        from: from.to_owned(),
        to: Vec::new(),
        subject: subject.to_owned(),
        body: body.to_owned(),
        thread_id: None,
        url: None,
    }
}

/// What is read, without the keys.
#[derive(Debug, PartialEq)]
struct Read {
    commitments: Vec<Commitment>,
    requests: Vec<Request>,
}

fn read(calls: &[Call], emails: &[Email]) -> Read {
    read_with(calls, emails, &[])
}

fn read_with(calls: &[Call], emails: &[Email], works: &[Work<'_>]) -> Read {
    let Reading { commitments, requests, .. } = reading(calls, emails, works, &BTreeMap::new());
    Read { commitments: commitments.into_iter().map(|marked| marked.commitment).collect(), requests }
}

fn reading(calls: &[Call], emails: &[Email], works: &[Work<'_>], marks: &BTreeMap<String, Mark>) -> Reading {
    let account = AccountRecord { domain: "example.com".to_owned(), ..AccountRecord::default() };
    let talks = Talk::all(calls, emails);
    let setting = Setting::new(&account, &talks);
    let heard = |talk: &Talk<'_>| BuiltInReader.hear_now(*talk, &setting);
    let heard = talks
        .iter()
        .map(|talk| HeardIn { talk: *talk, key: setting.key(*talk, "test").unwrap(), heard: heard(talk) })
        .collect();
    join(&setting, heard, works, &[], marks).unwrap()
}

fn promises(lines: &[&str]) -> Vec<Commitment> {
    read(&[call("call-1", said_on(), lines)], &[]).commitments
}

#[test]
fn natural_promises_are_read_with_who_what_and_by_when() {
    for (line, who, what, due) in [
        (
            "Jared: I'll send you the pricing sheet by Friday.",
            "Jared Dunn",
            "send the pricing sheet",
            Some("2026-03-06"),
        ),
        ("Dana: We'll sign the order form tomorrow.", "Dana Whitfield", "sign the order form", Some("2026-03-05")),
        ("Jared: You'll have the report by March 12.", "Jared Dunn", "deliver the report", Some("2026-03-12")),
        ("Jared: Let me find out who owns that and get back to you.", "Jared Dunn", "find out who owns that", None),
        ("Nora: I'll share the folder with you today.", "Nora Quist", "share the folder", Some("2026-03-04")),
        (
            "Jared: We will credit the invoice by the end of the month.",
            "Jared Dunn",
            "credit the invoice",
            Some("2026-03-31"),
        ),
        (
            "Dana: I'm going to introduce you to our CFO next week.",
            "Dana Whitfield",
            "introduce you to our CFO",
            Some("2026-03-13"),
        ),
    ] {
        let found = promises(&["Jared: Hello everybody.", line, "Nora: Okay."]);
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert_eq!(found[0].who, who, "{line}");
        assert!(found[0].what.starts_with(what), "{line}: {}", found[0].what);
        assert_eq!(found[0].due, due.map(|day| day.parse().unwrap()), "{line}");
    }
}

#[test]
fn what_only_sounds_like_a_promise_is_none() {
    for line in [
        "Jared: I can't promise that we'll send it by Friday.",
        "Nora: If we had the budget we'd sign for two years.",
        "Nora: If you match the price, we'll sign tomorrow.",
        "Nora: Oh sure, we'll rebuild the whole chain by Friday.",
        "Nora: Sure, I'll just clone myself and send a copy.",
        "Jared: We'll see.",
        "Jared: I'll be honest with you.",
        "Jared: I'll let you go.",
        "Nora: I'll be on holiday next week.",
        "Nora: We'll be fine.",
        "Nora: He said he'll send it by Friday.",
        "Nora: You said you'll send it by Friday.",
        "Nora: Will you send it by Friday?",
        "Jared: I won't send anything before that.",
        "Jared: Maybe we'll ship it some day.",
        "Nora: I'll believe it when I see it.",
    ] {
        let found = promises(&["Jared: Hello everybody.", line, "Dana: Okay."]);
        assert!(found.is_empty(), "{line}: {found:?}");
    }
}

#[test]
fn saying_yes_to_a_request_is_a_promise_of_what_was_asked() {
    let found = promises(&["Nora: Can you send the SOC 2 report by Friday?", "Jared: Sure, will do."]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].who.as_str(), found[0].what.as_str()), ("Jared Dunn", "send the SOC 2 report"));
    assert_eq!(found[0].due, "2026-03-06".parse().ok());
    assert!(
        promises(&["Nora: Can you send the SOC 2 report by Friday?", "Jared: Sure, but not by Friday."]).is_empty()
    );
}

#[test]
fn a_pronoun_is_read_as_what_was_named_before() {
    let found = promises(&["Jared: What I'd like is an adoption plan. I'll have that in your inbox in ten days."]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].what, "deliver the adoption plan");
    assert_eq!(found[0].due, "2026-03-14".parse().ok());
}

#[test]
fn a_promise_repeated_in_the_summing_up_or_by_mail_is_one_with_its_day() {
    let told = call(
        "call-1",
        said_on(),
        &["Jared: I'll send you the rollout plan.", "Nora: Good.", "Jared: So, I send the rollout plan by Friday."],
    );
    let mail =
        email("mail-1", said_on(), "Jared Dunn <jared@vendor.com>", "Recap", "I'll send the rollout plan by Friday.");
    let found = read(&[told], &[mail]).commitments;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].id, "call-1#c0");
    assert_eq!(found[0].due, "2026-03-06".parse().ok());
}

#[test]
fn later_words_show_that_a_promise_was_kept() {
    let told = call("call-1", said_on(), &["Jared: I'll send you the restore benchmark by Friday.", "Nora: Good."]);
    let later = "2026-03-06".parse().unwrap();
    let from_us = "Jared Dunn <jared@vendor.com>";
    let from_them = "Nora Quist <nora@example.com>";
    for (from, body, kept) in [
        (from_us, "The restore benchmark is attached.", true),
        (from_us, "As promised, here is the restore benchmark.", true),
        (from_them, "Thanks for the restore benchmark.", true),
        (from_them, "We still haven't received the restore benchmark.", false),
        (from_us, "The restore benchmark is not ready.", false),
        (from_us, "Attached is the invoice.", false),
    ] {
        let mail = email("mail-1", later, from, "Hello", body);
        let found = read(std::slice::from_ref(&told), &[mail]).commitments;
        assert_eq!(found[0].kept_by.is_some(), kept, "{body}: {found:?}");
    }
}

#[test]
fn what_the_customer_asks_for_is_read_and_small_talk_is_not() {
    for (line, what) in [
        ("Nora: I'd like to formally ask for SAML with Okta.", Some("SAML with Okta")),
        ("Nora: We need an audit log export.", Some("audit log export")),
        ("Nora: Could you send us a quote by Friday?", Some("quote")),
        ("Dana: Is there a way to restrict access by role?", Some("restrict access by role")),
        ("Nora: I need a coffee.", None),
        ("Nora: I'd like to be fair here.", None),
        ("Nora: Can you hear me?", None),
        ("Nora: They've asked for the helicopter.", None),
        ("Nora: I'm not asking for a discount.", None),
        ("Jared: We need an audit log export.", None),
    ] {
        let found = read(&[call("call-1", said_on(), &["Jared: Hello.", line])], &[]).requests;
        assert_eq!(found.first().map(|request| request.what.as_str()), what, "{line}");
    }
}

#[test]
fn days_are_told_from_the_day_they_were_said() {
    for (text, words, day) in [
        ("I'll do it by Friday.", "by Friday", Some("2026-03-06")),
        ("by next Tuesday", "by next Tuesday", Some("2026-03-10")),
        ("by Wednesday", "by Wednesday", Some("2026-03-11")),
        ("tomorrow morning", "tomorrow morning", Some("2026-03-05")),
        ("by EOD", "by EOD", Some("2026-03-04")),
        ("by end of month", "by end of month", Some("2026-03-31")),
        ("by the end of next week", "by the end of next week", Some("2026-03-13")),
        ("next week", "next week", Some("2026-03-13")),
        ("in five days", "in five days", Some("2026-03-09")),
        ("within two weeks", "within two weeks", Some("2026-03-18")),
        ("within ten business days", "within ten business days", Some("2026-03-18")),
        ("by March 14", "by March 14", Some("2026-03-14")),
        ("by the 12th", "by the 12th", Some("2026-03-12")),
        ("on 4 April 2027", "on 4 April 2027", Some("2027-04-04")),
        ("before the renewal", "before the renewal", None),
    ] {
        let due = find_due(text, said_on()).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((due.text.as_str(), due.day), (words, day.map(|day| day.parse().unwrap())), "{text}");
    }
    for text in ["last Friday", "three days ago", "since Monday", "we have five people", "in 2009"] {
        assert_eq!(find_due(text, said_on()), None, "{text}");
    }
}

#[test]
fn highlights_are_whole_sentences_without_greetings() {
    let said = call(
        "call-1",
        said_on(),
        &[
            "Jared: Good morning, how is the weather over there today?",
            "Nora: We lost two days because the restore of the archive was slow again.",
            "Jared: Yeah, that is really not what we wanted for you.",
            "Nora: The board decided to cut the budget for storage by twenty percent.",
            "Jared: I'll send the restore benchmark to Owen and you by Friday.",
        ],
    );
    let picks = highlights(&said, None, 3);
    assert_eq!(picks.iter().map(|pick| pick.turn).collect::<Vec<_>>(), [1, 3, 4]);
    assert!(picks.iter().all(|pick| said.transcript[pick.turn].text.contains(&pick.text)));
    assert_eq!(highlights(&said, Some("budget"), 1)[0].turn, 3);
}

#[test]
fn a_sentence_that_asks_its_reader_to_act_is_told_from_one_that_does_not() {
    for sentence in
        ["Could you send me the contract?", "Please call me tomorrow.", "Please let me know if this works for you."]
    {
        assert!(asks_to_act(sentence), "{sentence}");
    }
    for sentence in ["The meeting was long.", "It rained all day.", "This is an automated message from our server."] {
        assert!(!asks_to_act(sentence), "{sentence}");
    }
}

#[test]
fn wishes_are_read_however_they_are_put() {
    for (lines, what) in [
        (&["Nora: Two wishes from us.", "Nora: A Jira connector."][..], Some("Jira connector")),
        (
            &["Jared: What else do you need from us?", "Nora: Webhook retries for imports."],
            Some("Webhook retries for imports"),
        ),
        (&["Nora: A Jira connector."], None),
        (&["Nora: A Jira connector would be so good."], Some("Jira connector")),
        (&["Nora: If there was a Jira connector, we'd save a day."], Some("Jira connector")),
        (&["Nora: Could you extend the trial by a week?"], Some("extend the trial by a week")),
        (&["Nora: Any chance of a discount?"], Some("discount")),
        (&["Nora: Is there anything off for loyalty?"], Some("loyalty discount")),
        (&["Nora: Can we pay by credit card instead?"], Some("pay by credit card")),
        (&["Nora: When can we go through the migration plan?"], Some("go through the migration plan")),
        (&["Nora: It would help a lot to have the signed order form."], Some("signed order form")),
        (&["Nora: So I want forty seats."], Some("forty seats")),
        (&["Nora: What I'd like for the launch is an engineer on call."], Some("engineer on call")),
        (&["Nora: We'd need the security report before the audit."], Some("security report")),
        (&["Nora: I need the order form approved by our board."], None),
        (&["Nora: Let's start with the report I asked for."], None),
        (&["Nora: Dana, could you send the export?"], None),
        (&["Nora: Is there a limit?"], None),
        (&["Nora: The auditor will ask for a report."], None),
        (&["Nora: I have dropped the request for a discount."], None),
    ] {
        let lines: Vec<&str> = std::iter::once("Jared: Hello.").chain(lines.iter().copied()).collect();
        let found = read(&[call("call-1", said_on(), &lines)], &[]).requests;
        assert_eq!(found.first().map(|request| request.what.as_str()), what, "{lines:?}");
    }
}

#[test]
fn what_is_only_said_in_passing_is_no_promise() {
    for line in [
        "Nora: Stop it, or I'll order the blue one.",
        "Jared: I'll introduce myself to him anyway.",
        "Nora: I'll find the shirt.",
        "Nora: We're going to test it.",
        "Jared: I'll push so hard.",
        "Jared: You'll see it bounce.",
    ] {
        let found = promises(&["Jared: Hello everybody.", line, "Dana: Okay."]);
        assert!(found.is_empty(), "{line}: {found:?}");
    }
}

#[test]
fn an_answer_says_what_it_is_about_and_is_promised_once() {
    let told = call(
        "call-1",
        said_on(),
        &["Nora: Can we pay by invoice instead?", "Jared: I'll ask Laurie and tell you within five days."],
    );
    let from_us = "Jared Dunn <jared@vendor.com>";
    let recap = email("mail-1", said_on(), from_us, "Recap", "Paying by invoice: I'll let you know within five days.");
    let found = read(std::slice::from_ref(&told), std::slice::from_ref(&recap)).commitments;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].what.contains("pay by invoice"), "{found:?}");
    assert_eq!(found[0].kept_by, None);
    let later = "2026-03-07".parse().unwrap();
    let answer = email("mail-2", later, from_us, "Invoices", "Laurie says an invoice works for yearly plans.");
    assert!(read(&[told], &[recap, answer]).commitments[0].kept_by.is_some());
}

#[test]
fn a_summing_up_gives_each_person_their_own_deeds() {
    let found = promises(&[
        "Jared: Hello everybody.",
        "Nora: Hello.",
        "Jared: So: Dana signs the order form by Friday, Nora sends the user list and introduces us to the auditor.",
    ]);
    let told: Vec<_> = found.iter().map(|promise| (promise.who.as_str(), promise.what.as_str())).collect();
    assert_eq!(
        told,
        [
            ("Dana Whitfield", "sign the order form"),
            ("Nora Quist", "send the user list"),
            ("Nora Quist", "introduce us to the auditor"),
        ]
    );
}

#[test]
fn deliveries_are_seen_however_they_are_worded() {
    let told =
        call("call-1", said_on(), &["Jared: You'll have the storage analysis by Friday, all of it.", "Nora: Good."]);
    let later = "2026-03-06".parse().unwrap();
    let from_us = "Jared Dunn <jared@vendor.com>";
    for (from, subject, body, kept) in [
        (from_us, "Storage", "Analysis attached.", true),
        (from_us, "Storage analysis", "As promised, the numbers.", true),
        (from_us, "Storage analysis", "It will take a bit longer, sorry.", false),
        (from_us, "Lunch", "The menu is attached.", false),
        ("Nora Quist <nora@example.com>", "Storage", "I have not received the storage analysis.", false),
    ] {
        let found = read(std::slice::from_ref(&told), &[email("mail-1", later, from, subject, body)]).commitments;
        assert_eq!(found[0].kept_by.is_some(), kept, "{subject}: {body}: {found:?}");
    }
}

#[test]
fn a_favour_nobody_spoke_of_again_is_not_held_to_its_day() {
    let told = call("call-1", said_on(), &["Jared: I'll mail you the syntax this afternoon.", "Nora: Good."]);
    assert!(read(std::slice::from_ref(&told), &[]).commitments[0].due.is_some());
    let much_later = "2026-06-01".parse().unwrap();
    let mail = email("mail-1", much_later, "Nora Quist <nora@example.com>", "Hello", "All is well here.");
    let found = read(&[told], &[mail]).commitments;
    assert!(found.len() == 1 && found[0].due.is_none(), "{found:?}");
}

#[test]
fn thanks_for_the_meeting_show_that_it_was_held() {
    let told = call("call-1", said_on(), &["Jared: I'll set up half an hour for you next week.", "Nora: Good."]);
    let later = "2026-03-12".parse().unwrap();
    let thanks =
        email("mail-1", later, "Nora Quist <nora@example.com>", "Yesterday", "Jared, thanks for the half hour.");
    assert!(read(&[told], &[thanks]).commitments[0].kept_by.is_some());
}

#[test]
fn days_are_told_from_ordinals_in_words() {
    let said: chrono::NaiveDate = "2026-06-11".parse().unwrap();
    for (sentence, day) in [
        ("I'll send it on Friday the nineteenth.", "2026-06-19"),
        ("You'll have it by the twenty-sixth.", "2026-06-26"),
        ("It will be done by the second of July.", "2026-07-02"),
        ("I'll let you know before the month's out.", "2026-06-30"),
        ("I'll let you know before the month is out.", "2026-06-30"),
    ] {
        let due = find_due(sentence, said).and_then(|due| due.day);
        assert_eq!(due, Some(day.parse().unwrap()), "{sentence}");
    }
}

#[test]
fn highlights_stand_alone_and_carry_substance() {
    let said = call(
        "call-1",
        said_on(),
        &[
            "Jared: Good morning.",
            "Nora: I want to be fair here, it was a long week for all of us in the office.",
            "Nora: We'd like single sign-on with Okta for all two hundred people.",
            "Jared: I'll do it within a month.",
            "Jared: I'll send the security report by Friday.",
        ],
    );
    let picks = highlights(&said, None, 2);
    assert_eq!(
        picks.iter().map(|pick| (pick.turn, pick.reason)).collect::<Vec<_>>(),
        [(2, HighlightReason::Request), (4, HighlightReason::Promise)]
    );
}

fn spoken() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(vec![
        "I'll", "we'll", "send", "you", "the", "report", "by", "Friday", "if", "can", "need", "SAML", ".", "?", ",",
        "tomorrow", "Jared", "sure", "it", "that", "in", "five", "days", "please", "so", "will", "have", "é", "“",
        "$4,200", "—", "\n",
    ]);
    proptest::collection::vec(word, 1..30).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn quotes_stand_word_for_word_in_their_source(texts in proptest::collection::vec(spoken(), 1..6)) {
        let lines: Vec<String> =
            texts.iter().enumerate().map(|(n, text)| format!("{}: {text}", ["Jared", "Nora"][n % 2])).collect();
        let told = call("call-1", said_on(), &lines.iter().map(String::as_str).collect::<Vec<_>>());
        let reading = read(std::slice::from_ref(&told), &[]);
        let said = |quote: &str| told.transcript.iter().any(|turn| turn.text.contains(quote));
        for commitment in &reading.commitments {
            prop_assert!(said(&commitment.quote));
        }
        for request in &reading.requests {
            prop_assert!(said(&request.quote));
        }
        prop_assert_eq!(read(std::slice::from_ref(&told), &[]), reading);
    }

    #[test]
    fn due_words_stand_word_for_word_in_the_sentence(text in ".{0,80}", days in 0_u64..4000) {
        let said = said_on() + chrono::Days::new(days);
        if let Some(due) = find_due(&text, said) {
            prop_assert_eq!(&text[due.start..due.end], due.text.as_str());
        }
    }

    #[test]
    fn a_span_of_days_is_counted_from_the_day_it_was_said(count in 1_u64..60, offset in 0_u64..4000) {
        let said = said_on() + chrono::Days::new(offset);
        let due = find_due(&format!("I'll send it in {count} days."), said).unwrap();
        prop_assert_eq!(due.day, Some(said + chrono::Days::new(count)));
    }

    #[test]
    fn a_weekday_is_the_next_one_ahead(offset in 0_u64..4000, which in 0_usize..5) {
        let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
        let said = said_on() + chrono::Days::new(offset);
        let due = find_due(&format!("by {}", names[which]), said).unwrap().day.unwrap();
        prop_assert_eq!(due.format("%A").to_string(), names[which]);
        prop_assert!((1..=7).contains(&due.signed_duration_since(said).num_days()));
    }
}
