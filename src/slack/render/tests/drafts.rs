//! Drafts in each state.

use super::{now, person, renewal_mail, shown, today};
use crate::domain::draft::{Change, Decided, DraftState};
use crate::slack::render::draft::{card, refused};

#[test]
fn a_draft_waits() {
    shown!("draft_waiting", &card(&renewal_mail(DraftState::Draft), false, today()));
}

#[test]
fn a_draft_that_was_changed_names_its_version() {
    let draft = renewal_mail(DraftState::Approved);
    let mut letter = draft.letter().clone();
    letter.body = "Hi Dana,\n\nshort.".to_owned();
    let draft = draft.with(Change::Edited, person("monica@piedpiper.com"), now(), letter);
    shown!("draft_edited", &card(&draft, false, today()));
}

#[test]
fn a_draft_tells_what_was_decided() {
    for (name, state) in [
        ("draft_approved", DraftState::Approved),
        ("draft_declined", DraftState::Declined),
        ("draft_sending", DraftState::Sending),
        ("draft_sent", DraftState::Sent),
    ] {
        let mut draft = renewal_mail(state);
        draft.decided = Some(Decided { by: person("monica@piedpiper.com"), at: now() });
        shown!(name, &card(&draft, true, today()));
    }
}

#[test]
fn a_draft_that_could_not_be_sent_says_why() {
    let mut draft = renewal_mail(DraftState::Approved);
    draft.trouble = Some("The mail server refused the address.".to_owned());
    let refusal = "The draft was changed meanwhile; read it again.";
    shown!("draft_refused", &refused(&draft, refusal, true, today()));
}
