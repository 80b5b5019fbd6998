//! The mails that a mail holds: what was promised and asked for in them counts for those who wrote them, on their day, and
//! once, however often a mail is quoted.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::due::Due;
use super::foreign;
use super::heard::Setting;
use super::promise::Promise;
use super::statement::script_of_words;
use crate::domain::account::Contact;
use crate::domain::activity::{Email, Request, Side, host_of};
use crate::domain::time::Moment;
use crate::reading::people::Sides;
use crate::reading::zone::Zone;
use crate::reading::{Earlier, earlier, zones_of};

/// Marks the identifier of a request that was read in an earlier mail.
const MARK: &str = "#q";

/// Statements of the mails within a mail are numbered from here on, those of the first; of the next from twice as much.
const APART: usize = 10_000;

/// Days between a mail and what is quoted of it later, at most.
const QUOTED_WITHIN: i64 = 60;

/// A mail within another one, whose writer is known and belongs to one of the two sides.
pub(super) struct Within {
    /// The mail.
    pub mail: Email,
    /// Whether it says of which day it is.
    pub dated: bool,
    /// Whether it is passed on, and not only quoted.
    pub forwarded: bool,
    /// What is added to the number of a statement, so that it is another one than any of the mail it stands in.
    pub from: usize,
}

/// The mails within a mail that one of the two sides wrote. What an outsider promises is nobody's debt: where nobody is known
/// to be ours, our side is whoever has an address where somebody has one whom the mail is from or to.
pub(super) fn within(email: &Email, contacts: &[Contact], sides: &Sides) -> Vec<Within> {
    let parties: FxHashSet<String> =
        std::iter::once(&email.from).chain(&email.to).filter_map(|party| host_of(party)).collect();
    let of_a_side = |mail: &Email| match sides.of(&mail.from) {
        Some(Side::Customer) => true,
        Some(Side::Team) => sides.knows_ours() || host_of(&mail.from).is_some_and(|host| parties.contains(&host)),
        None => false,
    };
    let found = earlier(email, &zones_of(email), contacts).into_iter().enumerate();
    let found = found.filter(|(_, earlier)| earlier.known && of_a_side(&earlier.mail));
    let within = |(index, earlier): (usize, Earlier)| Within {
        dated: earlier.dated,
        forwarded: earlier.zone == Zone::Forwarded,
        mail: earlier.mail,
        from: (index + 1) * APART,
    };
    found.map(within).collect()
}

/// The promises and requests of the mails within a mail.
pub(super) fn heard_within(email: &Email, setting: &Setting<'_>) -> (Vec<Promise>, Vec<Request>) {
    let (mut promised, mut asked) = (Vec::new(), Vec::new());
    let people = &setting.people;
    for Within { mail, dated, from, .. } in within(email, &setting.account.contacts, &setting.sides) {
        let script = script_of_words(&mail, &setting.sides).with_dates(setting.day_first);
        let (promises, requests) = foreign::heard(&script, people, &setting.account.domain);
        for promise in promises {
            // "Tomorrow" is no day where nobody knows of which day it was said.
            let due = promise.due.map(|due| Due { day: due.day.filter(|_| dated), ..due });
            promised.push(Promise { quoted: true, turn: from + promise.turn, due, ..promise });
        }
        for request in requests {
            let id = format!("{}{MARK}{}", email.id, asked.len());
            asked.push(Request { id, ..request });
        }
    }
    (promised, asked)
}

/// Leaves out the promises of quoted mails that are on record themselves, and all but one copy of each.
pub(super) fn promised_once(promises: &mut Vec<Promise>) {
    once(promises, |promise| promise.quoted, |promise| (&promise.quote, &promise.who, promise.occurred_at));
}

/// The same for requests.
pub(super) fn asked_once(requests: &mut Vec<Request>) {
    once(
        requests,
        |request| request.id.rsplit_once(MARK).is_some_and(|(id, _)| id == request.source.id),
        |request| (&request.quote, &request.who, request.occurred_at),
    );
}

