//! HubSpot against its double.

use std::collections::BTreeMap;

use chrono::Duration;
use serde_json::json;

use super::*;
use crate::domain::account::Contact;
use crate::domain::record::Record;
use crate::domain::revenue::{Deal, DealStatus};
use crate::sources::emulator::{Desk, Emulator, Fault};
use crate::sources::trial::{client, customers, desk, emulator, headers, incoming, mapped, now, stream, walk};
use crate::sources::{ChangedItem, Company, Next, Whose};

const HOOK: &str = "http://127.0.0.1:9/hooks/hubspot";

/// A source that need not wait between searches.
fn source(emulator: &Emulator) -> HubSpot {
    let source = HubSpot::new(emulator.access(Vendor::HubSpot).unwrap(), client()).unwrap();
    HubSpot { searcher: source.caller.clone(), ..source }
}

/// The identifier of a company.
fn company(desk: &Desk, domain: &str) -> String {
    let tables = desk.tables();
    let mut companies = tables.all("companies");
    let (id, _) = companies.find(|(_, company)| company["properties"]["domain"] == domain).unwrap();
    id.to_owned()
}

/// A deal of a company.
fn make_deal(desk: &Desk, id: &str, company: &str, properties: &Value) {
    desk.change("deals", id, &json!({"companies": [company], "properties": properties}));
}

#[tokio::test]
async fn every_account_comes_out_with_its_industry() {
    let records = customers();
    let emulator = emulator(&records).await;
    let source = source(&emulator);
    let walked = walk(&source, "companies", None, now()).await.unwrap();
    let found = mapped(&source, "companies", &walked.items);
    let expected: Vec<Found> = records
        .iter()
        .filter_map(|record| {
            let Record::Account(account) = record else { return None };
            let attributes = account.attributes.iter().filter(|(name, _)| *name == "industry");
            Some(Found::Company(Box::new(Company {
                id: company(&desk(&emulator, Vendor::HubSpot), &account.domain),
                name: account.name.clone(),
                domains: vec![account.domain.clone()],
                attributes: attributes.map(|(name, value)| (name.clone(), value.clone())).collect(),
                ..Company::default()
            })))
        })
        .collect();
    assert_eq!(found, expected);
    assert!(!walked.whole);
}

#[tokio::test]
async fn a_deal_has_the_label_of_its_stage_and_its_main_company() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::HubSpot));
    let (main, other) = (company(&desk, "quarz.example"), company(&desk, "fjell.example"));
    let properties = json!({"dealname": "Ten seats", "dealstage": "closedlost", "amount": 1200.5,
        "closedate": "2026-06-01T10:00:00Z", "closed_lost_reason": "No time"});
    desk.change("deals", "9001", &json!({"companies": [main, other], "properties": properties}));
    make_deal(
        &desk,
        "9002",
        &other,
        &json!({"dealname": "More", "dealstage": "contractsent", "deal_currency_code": "JPY",
        "amount": "5000", "closedate": "2026-12-01T00:00:00Z"}),
    );
    let walked = walk(&source, "deals", None, now()).await.unwrap();
    let deal = |id: &str| Deal {
        id: format!("hubspot:{id}"),
        account: String::new(),
        name: "Ten seats".to_owned(),
        stage: "Closed Lost".to_owned(),
        status: DealStatus::Lost,
        value_minor: 120_050,
        currency: "EUR".to_owned(),
        lost_reason: Some("No time".to_owned()),
        closed_at: Some("2026-06-01T10:00:00Z".parse().unwrap()),
        url: None,
    };
    let second = Deal {
        name: "More".to_owned(),
        stage: "Contract Sent".to_owned(),
        status: DealStatus::Open,
        value_minor: 5000,
        currency: "JPY".to_owned(),
        lost_reason: None,
        closed_at: None,
        ..deal("9002")
    };
    let expected =
        [Found::of_company(&main, Record::Deal(deal("9001"))), Found::of_company(&other, Record::Deal(second))];
    assert_eq!(mapped(&source, "deals", &walked.items), expected);
}

#[tokio::test]
async fn contacts_belong_to_their_company() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::HubSpot));
    let id = company(&desk, "quarz.example");
    let properties = json!({"firstname": "Ada", "lastname": "Quist", "email": "ada@quarz.example", "jobtitle": "Buyer",
        "associatedcompanyid": id});
    desk.change("contacts", "301", &json!({ "properties": properties }));
    let first = walk(&source, "contacts", None, now()).await.unwrap();
    let contact = Contact {
        name: "Ada Quist".to_owned(),
        email: Some("ada@quarz.example".to_owned()),
        title: Some("Buyer".to_owned()),
        primary: false,
    };
    let whose = vec![Whose::Company(id), Whose::Addresses(vec!["ada@quarz.example".to_owned()])];
    assert_eq!(mapped(&source, "contacts", &first.items), [Found::Contact(whose, contact)]);
    desk.set_now(now() + Duration::hours(2));
    desk.change("contacts", "302", &json!({"properties": {"email": "bo@quarz.example"}}));
    let then = walk(&source, "contacts", Some(&first.cursor), now() + Duration::hours(3)).await.unwrap();
    assert_eq!(then.ids(), ["301", "302"]);
}

