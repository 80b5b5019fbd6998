//! Attio's objects, made from records: accounts, deals that are not lost, and notes.

use std::collections::BTreeSet;

use chrono::Duration;
use serde_json::{Map, Value, json};

use super::{entry, instant, uuid};
use crate::domain::account::{AccountRecord, Contact};
use crate::domain::activity::Note;
use crate::domain::connection::Vendor;
use crate::domain::record::Record;
use crate::domain::revenue::{Deal, DealStatus};
use crate::domain::time::Moment;
use crate::sources::emulator::{Names, Tables};

/// What another double brings.
const NOT_HERE: &str = "industry";
/// The stages every workspace begins with.
const STAGES: [&str; 4] = ["Lead", "In Progress", "Won 🎉", "Lost"];
/// Attributes of companies that every workspace has, with their types and whether they hold several values.
const STANDARD: &[(&str, &str, bool)] = &[
    ("name", "text", false),
    ("domains", "domain", true),
    ("description", "text", false),
    ("team", "record-reference", true),
    ("categories", "select", true),
    ("owner", "actor-reference", false),
    ("segment", "select", false),
    ("licensed_seats", "number", false),
];

pub(super) fn fill(records: &[Record], now: Moment, names: &mut Names) -> Tables {
    let mut filling = Filling { tables: Tables::default(), began: now - Duration::days(400), made: 0, now };
    for (place, (slug, kind, several)) in STANDARD.iter().enumerate() {
        filling.attribute(place, slug, kind, *several);
    }
    for stage in STAGES {
        filling.stage(stage);
    }
    for record in records {
        let id = match record {
            Record::Account(account) => filling.account(account),
            Record::Deal(deal) if deal.status != DealStatus::Lost => filling.deal(deal),
            Record::Note(note) => filling.note(note),
            _ => continue,
        };
        names.insert(record.reference(), (Vendor::Attio, id));
    }
    filling.tables
}

/// Tables that are being filled.
struct Filling {
    tables: Tables,
    /// When the first record was made.
    began: Moment,
    /// Records made so far: each is a little younger than the one before.
    made: i64,
    now: Moment,
}

impl Filling {
    /// When the next record was made.
    fn made_at(&mut self) -> String {
        self.made += 1;
        instant(self.began + Duration::seconds(self.made))
    }

    fn attribute(&mut self, place: usize, slug: &str, kind: &str, several: bool) {
        let definition = json!({
            "api_slug": slug,
            "title": slug,
            "type": kind,
            "is_system_attribute": place < STANDARD.len(),
            "is_multiselect": several,
            "is_archived": false,
        });
        self.tables.put("attributes", slug, definition);
    }

    fn stage(&mut self, title: &str) {
        if self.tables.all("stages").any(|(_, stage)| stage["title"] == title) {
            return;
        }
        let place = self.tables.all("stages").count();
        self.tables.put("stages", format!("{place:04}"), json!({"title": title, "is_archived": false}));
    }

    /// Somebody of the workspace, by their e-mail address or else their name.
    fn member(&mut self, who: &str) -> String {
        let id = uuid("members", who);
        if self.tables.get("members", &id).is_none() {
            let by_address = who.contains('@') && !who.contains(' ');
            let (first, last) = if by_address { ("", "") } else { who.split_once(' ').unwrap_or((who, "")) };
            let address = if by_address { who.to_owned() } else { format!("{}@members.example", &id[..8]) };
            let member =
                json!({"first_name": first, "last_name": last, "email_address": address, "access_level": "member"});
            self.tables.put("members", &id, member);
        }
        id
    }

    fn account(&mut self, account: &AccountRecord) -> String {
        let id = uuid("companies", &account.domain);
        let at = self.made_at();
        let mut values = Map::new();
        let mut set = |slug: &str, list: Vec<Value>| values.insert(slug.to_owned(), list.into());
        set("name", vec![entry("text", &at, &json!({"value": account.name}))]);
        set("domains", vec![entry("domain", &at, &json!({"domain": account.domain, "root_domain": account.domain}))]);
        if let Some(owner) = &account.owner_email {
            let actor = json!({"referenced_actor_type": "workspace-member", "referenced_actor_id": self.member(owner)});
            set("owner", vec![entry("actor-reference", &at, &actor)]);
        }
        if let Some(segment) = &account.segment {
            set("segment", vec![option(&at, segment)]);
        }
        if let Some(seats) = account.licensed_seats {
            set("licensed_seats", vec![entry("number", &at, &json!({"value": seats}))]);
        }
        for (slug, value) in account.attributes.iter().filter(|(slug, _)| *slug != NOT_HERE) {
            if let Some((kind, list)) = custom(&at, value) {
                if self.tables.get("attributes", slug).is_none() {
                    self.attribute(STANDARD.len(), slug, kind, value.is_array());
                }
                set(slug, list);
            }
        }
        let web_url = account.crm_url.clone().unwrap_or_else(|| page("company", &id));
        self.tables.put("companies", &id, json!({"created_at": at, "web_url": web_url, "values": values}));
        for (place, contact) in account.contacts.iter().enumerate() {
            self.person(&id, &account.domain, place, contact);
        }
        id
    }

