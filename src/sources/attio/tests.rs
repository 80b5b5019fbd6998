//! Attio against its double.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::domain::account::Contact;
use crate::domain::record::{Record, RecordRef};
use crate::domain::revenue::DealStatus;
use crate::sources::emulator::{Desk, Emulator, Fault};
use crate::sources::trial::{client, customers, desk, emulator, headers, incoming, mapped, now, stream, walk};
use crate::sources::{ChangedItem, Company, Next, Whose};

const HOOK: &str = "https://app.example/hooks/attio";

fn source(emulator: &Emulator) -> Attio {
    Attio::new(emulator.access(Vendor::Attio).unwrap(), client()).unwrap()
}

/// A source that reads small pages.
fn in_small_pages(emulator: &Emulator) -> Attio {
    Attio { records: 2, notes: 2, ..source(emulator) }
}

fn name<'a>(emulator: &'a Emulator, reference: &RecordRef) -> &'a str {
    &emulator.names()[reference].1
}

#[tokio::test]
async fn every_account_comes_out_as_it_went_in() {
    let records = customers();
    let emulator = emulator(&records).await;
    for source in [source(&emulator), in_small_pages(&emulator)] {
        let companies = walk(&source, "companies", None, now()).await.unwrap();
        assert!(companies.whole);
        let people = walk(&source, "people", None, now()).await.unwrap();
        let contacts = mapped(&source, "people", &people.items);
        let found = mapped(&source, "companies", &companies.items);
        let accounts = records.iter().filter_map(|record| match record {
            Record::Account(account) => Some((record.reference(), account)),
            _ => None,
        });
        assert_eq!(found.len(), accounts.clone().count());
        for (reference, account) in accounts {
            let id = name(&emulator, &reference);
            let company = found.iter().find_map(|found| match found {
                Found::Company(company) if company.id == id => Some(company.as_ref().clone()),
                _ => None,
            });
            let mut attributes = account.attributes.clone();
            attributes.remove("industry");
            let expected = Company {
                id: id.to_owned(),
                name: account.name.clone(),
                domains: vec![account.domain.clone()],
                owner_email: account.owner_email.clone(),
                segment: account.segment.clone(),
                licensed_seats: account.licensed_seats,
                crm_url: account.crm_url.clone(),
                attributes,
                ..Company::default()
            };
            assert_eq!(company, Some(expected));
            let there: Vec<Contact> = contacts.iter().filter_map(|found| of_company(found, id)).collect();
            assert_eq!(there, account.contacts);
        }
    }
}

fn of_company(found: &Found, id: &str) -> Option<Contact> {
    match found {
        Found::Contact(whose, contact) if whose.first() == Some(&Whose::Company(id.to_owned())) => {
            Some(contact.clone())
        }
        _ => None,
    }
}

#[tokio::test]
async fn deals_and_notes_come_out_as_they_went_in() {
    let records = customers();
    let emulator = emulator(&records).await;
    for source in [source(&emulator), in_small_pages(&emulator)] {
        let mut found = Vec::new();
        for name in ["deals", "notes"] {
            let walked = walk(&source, name, None, now()).await.unwrap();
            found.extend(mapped(&source, name, &walked.items));
        }
        let expected: Vec<Found> = records
            .iter()
            .filter_map(|record| {
                let mut record = record.clone();
                let id = format!("attio:{}", emulator.names().get(&record.reference())?.1);
                let account = match &mut record {
                    Record::Deal(deal) if deal.status != DealStatus::Lost => {
                        deal.id = id;
                        std::mem::take(&mut deal.account)
                    }
                    Record::Note(note) => {
                        note.id = id;
                        std::mem::take(&mut note.account)
                    }
                    _ => return None,
                };
                Some(Found::of_company(&uuid_of(&emulator, &account), record))
            })
            .collect();
        assert_eq!(found.len(), expected.len());
        assert!(expected.iter().all(|expected| found.contains(expected)), "{found:#?}");
    }
}

