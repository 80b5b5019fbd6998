//! Where records come from: files and requests in the import format, files people have at hand, and connected systems.
//!
//! A connected system is a [`Source`]: it says which streams it has, gives them page by page from a cursor, and maps each
//! item of a page to records of the import format. Nothing here writes to the store, and nothing keeps what it fetched:
//! whoever drives a source ([`crate::app`]) keeps the items, the cursor and the records. A source knows its own
//! identifiers only; which account a record belongs to is said as [`Whose`] and settled by whoever drives it.
//!
//! [`emulator`] holds a double of each system: it speaks the system's protocol over HTTP, for tests and for people who
//! want to try a connection without an account anywhere.

pub mod attio;
mod buildbetter;
pub mod emulator;
mod feed;
mod figures;
pub mod files;
mod github;
pub mod http;
mod hubspot;
pub mod identity;
pub mod import;
pub mod oauth;
mod open;
mod posthog;
mod salesbricks;
mod salesforce;
mod stripe;
#[cfg(test)]
mod trial;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use open::{open, settings};

use crate::domain::account::Contact;
pub use crate::domain::connection::MissingScope;
use crate::domain::connection::Vendor;
use crate::domain::record::Record;
use crate::domain::time::Moment;

/// A system outside, connected with credentials.
#[async_trait]
pub trait Source: Send + Sync {
    /// Which system it is.
    fn vendor(&self) -> Vendor;

    /// Its streams, in the order they are fetched: companies before what belongs to them.
    fn streams(&self) -> &'static [Stream];

    /// Checks the credentials, and what each permission that is missing costs.
    ///
    /// # Errors
    /// When the system refuses the credentials or is out of reach.
    async fn preflight(&self) -> Result<Preflight, SourceError>;

    /// The page of a stream at `cursor`; the first one ever without a cursor. `now` bounds the window that is read.
    ///
    /// # Errors
    /// When the page cannot be fetched. Fetching it again with the same cursor is safe.
    async fn page(&self, stream: &Stream, cursor: Option<&Value>, now: Moment) -> Result<Page, SourceError>;

    /// One item of a stream as it is now; none where the system has it no more.
    ///
    /// # Errors
    /// When it cannot be fetched.
    async fn item(&self, stream: &Stream, id: &str) -> Result<Option<Item>, SourceError>;

    /// What an item says, in records. Pure: the same item gives the same.
    ///
    /// # Errors
    /// A sentence that says why it cannot be read. The item is set aside with it, and the others go on.
    fn map(&self, stream: &Stream, item: &Item) -> Result<Vec<Found>, String>;

    /// Which items a webhook delivery says have changed. They are fetched again: a delivery may come late, twice or out of
    /// order, and what it says of an item is not believed.
    ///
    /// # Errors
    /// Why the delivery is refused.
    fn delivery(&self, delivery: &Delivery<'_>, now: Moment) -> Result<Delivered, Refused> {
        let _ = (delivery, now);
        Err(Refused::NotOffered)
    }
}

/// A list of items of one kind that a system gives page by page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Its name: `invoices`.
    pub name: &'static str,
    /// How it is known that an item is no more.
    pub deletions: Deletions,
}

/// How it is known that an item of a stream is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletions {
    /// The system says so: in [`Page::gone`], or by [`Source::item`] giving none.
    Reported,
    /// A pass over the whole stream does not meet it.
    Unmet,
    /// Items of the past are never taken away.
    Never,
}

/// Some items of a stream.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The items, in the order to map them.
    pub items: Vec<Item>,
    /// Identifiers of items that are no more.
    pub gone: Vec<String>,
    /// How to go on.
    pub next: Next,
}

/// How a pass over a stream goes on after a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// There are more pages; the next is at this cursor.
    More(Value),
    /// The pass is done; the next pass begins at this cursor.
    Done {
        /// Where the next pass begins.
        cursor: Value,
        /// Whether this pass met every item the stream has: what it did not meet is no more.
        whole: bool,
    },
}

impl Default for Next {
    fn default() -> Self {
        Self::Done { cursor: Value::Null, whole: false }
    }
}

/// An item as the system gave it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its identifier in the stream.
    pub id: String,
    /// What the system said.
    pub raw: Value,
}

/// What an item says.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A company, as the system knows it.
    Company(Box<Company>),
    /// Somebody at a company.
    Contact(Vec<Whose>, Contact),
    /// A record. Its `account` is empty: the first of `Whose` that leads to an account fills it.
    Record(Vec<Whose>, Box<Record>),
}

impl Found {
    /// A record of one company of this system.
    #[must_use]
    pub fn of_company(company: &str, record: Record) -> Self {
        Self::Record(vec![Whose::Company(company.to_owned())], Box::new(record))
    }
}

