//! Kinds of mail one by one: what each line is, whom it answers, who wrote it and when.

use chrono::NaiveDate;

use super::super::{Envelope, Zone, text_of, zones};
use super::{folded, own, read};

#[test]
fn words_that_look_like_a_programs_are_the_writers() {
    for body in [
        "Hello,\n\nOn Thursday we told your desk:\n\"it fails again\".\n\nNothing has happened since.",
        "On 4 May you wrote:\n\"two weeks\". It is June now.",
        "From: next month on we need ten seats.\nTo: be clear, not twelve.\n\nThanks",
        "The route:\n\nFrom: Oslo\nTo: Turku\nDate: 3 June 2026\n\nCan you come along?",
        "Sent from my desk to yours, with a smile: the offer is accepted.",
        "Sent from my iPhone is what your app puts below each report, can you take it out?",
        "Download the log and tell me what you see.",
        "We saw this:\n> 300 errors in an hour\nand then it stopped.",
        "When: Tuesday at ten\nWhere: our office\n\nDoes that suit you?",
        "We do not want to unsubscribe, on the contrary.",
        "I will be out of the office next week, so could you send the offer before Friday?",
        "Our IT calls that rule confidential, so I cannot say more.",
        ">From Monday on there are three of us.",
    ] {
        let wanted = folded(body.strip_prefix('>').unwrap_or(body));
        let found = own(body);
        assert_eq!(found.strip_prefix('>').unwrap_or(&found), wanted, "{body}");
    }
}

#[test]
fn rows_divide_a_mail_without_ending_it() {
    for row in ["--", "---", "----------", "=====", "* * *", "_____"] {
        let body = format!(
            "Three points.\n\n{row}\nMoney: we can pay 900 a month, not more than that.\n{row}\nPeople: Ulla joins us in May as your contact."
        );
        assert!(own(&body).ends_with("in May as your contact."), "{row}: {}", own(&body));
        assert!(own(&body).contains("Money:"), "{row}");
    }
}

#[test]
fn an_answer_between_quoted_lines_knows_its_question() {
    let body = "On Mon, Nov 9, 2026 at 10:00 AM Lena Vey <lena@vey.example> wrote:\n> How many seats?\n\nForty.\n\n> And when?\n> In May?\n\nIn June.\nNot before.";
    let mail = read(body);
    let asked = |text: &str| {
        let line = mail.lines.iter().find(|line| &body[line.words.clone()] == text).unwrap();
        line.answers.map(|asked| &body[mail.lines[asked].words.clone()])
    };
    assert_eq!(asked("Forty."), Some("How many seats?"));
    assert_eq!(asked("In June."), Some("In May?"));
    assert_eq!(asked("Not before."), Some("In May?"));
    assert_eq!(asked("And when?"), None);
}

#[test]
fn history_says_who_wrote_it_and_when() {
    let body = "Fine.\n\nVon: Lena Vey <Lena@Vey.example>\nGesendet: Montag, 9. November 2026 10:00\nAn: Kim\nBetreff: Preis\n\nIch schicke es morgen.\n\n> Am 06.11.26 um 08:00 schrieb Ole Bakke:\n> Wann kommt es?";
    let mail = read(body);
    let said: Vec<_> = mail
        .lines
        .iter()
        .filter(|line| line.said && line.zone == Zone::Quoted)
        .map(|line| {
            let history = &mail.history[line.part.unwrap()];
            (&body[line.words.clone()], history.author.clone().unwrap().name, history.day, history.subject.as_deref())
        })
        .collect();
    let day = |day| NaiveDate::from_ymd_opt(2026, 11, day);
    assert_eq!(
        said,
        [
            ("Ich schicke es morgen.", "Lena Vey".to_owned(), day(9), Some("Preis")),
            ("Wann kommt es?", "Ole Bakke".to_owned(), day(6), None),
        ]
    );
    let author = mail.history[0].author.as_ref().unwrap();
    assert_eq!(author.email.as_deref(), Some("lena@vey.example"));
}

