//! Who is there at first, and which channels.

use super::super::app::BOT_USER;
use super::{Channel, Kind, Person, PersonKind};

const MEMBERS: [(&str, &str, &str, PersonKind); 7] = [
    ("U_MONICA", "Monica Hall", "monica@piedpiper.com", PersonKind::Admin),
    ("U_JARED", "Jared Dunn", "jared@piedpiper.com", PersonKind::Member),
    ("U_RICHARD", "Richard Hendricks", "richard@piedpiper.com", PersonKind::Member),
    ("U_DINESH", "Dinesh Chugtai", "dinesh@piedpiper.com", PersonKind::Member),
    ("U_GILFOYLE", "Bertram Gilfoyle", "gilfoyle@piedpiper.com", PersonKind::Member),
    ("U_CARLA", "Carla Walton", "carla@piedpiper.com", PersonKind::Member),
    ("U_NELSON", "Nelson Bighetti", "nelson@piedpiper.com", PersonKind::Member),
];

const GUEST: (&str, &str, &str, PersonKind) = ("U_GUEST", "Gavin Guest", "gavin.guest@example.com", PersonKind::Guest);
const STRANGER: (&str, &str, &str, PersonKind) =
    ("U_CONNECT", "Dana Whitfield", "dana.whitfield@hooli.com", PersonKind::Connect);

/// Who is there at first.
pub fn people() -> Vec<Person> {
    let mut people: Vec<Person> = MEMBERS
        .iter()
        .chain([&GUEST, &STRANGER])
        .map(|(id, name, email, kind)| Person::new(id, name, email, *kind))
        .collect();
    people.push(Person::new(BOT_USER, "Success Agent", "", PersonKind::Bot));
    people
}

/// Which channels there are at first; the bot is in all of them.
pub fn channels() -> Vec<Channel> {
    let with = |more: &[&str]| {
        let members = MEMBERS.iter().map(|(id, ..)| *id).chain([BOT_USER]).chain(more.iter().copied());
        members.map(str::to_owned).collect::<Vec<_>>()
    };
    vec![
        Channel::new("C_GENERAL", "general", Kind::Public, with(&[])),
        Channel::new("C_ACCT_HOOLI", "acct-hooli", Kind::Public, with(&[])),
        Channel::new("C_CONNECT", "hooli-piedpiper", Kind::Connect, with(&["U_CONNECT"])),
        Channel::new("C_GUEST", "with-guest", Kind::Public, with(&["U_GUEST"])),
        Channel::new("G_PRIVATE", "cs-leads", Kind::Private, with(&[])),
    ]
}
