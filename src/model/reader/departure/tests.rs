//! What people say when somebody leaves, and what only sounds like it.

use super::*;
use crate::domain::account::{AccountRecord, Contact};
use crate::domain::activity::{Participant, SignalKind, SpokenTurn};

fn account() -> AccountRecord {
    let contact = |name: &str, email: &str, title: &str| Contact {
        name: name.to_owned(),
        email: Some(email.to_owned()),
        title: Some(title.to_owned()),
        primary: false,
    };
    AccountRecord {
        domain: "kestrelworks.example".to_owned(),
        name: "Kestrel Works".to_owned(),
        owner_email: Some("ruth.adler@ours.example".to_owned()),
        contacts: vec![
            contact("Birgit Halvorsen", "birgit@kestrelworks.example", "Head of Operations"),
            contact("Nadim Farouk", "nadim@kestrelworks.example", "CFO"),
            contact("Celia Ortega", "celia.ortega@kestrelworks.example", "Buyer"),
        ],
        ..AccountRecord::default()
    }
}

fn email(from: &str, subject: &str, body: &str) -> Email {
    Email {
        id: "e1".to_owned(),
        account: "kestrelworks.example".to_owned(),
        // A Monday.
        sent_at: "2026-06-15T09:00:00Z".parse().unwrap(),
        from: from.to_owned(),
        to: vec!["Ruth Adler <ruth.adler@ours.example>".to_owned()],
        subject: subject.to_owned(),
        body: body.to_owned(),
        thread_id: None,
        url: None,
    }
}

fn heard(email: &Email) -> Vec<Departure> {
    let account = account();
    departures(Talk::Email(email), &Setting::new(&account, &[Talk::Email(email)]))
}

/// What is heard in a mail of Nadim's.
fn told(body: &str) -> Vec<Departure> {
    heard(&email("Nadim Farouk <nadim@kestrelworks.example>", "News", body))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_departure_is_heard_in_the_many_ways_people_say_it() {
    for sentence in [
        "Birgit Halvorsen has left the company.",
        "Birgit has left Kestrel Works.",
        "Just so you know, Birgit left us last month.",
        "Birgit is no longer with us.",
        "Birgit Halvorsen, our head of operations, is no longer with the company.",
        "Birgit no longer works here.",
        "Birgit doesn't work here anymore.",
        "Birgit isn’t with us any more.",
        "Birgit's last day was Friday.",
        "Birgit has moved on to a new role elsewhere.",
        "As of May, Birgit is no longer our contact for this.",
        "Birgit has retired.",
        "Birgit was let go in the reorganisation.",
        "Birgit has taken a new job at a competitor.",
        "Since Birgit left, nobody looks after the rollout.",
        "After Birgit's departure I look after this.",
        "Our head of operations has left the business.",
        "Not sure if you heard, but Birgit has left the firm.",
        "HALVORSEN, BIRGIT has left the organisation.",
        "Birgit left in May.",
        "Birgit has left.",
        "Frau Halvorsen hat das Unternehmen zum 31. Mai verlassen.",
        "Birgit Halvorsen ist nicht mehr bei uns.",
        "Birgit arbeitet nicht mehr für Kestrel Works.",
        "Birgit Halvorsen ist Ende Mai ausgeschieden.",
        "Birgit Halvorsen a quitté l'entreprise.",
        "Birgit ne travaille plus chez nous.",
        "Birgit ne fait plus partie de notre équipe.",
        "Birgit n’est plus chez nous.",
        "Birgit Halvorsen ya no trabaja aquí.",
        "Birgit ha dejado la empresa.",
        "Birgit ya no está con nosotros.",
    ] {
        let found = told(sentence);
        let names: Vec<_> = found.iter().map(|found| (found.who.as_str(), found.gone)).collect();
        assert_eq!(names, [("Birgit Halvorsen", Gone::Left)], "{sentence}");
        assert_eq!(found[0].email.as_deref(), Some("birgit@kestrelworks.example"), "{sentence}");
        assert!(!found[0].ahead && found[0].quote.contains(sentence.split(' ').next_back().unwrap()), "{sentence}");
    }
}

#[test]
fn what_only_sounds_like_a_departure_is_none() {
    for sentence in [
        "Birgit left a comment in the sheet.",
        "Birgit left early today.",
        "Birgit has left the call.",
        "Birgit left the meeting before the end.",
        "Birgit left us with a lot of questions.",
        "Friday is the last day of the month.",
        "The last day of the trial was Friday.",
        "Has Birgit left the company?",
        "If Birgit has left the company, who signs?",
        "We would be lost if Birgit left us.",
        "I wonder whether Birgit, our head of operations, has left the company.",
        "Birgit might have left the company by then.",
        "Birgit has not left the company.",
        "Birgit is on parental leave and no longer works on this until October.",
        "Birgit is out until Thursday, she will be back on Friday.",
        "We have left the old tool.",
        "There are three weeks left in the contract.",
        "Is there any budget left? Birgit asks.",
        "Ruth Adler has left the company.",
        "Nobody has left the company.",
        "Wenn Birgit das Unternehmen verlässt, übernehme ich.",
        "Birgit verlässt sich auf uns.",
        "Birgit a quitté la réunion.",
        "Birgit dejó un mensaje.",
        "Let us move on to the next topic, Birgit.",
    ] {
        let left: Vec<_> = told(sentence).into_iter().filter(|found| found.gone != Gone::Away).collect();
        assert!(left.is_empty(), "{sentence}: {left:?}");
    }
}

#[test]
fn a_pronoun_stands_for_the_only_one_named_before() {
    let found = told("You asked for Birgit. She has left the company.");
    assert_eq!(found.first().map(|found| found.who.as_str()), Some("Birgit Halvorsen"));
    assert!(told("You asked for Birgit and Celia. She has left the company.").is_empty());
}

#[test]
fn two_who_left_together_both_did() {
    let found = told("Birgit and Celia have left the company.");
    let names: Vec<_> = found.iter().map(|found| found.who.as_str()).collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&"Birgit Halvorsen") && names.contains(&"Celia Ortega"));
    let found = told("Celia told me that Birgit has left the company.");
    assert_eq!(found.iter().map(|found| found.who.as_str()).collect::<Vec<_>>(), ["Birgit Halvorsen"]);
}