#[tokio::test]
async fn a_deal_of_no_company_is_set_aside_with_a_sentence() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::HubSpot));
    desk.change("deals", "9001", &json!({"properties": {"dealname": "Nobody's"}}));
    let walked = walk(&source, "deals", None, now()).await.unwrap();
    let refused = source.map(&stream(&source, "deals"), &walked.items[0]);
    assert!(refused.is_err_and(|reason| reason.contains("associate it")));
}

#[tokio::test]
async fn the_owner_is_known_by_address() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::HubSpot));
    let (id, other) = (company(&desk, "quarz.example"), company(&desk, "fjell.example"));
    desk.change("companies", &id, &json!({"properties": {"hubspot_owner_id": "77001"}}));
    desk.change("companies", &other, &json!({"properties": {"hubspot_owner_id": "404"}}));
    let before = desk.requests();
    let walked = walk(&source, "companies", None, now()).await.unwrap();
    assert_eq!(desk.requests() - before, 2);
    let owners: BTreeMap<String, Option<String>> = mapped(&source, "companies", &walked.items)
        .into_iter()
        .filter_map(|found| match found {
            Found::Company(company) => Some((company.id, company.owner_email)),
            _ => None,
        })
        .collect();
    assert_eq!(owners[&id].as_deref(), Some("owner@members.example"));
    assert_eq!(owners[&other], None);
}

#[tokio::test]
async fn a_permission_that_is_missing_costs_only_what_it_is_for() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::HubSpot));
    for what in ["owners", "contacts"] {
        desk.tables().put("denied", what, Value::Null);
    }
    let id = company(&desk, "quarz.example");
    desk.change("companies", &id, &json!({"properties": {"hubspot_owner_id": "77001"}}));
    let missing = source.preflight().await.unwrap().missing;
    let scopes: Vec<&str> = missing.iter().map(|missing| missing.scope.as_str()).collect();
    assert_eq!(scopes, ["crm.objects.contacts.read", "crm.objects.owners.read"]);
    assert_eq!(walk(&source, "companies", None, now()).await.unwrap().items.len(), 3);
    assert!(matches!(walk(&source, "contacts", None, now()).await, Err(SourceError::Forbidden(_))));
}

#[tokio::test]
async fn each_page_goes_on_where_the_one_before_ended() {
    let emulator = emulator(&customers()).await;
    let desk = desk(&emulator, Vendor::HubSpot);
    for number in 0..23 {
        desk.set_now(now() - Duration::seconds(600 - number / 2));
        let id = format!("{}", 5000 + number);
        desk.change("companies", &id, &json!({"properties": {"name": format!("Company {number}")}}));
    }
    let source = HubSpot { page: 3, ..source(&emulator) };
    let walked = walk(&source, "companies", None, now()).await.unwrap();
    let mut ids = walked.ids();
    assert_eq!(ids.len(), 26);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 26, "nothing comes out twice");
}

#[tokio::test]
async fn more_changes_in_one_moment_than_a_page_has_all_come_out() {
    let emulator = emulator(&customers()).await;
    let desk = desk(&emulator, Vendor::HubSpot);
    for number in 0..20 {
        desk.set_now(now() - Duration::seconds(if number < 17 { 60 } else { 30 }));
        let id = format!("{}", 5000 + number);
        desk.change("companies", &id, &json!({"properties": {"name": format!("Company {number}")}}));
    }
    let source = HubSpot { page: 2, ..source(&emulator) };
    let walked = walk(&source, "companies", None, now()).await.unwrap();
    let mut ids = walked.ids();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 23);
}

#[tokio::test]
async fn the_next_pass_sees_what_changed_and_what_was_found_late() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::HubSpot));
    let id = company(&desk, "quarz.example");
    desk.change("companies", &id, &json!({"properties": {"name": "Quarz AG"}}));
    let first = walk(&source, "companies", None, now()).await.unwrap();
    let before = desk.requests();
    let again = walk(&source, "companies", Some(&first.cursor), now()).await.unwrap();
    assert_eq!(desk.requests() - before, 1, "one request when nothing is new");
    assert_eq!(again.ids(), [id.as_str()], "the overlap only");
    // Changed two minutes before the last one that was met, found only now.
    desk.set_now(now() - Duration::minutes(2));
    desk.change("companies", "5000", &json!({"properties": {"name": "Late"}}));
    desk.set_now(now() + Duration::minutes(1));
    desk.change("companies", "5001", &json!({"properties": {"name": "New"}}));
    let then = walk(&source, "companies", Some(&again.cursor), now() + Duration::minutes(2)).await.unwrap();
    assert_eq!(then.ids(), ["5000", id.as_str(), "5001"]);
}

