//! On whose side somebody stands. The only place where that is decided.
//!
//! Ours is who the workspace says. The customer's is who belongs to the account: by its domain, a domain among its other
//! names, a subdomain of either, or as a contact. Everybody else is an outsider, of whom nobody knows a side: a partner, a
//! reseller, somebody with a private address. While nothing was said of the team, ours is who has an address where the
//! owner or one of our own in a call has one; where nobody is known to be ours, it is everybody who is not the customer's.

use std::collections::{BTreeMap, BTreeSet};

use super::lexicon::{self, Kind};
use super::name::{Fit, Name};
use super::roll::{Met, Roll};
use crate::domain::account::AccountRecord;
use crate::domain::activity::{Call, Email, Participant, Side, mailbox};
use crate::domain::host;
use crate::domain::team::Team;

/// Who stands on which side around an account.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    /// Hosts of the account.
    hosts: Vec<String>,
    /// Whose it is on our side.
    owner: Option<String>,
    /// Addresses of its contacts.
    addresses: BTreeSet<String>,
    /// Its contacts.
    contacts: Roll,
    names: Vec<String>,
    /// What those who were met are called, by their address.
    met: BTreeMap<String, String>,
    team: Team,
    /// Hosts, and addresses at hosts where anybody may have one, that are taken for ours while nothing was said.
    taken: BTreeSet<String>,
}

impl Sides {
    /// Around an account, by what was said of the team.
    #[must_use]
    pub fn new(account: &AccountRecord, team: &Team) -> Self {
        let domain = host::canonical(&account.domain);
        let aliases = account.aliases().into_iter().filter(|alias| alias.contains('.') && !alias.contains(' '));
        let hosts: Vec<String> = std::iter::once(domain).chain(aliases.map(host::canonical)).collect();
        let address = |email: &String| Some(mailbox(email).1).filter(|address| address.contains('@'));
        let mut sides = Self {
            hosts,
            owner: account.owner_email.clone(),
            addresses: account
                .contacts
                .iter()
                .filter_map(|contact| contact.email.as_ref())
                .filter_map(address)
                .collect(),
            contacts: Roll::new(account.contacts.iter().map(|one| (one.name.as_str(), one.email.as_deref()))),
            names: account.contacts.iter().map(|contact| Name::read(&contact.name).shown().to_owned()).collect(),
            met: BTreeMap::new(),
            team: team.clone(),
            taken: BTreeSet::new(),
        };
        let seen: Vec<String> = team.seen.iter().map(|host| format!("@{host}")).collect();
        sides.take(account.owner_email.as_deref().into_iter().chain(seen.iter().map(String::as_str)));
        sides
    }

    /// Of somebody who writes to or from an account of which nothing but its domain is known.
    #[must_use]
    pub fn of_domain(domain: &str) -> Self {
        Self::new(&AccountRecord { domain: domain.to_owned(), ..AccountRecord::default() }, &Team::default())
    }

