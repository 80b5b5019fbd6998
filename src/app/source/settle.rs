//! Items of a connected system, made into records: mapped, given to their accounts, checked as import lines are, stored.
//!
//! An item that is as it was costs a comparison. One that cannot be read is set aside with its reason, and the rest goes
//! on. Nothing is written twice: the records are stored under identifiers that do not change, and an item is kept with its
//! hash only after its records are.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sha2::{Digest as _, Sha256};

use super::compose::{Said, compose};
use super::resolve::{Place, Resolver, candidates, company_key, domain_key, elsewhere_key};
use crate::app::{AppError, Intake};
use crate::domain::account::Contact;
use crate::domain::actor::{Actor, Surface};
use crate::domain::connection::{Connection, Vendor};
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::team::Team;
use crate::sources::import::checked;
use crate::sources::{Company, Deletions, Found, Item, Page, Source, Stream, Whose};
use crate::store::{KnownItem, PutOutcome, SettledPage, SourceItem, StoreError};

/// Times records are stored when somebody else changes the same ones.
const ATTEMPTS: u32 = 4;

/// Makes items of one connection into records.
pub(super) struct Settler<'a> {
    pub intake: &'a Intake,
    pub connection: &'a Connection,
    pub source: &'a dyn Source,
    /// Whether the system's companies become accounts where none is there yet.
    pub makes: bool,
}

/// What became of items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Items that said something new.
    pub changed: u64,
    /// Items that are gone.
    pub gone: u64,
    /// Items that wait, or were set aside.
    pub waiting: u64,
}

impl std::ops::AddAssign for Counted {
    fn add_assign(&mut self, more: Self) {
        self.changed += more.changed;
        self.gone += more.gone;
        self.waiting += more.waiting;
    }
}

/// An item on its way.
struct Way {
    item: Item,
    known: KnownItem,
    digest: Vec<u8>,
    company: Option<Company>,
    contacts: Vec<(Vec<Whose>, Contact)>,
    records: Vec<(Vec<Whose>, Record)>,
    account: Option<String>,
    keys: Vec<String>,
    made: Vec<RecordRef>,
    waiting: Option<String>,
    set_aside: bool,
}

