//! To which account something belongs that a connected system said. What is certain is settled; what is not is said in a
//! sentence for people.

use std::collections::{BTreeSet, HashMap};

use crate::domain::connection::{Connection, Vendor};
use crate::domain::id::WorkspaceId;
use crate::domain::team::Team;
use crate::sources::identity::company_domain;
use crate::sources::{Company, Whose};
use crate::store::{Store, StoreError};

/// The accounts behind what the items of one page name, read at once.
pub(in crate::app) struct Resolver {
    companies: HashMap<String, String>,
    elsewhere: HashMap<(String, String), String>,
    domains: HashMap<String, String>,
    team: Team,
    connection: String,
}

/// Where a company belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::app) struct Place {
    /// Domain of the account; none while it waits.
    pub account: Option<String>,
    /// Domains the account is known by besides, which are nobody else's.
    pub aliases: Vec<String>,
    /// What people should know or decide.
    pub question: Option<String>,
    /// Whether only a person can settle it.
    pub asks: bool,
}

impl Resolver {
    /// For companies and whatever else is named, in three statements.
    pub(in crate::app) async fn read(
        store: &Store,
        workspace: WorkspaceId,
        connection: Option<&Connection>,
        team: &Team,
        companies: &[&Company],
        named: &[&Whose],
    ) -> Result<Self, StoreError> {
        let (mut own, mut elsewhere, mut domains) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for company in companies {
            domains.extend(candidates(company, team));
            elsewhere.extend(company.same_as.iter().map(|(vendor, id)| (vendor.wire(), id.as_str())));
            own.extend(company.merged.iter().map(String::as_str));
        }
        for whose in named {
            match whose {
                Whose::Everybody => {}
                Whose::Company(id) => drop(own.insert(id.as_str())),
                Whose::CompanyOf(vendor, id) => drop(elsewhere.insert((vendor.wire(), id.as_str()))),
                Whose::Domain(text) => domains.extend(company_domain(text)),
                Whose::Addresses(texts) => domains.extend(outsiders(texts, team)),
            }
        }
        let own: Vec<&str> = own.into_iter().collect();
        let elsewhere: Vec<(&str, &str)> = elsewhere.into_iter().collect();
        let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
        Ok(Self {
            companies: match connection {
                Some(connection) => store.company_accounts(workspace, connection.id, &own).await?,
                None => HashMap::new(),
            },
            elsewhere: store.companies_elsewhere(workspace, &elsewhere).await?,
            domains: store.accounts_behind(workspace, &domains).await?,
            team: team.clone(),
            connection: connection.map(|connection| connection.id.uuid().to_string()).unwrap_or_default(),
        })
    }

    /// Notes that a company of the page belongs to an account, which may have been made for it.
    pub(in crate::app) fn learn(&mut self, company: &str, place: &Place) {
        let Some(account) = &place.account else { return };
        self.companies.insert(company.to_owned(), account.clone());
        for domain in place.aliases.iter().chain([account]) {
            self.domains.entry(domain.clone()).or_insert_with(|| account.clone());
        }
    }

    /// The account a company of this system was settled on before.
    pub(in crate::app) fn company(&self, id: &str) -> Option<&String> {
        self.companies.get(id)
    }

    /// The account of the first of these that leads to one.
    pub(in crate::app) fn account(&self, whose: &[Whose]) -> Option<String> {
        whose.iter().find_map(|whose| match whose {
            Whose::Everybody => None,
            Whose::Company(id) => self.companies.get(id).cloned(),
            Whose::CompanyOf(vendor, id) => self.elsewhere.get(&(vendor.to_string(), id.clone())).cloned(),
            Whose::Domain(text) => self.domains.get(&company_domain(text)?).cloned(),
            Whose::Addresses(texts) => {
                outsiders(texts, &self.team).iter().find_map(|domain| self.domains.get(domain)).cloned()
            }
        })
    }