#[test]
fn whom_to_turn_to_is_heard_with_it() {
    let next = |body: &str| {
        let found = told(body);
        let successor = found.first().and_then(|found| found.successor.clone())?;
        Some((successor.name, successor.email))
    };
    let nadim = Some(("Nadim Farouk".to_owned(), Some("nadim@kestrelworks.example".to_owned())));
    let celia = Some(("Celia Ortega".to_owned(), Some("celia.ortega@kestrelworks.example".to_owned())));
    let new = Some(("Pavel Lind".to_owned(), Some("pavel@kestrelworks.example".to_owned())));
    for (body, expected) in [
        ("Birgit has left the company. From now on I am your contact.", &nadim),
        ("Birgit has left the company, I am taking over from her.", &nadim),
        ("Birgit has left the company. Celia will take over.", &celia),
        ("Birgit has left the company. Please contact my colleague Celia Ortega instead.", &celia),
        ("Birgit has left the company and has been replaced by Celia.", &celia),
        ("Celia Ortega is your new contact. Birgit has left us.", &celia),
        ("Birgit is no longer with us. Please contact Pavel Lind at pavel@kestrelworks.example.", &new),
        ("Birgit ist nicht mehr bei uns. Bitte wenden Sie sich an Pavel Lind (pavel@kestrelworks.example).", &new),
        ("Birgit a quitté la société. Vous pouvez contacter Celia Ortega.", &celia),
        ("Birgit ya no trabaja aquí. Puede contactarme.", &nadim),
        ("Birgit has left the company. We are looking for somebody new.", &None),
    ] {
        assert_eq!(&next(body), expected, "{body}");
    }
}

