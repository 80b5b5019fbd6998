//! The earlier mails that a mail holds, each as a mail of its own: by whom, of which day, and its words.

use chrono::{Duration, NaiveTime};

use super::people::{Met, Name, Roll};
use super::zone::{Author, Envelope, Mail, Zone, zones};
use crate::domain::account::Contact;
use crate::domain::activity::{Email, mailbox};
use crate::domain::time::Moment;

/// An earlier mail within another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// [`Zone::Quoted`] or [`Zone::Forwarded`].
    pub zone: Zone,
    /// Whether the mail says who wrote it.
    pub known: bool,
    /// Whether the mail says of which day it is; where it does not, the day of the mail it stands in counts.
    pub dated: bool,
    /// Its writer, its day and its words; everything else is that of the mail it stands in.
    pub mail: Email,
}

/// The zones of an e-mail.
#[must_use]
pub fn zones_of(email: &Email) -> Mail {
    let sent = Some(email.sent_at.day());
    zones(&Envelope { from: &email.from, to: &email.to, subject: &email.subject, sent }, &email.body)
}

/// The earlier mails within `email`, whose zones are `cut`, in the order they begin; those nobody said anything in are left
/// out. A writer who is named without an address is looked up among `contacts` and those the mail is from and to.
#[must_use]
pub fn earlier(email: &Email, cut: &Mail, contacts: &[Contact]) -> Vec<Earlier> {
    let mut texts: Vec<(Zone, String)> = vec![(Zone::Quoted, String::new()); cut.history.len()];
    for line in &cut.lines {
        let Some((zone, text)) = line.part.and_then(|part| texts.get_mut(part)) else { continue };
        if !matches!(line.zone, Zone::Quoted | Zone::Forwarded) {
            continue;
        }
        *zone = line.zone;
        if line.said {
            text.push_str(email.body.get(line.words.clone()).unwrap_or_default());
        }
        if line.said || line.words.is_empty() {
            text.push('\n');
        }
    }
    let with_words = cut.history.iter().zip(texts).filter(|(_, (_, text))| !text.trim().is_empty());
    with_words
        .map(|(history, (zone, text))| {
            let from = history.author.as_ref().and_then(|author| sender(author, email, contacts));
            // Of a day without a time the end counts, so that the mail itself, when it is on record, comes first.
            let end = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default();
            let stated = history.day.map(|day| Moment::from(day.and_time(end).and_utc()));
            let mail = Email {
                from: from.clone().unwrap_or_default(),
                sent_at: stated.map_or(email.sent_at, |at| at.min(email.sent_at - Duration::seconds(1))),
                subject: history.subject.clone().unwrap_or_else(|| email.subject.clone()),
                body: text.trim().to_owned(),
                to: Vec::new(),
                ..email.clone()
            };
            Earlier { zone, known: from.is_some(), dated: stated.is_some(), mail }
        })
        .collect()
}

/// An author as `Name <address>`; none when no address is known.
fn sender(author: &Author, email: &Email, contacts: &[Contact]) -> Option<String> {
    if let Some(address) = &author.email {
        return Some(format!("{} <{address}>", author.name));
    }
    let parties: Vec<(String, String)> =
        std::iter::once(&email.from).chain(&email.to).map(|text| mailbox(text)).collect();
    let parties = parties.iter().filter(|(_, address)| address.contains('@'));
    let known = contacts.iter().filter(|contact| contact.email.is_some());
    let known = known.map(|contact| (contact.name.as_str(), contact.email.as_deref()));
    let roll = Roll::new(known.chain(parties.map(|(name, address)| (name.as_str(), Some(address.as_str())))));
    let Met::One(at) = roll.find(&author.name) else { return None };
    let address = roll.name(at).and_then(Name::address)?;
    Some(format!("{} <{address}>", author.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(from: &str, body: &str) -> Email {
        Email {
            id: "e".to_owned(),
            account: "vey.example".to_owned(),
            sent_at: "2026-11-10T12:00:00Z".parse().unwrap(),
            from: from.to_owned(),
            to: vec!["Kim Larsen <kim@us.example>".to_owned()],
            subject: "Re: Seats".to_owned(),
            body: body.to_owned(),
            thread_id: None,
            url: None,
        }
    }

    #[test]
    fn an_earlier_mail_has_its_writer_its_day_and_its_words() {
        let mail = email(
            "Lena Vey <lena@vey.example>",
            "Fine.\n\nOn Mon, Nov 9, 2026 at 10:00 AM Kim Larsen <kim@us.example> wrote:\n> I will send the plan\n> on Friday.\n>\n> > On Nov 8, 2026, at 9:00, Lena Vey wrote:\n> > Where is the plan?\n> > -- \n> > Lena",
        );
        let found = earlier(&mail, &zones_of(&mail), &[]);
        let told: Vec<_> = found.iter().map(|found| (found.mail.from.as_str(), found.mail.body.as_str())).collect();
        assert_eq!(
            told,
            [
                ("Kim Larsen <kim@us.example>", "I will send the plan\non Friday."),
                ("Lena Vey <lena@vey.example>", "Where is the plan?"),
            ]
        );
        assert_eq!(found[0].mail.sent_at.to_string(), "2026-11-09T23:59:59Z");
        assert!(found.iter().all(|found| found.known && found.zone == Zone::Quoted));
    }

    #[test]
    fn nobody_is_guessed() {
        let mail = email("Lena Vey <lena@vey.example>", "Yes.\n\n> Could you send it?\n");
        let found = earlier(&mail, &zones_of(&mail), &[]);
        assert_eq!((found.len(), found[0].known, found[0].mail.sent_at), (1, false, mail.sent_at));
        let mail = email("Lena Vey <lena@vey.example>", "Yes.\n\nOn 9 Nov 2026 10:00, Ole Bakke wrote:\n> Send it?\n");
        assert!(!earlier(&mail, &zones_of(&mail), &[])[0].known);
    }
}
