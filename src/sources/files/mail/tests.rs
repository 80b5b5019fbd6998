//! Messages and mailboxes, as mail programs write them and as nobody should.

use std::io::BufReader;

use proptest::prelude::*;

use super::*;
use crate::domain::activity::Email;
use crate::domain::record::Record;
use crate::reading::zone::{Envelope, Zone, zones};
use crate::sources::{Found, Whose};

fn read(text: &str) -> (Vec<Whose>, Email, String) {
    email(read_message(text.as_bytes()))
}

fn email(piece: crate::sources::files::Piece) -> (Vec<Whose>, Email, String) {
    let mut found = piece.outcome.unwrap();
    let Some(Found::Record(whose, record)) = found.pop() else { panic!("a record") };
    let Record::Email(email) = *record else { panic!("an e-mail") };
    (whose, email, piece.made)
}

const HEADERS: &str =
    "From: Ida Moor <ida@quarz.example>\nTo: kim@tarn.example\nDate: Mon, 5 Jan 2026 15:00:00 +0100\n";

#[test]
fn a_message_becomes_an_email_with_its_people_time_and_exchange() {
    let (whose, email, made) = read(
        "Message-ID: <m2@quarz.example>\r\nReferences: <m0@tarn.example>\r\n <m1@quarz.example>\r\n\
         From: =?utf-8?q?Ida_M=C3=B6hr?= <Ida@Quarz.example>\r\nTo: \"Lund, Kim\" <kim@tarn.example>\r\n\
         Cc: Team: bo@tarn.example, eve@quarz.example;\r\nSubject: =?iso-8859-1?Q?Gr=F6=DFe?= der\r\n =?utf-8?b?RGF0ZWk=?=\r\n\
         Date: Mon, 5 Jan 2026 15:00:00 -0330\r\nContent-Type: text/plain; charset=iso-8859-15\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\nDas macht 5 =A4.\r\n",
    );
    assert_eq!((email.id.as_str(), email.thread_id.as_deref()), ("m2@quarz.example", Some("m0@tarn.example")));
    assert_eq!(email.from, "Ida Möhr <Ida@Quarz.example>");
    assert_eq!(email.to, ["Lund, Kim <kim@tarn.example>", "bo@tarn.example", "eve@quarz.example"]);
    assert_eq!((email.subject.as_str(), email.body.as_str()), ("Größe der Datei", "Das macht 5 €."));
    assert_eq!(email.sent_at.to_string(), "2026-01-05T15:00:00-03:30");
    assert_eq!(made, "e-mail");
    let people = ["ida@quarz.example", "kim@tarn.example", "bo@tarn.example", "eve@quarz.example"];
    assert_eq!(whose, [Whose::Addresses(people.map(str::to_owned).to_vec())]);
}

#[test]
fn a_message_without_name_keeps_the_same_one_each_time_and_other_words_have_another() {
    let id = |body: &str| read(&format!("{HEADERS}\n{body}")).1.id;
    assert_eq!(id("Hello"), id("Hello"));
    assert_ne!(id("Hello"), id("Hello again"));
    assert!(id("Hello").starts_with("mail-"));
}

#[test]
fn the_subject_ties_no_messages_together() {
    assert_eq!(read(&format!("{HEADERS}Subject: Re: Offer\n\nHi")).1.thread_id, None);
    let first = read(&format!("{HEADERS}Message-ID: <a@b.example>\n\nHi")).1;
    let answer = read(&format!("{HEADERS}Message-ID: <c@b.example>\nIn-Reply-To: <a@b.example>\n\nHi")).1;
    assert_eq!(first.thread_id, answer.thread_id);
}

#[test]
fn a_message_without_sender_or_date_and_a_draft_are_refused_with_a_sentence() {
    for (text, sentence) in [
        ("To: a@b.example\nDate: Mon, 5 Jan 2026 15:00:00 +0100\n\nHi", "no sender"),
        ("From: Kim\nDate: Mon, 5 Jan 2026 15:00:00 +0100\n\nHi", "no sender"),
        ("From: a@b.example\n\nHi", "no date"),
        ("From: a@b.example\nDate: yesterday\n\nHi", "no date"),
        ("From: a@b.example\nDate: Mon, 5 Jan 1926 15:00:00 +0100\n\nHi", "1990 to 2100"),
        ("X-Gmail-Labels: Important,Drafts\nFrom: a@b.example\nDate: Mon, 5 Jan 2026 15:00:00 +0100\n\nHi", "draft"),
        ("", "no headers"),
    ] {
        let reason = read_message(text.as_bytes()).outcome.unwrap_err();
        assert!(reason.contains(sentence), "{text}\n  gave: {reason}");
    }
}

