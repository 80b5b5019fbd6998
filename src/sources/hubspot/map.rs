//! From what HubSpot sent to records. Pure.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::Value;

use super::wire::{Kept, Object};
use crate::domain::account::Contact;
use crate::domain::record::Record;
use crate::domain::revenue::{Deal, DealStatus};
use crate::sources::{Access, Company, Found, Item, Whose, figures};

/// Properties that become attributes, with the names they get.
const ENRICHMENT: &[(&str, &str)] =
    &[("industry", "industry"), ("city", "city"), ("state", "state"), ("country", "country")];
/// The same for figures.
const FIGURES: &[(&str, &str)] = &[("numberofemployees", "employees"), ("annualrevenue", "annual_revenue")];
/// The currency where nothing says another.
const CURRENCY: &str = "USD";

/// More properties that become attributes, as the settings list them.
pub(super) fn further(access: &Access) -> impl Iterator<Item = &str> {
    let listed = access.setting("properties").unwrap_or_default();
    listed.split(',').map(str::trim).filter(|property| !property.is_empty())
}

fn kept(item: &Item, what: &str) -> Result<(Kept, Object), String> {
    let kept: Kept =
        serde_json::from_value(item.raw.clone()).map_err(|_| format!("the {what} was not kept as it is read"))?;
    let object =
        serde_json::from_value(kept.sent.clone()).map_err(|_| format!("the {what} is not as HubSpot documents it"))?;
    Ok((kept, object))
}

/// A company.
pub(super) fn company(access: &Access, item: &Item) -> Result<Vec<Found>, String> {
    let (kept, object) = kept(item, "company")?;
    let name = object.text("name").unwrap_or_default();
    let domains = domains(&object);
    if name.is_empty() && domains.is_empty() {
        return Err("the company has neither a name nor a domain in HubSpot".to_owned());
    }
    let mut attributes = BTreeMap::new();
    for (property, attribute) in ENRICHMENT {
        attributes.extend(object.text(property).map(|text| ((*attribute).to_owned(), text.into())));
    }
    for (property, attribute) in FIGURES {
        attributes.extend(object.properties.get(*property).and_then(figure).map(|is| ((*attribute).to_owned(), is)));
    }
    for property in further(access) {
        attributes.extend(object.text(property).map(|text| (property.to_owned(), text.into())));
    }
    let set = |setting: &str| access.setting(setting).and_then(|property| object.text(property));
    Ok(vec![Found::Company(Box::new(Company {
        id: item.id.clone(),
        name,
        domains,
        merged: listed(&object, "hs_merged_object_ids"),
        owner_email: kept.owner_email,
        segment: set("segment_property"),
        licensed_seats: set("seats_property").and_then(|text| figures::count(&text.into())),
        crm_url: object.url.clone(),
        attributes,
        ..Company::default()
    }))])
}