#[test]
fn a_mail_passed_on_keeps_its_author() {
    let headers = "From: Olaf Rehn <olaf@them.example>\nSent: 9 November 2026 08:00\nTo: Kim Larsen <kim@us.example>\nSubject: Down again\n\nIt is down again.";
    let body = format!("Who can take this?\n\n{headers}");
    let to = ["Support <support@us.example>".to_owned()];
    for (subject, to, zone) in [
        ("FW: Down again", &[][..], Zone::Forwarded),
        ("WG: Down again", &[], Zone::Forwarded),
        ("Down again", &to, Zone::Forwarded),
        ("Re: Down again", &to, Zone::Quoted),
        ("", &["olaf@them.example".to_owned()], Zone::Quoted),
    ] {
        let mail = zones(&Envelope { from: "Kim Larsen <kim@us.example>", to, subject, sent: None }, &body);
        let last = mail.lines.last().unwrap();
        assert_eq!(last.zone, zone, "{subject} {to:?}");
        assert_eq!(mail.author(last).unwrap().name, "Olaf Rehn");
    }
}

#[test]
fn what_stands_below_an_earlier_mail_is_nobodys_words() {
    let body = "Yes.\n\n-----Original Message-----\nFrom: Lena Vey <lena@vey.example>\nSent: 9 November 2026\nSubject: x\n\nI will send it.\n\nKind regards,\nLena Vey\nHead of IT\n+47 555 01 00";
    let mail = read(body);
    let said: Vec<&str> = mail.lines.iter().filter(|line| line.said).map(|line| &body[line.words.clone()]).collect();
    assert_eq!(said, ["Yes.", "I will send it.", "Kind regards,"]);
}

#[test]
fn a_program_wrote_what_its_subject_or_sender_says() {
    for (from, subject, automatic) in [
        ("Lena <lena@vey.example>", "Automatic reply: price", true),
        ("Lena <lena@vey.example>", "Abwesenheitsnotiz", true),
        ("Mail Delivery Subsystem <mailer-daemon@vey.example>", "x", true),
        ("Lena <lena@vey.example>", "Absence of logs", false),
        ("Lena <lena@vey.example>", "Out of office hours support?", false),
    ] {
        let mail = zones(&Envelope { from, to: &[], subject, sent: None }, "I will see to it on Monday.");
        assert_eq!(mail.lines.iter().all(|line| line.zone == Zone::Automatic), automatic, "{subject}");
    }
}

#[test]
fn a_page_is_read_as_its_reader_sees_it() {
    let body = "<html><head><style>p{margin:0}</style></head><body><div><p>Hi Kim,</p><p>we need&nbsp;<b>two</b> &lt; three seats &mdash; soon.</p>\
                <ul><li>first</li></ul><p>Lena</p></div><div class=\"quote\">On Mon, Nov 9, 2026 at 10:00 AM Kim &lt;<a href=\"mailto:kim@us.example\">kim@us.example</a>&gt; wrote:<br>\
                <blockquote><p>How many?</p></blockquote></div><script>track()</script></body></html>";
    let text = text_of(body);
    assert!(!text.contains('\u{a0}') && !text.contains("margin") && !text.contains("track"), "{text}");
    let mail = read(&text);
    let own = folded(&mail.text(&text, Zone::Own));
    assert_eq!(own, "Hi Kim, we need two < three seats — soon. * first Lena");
    let quoted = mail.lines.iter().find(|line| line.zone == Zone::Quoted && line.said).unwrap();
    assert_eq!((&text[quoted.words.clone()], mail.author(quoted).unwrap().name.as_str()), ("How many?", "Kim"));
    assert_eq!(text_of("<p>Hi,<br>two &amp; three</p><p>Lena</p>\n"), "Hi,\ntwo & three\n\nLena");
}

