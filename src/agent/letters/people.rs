//! Who a mail goes to and who it is from.

use crate::agent::tools::{Bench, ToolError, same_person};
use crate::domain::account::Contact;
use crate::domain::activity::Side;
use crate::domain::draft::{Correspondent, Goal};
use crate::language::naming::plain_name;
use crate::store::AccountData;

/// Words in the title of somebody who pays.
const PAYING: [&str; 10] = [
    "finance",
    "financial",
    "accounts payable",
    "accounting",
    "billing",
    "controller",
    "treasur",
    "cfo",
    "bookkeep",
    "purchas",
];

/// To whom a mail for `goal` goes, and why where nobody said.
///
/// # Errors
/// [`ToolError::NotFound`] when there is nobody to write to, or not whom was named; the sentence says what to do.
pub async fn recipient(
    bench: &Bench<'_>,
    data: &AccountData,
    goal: Goal,
    named: Option<&str>,
    asked: Option<&str>,
) -> Result<(Correspondent, Option<String>), ToolError> {
    let account = &data.account.record;
    let there: Vec<&Contact> = account.contacts.iter().filter(|contact| !has_left(contact)).collect();
    let writable: Vec<&Contact> = there.iter().copied().filter(|contact| address(contact).is_some()).collect();
    let name = &account.name;
    if let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) {
        return self::named(bench, data, named, &there, &writable).await.map(|found| (found, None));
    }
    if writable.is_empty() {
        let gone = account.contacts.iter().find(|contact| has_left(contact));
        return Err(ToolError::NotFound(match gone {
            Some(gone) => format!(
                "{} has left {name} and no other contact with an e-mail address is on record; add the new contact to the account first.",
                plain_name(&gone.name)
            ),
            None => format!(
                "No contact with an e-mail address is on record at {name}; add one to the account, or name somebody who wrote to us."
            ),
        }));
    }
    let primary = writable.iter().find(|contact| contact.primary).copied();
    let found = match goal {
        Goal::PaymentRecovery => writable
            .iter()
            .find(|contact| pays(contact))
            .map(|contact| (*contact, "looks after payments there".to_owned())),
        _ => asked
            .and_then(|asked| writable.iter().find(|contact| same_person(&contact.name, asked)))
            .map(|contact| (*contact, "asked for it".to_owned())),
    };
    let (contact, reason) = match (found, primary) {
        (Some(found), _) => found,
        (None, Some(primary)) => (primary, "is the main contact".to_owned()),
        (None, None) => {
            let (contact, reason) = (writable[0], "is the first contact with an e-mail address");
            (contact, reason.to_owned())
        }
    };
    Ok((correspondent(contact), Some(reason)))
}

/// The person who was named: a contact, else somebody of theirs who took part in a call or wrote to us.
async fn named(
    bench: &Bench<'_>,
    data: &AccountData,
    named: &str,
    there: &[&Contact],
    writable: &[&Contact],
) -> Result<Correspondent, ToolError> {
    let account = &data.account.record;
    let fits = |contact: &Contact| {
        same_person(&plain_name(&contact.name), named)
            || address(contact).is_some_and(|address| address.eq_ignore_ascii_case(named))
            || contact.title.as_deref().is_some_and(|title| {
                let title = title.to_lowercase();
                let wanted = named.trim_start_matches("the ").trim_start_matches("their ").to_lowercase();
                wanted.len() > 2 && title.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == wanted)
                    || wanted == "cfo" && title.contains("chief financial")
                    || wanted == "cto" && title.contains("chief technology")
                    || wanted == "cio" && title.contains("chief information officer")
            })
    };
    let fitting: Vec<&&Contact> = writable.iter().filter(|contact| fits(contact)).collect();
    match fitting.as_slice() {
        [only] => return Ok(correspondent(only)),
        [first, ..] => {
            let names = fitting.iter().map(|contact| contact.name.as_str()).collect::<Vec<_>>().join(" or ");
            return match fitting.iter().find(|contact| contact.name.eq_ignore_ascii_case(named)) {
                Some(exact) => Ok(correspondent(exact)),
                None if first.name == fitting[1].name => Ok(correspondent(first)),
                None => Err(ToolError::Invalid(format!("`{named}` could be {names}; say which one."))),
            };
        }
        [] => {}
    }
    if let Some(gone) = account.contacts.iter().find(|contact| has_left(contact) && fits(contact)) {
        let rest = writable.iter().map(|contact| contact.name.as_str()).collect::<Vec<_>>().join(", ");
        let instead = if rest.is_empty() {
            "No other contact is on record.".to_owned()
        } else {
            format!("Write to one of {rest} instead.")
        };
        return Err(ToolError::Invalid(format!("{} has left {}. {instead}", plain_name(&gone.name), account.name)));
    }
    if let Some(silent) = there.iter().find(|contact| fits(contact)) {
        return Err(ToolError::NotFound(format!(
            "No e-mail address of {} is on record; add it to the account first.",
            silent.name
        )));
    }
    let known = bench.directory().customers_of(&account.domain).await?;
    let known = known.iter().find(|person| same_person(&person.name, named));
    if let Some((person, email)) = known.and_then(|person| Some((person, person.email.clone()?))) {
        return Ok(Correspondent { name: person.name.clone(), title: person.title.clone(), email });
    }
    let names = writable.iter().map(|contact| contact.name.as_str()).collect::<Vec<_>>().join(", ");
    let instead = if names.is_empty() {
        "No contact with an e-mail address is on record there; add one first.".to_owned()
    } else {
        format!("Contacts there: {names}.")
    };
    Err(ToolError::NotFound(format!("Nobody called `{named}` is on record at {}. {instead}", account.name)))
}

