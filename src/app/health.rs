//! Scores over time: how one moved and why, what other weights would change, and what owners think of their accounts.

use chrono::NaiveDate;

use super::people::Console;
use super::{App, AppError, Origin};
use crate::domain::account::Rating;
use crate::domain::health::{HealthConfig, Mark, Refresh, assess};
use crate::domain::record::RecordKind;
use crate::domain::time::Window;
use crate::store::HealthSetting;

/// Accounts a preview looks at, at most.
const LOOKED_AT: usize = 20_000;

/// Accounts it reads at once.
const AT_ONCE: u32 = 200;

/// Accounts it names, at most.
const NAMED: usize = 50;

/// Changes of the settings that are listed, at most.
const LISTED: u32 = 50;

/// Refreshes of an account that are listed, at most.
const REFRESHES: u32 = 400;

/// The letters of a note beside a rating, at most.
const NOTE: usize = 2_000;

/// The weights and thresholds of a workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthSettings {
    /// What holds.
    pub rules: HealthConfig,
    /// The version of what people set last; 0 where nobody did.
    pub version: i64,
    /// Who set what, the latest first.
    pub history: Vec<HealthSetting>,
}

/// What other weights would change.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthPreview {
    /// The weights and thresholds that were tried.
    pub rules: HealthConfig,
    /// How many accounts were looked at.
    pub looked_at: usize,
    /// How many there are.
    pub accounts: u64,
    /// How many of those looked at would have another score.
    pub moved: usize,
    /// How many would have another level.
    pub switched: usize,
    /// The first of those, the furthest moved first.
    pub switches: Vec<Switch>,
}

/// An account whose level would be another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// Its score now.
    pub before: Mark,
    /// Its score by the other weights.
    pub after: Mark,
}

impl App {
    /// The weights and thresholds that hold, and who set them.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn health_settings(&self) -> Result<HealthSettings, AppError> {
        let history = self.intake.store.health_settings(self.workspace, LISTED).await?;
        let latest = history.first();
        let (rules, version) = (self.intake.rules_of(latest), latest.map_or(0, |set| set.version));
        Ok(HealthSettings { rules, version, history })
    }

    /// What would change by these changes of the weights and thresholds; nothing is set.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for what is no weight or threshold, or contradicts another.
    pub async fn preview_health(&self, changes: &serde_json::Value) -> Result<HealthPreview, AppError> {
        let now = self.now();
        let before = self.intake.rules().await?;
        let rules = changed(&before, changes)?;
        let store = &self.intake.store;
        let accounts = store.workspace_counts(self.workspace, &[RecordKind::Account]).await?;
        let mut preview = HealthPreview {
            rules,
            looked_at: 0,
            accounts: accounts.first().map_or(0, |(_, count)| *count),
            moved: 0,
            switched: 0,
            switches: Vec::new(),
        };
        let mut after = None;
        while preview.looked_at < LOOKED_AT {
            let ids = store.tracked_after(self.workspace, after, AT_ONCE).await?;
            after = ids.last().copied();
            if ids.is_empty() {
                break;
            }
            for data in store.account_data_of(self.workspace, &ids, now.day()).await? {
                let input = data.health_input();
                let marks = [&before, &preview.rules].map(|rules| Mark::of(&assess(&input, now, rules)));
                preview.add(&data.account.record.domain, &data.account.record.name, marks);
            }
            // Others have their turn between two reads.
            tokio::task::yield_now().await;
        }
        let furthest = |switch: &Switch| std::cmp::Reverse(switch.before.score.abs_diff(switch.after.score));
        preview.switches.sort_by_key(|switch| (furthest(switch), switch.name.clone()));
        preview.switches.truncate(NAMED);
        Ok(preview)
    }

    /// Sets weights and thresholds; `changes` none: those of the configuration again. `after` is the version whoever
    /// changes them has seen. All scores are computed anew in the background.
    ///
    /// # Errors
    /// As [`App::preview_health`]; [`AppError::Conflict`] when somebody else changed them meanwhile.
    pub async fn set_health(
        &self,
        changes: Option<&serde_json::Value>,
        after: Option<i64>,
        note: Option<&str>,
        origin: &Origin,
        from: Console,
    ) -> Result<HealthSettings, AppError> {
        self.may_administer(origin, from, "change how accounts are scored").await?;
        let by = self.identified(&origin.by).await?;
        let settings = self.health_settings().await?;
        let rules = changes.map(|changes| changed(&settings.rules, changes)).transpose()?;
        let after = after.unwrap_or(settings.version);
        let note = note.map(str::trim).filter(|note| !note.is_empty());
        let store = &self.intake.store;
        store.put_health_setting(self.workspace, after, rules.as_ref(), (&by.who, note), self.now()).await?;
        self.health_settings().await
    }

    /// How the health of an account moved since a day, the oldest refresh first; with the last one before that day.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such account.
    pub async fn health_history(&self, account: &str, since: Option<NaiveDate>) -> Result<Vec<Refresh>, AppError> {
        let account = self.account(account).await?;
        let window = Window { since, until: None };
        Ok(self.intake.store.health_history(self.workspace, &account, &window, REFRESHES).await?)
    }

    /// Keeps what somebody thinks of an account, 1 to 5. It stands beside the score and never goes into it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for another number, or for whoever may only read.
    pub async fn rate(
        &self,
        account: &str,
        rating: u8,
        note: Option<&str>,
        origin: &Origin,
    ) -> Result<Rating, AppError> {
        let by = self.acting(origin, "read accounts and not rate them").await?;
        if !(1..=5).contains(&rating) {
            return Err(AppError::Invalid(format!(
                "{rating} is no rating; give 1 (in trouble) to 5 (could not be better)."
            )));
        }
        let note = note.map(str::trim).filter(|note| !note.is_empty());
        if note.is_some_and(|note| note.chars().count() > NOTE) {
            return Err(AppError::Invalid(format!(
                "The note beside a rating holds {NOTE} letters at most; write the rest as a note on the account."
            )));
        }
        let account = self.account_to_change(account).await?;
        let rating = Rating { rating, note: note.map(str::to_owned), by: by.who, at: self.now() };
        self.intake.store.put_rating(self.workspace, &account, &rating).await?;
        Ok(rating)
    }
}

