//! Proposals in each state.

use super::{at, now, person, route, shown, untrack};
use crate::domain::action::{Approval, State};
use crate::slack::render::proposal::{card, refused};

#[test]
fn a_proposal_waits() {
    shown!("proposal_waiting", &card(&untrack(State::Pending), now()));
}

#[test]
fn a_proposal_waits_for_a_second_person() {
    let mut first = untrack(State::Pending);
    first.approvals_needed = 2;
    shown!("proposal_waiting_for_two", &card(&first, now()));
    first.approvals = vec![Approval { actor: person("monica@piedpiper.com"), at: at("2026-06-17T14:58:00Z") }];
    shown!("proposal_waiting_for_second", &card(&first, now()));
}

#[test]
fn a_proposal_that_is_done_can_be_undone_for_a_while() {
    let undo_until = at("2026-06-17T15:09:00Z");
    let mut done =
        route(State::Done { by: "monica@piedpiper.com".to_owned(), at: at("2026-06-17T14:59:00Z"), undo_until });
    done.approvals = vec![Approval { actor: person("monica@piedpiper.com"), at: at("2026-06-17T14:59:00Z") }];
    shown!("proposal_done", &card(&done, now()));
    shown!("proposal_done_for_good", &card(&done, at("2026-06-17T15:09:01Z")));
}

#[test]
fn a_card_on_which_nothing_can_be_done_has_no_buttons() {
    let (by, decided) = ("monica@piedpiper.com".to_owned(), at("2026-06-17T14:59:00Z"));
    let states = [
        ("proposal_declined", State::Declined { by: by.clone(), at: decided }),
        ("proposal_undone", State::Undone { by, at: decided }),
        ("proposal_replaced", State::Replaced { with: super::id("prop") }),
        ("proposal_expired", State::Expired),
    ];
    for (name, state) in states {
        let message = card(&untrack(state), now());
        assert!(message.blocks.iter().all(|block| block["type"] != "actions"), "{name}");
        shown!(name, &message);
    }
    let late = "2026-06-17T15:07:00Z".parse().unwrap();
    let message = card(&untrack(State::Pending), late);
    assert!(message.text.starts_with("Expired"), "a proposal nobody approved in time has expired by itself");
    assert!(message.blocks.iter().all(|block| block["type"] != "actions"));
}

#[test]
fn a_refusal_names_what_is_different() {
    let differences = ["ARR was $240,000 and is $180,000.".to_owned(), "It is in Contracts now.".to_owned()];
    let refusal = "Hooli has changed since this was proposed; look at what is different and approve the new proposal.";
    shown!("proposal_refused", &refused(&untrack(State::Pending), refusal, &differences, now()));
}