#[test]
fn a_mail_that_speaks_of_elements_is_text() {
    for body in [
        "Put <div> around it and </div> behind it.\nThen tell me.",
        "if a < b and b > c",
        "x &lt; y, as typed",
        "Hi,\n\nour template lacks the closing </body> tag. We use <v> there.\n\n> When did it start?\nOn Monday.",
        "Please strip <br> and </p> from the export.",
        "<p> and <br> show up in our PDFs",
        "The page ends in </div></body></html>, which is wrong.\n> How does it end?\nIn a space.",
        "We need the tag </html>",
    ] {
        assert_eq!(text_of(body), body);
    }
    assert_eq!(text_of("Tom&#39;s offer &amp; ours &lt;5%&gt;\nSee you"), "Tom's offer & ours <5%>\nSee you");
}

#[test]
fn a_person_who_tells_what_programs_do_is_no_program() {
    for body in [
        "The invoices are automatically generated with the wrong VAT number.\nI will send you the right one on Friday.",
        "Raporty nie wysyłają się automatycznie.",
        "Die Berichte werden automatisch versendet, aber an die falsche Adresse.\nIch melde mich am Montag.",
        "Los avisos son enviados automáticamente a las tres.\n\nPodemos cambiarlo?",
        "Your desk answers that this is an automated message.\nPlease contact me by phone instead.",
        "We read your page.\nIt says please do not reply to this email at the top.\nWhere do we write to?",
    ] {
        assert_eq!(own(body), folded(body));
    }
}

#[test]
fn a_mail_says_that_a_program_wrote_it_and_shows_it() {
    let body = "Order 4411 has left our store.\n\nThis e-mail was generated automatically. Please do not reply.";
    assert_eq!(own(body), "");
    let body = "Order 4411 has left our store.\n\nThis e-mail was generated automatically.";
    assert_eq!(own(body), "Order 4411 has left our store.");
    let from = "Store <no-reply@vey.example>";
    let mail = zones(&Envelope { from, ..Envelope::default() }, body);
    assert!(mail.lines.iter().all(|line| line.words.is_empty() || line.zone == Zone::Automatic));
}

#[test]
fn a_report_of_mails_that_came_back_did_not_come_back() {
    for body in [
        "Mails to our team could not be delivered, the log says address not found. I will send you the log on Friday.",
        "Our mails are undeliverable since noon.\nThe log says 550 5.1.1 user unknown.\nWe look into it and write to you tomorrow.",
        "Your notices could not be delivered:\n\nkim@us.example\n550 5.1.1 user unknown\n\nI will ask our admins to open that mailbox by Friday.",
        "Hallo Kim,\n\ndas kam gestern zurück, nicht zugestellt werden konnte es an:\nlena@vey.example\n550 5.1.1 user unknown",
    ] {
        assert_eq!(own(body), folded(body));
    }
    let body = "Your message could not be delivered to one address:\n\nkim@us.example\n550 5.1.1 user unknown";
    assert_eq!(own(body), "");
}

#[test]
fn passwords_and_meetings_are_spoken_of() {
    for body in [
        "Das Kennwort wird nicht angenommen.\nAuch das neue Kennwort geht nicht.",
        "Passord: ole123 virker ikke.\nPassord: ole124 heller ikke.",
        "The new desk is at https://desk.example/login\nPassword: k4PzQ\nPIN: 4411",
        "A senha expirou.\nPreciso de outra senha até sexta.",
        "Our people cannot join the meeting.\nThe Teams meeting shows them an empty room.",
    ] {
        assert_eq!(own(body), folded(body));
    }
    let body = "Bis Montag.\n\nMicrosoft Teams-Besprechung\nBesprechungs-ID: 344 111 222\nKennwort: k4PzQ";
    assert_eq!(own(body), "Bis Montag.");
}

