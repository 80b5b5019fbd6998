//! From what Attio sent to records. Pure.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::wire::{AttioNote, AttioRecord, Entry, Kept};
use crate::domain::account::Contact;
use crate::domain::activity::Note;
use crate::domain::record::Record;
use crate::domain::revenue::{Deal, DealStatus};
use crate::sources::{Access, Company, Found, Item, Whose, figures};

/// What is no attribute of a company worth keeping: what is read elsewhere, and what Attio keeps for itself.
const LEFT_OUT: &[&str] = &[
    "name",
    "domains",
    "team",
    "record_id",
    "created_at",
    "created_by",
    "logo_url",
    "associated_deals",
    "associated_workspaces",
    "strongest_connection_strength",
    "strongest_connection_strength_legacy",
    "strongest_connection_user",
];
/// What the last line of a note begins with that was brought along from elsewhere: the address it has there.
const ORIGIN: &str = "Source: ";
/// The currency of a deal that has no value yet.
const CURRENCY: &str = "USD";

/// Reads an item that was kept.
pub(super) fn kept<T: DeserializeOwned>(item: &Item, what: &str) -> Result<(Kept, T), String> {
    let kept: Kept =
        serde_json::from_value(item.raw.clone()).map_err(|_| format!("the {what} was not kept as it is read"))?;
    let sent =
        serde_json::from_value(kept.sent.clone()).map_err(|_| format!("the {what} is not as Attio documents it"))?;
    Ok((kept, sent))
}

/// A setting that names an attribute.
fn slug<'a>(access: &'a Access, setting: &str, otherwise: &'a str) -> &'a str {
    access.setting(setting).unwrap_or(otherwise)
}

/// A company.
pub(super) fn company(access: &Access, item: &Item) -> Result<Vec<Found>, String> {
    let (kept, record): (Kept, AttioRecord) = kept(item, "company")?;
    let owner = slug(access, "owner_attribute", "owner");
    let segment = slug(access, "segment_attribute", "segment");
    let seats = slug(access, "seats_attribute", "licensed_seats");
    let domains: Vec<String> = record.entries("domains").iter().filter_map(Entry::text).collect();
    let name = record.text("name").unwrap_or_default();
    if name.is_empty() && domains.is_empty() {
        return Err("the company has neither a name nor a domain in Attio".to_owned());
    }
    let mut attributes = BTreeMap::new();
    for attribute in record.values.keys() {
        if LEFT_OUT.contains(&attribute.as_str()) || [owner, segment, seats].contains(&attribute.as_str()) {
            continue;
        }
        let mut values: Vec<Value> =
            record.entries(attribute).iter().filter_map(|entry| entry.plain(&kept.members)).collect();
        if values.len() > 1 || kept.lists.contains(attribute) && !values.is_empty() {
            attributes.insert(attribute.clone(), Value::Array(values));
        } else if let Some(value) = values.pop() {
            attributes.insert(attribute.clone(), value);
        }
    }
    let owner_email = record.entry(owner).and_then(|entry| {
        let member = entry.referenced_actor_id.as_ref().and_then(|id| kept.members.get(id));
        member.map(|member| member.email.clone()).or_else(|| entry.text()).filter(|email| email.contains('@'))
    });
    Ok(vec![Found::Company(Box::new(Company {
        id: item.id.clone(),
        name,
        domains,
        merged: kept.merged.into_iter().collect(),
        owner_email,
        segment: record.text(segment),
        licensed_seats: record.entry(seats).and_then(|entry| figures::count(&entry.value?)),
        crm_url: record.web_url.clone(),
        attributes,
        ..Company::default()
    }))])
}

/// Somebody at a company.
pub(super) fn person(access: &Access, item: &Item) -> Result<Vec<Found>, String> {
    let (_, record): (Kept, AttioRecord) = kept(item, "person")?;
    let addresses: Vec<String> = record.entries("email_addresses").iter().filter_map(Entry::text).collect();
    let company = record.target("company", "companies");
    let primary = record.entry(slug(access, "primary_attribute", "primary_contact")).is_some_and(|entry| {
        // A checkbox, or a relationship with the company whose first contact it is.
        let checked = entry.value.as_ref().and_then(Value::as_bool).unwrap_or_default();
        checked || company.is_some() && entry.target_record_id == company
    });
    let email = addresses.first().cloned();
    let name = record.text("name").or_else(|| email.clone());
    let Some(name) = name else {
        return Err("the person has neither a name nor an e-mail address in Attio".to_owned());
    };
    let title = record.text("job_title");
    let mut whose: Vec<Whose> = company.into_iter().map(Whose::Company).collect();
    if !addresses.is_empty() {
        whose.push(Whose::Addresses(addresses));
    }
    if whose.is_empty() {
        // Somebody of no company, without an address: nobody a customer could be found by.
        return Ok(Vec::new());
    }
    Ok(vec![Found::Contact(whose, Contact { name, email, title, primary })])
}

