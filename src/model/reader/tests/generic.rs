//! Ways of speaking that need no words of their own: present tense, idioms, complaints, days, and what keeps a promise.

use super::*;

#[test]
fn promises_in_the_present_tense_are_read() {
    for (line, due) in [
        ("Jared: I send you the wiring plan tomorrow.", Some("2026-03-05")),
        ("Nora: We pay the deposit until the twentieth of March.", Some("2026-03-20")),
        ("Jared: In May we give you the module for the greenhouses.", Some("2026-05-31")),
        ("Jared: You get the inspection report from me until Friday.", Some("2026-03-06")),
        ("Jared: I make the overview this afternoon and send you the file.", Some("2026-03-04")),
        ("Nora: I choose four cooks and send you their names next week.", Some("2026-03-13")),
        ("Jared: I'm gonna send the permit form tomorrow.", Some("2026-03-05")),
        ("Jared: Let me have our chef write the menu and send it over by next week Thursday.", Some("2026-03-12")),
        ("Jared: I'll have the ovens re-tuned by the twentieth.", Some("2026-03-20")),
    ] {
        let found = promises(&["Jared: Hello everybody.", line, "Nora: Okay."]);
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert_eq!(found[0].due, due.map(|day| day.parse().unwrap()), "{line}");
    }
    for line in [
        "Nora: I send you the same list every month.",
        "Nora: We pay on the fifteenth of every month.",
        "Nora: When I send it by Friday, it bounces.",
        "Nora: You get what you pay for.",
    ] {
        let found = promises(&["Jared: Hello everybody.", line, "Dana: Okay."]);
        assert!(found.is_empty(), "{line}: {found:?}");
    }
}

#[test]
fn jokes_and_goodbyes_promise_nothing() {
    for lines in [
        &["Nora: That was fast.", "Jared: I'll frame that."][..],
        &["Nora: Best support this year.", "Jared: I'll put that on a banner."],
        &["Jared: Half a day, free of charge.", "Nora: I'll take it."],
        &["Nora: Could you give my regards to your mother?", "Jared: Will do."],
        &["Nora: Hello.", "Jared: I owe you the names, I know."],
    ] {
        let found = promises(lines);
        assert!(found.is_empty(), "{lines:?}: {found:?}");
    }
}

#[test]
fn what_does_not_read_by_itself_is_told_by_its_clause() {
    for (lines, what) in [
        (
            &["Nora: The ward sister lost the key.", "Jared: Okay, I will remind her today itself."][..],
            "I will remind her",
        ),
        (
            &[
                "Jared: The lathe needs a part and the press needs a belt.",
                "Jared: We'll send it to all nine sites by Friday.",
            ],
            "We'll send it to all nine sites",
        ),
    ] {
        let found = promises(lines);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].what.starts_with(what), "{found:?}");
        assert_eq!(found[0].deed(), None);
    }
    let found = promises(&["Jared: Hello.", "Jared: I'll pass the drawings on by Friday."]);
    assert_eq!(found[0].what, "pass the drawings on");
}

#[test]
fn needs_and_complaints_are_requests() {
    for line in [
        "Nora: So what I want is the harvest weights as a sheet.",
        "Nora: What we're after is one login for the whole surgery.",
        "Nora: They need training, my evening crew.",
        "Nora: It needs to warn me before the permit runs out.",
        "Nora: We expect that the missing shelves are replaced.",
        "Nora: Could we see who opened the cabinet?",
        "Nora: Can I have that signed by your director?",
        "Nora: Can it print two copies?",
        "Nora: When do I get the spare keys?",
        "Nora: Then no brochure, give me a price.",
        "Nora: Fix the scanners.",
    ] {
        let found = read(&[call("call-1", said_on(), &["Jared: Hello.", line])], &[]).requests;
        assert_eq!(found.len(), 1, "{line}: {found:?}");
    }
    for line in [
        "Nora: Where are the photos kept when the tablet is offline?",
        "Nora: What happens when the battery dies?",
        "Nora: She told me they asked for a later bus.",
        "Nora: We expect snow on Thursday.",
    ] {
        let found = read(&[call("call-1", said_on(), &["Jared: Hello.", line])], &[]).requests;
        assert!(found.is_empty(), "{line}: {found:?}");
    }
}

#[test]
fn months_feasts_and_days_of_next_week_are_days() {
    for (sentence, day) in [
        ("I'll send it before Christmas.", None),
        ("You'll have it before the summer, by the tenth of July.", Some("2026-07-10")),
        ("It goes live in June.", Some("2026-06-30")),
        ("I'll get you in mid May.", Some("2026-05-15")),
        ("I'll call you next week Wednesday.", Some("2026-03-11")),
        ("I'll call you Wednesday next week.", Some("2026-03-11")),
        ("By the end of January it was done.", None),
        ("I'll send the offer, it is valid until 30 June.", None),
    ] {
        let due = find_due(sentence, said_on()).and_then(|due| due.day);
        assert_eq!(due, day.map(|day| day.parse().unwrap()), "{sentence}");
    }
    let autumn: chrono::NaiveDate = "2026-10-05".parse().unwrap();
    let due = find_due("I'll send it before Christmas.", autumn).and_then(|due| due.day);
    assert_eq!(due, "2026-12-24".parse().ok());
}

