//! `GET /health/settings`: the weights and thresholds of the score, and what others would change. Looking at that needs no
//! script; setting them does.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Number, Value};

use super::{Tab, tabs};
use crate::app::{AppError, Console, HealthPreview, HealthSettings};
use crate::domain::account::Section;
use crate::domain::health::HealthConfig;
use crate::domain::text::capital;
use crate::web::actor::Sender;
use crate::web::error::Problem;
use crate::web::extract::Params;
use crate::web::hub::address;
use crate::web::hub::words::{When, level};
use crate::web::state::Web;

/// Changes of the settings that are shown.
const HISTORY: usize = 10;

/// What the weights are and mean, as their documentation says.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| schemars::schema_for!(HealthConfig).to_value());

/// The page.
#[derive(Debug, Serialize)]
struct SettingsPage {
    tabs: Vec<Tab>,
    groups: Vec<Group>,
    /// The version the changes are made after.
    version: i64,
    history: Vec<Set>,
    changed: Vec<Change>,
    /// What is to be sent to set them.
    changes: String,
    preview: Option<Preview>,
    problem: Option<String>,
    /// Whether whoever looks may set them, else why not.
    may: bool,
    why_not: Option<String>,
    /// Whether people set others than the configuration says.
    set: bool,
}

/// Weights that belong together.
#[derive(Debug, Serialize)]
struct Group {
    name: String,
    about: String,
    fields: Vec<Field>,
}

/// A weight.
#[derive(Debug, Serialize)]
struct Field {
    path: String,
    name: String,
    about: String,
    value: String,
    now: String,
    step: &'static str,
    changed: bool,
}

/// A weight that would be another.
#[derive(Debug, Serialize)]
struct Change {
    name: String,
    from: String,
    to: String,
}

/// Who set what.
#[derive(Debug, Serialize)]
struct Set {
    by: String,
    when: When,
    note: Option<String>,
    reset: bool,
}

/// What the changes would do.
#[derive(Debug, Serialize)]
struct Preview {
    looked_at: usize,
    accounts: u64,
    moved: usize,
    switched: usize,
    switches: Vec<Switched>,
}

#[derive(Debug, Serialize)]
struct Switched {
    name: String,
    href: String,
    before: Mark,
    after: Mark,
}

#[derive(Debug, Serialize)]
struct Mark {
    score: u32,
    level: &'static str,
    name: String,
}

impl Mark {
    fn of(mark: crate::domain::health::Mark) -> Self {
        Self { score: mark.score, level: mark.level.wire(), name: level(mark.level) }
    }
}

impl From<HealthPreview> for Preview {
    fn from(preview: HealthPreview) -> Self {
        let switched = preview.switches.into_iter().map(|switch| Switched {
            href: address::account(&switch.domain),
            name: switch.name,
            before: Mark::of(switch.before),
            after: Mark::of(switch.after),
        });
        Self {
            looked_at: preview.looked_at,
            accounts: preview.accounts,
            moved: preview.moved,
            switched: preview.switched,
            switches: switched.collect(),
        }
    }
}

/// What the documentation says of a weight.
fn about(group: Option<&str>, name: &str) -> String {
    let described = |schema: &Value| schema.get("description").and_then(Value::as_str).map(str::to_owned);
    let of = |schema: &Value| described(&schema["properties"][name]);
    let text = match group {
        None => of(&SCHEMA),
        Some(group) => {
            let field = &SCHEMA["properties"][group];
            let reference = field["$ref"].as_str().or_else(|| field["allOf"][0]["$ref"].as_str());
            let name = reference.and_then(|reference| reference.rsplit('/').next()).unwrap_or_default();
            of(&SCHEMA["$defs"][name])
        }
    };
    text.unwrap_or_default().replace('`', "").replace('\n', " ")
}

/// A name as people read it: `critical below`.
fn spoken(name: &str) -> String {
    capital(&name.replace('_', " "))
}

