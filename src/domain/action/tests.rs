//! Tests of the proposal as a machine.

use chrono::Duration;
use proptest::prelude::*;

use super::*;
use crate::domain::actor::{Actor, Surface};
use crate::domain::id::ProposalId;
use crate::domain::money::Money;
use crate::domain::time::Moment;

const VERSION: i64 = 7;

fn now() -> Moment {
    "2026-06-22T09:00:00Z".parse().unwrap()
}

fn person(who: &str) -> Actor {
    Actor::new(who, Surface::Chat)
}

fn untrack() -> Action {
    Action::UntrackAccount { reason: Some("They shut down.".to_owned()) }
}

fn proposal(approvals_needed: u8) -> Proposal {
    Proposal {
        id: ProposalId::new(),
        account: "hooli.com".to_owned(),
        account_name: "Hooli".to_owned(),
        action: untrack(),
        digest: "d1".to_owned(),
        version: VERSION,
        preview: Preview::default(),
        typed: None,
        proposed_by: person("jared@piedpiper.com"),
        proposed_at: now(),
        expires_at: now() + Duration::minutes(15),
        approvals_needed,
        approvals: Vec::new(),
        state: State::Pending,
    }
}

fn decision(by: &Proposal) -> Decision {
    Decision { value: Value::Tracked(false), reason: None, by: "x".to_owned(), at: now(), proposal: by.id }
}

#[test]
fn an_approval_holds_for_what_was_seen_on_the_account_as_it_was() {
    let policy = ActionPolicy::default();
    let mut proposal = proposal(1);
    let by = person("monica@piedpiper.com");
    assert_eq!(proposal.approve(&by, Some("d2"), VERSION, now(), &policy), Err(Refusal::OtherArguments));
    assert!(matches!(proposal.approve(&by, Some("d1"), VERSION + 1, now(), &policy), Err(Refusal::Outdated(_))));
    let late = now() + Duration::minutes(15);
    assert_eq!(proposal.clone().approve(&by, Some("d1"), VERSION, now(), &policy), Ok(Approved::Done));
    assert_eq!(proposal.approve(&by, Some("d1"), VERSION, late, &policy), Err(Refusal::Expired));
    // Once seen to have expired, it stays so when the clock is put back.
    assert_eq!(proposal.approve(&by, Some("d1"), VERSION, now(), &policy), Err(Refusal::Expired));
}

#[test]
fn a_second_click_changes_nothing_and_a_second_person_is_told_who_was_first() {
    let policy = ActionPolicy::default();
    let mut proposal = proposal(1);
    let (first, second) = (person("monica@piedpiper.com"), person("erlich@piedpiper.com"));
    assert_eq!(proposal.approve(&first, None, VERSION, now(), &policy), Ok(Approved::Done));
    let done = proposal.clone();
    assert_eq!(proposal.approve(&first, None, VERSION + 1, now(), &policy), Ok(Approved::Already));
    let told = proposal.approve(&second, None, VERSION + 1, now(), &policy).unwrap_err().to_string();
    assert!(told.contains("monica@piedpiper.com"), "{told}");
    assert_eq!(proposal, done);
}

#[test]
fn a_large_account_takes_two_people_to_untrack() {
    let policy = ActionPolicy::default();
    let large = [Money::new(10_000_100, "USD")];
    assert_eq!(policy.approvals_needed(&untrack(), &large), 2);
    assert_eq!(policy.approvals_needed(&untrack(), &[Money::new(10_000_000, "USD")]), 1);
    assert_eq!(policy.approvals_needed(&Action::RetrackAccount { reason: None }, &large), 1);
    let mut proposal = proposal(2);
    let (first, second) = (person("monica@piedpiper.com"), person("erlich@piedpiper.com"));
    assert_eq!(proposal.approve(&first, None, VERSION, now(), &policy), Ok(Approved::Waiting));
    let same = Actor::new("MONICA@piedpiper.com", Surface::Cli);
    assert!(matches!(proposal.approve(&same, None, VERSION, now(), &policy), Err(Refusal::SamePerson(_))));
    assert_eq!(proposal.approve(&second, None, VERSION, now(), &policy), Ok(Approved::Done));
}

#[test]
fn only_those_named_may_approve() {
    let policy = ActionPolicy { approvers: vec!["*@piedpiper.com".to_owned()], ..ActionPolicy::default() };
    let mut proposal = proposal(1);
    let stranger = proposal.approve(&person("gavin@hooli.com"), None, VERSION, now(), &policy);
    assert!(matches!(stranger, Err(Refusal::NotAllowed(_))));
    assert!(matches!(proposal.decline(&person("@piedpiper.com"), now(), &policy), Err(Refusal::NotAllowed(_))));
    assert_eq!(proposal.approve(&person("Jared@PiedPiper.com"), None, VERSION, now(), &policy), Ok(Approved::Done));
}

