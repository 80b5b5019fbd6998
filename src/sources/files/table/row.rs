//! A row to what it says.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::cell::{self, Shown, cut};
use super::fields::{Shape, attribute, meaning, shape};
use super::lines::Row;
use super::survey::Survey;
use super::{Mapping, RowKind};
use crate::domain::account::Contact;
use crate::domain::record::Record;
use crate::domain::time::Zone;
use crate::language::folded;
use crate::sources::files::checked::{NOBODY, checked};
use crate::sources::{Company, Found, Whose};

/// A column that is read, or a field that is the same in every row.
struct Column {
    /// Its place in a row; none where the field is fixed.
    place: Option<usize>,
    heading: String,
    field: String,
    shape: Shape,
    shown: Shown,
}

/// Makes records of rows.
pub(super) struct Maker {
    kind: RowKind,
    columns: Vec<Column>,
    count: usize,
    zone: Zone,
    /// How often a row without a name of its own was met, by its hash.
    met: FxHashMap<u64, u32>,
}

/// The cells of a row that are not blank, by their fields.
type Cells<'r> = BTreeMap<&'r str, (&'r Column, &'r str)>;

impl Maker {
    pub(super) fn new(mapping: &Mapping, headings: &[String], survey: &Survey, zone: Zone) -> Self {
        let column = |place: Option<usize>, heading: &str, field: &str| Column {
            place,
            heading: heading.to_owned(),
            field: field.to_owned(),
            shape: shape(mapping.kind, field),
            shown: survey.shown(heading, mapping),
        };
        let read = headings.iter().enumerate().filter_map(|(place, heading)| {
            mapping.columns.get(heading).map(|field| column(Some(place), heading, field))
        });
        let mut columns: Vec<Column> = read.collect();
        columns.extend(mapping.fixed.iter().map(|(field, text)| column(None, text, field)));
        Self { kind: mapping.kind, columns, count: headings.len(), zone, met: FxHashMap::default() }
    }

