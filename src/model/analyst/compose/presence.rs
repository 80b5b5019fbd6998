//! Whether somebody is still there, and whom to turn to where they are not.

use serde::Serialize;

use super::Desk;
use crate::domain::account::Contact;
use crate::domain::departure::Gone;
use crate::domain::tool::account::{DepartureView, Overview, Person};
use crate::domain::tool::activity::{ActivityItem, ListActivity};
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::Presence;
use crate::model::chat::ModelError;
use crate::prompt::Template;
use crate::reading::people::Name;

#[derive(Serialize)]
struct PresencePage {
    account_name: String,
    who: String,
    /// Whether it is asked if they are gone, rather than if they are there.
    asks_gone: bool,
    heard: Option<DepartureView>,
    /// Whether they are only away.
    away: bool,
    contact: Option<Contact>,
    next: Option<Contact>,
    others: Vec<Contact>,
    /// The main contact, where that is somebody else and asked for.
    main: Option<Contact>,
    last: Option<ActivityItem>,
    overview: Overview,
}

impl Template for PresencePage {
    const FILE: &'static str = "answer/presence.md";
}

/// Whether somebody is still there.
pub fn presence(desk: &Desk<'_>, overview: &Overview, asked: Presence, person: &Person) -> Result<Step, ModelError> {
    let name = Name::read(&person.name).at(person.email.as_deref());
    let is_them = |contact: &&Contact| is(contact, &name);
    let contact = overview.contacts.iter().find(is_them).cloned();
    let mut heard: Vec<&DepartureView> =
        overview.departures.iter().filter(|heard| named(&heard.who, heard.email.as_deref()).is(&name)).collect();
    // That they are gone says more than that they were away.
    heard.sort_by_key(|heard| (!heard.ended, heard.gone == Gone::Away));
    let heard = heard.first().copied().cloned();
    let ended = heard.as_ref().is_some_and(|heard| heard.ended);
    let here = |contact: &&Contact| !is(contact, &name) && self::ended(overview, contact).is_none();
    let main = overview.contacts.iter().find(|contact| contact.primary).filter(here).cloned();
    let last = desk.found::<ListActivity>().ok().and_then(|list| list.items.into_iter().next());
    let page = PresencePage {
        account_name: overview.name.clone(),
        who: contact.as_ref().map_or_else(|| person.name.clone(), |contact| contact.name.clone()),
        asks_gone: asked == Presence::Gone,
        away: heard.as_ref().is_some_and(|heard| heard.gone == Gone::Away),
        next: heard.as_ref().and_then(|heard| successor(overview, heard)),
        others: if ended { overview.contacts.iter().filter(here).cloned().collect() } else { Vec::new() },
        main: main.filter(|_| desk.says("contact")),
        heard,
        contact,
        last,
        overview: overview.clone(),
    };
    desk.done(&page, Vec::new())
}

fn named(name: &str, email: Option<&str>) -> Name {
    Name::read(name).at(email)
}

fn is(contact: &Contact, name: &Name) -> bool {
    named(&contact.name, contact.email.as_deref()).is(name)
}

/// What says that a contact is not there any more.
pub fn ended<'o>(overview: &'o Overview, contact: &Contact) -> Option<&'o DepartureView> {
    overview.departures.iter().find(|heard| heard.ended && is(contact, &named(&heard.who, heard.email.as_deref())))
}

/// What says that the main contact is not there any more.
pub fn former(overview: &Overview) -> Option<&DepartureView> {
    overview.contacts.iter().find(|contact| contact.primary).and_then(|contact| ended(overview, contact))
}

/// Whom to turn to instead of somebody, as the account has them or as they were named.
pub fn successor(overview: &Overview, heard: &DepartureView) -> Option<Contact> {
    let next = named(heard.successor.as_deref()?, heard.successor_email.as_deref());
    let known = overview.contacts.iter().find(|contact| is(contact, &next)).cloned();
    let known = known.filter(|contact| ended(overview, contact).is_none());
    known.or_else(|| {
        let gone =
            overview.departures.iter().any(|other| other.ended && named(&other.who, other.email.as_deref()).is(&next));
        (!gone).then(|| Contact {
            name: next.shown().to_owned(),
            email: heard.successor_email.clone(),
            ..Contact::default()
        })
    })
}