#[test]
fn the_plain_text_is_taken_before_the_page_and_the_page_where_the_text_is_blank() {
    let alternative = |plain: &str, page: &str| {
        read(&format!(
            "{HEADERS}Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\n{plain}\n\
             --x\nContent-Type: text/html\n\n{page}\n--x--\n"
        ))
    };
    let (_, email, made) = alternative("Plain words", "<p>Page words</p>");
    assert_eq!((email.body.as_str(), made.as_str()), ("Plain words", "e-mail"));
    let (_, email, made) = alternative("  ", "Page <b>words</b> here");
    assert_eq!((email.body.as_str(), made.as_str()), ("Page words here", "e-mail, text read from HTML"));
}

#[test]
fn attachments_are_left_out_with_a_note() {
    let (_, email, made) = read(&format!(
        "{HEADERS}Content-Type: multipart/mixed; boundary=x\n\n--x\n\nSee the sheet.\n--x\nContent-Type: application/pdf\n\
         Content-Transfer-Encoding: base64\n\nAAAA\n--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\n\
         left out\n--x\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--x--\n"
    ));
    assert_eq!(email.body, "See the sheet.");
    assert_eq!(made, "e-mail, the calendar's part left out, 2 attachments left out");
}

#[test]
fn an_attached_message_is_kept_as_forwarded_text() {
    let (whose, email, made) = read(&format!(
        "{HEADERS}Content-Type: multipart/mixed; boundary=x\n\n--x\n\nPlease have a look.\n--x\nContent-Type: message/rfc822\n\n\
         From: Bo Lind <bo@sill.example>\nTo: ida@quarz.example\nSubject: Outage\nDate: Sun, 4 Jan 2026 09:30:00 +0000\n\n\
         The export is down.\n--x--\n"
    ));
    assert_eq!(made, "e-mail, 1 attached message kept as forwarded text");
    let cut = zones(&Envelope { from: &email.from, ..Envelope::default() }, &email.body);
    assert_eq!(cut.text(&email.body, Zone::Own).trim(), "Please have a look.");
    assert!(cut.text(&email.body, Zone::Forwarded).contains("The export is down."), "{cut:?}");
    assert!(!format!("{whose:?}").contains("sill"), "whose it is, its own people say");
}

#[test]
fn broken_charsets_and_broken_parts_are_read_as_far_as_they_go() {
    let mut bytes = HEADERS.replace("Ida Moor", "Ida M\u{f6}hr").into_bytes();
    bytes.extend(b"Subject: caf\xe9\n\nDas ist gr\xf6\xdfer\n");
    let (_, email, _) = email(read_message(&bytes));
    assert_eq!((email.from.as_str(), email.subject.as_str()), ("Ida Möhr <ida@quarz.example>", "café"));
    assert_eq!(email.body, "Das ist größer");
    for (head, body, text) in [
        ("Content-Type: text/plain; charset=us-ascii\n", "Gr\u{fc}n", "Grün"),
        ("Content-Type: text/plain; charset=x-nowhere\n", "Grün", "Grün"),
        ("Content-Type: text/plain; charset=\"gb2312\"\nContent-Transfer-Encoding: base64\n", "xOO6ww==", "你好"),
        ("Content-Type: multipart/mixed; boundary=x\n", "--x\n\nNo end", "No end"),
        ("Content-Type: multipart/mixed\n", "No boundary", "No boundary"),
        (
            "Content-Type: text/plain; format=flowed\n",
            "One \nline\n> and \n> two\n-- \nIda",
            "One line\n> and two\n-- \nIda",
        ),
    ] {
        assert_eq!(read(&format!("{HEADERS}{head}\n{body}")).1.body, text, "{head}");
    }
}

#[test]
fn messages_within_messages_come_to_an_end() {
    let deep = "Content-Type: message/rfc822\n\n".repeat(100_000);
    let reason = read_message(format!("{HEADERS}{deep}").as_bytes()).outcome.unwrap_err();
    assert!(reason.contains("one by one"), "{reason}");
    let some = format!("{HEADERS}Content-Type: message/rfc822\n\n").repeat(400);
    let (_, _, made) = read(&format!("{some}{HEADERS}\nHi"));
    assert!(made.contains("deeper down left out"), "{made}");
}

#[test]
fn the_file_of_another_mail_program_has_its_length_before_it() {
    let message = format!("{HEADERS}\nHello\n");
    let (_, email, _) = read(&format!("{}\n{message}<?xml version=\"1.0\"?><plist/>", message.len()));
    assert_eq!(email.body, "Hello");
}

