//! The account: a customer company, keyed by its domain, and where its next action belongs.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::action::{Decision, MOST_DAYS_SNOOZED, Value};
use super::id::AccountId;
use super::revenue::{BillingStatus, DealStatus};
use super::time::Moment;

/// A person at the customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// Full name.
    pub name: String,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Job title.
    #[serde(default)]
    pub title: Option<String>,
    /// Whether this is the first person to write to.
    #[serde(default)]
    pub primary: bool,
}

/// An account as it is imported.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountRecord {
    /// Internet domain of the customer; the account's key (`hooli.com`).
    pub domain: String,
    /// The customer's name.
    pub name: String,
    /// E-mail address of the customer success manager who owns the account.
    #[serde(default)]
    pub owner_email: Option<String>,
    /// Size or market segment, in the workspace's own words.
    #[serde(default)]
    pub segment: Option<String>,
    /// People at the customer.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// Seats the customer has paid for.
    #[serde(default)]
    pub licensed_seats: Option<u32>,
    /// Where the account stands in the CRM.
    #[serde(default)]
    pub crm_url: Option<String>,
    /// Anything else known. Read by the product: `aliases` (other names, a list), `section` (where it was routed),
    /// `tracked` (false leaves it out of health monitoring).
    #[serde(default)]
    pub attributes: BTreeMap<String, serde_json::Value>,
}

/// What somebody of our side thinks of an account, in figures. It stands beside the score and never goes into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// 1 (in trouble) to 5 (could not be better).
    pub rating: u8,
    /// Why.
    pub note: Option<String>,
    /// Who thinks so.
    pub by: String,
    /// Since when.
    pub at: Moment,
}

impl AccountRecord {
    /// Other names people use for the account.
    #[must_use]
    pub fn aliases(&self) -> Vec<&str> {
        match self.attributes.get("aliases") {
            Some(serde_json::Value::Array(names)) => names.iter().filter_map(serde_json::Value::as_str).collect(),
            Some(serde_json::Value::String(name)) => vec![name],
            _ => Vec::new(),
        }
    }

    /// The section it was put into explicitly, if any.
    #[must_use]
    pub fn assigned_section(&self) -> Option<Section> {
        self.attributes.get("section").and_then(serde_json::Value::as_str).and_then(Section::parse)
    }

    /// Where its next action belongs: the section it was put into, else the one its contracts and deals tell. `billing`
    /// and `deals` are the statuses of its contracts and opportunities, in any order.
    #[must_use]
    pub fn section(&self, billing: &[BillingStatus], deals: &[DealStatus]) -> Section {
        if let Some(assigned) = self.assigned_section() {
            return assigned;
        }
        let billed = |status| billing.contains(&status);
        let active = billed(BillingStatus::Active) || billed(BillingStatus::PastDue);
        let to_sign = billed(BillingStatus::Pending) || billed(BillingStatus::Draft);
        let lapsed = billed(BillingStatus::Expired) && !active;
        let lost = deals.contains(&DealStatus::Lost) || billed(BillingStatus::Canceled);
        if billed(BillingStatus::Trialing) {
            Section::Convert
        } else if to_sign || lapsed {
            Section::Contracts
        } else if active {
            Section::Health
        } else if deals.contains(&DealStatus::Open) {
            Section::Pipeline
        } else if lost {
            Section::Reengage
        } else {
            Section::Health
        }
    }

    /// Whether it takes part in health monitoring, roll-ups and digests.
    #[must_use]
    pub fn tracked(&self) -> bool {
        self.attributes.get("tracked").and_then(serde_json::Value::as_bool).unwrap_or(true)
    }

    /// The contact to write to first: the one marked primary, else the first.
    #[must_use]
    pub fn primary_contact(&self) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.primary).or_else(|| self.contacts.first())
    }
}

/// An account as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Its identifier.
    pub id: AccountId,
    /// What was imported.
    #[serde(flatten)]
    pub record: AccountRecord,
    /// Where its next action belongs.
    pub section: Section,
    /// What people decided about it; the record above has it laid over what was imported.
    #[serde(default)]
    pub decided: Decided,
}

/// What people decided about an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Where it was routed.
    pub routed: Option<Decision>,
    /// Whether it is tracked.
    pub tracked: Option<Decision>,
    /// Until when it is snoozed.
    pub snoozed: Option<Decision>,
    /// Who owns it.
    pub owner: Option<Decision>,
}

impl From<BTreeMap<String, Decision>> for Decided {
    /// From decisions by their keys.
    fn from(mut decisions: BTreeMap<String, Decision>) -> Self {
        Self {
            routed: decisions.remove("section"),
            tracked: decisions.remove("tracked"),
            snoozed: decisions.remove("snoozed"),
            owner: decisions.remove("owner"),
        }
    }
}