/// The domains of a company, the main one first.
fn domains(object: &Object) -> Vec<String> {
    let mut domains: Vec<String> = object.text("domain").into_iter().collect();
    for domain in listed(object, "hs_additional_domains") {
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    domains
}

/// The values of a property that holds several.
fn listed(object: &Object, property: &str) -> Vec<String> {
    let text = object.text(property).unwrap_or_default();
    text.split(';').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

/// A figure as a number.
fn figure(value: &Value) -> Option<Value> {
    let number: Decimal = figures::decimal(value)?;
    let whole = number.fract().is_zero().then(|| number.to_i64().map(Value::from)).flatten();
    whole.or_else(|| number.to_f64().map(Value::from))
}

/// Somebody at a company.
pub(super) fn contact(access: &Access, item: &Item) -> Result<Vec<Found>, String> {
    let (_, object) = kept(item, "contact")?;
    let email = object.text("email");
    let parts: Vec<String> = ["firstname", "lastname"].into_iter().filter_map(|part| object.text(part)).collect();
    let name = if parts.is_empty() { email.clone() } else { Some(parts.join(" ")) };
    let Some(name) = name else {
        return Err("the contact has neither a name nor an e-mail address in HubSpot".to_owned());
    };
    let mut whose: Vec<Whose> = object.text("associatedcompanyid").map(Whose::Company).into_iter().collect();
    whose.extend(email.clone().map(|email| Whose::Addresses(vec![email])));
    if whose.is_empty() {
        // Somebody of no company, without an address: nobody a customer could be found by.
        return Ok(Vec::new());
    }
    let primary = access.setting("primary_property").and_then(|property| object.flag(property)).unwrap_or_default();
    Ok(vec![Found::Contact(whose, Contact { name, email, title: object.text("jobtitle"), primary })])
}

/// A deal.
pub(super) fn deal(access: &Access, item: &Item) -> Result<Vec<Found>, String> {
    let (kept, object) = kept(item, "deal")?;
    let Some(company) = kept.company else {
        return Err("the deal belongs to no company in HubSpot; associate it with one there".to_owned());
    };
    let stage = kept.stage.unwrap_or_default();
    let closed = object.flag("hs_is_closed").unwrap_or(stage.closed);
    let status = if object.flag("hs_is_closed_won").unwrap_or(stage.won) {
        DealStatus::Won
    } else if closed {
        DealStatus::Lost
    } else {
        DealStatus::Open
    };
    let currency = object.text("deal_currency_code").or(kept.currency);
    let currency = currency.or_else(|| access.setting("currency").map(str::to_owned));
    let currency = currency.unwrap_or_else(|| CURRENCY.to_owned());
    let value_minor = match object.text("amount") {
        None => 0,
        Some(amount) => figures::decimal(&amount.into())
            .and_then(|amount| figures::minor(amount, &currency))
            .ok_or("the amount of the deal is no amount of money")?,
    };
    // Until a deal is closed, the date is the one it is expected to close on.
    let closed_at = object.text("closedate").and_then(|text| figures::moment(&text));
    let lost_reason = object.text(access.setting("lost_reason").unwrap_or("closed_lost_reason"));
    Ok(vec![Found::of_company(
        &company,
        Record::Deal(Deal {
            id: access.record_id(&item.id),
            account: String::new(),
            name: object.text("dealname").unwrap_or_else(|| "Untitled deal".to_owned()),
            stage: if stage.label.is_empty() { object.text("dealstage").unwrap_or_default() } else { stage.label },
            status,
            value_minor,
            currency,
            lost_reason: lost_reason.filter(|_| status != DealStatus::Won),
            closed_at: closed_at.filter(|_| status != DealStatus::Open),
            url: object.url,
        }),
    )])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(raw: Value) -> Item {
        Item { id: "17".to_owned(), raw }
    }

    fn access(settings: &[(&str, &str)]) -> Access {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Access { settings, prefix: "hubspot".to_owned(), ..Access::default() }
    }

    fn company_of(settings: &[(&str, &str)], properties: Value) -> Company {
        match company(&access(settings), &item(json!({"sent": Value::from_iter([("properties", properties)])})))
            .unwrap()
            .remove(0)
        {
            Found::Company(company) => *company,
            other => panic!("{other:?}"),
        }
    }

    fn deal_of(raw: Value) -> Deal {
        match deal(&access(&[]), &item(raw)).unwrap().remove(0) {
            Found::Record(_, record) => match *record {
                Record::Deal(deal) => deal,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn figures_that_come_as_text_become_numbers() {
        let properties = json!({"name": "Quarz", "domain": "quarz.example", "numberofemployees": "250",
            "annualrevenue": "1200000.0", "country": "Norway", "city": "", "industry": null,
            "hs_additional_domains": "quarz.example;qz.example", "hs_merged_object_ids": "5;6", "tier": "2", "seats": "30"});
        let company = company_of(&[("seats_property", "seats"), ("properties", "tier, colour")], properties);
        assert_eq!(company.domains, ["quarz.example", "qz.example"]);
        assert_eq!(company.merged, ["5", "6"]);
        assert_eq!(company.licensed_seats, Some(30));
        let attributes = json!({"employees": 250, "annual_revenue": 1_200_000, "country": "Norway", "tier": "2"});
        assert_eq!(json!(company.attributes), attributes);
    }

    #[test]
    fn the_stage_says_whether_a_deal_is_won_where_the_deal_does_not() {
        let of = |properties: Value, closed: bool, won: bool| {
            let stage = json!({"label": "Last", "closed": closed, "won": won});
            deal_of(json!({"sent": {"properties": properties}, "company": "1", "stage": stage})).status
        };
        assert_eq!(of(json!({}), true, true), DealStatus::Won);
        assert_eq!(of(json!({}), true, false), DealStatus::Lost);
        assert_eq!(of(json!({}), false, false), DealStatus::Open);
        assert_eq!(of(json!({"hs_is_closed": "true", "hs_is_closed_won": "false"}), false, false), DealStatus::Lost);
    }

    #[test]
    fn the_day_an_open_deal_is_expected_to_close_is_not_when_it_closed() {
        let deal = deal_of(json!({"company": "1", "currency": "JPY", "sent": {"properties": {"amount": "1200",
            "closedate": "2026-09-30T00:00:00Z", "dealstage": "77"}}}));
        assert_eq!((deal.closed_at, deal.stage.as_str()), (None, "77"));
        assert_eq!((deal.value_minor, deal.currency.as_str()), (1200, "JPY"));
    }

    #[test]
    fn what_is_odd_is_set_aside_with_a_sentence() {
        let of = |raw: Value| deal(&access(&[]), &item(raw)).unwrap_err();
        assert!(of(json!({"sent": {"properties": {}}})).contains("associate it"));
        assert!(of(json!({"company": "1", "sent": {"properties": {"amount": "a lot"}}})).contains("amount"));
        assert!(of(json!({"company": "1", "sent": 7})).contains("documents"));
        assert!(company(&access(&[]), &item(json!({"sent": {"properties": {"name": null}}}))).is_err());
        assert!(company(&access(&[]), &item(json!(null))).is_err());
    }
}