/// The numbers of the rules, each with the group it is in.
fn numbers(rules: &HealthConfig) -> Vec<(Option<String>, String, Number)> {
    let all = serde_json::to_value(rules).unwrap_or_default();
    let mut found = Vec::new();
    for (name, value) in all.as_object().into_iter().flatten() {
        match value {
            Value::Number(number) => found.push((None, name.clone(), number.clone())),
            Value::Object(group) => {
                for (field, value) in group {
                    if let Value::Number(number) = value {
                        found.push((Some(name.clone()), field.clone(), number.clone()));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

fn path(group: Option<&str>, name: &str) -> String {
    group.map_or_else(|| name.to_owned(), |group| format!("{group}.{name}"))
}

/// What was asked for that is another number than now, as the API takes it.
fn changes(rules: &HealthConfig, asked: &BTreeMap<String, String>) -> Result<Map<String, Value>, String> {
    let mut changes = Map::new();
    for (group, name, now) in numbers(rules) {
        let Some(text) = asked.get(&path(group.as_deref(), &name)) else { continue };
        let text = text.trim();
        if text.is_empty() || text == now.to_string() {
            continue;
        }
        let number: Number = text.parse().map_err(|_| format!("{}: “{text}” is no number.", spoken(&name)))?;
        match group {
            None => drop(changes.insert(name, number.into())),
            Some(group) => {
                let fields = changes.entry(group).or_insert_with(|| Map::new().into());
                if let Value::Object(fields) = fields {
                    fields.insert(name, number.into());
                }
            }
        }
    }
    Ok(changes)
}

impl SettingsPage {
    fn of(web: &Web, settings: &HealthSettings, asked: &BTreeMap<String, String>) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        let mut changed = Vec::new();
        let mut numbers = numbers(&settings.rules);
        numbers.sort_by_key(|(group, ..)| group.is_some());
        for (group, name, now) in numbers {
            let path = path(group.as_deref(), &name);
            let now = now.to_string();
            let given = asked.get(&path).map(|text| text.trim()).filter(|text| !text.is_empty());
            let value = given.unwrap_or(&now).to_owned();
            if value != now {
                changed.push(Change { name: spoken(&path), from: now.clone(), to: value.clone() });
            }
            let title = group.as_deref().map_or_else(|| "Score and levels".to_owned(), spoken);
            let field = Field {
                about: about(group.as_deref(), &name),
                name: spoken(&name),
                changed: value != now,
                step: if now.contains('.') { "0.01" } else { "1" },
                value,
                now,
                path,
            };
            match groups.iter_mut().find(|group| group.name == title) {
                Some(known) => known.fields.push(field),
                None => {
                    let about = group.as_deref().map(|group| about(None, group)).unwrap_or_default();
                    groups.push(Group { name: title, about, fields: vec![field] });
                }
            }
        }
        let today = web.now().day();
        let history = settings.history.iter().take(HISTORY).map(|set| Set {
            by: set.by.clone(),
            when: When::at(set.at, today),
            note: set.note.clone(),
            reset: set.rules.is_none(),
        });
        Self {
            tabs: tabs(Some(Section::Health)),
            groups,
            version: settings.version,
            history: history.collect(),
            changed,
            changes: String::new(),
            preview: None,
            problem: None,
            may: true,
            why_not: None,
            set: settings.history.first().is_some_and(|set| set.rules.is_some()),
        }
    }
}

/// Shows the settings; with other numbers in the address, what they would change.
pub(super) async fn show(
    State(web): State<Web>,
    Sender(origin): Sender,
    console: Console,
    Params(asked): Params<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let app = web.app();
    let settings = app.health_settings().await?;
    let mut page = SettingsPage::of(&web, &settings, &asked);
    match app.may_administer(&origin, console, "change how accounts are scored").await {
        Ok(()) => {}
        Err(AppError::Forbidden(why)) => (page.may, page.why_not) = (false, Some(why)),
        Err(other) => return Err(other.into()),
    }
    match changes(&settings.rules, &asked) {
        Err(problem) => page.problem = Some(problem),
        Ok(changes) if changes.is_empty() => {}
        Ok(changes) => {
            let changes = Value::Object(changes);
            match app.preview_health(&changes).await {
                Ok(preview) => (page.preview, page.changes) = (Some(preview.into()), changes.to_string()),
                Err(AppError::Invalid(why)) => page.problem = Some(format!("{}.", capital(why.trim_end_matches('.')))),
                Err(other) => return Err(other.into()),
            }
        }
    }
    web.page().show(&web, "section/settings.html", "Health settings", &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_says_what_it_is() {
        for (group, name, _) in numbers(&HealthConfig::default()) {
            assert!(about(group.as_deref(), &name).len() > 10, "{group:?} {name}");
        }
    }

    #[test]
    fn only_what_is_another_number_is_a_change() {
        let rules = HealthConfig::default();
        let asked = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
        };
        let same = asked(&[("base", &rules.base.to_string()), ("critical_below", ""), ("colour", "7")]);
        assert_eq!(changes(&rules, &same), Ok(Map::new()));
        let other = changes(&rules, &asked(&[("critical_below", "45"), ("usage.good_from", "0.6")])).unwrap();
        assert_eq!(Value::Object(other), serde_json::json!({"critical_below": 45, "usage": {"good_from": 0.6}}));
        assert!(changes(&rules, &asked(&[("base", "much")])).unwrap_err().contains("is no number"));
    }
}
