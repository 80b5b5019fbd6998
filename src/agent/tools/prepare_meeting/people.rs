//! Whom they meet: who that is, when somebody last spoke to them, and whether they are still there.

use super::super::{Bench, ToolError, list_activity};
use crate::agent::{departed, evidence};
use crate::domain::account::Contact;
use crate::domain::activity::Side;
use crate::domain::calendar::Attendee;
use crate::domain::departure::Gone;
use crate::domain::record::{Record, RecordKind};
use crate::domain::time::Window;
use crate::domain::tool::meeting::PersonToMeet;
use crate::reading::people::same_person;
use crate::store::AccountData;

/// People told at most.
const MOST: usize = 6;

/// The people of the customer to meet: whoever is named, and who is invited; where that is nobody, the main contact.
pub(super) async fn to_meet(
    bench: &mut Bench<'_>,
    data: &AccountData,
    invited: &[Attendee],
    named: Option<&str>,
) -> Result<Vec<PersonToMeet>, ToolError> {
    let contacts = &data.account.record.contacts;
    let of_contact = |contact: &Contact| Attendee { name: contact.name.clone(), email: contact.email.clone() };
    let mut wanted: Vec<Attendee> = Vec::new();
    if let Some(named) = named {
        let known = contacts.iter().find(|contact| same_person(&contact.name, named)).map(of_contact);
        let invited = invited.iter().find(|attendee| same_person(&attendee.name, named)).cloned();
        wanted.push(known.or(invited).unwrap_or_else(|| Attendee { name: named.to_owned(), email: None }));
    }
    for attendee in invited {
        if !wanted.iter().any(|other| is_same(other, attendee)) {
            wanted.push(attendee.clone());
        }
    }
    if wanted.is_empty() {
        let main = contacts.iter().find(|contact| contact.primary).or_else(|| contacts.first());
        wanted.extend(main.map(of_contact));
    }
    let mut people = Vec::new();
    for attendee in wanted.iter().take(MOST) {
        people.push(person(bench, data, attendee).await?);
    }
    Ok(people)
}

fn is_same(one: &Attendee, other: &Attendee) -> bool {
    match (&one.email, &other.email) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => same_person(&one.name, &other.name),
    }
}

async fn person(bench: &mut Bench<'_>, data: &AccountData, attendee: &Attendee) -> Result<PersonToMeet, ToolError> {
    let (record, today) = (&data.account.record, bench.today());
    let is =
        |contact: &&Contact| is_same(&Attendee { name: contact.name.clone(), email: contact.email.clone() }, attendee);
    let contact = record.contacts.iter().find(is);
    let name = contact.map_or(&attendee.name, |contact| &contact.name).clone();
    let email = contact.and_then(|contact| contact.email.as_deref()).or(attendee.email.as_deref());
    let until = Window { since: None, until: Some(today) };
    let kinds = [RecordKind::Call, RecordKind::Email];
    let talked = bench.records().activity(&record.domain, &kinds, &until, Some(&name), 1).await?;
    let last = talked.first().filter(|(at, _)| *at <= bench.now());
    let sides = data.sides();
    let theirs =
        last.filter(|(_, talk)| matches!(talk, Record::Email(email) if sides.of(&email.from) == Some(Side::Customer)));
    let letter = theirs.map(|(at, talk)| list_activity::item(bench, *at, talk, &sides, None));
    let last_cite = letter.as_ref().map(|letter| letter.cite).or_else(|| {
        last.map(|(at, talk)| {
            let reference = talk.reference();
            let source = data.sources.get(&reference);
            let title = source.map_or("", |source| source.title.as_str());
            let url = source.and_then(|source| source.url.as_ref());
            bench.ledger.cite(evidence::talk(&reference, &record.domain, *at, title, url))
        })
    });
    let mut heard = data.departures_of(&name, email).filter(|heard| heard.occurred_at <= bench.now());
    let gone = heard.find(|heard| heard.gone != Gone::Away || heard.holds_on(today));
    let became = gone.map(|gone| departed::became(gone, &record.name, today));
    let became_cite = gone.map(|gone| bench.ledger.cite(departed::evidence_of(data, gone)));
    Ok(PersonToMeet {
        cite: bench.ledger.cite(evidence::account(record, &[])),
        title: contact.and_then(|contact| contact.title.clone()),
        last_cite,
        last_kind: last.map(|(_, talk)| talk.reference().kind),
        last_at: last.map(|(at, _)| *at),
        wrote: letter.map(|letter| letter.gist).filter(|gist| !gist.is_empty()),
        became,
        became_cite,
        name: name.clone(),
    })
}