#[test]
fn the_day_of_a_departure_is_told() {
    for (sentence, since, ahead) in [
        ("Birgit left the company on 29 May.", Some("2026-05-29"), false),
        ("Birgit left the company on May 29th.", Some("2026-05-29"), false),
        ("Birgit hat das Unternehmen zum 31.05.2026 verlassen.", Some("2026-05-31"), false),
        ("Birgit left the company at the end of November.", Some("2025-11-30"), false),
        ("Birgit's last day was Friday.", Some("2026-06-12"), false),
        ("Birgit is leaving the company at the end of July.", Some("2026-07-31"), true),
        ("Birgit's last day will be Friday.", Some("2026-06-19"), true),
        ("Birgit quitte la société le 30 juin.", Some("2026-06-30"), true),
        ("Birgit is leaving the company.", None, true),
        ("Birgit has left the company.", None, false),
    ] {
        let found = told(sentence);
        let told: Vec<_> = found.iter().map(|found| (found.since, found.ahead)).collect();
        assert_eq!(told, [(since.map(day), ahead)], "{sentence}");
    }
}

#[test]
fn whoever_leaves_says_so_themselves() {
    for body in [
        "I no longer work at Kestrel Works. Please contact Celia Ortega.",
        "I have left the company.",
        "Friday was my last day at Kestrel Works.",
        "Ich bin nicht mehr bei Kestrel Works tätig.",
        "Je ne travaille plus chez Kestrel Works.",
        "Ya no trabajo en Kestrel Works.",
    ] {
        for subject in ["Automatic reply: Invoice", "Goodbye"] {
            let found = heard(&email("Birgit Halvorsen <birgit@kestrelworks.example>", subject, body));
            let told: Vec<_> = found.iter().map(|found| (found.who.as_str(), found.gone)).collect();
            assert_eq!(told, [("Birgit Halvorsen", Gone::Left)], "{subject} {body}");
        }
    }
    // One of ours.
    let ours = email("Ruth Adler <ruth.adler@ours.example>", "Goodbye", "I have left the company.");
    assert!(heard(&ours).is_empty());
}

#[test]
fn an_absence_is_no_departure() {
    let body = "Thank you for your message. I am out of the office until Monday, 29 June, with limited access to my mail. \
                In urgent cases please contact Celia Ortega.";
    let found = heard(&email("Birgit Halvorsen <birgit@kestrelworks.example>", "Automatic reply: Plan", body));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].gone, found[0].back), (Gone::Away, Some(day("2026-06-29"))));
    assert_eq!(found[0].successor.as_ref().map(|next| next.name.as_str()), Some("Celia Ortega"));
    let body = "Vielen Dank für Ihre Nachricht. Ich bin bis zum 26.06.2026 nicht im Büro.";
    let found = heard(&email("birgit@kestrelworks.example", "Automatische Antwort: Plan", body));
    assert_eq!(found.first().map(|found| (found.gone, found.back)), Some((Gone::Away, Some(day("2026-06-27")))));
}

#[test]
fn what_is_said_of_holidays_is_no_absence_of_whoever_says_it() {
    for sentence in
        ["It is doable if nobody goes on vacation.", "The limited access to the tool annoys us.", "I am on the list."]
    {
        assert!(told(sentence).is_empty(), "{sentence}");
    }
    assert_eq!(told("I am on vacation until 29 June.").first().map(|found| found.gone), Some(Gone::Away));
}

#[test]
fn a_mail_that_came_back_for_good_tells_of_its_address() {
    let from = "Mail Delivery Subsystem <mailer-daemon@kestrelworks.example>";
    let body = "<celia.ortega@kestrelworks.example>: host mx.kestrelworks.example said: 550 5.1.1 User unknown.\n\
                Your message could not be delivered.\n\nFrom: ruth.adler@ours.example";
    let found = heard(&email(from, "Undelivered Mail Returned to Sender", body));
    assert_eq!(
        found.iter().map(|found| (found.who.as_str(), found.gone)).collect::<Vec<_>>(),
        [("Celia Ortega", Gone::Unreachable)]
    );
    for later in ["452 4.2.2 Mailbox full", "Delivery is delayed; the server will retry."] {
        let body = format!("<celia.ortega@kestrelworks.example>: {later}\nYour message could not be delivered.");
        assert!(heard(&email(from, "Delivery Status Notification (Delay)", &body)).is_empty(), "{later}");
    }
    let told = told("My mail to Celia bounced this morning.");
    assert_eq!(told.first().map(|found| (found.who.as_str(), found.gone)), Some(("Celia Ortega", Gone::Unreachable)));
}

