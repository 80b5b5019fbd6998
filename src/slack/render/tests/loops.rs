//! Who asked for what shipped.

use super::{at, shown, sound, today};
use crate::domain::matching::Verdict;
use crate::domain::record::RecordKind;
use crate::domain::tool::close_loop::{Hold, HoldReason, LoopList, LoopPerson, LoopRelease, LoopWish};
use crate::slack::render::action_id::{LoopValue, Sent};
use crate::slack::render::close_loop::close_loop;

fn release() -> LoopRelease {
    LoopRelease {
        id: "rel-42".to_owned(),
        title: "SAML single sign-on".to_owned(),
        version: Some("4.2".to_owned()),
        shipped_at: at("2026-06-08T09:00:00Z"),
        shipped: true,
    }
}

fn person(who: Option<&str>, account: &str, hold: Option<(HoldReason, &str)>) -> LoopPerson {
    let wish = LoopWish {
        what: "SAML single sign-on".to_owned(),
        times: 3,
        asked_cite: 1,
        quote: "So this is the third time Hooli is asking for SAML.".to_owned(),
        asked_at: at("2026-05-22T09:00:00Z"),
        kind: RecordKind::Call,
        release: release(),
        line_cite: 2,
        line: "SAML 2.0 single sign-on for all plans".to_owned(),
        confidence: 0.9,
        verdict: Verdict::Answers,
        hold: None,
    };
    let holds =
        hold.map(|(reason, text)| Hold { reason, text: text.to_owned(), cite: None, instead: None, until: None });
    LoopPerson {
        account: "hooli.com".to_owned(),
        account_name: account.to_owned(),
        who: who.map(str::to_owned),
        email: who.map(|_| "dana.whitfield@hooli.com".to_owned()),
        wishes: vec![wish],
        go: holds.is_none(),
        holds: holds.into_iter().collect(),
    }
}

fn list() -> LoopList {
    let upset = (HoldReason::Escalation, "The account is upset about restores; settle that first.");
    LoopList {
        people: vec![person(Some("Dana Whitfield"), "Hooli", None), person(None, "Aviato <x>", Some(upset))],
        go: 1,
        held: 1,
        release: Some(release()),
        requests: 214,
        releases: 12,
    }
}

#[test]
fn who_asked_for_it_is_told_with_a_click() {
    shown!("close_loop", &close_loop(&list(), today()));
    shown!("close_loop_nobody", &close_loop(&LoopList { requests: 214, releases: 12, ..LoopList::default() }, today()));
}

#[test]
fn a_long_list_is_bounded() {
    let mut long = list();
    long.people = vec![long.people[0].clone(); 40];
    long.go = 40;
    sound(&close_loop(&long, today()));
    let value = LoopValue::of(&long.people[0]);
    assert_eq!(value.release.as_deref(), Some("4.2"));
    assert_eq!(LoopValue::read(&value.sent()), Some(value));
}
