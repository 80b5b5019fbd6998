//! Salesforce against its double.

use std::collections::BTreeMap;

use chrono::Duration;
use serde_json::json;

use super::*;
use crate::domain::account::Contact;
use crate::domain::record::Record;
use crate::domain::revenue::DealStatus;
use crate::sources::emulator::{Desk, Emulator, Fault};
use crate::sources::trial::{client, customers, desk, emulator, mapped, now, stream, walk};
use crate::sources::{Company, Whose};

fn source(emulator: &Emulator) -> Salesforce {
    Salesforce::new(emulator.access(Vendor::Salesforce).unwrap(), client()).unwrap()
}

/// An identifier of the shape Salesforce's have.
fn made(begins: &str, number: usize) -> String {
    format!("{begins}{number:012}AAA")
}

/// The identifier of the account with a lost deal.
fn ebbe(desk: &Desk) -> String {
    let tables = desk.tables();
    let mut accounts = tables.all("Account");
    accounts.find(|(_, account)| account["Name"] == "Ebbe").unwrap().0.to_owned()
}

#[tokio::test]
async fn lost_deals_and_their_accounts_come_out_as_they_went_in() {
    let records = customers();
    let emulator = emulator(&records).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Salesforce));
    let accounts = walk(&source, "accounts", None, now()).await.unwrap();
    let company = Company {
        id: ebbe(&desk),
        name: "Ebbe".to_owned(),
        domains: vec!["ebbe.example".to_owned()],
        crm_url: Some("https://crm.example/ebbe".to_owned()),
        attributes: BTreeMap::from([("industry".to_owned(), "Boats".into())]),
        ..Company::default()
    };
    assert_eq!(mapped(&source, "accounts", &accounts.items), [Found::Company(Box::new(company.clone()))]);
    let lost: Vec<Found> = records
        .iter()
        .filter_map(|record| match record.clone() {
            Record::Deal(mut deal) if deal.status == DealStatus::Lost => {
                deal.id = format!("salesforce:{}", emulator.names()[&record.reference()].1);
                deal.account = String::new();
                Some(Found::of_company(&company.id, Record::Deal(deal)))
            }
            _ => None,
        })
        .collect();
    assert_eq!(lost.len(), 1);
    let deals = walk(&source, "opportunities", None, now()).await.unwrap();
    assert_eq!(mapped(&source, "opportunities", &deals.items), lost);
    assert!(emulator.names().values().filter(|(vendor, _)| *vendor == Vendor::Salesforce).count() == 1);
}

#[tokio::test]
async fn contacts_belong_to_their_account() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Salesforce));
    let row = json!({"Name": "Ada Quist", "Email": "ada@ebbe.example", "Title": "Captain", "AccountId": ebbe(&desk),
        "Primary__c": true});
    desk.change("Contact", &made("003", 1), &row);
    let contacts = walk(&source, "contacts", None, now()).await.unwrap();
    let contact = Contact {
        name: "Ada Quist".to_owned(),
        email: Some("ada@ebbe.example".to_owned()),
        title: Some("Captain".to_owned()),
        primary: true,
    };
    let whose = vec![Whose::Company(ebbe(&desk)), Whose::Addresses(vec!["ada@ebbe.example".to_owned()])];
    assert_eq!(mapped(&source, "contacts", &contacts.items), [Found::Contact(whose, contact)]);
}

#[tokio::test]
async fn records_of_one_moment_are_walked_by_identifier() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Salesforce));
    for number in 0..11 {
        desk.set_now(now() - Duration::seconds(i64::from(number < 8)));
        desk.change("Account", &made("001", number), &json!({"Name": format!("Account {number}")}));
    }
    let source = Salesforce { limit: 3, ..source };
    let walked = walk(&source, "accounts", None, now()).await.unwrap();
    let mut ids = walked.ids();
    assert_eq!(ids.len(), 12);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 12);
}