/// To which account something belongs, as far as a system knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// To none: it concerns all accounts.
    Everybody,
    /// To the company with this identifier in this system.
    Company(String),
    /// To the company with this identifier in another system.
    CompanyOf(Vendor, String),
    /// To whoever has this internet domain.
    Domain(String),
    /// To whoever these e-mail addresses belong to: the first that is neither of our side nor of a mail provider.
    Addresses(Vec<String>),
}

/// A company, as one system knows it. What a system does not know is left empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Company {
    /// Its identifier in the system.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its internet domains or web addresses, the main one first, as they are written.
    #[serde(default)]
    pub domains: Vec<String>,
    /// E-mail addresses of people there, for a domain where none is given.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// The same company in other systems.
    #[serde(default)]
    pub same_as: Vec<(Vendor, String)>,
    /// Identifiers of companies that were merged into it.
    #[serde(default)]
    pub merged: Vec<String>,
    /// E-mail address of who owns it on our side.
    #[serde(default)]
    pub owner_email: Option<String>,
    /// Size or market segment.
    #[serde(default)]
    pub segment: Option<String>,
    /// People there.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// Seats it pays for.
    #[serde(default)]
    pub licensed_seats: Option<u32>,
    /// Where it can be opened in the system, where that is a CRM.
    #[serde(default)]
    pub crm_url: Option<String>,
    /// Anything else that is worth knowing: `industry`, `employees`.
    #[serde(default)]
    pub attributes: BTreeMap<String, Value>,
}

/// What a system lets these credentials do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preflight {
    /// Whose credentials they are, as the system says it: the name of the organisation.
    pub of: Option<String>,
    /// Permissions that are missing, each with what is not seen without it.
    pub missing: Vec<MissingScope>,
}

/// Why a system could not be asked. The texts are safe to show: they hold no secret and no customer's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The credentials are not taken, or not any more.
    #[error("{0}")]
    Unauthorized(String),
    /// The credentials are good, but not for this.
    #[error("{0}")]
    Forbidden(String),
    /// Too many requests.
    #[error("it takes no more requests for {} s", after.as_secs())]
    RateLimited {
        /// How long to wait.
        after: Duration,
    },
    /// Out of reach, or in trouble itself.
    #[error("{0}")]
    Unavailable(String),
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// It does not take the request.
    #[error("{0}")]
    Refused(String),
    /// The answer is not what the system documents.
    #[error("{0}")]
    Malformed(String),
}

/// A webhook delivery, as it came in.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The address it was sent to, with scheme, host and query, as the sender knows it.
    pub address: &'a str,
    /// The headers, names in small letters.
    pub headers: &'a BTreeMap<String, String>,
    /// The body, byte by byte as it came.
    pub body: &'a [u8],
}

/// What a delivery that is genuine says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// What tells the delivery from others: one that came before is not looked at again.
    pub id: String,
    /// The items that changed.
    pub changed: Vec<ChangedItem>,
}

/// An item that changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChangedItem {
    /// The stream's name.
    pub stream: String,
    /// The item's identifier.
    pub id: String,
}

/// Why a delivery is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The system sends none that are taken here.
    #[error("this source takes no webhook deliveries")]
    NotOffered,
    /// There is no secret to check signatures with.
    #[error("this connection has no webhook secret; connect it again with one")]
    NoSecret,
    /// The signature is not there or not right.
    #[error("the signature is not right")]
    Signature,
    /// It was signed too long ago, or in the future.
    #[error("it was signed too long ago")]
    Stale,
    /// The body is not what the system documents.
    #[error("the body cannot be read")]
    Unreadable,
}

/// What a connection is opened with.
#[derive(Clone, Default)]
pub struct Access {
    /// The API key, or the OAuth access token.
    pub key: String,
    /// What webhook deliveries are signed with, where that is another secret.
    pub webhook_secret: Option<String>,
    /// Everything else a system needs to know, by the names of [`Setting`].
    pub settings: BTreeMap<String, String>,
    /// What identifiers of records begin with: `stripe`, `stripe-2` for a second connection.
    pub prefix: String,
}

impl Access {
    /// A setting that is there and not blank.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// The identifier a record of this connection is kept under: `stripe:in_123`.
    #[must_use]
    pub fn record_id(&self, own: &str) -> String {
        format!("{}:{own}", self.prefix)
    }
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access").field("prefix", &self.prefix).field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Something a system needs to know besides the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name: `project`.
    pub name: &'static str,
    /// What to write, in a few words with an example.
    pub means: &'static str,
    /// Whether it has to be given.
    pub required: bool,
}