#[test]
fn what_was_done_can_be_undone_for_ten_minutes_unless_something_else_was_decided() {
    let policy = ActionPolicy::default();
    let mut proposal = proposal(1);
    let by = person("monica@piedpiper.com");
    let other = decision(&self::proposal(1));
    assert!(matches!(proposal.undo(&by, None, now(), &policy), Err(Refusal::Settled(_))));
    proposal.approve(&by, None, VERSION, now(), &policy).unwrap();
    let own = decision(&proposal);
    assert!(matches!(proposal.undo(&by, Some(&other), now(), &policy), Err(Refusal::DecidedSince { .. })));
    let late = now() + Duration::minutes(11);
    assert_eq!(proposal.undo(&by, Some(&own), late, &policy), Err(Refusal::TooLate));
    assert_eq!(proposal.undo(&by, Some(&own), now(), &policy), Ok(true));
    assert_eq!(proposal.undo(&by, None, late, &policy), Ok(false));
    assert!(matches!(proposal.approve(&by, None, VERSION, now(), &policy), Ok(Approved::Already) | Err(_)));
}

#[test]
fn wrong_arguments_are_refused_with_what_to_do() {
    let today = now().day();
    let snooze = Action::SnoozeAccount { until: today, reason: None };
    assert!(snooze.checked(today).unwrap_err().contains("later"));
    let owner = Action::SetOwner { owner: "Jared".to_owned(), reason: None };
    assert!(owner.checked(today).unwrap_err().contains("e-mail address"));
    assert!(Action::AddNote { text: " \u{0} ".to_owned() }.checked(today).is_err());
    let snoozed = |until: NaiveDate| Action::SnoozeAccount { until, reason: None }.checked(today);
    let last = today + Duration::days(MOST_DAYS_SNOOZED);
    assert!(snoozed(last).is_ok());
    assert!(snoozed(last.succ_opt().unwrap()).unwrap_err().contains(&format!("at most, until {last}")));
    let blank = Action::UntrackAccount { reason: Some("  ".to_owned()) }.checked(today).unwrap();
    assert_eq!(blank.reason(), None);
}

#[derive(Clone, Debug)]
enum Try {
    Approve(usize, i64),
    Decline(usize),
    Undo(usize, bool),
    Replace,
    Wait(i64),
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let step = prop_oneof![
        (0..3_usize, 0..2_i64).prop_map(|(who, behind)| Try::Approve(who, behind)),
        (0..3_usize).prop_map(Try::Decline),
        (0..3_usize, any::<bool>()).prop_map(|(who, own)| Try::Undo(who, own)),
        Just(Try::Replace),
        (1..9_i64).prop_map(Try::Wait),
    ];
    proptest::collection::vec(step, 1..24)
}

proptest! {
    #[test]
    fn whatever_people_try_it_is_done_at_most_once_by_enough_of_them(tries in tries(), needed in 1..3_u8) {
        let policy = ActionPolicy::default();
        let people = ["a@x.com", "b@x.com", "c@x.com"].map(person);
        let mut proposal = proposal(needed);
        let (mut done, mut undone, mut at) = (0, 0, now());
        for attempt in tries {
            let before = proposal.state.clone();
            let changed = match attempt {
                Try::Approve(who, behind) => {
                    let approved = proposal.approve(&people[who], Some("d1"), VERSION + behind, at, &policy);
                    done += usize::from(approved == Ok(Approved::Done));
                    matches!(approved, Ok(Approved::Done))
                }
                Try::Decline(who) => proposal.decline(&people[who], at, &policy) == Ok(true),
                Try::Undo(who, own) => {
                    let current = if own { decision(&proposal) } else { decision(&self::proposal(1)) };
                    let taken_back = proposal.undo(&people[who], Some(&current), at, &policy) == Ok(true);
                    undone += usize::from(taken_back);
                    taken_back
                }
                Try::Replace => proposal.replace(ProposalId::new()).is_ok(),
                Try::Wait(minutes) => {
                    at = at + Duration::minutes(minutes);
                    false
                }
            };
            // What settles it changes its state, and nothing else does, but that it is seen to have expired.
            let expired = before == State::Pending && proposal.state == State::Expired;
            prop_assert_eq!(changed, before != proposal.state && !expired);
        }
        prop_assert!(done <= 1 && undone <= done);
        if done == 1 {
            let mut who: Vec<_> = proposal.approvals.iter().map(|approval| &approval.actor.who).collect();
            who.dedup();
            prop_assert_eq!(who.len(), usize::from(needed));
        }
    }
}