impl Settler<'_> {
    /// Settles a page of a stream and moves the stream's cursor to where it goes on; `cursor` says whether the pass is done
    /// with it, and in which sync. Without a cursor it came out of turn.
    pub(super) async fn page(
        &self,
        stream: &Stream,
        pass: i64,
        page: Page,
        cursor: Option<(serde_json::Value, bool, i64)>,
    ) -> Result<Counted, AppError> {
        let (store, workspace) = (&self.intake.store, self.intake.workspace);
        // What comes twice in a page counts as it came last.
        let items: BTreeMap<String, Item> = page.items.into_iter().map(|item| (item.id.clone(), item)).collect();
        let ids: Vec<&str> = items.keys().map(String::as_str).collect();
        let mut known = store.known_items(workspace, self.connection.id, stream.name, &ids).await?;
        let (mut changed, mut met) = (Vec::new(), Vec::new());
        for (id, item) in items {
            let digest = Sha256::digest(item.raw.to_string().as_bytes()).to_vec();
            let known = known.remove(&id).unwrap_or_default();
            if known.digest == digest { met.push(id) } else { changed.push((item, digest, known)) }
        }
        // Days of the past are not looked for again, so it need not be noted that they were met.
        if stream.deletions != Deletions::Unmet {
            met.clear();
        }
        let mut counted = Counted { changed: changed.len() as u64, ..Counted::default() };
        let (items, came) = self.settle(stream, pass, changed).await?;
        counted.waiting = items.iter().filter(|item| item.waiting.is_some()).count() as u64;
        counted.gone = self.gone(stream, &page.gone).await?;
        let (cursor, done, round) =
            cursor.map_or((None, false, 0), |(cursor, done, round)| (Some(cursor), done, round));
        let settled = SettledPage { stream: stream.name, pass, round, items, met, came, cursor, done };
        store.settle_page(workspace, self.connection.id, self.intake.clock.now(), &settled).await?;
        Ok(counted)
    }

    /// Settles items that are kept, as if they came anew.
    pub(super) async fn again(&self, stream: &Stream, pass: i64, items: Vec<Item>) -> Result<(), AppError> {
        let (store, workspace) = (&self.intake.store, self.intake.workspace);
        let ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
        let mut known = store.known_items(workspace, self.connection.id, stream.name, &ids).await?;
        let items = items.into_iter().map(|item| {
            let digest = Sha256::digest(item.raw.to_string().as_bytes()).to_vec();
            let known = known.remove(&item.id).unwrap_or_default();
            (item, digest, known)
        });
        let items = items.collect();
        let (items, came) = self.settle(stream, pass, items).await?;
        let settled = SettledPage { stream: stream.name, pass, items, came, ..SettledPage::default() };
        Ok(store.settle_page(workspace, self.connection.id, self.intake.clock.now(), &settled).await?)
    }

    /// Takes away what items became that the system has no more, and forgets the items.
    pub(super) async fn gone(&self, stream: &Stream, ids: &[String]) -> Result<u64, AppError> {
        if ids.is_empty() {
            return Ok(0);
        }
        let (store, workspace) = (&self.intake.store, self.intake.workspace);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let known = store.known_items(workspace, self.connection.id, stream.name, &ids).await?;
        let made: Vec<RecordRef> = known.values().flat_map(|item| item.made.clone()).collect();
        if !made.is_empty() {
            store.take_away(workspace, &made).await?;
        }
        store.forget_items(workspace, self.connection.id, stream.name, &ids).await?;
        // An account stays, and is again what the others say.
        let accounts: BTreeSet<String> = known.values().filter_map(|item| item.account.clone()).collect();
        if !accounts.is_empty() {
            self.compose(&accounts).await?;
        }
        Ok(known.len() as u64)
    }

    async fn settle(
        &self,
        stream: &Stream,
        pass: i64,
        items: Vec<(Item, Vec<u8>, KnownItem)>,
    ) -> Result<(Vec<SourceItem>, Vec<String>), AppError> {
        if items.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let (store, workspace) = (&self.intake.store, self.intake.workspace);
        let mut ways: Vec<Way> =
            items.into_iter().map(|(item, digest, known)| self.mapped(stream, item, digest, known)).collect();
        let team = store.team(workspace).await?;
        let mut resolver = {
            let companies: Vec<&Company> = ways.iter().filter_map(|way| way.company.as_ref()).collect();
            let named = ways.iter().flat_map(|way| {
                way.contacts.iter().flat_map(|(whose, _)| whose).chain(way.records.iter().flat_map(|(whose, _)| whose))
            });
            Resolver::read(store, workspace, Some(self.connection), &team, &companies, &named.collect::<Vec<_>>())
                .await?
        };
        let mut came = Vec::new();
        let mut accounts = BTreeSet::new();
        for way in &mut ways {
            self.place(way, &mut resolver, &team, (&mut came, &mut accounts)).await?;
        }
        if !accounts.is_empty() {
            // The facts first, without a hash: composing reads them, and after a crash they are looked at again.
            let facts = ways.iter().filter(|way| way.company.is_some() || !way.contacts.is_empty());
            let items = facts.map(|way| SourceItem { digest: Vec::new(), ..kept(way, self.vendor()) }).collect();
            let facts = SettledPage { stream: stream.name, pass, items, ..SettledPage::default() };
            store.settle_page(workspace, self.connection.id, self.intake.clock.now(), &facts).await?;
            self.compose(&accounts).await?;
            self.alias(&accounts, &ways).await?;
        }
        self.put(&mut ways, &resolver, stream).await?;
        let before: Vec<RecordRef> = ways.iter().flat_map(|way| way.known.made.clone()).collect();
        let now: HashSet<&RecordRef> = ways.iter().flat_map(|way| &way.made).collect();
        let ended: Vec<RecordRef> = before.into_iter().filter(|record| !now.contains(record)).collect();
        if !ended.is_empty() {
            store.take_away(workspace, &ended).await?;
        }
        Ok((ways.iter().map(|way| kept(way, self.vendor())).collect(), came))
    }

    fn vendor(&self) -> Vendor {
        self.connection.vendor
    }

    /// What an item says, or why it says nothing.
    fn mapped(&self, stream: &Stream, item: Item, digest: Vec<u8>, known: KnownItem) -> Way {
        let found = self.source.map(stream, &item);
        let mut way = Way {
            item,
            known,
            digest,
            company: None,
            contacts: Vec::new(),
            records: Vec::new(),
            account: None,
            keys: Vec::new(),
            made: Vec::new(),
            waiting: None,
            set_aside: false,
        };
        match found {
            Ok(found) => {
                for found in found {
                    match found {
                        Found::Company(company) => way.company = Some(*company),
                        Found::Contact(whose, contact) => way.contacts.push((whose, contact)),
                        Found::Record(whose, record) => way.records.push((whose, *record)),
                    }
                }
            }
            Err(reason) => {
                way.made = way.known.made.clone();
                way.waiting = Some(reason);
                way.set_aside = true;
            }
        }
        way
    }

    /// Settles to which account an item's company and contacts belong.
    async fn place(
        &self,
        way: &mut Way,
        resolver: &mut Resolver,
        team: &Team,
        (came, accounts): (&mut Vec<String>, &mut BTreeSet<String>),
    ) -> Result<(), AppError> {
        if let Some(company) = &way.company {
            let place = match &way.known.chosen {
                Some(chosen) => Place { account: Some(chosen.clone()), ..Place::default() },
                None => resolver.place(company, way.known.account.as_deref(), self.makes),
            };
            let connection = self.connection.id.uuid().to_string();
            let domains = candidates(company, team);
            way.keys.extend(domains.iter().map(|domain| domain_key(domain)));
            way.keys.extend(company.same_as.iter().map(|(vendor, id)| elsewhere_key(*vendor, id)));
            if let Some(account) = &place.account {
                came.push(company_key(&connection, &company.id));
                came.push(elsewhere_key(self.vendor(), &company.id));
                accounts.insert(account.clone());
                // The account it belonged to is again what the others say.
                accounts.extend(way.known.account.clone());
                self.merged(company, account, resolver).await?;
            }
            resolver.learn(&company.id, &place);
            way.account = place.account;
            way.waiting = place.question;
            way.set_aside = place.asks;
        }
        for (whose, _) in &way.contacts {
            way.keys.extend(resolver.keys(whose));
            match resolver.account(whose) {
                Some(account) => {
                    accounts.insert(account.clone());
                    way.account = Some(account);
                }
                None => way.waiting = Some("waits for its company".to_owned()),
            }
        }
        Ok(())
    }

    /// Companies a person merged in the system are one account here as well.
    async fn merged(&self, company: &Company, account: &str, resolver: &Resolver) -> Result<(), AppError> {
        let (store, workspace) = (&self.intake.store, self.intake.workspace);
        for other in company.merged.iter().filter_map(|id| resolver.company(id)).filter(|other| *other != account) {
            let by = Actor::new(self.vendor().label(), Surface::Api);
            match store.merge_accounts(workspace, (other, account), &by, self.intake.clock.now()).await {
                Ok(_) => {
                    tracing::info!(connection = self.connection.prefix, "two accounts became one, as in the system");
                }
                Err(StoreError::NotFound(_) | StoreError::Invalid(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Makes accounts what files and systems say of them.
    async fn compose(&self, accounts: &BTreeSet<String>) -> Result<(), AppError> {
        let (store, workspace) = (&self.intake.store, self.intake.workspace);
        let domains: Vec<&str> = accounts.iter().map(String::as_str).collect();
        let mut said: HashMap<String, Said> = HashMap::new();
        for fact in store.account_facts(workspace, &domains).await? {
            let Some(vendor) = Vendor::parse(&fact.connection.0) else { continue };
            let said = said.entry(fact.account).or_default();
            if let Some(company) = fact.company.and_then(|company| serde_json::from_value(company).ok()) {
                said.companies.push((vendor, company));
            }
            let contacts = fact.contacts.and_then(|contacts| serde_json::from_value::<Vec<Contact>>(contacts).ok());
            said.contacts.extend(contacts.into_iter().flatten().map(|contact| (vendor, contact)));
        }
        let mut composed = store.composed_accounts(workspace, &domains).await?;
        let (mut records, mut kept) = (Vec::new(), Vec::new());
        for domain in domains {
            let before = composed.remove(domain).unwrap_or_default();
            let said = said.remove(domain).unwrap_or_default();
            // One that no system says anything of any more stays as it is.
            if said.companies.is_empty() && said.contacts.is_empty() {
                continue;
            }
            // What is there and was not made here came from a file since.
            let base = if before.record == before.composed { before.base } else { before.record };
            let account = compose(domain, base.as_ref(), said);
            match checked(Record::Account(account)) {
                Ok(Record::Account(account)) => {
                    records.push(Record::Account(account.clone()));
                    kept.push((base, account));
                }
                Ok(_) | Err(_) => tracing::warn!(connection = self.connection.prefix, "an account could not be made"),
            }
        }
        self.store(&records).await?;
        Ok(store.keep_composed(workspace, &kept).await?)
    }

    /// Keeps the domains by which the companies of these items are known besides.
    async fn alias(&self, accounts: &BTreeSet<String>, ways: &[Way]) -> Result<(), AppError> {
        let (store, workspace, now) = (&self.intake.store, self.intake.workspace, self.intake.clock.now());
        let mut aliases: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for way in ways {
            let (Some(company), Some(account)) = (&way.company, &way.account) else { continue };
            // One that asks something is known by nothing more until it is answered.
            if accounts.contains(account) && !company.domains.is_empty() && way.waiting.is_none() {
                let own = way.keys.iter().filter_map(|key| key.strip_prefix("domain:"));
                let more = own.filter(|domain| domain != account).map(str::to_owned);
                aliases.entry(account).or_default().extend(more);
            }
        }
        for (account, domains) in aliases.into_iter().filter(|(_, domains)| !domains.is_empty()) {
            let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
            match store.add_aliases(workspace, account, &domains, (self.vendor().label(), now)).await {
                Ok(_) | Err(StoreError::NotFound(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Stores the records of items whose account is known.
    async fn put(&self, ways: &mut [Way], resolver: &Resolver, stream: &Stream) -> Result<(), AppError> {
        let (mut records, mut owners) = (Vec::new(), Vec::new());
        for (place, way) in ways.iter_mut().enumerate() {
            for (whose, mut record) in std::mem::take(&mut way.records) {
                way.keys.extend(resolver.keys(&whose));
                if !whose.contains(&Whose::Everybody) {
                    let Some(account) = resolver.account(&whose) else {
                        way.waiting = Some("waits for its account".to_owned());
                        continue;
                    };
                    record.belong_to(&account);
                    way.account.get_or_insert(account);
                }
                match checked(record) {
                    Ok(record) => {
                        records.push(record);
                        owners.push(place);
                    }
                    Err(reason) => (way.waiting, way.set_aside) = (Some(reason), true),
                }
            }
            way.keys.sort();
            way.keys.dedup();
        }
        let outcomes = self.store(&records).await?;
        for ((record, place), outcome) in records.iter().zip(owners).zip(outcomes) {
            let way = &mut ways[place];
            match outcome {
                PutOutcome::Added | PutOutcome::Updated | PutOutcome::Unchanged => {
                    let reference = record.reference();
                    if stream.deletions != Deletions::Never && reference.kind != RecordKind::Usage {
                        way.made.push(reference);
                    }
                }
                PutOutcome::UnknownAccount(_) => way.waiting = Some("waits for its account".to_owned()),
                PutOutcome::Invalid(reason) => (way.waiting, way.set_aside) = (Some(reason), true),
            }
        }
        Ok(())
    }

    async fn store(&self, records: &[Record]) -> Result<Vec<PutOutcome>, AppError> {
        let mut outcomes = Vec::with_capacity(records.len());
        for records in records.chunks(1_000) {
            let mut attempt = 1;
            let put = loop {
                match self.intake.store.put(self.intake.workspace, self.intake.clock.now(), records).await {
                    Err(StoreError::Conflict(_)) if attempt < ATTEMPTS => attempt += 1,
                    result => break result?,
                }
            };
            outcomes.extend(put);
        }
        Ok(outcomes)
    }
}

/// An item as it is kept.
fn kept(way: &Way, vendor: Vendor) -> SourceItem {
    let contacts: Vec<&Contact> = way.contacts.iter().map(|(_, contact)| contact).collect();
    SourceItem {
        id: way.item.id.clone(),
        digest: way.digest.clone(),
        raw: Some(way.item.raw.clone()),
        account: way.account.clone(),
        company: way.company.as_ref().and_then(|company| serde_json::to_value(company).ok()),
        contacts: if contacts.is_empty() { None } else { serde_json::to_value(contacts).ok() },
        made: way.made.clone(),
        keys: way.keys.clone(),
        waiting: way.waiting.as_ref().map(|reason| match &way.company {
            Some(company) if way.set_aside => format!("{} calls it {}: {reason}", vendor.label(), company.name),
            _ => reason.clone(),
        }),
        set_aside: way.set_aside,
    }
}
