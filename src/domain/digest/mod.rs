//! Digests: which accounts somebody wants to hear of, when, and where.

mod alert;
mod edition;
mod row;
mod schedule;
mod spoken;
mod standing;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::account::Section;
use super::health::Level;
use super::id::DigestId;
use super::person::reads_as_address;
use super::text::listed;
use super::time::Moment;
use super::tool::portfolio::{Portfolio, PortfolioOrder};
pub use alert::{AccountAlert, AlertPost};
pub use edition::{Disagreement, Edition, EditionRow, NamedAccount, Overdue, Owed, Renewals, Sources, Supply, Watched};
pub use row::{Circumstances, aside_from_news, next_step, reason, telling};
pub use schedule::Schedule;
pub use standing::{Acknowledged, RowState, Seen, Standing};

/// A digest somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Its identifier.
    pub id: DigestId,
    /// What it is called: `critical accounts of monica@piedpiper.com`.
    pub name: String,
    /// The e-mail address of whoever answers for it: they hear what goes wrong with it.
    pub owner: String,
    /// Where it goes.
    pub to: Destination,
    /// When it comes.
    pub schedule: Schedule,
    /// Which accounts it is about.
    pub accounts: Watching,
    /// Whether sharp moves of its accounts are said there at once.
    pub alerts: bool,
    /// When it comes next; none while it is paused.
    pub next_at: Option<Moment>,
    /// When it came last.
    pub last_at: Option<Moment>,
    /// Why the last one did not arrive, and what to do.
    pub problem: Option<String>,
}

/// Where a digest goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Destination {
    /// The page of digests.
    Web,
    /// A channel or a person in Slack.
    Slack(String),
    /// An e-mail address.
    Mail(String),
}

impl Destination {
    /// Reads `web`, `slack:#channel`, `slack:@person` or `mail:ADDRESS`.
    ///
    /// # Errors
    /// A sentence that says what there is.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (kind, place) = text.split_once(':').map_or((text, ""), |(kind, place)| (kind, place.trim()));
        match kind.to_lowercase().as_str() {
            "web" if place.is_empty() => Ok(Self::Web),
            "slack" if place.trim_start_matches(['#', '@']).is_empty() => {
                Err("Say which channel or whom in Slack, as in `slack:#customer-health` or `slack:@monica`.".to_owned())
            }
            "slack" if !place.contains(char::is_whitespace) => Ok(Self::Slack(place.to_owned())),
            "mail" if reads_as_address(place) => Ok(Self::Mail(place.to_lowercase())),
            "mail" => Err(format!("`{place}` is no e-mail address; write `mail:name@example.com`.")),
            _ => Err(format!(
                "`{text}` is nowhere a digest can go; there is `web`, `slack:#channel`, `slack:@person` and \
                 `mail:ADDRESS`."
            )),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Web => f.write_str("web"),
            Self::Slack(place) => write!(f, "slack:{place}"),
            Self::Mail(address) => write!(f, "mail:{address}"),
        }
    }
}

impl From<Destination> for String {
    fn from(destination: Destination) -> Self {
        destination.to_string()
    }
}

impl TryFrom<String> for Destination {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text)
    }
}

/// Which accounts a digest is about. Every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watching {
    /// Only accounts of this owner (e-mail address or name); everybody's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Only these levels; critical ones when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// Only with annual recurring revenue of at least this, in whole units of its own currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arr_at_least: Option<u64>,
    /// Only accounts that renew within this many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewing_within_days: Option<u32>,
    /// Only in these sections; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Section>,
    /// Only of this segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
}

impl Watching {
    /// The levels it is about.
    #[must_use]
    pub fn levels(&self) -> Vec<Level> {
        if self.levels.is_empty() { vec![Level::Critical] } else { self.levels.clone() }
    }

    /// The conditions, whatever the level.
    #[must_use]
    pub fn at_any_level(&self) -> Portfolio {
        Portfolio {
            owner: self.owner.clone(),
            arr_at_least: self.arr_at_least,
            renewing_within_days: self.renewing_within_days,
            sections: self.sections.clone(),
            segment: self.segment.clone(),
            ..Portfolio::default()
        }
    }

    /// The conditions.
    #[must_use]
    pub fn portfolio(&self) -> Portfolio {
        Portfolio { levels: self.levels(), order: PortfolioOrder::Score, ..self.at_any_level() }
    }

    /// In words: `critical accounts of monica@piedpiper.com`.
    #[must_use]
    pub fn words(&self) -> String {
        let levels: Vec<&str> = self.levels().into_iter().map(Level::label).collect();
        let mut words = match levels.len() {
            3 => "all accounts".to_owned(),
            _ => format!("{} accounts", listed(&levels)),
        };
        words += &self.owner.as_ref().map(|owner| format!(" of {owner}")).unwrap_or_default();
        words += &self.segment.as_ref().map(|segment| format!(", segment {segment}")).unwrap_or_default();
        if !self.sections.is_empty() {
            let sections: Vec<&str> = self.sections.iter().map(|section| section.label()).collect();
            words += &format!(", in {}", sections.join(" or "));
        }
        words += &self.arr_at_least.map(|floor| format!(", ARR at least {floor}")).unwrap_or_default();
        let renewal = self.renewing_within_days.map(|days| format!(", renewing within {days} days"));
        words + &renewal.unwrap_or_default()
    }
}