    /// What a row is, in a word.
    pub(super) fn made(&self) -> &'static str {
        match self.kind {
            RowKind::Accounts => "account",
            RowKind::Contacts => "contact",
            RowKind::Contracts => "contract",
            RowKind::Payments => "payment",
            RowKind::Usage => "day of usage",
            RowKind::Deals => "deal",
            RowKind::Notes => "note",
            RowKind::Signals => "signal",
        }
    }

    pub(super) fn make(&mut self, row: &Row) -> Result<Found, String> {
        if row.cells.iter().skip(self.count).any(|cell| !cell.is_empty()) {
            return Err(format!("the row has {} cells, and the table {} columns", row.cells.len(), self.count));
        }
        if row.cells.len() < self.count && row.cells.last().is_some_and(|cell| cell.contains('\n')) {
            return Err("the row ends before its last column; a quotation mark may be open in it".to_owned());
        }
        let id = if row_has_id(self.kind) { Some(self.id(row)) } else { None };
        let cells = self.cells(row);
        let whose = whose(self.kind, &cells);
        match self.kind {
            RowKind::Accounts => self.company(&cells, &whose),
            RowKind::Contacts => contact(&cells, whose),
            _ => {
                let mut fields = self.fields(&cells)?;
                if let Some(id) = id {
                    fields.entry("id").or_insert_with(|| id.into());
                }
                let record = checked(fields, self.zone).map_err(|reason| self.with_column(&reason))?.record;
                of_somebody(whose).map(|whose| Found::Record(whose, Box::new(record)))
            }
        }
    }

    /// The cells with something in them; those of the row go before what is the same in every row.
    fn cells<'r>(&'r self, row: &'r Row) -> Cells<'r> {
        let mut cells = Cells::new();
        for column in &self.columns {
            let text = match column.place {
                Some(place) => row.cells.get(place).map_or("", String::as_str),
                None => &column.heading,
            };
            if !text.is_empty() {
                cells.entry(&column.field).or_insert((column, text));
            }
        }
        cells
    }

    /// A name for a row that has none: the same whenever the same row is read; of rows that are equal each has its own.
    fn id(&mut self, row: &Row) -> String {
        let mut hash = Sha256::new();
        for column in &self.columns {
            let cell = column.place.and_then(|place| row.cells.get(place)).map_or("", String::as_str);
            hash.update(column.field.as_bytes());
            hash.update([0]);
            hash.update(cell.as_bytes());
            hash.update([0]);
        }
        let digest = hash.finalize();
        let key = digest.iter().take(8).fold(0_u64, |key, byte| key << 8 | u64::from(*byte));
        let count = self.met.entry(key).or_default();
        *count += 1;
        let id = format!("{}-{}", self.kind, hex::encode(digest.get(..12).unwrap_or_default()));
        if *count == 1 { id } else { format!("{id}-{count}") }
    }

    /// The fields of the import format that a row holds.
    fn fields(&self, cells: &Cells<'_>) -> Result<Map<String, Value>, String> {
        let mut fields = Map::new();
        fields.insert("type".to_owned(), self.record_type().into());
        let said = cells.get("currency").map(|(_, text)| code(text));
        for (field, (column, text)) in cells {
            if is_of_whom(self.kind, field) || *field == "currency" {
                continue;
            }
            let at = |reason: String| in_column(column, &reason);
            if column.shape == Shape::Money {
                let (minor, currency) = cell::money(text, said.as_deref(), column.shown.mark).map_err(at)?;
                fields.insert(format!("{field}_minor"), minor.into());
                fields.insert("currency".to_owned(), currency.into());
            } else {
                let value = cell::value(column.shape, choice(self.kind, field), text, column.shown).map_err(at)?;
                fields.insert((*field).to_owned(), value);
            }
        }
        if let Some(said) = said {
            fields.entry("currency").or_insert_with(|| said.into());
        }
        match self.kind {
            RowKind::Contracts => contract(&mut fields),
            RowKind::Deals => deal(&mut fields),
            _ => {}
        }
        Ok(fields)
    }

    fn record_type(&self) -> &'static str {
        match self.kind {
            RowKind::Accounts | RowKind::Contacts => "account",
            RowKind::Contracts => "revenue_source",
            RowKind::Payments => "payment_event",
            RowKind::Usage => "usage",
            RowKind::Deals => "deal",
            RowKind::Notes => "note",
            RowKind::Signals => "signal",
        }
    }

    /// An account, checked as one of the import format.
    fn company(&self, cells: &Cells<'_>, whose: &[Whose]) -> Result<Found, String> {
        let mut fields = self.fields(cells)?;
        let take = |fields: &mut Map<String, Value>, name: &str| {
            fields.remove(name).and_then(|value| value.as_str().map(str::to_owned))
        };
        let email = take(&mut fields, "contact_email");
        let name = take(&mut fields, "contact_name");
        let title = take(&mut fields, "contact_title");
        let attributes: Map<String, Value> = cells
            .iter()
            .filter_map(|(field, (_, text))| attribute(field).map(|name| (name.to_owned(), (*text).into())))
            .collect();
        fields.retain(|field, _| attribute(field).is_none());
        let domains: Vec<String> = whose
            .iter()
            .filter_map(|whose| if let Whose::Domain(domain) = whose { Some(domain.clone()) } else { None })
            .collect();
        fields.insert("domain".to_owned(), domains.first().map_or(NOBODY, String::as_str).into());
        fields.insert("attributes".to_owned(), Value::Object(attributes));
        let record = checked(fields, self.zone).map_err(|reason| self.with_column(&reason))?.record;
        let Record::Account(account) = record else { return Err("the row is no account".to_owned()) };
        let by_name = named(&account.name);
        let own = cells.get("company_id").map(|(_, id)| (*id).to_owned());
        let contact = (name.is_some() || email.is_some()).then(|| Contact {
            name: name.unwrap_or_else(|| email.clone().unwrap_or_default()),
            email: email.clone(),
            title,
            primary: true,
        });
        Ok(Found::Company(Box::new(Company {
            merged: own.iter().map(|_| by_name.clone()).collect(),
            id: own.unwrap_or(by_name),
            name: account.name,
            domains,
            addresses: email.into_iter().collect(),
            owner_email: account.owner_email,
            segment: account.segment,
            contacts: contact.into_iter().collect(),
            licensed_seats: account.licensed_seats,
            crm_url: account.crm_url,
            attributes: account.attributes,
            ..Company::default()
        })))
    }

    /// A reason of the import format with the column that holds the field it names.
    fn with_column(&self, reason: &str) -> String {
        let field = reason.strip_prefix('`').and_then(|rest| rest.split_once('`')).map(|(field, _)| field);
        let field = field.map(|field| field.strip_suffix("_minor").unwrap_or(field));
        let column = field.and_then(|field| self.columns.iter().find(|column| column.field == field));
        column.map_or_else(|| reason.to_owned(), |column| in_column(column, reason))
    }
}

fn in_column(column: &Column, reason: &str) -> String {
    match column.place {
        Some(_) => format!("column `{}`: {reason}", cut(&column.heading)),
        None => format!("`{}` of every row: {reason}", column.field),
    }
}

/// Whether rows of a kind have a name of their own.
fn row_has_id(kind: RowKind) -> bool {
    !matches!(kind, RowKind::Accounts | RowKind::Contacts | RowKind::Usage)
}

