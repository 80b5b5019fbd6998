//! What becomes of promises: records of ours that show them kept, and judgements that are kept until something changes.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::*;
use super::{call, email, read_with, reading, said_on};
use crate::domain::activity::{Commitment, Note, Project, Release};
use crate::domain::time::midnight;

const FROM_US: &str = "Jared Dunn <jared@vendor.com>";
const FROM_THEM: &str = "Nora Quist <nora@example.com>";

fn note(day: &str, text: &str) -> Note {
    Note {
        id: format!("note-{day}"),
        account: "example.com".to_owned(),
        written_at: midnight(day.parse().unwrap()),
        author: "Jared Dunn".to_owned(),
        text: text.to_owned(),
        url: None,
    }
}

fn project(title: &str, status: &str) -> Project {
    Project {
        id: "project-1".to_owned(),
        account: "example.com".to_owned(),
        title: title.to_owned(),
        status: status.to_owned(),
        updated_at: midnight("2026-03-20".parse().unwrap()),
        url: None,
    }
}

fn release(title: &str, body: &str) -> Release {
    Release {
        id: "release-1".to_owned(),
        title: title.to_owned(),
        body: body.to_owned(),
        shipped_at: midnight("2026-03-25".parse().unwrap()),
        version: None,
        draft: false,
        prerelease: false,
        url: None,
    }
}

/// Whether the one promise of `line` counts as kept with this on record.
fn is_kept(line: &str, works: &[Work<'_>]) -> bool {
    let told = call("call-1", said_on(), &["Nora: Hello everybody.", line, "Dana: Good."]);
    let found = read_with(&[told], &[], works).commitments;
    assert_eq!(found.len(), 1, "{line}: {found:?}");
    found[0].kept_by.is_some()
}

#[test]
fn a_note_that_tells_the_deed_keeps_the_promise() {
    let line = "Jared: I'll send you the penetration test summary by Friday.";
    for (day, text, kept) in [
        ("2026-03-06", "Sent Dana the penetration test summary this morning.", true),
        ("2026-03-06", "Penetration test summary was delivered; Nora is happy.", true),
        ("2026-03-06", "Nora asks for the penetration test summary.", false),
        ("2026-03-06", "Penetration test summary not sent yet.", false),
        ("2026-03-06", "Need to get the penetration test summary finished.", false),
        ("2026-03-06", "Sent Dana the price list.", false),
        ("2026-03-02", "Sent Dana the penetration test summary this morning.", false),
    ] {
        assert_eq!(is_kept(line, &[Work::Note(&note(day, text))]), kept, "{day} {text}");
    }
    let theirs = "Nora: We'll pay the January invoice by Friday.";
    assert!(is_kept(theirs, &[Work::Note(&note("2026-03-06", "They paid the January invoice."))]));
}

#[test]
fn what_was_built_is_kept_by_a_finished_project_or_a_release() {
    let line = "Jared: We'll build the audit log export for you by the end of March.";
    for (title, status, kept) in [
        ("Audit log export", "Done", true),
        ("Audit log export", "in progress", false),
        ("Audit log export", "not done", false),
        ("Seat migration", "done", false),
    ] {
        assert_eq!(is_kept(line, &[Work::Project(&project(title, status))]), kept, "{title} {status}");
    }
    for (title, body, kept) in [
        ("Audit log export", "Admins download the audit log as CSV.", true),
        ("Spring release", "New: the audit log can be exported by every admin.", true),
        ("Spring release", "The audit log is searchable.", false),
    ] {
        assert_eq!(is_kept(line, &[Work::Release(&release(title, body))]), kept, "{title} {body}");
    }
    // Telling somebody of it is another deed.
    let told = "Jared: I'll send you the audit log export plan by the end of March.";
    assert!(!is_kept(told, &[Work::Release(&release("Audit log export plan", ""))]));
}

/// Something said or written, told by a few choices.
fn said() -> impl Strategy<Value = (bool, u32, usize)> {
    (any::<bool>(), 0u32..900, 0..LINES.len())
}

const LINES: [&str; 8] = [
    "I'll send you the storage analysis by Friday.",
    "The storage analysis is attached.",
    "We still haven't received the storage analysis.",
    "We'll sign the order form tomorrow.",
    "The order form is signed.",
    "I'll set up half an hour for you next week.",
    "Thanks for the half hour, Jared.",
    "All is well here.",
];

proptest! {
    #[test]
    fn judging_only_what_has_changed_comes_to_the_same(
        all in proptest::collection::vec(said(), 1..14),
        first in 0usize..14,
    ) {
        let day = |days: u32| said_on() + chrono::Days::new(days.into());
        let talks: Vec<_> = all.iter().enumerate().collect();
        let calls: Vec<_> = talks
            .iter()
            .filter(|(_, (spoken, ..))| *spoken)
            .map(|(index, (_, days, line))| {
                call(&format!("call-{index}"), day(*days), &[&format!("Jared: {}", LINES[*line]), "Nora: Good."])
            })
            .collect();
        let emails: Vec<_> = talks
            .iter()
            .filter(|(_, (spoken, ..))| !*spoken)
            .map(|(index, (_, days, line))| {
                let from = if line % 2 == 0 { FROM_US } else { FROM_THEM };
                email(&format!("mail-{index}"), day(*days), from, "Hello", LINES[*line])
            })
            .collect();
        let work = note("2026-06-06", "Sent the storage analysis.");
        let works = [Work::Note(&work)];
        let before = reading(&calls[..first.min(calls.len())], &emails[..first.min(emails.len())], &[], &BTreeMap::new());
        let marks = before.commitments.into_iter().map(|marked| {
            let Commitment { due, kept_by, unclear_by, .. } = marked.commitment;
            (marked.mark_key, Mark { due, kept_by, unclear_by })
        });
        let again = reading(&calls, &emails, &works, &marks.collect());
        prop_assert_eq!(again, reading(&calls, &emails, &works, &BTreeMap::new()));
    }
}