    fn person(&mut self, company: &str, domain: &str, place: usize, contact: &Contact) {
        let id = uuid("people", &format!("{domain}/{place}"));
        let at = self.made_at();
        let (first, last) = contact.name.split_once(' ').unwrap_or((&contact.name, ""));
        let name = json!({"first_name": first, "last_name": last, "full_name": contact.name});
        let reference = json!({"target_object": "companies", "target_record_id": company});
        let mut values = json!({
            "name": [entry("personal-name", &at, &name)],
            "company": [entry("record-reference", &at, &reference)],
            "primary_contact": [entry("checkbox", &at, &json!({"value": contact.primary}))],
            "email_addresses": [],
            "job_title": [],
        });
        if let Some(email) = &contact.email {
            let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
            let address = json!({"email_address": email, "email_domain": domain, "email_root_domain": domain});
            values["email_addresses"] = json!([entry("email-address", &at, &address)]);
        }
        if let Some(title) = &contact.title {
            values["job_title"] = json!([entry("text", &at, &json!({"value": title}))]);
        }
        self.tables.put("people", &id, json!({"created_at": at, "web_url": page("person", &id), "values": values}));
    }

    fn deal(&mut self, deal: &Deal) -> String {
        let id = uuid("deals", &deal.id);
        let at = self.made_at();
        self.stage(&deal.stage);
        let company = json!({"target_object": "companies", "target_record_id": uuid("companies", &deal.account)});
        let entered = deal.closed_at.map_or_else(|| instant(self.now - Duration::days(20)), instant);
        let worth = json!({"currency_value": number(deal), "currency_code": deal.currency});
        let mut values = json!({
            "name": [entry("text", &at, &json!({"value": deal.name}))],
            "stage": [entry("status", &entered, &status(&deal.stage))],
            "value": [entry("currency", &at, &worth)],
            "associated_company": [entry("record-reference", &at, &company)],
            "associated_people": [],
            "lost_reason": [],
        });
        if let Some(reason) = &deal.lost_reason {
            values["lost_reason"] = json!([entry("text", &at, &json!({"value": reason}))]);
        }
        let web_url = deal.url.clone().unwrap_or_else(|| page("deals", &id));
        self.tables.put("deals", &id, json!({"created_at": at, "web_url": web_url, "values": values}));
        id
    }

    /// Attio's notes have no address of their own: one that was brought along stands in the last line.
    fn note(&mut self, note: &Note) -> String {
        let id = uuid("notes", &note.id);
        let content = match &note.url {
            Some(url) => format!("{}\n\nSource: {url}", note.text),
            None => note.text.clone(),
        };
        let author = if note.author.is_empty() {
            json!({"type": "system", "id": null})
        } else {
            json!({"type": "workspace-member", "id": self.member(&note.author)})
        };
        let object = json!({
            "parent_object": "companies",
            "parent_record_id": uuid("companies", &note.account),
            "title": "",
            "meeting_id": null,
            "content_plaintext": content,
            "content_markdown": content,
            "tags": [],
            "created_by_actor": author,
            "created_at": instant(note.written_at),
        });
        self.tables.put("notes", &id, object);
        id
    }
}

/// The values of a custom attribute with its type; none for what Attio has no type for.
fn custom(at: &str, value: &Value) -> Option<(&'static str, Vec<Value>)> {
    let plain = |kind| Some((kind, vec![entry(kind, at, &json!({ "value": value }))]));
    match value {
        Value::String(_) => plain("text"),
        Value::Number(_) => plain("number"),
        Value::Bool(_) => plain("checkbox"),
        Value::Array(list) => {
            let list: Option<Vec<Value>> = list.iter().map(|item| Some(option(at, item.as_str()?))).collect();
            list.filter(|list| !list.is_empty()).map(|list| ("select", list))
        }
        Value::Null | Value::Object(_) => None,
    }
}

/// A value of a select attribute.
fn option(at: &str, title: &str) -> Value {
    let id = json!({"workspace_id": super::workspace(), "option_id": uuid("options", title)});
    entry("select", at, &json!({"option": {"id": id, "title": title, "is_archived": false}}))
}

/// The field of a value of a status attribute.
pub(super) fn status(title: &str) -> Value {
    json!({"status": {
        "id": {"workspace_id": super::workspace(), "status_id": uuid("statuses", title)},
        "title": title,
        "is_archived": false,
        "target_time_in_status": null,
        "celebration_enabled": false,
    }})
}

/// What a deal is worth, in major units, as a number.
fn number(deal: &Deal) -> Value {
    let major = deal.value().major().normalize().to_string();
    serde_json::from_str(&major).unwrap_or(Value::Null)
}

/// Where a record can be opened in Attio.
fn page(kind: &str, id: &str) -> String {
    format!("https://app.attio.com/local/{kind}/{id}/overview")
}

/// All slugs of an object's attributes that have values.
pub(super) fn slugs(tables: &Tables, object: &str) -> BTreeSet<String> {
    let values = tables.all(object).filter_map(|(_, record)| record.get("values")?.as_object());
    values.flat_map(|values| values.keys().cloned()).collect()
}