fn uuid_of(emulator: &Emulator, domain: &str) -> String {
    let kind = crate::domain::record::RecordKind::Account;
    name(emulator, &RecordRef { kind, id: domain.to_owned() }).to_owned()
}

#[tokio::test]
async fn a_pass_in_which_something_was_taken_away_is_not_whole() {
    let emulator = emulator(&customers()).await;
    let source = in_small_pages(&emulator);
    let companies = stream(&source, "companies");
    let first = source.page(&companies, None, now()).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("one page only") };
    desk(&emulator, Vendor::Attio).delete("companies", &first.items[0].id);
    let rest = walk(&source, "companies", Some(&cursor), now()).await.unwrap();
    assert!(!rest.whole);
    // The next pass is, and what is no more is not in it.
    let again = walk(&source, "companies", Some(&rest.cursor), now()).await.unwrap();
    assert!(again.whole && !again.ids().contains(&first.items[0].id.as_str()));
}

#[tokio::test]
async fn what_a_workspace_is_made_of_is_read_once_a_pass() {
    let emulator = emulator(&customers()).await;
    let source = source(&emulator);
    let desk = desk(&emulator, Vendor::Attio);
    for name in ["companies", "people", "deals", "notes"] {
        walk(&source, name, None, now()).await.unwrap();
    }
    // One for each stream, and one each for the people of the workspace and the attributes.
    assert_eq!(desk.requests(), 6);
}

#[tokio::test]
async fn a_changed_company_is_seen_and_a_deleted_one_is_gone() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Attio));
    let id = uuid_of(&emulator, "quarz.example");
    let renamed = json!({"values": {"name": [{"attribute_type": "text", "value": "Quarz AG"}]}});
    let deliveries = desk.change("companies", &id, &renamed);
    let headers = headers(&deliveries[0]);
    walk(&source, "companies", None, now()).await.unwrap();
    let delivered = source.delivery(&incoming(&headers, &deliveries[0].body, HOOK), now()).unwrap();
    assert_eq!(delivered.changed, [ChangedItem { stream: "companies".to_owned(), id: id.clone() }]);
    assert_eq!(delivered.id, headers["idempotency-key"]);
    let companies = stream(&source, "companies");
    let item = source.item(&companies, &id).await.unwrap().unwrap();
    let Found::Company(company) = source.map(&companies, &item).unwrap().remove(0) else { panic!() };
    assert_eq!((company.name.as_str(), company.owner_email.as_deref()), ("Quarz AG", Some("ona@ours.example")));
    desk.delete("companies", &id);
    assert_eq!(source.item(&companies, &id).await, Ok(None));
    assert_eq!(source.item(&companies, "../self").await, Ok(None));
}

#[tokio::test]
async fn after_a_merge_both_companies_are_looked_at() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Attio));
    let (kept, gone) = (uuid_of(&emulator, "quarz.example"), uuid_of(&emulator, "fjell.example"));
    let body = json!({"webhook_id": "w", "events": [{
        "event_type": "record.merged",
        "id": {"workspace_id": "w", "object_id": "o", "record_id": kept},
        "duplicate_object_id": "o",
        "duplicate_record_id": gone,
    }]});
    let (headers, body) = signed(&desk, &body);
    let delivered = source.delivery(&incoming(&headers, &body, HOOK), now()).unwrap();
    let companies: Vec<&str> =
        delivered.changed.iter().filter(|item| item.stream == "companies").map(|item| item.id.as_str()).collect();
    assert_eq!(companies.len(), 2);
    assert!(companies.contains(&kept.as_str()) && companies.contains(&gone.as_str()));
    let companies = stream(&source, "companies");
    let item = source.item(&companies, &kept).await.unwrap().unwrap();
    let Found::Company(company) = source.map(&companies, &item).unwrap().remove(0) else { panic!() };
    assert_eq!(company.merged, [gone]);
}

/// A delivery with this body, signed.
fn signed(desk: &Desk, body: &Value) -> (BTreeMap<String, String>, Vec<u8>) {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let body = body.to_string().into_bytes();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(desk.secret().as_bytes()).unwrap();
    mac.update(&body);
    let signature = hex::encode(mac.finalize().into_bytes());
    (BTreeMap::from([("attio-signature".to_owned(), signature)]), body)
}

