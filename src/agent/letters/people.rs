//! Who a mail goes to and who it is from.

use chrono::NaiveDate;

use crate::agent::departed;
use crate::agent::tools::{Bench, ToolError, same_person};
use crate::domain::account::Contact;
use crate::domain::activity::Side;
use crate::domain::departure::{Departure, Gone};
use crate::domain::draft::{Correspondent, Goal};
use crate::domain::evidence::Evidence;
use crate::language::naming::plain_name;
use crate::reading::people::Name;
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

/// Whom a mail goes to.
pub struct Recipient {
    /// To whom.
    pub who: Correspondent,
    /// Why to them, where nobody said so.
    pub reason: Option<String>,
    /// What was heard of whoever it goes to, or would have gone to: a sentence, and the words that say so.
    pub news: Vec<(String, Evidence)>,
}

/// The people of an account, by what was heard of them.
struct Cast<'d> {
    data: &'d AccountData,
    today: NaiveDate,
    /// Those who are there and can be written to.
    writable: Vec<&'d Contact>,
}

impl<'d> Cast<'d> {
    fn new(data: &'d AccountData, today: NaiveDate) -> Self {
        let mut cast = Self { data, today, writable: Vec::new() };
        let there = data.account.record.contacts.iter().filter(|contact| !cast.is_gone(contact));
        cast.writable = there.filter(|contact| address(contact).is_some()).collect();
        cast
    }

    /// What was heard by which somebody is not to be written to any more.
    fn gone(&self, name: &str, email: Option<&str>) -> Option<&'d Departure> {
        let heard = || self.data.departures_of(name, email).filter(|heard| heard.ends_on(self.today));
        heard().find(|heard| heard.gone == Gone::Left).or_else(|| heard().next())
    }

    fn is_gone(&self, contact: &Contact) -> bool {
        has_left(contact) || self.gone(&contact.name, contact.email.as_deref()).is_some()
    }

    /// `Pat Moss has left Hooli`, and who says so.
    fn news(&self, heard: &Departure) -> String {
        let account = &self.data.account.record.name;
        let became = departed::became(heard, account, self.today);
        format!("{} {became} ({})", plain_name(&heard.who), departed::by_whom(heard, self.today))
    }

    /// Whom to write to in the place of somebody who is gone: the successor who was named, where their address is known.
    fn successor(&self, heard: &Departure) -> Option<Correspondent> {
        let next = heard.successor.as_ref()?;
        let name = Name::read(&next.name).at(next.email.as_deref());
        let is_next = |contact: &&&Contact| Name::read(&contact.name).at(contact.email.as_deref()).is(&name);
        if let Some(contact) = self.writable.iter().find(is_next) {
            return Some(correspondent(contact));
        }
        let email = next.email.as_deref().filter(|email| is_address(email))?;
        let theirs = self.data.sides().of(email) == Some(Side::Customer);
        let there = self.gone(&next.name, Some(email)).is_none();
        (theirs && there).then(|| Correspondent {
            name: plain_name(&next.name),
            title: None,
            email: email.to_lowercase(),
        })
    }

    /// Those who can be written to, in words.
    fn others(&self) -> String {
        self.writable.iter().map(|contact| plain_name(&contact.name)).collect::<Vec<_>>().join(", ")
    }

    /// Why somebody is not written to, and who is there instead.
    fn refusal(&self, contact: &Contact) -> String {
        let account = &self.data.account.record.name;
        let heard = self.gone(&contact.name, contact.email.as_deref());
        let news = match heard {
            Some(heard) if heard.gone == Gone::Left || !has_left(contact) => self.news(heard),
            heard => {
                let says = heard.map(|heard| format!(" ({})", departed::by_whom(heard, self.today)));
                format!("{} has left {account}{}", plain_name(&contact.name), says.unwrap_or_default())
            }
        };
        let next = heard.and_then(|heard| self.successor(heard)).map(|next| format!("{} ({})", next.name, next.email));
        let instead = match (next, self.others()) {
            (Some(next), _) => format!("Write to {next} instead, who takes over."),
            (None, others) if others.is_empty() => {
                "No other contact with an e-mail address is on record; add the new contact to the account first."
                    .to_owned()
            }
            (None, others) => format!("Write to one of {others} instead."),
        };
        format!("{news}. {instead}")
    }

    /// What the reader of a mail to somebody should know: that they are away, or leave soon.
    fn told_of(&self, who: &Correspondent) -> Vec<(String, Evidence)> {
        let heard = self.data.departures_of(&who.name, Some(&who.email));
        let news = heard.filter(|heard| match heard.gone {
            Gone::Away => heard.holds_on(self.today),
            Gone::Left => !heard.holds_on(self.today),
            Gone::Unreachable => false,
        });
        news.map(|heard| {
            let mut sentence = format!("{}.", self.news(heard));
            if let Some(next) = &heard.successor {
                sentence.push_str(&format!(" {} stands in.", plain_name(&next.name)));
            }
            (sentence, departed::evidence_of(self.data, heard))
        })
        .collect()
    }
}

