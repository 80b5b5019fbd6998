//! Salesforce's records, made from records of the import format: deals that were lost, and the accounts they belong to.

use std::collections::BTreeSet;

use chrono::Duration;
use serde_json::{Value, json};

use super::{id, instant};
use crate::domain::account::AccountRecord;
use crate::domain::connection::Vendor;
use crate::domain::record::Record;
use crate::domain::revenue::{Deal, DealStatus};
use crate::domain::time::Moment;
use crate::sources::emulator::{Names, Tables};

/// The fields of the objects.
const FIELDS: &[(&str, &[&str])] = &[
    (
        "Account",
        &[
            "Id",
            "IsDeleted",
            "MasterRecordId",
            "Name",
            "Website",
            "Industry",
            "NumberOfEmployees",
            "AnnualRevenue",
            "BillingCity",
            "BillingCountry",
            "OwnerId",
            "SystemModstamp",
            "Segment__c",
            "Licensed_Seats__c",
            "Web_Address__c",
        ],
    ),
    ("Contact", &["Id", "IsDeleted", "AccountId", "Name", "Email", "Title", "OwnerId", "SystemModstamp", "Primary__c"]),
    (
        "Opportunity",
        &[
            "Id",
            "IsDeleted",
            "AccountId",
            "Name",
            "StageName",
            "Amount",
            "CurrencyIsoCode",
            "IsClosed",
            "IsWon",
            "CloseDate",
            "LastStageChangeDate",
            "OwnerId",
            "SystemModstamp",
            "Loss_Reason__c",
            "Web_Address__c",
        ],
    ),
    ("Organization", &["Id", "Name"]),
];

pub(super) fn fill(records: &[Record], now: Moment, names: &mut Names) -> Tables {
    let mut tables = Tables::default();
    for (object, fields) in FIELDS {
        tables.put("fields", *object, json!(fields));
    }
    tables.put("Organization", id("Organization", "local"), json!({"Name": "Local organisation"}));
    let lost: Vec<&Deal> = records
        .iter()
        .filter_map(|record| match record {
            Record::Deal(deal) if deal.status == DealStatus::Lost => Some(deal),
            _ => None,
        })
        .collect();
    let of_lost: BTreeSet<&str> = lost.iter().map(|deal| deal.account.as_str()).collect();
    let mut changed = now - Duration::days(30);
    for record in records {
        let (object, row) = match record {
            Record::Account(account) if of_lost.contains(account.domain.as_str()) => {
                ("Account", account_row(&mut tables, account))
            }
            Record::Deal(deal) if deal.status == DealStatus::Lost => ("Opportunity", opportunity_row(deal)),
            _ => continue,
        };
        changed = changed + Duration::seconds(1);
        let own = id(object, &record.reference().id);
        let mut row = row;
        row["SystemModstamp"] = instant(changed).into();
        row["IsDeleted"] = false.into();
        tables.put(object, &own, row);
        // The other doubles know more of an account: theirs is its first name.
        names.entry(record.reference()).or_insert((Vendor::Salesforce, own));
    }
    tables
}

fn account_row(tables: &mut Tables, account: &AccountRecord) -> Value {
    let owner = account.owner_email.as_ref().map(|email| {
        let user = id("User", email);
        tables.put("User", &user, json!({"Email": email, "Name": email}));
        user
    });
    json!({
        "Name": account.name,
        "Website": account.domain,
        "Industry": account.attributes.get("industry").and_then(Value::as_str),
        "OwnerId": owner,
        "Segment__c": account.segment,
        "Licensed_Seats__c": account.licensed_seats,
        "Web_Address__c": account.crm_url,
    })
}

fn opportunity_row(deal: &Deal) -> Value {
    let amount: Value = serde_json::from_str(&deal.value().major().normalize().to_string()).unwrap_or(Value::Null);
    json!({
        "Name": deal.name,
        "AccountId": id("Account", &deal.account),
        "StageName": deal.stage,
        "Amount": amount,
        "CurrencyIsoCode": deal.currency,
        "IsClosed": true,
        "IsWon": false,
        "CloseDate": deal.closed_at.map(|at| at.utc().date_naive()),
        "LastStageChangeDate": deal.closed_at.map(instant),
        "Loss_Reason__c": deal.lost_reason,
        "Web_Address__c": deal.url,
    })
}
