//! From what Salesforce sent to records. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use super::soql::LOSS_REASON;
use super::wire::{Kept, Row};
use crate::domain::account::Contact;
use crate::domain::record::Record;
use crate::domain::revenue::{Deal, DealStatus};
use crate::sources::{Access, Company, Found, Item, Whose, figures};

/// Fields that become attributes, with the names they get.
const ENRICHMENT: &[(&str, &str)] = &[
    ("Industry", "industry"),
    ("NumberOfEmployees", "employees"),
    ("AnnualRevenue", "annual_revenue"),
    ("BillingCity", "city"),
    ("BillingCountry", "country"),
];
/// The currency where nothing says another.
const CURRENCY: &str = "USD";

fn kept(item: &Item, what: &str) -> Result<Kept, String> {
    serde_json::from_value(item.raw.clone()).map_err(|_| format!("the {what} is not as Salesforce documents it"))
}

/// What the field a setting names says.
fn set(access: &Access, setting: &str, row: &Row) -> Option<String> {
    access.setting(setting).and_then(|field| row.text(field))
}

/// An account.
pub(super) fn account(access: &Access, item: &Item) -> Result<Vec<Found>, String> {
    let Kept { sent: row, url, merged } = kept(item, "account")?;
    let domains: Vec<String> = row.text("Website").into_iter().collect();
    let name = row.text("Name").unwrap_or_default();
    if name.is_empty() && domains.is_empty() {
        return Err("the account has neither a name nor a website in Salesforce".to_owned());
    }
    let attribute = |(field, name): &(&str, &str)| match row.value(field)? {
        value @ Value::Number(number) => {
            let whole = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15);
            Some(((*name).to_owned(), whole.map_or(value.clone(), |whole| Value::from(whole as i64))))
        }
        _ => Some(((*name).to_owned(), row.text(field)?.into())),
    };
    let attributes: BTreeMap<String, Value> = ENRICHMENT.iter().filter_map(attribute).collect();
    let seats = access.setting("seats_field").and_then(|field| figures::count(row.value(field)?));
    Ok(vec![Found::Company(Box::new(Company {
        id: item.id.clone(),
        name,
        domains,
        merged,
        owner_email: row.text("Owner.Email"),
        segment: set(access, "segment_field", &row),
        licensed_seats: seats,
        crm_url: set(access, "url_field", &row).or(Some(url)).filter(|url| !url.is_empty()),
        attributes,
        ..Company::default()
    }))])
}

/// Somebody at a company.
pub(super) fn contact(access: &Access, item: &Item) -> Result<Vec<Found>, String> {
    let row = kept(item, "contact")?.sent;
    let email = row.text("Email");
    let Some(name) = row.text("Name").or_else(|| email.clone()) else {
        return Err("the contact has neither a name nor an e-mail address in Salesforce".to_owned());
    };
    let mut whose: Vec<Whose> = row.text("AccountId").map(Whose::Company).into_iter().collect();
    whose.extend(email.clone().map(|email| Whose::Addresses(vec![email])));
    if whose.is_empty() {
        return Ok(Vec::new());
    }
    let primary = access.setting("primary_field").is_some_and(|field| row.flag(field));
    Ok(vec![Found::Contact(whose, Contact { name, email, title: row.text("Title"), primary })])
}