impl Decided {
    /// Lays what was decided over what was imported.
    pub fn lay_over(&self, record: &mut AccountRecord) {
        let value = |decision: &Option<Decision>| decision.as_ref().map(|decision| decision.value.clone());
        if let Some(Value::Section { to, .. }) = value(&self.routed) {
            record.attributes.insert("section".to_owned(), to.wire().into());
        }
        if let Some(Value::Tracked(tracked)) = value(&self.tracked) {
            record.attributes.insert("tracked".to_owned(), tracked.into());
        }
        if let Some(Value::Owner(owner)) = value(&self.owner) {
            record.owner_email = Some(owner);
        }
    }

    /// Where it was routed from, with the decision, while it still is where it was routed to.
    #[must_use]
    pub fn routed_from(&self) -> Option<(Section, &Decision)> {
        let decision = self.routed.as_ref()?;
        match decision.value {
            Value::Section { from, to } if from != to => Some((from, decision)),
            _ => None,
        }
    }

    /// The first day it is in digests again, where that is after `today`. However far ahead a snooze was once set, it ends
    /// [`MOST_DAYS_SNOOZED`] days after it was decided.
    #[must_use]
    pub fn snoozed_until(&self, today: NaiveDate) -> Option<NaiveDate> {
        let decision = self.snoozed.as_ref()?;
        let Value::SnoozedUntil(day) = decision.value else { return None };
        let last = decision.at.day() + Duration::days(MOST_DAYS_SNOOZED);
        Some(day.min(last)).filter(|day| *day > today)
    }
}

/// Where the next action on an account belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Triage of customers by health.
    Health,
    /// Trials and prospects to be won.
    Convert,
    /// Contracts waiting to be signed or renewed.
    Contracts,
    /// Open opportunities.
    Pipeline,
    /// Closed-lost accounts to win back.
    Reengage,
    /// Customers to tell that what they asked for has shipped.
    CloseTheLoop,
}

impl Section {
    /// All sections, in the order a CSM walks through them.
    pub const ALL: [Self; 6] =
        [Self::Health, Self::Convert, Self::Contracts, Self::Pipeline, Self::Reengage, Self::CloseTheLoop];

    /// The name people see.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Health => "Health",
            Self::Convert => "Convert",
            Self::Contracts => "Contracts",
            Self::Pipeline => "Pipeline",
            Self::Reengage => "Re-engage",
            Self::CloseTheLoop => "Close the Loop",
        }
    }

    /// The name used on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Convert => "convert",
            Self::Contracts => "contracts",
            Self::Pipeline => "pipeline",
            Self::Reengage => "reengage",
            Self::CloseTheLoop => "close_the_loop",
        }
    }

    /// Reads a section however it is written: `Re-engage`, `close the loop`, `close_the_loop`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters = |text: &str| -> String {
            text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
        };
        let wanted = letters(text);
        Self::ALL.into_iter().find(|section| letters(section.wire()) == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_read_however_it_is_written() {
        for text in ["Re-engage", "reengage", "RE ENGAGE"] {
            assert_eq!(Section::parse(text), Some(Section::Reengage));
        }
        assert_eq!(Section::parse("Close the Loop"), Some(Section::CloseTheLoop));
        assert_eq!(Section::parse("nowhere"), None);
    }

    #[test]
    fn contracts_and_deals_tell_the_section() {
        use BillingStatus::{Active, Canceled, Draft, Expired, PastDue, Pending, Trialing};
        let told = |billing: &[BillingStatus], deals: &[DealStatus]| AccountRecord::default().section(billing, deals);
        assert_eq!(told(&[Trialing, Canceled], &[DealStatus::Open]), Section::Convert);
        assert_eq!(told(&[Pending, Active], &[]), Section::Contracts);
        assert_eq!(told(&[Draft], &[]), Section::Contracts);
        assert_eq!(told(&[Expired], &[DealStatus::Open]), Section::Contracts);
        assert_eq!(told(&[Expired, Active], &[]), Section::Health);
        assert_eq!(told(&[PastDue], &[DealStatus::Open]), Section::Health);
        assert_eq!(told(&[], &[DealStatus::Lost, DealStatus::Open]), Section::Pipeline);
        assert_eq!(told(&[Canceled], &[]), Section::Reengage);
        assert_eq!(told(&[], &[DealStatus::Lost]), Section::Reengage);
        assert_eq!(told(&[], &[DealStatus::Won]), Section::Health);
    }

    #[test]
    fn a_section_somebody_chose_wins() {
        let attributes = BTreeMap::from([("section".to_owned(), "close_the_loop".into())]);
        let account = AccountRecord { attributes, ..AccountRecord::default() };
        assert_eq!(account.section(&[BillingStatus::Active], &[]), Section::CloseTheLoop);
    }
}