#[test]
fn only_words_about_the_thing_promised_show_that_it_was_kept() {
    let told = call(
        "call-1",
        said_on(),
        &["Jared: I'll send you the link to the allergen guide by Friday.", "Nora: Good.", "Nora: The ovens are loud."],
    );
    let later = "2026-03-10".parse().unwrap();
    let from_us = "Jared Dunn <jared@vendor.com>";
    let from_them = "Nora Quist <nora@example.com>";
    for (from, subject, body, kept) in [
        (from_us, "Ovens", "As discussed, here is the link for the oven survey.", false),
        (from_us, "Allergen guide", "It lives at guide.example.com/allergens, page four has the nuts.", true),
        (from_us, "Allergen guide", "I'll get to it on Monday.", false),
        (from_them, "Guide", "I have received only the old allergen guide again.", false),
        (from_them, "Guide", "Thanks for the allergen guide.", true),
    ] {
        let found = read(std::slice::from_ref(&told), &[email("mail-1", later, from, subject, body)]).commitments;
        assert_eq!(found[0].kept_by.is_some(), kept, "{subject}: {body}: {found:?}");
    }
}

#[test]
fn what_was_filed_long_ago_and_never_named_again_is_not_overdue() {
    let told = call("call-1", said_on(), &["Nora: We'll send you the fire plan by Friday.", "Jared: Good."]);
    let later = |body| email("mail-1", "2026-09-01".parse().unwrap(), "Jared Dunn <jared@vendor.com>", "Hello", body);
    for (body, due) in [("The tent was lovely.", false), ("We still haven't received the fire plan.", true)] {
        let found = read(std::slice::from_ref(&told), &[later(body)]).commitments;
        assert_eq!(found[0].due.is_some(), due, "{body}: {found:?}");
    }
}

#[test]
fn a_pronoun_is_resolved_past_a_sentence_that_names_nothing() {
    let found = promises(&[
        "Jared: No, it's a fair reading. What I'd like to do about it is a watering plan. Bed by bed, who waters what, \
         and when we'd do it. I'll have that in your inbox in ten days.",
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].what, "deliver the watering plan");
}

#[test]
fn a_promise_is_kept_or_perhaps_kept_in_other_words_than_it_was_made_in() {
    let later = "2026-03-06".parse().unwrap();
    let (jared, bea) = ("Jared Dunn <jared@vendor.com>", "Bea Holm <bea@vendor.com>");
    for (promise, from, subject, body, shown) in [
        (
            "You'll have a price for forty trays from me by Friday.",
            jared,
            "40 trays",
            "Forty trays: 960 a year.",
            Some(true),
        ),
        ("You'll have a price for forty trays from me by Friday.", jared, "Trays", "I like the new trays.", None),
        ("I'll come back to you by Friday.", jared, "Summer", "Lotte says yes to the summer.", Some(false)),
        ("I'll come back to you by Friday.", bea, "Summer", "Lotte says yes to the summer.", None),
        ("I'll come back to you by Friday.", jared, "Summer", "I need more time, sorry.", None),
        ("You'll have a clear answer from Bea by Friday.", bea, "Old scales", "They run until December.", Some(true)),
        (
            "I'll have the fuel trucks out of that check by Friday.",
            bea,
            "Check",
            "The fuel trucks are out of it.",
            Some(true),
        ),
    ] {
        let told = call("call-1", said_on(), &["Nora: Hello.", &format!("Jared: {promise}")]);
        let found = read(&[told], &[email("mail-1", later, from, subject, body)]).commitments;
        let (kept, unclear) = (found[0].kept_by.is_some(), found[0].unclear_by.is_some());
        let told = (kept || unclear).then_some(kept);
        assert_eq!(told, shown, "{promise} {subject}: {body}: {found:?}");
    }
}

#[test]
fn a_day_that_waits_for_something_is_no_day_and_the_day_of_the_answer_is_that_of_the_asking() {
    let found = promises(&["Jared: Hello.", "Jared: As soon as we have the number we'll reissue it the same day."]);
    assert!(found.iter().all(|promise| promise.due.is_none()), "{found:?}");
    let found =
        promises(&["Jared: Let me ask Bea whether we can do it by the season, and come back to you by Friday."]);
    assert!(found[0].due.is_some(), "{found:?}");
}