#[tokio::test]
async fn a_delivery_is_refused_unless_it_is_signed() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Attio));
    let delivery = desk.change("deals", &uuid::Uuid::new_v4().to_string(), &json!({"values": {}})).remove(0);
    let good = headers(&delivery);
    assert!(source.delivery(&incoming(&good, &delivery.body, HOOK), now()).is_ok());
    let mut other = delivery.body.clone();
    other.push(b' ');
    assert_eq!(source.delivery(&incoming(&good, &other, HOOK), now()), Err(Refused::Signature));
    assert_eq!(source.delivery(&incoming(&BTreeMap::new(), &other, HOOK), now()), Err(Refused::Signature));
    let (signature, odd) = signed(&desk, &json!({"events": 7}));
    assert_eq!(source.delivery(&incoming(&signature, &odd, HOOK), now()), Err(Refused::Unreadable));
    let access = Access { webhook_secret: None, ..emulator.access(Vendor::Attio).unwrap() };
    let without = Attio::new(access, client()).unwrap();
    assert_eq!(without.delivery(&incoming(&good, &delivery.body, HOOK), now()), Err(Refused::NoSecret));
}

#[tokio::test]
async fn trouble_in_the_middle_passes_and_a_revoked_key_does_not() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (in_small_pages(&emulator), desk(&emulator, Vendor::Attio));
    desk.fail(Fault::RateLimited { after: 0 }, 1);
    desk.fail(Fault::ServerError, 1);
    desk.fail(Fault::Cut, 1);
    assert_eq!(walk(&source, "companies", None, now()).await.unwrap().items.len(), 3);
    desk.fail(Fault::RateLimited { after: 600 }, 1);
    let limited = walk(&source, "deals", None, now()).await.unwrap_err();
    assert!(matches!(limited, SourceError::RateLimited { after } if after.as_secs() > 500), "{limited:?}");
    desk.fail(Fault::Garbled, 1);
    assert!(matches!(walk(&source, "deals", None, now()).await, Err(SourceError::Malformed(_))));
    desk.fail(Fault::Revoked, 1);
    assert!(matches!(walk(&source, "deals", None, now()).await, Err(SourceError::Unauthorized(_))));
    let access = Access { key: "another".to_owned(), ..emulator.access(Vendor::Attio).unwrap() };
    let stranger = Attio::new(access, client()).unwrap();
    assert!(matches!(stranger.preflight().await, Err(SourceError::Unauthorized(_))));
}

#[tokio::test]
async fn preflight_says_whose_key_it_is() {
    let emulator = emulator(&customers()).await;
    let preflight = source(&emulator).preflight().await.unwrap();
    assert_eq!(preflight, Preflight { of: Some("Local workspace".to_owned()), missing: Vec::new() });
}

#[tokio::test]
async fn a_permission_that_is_missing_costs_only_what_it_is_for() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Attio));
    let scope = "record_permission:read object_configuration:read note:read";
    desk.tables().put("key", "scope", scope.into());
    let missing = source.preflight().await.unwrap().missing;
    assert_eq!(missing.iter().map(|missing| missing.scope.as_str()).collect::<Vec<_>>(), ["user_management:read"]);
    let walked = walk(&source, "companies", None, now()).await.unwrap();
    let companies = mapped(&source, "companies", &walked.items);
    assert_eq!(companies.len(), 3);
    assert!(companies.iter().all(|found| matches!(found, Found::Company(company) if company.owner_email.is_none())));
}

#[tokio::test]
async fn a_workspace_without_deals_is_read_all_the_same() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Attio));
    desk.tables().put("switched_off", "deals", Value::Null);
    assert_eq!(source.preflight().await.unwrap().missing[0].scope, "the deals object");
    let deals = walk(&source, "deals", None, now()).await.unwrap();
    assert!(deals.items.is_empty() && !deals.whole);
}