/// Leaves out copies of what the same person said in the same words not long before, or a little later: a copy that says no
/// day is taken for one of the day of the mail it stands in.
fn once<T>(
    all: &mut Vec<T>,
    is_copy: impl Fn(&T) -> bool,
    said: impl for<'a> Fn(&'a T) -> (&'a String, &'a String, Moment),
) {
    let mut known: FxHashMap<String, Vec<Said>> = FxHashMap::default();
    let of = |item: &T| {
        let (quote, who, at) = said(item);
        (quote.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase(), names(who), at)
    };
    for (quote, who, at) in all.iter().filter(|item| !is_copy(item)).map(of) {
        known.entry(quote).or_default().push((who, at));
    }
    all.retain(|item| {
        if !is_copy(item) {
            return true;
        }
        let (quote, who, at) = of(item);
        let same = known.entry(quote).or_default();
        let one = same.iter().any(|(other, when)| {
            (other.is_subset(&who) || who.is_subset(other)) && (*when - at).num_days().abs() <= QUOTED_WITHIN
        });
        if !one {
            same.push((who, at));
        }
        !one
    });
}

/// By whom something was said, and when.
type Said = (BTreeSet<String>, Moment);

/// The words of a name, in any order.
fn names(who: &str) -> BTreeSet<String> {
    let words = who.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountRecord;

    fn mail(from: &str, to: &str, body: &str) -> Email {
        Email {
            id: "e".to_owned(),
            account: "vey.example".to_owned(),
            sent_at: "2026-11-10T12:00:00Z".parse().unwrap(),
            from: from.to_owned(),
            to: vec![to.to_owned()],
            subject: "Fwd: Licences".to_owned(),
            body: body.to_owned(),
            thread_id: None,
            url: None,
        }
    }

    fn heard(email: &Email) -> (Vec<Promise>, Vec<Request>) {
        let account =
            AccountRecord { domain: "vey.example".to_owned(), name: "Vey".to_owned(), ..AccountRecord::default() };
        heard_within(email, &Setting::new(&account, &[]))
    }

    #[test]
    fn what_an_outsider_promises_in_a_mail_passed_on_is_nobodys_debt() {
        let passed_on = |from: &str| {
            mail(
                "Lena Vey <lena@vey.example>",
                "Kim Larsen <kim@us.example>",
                &format!(
                    "FYI.\n\n---------- Forwarded message ---------\nFrom: {from}\nDate: Mon, 9 Nov 2026 at 10:00\nSubject: Licences\n                     To: Lena Vey <lena@vey.example>\n\nI will send you the licence keys by Friday.\n"
                ),
            )
        };
        assert!(heard(&passed_on("Ole Bakke <ole@reseller.example>")).0.is_empty());
        let promised = heard(&passed_on("Jana Riedel <jana@us.example>")).0;
        assert_eq!((promised.len(), promised[0].side, promised[0].quoted), (1, Side::Team, true));
    }

    #[test]
    fn a_day_is_told_only_where_the_mail_says_of_which_day_it_is() {
        let quoted = |day: &str| {
            mail(
                "Lena Vey <lena@vey.example>",
                "Kim Larsen <kim@us.example>",
                &format!("Fine.\n\nOn {day}Kim Larsen <kim@us.example> wrote:\n> I will send you the plan tomorrow.\n"),
            )
        };
        let due =
            |email: &Email| heard(email).0.first().and_then(|promise| promise.due.clone()).and_then(|due| due.day);
        assert_eq!(due(&quoted("Mon, Nov 2, 2026 at 10:00 AM ")), Some("2026-11-03".parse().unwrap()));
        assert_eq!(due(&quoted("Monday ")), None);
    }

    #[test]
    fn a_copy_is_of_the_same_person_and_of_about_the_same_day() {
        let said = |quoted: bool, who: &str, at: &str| {
            (quoted, "I will get back to you.".to_owned(), who.to_owned(), at.parse().unwrap())
        };
        let left = |mut all: Vec<(bool, String, String, Moment)>| {
            once(&mut all, |item| item.0, |item| (&item.1, &item.2, item.3));
            all.len()
        };
        let original = said(false, "Kim Larsen", "2026-11-02T10:00:00Z");
        assert_eq!(left(vec![original.clone(), said(true, "Larsen, Kim", "2026-11-10T10:00:00Z")]), 1);
        assert_eq!(left(vec![original.clone(), said(true, "Lena Vey", "2026-11-02T10:00:00Z")]), 2);
        assert_eq!(left(vec![original, said(true, "Kim Larsen", "2026-05-02T10:00:00Z")]), 2);
    }
}