#[test]
fn a_sentence_in_the_words_of_footers_is_the_writers_where_people_write() {
    for words in [
        "Please tell us by Friday where you process personal data.",
        "Please update our registered office and company number in the contract.",
        "Your terms say that you accept no liability for lost exports.",
        "We want to stop receiving these alerts at night.",
        "We think you received this in error: invoice 44 is not ours.",
        "Bitte schicken Sie uns Ihre Datenschutzhinweise und die Informationen zum Datenschutz.",
    ] {
        for body in [
            words.to_owned(),
            format!("Hi Kim,\n\n{words}\n\nKind regards,\nLena"),
            format!("Thanks!\n\n{words}"),
            format!("Hi Kim,\n\nthank you for the call of this morning.\n\n{words}"),
            format!("Hi Kim,\n\n{words}\n\nWe also need two more seats for our team in Oslo."),
        ] {
            assert!(own(&body).contains(words), "{body}: {}", own(&body));
        }
    }
    for (above, below) in [
        ("Kind regards,\nLena Vey\n\n", ""),
        ("", "If you are not the intended recipient of this e-mail, please delete it."),
    ] {
        let body = format!(
            "It works again now.\n\n{above}{below}\nVey Ltd is registered in England, company number 0044, registered office 1 High Street."
        );
        assert!(own(&body).starts_with("It works again now.") && !own(&body).contains("England"), "{}", own(&body));
    }
    let body = "This message originated from outside your organization.\n\nCan you call me today?";
    assert_eq!(own(body), "Can you call me today?");
}

#[test]
fn entities_are_decoded_that_are_ones() {
    let link = "https://x.example/?id=5&region=eu&timestamp=12&section=3&copy=1";
    let body = format!("Tom &amp; Co\t&#8211; see\n\t{link}\nL&eacute;a&nbsp;&AMP;&unknown; &amp;lt;");
    assert_eq!(text_of(&body), format!("Tom & Co\t– see\n\t{link}\nLéa &&unknown; &lt;"));
}

#[test]
fn a_page_nested_without_end_comes_through() {
    let end = "<p>Yes &amp; no.</p></div>";
    for (piece, most) in [
        ("<div>", 20_000),
        ("<blockquote>", 10_000),
        ("<b><i>", 20_000),
        ("<table><tr><td>", 8_000),
        ("<ul><li>", 15_000),
    ] {
        let body = format!("<div>{}{end}", piece.repeat(most));
        let text = text_of(&body);
        assert!(text.trim_start_matches(['>', ' ']) == "Yes & no.", "{piece}: {}", &text[..text.len().min(90)]);
    }
    let quoted = format!("{}{}", "<blockquote>".repeat(190), "a b <br>".repeat(12_000));
    assert!(text_of(&format!("{quoted}</blockquote>")).len() < quoted.len() * 4);
    let fonts = (0..5_000).map(|at| format!("<p><font size=\"{at}\">x")).collect::<Vec<_>>().concat();
    assert!(text_of(&format!("{fonts}</p>")).starts_with("x\nx"));
    assert_eq!(text_of("<table><tr><td colspan=\"900000000\">one</td><td>two</td></tr></table>"), "one two");
    let quoted = format!(
        "<div>Fine.{}<blockquote>How<script>x()</script> many?</blockquote>So it is.</div>",
        "<span>".repeat(300)
    );
    assert_eq!(text_of(&quoted), "Fine.\n> How many?\nSo it is.");
}

#[test]
fn the_day_of_an_earlier_mail_lies_before_the_mail() {
    for (header, wanted) in [("11/9/2026 15:00", Some(9)), ("12/11/2026 15:00", None), ("1 May 0026", None)] {
        let body = format!("Yes.\n\nFrom: Ole <ole@vey.example>\nSent: {header}\nTo: Kim\nSubject: Seats\n\nHow many?");
        let sent = NaiveDate::from_ymd_opt(2026, 11, 10);
        let mail = zones(&Envelope { sent, ..Envelope::default() }, &body);
        let day = wanted.and_then(|day| NaiveDate::from_ymd_opt(2026, 11, day));
        assert_eq!(mail.history[0].day, day, "{header}");
    }
}
