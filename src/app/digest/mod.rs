//! Digests: who gets which, when, and what becomes of each.

mod alert;
mod deliver;
mod demo;
mod edition;
mod read;
mod stand_in;
mod summary;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{App, AppError, Origin};
use crate::domain::account::Section;
use crate::domain::actor::Actor;
use crate::domain::digest::{Acknowledged, Destination, Digest, Edition, RowState, Schedule, Standing, Watching};
use crate::domain::health::Level;
use crate::domain::id::{AccountId, DigestId};
use crate::domain::time::Moment;
use crate::store::EditionRecord;

pub use deliver::DueEdition;
pub use read::digest_text;

/// Editions listed at most.
const LISTED: u32 = 50;

/// Characters of a name at most.
const LONGEST_NAME: usize = 120;

/// A digest as somebody asks for it. What is absent stays as it is, or is the usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DigestWanted {
    /// What it is called.
    pub name: Option<String>,
    /// `web`, `slack:#channel`, `slack:@person` or `mail:ADDRESS`.
    pub to: Option<String>,
    /// As in `30 8 * * 1` or `Mondays 8:30`.
    pub schedule: Option<String>,
    /// IANA name of the zone the schedule is told in.
    pub zone: Option<String>,
    /// Whose accounts, by e-mail address or name; `all` for everybody's.
    pub owner: Option<String>,
    /// `critical`, `at risk`, `healthy`; `all` for all.
    pub levels: Option<Vec<String>>,
    /// ARR of at least this, in whole units of its currency; 0 for any.
    pub arr_at_least: Option<u64>,
    /// Renewing within so many days; 0 for any.
    pub renewing_within_days: Option<u32>,
    /// Sections; `all` for all.
    pub sections: Option<Vec<String>>,
    /// A segment; `all` for all.
    pub segment: Option<String>,
    /// Whether sharp moves are said at once.
    pub alerts: Option<bool>,
}

