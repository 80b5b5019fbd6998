//! Who somebody is, or who fills a role.

use serde::Serialize;

use super::{Desk, hits};
use crate::domain::tool::account::Overview;
use crate::domain::tool::activity::{EvidenceHit, SearchEvidence};
use crate::model::analyst::plan::Step;
use crate::model::chat::{ModelError, ToolCall};
use crate::prompt::Template;

/// The search for what was said about a role or a person.
pub fn person_search(desk: &Desk<'_>) -> ToolCall {
    desk.call_of(
        "person",
        &SearchEvidence {
            account: desk.account().map(|account| account.domain.clone()),
            query: desk.topic().unwrap_or_default(),
            about: desk.part.person.as_ref().map(|person| person.name.clone()),
            limit: Some(8),
            ..SearchEvidence::default()
        },
    )
}

#[derive(Serialize)]
struct PersonPage {
    name: String,
    person: Option<crate::domain::tool::account::Person>,
    contact: Option<crate::domain::account::Contact>,
    role: String,
    hits: Vec<EvidenceHit>,
    overview: Overview,
}

impl Template for PersonPage {
    const FILE: &'static str = "answer/person.md";
}

/// Who somebody is, or who fills a role, from the contact list and from what was said.
pub fn person(desk: &Desk<'_>, overview: &Overview) -> Result<Step, ModelError> {
    let found = desk.found_of::<SearchEvidence>("person")?;
    let person = desk.part.person.clone();
    let contact = person
        .as_ref()
        .and_then(|person| overview.contacts.iter().find(|contact| contact.name.ends_with(&person.name)))
        .cloned();
    let page = PersonPage {
        name: desk.name(),
        role: desk.topic().unwrap_or_default(),
        hits: found.hits.into_iter().filter(|hit| hit.coverage >= hits::ANSWERS).take(3).collect(),
        person,
        contact,
        overview: overview.clone(),
    };
    desk.done(&page, Vec::new())
}
