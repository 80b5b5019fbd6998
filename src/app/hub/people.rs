//! People at a customer: who they are, when they were last heard, and whether they are still there.

use super::AppError;
use crate::domain::account::Contact;
use crate::domain::activity::Side;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Moment;
use crate::domain::tool::Cite;
use crate::domain::tool::account::{DepartureView, Overview};
use crate::reading::people::Name;
use crate::store::{AccountData, LastSeen, Store};

/// Spellings of people read, at most.
const READ: u32 = 200;

/// People shown, at most; contacts come first.
const SHOWN: usize = 24;

/// Somebody at the customer.
#[derive(Clone, Debug, PartialEq)]
pub struct HubPerson {
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Job title.
    pub title: Option<String>,
    /// Whether this is the first person to write to.
    pub primary: bool,
    /// Whether they are a contact of the account; else they were only heard.
    pub contact: bool,
    /// The last call they took part in, or e-mail they wrote.
    pub last: Option<LastSeen>,
    /// What became of them, where they left, are away or cannot be reached.
    pub became: Option<String>,
    /// The words that say so.
    pub became_cite: Option<Cite>,
    /// Whether they are not there any more.
    pub left: bool,
}

/// The contacts of an account, and those of its side who were heard and are no contacts.
pub(super) async fn of(
    store: &Store,
    workspace: WorkspaceId,
    data: &AccountData,
    overview: &Overview,
    now: Moment,
) -> Result<Vec<HubPerson>, AppError> {
    let record = &data.account.record;
    let sides = data.sides();
    let mut heard = store.last_seen(workspace, &record.domain, now, READ).await?;
    heard.retain(|seen| sides.of(&seen.who).or(seen.side) == Some(Side::Customer));
    let heard: Vec<(Name, LastSeen)> = heard.into_iter().map(|seen| (Name::read(&seen.who), seen)).collect();
    let mut people: Vec<(Name, HubPerson)> = Vec::new();
    let primary = record.primary_contact();
    for contact in &record.contacts {
        let name = Name::read(&contact.name).at(contact.email.as_deref());
        people.push((name, of_contact(contact, primary == Some(contact))));
    }
    for (name, seen) in heard {
        let known = people.iter_mut().find(|(known, _)| known.is(&name));
        match known {
            // Those heard last come first.
            Some((_, person)) if person.last.is_some() => {}
            Some((_, person)) => person.last = Some(seen),
            None if name.is_nameless() => {}
            None => {
                let email = name.address().map(str::to_owned);
                let person = HubPerson {
                    name: name.shown().to_owned(),
                    email,
                    title: None,
                    primary: false,
                    contact: false,
                    last: Some(seen),
                    became: None,
                    became_cite: None,
                    left: false,
                };
                people.push((name, person));
            }
        }
    }
    for (name, person) in &mut people {
        let news = |heard: &&DepartureView| Name::read(&heard.who).at(heard.email.as_deref()).is(name);
        if let Some(heard) = overview.departures.iter().find(news) {
            person.became = Some(heard.became.clone());
            person.became_cite = Some(heard.cite);
            person.left = heard.ended;
        }
    }
    people.sort_by_key(|(_, person)| (!person.primary, person.left, !person.contact));
    Ok(people.into_iter().map(|(_, person)| person).take(SHOWN).collect())
}

fn of_contact(contact: &Contact, primary: bool) -> HubPerson {
    HubPerson {
        name: contact.name.clone(),
        email: contact.email.clone(),
        title: contact.title.clone(),
        primary,
        contact: true,
        last: None,
        became: None,
        became_cite: None,
        left: false,
    }
}