    /// Meets those who took part in these calls. While nothing was said of the team, ours is who has an address where one of
    /// our own in them has one.
    #[must_use]
    pub fn in_calls<'c>(mut self, calls: impl Iterator<Item = &'c Call> + Clone) -> Self {
        let people = calls.flat_map(|call| &call.participants);
        let ours = people.clone().filter(|person| person.side == Side::Team);
        self.take(ours.filter_map(|person| person.email.as_deref()));
        people.for_each(|person| self.meet(&Name::read(&person.name).at(person.email.as_deref())));
        self
    }

    /// Meets those whom these e-mails are from and to.
    #[must_use]
    pub fn in_emails<'e>(mut self, emails: impl Iterator<Item = &'e Email>) -> Self {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for party in emails.flat_map(|email| std::iter::once(&email.from).chain(&email.to)) {
            if party.contains('<') && seen.insert(party) {
                self.meet(&Name::read(party));
            }
        }
        self
    }

    /// Whether a name may be that of one of ours who was met, or who owns the account.
    #[must_use]
    pub fn may_be_ours(&self, name: &Name) -> bool {
        let met = self.met.iter().filter(|(address, _)| self.of(address) == Some(Side::Team));
        let owner = self.owner.iter().map(|address| Name::read(address));
        met.map(|(_, called)| Name::read(called)).chain(owner).any(|ours| ours.fit(name) > Some(Fit::Part))
    }

    fn meet(&mut self, name: &Name) {
        if let Some(address) = name.address().filter(|_| name.shown().contains(' ')) {
            self.met.entry(address.to_owned()).or_insert_with(|| name.shown().to_owned());
        }
    }

    fn take<'t>(&mut self, ours: impl Iterator<Item = &'t str>) {
        for text in ours {
            let address = mailbox(text).1;
            let Some((_, host)) = address.rsplit_once('@') else { continue };
            if !self.is_theirs(host) && !host.is_empty() {
                let anybodys = lexicon::is(Kind::MailHost, host);
                self.taken.insert(if anybodys { address.clone() } else { host.to_owned() });
            }
        }
    }

    /// The side of who writes from a mailbox: `Name <address>` or an address; none of an outsider.
    #[must_use]
    pub fn of(&self, text: &str) -> Option<Side> {
        let (_, address) = mailbox(text);
        let host = address.rsplit_once('@').map_or("", |(_, host)| host);
        if self.team.people.contains(&address) {
            return Some(Side::Team);
        }
        if self.addresses.contains(&address) || self.is_theirs(host) {
            return Some(Side::Customer);
        }
        let ours = if self.team.says() { self.team.has_host(host) } else { self.seems_ours(&address, host) };
        ours.then_some(Side::Team)
    }

    /// What who writes from a mailbox is called: as the account's contact, where they are one, or as they were met.
    #[must_use]
    pub fn writer(&self, text: &str) -> String {
        let name = Name::read(text);
        let theirs = self.of(text) == Some(Side::Customer);
        let known = self.called(&name).filter(|_| theirs).or_else(|| self.met_at(name.address()?));
        known.map_or_else(
            || if name.shown().is_empty() { mailbox(text).0 } else { name.shown().to_owned() },
            str::to_owned,
        )
    }

    /// What somebody with this address was called when they were met.
    #[must_use]
    pub fn met_at(&self, address: &str) -> Option<&str> {
        self.met.get(address).map(String::as_str)
    }

    /// The side of somebody who took part in a call: what their address tells, else what the list says.
    #[must_use]
    pub fn of_participant(&self, person: &Participant) -> Option<Side> {
        let address = person.email.as_deref().map(|email| mailbox(email).1).filter(|address| address.contains('@'));
        let host = address.as_deref().and_then(|address| address.rsplit_once('@')).map_or("", |(_, host)| host);
        let said = address.as_ref().is_some_and(|address| self.team.people.contains(address));
        if said || self.team.has_host(host) && !self.is_theirs(host) {
            return Some(Side::Team);
        }
        Some(person.side)
    }

    /// Whether a host belongs to the account.
    #[must_use]
    pub fn is_theirs(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| host::belongs(host, own))
    }

    /// The contact a name means, as the account has them; none where it means several.
    #[must_use]
    pub fn contact(&self, name: &Name) -> Option<&str> {
        match self.contacts.find_name(name) {
            Met::One(at) => self.names.get(at).map(String::as_str),
            _ => None,
        }
    }

    /// The same, or the name itself where it is the fuller one: the account may have it shortened.
    #[must_use]
    pub fn called<'a>(&'a self, name: &'a Name) -> Option<&'a str> {
        let contact = self.contact(name)?;
        let shortened = matches!(Name::read(contact).fit(name), Some(Fit::Part | Fit::Initials));
        let fuller = name.shown().contains(' ') && name.shown().chars().count() > contact.chars().count();
        Some(if shortened && fuller { name.shown() } else { contact })
    }

    /// What of this is told by the words of a text: whoever else is known makes no difference to it.
    #[must_use]
    pub fn told_in(&self, text: &str) -> Vec<&str> {
        let text = text.to_lowercase();
        let stands = |one: &&String| {
            let wire = one.rsplit_once('@').map_or(one.as_str(), |(_, host)| host);
            text.contains(wire) || host::wire(wire).is_some_and(|wire| text.contains(&wire))
        };
        let ours = if self.team.says() { None } else { Some(&self.taken) };
        let said = self.team.domains.iter().chain(&self.team.people);
        said.chain(ours.into_iter().flatten()).filter(stands).map(String::as_str).collect()
    }

    /// Whether it is known of anybody that they are ours.
    #[must_use]
    pub fn knows_ours(&self) -> bool {
        self.team.says() || !self.taken.is_empty()
    }

    fn seems_ours(&self, address: &str, host: &str) -> bool {
        self.taken.is_empty() || self.taken.contains(address) || self.taken.iter().any(|own| host::belongs(host, own))
    }
}
