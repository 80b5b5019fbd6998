//! What BuildBetter is asked, in GraphQL. What a key is shown depends on its role, so fields that are not needed to make
//! sense of the rest stand on lines of their own and are left out once BuildBetter says that it has no such field.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// How one stream is asked for.
#[derive(Debug)]
pub(super) struct Form {
    /// The stream.
    pub stream: &'static str,
    /// BuildBetter's name of the type.
    pub of: &'static str,
    /// The time that tells new from old.
    pub time: &'static str,
    /// Objects of a page.
    pub page: usize,
    /// The fields; on a line with `?` first the name of one that may be left out, then how it is asked for.
    fields: &'static str,
}

pub(super) const COMPANIES: Form = Form {
    stream: "companies",
    of: "company",
    time: "updated_at",
    page: 500,
    fields: "id name updated_at
        ? domain domain",
};

pub(super) const PEOPLE: Form = Form {
    stream: "people",
    of: "person",
    time: "updated_at",
    page: 500,
    fields: "id first_name last_name email updated_at
        ? title title
        ? company_id company_id
        ? persona persona { name }",
};

pub(super) const CALLS: Form = Form {
    stream: "calls",
    of: "interview",
    time: "updated_at",
    // Transcripts are long.
    page: 25,
    fields: "id name created_at updated_at
        ? started_at started_at
        ? completed_at completed_at
        ? recorded_at recorded_at
        ? display_ts display_ts
        ? deleted_at deleted_at
        ? asset_url asset_url
        ? asset_duration_seconds asset_duration_seconds
        ? short_summary short_summary
        ? summary summary
        ? transcript_summary transcript_summary
        attendees { id speaker person { id first_name last_name email
        ? company_id company_id
        ? persona persona { name }
        } }
        ? monologues monologues(order_by: {start_sec: asc}) { speaker text start_sec }",
};

/// Asked for where monologues are not shown.
const SENTENCES: &str = "? sentences sentences(order_by: {start_sec: asc}) { speaker text start_sec }";

pub(super) const SIGNALS: Form = Form {
    stream: "signals",
    of: "extraction",
    time: "created_at",
    page: 500,
    fields: "id summary created_at
        ? interview_id interview_id
        ? display_ts display_ts
        ? context context
        ? sentiment sentiment
        ? score score
        ? url url
        ? exact_quote exact_quote { text }
        ? types types { type { name } }
        ? attendee attendee { person { email
        ? company_id company_id
        ? persona persona { name }
        ? attendee } }
        ? call call { asset_url attendees { person { email
        ? company_id company_id
        ? persona persona { name }
        ? call } } }",
};

/// All of them, companies before what belongs to them.
pub(super) const FORMS: [&Form; 4] = [&COMPANIES, &PEOPLE, &CALLS, &SIGNALS];

impl Form {
    /// Whether a field may be left out.
    pub(super) fn can_do_without(&self, field: &str) -> bool {
        self.lines().chain([SENTENCES]).any(|line| optional(line).is_some_and(|(name, _)| name == field))
    }

    /// The request for a page of objects that `filter` takes, the oldest first, without some fields.
    pub(super) fn request(&self, filter: &Value, limit: usize, without: &BTreeSet<String>) -> Value {
        let (of, time) = (self.of, self.time);
        let sentences = (self.stream == CALLS.stream && without.contains("monologues")).then_some(SENTENCES);
        let mut fields = Vec::new();
        let mut within = None;
        for line in self.lines().chain(sentences) {
            match optional(line) {
                // What stands within a block that is left out goes with it, to the line that closes it.
                Some((name, _)) if within == Some(name) => within = None,
                _ if within.is_some() => {}
                Some((name, text)) if without.contains(name) => {
                    within = (text.matches('{').count() > text.matches('}').count()).then_some(name);
                }
                Some((_, text)) => fields.push(text),
                None => fields.push(line),
            }
        }
        let query = format!(
            "query Page($limit: Int!, $where: {of}_bool_exp!) {{ {of}(limit: $limit, \
             order_by: [{{{time}: asc}}, {{id: asc}}], where: $where) {{ {} }} }}",
            fields.join(" ")
        );
        json!({"query": query, "variables": {"limit": limit, "where": filter}})
    }

    fn lines(&self) -> impl Iterator<Item = &'static str> {
        self.fields.lines().map(str::trim)
    }
}

/// The name and the text of a field that may be left out.
fn optional(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("? ")?.split_once(' ')
}

/// The request that says what a key is shown.
pub(super) fn introspection() -> Value {
    let types = FORMS.map(|form| format!("{0}: __type(name: \"{0}\") {{ fields {{ name }} }}", form.of));
    json!({"query": format!("query Preflight {{ {} }}", types.join(" "))})
}

/// The smallest request that needs a key.
pub(super) fn probe() -> Value {
    json!({"query": "query Probe { interview(limit: 1) { id } }"})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(form: &Form, without: &[&str]) -> String {
        let without = without.iter().map(|name| (*name).to_owned()).collect();
        form.request(&json!({}), 10, &without)["query"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_query_has_all_its_brackets_whatever_is_left_out() {
        let names = ["company_id", "persona", "attendee", "call", "monologues", "sentences", "types", "score", "title"];
        for form in FORMS {
            for left_out in 0..1_usize << names.len() {
                let without: Vec<&str> =
                    names.iter().enumerate().filter(|(at, _)| left_out >> at & 1 == 1).map(|(_, name)| *name).collect();
                let text = text(form, &without);
                assert_eq!(text.matches('{').count(), text.matches('}').count(), "{text}");
                assert!(!text.contains('?'), "{text}");
                assert!(without.iter().all(|name| !text.split([' ', '(']).any(|word| word == *name)), "{text}");
            }
        }
    }

    #[test]
    fn sentences_stand_in_for_monologues() {
        assert!(!text(&CALLS, &[]).contains("sentences"));
        assert!(text(&CALLS, &["monologues"]).contains("sentences("));
        assert!(!text(&CALLS, &["monologues", "sentences"]).contains("sentences"));
        assert!(!text(&SIGNALS, &["monologues"]).contains("sentences"));
        assert!(CALLS.can_do_without("sentences") && !CALLS.can_do_without("id") && !CALLS.can_do_without("attendees"));
    }
}