#[tokio::test]
async fn a_long_answer_is_followed_to_its_end_even_when_it_is_forgotten() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Salesforce));
    for number in 0..450 {
        desk.change("Account", &made("001", number), &json!({"Name": format!("Account {number}")}));
    }
    let source = Salesforce { batch: Some(200), ..source };
    let accounts = stream(&source, "accounts");
    let first = source.page(&accounts, None, now()).await.unwrap();
    assert_eq!(first.items.len(), 200);
    let crate::sources::Next::More(cursor) = first.next else { panic!("one page only") };
    let rest = walk(&source, "accounts", Some(&cursor), now()).await.unwrap();
    assert_eq!((rest.pages, rest.items.len()), (2, 251));
    let forgotten: Vec<String> = desk.tables().all("queries").map(|(id, _)| id.to_owned()).collect();
    assert!(!forgotten.is_empty());
    for id in forgotten {
        desk.tables().remove("queries", &id);
    }
    let rest = walk(&source, "accounts", Some(&cursor), now()).await.unwrap();
    assert_eq!(rest.items.len(), 251);
}

#[tokio::test]
async fn the_next_pass_sees_what_changed_what_came_late_and_what_is_gone() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Salesforce));
    desk.change("Account", &made("001", 1), &json!({"Name": "One"}));
    let first = walk(&source, "accounts", None, now()).await.unwrap();
    let before = desk.requests();
    let again = walk(&source, "accounts", Some(&first.cursor), now()).await.unwrap();
    assert_eq!(desk.requests() - before, 1, "one request when nothing is new");
    assert_eq!(again.ids(), [made("001", 1)], "the overlap only");
    desk.set_now(now() - Duration::minutes(8));
    desk.change("Account", &made("001", 2), &json!({"Name": "Late"}));
    desk.set_now(now() + Duration::minutes(1));
    desk.delete("Account", &made("001", 1));
    let then = walk(&source, "accounts", Some(&again.cursor), now() + Duration::minutes(2)).await.unwrap();
    assert_eq!(then.ids(), [made("001", 2).as_str()]);
    assert_eq!(then.gone, [made("001", 1)]);
    let accounts = stream(&source, "accounts");
    assert_eq!(source.item(&accounts, &made("001", 1)).await, Ok(None));
    assert_eq!(source.item(&accounts, "' OR Name != '").await, Ok(None));
    let item = source.item(&accounts, &ebbe(&desk)).await.unwrap();
    assert_eq!(item, first.items.into_iter().find(|item| item.id == ebbe(&desk)));
}

#[tokio::test]
async fn an_account_that_was_merged_leads_to_the_one_it_was_merged_into() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Salesforce));
    desk.change("Account", &made("001", 1), &json!({"Name": "One"}));
    let first = walk(&source, "accounts", None, now()).await.unwrap();
    desk.set_now(now() + Duration::hours(1));
    let master = ebbe(&desk);
    desk.change("Account", &made("001", 1), &json!({"IsDeleted": true, "MasterRecordId": master}));
    let then = walk(&source, "accounts", Some(&first.cursor), now() + Duration::hours(2)).await.unwrap();
    assert_eq!(then.gone, [made("001", 1)]);
    let Found::Company(company) = mapped(&source, "accounts", &then.items).remove(0) else { panic!() };
    assert_eq!((company.id, company.merged), (master, vec![made("001", 1)]));
}

#[tokio::test]
async fn an_organisation_with_one_currency_and_fewer_fields_is_read_too() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Salesforce));
    let first = walk(&source, "opportunities", None, now()).await.unwrap();
    let few = json!(["Id", "IsDeleted", "Name", "SystemModstamp", "AccountId", "IsClosed", "IsWon", "CloseDate"]);
    desk.tables().put("fields", "Opportunity", few);
    // Described before the fields were taken away, and afterwards.
    for cursor in [Some(&first.cursor), None] {
        let deals = walk(&source, "opportunities", cursor, now()).await.unwrap();
        let Found::Record(_, record) = mapped(&source, "opportunities", &deals.items).remove(0) else { panic!() };
        let Record::Deal(deal) = *record else { panic!() };
        assert_eq!(deal.closed_at, Some("2026-04-01T00:00:00Z".parse().unwrap()));
        assert_eq!((deal.currency.as_str(), deal.lost_reason), ("USD", None));
    }
}