    /// What an account is found by, as it is kept beside what waits for it.
    pub(in crate::app) fn keys(&self, whose: &[Whose]) -> Vec<String> {
        let of = |whose: &Whose| match whose {
            Whose::Everybody => Vec::new(),
            Whose::Company(id) => vec![company_key(&self.connection, id)],
            Whose::CompanyOf(vendor, id) => vec![elsewhere_key(*vendor, id)],
            Whose::Domain(text) => company_domain(text).iter().map(|domain| domain_key(domain)).collect(),
            Whose::Addresses(texts) => outsiders(texts, &self.team).iter().map(|domain| domain_key(domain)).collect(),
        };
        whose.iter().flat_map(of).collect()
    }

    /// Where a company belongs. `before` is where it belonged; `makes` says whether the system's companies are accounts
    /// where none is there yet.
    pub(in crate::app) fn place(&self, company: &Company, before: Option<&str>, makes: bool) -> Place {
        let domains = candidates(company, &self.team);
        let mut known: Vec<&String> = Vec::new();
        let linked =
            company.same_as.iter().filter_map(|(vendor, id)| self.elsewhere.get(&(vendor.to_string(), id.clone())));
        for account in domains.iter().filter_map(|domain| self.domains.get(domain)).chain(linked) {
            if !known.contains(&account) {
                known.push(account);
            }
        }
        // Addresses only say where people of the company write from.
        let said = !company.domains.is_empty();
        let free = |account: &str| -> Vec<String> {
            let own = |domain: &&String| *domain != account && !self.domains.contains_key(*domain);
            if said { domains.iter().filter(own).cloned().collect() } else { Vec::new() }
        };
        let settled =
            |account: &str| Place { account: Some(account.to_owned()), aliases: free(account), ..Place::default() };
        match (known.as_slice(), before, domains.first()) {
            ([], Some(before), _) => settled(before),
            ([], None, Some(_)) if !said && domains.len() > 1 => Place {
                question: Some(format!("its people write from {}; say which account it is", domains.join(" and "))),
                asks: makes,
                ..Place::default()
            },
            ([], None, Some(first)) if makes => settled(first),
            ([], None, Some(first)) => {
                Place { question: Some(format!("there is no account `{first}`")), ..Place::default() }
            }
            ([], None, None) => Place {
                question: Some("it has no internet domain of its own; say which account it is".to_owned()),
                asks: makes,
                ..Place::default()
            },
            ([only], None, _) => settled(only),
            ([only], Some(before), _) if only.as_str() == before => settled(only),
            (known, before, _) => {
                let all: BTreeSet<&str> = known.iter().map(|account| account.as_str()).chain(before).collect();
                let account = before.unwrap_or(known[0]);
                let others: Vec<&str> = all.into_iter().filter(|other| *other != account).collect();
                Place {
                    account: Some(account.to_owned()),
                    aliases: Vec::new(),
                    question: Some(format!(
                        "it names the account {account} and {} as well; merge them, or confirm that it is {account}",
                        others.join(", ")
                    )),
                    asks: true,
                }
            }
        }
    }
}

/// The domains a company may be known by, the main one first: its own, else those its people write from.
pub(in crate::app) fn candidates(company: &Company, team: &Team) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for domain in company.domains.iter().filter_map(|text| company_domain(text)) {
        if !found.contains(&domain) && !team.has_host(&domain) {
            found.push(domain);
        }
    }
    if found.is_empty() { outsiders(&company.addresses, team) } else { found }
}

/// The domains of addresses that are not of our side, each once.
fn outsiders(addresses: &[String], team: &Team) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for address in addresses {
        if let Some(domain) = company_domain(address)
            && !found.contains(&domain)
            && !team.has_host(&domain)
            && !team.people.contains(&crate::domain::activity::mailbox(address).1)
        {
            found.push(domain);
        }
    }
    found
}

/// The key of what waits for the account of a domain.
pub(in crate::app) fn domain_key(domain: &str) -> String {
    format!("domain:{domain}")
}

/// The key of what waits for a company of a connection.
pub(in crate::app) fn company_key(connection: &str, id: &str) -> String {
    format!("company:{connection}:{id}")
}