fn messages(mailbox: &[u8]) -> Vec<(u64, u64, String)> {
    let mut mbox = Mbox::new(BufReader::with_capacity(7, mailbox));
    let mut found = Vec::new();
    while let Some(raw) = mbox.next_raw().unwrap() {
        found.push((raw.number, raw.line, String::from_utf8(raw.bytes.unwrap()).unwrap()));
    }
    found
}

#[test]
fn a_mailbox_is_cut_where_programs_write_their_line_and_nowhere_else() {
    let mailbox = "From - Mon Jan  5 15:00:00 2026\nSubject: a\n\nFrom here on it works.\n\nFrom Monday at 10:00 on in Jan 2026\n\
                   we meet.\n>From the start\n>>From twice\n\nFrom kim@tarn.example Tue Jan 06 00:00:00 +0000 2026\nSubject: b\n\nLast";
    let found = messages(mailbox.as_bytes());
    let first = "Subject: a\n\nFrom here on it works.\n\nFrom Monday at 10:00 on in Jan 2026\nwe meet.\nFrom the start\n>From twice\n";
    assert_eq!(found, [(1, 1, first.to_owned()), (2, 11, "Subject: b\n\nLast".to_owned())]);
    let windows = mailbox.replace('\n', "\r\n");
    let found = messages(windows.as_bytes());
    assert_eq!(
        found.iter().map(|found| found.2.clone()).collect::<Vec<_>>(),
        [first.replace('\n', "\r\n"), "Subject: b\r\n\r\nLast".to_owned()]
    );
}

#[test]
fn a_message_that_is_too_large_is_passed_over_and_the_next_one_lands() {
    let long = "x".repeat(300_000);
    let mailbox = format!(
        "From - Mon Jan 05 15:00:00 2026\nSubject: a\n\n{long}\n\nFrom - Mon Jan 05 15:00:00 2026\n{HEADERS}\nHi\n"
    );
    let mut mbox = Mbox::with_limit(mailbox.as_bytes(), 200_000);
    let large = mbox.next_piece().unwrap().unwrap();
    assert!(large.outcome.unwrap_err().contains("larger than"), "{}", large.number);
    let (_, small, _) = email(mbox.next_piece().unwrap().unwrap());
    assert_eq!(small.body, "Hi");
    assert!(mbox.next_piece().unwrap().is_none());
}

/// Writes a mailbox as mboxrd asks.
fn written(messages: &[String], end: &str) -> String {
    let mut mailbox = String::new();
    for message in messages {
        mailbox.extend(["From kim@tarn.example Mon Jan 05 15:00:00 2026", end]);
        for line in message.split_inclusive('\n') {
            if line.trim_start_matches('>').starts_with("From ") {
                mailbox.push('>');
            }
            mailbox.push_str(line);
        }
        mailbox.push_str(end);
    }
    mailbox
}

proptest! {
    #[test]
    fn a_mailbox_reads_back_as_it_was_written(
        bodies in proptest::collection::vec(
            proptest::collection::vec("(|>|>>)(|From |From kim@a.example Mon Jan 05 10:00:00 2026|[a-z: ]{0,90})", 0..8), 1..6),
        crlf in any::<bool>(),
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let whole = |lines: Vec<String>| format!("Subject: x{end}{end}{}", lines.iter().flat_map(|line| [line.as_str(), end]).collect::<String>());
        let given: Vec<String> = bodies.into_iter().map(whole).collect();
        let found: Vec<String> = messages(written(&given, end).as_bytes()).into_iter().map(|found| found.2).collect();
        prop_assert_eq!(found, given);
    }

    #[test]
    fn no_bytes_make_a_reader_of_mail_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read_message(&bytes);
        let mut mbox = Mbox::with_limit(bytes.as_slice(), 100);
        while mbox.next_piece().unwrap().is_some() {}
    }

    #[test]
    fn no_text_that_looks_like_mail_makes_the_reader_panic(
        pieces in proptest::collection::vec(prop_oneof![
            Just("Content-Type: multipart/mixed; boundary=x\n".to_owned()), Just("\n--x\n".to_owned()), Just("--x--".to_owned()),
            Just("Content-Type: message/rfc822\n\n".to_owned()), Just("Content-Transfer-Encoding: base64\n".to_owned()),
            Just("Content-Type: multipart/digest; boundary=\"\"\n".to_owned()), Just("\r\n".to_owned()), Just("--\n".to_owned()),
            Just("Subject: =?utf-8?q?=\n".to_owned()), Just("Date: 5 Jan 2026 99:00 +9999\n".to_owned()), "[ -~é]{0,20}\n",
        ], 0..24),
    ) {
        let _ = read_message(format!("{HEADERS}{}", pieces.concat()).as_bytes());
    }
}