impl App {
    /// All digests, by name.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn digests(&self) -> Result<Vec<Digest>, AppError> {
        Ok(self.intake.store.digests(self.workspace).await?)
    }

    /// A digest, by its identifier, the beginning of it or its name.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when none, or more than one, is called so.
    pub async fn digest(&self, named: &str) -> Result<Digest, AppError> {
        let named = named.trim();
        if let Ok(id) = named.parse() {
            return Ok(self.intake.store.digest(self.workspace, id).await?);
        }
        let mut found = self.digests().await?;
        found.retain(|digest| {
            digest.name.eq_ignore_ascii_case(named) || named.len() >= 4 && digest.id.to_string().ends_with(named)
        });
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(AppError::NotFound(format!(
                "There is no digest `{named}`; `success-agent digest list` shows them with their identifiers."
            ))),
            several => Err(AppError::NotFound(format!(
                "{several} digests are called `{named}`; name one by its identifier, as `success-agent digest list` shows it."
            ))),
        }
    }

    /// Adds a digest.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with what is wrong and what to write instead.
    pub async fn add_digest(&self, wanted: &DigestWanted, origin: &Origin) -> Result<Digest, AppError> {
        let by = self.who_may_change_digests(origin).await?;
        let missing = |what: &str| AppError::Invalid(format!("Say {what} the digest is to go."));
        let to = wanted.to.as_deref().ok_or_else(|| missing("where"))?;
        let schedule = wanted.schedule.as_deref().ok_or_else(|| missing("when"))?;
        let to = Destination::read(to).map_err(AppError::Invalid)?;
        let zone = wanted.zone.as_deref().unwrap_or(self.intake.clock.zone().name());
        let schedule = Schedule::read(schedule, zone, self.now()).map_err(AppError::Invalid)?;
        let accounts = self.watching(Watching::default(), wanted).await?;
        let name = wanted.name.clone().unwrap_or_else(|| accounts.words());
        let owner = accounts.owner.clone().unwrap_or_else(|| by.who.clone());
        let next_at = schedule.next_after(self.now());
        let digest = Digest {
            id: DigestId::new(),
            name: named(&name)?,
            owner,
            to,
            schedule,
            accounts,
            alerts: wanted.alerts.unwrap_or(true),
            next_at,
            last_at: None,
            problem: None,
        };
        self.intake.store.put_digest(self.workspace, &digest, &by.who, self.now()).await?;
        Ok(digest)
    }

    /// Changes a digest.
    ///
    /// # Errors
    /// As [`App::add_digest`]; [`AppError::NotFound`] when there is none.
    pub async fn edit_digest(&self, digest: &str, wanted: &DigestWanted, origin: &Origin) -> Result<Digest, AppError> {
        let by = self.who_may_change_digests(origin).await?;
        let mut digest = self.digest(digest).await?;
        let own_name = digest.name == digest.accounts.words();
        digest.alerts = wanted.alerts.unwrap_or(digest.alerts);
        if let Some(to) = &wanted.to {
            digest.to = Destination::read(to).map_err(AppError::Invalid)?;
        }
        if wanted.schedule.is_some() || wanted.zone.is_some() {
            let cron = wanted.schedule.as_deref().unwrap_or(digest.schedule.cron());
            let zone = wanted.zone.as_deref().unwrap_or(digest.schedule.zone().name());
            digest.schedule = Schedule::read(cron, zone, self.now()).map_err(AppError::Invalid)?;
            digest.next_at = digest.next_at.and_then(|_| digest.schedule.next_after(self.now()));
        }
        digest.accounts = self.watching(digest.accounts, wanted).await?;
        if let Some(owner) = digest.accounts.owner.clone().filter(|_| wanted.owner.is_some()) {
            digest.owner = owner;
        }
        digest.name = match &wanted.name {
            Some(name) => named(name)?,
            None if own_name => digest.accounts.words(),
            None => digest.name,
        };
        digest.problem = None;
        self.intake.store.put_digest(self.workspace, &digest, &by.who, self.now()).await?;
        Ok(digest)
    }

    /// Has a digest rest, or come again.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn pause_digest(&self, digest: &str, paused: bool, origin: &Origin) -> Result<Digest, AppError> {
        let by = self.who_may_change_digests(origin).await?;
        let mut digest = self.digest(digest).await?;
        digest.next_at = if paused { None } else { digest.schedule.next_after(self.now()) };
        self.intake.store.put_digest(self.workspace, &digest, &by.who, self.now()).await?;
        Ok(digest)
    }

    /// Takes a digest away, with what it said.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn remove_digest(&self, digest: &str, origin: &Origin) -> Result<Digest, AppError> {
        self.who_may_change_digests(origin).await?;
        let digest = self.digest(digest).await?;
        self.intake.store.remove_digest(self.workspace, digest.id).await?;
        Ok(digest)
    }

    /// What a digest would say now; nothing is kept of it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn preview_digest(&self, digest: &str) -> Result<Edition, AppError> {
        let digest = self.digest(digest).await?;
        Ok(self.edition(&digest, self.now()).await?.edition)
    }

    /// What a digest said lately, the latest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn editions(&self, digest: &str) -> Result<Vec<EditionRecord>, AppError> {
        let digest = self.digest(digest).await?;
        Ok(self.intake.store.editions(self.workspace, digest.id, LISTED).await?)
    }

    /// What a digest said last; what it would say now where it was never sent, and whether that is so.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn latest_edition(&self, digest: &Digest) -> Result<(Edition, bool), AppError> {
        // The latest times may have been skipped.
        let said = self.intake.store.editions(self.workspace, digest.id, 5).await?;
        match said.into_iter().find_map(|record| record.edition) {
            Some(edition) => Ok((edition, false)),
            None => Ok((self.edition(digest, self.now()).await?.edition, true)),
        }
    }

    /// What a digest said at a time of its schedule.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn edition_of(&self, digest: DigestId, period: Option<Moment>) -> Result<Option<Edition>, AppError> {
        let Some(period) = period else { return Ok(None) };
        Ok(self.intake.store.edition(self.workspace, digest, period).await?.and_then(|record| record.edition))
    }

    /// How accounts stand in a digest, by their domains.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn standings_by_domain(&self, digest: DigestId) -> Result<BTreeMap<String, Standing>, AppError> {
        let store = &self.intake.store;
        let standings = store.digest_standings(self.workspace, digest).await?;
        let ids: Vec<AccountId> = standings.keys().copied().collect();
        let domains = store.domains_of(self.workspace, &ids).await?;
        Ok(domains.into_iter().filter_map(|(id, domain)| Some((domain, standings.get(&id)?.clone()))).collect())
    }

    /// Says that somebody sees to an account of a digest: it is quiet there until it gets worse.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the account is not in it.
    pub async fn acknowledge(&self, digest: &str, account: &str, origin: &Origin) -> Result<Digest, AppError> {
        let by = self.who_may_change_digests(origin).await?;
        let acknowledged = Acknowledged { by: by.who, at: self.now() };
        self.put_aside(digest, account, |standing| {
            standing.acknowledged = Some(acknowledged);
            standing.state = RowState::Acknowledged;
        })
        .await
    }

    /// Puts an account of a digest aside until a day.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the account is not in it; [`AppError::Invalid`] for a day that is not ahead.
    pub async fn snooze_in_digest(
        &self,
        digest: &str,
        account: &str,
        until: NaiveDate,
        origin: &Origin,
    ) -> Result<Digest, AppError> {
        self.who_may_change_digests(origin).await?;
        if until <= self.now().day() {
            return Err(AppError::Invalid(format!("{until} is not ahead; name a later day.")));
        }
        self.put_aside(digest, account, |standing| {
            standing.snoozed_until = Some(until);
            standing.state = RowState::Snoozed;
        })
        .await
    }

    async fn put_aside(
        &self,
        digest: &str,
        account: &str,
        change: impl FnOnce(&mut Standing),
    ) -> Result<Digest, AppError> {
        let digest = self.digest(digest).await?;
        let account = self.account_to_change(account).await?;
        let known = self.agent.tools.known(self.workspace).await?;
        let id = known.records.account_data(&account).await?.account.id;
        if !self.intake.store.change_standing(self.workspace, digest.id, id, change).await? {
            return Err(AppError::NotFound(format!("{account} is not in the last edition of “{}”.", digest.name)));
        }
        Ok(digest)
    }

    /// Who it is, where they may change digests.
    async fn who_may_change_digests(&self, origin: &Origin) -> Result<Actor, AppError> {
        self.acting(origin, "read digests and not change them").await
    }

    /// Which accounts are wanted, with what is not said as it was.
    async fn watching(&self, mut before: Watching, wanted: &DigestWanted) -> Result<Watching, AppError> {
        let all = |text: &str| text.trim().eq_ignore_ascii_case("all");
        if let Some(owner) = wanted.owner.as_deref() {
            before.owner = if all(owner) { None } else { Some(self.owner_called(owner).await?) };
        }
        if let Some(levels) = &wanted.levels {
            before.levels = match levels.as_slice() {
                [one] if all(one) => vec![Level::Critical, Level::AtRisk, Level::Healthy],
                named => named.iter().map(|name| level(name)).collect::<Result<_, _>>()?,
            };
        }
        if let Some(sections) = &wanted.sections {
            before.sections = match sections.as_slice() {
                [one] if all(one) => Vec::new(),
                named => named.iter().map(|name| section(name)).collect::<Result<_, _>>()?,
            };
        }
        if let Some(segment) = wanted.segment.as_deref() {
            before.segment = Some(segment.trim().to_owned()).filter(|segment| !segment.is_empty() && !all(segment));
        }
        before.arr_at_least = wanted.arr_at_least.or(before.arr_at_least).filter(|floor| *floor > 0);
        before.renewing_within_days =
            wanted.renewing_within_days.or(before.renewing_within_days).filter(|days| *days > 0);
        Ok(before)
    }

    /// The address of the one colleague who is called so.
    async fn owner_called(&self, named: &str) -> Result<String, AppError> {
        let called = self.intake.store.colleagues_called(self.workspace, named).await?;
        match called.as_slice() {
            [one] => Ok(one.clone()),
            [] if named.contains('@') => Ok(named.trim().to_lowercase()),
            [] => Err(AppError::NotFound(format!(
                "Nobody called `{named}` owns accounts or uses this workspace; write their e-mail address."
            ))),
            several => Err(AppError::Invalid(format!("`{named}` may be {}; say which.", several.join(" or ")))),
        }
    }
}

fn named(name: &str) -> Result<String, AppError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(AppError::Invalid(format!("A digest has a name of 1 to {LONGEST_NAME} characters.")));
    }
    Ok(name.to_owned())
}

fn level(name: &str) -> Result<Level, AppError> {
    Level::parse(name)
        .ok_or_else(|| AppError::Invalid(format!("`{name}` is no level; there is critical, at risk, healthy and all.")))
}

fn section(name: &str) -> Result<Section, AppError> {
    Section::parse(name).ok_or_else(|| {
        let all: Vec<&str> = Section::ALL.iter().map(|section| section.label()).collect();
        AppError::Invalid(format!("`{name}` is no section; there is {}.", all.join(", ")))
    })
}