/// The key of what waits for a company of any connection to a system.
pub(in crate::app) fn elsewhere_key(vendor: Vendor, id: &str) -> String {
    format!("{vendor}:{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolver(domains: &[(&str, &str)]) -> Resolver {
        let pair = |(domain, account): &(&str, &str)| ((*domain).to_owned(), (*account).to_owned());
        Resolver {
            companies: HashMap::new(),
            elsewhere: HashMap::from([(("stripe".to_owned(), "cus_1".to_owned()), "quarz.example".to_owned())]),
            domains: domains.iter().map(pair).collect(),
            team: Team { domains: BTreeSet::from(["ours.example".to_owned()]), ..Team::default() },
            connection: "conn_1".to_owned(),
        }
    }

    fn company(domains: &[&str], addresses: &[&str]) -> Company {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Company { id: "1".to_owned(), domains: owned(domains), addresses: owned(addresses), ..Company::default() }
    }

    #[test]
    fn a_company_nobody_knows_becomes_an_account_under_its_main_domain() {
        let place =
            resolver(&[]).place(&company(&["https://www.quarz.example/de", "quarz-labs.example"], &[]), None, true);
        assert_eq!(place.account.as_deref(), Some("quarz.example"));
        assert_eq!(place.aliases, ["quarz-labs.example"]);
        assert_eq!((place.question, place.asks), (None, false));
    }

    #[test]
    fn a_system_that_only_adds_makes_no_account_and_asks_nobody() {
        let place = resolver(&[]).place(&company(&["quarz.example"], &[]), None, false);
        assert!(place.account.is_none() && !place.asks && place.question.is_some());
        let known = resolver(&[("quarz.example", "quarz.example")]);
        let place = known.place(&company(&["app.quarz.example"], &[]), None, false);
        assert_eq!(place.account.as_deref(), Some("quarz.example"));
    }

    #[test]
    fn mail_providers_and_our_own_side_never_make_an_account() {
        let place = resolver(&[]).place(&company(&[], &["ann@gmail.com", "kim@ours.example"]), None, true);
        assert_eq!((place.account.as_ref(), place.asks), (None, true));
        let place = resolver(&[]).place(&company(&[], &["ann@gmail.com", "bo@quarz.example"]), None, true);
        assert_eq!(place.account.as_deref(), Some("quarz.example"));
    }

    #[test]
    fn a_company_that_names_two_accounts_is_a_question_and_merges_nothing() {
        let both = resolver(&[("a.example", "a.example"), ("b.example", "b.example")]);
        let place = both.place(&company(&["a.example", "b.example"], &[]), None, true);
        assert_eq!(place.account.as_deref(), Some("a.example"));
        assert!(place.asks && place.question.is_some_and(|text| text.contains("b.example")));
        assert!(place.aliases.is_empty());
    }

    #[test]
    fn a_company_that_moves_to_a_new_domain_stays_the_account_it_was() {
        let place = resolver(&[]).place(&company(&["new.example"], &[]), Some("old.example"), true);
        assert_eq!(place.account.as_deref(), Some("old.example"));
        assert_eq!(place.aliases, ["new.example"]);
    }

    #[test]
    fn the_same_company_in_another_system_leads_to_its_account() {
        let mut contract = company(&[], &["ann@gmail.com"]);
        contract.same_as = vec![(Vendor::Stripe, "cus_1".to_owned())];
        assert_eq!(resolver(&[]).place(&contract, None, true).account.as_deref(), Some("quarz.example"));
    }

    #[test]
    fn a_record_belongs_to_the_first_that_leads_somewhere() {
        let known = resolver(&[("quarz.example", "quarz.example")]);
        let whose = [
            Whose::Company("9".to_owned()),
            Whose::Addresses(vec!["kim@ours.example".to_owned(), "Ann <ann@mail.quarz.example>".to_owned()]),
        ];
        assert_eq!(known.account(&whose).as_deref(), Some("quarz.example"));
        assert_eq!(known.keys(&whose), ["company:conn_1:9", "domain:quarz.example"]);
        assert_eq!(known.account(&[Whose::Domain("x.example".to_owned())]), None);
    }
}
