//! Customers.

use super::said;
use crate::sources::stripe::wire::{Customer, Metadata};
use crate::sources::{Company, Found};

/// What customers write the domain of a company under, in small letters.
const DOMAIN_KEYS: [&str; 8] =
    ["domain", "website", "web_site", "url", "company_domain", "company_website", "homepage", "company_url"];

/// A company, with the domains its metadata names and the customer's address.
pub(super) fn found(customer: &Customer) -> Vec<Found> {
    let email = customer.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
    let name = [customer.name.as_deref(), customer.description.as_deref(), email]
        .into_iter()
        .flatten()
        .map(str::trim)
        .find(|name| !name.is_empty())
        .unwrap_or(&customer.id);
    vec![Found::Company(Box::new(Company {
        id: customer.id.clone(),
        name: said(&customer.metadata, &["company", "company_name"]).unwrap_or(name).to_owned(),
        domains: domains(&customer.metadata),
        addresses: email.map(str::to_owned).into_iter().collect(),
        ..Company::default()
    }))]
}

/// What the metadata names as domain or web address, `domain` first.
fn domains(metadata: &Metadata) -> Vec<String> {
    let mut domains: Vec<String> = Vec::new();
    for wanted in DOMAIN_KEYS {
        let texts = metadata.iter().filter(|(key, _)| same(key, wanted)).filter_map(|(_, value)| value.as_str());
        for text in texts.map(str::trim).filter(|text| text.contains('.')) {
            if !domains.iter().any(|known| known == text) {
                domains.push(text.to_owned());
            }
        }
    }
    domains
}

/// Whether a key is this one, however it is capitalised and joined: `Company Domain`.
fn same(key: &str, wanted: &str) -> bool {
    key.trim().to_ascii_lowercase().replace([' ', '-'], "_") == wanted
}