/// Whether a field only says whose a row is.
fn is_of_whom(kind: RowKind, field: &str) -> bool {
    matches!(field, "domain" | "website" | "company_id" | "company") || field == "email" && kind != RowKind::Contacts
}

/// Where the words of a choice are listed.
fn choice(kind: RowKind, field: &str) -> &'static str {
    match (kind, field) {
        (RowKind::Contracts, "system") => "contracts.system",
        (RowKind::Contracts, _) => "contracts.status",
        (RowKind::Payments, _) => "payments.kind",
        (RowKind::Deals, _) => "deals.status",
        _ => "signals.kind",
    }
}

/// What is due in a year or a month, where nothing else says what a contract costs.
fn contract(fields: &mut Map<String, Value>) {
    let yearly = fields.remove("arr_minor");
    let monthly = fields.get("mrr_minor").cloned();
    let implied = yearly.map(|minor| (minor, "year")).or_else(|| monthly.map(|minor| (minor, "month")));
    if let Some((minor, interval)) = implied.filter(|_| !fields.contains_key("amount_minor")) {
        fields.insert("amount_minor".to_owned(), minor);
        fields.insert("interval".to_owned(), interval.into());
    }
    fields.entry("system").or_insert_with(|| "manual".into());
}

/// The stage says whether a deal is won or lost, where nothing else does. The date of one that is open is only expected.
fn deal(fields: &mut Map<String, Value>) {
    if !fields.contains_key("status") {
        let stage = fields.get("stage").and_then(Value::as_str);
        let status = stage.map(|stage| meaning("deals.status", stage).unwrap_or("open"));
        fields.extend(status.map(|status| ("status".to_owned(), status.into())));
    }
    if fields.get("status").and_then(Value::as_str) == Some("open") {
        fields.remove("closed_at");
    }
}

fn contact(cells: &Cells<'_>, whose: Vec<Whose>) -> Result<Found, String> {
    let text = |field: &str| cells.get(field).map(|(_, text)| (*text).to_owned());
    let parts: Vec<String> = ["first_name", "last_name"].into_iter().filter_map(text).collect();
    let email = text("email");
    let name = text("name").or_else(|| (!parts.is_empty()).then(|| parts.join(" "))).or_else(|| email.clone());
    let name = name.ok_or("the row has neither a name nor an e-mail address")?;
    if email.as_deref().is_some_and(|email| !email.contains('@')) {
        return Err(cells.get("email").map_or_else(String::new, |(column, text)| {
            in_column(column, &format!("`{}` is not an e-mail address", cut(text)))
        }));
    }
    let primary = match cells.get("primary") {
        Some((column, text)) => {
            let flag = cell::value(Shape::Flag, "flag", text, column.shown);
            flag.map_err(|reason| in_column(column, &reason))?.as_bool().unwrap_or_default()
        }
        None => false,
    };
    of_somebody(whose).map(|whose| Found::Contact(whose, Contact { name, email, title: text("title"), primary }))
}

/// Whose a row is, the surest first.
fn whose(kind: RowKind, cells: &Cells<'_>) -> Vec<Whose> {
    let text = |field: &str| cells.get(field).map(|(_, text)| *text);
    let mut whose = Vec::new();
    for host in ["domain", "website"].into_iter().filter_map(text).filter_map(host) {
        let domain = Whose::Domain(host);
        if !whose.contains(&domain) {
            whose.push(domain);
        }
    }
    whose.extend(text("company_id").map(|id| Whose::Company(id.to_owned())));
    whose.extend(text("company").map(|name| Whose::Company(named(name))));
    let addresses = text("email").filter(|text| text.contains('@') && kind != RowKind::Accounts);
    whose.extend(addresses.map(|email| Whose::Addresses(vec![email.to_owned()])));
    whose
}

fn of_somebody(whose: Vec<Whose>) -> Result<Vec<Whose>, String> {
    if whose.is_empty() {
        return Err(
            "the row names no company; write its domain, its name or an e-mail address of somebody there".to_owned()
        );
    }
    Ok(whose)
}

/// What a company is known by where only its name is given.
fn named(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(folded).collect();
    format!("name:{}", words.join(" "))
}

/// The host of a domain, a web address or an e-mail address.
fn host(text: &str) -> Option<String> {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split(['/', '?', '#']).next().unwrap_or_default();
    let text = text.rsplit_once('@').map_or(text, |(_, host)| host);
    let text = text.split(':').next().unwrap_or_default();
    let host = crate::domain::host::canonical(text);
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (host.contains('.') && !host.contains(' ')).then(|| host.to_owned())
}

/// The code of a currency, however it is written.
fn code(text: &str) -> String {
    match text {
        "$" => "USD".to_owned(),
        text => meaning("currency", text).map_or_else(|| text.to_ascii_uppercase(), str::to_owned),
    }
}