/// A deal.
pub(super) fn deal(access: &Access, item: &Item) -> Result<Vec<Found>, String> {
    let (_, record): (Kept, AttioRecord) = kept(item, "deal")?;
    let Some(company) = record.target("associated_company", "companies") else {
        return Err("the deal has no company in Attio; set its associated company there".to_owned());
    };
    let entered = record.entry("stage");
    let stage = entered.as_ref().and_then(Entry::text).unwrap_or_default();
    let status = status(access, &stage);
    let closed_at = entered.and_then(|entry| figures::moment(&entry.active_from?));
    let (value_minor, currency) = worth(&record)?;
    Ok(vec![Found::of_company(
        &company,
        Record::Deal(Deal {
            id: access.record_id(&item.id),
            account: String::new(),
            name: record.text("name").unwrap_or_else(|| "Untitled deal".to_owned()),
            stage,
            status,
            value_minor,
            currency,
            lost_reason: record.text(slug(access, "lost_reason", "lost_reason")),
            closed_at: closed_at.filter(|_| status != DealStatus::Open),
            url: record.web_url.clone(),
        }),
    )])
}

/// What a deal is worth, in minor units, with the currency.
fn worth(record: &AttioRecord) -> Result<(i64, String), String> {
    let Some(entry) = record.entry("value") else { return Ok((0, CURRENCY.to_owned())) };
    let currency = entry.currency_code.unwrap_or_else(|| CURRENCY.to_owned());
    let amount = entry.currency_value.or(entry.value).filter(|amount| !amount.is_null());
    let Some(amount) = amount else { return Ok((0, currency)) };
    let minor = figures::decimal(&amount).and_then(|amount| figures::minor(amount, &currency));
    minor.map(|minor| (minor, currency)).ok_or_else(|| "the value of the deal is no amount of money".to_owned())
}

/// Whether a deal in this stage is won, lost or open: as the settings list the stages, else as the stage's name says.
pub(super) fn status(access: &Access, stage: &str) -> DealStatus {
    let is = |setting: &str, word: &str| match access.setting(setting) {
        Some(listed) => listed.split(',').any(|listed| listed.trim().to_lowercase() == stage.trim().to_lowercase()),
        None => stage.split(|letter: char| !letter.is_alphanumeric()).any(|part| part.eq_ignore_ascii_case(word)),
    };
    if is("won_stages", "won") {
        DealStatus::Won
    } else if is("lost_stages", "lost") {
        DealStatus::Lost
    } else {
        DealStatus::Open
    }
}

/// A note.
pub(super) fn note(access: &Access, item: &Item) -> Result<Vec<Found>, String> {
    let (kept, note): (Kept, AttioNote) = kept(item, "note")?;
    let on_company = note.parent_record_id.filter(|_| note.parent_object.as_deref() == Some("companies"));
    // A note on something that belongs to no company concerns no account.
    let Some(company) = on_company.or(kept.company) else { return Ok(Vec::new()) };
    let written_at = note.created_at.as_deref().and_then(figures::moment);
    let Some(written_at) = written_at else { return Err("the note does not say when it was written".to_owned()) };
    let (text, url) = text(note.title.as_deref(), note.content_plaintext.as_deref());
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let author = note.created_by_actor.and_then(|actor| kept.members.get(&actor.id?).cloned()).unwrap_or_default();
    let author = if author.name.is_empty() { author.email } else { author.name };
    let id = access.record_id(&item.id);
    let note = Note { id, account: String::new(), written_at, author, text, url };
    Ok(vec![Found::of_company(&company, Record::Note(note))])
}

