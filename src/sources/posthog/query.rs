//! The two questions PostHog is asked, as SQL of its dialect. What varies stands in `values`, never in the text; only the
//! names of properties do, which are checked when the connection is opened.

use chrono::{Days, Months, NaiveDate};
use serde_json::{Map, Value, json};

use super::By;
use super::plan::Plan;

/// Events that say nothing about whether somebody used the product.
const NO_USE: [&str; 5] = ["$feature_flag_called", "$groupidentify", "$identify", "$create_alias", "$set"];

/// Some whole days, the companies after one, or one company alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span<'a> {
    /// The first day, the first of a month.
    pub from: NaiveDate,
    /// The day after the last.
    pub until: NaiveDate,
    /// Companies whose key is greater.
    pub after: &'a str,
    /// This company alone.
    pub only: Option<&'a str>,
}

impl Span<'_> {
    /// The day before the first; what happened earlier is counted there.
    pub(super) fn eve(&self) -> NaiveDate {
        self.from.checked_sub_days(Days::new(1)).unwrap_or(self.from)
    }

    /// Where reading begins: a month earlier, to tell a company that went quiet from one that was not there yet.
    fn since(&self) -> NaiveDate {
        self.from.checked_sub_months(Months::new(1)).unwrap_or(self.from)
    }
}

/// The request for a company's active people by day.
pub(super) fn usage(plan: &Plan, by: By, span: &Span<'_>, rows: usize) -> Value {
    let domain = "lower(splitByChar('@', coalesce(person.properties.email, ''))[2])";
    let company = match by {
        By::Group(index) => format!("$group_{index}"),
        By::Domain => domain.to_owned(),
    };
    let mut values = Map::new();
    let mut put = |name: String, value: &str| values.insert(name, value.into());
    put("eve".into(), &span.eve().to_string());
    put("since".into(), &format!("{} 00:00:00", span.since()));
    put("until".into(), &format!("{} 00:00:00", span.until));
    put("after".into(), span.after);
    let mut conditions = vec![
        "timestamp >= toDateTime({since})".to_owned(),
        "timestamp < toDateTime({until})".to_owned(),
        format!("{company} > {{after}}"),
    ];
    if let Some(only) = span.only {
        put("only".into(), only);
        conditions.push(format!("{company} = {{only}}"));
    }
    if !plan.internal.is_empty() {
        let names: Vec<String> = (0..plan.internal.len()).map(|at| format!("{{internal_{at}}}")).collect();
        for (at, internal) in plan.internal.iter().enumerate() {
            put(format!("internal_{at}"), internal);
        }
        conditions.push(format!("{domain} NOT IN ({})", names.join(", ")));
    }
    let no_use = NO_USE.map(|event| format!("'{event}'")).join(", ");
    let text = format!(
        "SELECT {company} AS company_key, greatest(toDate(timestamp), toDate({{eve}})) AS on_day, \
         uniqExactIf(person_id, event NOT IN ({no_use})) AS active_users, \
         max(toInt(properties.`{}`)) AS licensed_seats \
         FROM events WHERE {} GROUP BY company_key, on_day ORDER BY company_key, on_day LIMIT {rows}",
        plan.seats,
        conditions.join(" AND "),
    );
    request("success-agent usage", &text, &values)
}

/// The request for groups after one, of those that changed since; or one alone.
pub(super) fn groups(plan: &Plan, index: u8, after: &str, since: &str, only: Option<&str>, rows: usize) -> Value {
    let mut values = Map::new();
    values.insert("index".into(), index.into());
    values.insert("after".into(), after.into());
    values.insert("since".into(), since.into());
    let mut conditions = vec!["index = {index}", "key > {after}", "updated_at >= toDateTime({since})"];
    if let Some(only) = only {
        values.insert("only".into(), only.into());
        conditions.push("key = {only}");
    }
    let text = format!(
        "SELECT key, properties.`name` AS name, properties.`{}` AS domain, properties.`{}` AS seats \
         FROM groups WHERE {} ORDER BY key LIMIT {rows}",
        plan.domain,
        plan.seats,
        conditions.join(" AND "),
    );
    request("success-agent groups", &text, &values)
}

fn request(name: &str, text: &str, values: &Map<String, Value>) -> Value {
    json!({
        "query": {"kind": "HogQLQuery", "query": text, "values": values},
        "name": name,
        // A cached answer may be a day old.
        "refresh": "force_blocking",
    })
}