impl HealthPreview {
    fn add(&mut self, domain: &str, name: &str, [before, after]: [Mark; 2]) {
        self.looked_at += 1;
        self.moved += usize::from(before != after);
        if before.level != after.level {
            self.switched += 1;
            let (domain, name) = (domain.to_owned(), name.to_owned());
            self.switches.push(Switch { domain, name, before, after });
        }
    }
}

/// The rules with some of them changed: an object like the one they are shown as, with only what is to be another.
fn changed(rules: &HealthConfig, changes: &serde_json::Value) -> Result<HealthConfig, AppError> {
    let invalid = |reason: String| AppError::Invalid(reason);
    let mut all = serde_json::to_value(rules).map_err(|error| invalid(error.to_string()))?;
    merge(&mut all, changes, "").map_err(invalid)?;
    let rules: HealthConfig = serde_json::from_value(all).map_err(|error| invalid(format!("health: {error}")))?;
    rules.check().map_err(invalid)?;
    Ok(rules)
}

/// Puts values in the place of others, by name.
fn merge(all: &mut serde_json::Value, changes: &serde_json::Value, at: &str) -> Result<(), String> {
    use serde_json::Value;
    let Value::Object(changes) = changes else {
        return Err("health: give an object such as {\"critical_below\": 45, \"usage\": {\"none\": 25}}".to_owned());
    };
    for (name, change) in changes {
        let Some(value) = all.get_mut(name) else {
            let there: Vec<&str> = all.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
            return Err(format!("health: there is no `{at}{name}`; there is {}", there.join(", ")));
        };
        match (&*value, change) {
            (Value::Object(_), Value::Object(_)) => merge(value, change, &format!("{at}{name}."))?,
            (Value::Number(_), Value::Number(_)) => *value = change.clone(),
            (Value::Object(_), _) => {
                return Err(format!("health: `{at}{name}` holds several values; name one of them, as `{at}{name}.x`"));
            }
            _ => return Err(format!("health: `{at}{name}` is a number, {value} now; give a number")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changes_leave_the_rest_as_it_is_and_say_what_is_wrong_with_them() {
        let rules = HealthConfig::default();
        let stricter = changed(&rules, &json!({"critical_below": 50, "usage": {"none": 30}})).unwrap();
        assert_eq!((stricter.critical_below, stricter.usage.none), (50, 30));
        assert_eq!((stricter.base, &stricter.money), (rules.base, &rules.money));
        for (changes, says) in [
            (json!({"critical_bellow": 50}), "there is no `critical_bellow`"),
            (json!({"usage": {"nobody": 1}}), "there is no `usage.nobody`; there is stale_after_days"),
            (json!({"critical_below": 90}), "must be below `healthy_from`"),
            (json!({"usage": 4}), "`usage` holds several values"),
            (json!({"base": "much"}), "`base` is a number, 75 now"),
            (json!({"base": -4}), "health: "),
            (json!([1]), "give an object"),
        ] {
            let error = changed(&rules, &changes).unwrap_err().to_string();
            assert!(error.contains(says), "{changes}: {error}");
        }
    }
}