#[tokio::test]
async fn a_session_that_ran_out_is_begun_again_once() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Salesforce));
    walk(&source, "accounts", None, now()).await.unwrap();
    desk.revoke_tokens();
    assert_eq!(walk(&source, "accounts", None, now()).await.unwrap().items.len(), 1);
    desk.fail(Fault::Revoked, 4);
    assert!(matches!(walk(&source, "accounts", None, now()).await, Err(SourceError::Unauthorized(_))));
}

#[tokio::test]
async fn credentials_are_taken_in_each_of_their_forms() {
    let emulator = emulator(&customers()).await;
    let access = emulator.access(Vendor::Salesforce).unwrap();
    let opened = |change: &dyn Fn(&mut Access)| {
        let mut access = access.clone();
        change(&mut access);
        Salesforce::new(access, client())
    };
    let together = opened(&|access| {
        let id = access.settings.remove("client_id").unwrap();
        access.key = format!("{id}:{}", access.key);
    });
    let preflight = together.unwrap().preflight().await.unwrap();
    assert_eq!(preflight, Preflight { of: Some("Local organisation".to_owned()), missing: Vec::new() });
    let token = desk(&emulator, Vendor::Salesforce).mint();
    let given = opened(&|access| {
        access.settings.insert("token".to_owned(), "oauth".to_owned());
        access.key.clone_from(&token);
    });
    assert!(given.unwrap().preflight().await.is_ok());
    let wrong = opened(&|access| access.key = "another".to_owned()).unwrap();
    assert!(matches!(wrong.preflight().await, Err(SourceError::Unauthorized(_))));
    let alone = opened(&|access| drop(access.settings.remove("client_id")));
    assert!(alone.is_err_and(|reason| reason.contains("CONSUMER_KEY")));
    assert!(opened(&|access| drop(access.settings.remove("address"))).is_err());
}

#[tokio::test]
async fn an_object_nobody_may_read_is_named() {
    let emulator = emulator(&customers()).await;
    let source = source(&emulator);
    desk(&emulator, Vendor::Salesforce).tables().remove("fields", "Contact");
    let missing = source.preflight().await.unwrap().missing;
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].scope, "read access to Contact");
}

#[tokio::test]
async fn trouble_in_the_middle_passes() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Salesforce));
    desk.fail(Fault::ServerError, 1);
    desk.fail(Fault::Cut, 1);
    assert_eq!(walk(&source, "accounts", None, now()).await.unwrap().items.len(), 1);
    desk.fail(Fault::RateLimited { after: 1 }, 1);
    let used_up = walk(&source, "accounts", None, now()).await;
    assert!(matches!(used_up, Err(SourceError::RateLimited { after }) if after.as_secs() == 900));
    desk.fail(Fault::Garbled, 1);
    assert!(matches!(walk(&source, "accounts", None, now()).await, Err(SourceError::Malformed(_))));
}

#[tokio::test]
async fn the_double_refuses_what_salesforce_refuses() {
    let emulator = emulator(&customers()).await;
    let source = source(&emulator);
    for soql in ["SELECT Nothing__c FROM Account", "SELECT Id FROM Account WHERE Name LIKE 'x'", "SELECT Id FROM Lead"]
    {
        assert!(matches!(source.query(soql, false).await, Err(SourceError::Refused(_))), "{soql}");
    }
    let source = Salesforce { batch: Some(10), ..source };
    assert!(matches!(source.query("SELECT Id FROM Account", false).await, Err(SourceError::Refused(_))));
}