#[test]
fn it_is_heard_in_calls_notes_and_signals() {
    let account = account();
    let turn = |speaker: &str, text: &str| SpokenTurn {
        speaker: speaker.to_owned(),
        text: text.to_owned(),
        at_seconds: Some(3.0),
    };
    let person = |name: &str, side| Participant { name: name.to_owned(), email: None, side };
    let call = Call {
        id: "c1".to_owned(),
        account: account.domain.clone(),
        title: "Review".to_owned(),
        started_at: "2026-06-15T09:00:00Z".parse().unwrap(),
        duration_seconds: 60,
        participants: vec![person("Nadim Farouk", Side::Customer), person("Ruth Adler", Side::Team)],
        transcript: vec![
            turn("Ruth Adler", "Is Birgit joining us?"),
            turn("Farouk, Nadim (External)", "No, birgit has left the company. I'll take over."),
        ],
        summary: None,
        url: None,
    };
    let talk = Talk::Call(&call);
    let setting = Setting::new(&account, &[talk]);
    let found = departures(talk, &setting);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].who.as_str(), found[0].said_by.as_str()), ("Birgit Halvorsen", "Nadim Farouk"));
    assert_eq!(found[0].successor.as_ref().map(|next| next.name.as_str()), Some("Nadim Farouk"));
    assert_eq!(found[0].at_seconds, Some(3.0));
    let note = Note {
        id: "n1".to_owned(),
        account: account.domain.clone(),
        written_at: "2026-06-15T09:00:00Z".parse().unwrap(),
        author: "Ruth Adler".to_owned(),
        text: "Champion gone: Birgit Halvorsen's last day was 29 May. Celia takes over.".to_owned(),
        url: None,
    };
    let found = of_note(&note, &setting);
    assert_eq!(found.iter().map(|found| found.who.as_str()).collect::<Vec<_>>(), ["Birgit Halvorsen"]);
    assert_eq!(found[0].successor.as_ref().map(|next| next.name.as_str()), Some("Celia Ortega"));
    let signal = Signal {
        id: "s1".to_owned(),
        account: account.domain.clone(),
        kind: SignalKind::ChurnRisk,
        occurred_at: "2026-06-15T09:00:00Z".parse().unwrap(),
        text: "The champion Birgit Halvorsen has left Kestrel Works.".to_owned(),
        quote: None,
        score: None,
        sentiment: None,
        call_id: None,
        url: None,
    };
    assert_eq!(of_signal(&signal, &setting).first().map(|found| found.who.as_str()), Some("Birgit Halvorsen"));
}

#[test]
fn what_a_colleague_passes_on_counts_as_its_writers() {
    let body = "FYI.\n\n---------- Forwarded message ---------\nFrom: Birgit Halvorsen <birgit@kestrelworks.example>\n\
                Date: Fri, 12 Jun 2026 at 10:00\nSubject: Goodbye\nTo: Nadim Farouk <nadim@kestrelworks.example>\n\n\
                Today is my last day at Kestrel Works.\n";
    let found = told(body);
    assert_eq!(found.iter().map(|found| found.who.as_str()).collect::<Vec<_>>(), ["Birgit Halvorsen"]);
}

#[test]
fn somebody_nobody_knew_of_is_named_by_the_whole_name_only() {
    let found = told("Ingo Sperling has left the company.");
    assert_eq!(found.first().map(|found| found.who.as_str()), Some("Ingo Sperling"));
    assert!(told("Sperling has left the company.").is_empty());
    assert!(told("Kestrel Works has left the group.").is_empty());
}

proptest::proptest! {
    #[test]
    fn any_text_is_listened_to(body in "\\PC{0,160}") {
        told(&body);
    }

    #[test]
    fn what_is_heard_stands_in_the_text(words in proptest::collection::vec(
        proptest::sample::select(vec!["Birgit", "Celia", "has", "left", "the", "company", ".", ",", "and", "I", "am", "no", "longer", "with", "us", "last", "day", "was", "Please", "contact", "bounced"]),
        0..24,
    )) {
        let body = words.join(" ");
        for departure in told(&body) {
            proptest::prop_assert!(body.contains(&departure.quote));
            proptest::prop_assert!(departure.successor.is_none_or(|next| next.name != departure.who));
        }
    }
}