/// An opportunity.
pub(super) fn opportunity(access: &Access, item: &Item) -> Result<Vec<Found>, String> {
    let Kept { sent: row, url, .. } = kept(item, "opportunity")?;
    let Some(company) = row.text("AccountId") else {
        return Err("the opportunity has no account in Salesforce; set one there".to_owned());
    };
    let status = match (row.flag("IsWon"), row.flag("IsClosed")) {
        (true, _) => DealStatus::Won,
        (false, true) => DealStatus::Lost,
        (false, false) => DealStatus::Open,
    };
    let currency = row.text("CurrencyIsoCode").or_else(|| access.setting("currency").map(str::to_owned));
    let currency = currency.unwrap_or_else(|| CURRENCY.to_owned());
    let value_minor = match row.value("Amount") {
        None => 0,
        Some(amount) => figures::decimal(amount)
            .and_then(|amount| figures::minor(amount, &currency))
            .ok_or("the amount of the opportunity is no amount of money")?,
    };
    // The close date is a day, and somebody's plan as long as the opportunity is open.
    let closed = row.text("LastStageChangeDate").or_else(|| row.text("CloseDate"));
    let lost_reason = row.text(access.setting("lost_reason").unwrap_or(LOSS_REASON));
    Ok(vec![Found::of_company(
        &company,
        Record::Deal(Deal {
            id: access.record_id(&item.id),
            account: String::new(),
            name: row.text("Name").unwrap_or_else(|| "Untitled opportunity".to_owned()),
            stage: row.text("StageName").unwrap_or_default(),
            status,
            value_minor,
            currency,
            lost_reason: lost_reason.filter(|_| status == DealStatus::Lost),
            closed_at: closed.and_then(|text| figures::moment(&text)).filter(|_| status != DealStatus::Open),
            url: set(access, "url_field", &row).or(Some(url)).filter(|url| !url.is_empty()),
        }),
    )])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn access(settings: &[(&str, &str)]) -> Access {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Access { settings, prefix: "salesforce".to_owned(), ..Access::default() }
    }

    fn item(sent: Value) -> Item {
        Item {
            id: "006000000000001AAA".to_owned(),
            raw: Value::from_iter([("sent", sent), ("url", "https://sf.example/006".into())]),
        }
    }

    fn deal_of(settings: &[(&str, &str)], sent: Value) -> Deal {
        match opportunity(&access(settings), &item(sent)).unwrap().remove(0) {
            Found::Record(_, record) => match *record {
                Record::Deal(deal) => deal,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_opportunity_of_an_organisation_with_one_currency_takes_the_one_that_is_set() {
        let row =
            json!({"AccountId": "001", "Amount": 99.5, "IsClosed": true, "IsWon": false, "CloseDate": "2026-03-01"});
        let deal = deal_of(&[("currency", "GBP")], row.clone());
        assert_eq!((deal.value_minor, deal.currency.as_str(), deal.status), (9950, "GBP", DealStatus::Lost));
        assert_eq!(deal.closed_at, Some("2026-03-01T00:00:00Z".parse().unwrap()));
        assert_eq!(deal_of(&[], row).currency, "USD");
    }

    #[test]
    fn an_open_opportunity_is_not_closed_on_its_close_date() {
        let deal = deal_of(&[], json!({"AccountId": "001", "CloseDate": "2026-12-01", "Loss_Reason__c": "Old"}));
        assert_eq!((deal.status, deal.closed_at, deal.lost_reason), (DealStatus::Open, None, None));
        assert_eq!(deal.url.as_deref(), Some("https://sf.example/006"));
    }

    #[test]
    fn a_website_is_kept_as_it_is_written() {
        let row = json!({"Name": "Quarz", "Website": " https://www.quarz.example/en ", "NumberOfEmployees": 40,
            "AnnualRevenue": 1.2e6, "Owner": {"Email": "ona@ours.example"}, "Industry": null});
        let Found::Company(company) = account(&access(&[]), &item(row)).unwrap().remove(0) else { panic!() };
        assert_eq!(company.domains, ["https://www.quarz.example/en"]);
        assert_eq!(company.owner_email.as_deref(), Some("ona@ours.example"));
        assert_eq!(json!(company.attributes), json!({"employees": 40, "annual_revenue": 1_200_000}));
    }

    #[test]
    fn odd_records_are_set_aside_with_a_sentence() {
        let refused = |sent: Value| opportunity(&access(&[]), &item(sent)).unwrap_err();
        assert!(refused(json!({"Name": "Alone"})).contains("account"));
        assert!(refused(json!({"AccountId": "001", "Amount": {}})).contains("amount"));
        assert!(refused(json!([])).contains("documents"));
        assert!(account(&access(&[]), &item(json!({"Owner": null, "Name": 7}))).is_ok());
        assert!(account(&access(&[]), &item(json!({"Owner": "x"}))).is_err());
        assert!(contact(&access(&[]), &item(json!({}))).is_err());
        assert_eq!(contact(&access(&[]), &item(json!({"Name": "Ada"}))), Ok(Vec::new()));
    }
}