/// The headline and the text of a note as one text, and where it comes from.
fn text(title: Option<&str>, content: Option<&str>) -> (String, Option<String>) {
    let (title, content) = (title.unwrap_or_default().trim(), content.unwrap_or_default().trim());
    let (before, last) = content.rsplit_once('\n').unwrap_or(("", content));
    let origin = last.strip_prefix(ORIGIN).map(str::trim);
    let origin = origin.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let content = if origin.is_some() { before.trim_end() } else { content };
    let parts = [title, content].into_iter().filter(|part| !part.is_empty());
    (parts.collect::<Vec<_>>().join("\n\n"), origin.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn access(settings: &[(&str, &str)]) -> Access {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Access { settings: settings.collect::<BTreeMap<_, _>>(), prefix: "attio".to_owned(), ..Access::default() }
    }

    fn item(sent: Value) -> Item {
        Item { id: "r1".to_owned(), raw: Value::from_iter([("sent", sent)]) }
    }

    fn deal_of(settings: &[(&str, &str)], values: Value) -> Deal {
        let found = deal(&access(settings), &item(Value::from_iter([("values", values)]))).unwrap();
        match found.into_iter().next() {
            Some(Found::Record(_, record)) => match *record {
                Record::Deal(deal) => deal,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_name_of_a_stage_says_whether_a_deal_is_won() {
        let of = |settings: &[(&str, &str)], stage: &str| status(&access(settings), stage);
        assert_eq!(of(&[], "Won 🎉"), DealStatus::Won);
        assert_eq!(of(&[], "Closed-lost"), DealStatus::Lost);
        assert_eq!(of(&[], "Wonderful talks"), DealStatus::Open);
        let listed = [("won_stages", "Signed, Live"), ("lost_stages", "Gone")];
        assert_eq!(of(&listed, "live"), DealStatus::Won);
        assert_eq!(of(&listed, "Gone"), DealStatus::Lost);
        assert_eq!(of(&listed, "Won"), DealStatus::Open);
    }

    #[test]
    fn a_deal_is_closed_when_it_entered_its_last_stage() {
        let values = |stage: &str| {
            json!({
                "associated_company": [{"target_object": "companies", "target_record_id": "c1"}],
                "stage": [{"status": {"title": stage}, "active_from": "2026-02-03T10:00:00.123456789Z"}],
                "value": [{"currency_value": 12.5, "currency_code": "EUR"}],
                "why": [{"option": {"title": "Budget"}}],
            })
        };
        let lost = deal_of(&[("lost_reason", "why")], values("Lost"));
        assert_eq!(lost.closed_at, Some("2026-02-03T10:00:00.123456789Z".parse().unwrap()));
        assert_eq!((lost.value_minor, lost.currency.as_str()), (1250, "EUR"));
        assert_eq!(lost.lost_reason.as_deref(), Some("Budget"));
        assert_eq!(deal_of(&[], values("Talks")).closed_at, None);
    }

    #[test]
    fn a_value_of_the_past_is_not_read() {
        let values = json!({
            "associated_company": [{"target_object": "companies", "target_record_id": "c1"}],
            "stage": [
                {"status": {"title": "Talks"}, "active_until": "2026-01-01T00:00:00Z"},
                {"status": "Offer", "active_until": null},
            ],
        });
        assert_eq!(deal_of(&[], values).stage, "Offer");
    }

    #[test]
    fn a_deal_without_a_company_is_set_aside_with_a_sentence() {
        let refused = deal(&access(&[]), &item(json!({"values": {"name": [{"value": "Ten seats"}]}})));
        assert!(refused.is_err_and(|reason| reason.contains("associated company")));
    }

    #[test]
    fn the_first_contact_is_a_checkbox_or_a_relationship() {
        let primary = |value: Value| {
            let values = json!({
                "name": [{"full_name": "Ada Quist"}],
                "company": [{"target_object": "companies", "target_record_id": "c1"}],
                "primary_contact": [value],
            });
            match person(&access(&[]), &item(json!({ "values": values }))).unwrap().pop() {
                Some(Found::Contact(_, contact)) => contact.primary,
                other => panic!("{other:?}"),
            }
        };
        assert!(primary(json!({"value": true})));
        assert!(primary(json!({"target_object": "companies", "target_record_id": "c1"})));
        assert!(!primary(json!({"target_object": "companies", "target_record_id": "c2"})));
        assert!(!primary(json!({"value": false})));
    }

    #[test]
    fn a_note_keeps_its_headline_and_where_it_comes_from() {
        let (said, url) = text(Some("Visit"), Some("They were glad.\n\nSource: https://notes.example/7"));
        assert_eq!((said.as_str(), url.as_deref()), ("Visit\n\nThey were glad.", Some("https://notes.example/7")));
        let (said, url) = text(None, Some("Source: a colleague"));
        assert_eq!((said.as_str(), url), ("Source: a colleague", None));
    }

    #[test]
    fn odd_values_never_panic() {
        for odd in [json!(null), json!([]), json!("text"), json!({"values": null}), json!({"values": {"name": 7}})] {
            for read in [company, person, deal, note] {
                let _ = read(&access(&[]), &item(odd.clone()));
            }
        }
        let _ = company(&access(&[]), &Item { id: String::new(), raw: json!(7) });
    }
}
