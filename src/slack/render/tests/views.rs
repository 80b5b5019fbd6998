//! The Home tab and the dialogs.

use proptest::prelude::*;
use serde_json::Value;

use super::accounts::{promise, row};
use super::{at, brief, citation, id, now, renewal_mail, route, today, untrack, why_critical};
use crate::domain::account::Section;
use crate::domain::action::{Action, State};
use crate::domain::draft::{DraftState, Goal};
use crate::domain::health::Level;
use crate::domain::record::RecordKind;
use crate::slack::render::View;
use crate::slack::render::action_id::{ModalMeta, ProposalValue, Sent};
use crate::slack::render::home::{Connected, Home, Pending, home};
use crate::slack::render::modal::{self, Known};

/// A view as it is sent; checks on the way that Slack takes it.
fn json(view: &View) -> Value {
    let view = view.json();
    let is_home = view["type"] == "home";
    let faults = crate::slack::rules::check_view(view);
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(view.to_string().len() < 200_000);
    let meta = view["private_metadata"].as_str().unwrap_or_default();
    assert!(meta.len() < 3_000 && (is_home || ModalMeta::read(meta).is_some()), "{meta}");
    view.clone()
}

fn full() -> Home {
    Home {
        person: "Jared".to_owned(),
        newcomer: false,
        owns_accounts: true,
        critical: vec![row("Hooli", "hooli.com", 7), row("Mossbridge University", "mossbridge.edu", 22)],
        critical_total: 2,
        renewals: vec![row("Hooli", "hooli.com", 7)],
        renewals_total: 9,
        ours: vec![("Hooli".to_owned(), promise("Jared Dunn", "send the adoption plan", "2026-06-01", true))],
        theirs: vec![("Hooli".to_owned(), promise("Dana Whitfield", "name the pilot", "2026-06-20", false))],
        approvals: vec![Pending {
            title: "Untrack Hooli".to_owned(),
            asked_by: "monica@piedpiper.com".to_owned(),
            expires_at: at("2026-06-17T15:07:00Z"),
            value: ProposalValue { id: id("prop"), digest: "9f2c41d7".to_owned() },
        }],
        digest: "Critical accounts every weekday at 09:00, in your direct messages.".to_owned(),
        sources: vec![
            Connected { name: "BuildBetter".to_owned(), supplies: "calls, signals".to_owned(), newest: Some(today()) },
            Connected { name: "Stripe".to_owned(), supplies: "payments".to_owned(), newest: None },
        ],
        problems: vec!["Stripe has supplied nothing since June 3; check its key.".to_owned()],
    }
}

#[test]
fn home_shows_what_needs_the_person() {
    insta::assert_json_snapshot!("home", json(&home(&full(), now())));
}

#[test]
fn home_greets_a_newcomer_and_says_what_is_empty() {
    let new = Home { person: "Dinesh".to_owned(), newcomer: true, ..Home::default() };
    insta::assert_json_snapshot!("home_newcomer", json(&home(&new, now())));
    let calm = Home { sources: full().sources, person: "Jared".to_owned(), owns_accounts: true, ..Home::default() };
    insta::assert_json_snapshot!("home_calm", json(&home(&calm, now())));
}

fn meta() -> ModalMeta {
    ModalMeta { channel: Some("C_GENERAL".to_owned()), thread: Some("1718.0001".to_owned()), ..ModalMeta::default() }
}

#[test]
fn dialogs_are_filled_in_with_what_is_known() {
    let hooli = brief("Hooli", "hooli.com", Some(Level::Critical));
    let known = Known { account: Some(&hooli), unclear: Some("I could not read the section; pick it here.") };
    let open = Known::default();
    let settled = ModalMeta { account: Some("hooli.com".to_owned()), ..meta() };
    for (name, view) in [
        ("modal_ask", modal::ask(open, "", &meta())),
        ("modal_route", modal::route(known, Some(Section::Pipeline), "They want to extend", &settled)),
        ("modal_untrack", modal::untrack(Known { unclear: None, ..known }, "", &meta())),
        ("modal_retrack", modal::retrack(open, "", &settled)),
        ("modal_note", modal::note(open, "Dana: <b>we decide</b> on Friday & not before", &meta())),
        ("modal_draft", modal::draft(open, Some(Goal::Renewal), "", &meta())),
        ("modal_link", modal::link_channel(open, &meta())),
        ("modal_feedback", modal::feedback(&ModalMeta { turn: Some(id("turn")), ..meta() })),
        ("modal_draft_edit", modal::draft_edit(&renewal_mail(DraftState::Draft), &meta())),
        ("modal_draft_copy", modal::draft_copy(&renewal_mail(DraftState::Approved), &meta())),
        ("modal_draft_regenerate", modal::draft_regenerate(&renewal_mail(DraftState::Draft), &meta())),
        ("modal_proposal_route", modal::proposal_edit(&route(State::Pending), &meta())),
        ("modal_evidence", modal::evidence(&why_critical().citations[1], today())),
    ] {
        insta::assert_json_snapshot!(name, json(&view));
    }
}

#[test]
fn every_action_can_be_changed_before_it_is_approved() {
    let (reason, until) = (None, "2026-07-01".parse().unwrap());
    for action in [
        Action::SnoozeAccount { until, reason: reason.clone() },
        Action::SetOwner { owner: "monica@piedpiper.com".to_owned(), reason: reason.clone() },
        Action::AddNote { text: "Renewal call moved to Friday.".to_owned() },
        Action::IgnoreRevenueSource { source: "sub_1".to_owned(), ignored: true, reason },
    ] {
        let mut proposal = untrack(State::Pending);
        proposal.action = action;
        let view = json(&modal::proposal_edit(&proposal, &meta()));
        let inputs = view["blocks"].as_array().unwrap().iter().filter(|block| block["type"] == "input");
        assert!(inputs.count() >= 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_words_keep_every_limit(name in any::<String>(), words in any::<String>()) {
        let account = brief(&name, &words, None);
        let known = Known { account: Some(&account), unclear: Some(&words) };
        json(&modal::ask(known, &words.repeat(99), &meta()));
        json(&modal::note(known, &words.repeat(99), &ModalMeta { account: Some(name.clone()), ..meta() }));
        let mut draft = renewal_mail(DraftState::Draft);
        draft.first.letter.body = words.repeat(200);
        draft.first.letter.subject.clone_from(&name);
        json(&modal::draft_edit(&draft, &meta()));
        json(&modal::draft_copy(&draft, &meta()));
        json(&modal::evidence(&citation(1, RecordKind::Call, &name, Some(&name), &words.repeat(99)), today()));
        let mut any = full();
        any.person.clone_from(&name);
        any.critical = vec![row(&name, &words, 3); 20];
        any.renewals = vec![row(&words, &name, 3); 20];
        any.ours = vec![(name.clone(), promise(&words, &name, "", false)); 20];
        any.theirs.clone_from(&any.ours);
        any.problems = vec![words.clone(); 20];
        any.sources = vec![Connected { name: name.clone(), supplies: words.clone(), newest: None }; 30];
        any.approvals = vec![Pending { title: words.clone(), ..any.approvals[0].clone() }; 20];
        json(&home(&any, now()));
    }
}
