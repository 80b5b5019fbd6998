//! HubSpot's objects, made from records: a company for each account, with its industry. Deals come from elsewhere.

use chrono::Duration;
use serde_json::{Value, json};

use super::{instant, number};
use crate::domain::connection::Vendor;
use crate::domain::record::Record;
use crate::domain::time::Moment;
use crate::sources::emulator::{Names, Tables};

/// The stages of the pipeline every account begins with: identifier, label, likelihood.
const STAGES: [(&str, &str, &str); 5] = [
    ("appointmentscheduled", "Appointment Scheduled", "0.2"),
    ("presentationscheduled", "Presentation Scheduled", "0.6"),
    ("contractsent", "Contract Sent", "0.9"),
    ("closedwon", "Closed Won", "1.0"),
    ("closedlost", "Closed Lost", "0.0"),
];

pub(super) fn fill(records: &[Record], now: Moment, names: &mut Names) -> Tables {
    let mut tables = Tables::default();
    tables.put("pipelines", "default", pipeline());
    let owner = json!({"email": "owner@members.example", "firstName": "Local", "lastName": "Owner", "archived": false});
    tables.put("owners", "77001", owner);
    let mut changed = now - Duration::days(30);
    for record in records {
        let Record::Account(account) = record else { continue };
        let id = number("companies", &account.domain).to_string();
        changed = changed + Duration::seconds(1);
        let mut properties = json!({
            "name": account.name,
            "domain": account.domain,
            "createdate": instant(changed),
            "hs_lastmodifieddate": instant(changed),
        });
        if let Some(industry) = account.attributes.get("industry").and_then(Value::as_str) {
            properties["industry"] = industry.into();
        }
        tables.put("companies", &id, json!({ "properties": properties }));
        // The other doubles know more of an account: theirs is its first name.
        names.entry(record.reference()).or_insert((Vendor::HubSpot, id));
    }
    tables
}

fn pipeline() -> Value {
    let stage = |place: usize, (id, label, likely): &(&str, &str, &str)| {
        let closed = id.starts_with("closed").to_string();
        json!({"id": id, "label": label, "displayOrder": place, "archived": false,
            "metadata": {"isClosed": closed, "probability": likely}})
    };
    let stages: Vec<Value> = STAGES.iter().enumerate().map(|(place, is)| stage(place, is)).collect();
    json!({"label": "Sales Pipeline", "displayOrder": 0, "archived": false, "stages": stages})
}
