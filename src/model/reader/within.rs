//! The mails that a mail holds: what was promised and asked for in them counts for those who wrote them, on their day, and
//! once, however often a mail is quoted.

use rustc_hash::FxHashSet;

use super::people::People;
use super::promise::{Promise, promises};
use super::request::requests;
use super::statement::script_of_words;
use crate::domain::account::{AccountRecord, Contact};
use crate::domain::activity::{Email, Request};
use crate::reading::zone::Zone;
use crate::reading::{earlier, zones_of};

/// Marks the identifier of a request that was read in an earlier mail.
const MARK: &str = "#q";

/// The mails a mail passes on, as far as it says who wrote them.
pub(super) fn passed_on(email: &Email, contacts: &[Contact]) -> Vec<Email> {
    let found = earlier(email, &zones_of(email), contacts).into_iter();
    found.filter(|earlier| earlier.known && earlier.zone == Zone::Forwarded).map(|earlier| earlier.mail).collect()
}

/// The promises and requests of the mails within a mail whose writers are known.
pub(super) fn heard_within(email: &Email, account: &AccountRecord, people: &People) -> (Vec<Promise>, Vec<Request>) {
    let (mut promised, mut asked) = (Vec::new(), Vec::new());
    for earlier in earlier(email, &zones_of(email), &account.contacts).into_iter().filter(|earlier| earlier.known) {
        let script = script_of_words(&earlier.mail, account);
        promised.extend(promises(&script, people).into_iter().map(|promise| Promise { quoted: true, ..promise }));
        for request in requests(&script, people, &account.domain) {
            let id = format!("{}{MARK}{}", email.id, asked.len());
            asked.push(Request { id, ..request });
        }
    }
    (promised, asked)
}

/// Leaves out the promises of quoted mails that are on record themselves, and all but one copy of each.
pub(super) fn promised_once(promises: &mut Vec<Promise>) {
    once(promises, |promise| promise.quoted, |promise| &promise.quote);
}

/// The same for requests.
pub(super) fn asked_once(requests: &mut Vec<Request>) {
    once(
        requests,
        |request| request.id.rsplit_once(MARK).is_some_and(|(id, _)| id == request.source.id),
        |request| &request.quote,
    );
}

fn once<T>(all: &mut Vec<T>, is_copy: impl Fn(&T) -> bool, quote: impl Fn(&T) -> &String) {
    let key = |item: &T| quote(item).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mut known: FxHashSet<String> = all.iter().filter(|item| !is_copy(item)).map(key).collect();
    all.retain(|item| !is_copy(item) || known.insert(key(item)));
}