#[tokio::test]
async fn what_was_archived_is_reported_within_the_hour() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::HubSpot));
    let first = walk(&source, "companies", None, now()).await.unwrap();
    let id = company(&desk, "fjell.example");
    desk.delete("companies", &id);
    let soon = walk(&source, "companies", Some(&first.cursor), now() + Duration::minutes(5)).await.unwrap();
    assert!(soon.gone.is_empty());
    let later = walk(&source, "companies", Some(&soon.cursor), now() + Duration::minutes(61)).await.unwrap();
    assert_eq!(later.gone, std::slice::from_ref(&id));
    assert_eq!(source.item(&stream(&source, "companies"), &id).await, Ok(None));
    let kept = company(&desk, "quarz.example");
    let item = source.item(&stream(&source, "companies"), &kept).await.unwrap().unwrap();
    assert_eq!(item, first.items.into_iter().find(|item| item.id == kept).unwrap());
    assert_eq!(source.item(&stream(&source, "companies"), "../owners").await, Ok(None));
}

#[tokio::test]
async fn a_delivery_names_what_changed() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::HubSpot));
    desk.deliver_to(Some(HOOK.to_owned()));
    let id = company(&desk, "quarz.example");
    let delivery = desk.change("companies", &id, &json!({"properties": {"name": "Quarz AG"}})).remove(0);
    let good = headers(&delivery);
    let delivered = source.delivery(&incoming(&good, &delivery.body, HOOK), now()).unwrap();
    assert_eq!(delivered.changed, [ChangedItem { stream: "companies".to_owned(), id }]);
    // Sent again, with another count of attempts and another signature, it is the same delivery.
    let again = source.delivery(&incoming(&good, &delivery.body, HOOK), now() + Duration::minutes(4)).unwrap();
    assert_eq!(again.id, delivered.id);
    let late = now() + Duration::minutes(6);
    assert_eq!(source.delivery(&incoming(&good, &delivery.body, HOOK), late), Err(Refused::Stale));
    let elsewhere = "http://127.0.0.1:9/hooks/other";
    assert_eq!(source.delivery(&incoming(&good, &delivery.body, elsewhere), now()), Err(Refused::Signature));
    assert_eq!(source.delivery(&incoming(&good, b"[]", HOOK), now()), Err(Refused::Signature));
}

#[tokio::test]
async fn trouble_in_the_middle_passes_and_a_revoked_token_does_not() {
    let emulator = emulator(&customers()).await;
    let desk = desk(&emulator, Vendor::HubSpot);
    let source = HubSpot { page: 2, ..source(&emulator) };
    let companies = stream(&source, "companies");
    let first = source.page(&companies, None, now()).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("one page only") };
    desk.fail(Fault::RateLimited { after: 10 }, 1);
    let limited = source.page(&companies, Some(&cursor), now()).await;
    assert!(matches!(limited, Err(SourceError::RateLimited { .. })));
    desk.fail(Fault::ServerError, 1);
    desk.fail(Fault::Cut, 1);
    let rest = walk(&source, "companies", Some(&cursor), now()).await.unwrap();
    assert_eq!(first.items.len() + rest.items.len(), 3);
    desk.fail(Fault::Garbled, 1);
    assert!(matches!(walk(&source, "companies", None, now()).await, Err(SourceError::Malformed(_))));
    desk.fail(Fault::Revoked, 1);
    assert!(matches!(walk(&source, "companies", None, now()).await, Err(SourceError::Unauthorized(_))));
    let access = Access { key: "another".to_owned(), ..emulator.access(Vendor::HubSpot).unwrap() };
    let stranger = HubSpot::new(access, client()).unwrap();
    assert!(matches!(stranger.preflight().await, Err(SourceError::Unauthorized(_))));
    let preflight = source.preflight().await.unwrap();
    assert_eq!((preflight.of.as_deref(), preflight.missing.len()), (Some("HubSpot account 4410775"), 0));
}

#[tokio::test]
async fn the_double_refuses_what_hubspot_refuses() {
    let emulator = emulator(&customers()).await;
    let source = source(&emulator);
    let filter = |operator: &str| json!({"propertyName": "name", "operator": operator, "value": "x"});
    let groups = |filters: usize| json!([{"filters": vec![filter("EQ"); filters]}]);
    for body in [
        json!({"limit": 201}),
        json!({"after": "9900", "limit": 200}),
        json!({"after": "soon"}),
        json!({"cursor": "x"}),
        json!({"filterGroups": groups(7)}),
        json!({"filterGroups": [{"filters": [filter("LIKE")]}]}),
        json!({"filterGroups": vec![json!({"filters": []}); 6]}),
        json!({"sorts": [{"propertyName": "name", "direction": "UP"}]}),
    ] {
        let request = source.caller.post("/crm/objects/2026-03/companies/search").json(&body);
        assert!(matches!(source.caller.call(request).await, Err(SourceError::Refused(_))), "{body}");
    }
    for asked in [("limit", "101"), ("page", "2")] {
        let request = source.caller.get("/crm/objects/2026-03/companies").query(&[asked]);
        assert!(matches!(source.caller.call(request).await, Err(SourceError::Refused(_))));
    }
}
