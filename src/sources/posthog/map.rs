//! What rows of PostHog say, in companies and days of usage.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use super::wire::{Group, Month, filled, whole};
use crate::domain::record::Record;
use crate::domain::revenue::UsageDay;
use crate::sources::{Company, Found, Whose};

/// Days of a month at most; more is no month.
const MOST_DAYS: usize = 31;

/// A group as a company; nothing of our own.
pub(super) fn group(raw: &Value, internal: &[String]) -> Result<Vec<Found>, String> {
    let group: Group = read(raw)?;
    let key = group.key.trim();
    if key.is_empty() {
        return Err("the group has no key".to_owned());
    }
    let domain = filled(&group.domain).or_else(|| Some(key).filter(|key| looks_like_domain(key)));
    if domain.is_some_and(|domain| internal.contains(&domain.to_lowercase())) {
        return Ok(Vec::new());
    }
    Ok(vec![Found::Company(Box::new(Company {
        id: group.key.clone(),
        name: filled(&group.name).unwrap_or(key).to_owned(),
        domains: domain.map(str::to_owned).into_iter().collect(),
        licensed_seats: whole(&group.seats),
        ..Company::default()
    }))])
}

/// The days of a company's month. Where quiet days count, one without any event is a day without active people, from the
/// first day the company was heard of.
pub(super) fn month(raw: &Value, quiet_days_count: bool) -> Result<Vec<Found>, String> {
    let month: Month = read(raw)?;
    if month.company.is_empty() {
        return Err("the usage is of no company".to_owned());
    }
    let (from, until) = (day(&month.from)?, day(&month.until)?);
    let mut days: BTreeMap<NaiveDate, (u32, Option<u32>)> = BTreeMap::new();
    for (at, users, seats) in &month.days {
        let at = day(at)?;
        if !(from..until).contains(&at) {
            return Err(format!("{at} does not lie in the month it was listed in"));
        }
        let users = whole(users).ok_or_else(|| format!("the number of active people on {at} is no whole number"))?;
        days.insert(at, (users, whole(seats)));
    }
    if quiet_days_count {
        let first = if month.known_before { Some(from) } else { days.keys().next().copied() };
        let after_it = first.into_iter().flat_map(|first| first.iter_days());
        for quiet in after_it.take_while(|at| *at < until).take(MOST_DAYS) {
            days.entry(quiet).or_insert((0, None));
        }
    }
    let whose =
        if month.by_domain { Whose::Domain(month.company.clone()) } else { Whose::Company(month.company.clone()) };
    let found = |(day, (active_users, licensed_seats))| {
        let usage = UsageDay { account: String::new(), day, active_users, licensed_seats };
        Found::Record(vec![whose.clone()], Box::new(Record::Usage(usage)))
    };
    Ok(days.into_iter().map(found).collect())
}

fn read<T: serde::de::DeserializeOwned>(raw: &Value) -> Result<T, String> {
    T::deserialize(raw).map_err(|_| "it is not of the shape PostHog documents".to_owned())
}

/// A day, also of an instant.
pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    let date = text.get(..10).and_then(|date| date.parse().ok());
    date.ok_or_else(|| "it holds a day that is none".to_owned())
}

/// Whether a key is the company's domain: `mill.example`.
fn looks_like_domain(key: &str) -> bool {
    let labels: Vec<&str> = key.split('.').collect();
    let plain =
        |label: &&str| !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
    labels.len() > 1
        && labels.iter().all(plain)
        && labels.last().is_some_and(|last| last.len() > 1 && last.chars().any(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn usage(raw: &Value, quiet: bool) -> Vec<(String, u32, Option<u32>)> {
        let day = |found| match found {
            Found::Record(_, record) => match *record {
                Record::Usage(usage) => (usage.day.to_string(), usage.active_users, usage.licensed_seats),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        month(raw, quiet).unwrap().into_iter().map(day).collect()
    }

    #[test]
    fn a_key_that_is_a_domain_serves_where_the_property_is_missing() {
        let of = |raw| match group(&raw, &[]).unwrap().remove(0) {
            Found::Company(company) => (company.name, company.domains, company.licensed_seats),
            other => panic!("{other:?}"),
        };
        assert_eq!(of(json!({"key": "mill.example"})), ("mill.example".into(), vec!["mill.example".into()], None));
        assert_eq!(of(json!({"key": "org_12", "name": "Mill", "seats": "25"})), ("Mill".into(), vec![], Some(25)));
        assert_eq!(of(json!({"key": "v1.2", "name": "", "seats": -4.0})), ("v1.2".into(), vec![], None));
        assert!(group(&json!({"key": " "}), &[]).is_err() && group(&json!("mill"), &[]).is_err());
        let ours = ["acme.example".to_owned()];
        assert!(group(&json!({"key": "org_1", "domain": "Acme.example"}), &ours).unwrap().is_empty());
    }

    #[test]
    fn quiet_days_count_from_the_first_day_on() {
        let mut raw = json!({"company": "mill", "from": "2026-03-01", "until": "2026-03-05",
            "days": [["2026-03-02", 7, "30"], ["2026-03-04", "9", null]]});
        assert_eq!(usage(&raw, false), [("2026-03-02".into(), 7, Some(30)), ("2026-03-04".into(), 9, None)]);
        let all = usage(&raw, true);
        assert_eq!(all.iter().map(|(_, users, _)| *users).collect::<Vec<_>>(), [7, 0, 9]);
        raw["known_before"] = json!(true);
        assert_eq!(usage(&raw, true).len(), 4);
        raw["days"] = json!([]);
        assert_eq!(usage(&raw, true).iter().map(|(_, users, _)| users).sum::<u32>(), 0);
        assert!(usage(&raw, false).is_empty());
    }

    #[test]
    fn a_month_that_makes_no_sense_is_set_aside_with_a_sentence() {
        for (days, said) in [
            (json!([["2026-04-02", 7, 30]]), "does not lie"),
            (json!([["2026-03-02", 7.5, 30]]), "no whole number"),
            (json!([["soon", 7, 30]]), "a day that is none"),
            (json!([["2026-03-é2", 7, 30]]), "a day that is none"),
            (json!({"a": 1}), "not of the shape"),
        ] {
            let raw = json!({"company": "mill", "from": "2026-03-01", "until": "2026-04-01", "days": days});
            assert!(month(&raw, true).unwrap_err().contains(said));
        }
    }
}
