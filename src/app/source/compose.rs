//! An account as several say it: what files said, and what each connected system says, made into one record. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::account::{AccountRecord, Contact};
use crate::domain::activity::mailbox;
use crate::domain::connection::Vendor;
use crate::sources::Company;

/// What connected systems say of one account, in no order.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    /// The companies, each with its system.
    pub companies: Vec<(Vendor, Company)>,
    /// People there, likewise.
    pub contacts: Vec<(Vendor, Contact)>,
}

/// The record of the account `domain`. Of each thing the word of the system that ranks first counts; what no system says
/// is as files said it.
pub(super) fn compose(domain: &str, base: Option<&AccountRecord>, mut said: Said) -> AccountRecord {
    said.companies.sort_by(|(one, a), (other, b)| (one.rank(), &a.id).cmp(&(other.rank(), &b.id)));
    said.contacts.sort_by_key(|(vendor, contact)| (vendor.rank(), !contact.primary));
    let companies = || said.companies.iter().map(|(_, company)| company);
    let name = companies().map(|company| company.name.trim()).find(|name| !name.is_empty() && !is_host(name));
    let name = name.or_else(|| companies().map(|company| company.name.trim()).find(|name| !name.is_empty()));
    let first = |of: fn(&Company) -> Option<String>| companies().find_map(of).filter(|text| !text.trim().is_empty());
    let mut attributes: BTreeMap<String, Value> = base.map(|base| base.attributes.clone()).unwrap_or_default();
    for company in companies().rev() {
        attributes.extend(company.attributes.clone());
    }
    let named = said.companies.iter().flat_map(|(_, company)| company.contacts.iter());
    let apart = said.contacts.iter().map(|(_, contact)| contact);
    let from_file = base.into_iter().flat_map(|base| base.contacts.iter());
    AccountRecord {
        domain: domain.to_owned(),
        name: name
            .map(str::to_owned)
            .or_else(|| base.map(|base| base.name.clone()))
            .unwrap_or_else(|| domain.to_owned()),
        owner_email: first(|company| company.owner_email.clone()).or_else(|| base?.owner_email.clone()),
        segment: first(|company| company.segment.clone()).or_else(|| base?.segment.clone()),
        contacts: people(apart.chain(named).chain(from_file)),
        licensed_seats: companies().find_map(|company| company.licensed_seats).or_else(|| base?.licensed_seats),
        crm_url: first(|company| company.crm_url.clone()).or_else(|| base?.crm_url.clone()),
        attributes,
    }
}

/// Each person once, as whoever comes first says it; one of them is the first to write to.
pub(in crate::app) fn people<'a>(contacts: impl Iterator<Item = &'a Contact>) -> Vec<Contact> {
    let mut people: Vec<Contact> = Vec::new();
    for contact in contacts {
        let address = contact.email.as_deref().map(|email| mailbox(email).1);
        let same = people.iter_mut().find(|known| match (&known.email, &address) {
            (Some(one), Some(other)) => mailbox(one).1 == *other,
            _ => known.name.to_lowercase() == contact.name.to_lowercase(),
        });
        match same {
            Some(known) => {
                known.email = known.email.take().or_else(|| contact.email.clone());
                known.title = known.title.take().or_else(|| contact.title.clone());
            }
            None => people.push(contact.clone()),
        }
    }
    let first = people.iter().position(|person| person.primary);
    for (place, person) in people.iter_mut().enumerate() {
        person.primary = Some(place) == first;
    }
    people
}

/// Whether a name is only where the company is found: `quarz.example`.
fn is_host(name: &str) -> bool {
    name.contains('.') && !name.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(vendor: Vendor, name: &str) -> (Vendor, Company) {
        (vendor, Company { id: vendor.to_string(), name: name.to_owned(), ..Company::default() })
    }

    fn contact(name: &str, email: Option<&str>, primary: bool) -> Contact {
        Contact { name: name.to_owned(), email: email.map(str::to_owned), title: None, primary }
    }

    #[test]
    fn the_crm_says_what_a_company_is_called_and_billing_fills_gaps() {
        let mut stripe = company(Vendor::Stripe, "QUARZ GMBH 0042");
        stripe.1.licensed_seats = Some(12);
        let mut attio = company(Vendor::Attio, "Quarz");
        attio.1.owner_email = Some("kim@ours.example".to_owned());
        let said = Said { companies: vec![stripe, attio], contacts: Vec::new() };
        let account = compose("quarz.example", None, said);
        assert_eq!((account.name.as_str(), account.licensed_seats), ("Quarz", Some(12)));
        assert_eq!(account.owner_email.as_deref(), Some("kim@ours.example"));
    }

    #[test]
    fn what_files_said_stays_where_no_system_says_otherwise() {
        let base = AccountRecord {
            name: "Quarz Works".to_owned(),
            segment: Some("mid-market".to_owned()),
            attributes: BTreeMap::from([("industry".to_owned(), "glass".into()), ("plan".to_owned(), "gold".into())]),
            ..AccountRecord::default()
        };
        let mut hubspot = company(Vendor::HubSpot, "");
        hubspot.1.attributes.insert("industry".to_owned(), "quartz".into());
        let said = Said { companies: vec![hubspot], contacts: Vec::new() };
        let account = compose("quarz.example", Some(&base), said);
        assert_eq!((account.name.as_str(), account.segment.as_deref()), ("Quarz Works", Some("mid-market")));
        assert_eq!((&account.attributes["industry"], &account.attributes["plan"]), (&"quartz".into(), &"gold".into()));
    }

    #[test]
    fn one_person_in_several_systems_is_one_contact() {
        let said = Said {
            companies: Vec::new(),
            contacts: vec![
                (Vendor::BuildBetter, contact("ann", Some("Ann@Quarz.example"), false)),
                (Vendor::Attio, contact("Ann Bell", Some("ann@quarz.example"), true)),
                (Vendor::Salesforce, contact("Ann Bell", None, true)),
                (Vendor::Salesforce, contact("Bo Reyes", None, true)),
            ],
        };
        let people = compose("quarz.example", None, said).contacts;
        let told: Vec<_> = people.iter().map(|person| (person.name.as_str(), person.primary)).collect();
        assert_eq!(told, [("Ann Bell", true), ("Bo Reyes", false)]);
    }

    #[test]
    fn a_host_is_a_name_only_where_nothing_better_is_said() {
        let said = |names: &[(Vendor, &str)]| Said {
            companies: names.iter().map(|(vendor, name)| company(*vendor, name)).collect(),
            contacts: Vec::new(),
        };
        let of = |names: &[(Vendor, &str)]| compose("quarz.example", None, said(names)).name;
        assert_eq!(of(&[(Vendor::Attio, "quarz.example"), (Vendor::Stripe, "Quarz")]), "Quarz");
        assert_eq!(of(&[(Vendor::Attio, "quarz.example")]), "quarz.example");
        assert_eq!(of(&[]), "quarz.example");
    }
}