/// `Kim Ours` from `kim.ours@…`; none where that is no address.
fn named_by(email: &str) -> Option<String> {
    let (local, host) = email.split_once('@')?;
    let words = local.split(['.', '_', '-']).filter(|word| word.chars().all(char::is_alphabetic) && !word.is_empty());
    let capital = |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
    let name = words.map(capital).collect::<Vec<String>>().join(" ");
    (!name.is_empty() && host.contains('.')).then_some(name)
}

/// Who it is from: whoever asks, where they are of the team, else the owner of the account.
///
/// # Errors
/// [`ToolError::Invalid`] when neither is known.
pub async fn sender(bench: &Bench<'_>, data: &AccountData) -> Result<Correspondent, ToolError> {
    let directory = bench.directory();
    let asker = bench.scope.asker.as_ref().map(|actor| actor.who.as_str());
    for email in asker.into_iter().chain(data.account.record.owner_email.as_deref()) {
        let email = email.trim().to_lowercase();
        match directory.person_at(&email).await? {
            Some(person) if person.side == Side::Team => {
                return Ok(Correspondent { name: person.name, title: person.title, email });
            }
            Some(_) => {}
            // Not met in any call yet: as their address names them.
            None => {
                if let Some(name) = named_by(&email) {
                    return Ok(Correspondent { name, title: None, email });
                }
            }
        }
    }
    Err(ToolError::Invalid(format!(
        "Nobody to sign the mail is known: {} has no owner. Set its owner, or name yourself by your e-mail address.",
        data.account.record.name
    )))
}

/// Whether a contact is gone, as the record says.
pub fn has_left(contact: &Contact) -> bool {
    let says = |text: &str| {
        let text = text.to_lowercase();
        ["(left", "left the company", "(former", "no longer at", "(departed", "(ex-"]
            .iter()
            .any(|mark| text.contains(mark))
    };
    says(&contact.name) || contact.title.as_deref().is_some_and(says)
}

fn pays(contact: &Contact) -> bool {
    let title = contact.title.as_deref().unwrap_or_default().to_lowercase();
    PAYING.iter().any(|word| title.contains(word))
}

fn address(contact: &Contact) -> Option<&str> {
    contact.email.as_deref().map(str::trim).filter(|email| is_address(email))
}

/// Whether a text is one plain address.
pub fn is_address(text: &str) -> bool {
    let plain = |text: &str| {
        !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || "._%+-'".contains(letter))
    };
    text.len() <= 254
        && text.split_once('@').is_some_and(|(name, host)| plain(name) && plain(host) && host.contains('.'))
}

fn correspondent(contact: &Contact) -> Correspondent {
    Correspondent {
        name: plain_name(&contact.name),
        title: contact.title.clone(),
        email: address(contact).unwrap_or_default().to_lowercase(),
    }
}