#[tokio::test]
async fn a_note_on_a_person_belongs_to_the_persons_company() {
    let emulator = emulator(&customers()).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Attio));
    let people = walk(&source, "people", None, now()).await.unwrap();
    for id in [uuid::Uuid::new_v4().to_string(), uuid::Uuid::new_v4().to_string()] {
        let note = json!({"parent_object": "people", "parent_record_id": people.items[0].id, "title": "Call",
            "content_plaintext": "Short."});
        desk.change("notes", &id, &note);
    }
    let before = desk.requests();
    let notes = walk(&source, "notes", None, now()).await.unwrap();
    // The people of the workspace, the attributes, the notes, and the person once.
    assert_eq!(desk.requests() - before, 4);
    let of_quarz = Whose::Company(uuid_of(&emulator, "quarz.example"));
    let there = mapped(&source, "notes", &notes.items)
        .into_iter()
        .filter(|found| matches!(found, Found::Record(whose, _) if whose.contains(&of_quarz)));
    assert_eq!(there.count(), 3);
}

#[tokio::test]
async fn a_deal_is_moved_unless_somebody_else_moved_it() {
    let records = customers();
    let emulator = emulator(&records).await;
    let (source, desk) = (source(&emulator), desk(&emulator, Vendor::Attio));
    let deals = walk(&source, "deals", None, now()).await.unwrap();
    let open = deals.items.iter().find(|item| Attio::stage_seen(item).is_some_and(|seen| seen.stage == "Offer out"));
    let open = open.unwrap();
    let seen = Attio::stage_seen(open).unwrap();
    assert_eq!(source.stage_of(&open.id).await, Ok(seen.clone()));
    let unknown = source.move_deal(&open.id, "Nowhere", seen.since).await;
    let allowed = source.stages().await.unwrap();
    assert_eq!(allowed, ["Lead", "In Progress", "Won 🎉", "Lost", "Offer out", "Won"]);
    assert_eq!(unknown, Err(MoveError::UnknownStage { allowed }));
    let moved = source.move_deal(&open.id, "lost", seen.since).await.unwrap();
    let expected = Moved { stage: "Lost".to_owned(), since: desk.now(), status: DealStatus::Lost };
    assert_eq!(moved, expected);
    let late = source.move_deal(&open.id, "Won", seen.since).await;
    let now = DealStage { stage: "Lost".to_owned(), since: moved.since };
    assert_eq!(late, Err(MoveError::Conflict { now }));
    // To where it is already: nothing is written, and nothing changes.
    assert_eq!(source.move_deal(&open.id, "Lost", moved.since).await, Ok(expected));
    let absent = source.move_deal(&uuid::Uuid::new_v4().to_string(), "Lost", moved.since).await;
    assert!(matches!(absent, Err(MoveError::Source(SourceError::NotFound(_)))));
}

#[tokio::test]
async fn the_double_refuses_what_attio_refuses() {
    let emulator = emulator(&customers()).await;
    let source = source(&emulator);
    let query = |body: Value| source.caller.post("/v2/objects/deals/records/query").json(&body);
    for body in [json!({"limit": 501}), json!({"limit": 0}), json!({"cursor": "x"}), json!({"filter": {"nothing": 1}})]
    {
        assert!(matches!(source.caller.call(query(body)).await, Err(SourceError::Refused(_))));
    }
    let notes = source.caller.get("/v2/notes").query(&[("limit", 51)]);
    assert!(matches!(source.caller.call(notes).await, Err(SourceError::Refused(_))));
    let deal = walk(&source, "deals", None, now()).await.unwrap().items.remove(0).id;
    let change = |values: Value| {
        let path = format!("/v2/objects/deals/records/{deal}");
        source.caller.patch(&path).json(&json!({"data": {"values": values}}))
    };
    for values in [json!({"stage": "Nowhere"}), json!({"stage": 7}), json!({"colour": "red"})] {
        assert!(matches!(source.caller.call(change(values)).await, Err(SourceError::Refused(_))));
    }
}
