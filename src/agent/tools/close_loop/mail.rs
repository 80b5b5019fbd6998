//! Our e-mails to a person: the last one, and whether one told them.

use super::Wanted;
use crate::domain::activity::{Email, Release, Side, mailbox};
use crate::language::{Gist, Rarity, words};
use crate::reading::people::Sides;
use crate::reading::zone::Zone;
use crate::reading::zones_of;

/// Words that say that something is there now.
const THERE: [&str; 14] = [
    "shipped",
    "released",
    "live",
    "available",
    "launched",
    "out",
    "here",
    "new",
    "now",
    "release",
    "rolled",
    "ready",
    "added",
    "asked",
];

/// Whether an e-mail is of our team and to this address.
pub fn is_ours_to(email: &Email, sides: &Sides, address: &str) -> bool {
    sides.of(&email.from) == Some(Side::Team) && email.to.iter().any(|to| mailbox(to).1.eq_ignore_ascii_case(address))
}

/// Whether an e-mail tells of what somebody waits for: it names the release, or the thing with a word that it is there.
pub fn tells_of(email: &Email, release: &Release, wish: &Wanted) -> bool {
    if email.sent_at < release.shipped_at {
        return false;
    }
    // What is quoted was told before, if at all.
    let text = format!("{}. {}", email.subject, zones_of(email).text(&email.body, Zone::Own));
    let found = words(&text);
    let said = |word: &str| found.iter().any(|found| found.lower.trim_start_matches('v') == word);
    let version = release.version.as_deref().map(|version| version.trim_start_matches(['v', 'V']).to_lowercase());
    let numbered = version.as_deref().is_some_and(|version| version.contains('.') && said(version));
    let gist = Gist::new(&text);
    let alike = Rarity::default();
    let named =
        wish.asks.iter().map(|ask| &ask.names).any(|names| !names.is_empty() && alike.share(names, &gist) >= 0.75);
    numbered || named && THERE.iter().any(|word| said(word))
}