/// To whom a mail for `goal` goes, and why where nobody said. Who has left is not written to: their successor is, else
/// somebody else who is there.
///
/// # Errors
/// [`ToolError::NotFound`] when there is nobody to write to, or not whom was named; the sentence says what to do.
pub async fn recipient(
    bench: &Bench<'_>,
    data: &AccountData,
    goal: Goal,
    named: Option<&str>,
    asked: Option<&str>,
) -> Result<Recipient, ToolError> {
    let cast = Cast::new(data, bench.today());
    if let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) {
        let who = self::named(bench, &cast, named).await?;
        return Ok(Recipient { news: cast.told_of(&who), who, reason: None });
    }
    chosen(&cast, goal, asked)
}

/// Whom a mail goes to where nobody was named.
fn chosen(cast: &Cast<'_>, goal: Goal, asked: Option<&str>) -> Result<Recipient, ToolError> {
    let account = &cast.data.account.record;
    let wanted = |contact: &&Contact| match (goal, asked) {
        (Goal::PaymentRecovery, _) => pays(contact),
        (_, Some(asked)) => same_person(&contact.name, asked),
        _ => false,
    };
    let reason = if goal == Goal::PaymentRecovery { "looks after payments there" } else { "asked for it" };
    let found =
        cast.writable.iter().find(|contact| wanted(contact)).map(|contact| (correspondent(contact), reason.to_owned()));
    // Whom it would go to, were they still there.
    let meant = account.contacts.iter().find(wanted).or_else(|| account.primary_contact());
    let gone = meant.filter(|contact| cast.is_gone(contact));
    let heard = gone.and_then(|contact| cast.gone(&contact.name, contact.email.as_deref()));
    let successor = heard.and_then(|heard| Some((cast.successor(heard)?, plain_name(&heard.who))));
    let next = successor.map(|(next, gone)| (next, format!("takes over from {gone}, who is gone")));
    let primary = cast.writable.iter().find(|contact| contact.primary);
    let primary = primary.map(|contact| (correspondent(contact), "is the main contact".to_owned()));
    let first = cast.writable.first();
    let first = first.map(|contact| (correspondent(contact), "is the first contact with an e-mail address".to_owned()));
    let Some((who, reason)) = found.or(next).or(primary).or(first) else {
        return Err(ToolError::NotFound(match account.contacts.iter().find(|contact| cast.is_gone(contact)) {
            Some(gone) => cast.refusal(gone),
            None => format!(
                "No contact with an e-mail address is on record at {}; add one to the account, or name somebody who wrote to us.",
                account.name
            ),
        }));
    };
    let mut news: Vec<(String, Evidence)> = heard
        .map(|heard| {
            (format!("{}, so this goes to {}.", cast.news(heard), who.name), departed::evidence_of(cast.data, heard))
        })
        .into_iter()
        .collect();
    news.extend(cast.told_of(&who));
    Ok(Recipient { who, reason: Some(reason), news })
}

/// The person who was named: a contact, else somebody of theirs who took part in a call or wrote to us.
async fn named(bench: &Bench<'_>, cast: &Cast<'_>, named: &str) -> Result<Correspondent, ToolError> {
    let account = &cast.data.account.record;
    let writable = &cast.writable;
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
    if let Some(gone) = account.contacts.iter().find(|contact| cast.is_gone(contact) && fits(contact)) {
        return Err(ToolError::Invalid(cast.refusal(gone)));
    }
    if let Some(silent) = account.contacts.iter().find(|contact| fits(contact)) {
        return Err(ToolError::NotFound(format!(
            "No e-mail address of {} is on record; add it to the account first.",
            silent.name
        )));
    }
    let known = bench.directory().customers_of(&account.domain).await?;
    let known = known.iter().find(|person| same_person(&person.name, named));
    if let Some((person, email)) = known.and_then(|person| Some((person, person.email.clone()?))) {
        if let Some(heard) = cast.gone(&person.name, Some(&email)) {
            return Err(ToolError::Invalid(format!("{}. Contacts there: {}.", cast.news(heard), cast.others())));
        }
        return Ok(Correspondent { name: person.name.clone(), title: person.title.clone(), email });
    }
    let instead = match cast.others() {
        names if names.is_empty() => "No contact with an e-mail address is on record there; add one first.".to_owned(),
        names => format!("Contacts there: {names}."),
    };
    // Somebody who was named to us as a successor, and is no contact yet.
    let next = cast.data.departures.iter().filter_map(|heard| cast.successor(heard));
    let next = next.into_iter().find(|next| same_person(&next.name, named) || next.email.eq_ignore_ascii_case(named));
    next.ok_or_else(|| {
        ToolError::NotFound(format!("Nobody called `{named}` is on record at {}. {instead}", account.name))
    })
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
