//! What the directory finds.

use super::candidates::Candidates;
use crate::domain::activity::Side;
use crate::domain::tool::account::{AccountBrief, Person};
use crate::store::CalledAccount;

fn brief(domain: &str, name: &str) -> AccountBrief {
    AccountBrief { domain: domain.to_owned(), name: name.to_owned(), owner_email: None, level: None }
}

fn directory() -> Candidates {
    let listed = |domain: &str, name: &str, aliases: &[&str]| CalledAccount {
        brief: brief(domain, name),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
    };
    let dana = Person {
        name: "Dana Whitfield".to_owned(),
        email: Some("dana@hooli.com".to_owned()),
        title: None,
        side: Side::Customer,
        accounts: vec![brief("hooli.com", "Hooli")],
        owner: false,
    };
    Candidates::new(
        vec![
            listed("hooli.com", "Hooli", &["HLI"]),
            listed("acme.com", "Acme Corp", &[]),
            listed("acmelabs.io", "Acme Labs", &[]),
            listed("breamhall.co.uk", "Bream-Hall Logistics", &[]),
            listed("intersite.com", "Intersite", &[]),
            listed("intersite.eu", "Intersite Europe", &[]),
        ],
        vec![dana],
    )
}

fn domains(text: &str) -> Vec<Vec<String>> {
    let found = directory().find(text);
    found
        .accounts
        .into_iter()
        .map(|mention| mention.candidates.into_iter().map(|account| account.domain).collect())
        .collect()
}

#[test]
fn a_name_that_goes_on_otherwise_may_be_another_company() {
    let other = |text: &str| directory().find(text).accounts.remove(0).other_name;
    assert_eq!(other("untrack Bream Chemicals").as_deref(), Some("Bream Chemicals"));
    assert_eq!(other("untrack \"bream chemicals\"").as_deref(), Some("bream chemicals"));
    assert_eq!(other("route Bream to Pipeline"), None);
    assert_eq!(other("untrack Bream-Hall Logistics"), None);
}

#[test]
fn only_the_whole_name_is_exact_however_it_is_typed() {
    let directory = directory();
    let exactly = |named: &str| -> Vec<String> {
        directory.exactly(named).into_iter().map(|account| account.domain.clone()).collect()
    };
    for named in ["bream hall logistics", "BREAM-HALL LOGISTICS", "breamhall.co.uk", "Brea\u{302}m-Hall Logistics"] {
        assert_eq!(exactly(named), ["breamhall.co.uk"], "{named}");
    }
    for named in ["Bream", "Bream-Hall", "Bream Hall Logistics Europe", "Acme", ""] {
        assert!(exactly(named).is_empty(), "{named}");
    }
    assert_eq!(exactly("hli"), ["hooli.com"]);
}

#[test]
fn accounts_are_found_by_name_domain_alias_and_with_slips() {
    for text in
        ["how is Hooli doing", "hooli.com status", "hli?", "why is hoolii red", "Hooli's renewal", "summarize HOOLI"]
    {
        assert_eq!(domains(text), [["hooli.com"]], "{text}");
    }
    assert_eq!(domains("bream hall invoices"), [["breamhall.co.uk"]]);
    assert_eq!(domains("compare hooli and intersite europe"), [["hooli.com"], ["intersite.eu"]]);
}

#[test]
fn a_full_name_wins_and_half_a_name_is_ambiguous() {
    assert_eq!(domains("how is Intersite"), [["intersite.com"]]);
    assert_eq!(domains("how is acme"), [["acme.com", "acmelabs.io"]]);
    assert_eq!(domains("how is acme labs"), [["acmelabs.io"]]);
}

#[test]
fn a_slip_in_a_word_several_share_is_told_by_the_words_that_follow() {
    assert_eq!(domains("how is acmee"), [["acme.com", "acmelabs.io"]]);
    assert_eq!(domains("how is acmee labs doing"), [["acmelabs.io"]]);
    assert_eq!(domains("how is Intersiet Europe"), [["intersite.eu"]]);
    let mention = directory().find("how is acmee labs doing").accounts.remove(0);
    assert_eq!((mention.words.as_str(), mention.exact), ("acmee labs", false));
}

#[test]
fn people_are_found_by_first_and_full_name() {
    for text in ["what did Dana promise", "dana whitfield's title", "mail dana@hooli.com"] {
        let found = directory().find(text);
        assert_eq!(
            found.people.iter().map(|mention| mention.people[0].name.as_str()).collect::<Vec<_>>(),
            ["Dana Whitfield"],
            "{text}"
        );
    }
}

#[test]
fn whose_accounts_are_meant_is_understood_without_an_apostrophe() {
    for text in ["which of danas accounts are critical", "Danas accounts", "which of Dana's accounts"] {
        assert_eq!(directory().find(text).people.len(), 1, "{text}");
    }
}

#[test]
fn ordinary_questions_mention_nobody() {
    let found = directory().find("which accounts are renewing next month and unhappy?");
    assert!(found.accounts.is_empty() && found.people.is_empty());
}
