//! Addresses of pages, as links write them.

use crate::domain::account::Section;
use crate::domain::record::RecordRef;
use crate::domain::text::percent_encoded;
use crate::domain::tool::activity::Place;

/// The page of an account.
pub(in crate::web) fn account(domain: &str) -> String {
    format!("/accounts/{}", escaped(domain))
}

/// The page of an account, which leads back to the page of a section.
pub(in crate::web) fn account_from(domain: &str, section: Section) -> String {
    format!("{}?from={}", account(domain), section.wire())
}

/// The page of a record.
pub(in crate::web) fn record(record: &RecordRef) -> String {
    format!("/records/{}/{}", record.kind.wire(), escaped(&record.id))
}

/// The chat on an account, with a question in its box where one is given.
pub(in crate::web) fn chat(domain: &str, question: Option<&str>) -> String {
    let question = question.map(|question| format!("&q={}", escaped(question))).unwrap_or_default();
    format!("/?account={}{question}", escaped(domain))
}

/// A part of an account's timeline on its page: of a kind, with words to be found in it, from a place on.
pub(super) fn feed(domain: &str, show: Option<&str>, find: Option<&str>, after: Option<&Place>) -> String {
    let before = after.map(ToString::to_string).unwrap_or_default();
    let named = [("show", show.unwrap_or_default()), ("find", find.unwrap_or_default()), ("before", &before)];
    format!("{}#activity", query(&account(domain), &named))
}

/// An address with the parts of a query that say something.
pub(in crate::web) fn query(base: &str, named: &[(&str, &str)]) -> String {
    let given = named.iter().filter(|(_, value)| !value.trim().is_empty());
    let parts: Vec<String> = given.map(|(name, value)| format!("{name}={}", escaped(value.trim()))).collect();
    if parts.is_empty() { base.to_owned() } else { format!("{base}?{}", parts.join("&")) }
}

/// An address of another system that may be linked to: nothing but the web.
pub(in crate::web) fn elsewhere(url: Option<&str>) -> Option<String> {
    let url = url?.trim();
    let web = ["https://", "http://"].iter().any(|scheme| url.to_ascii_lowercase().starts_with(scheme));
    web.then(|| url.to_owned())
}

/// A text as a part of an address.
pub(in crate::web) fn escaped(text: &str) -> String {
    percent_encoded(text, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::RecordKind;

    #[test]
    fn an_address_holds_whatever_an_id_holds() {
        let usage = RecordRef { kind: RecordKind::Usage, id: "hooli.com/2026-06-01".to_owned() };
        assert_eq!(record(&usage), "/records/usage/hooli.com%2F2026-06-01");
        assert_eq!(chat("hooli.com", Some("Why & since when?")), "/?account=hooli.com&q=Why%20%26%20since%20when%3F");
        assert_eq!(account("töpfer.example"), "/accounts/t%C3%B6pfer.example");
    }

    #[test]
    fn only_the_web_is_linked_to() {
        assert_eq!(elsewhere(Some("HTTPS://crm.example/1")).as_deref(), Some("HTTPS://crm.example/1"));
        for url in ["javascript:alert(1)", "data:text/html,x", "//crm.example", ""] {
            assert_eq!(elsewhere(Some(url)), None, "{url}");
        }
    }
}
