//! Names in all their spellings, and that nobody is taken for somebody else.

use proptest::prelude::*;

use super::*;
use crate::domain::account::{AccountRecord, Contact};
use crate::domain::activity::{Call, Participant, Side, SpokenTurn};
use crate::domain::team::Team;

/// Some people, of whom two share a first name and two a last name.
const KNOWN: [(&str, Option<&str>); 7] = [
    ("Ingrid Solheim", Some("ingrid.solheim@fjordbyte.example")),
    ("Ingrid Maas", Some("ingrid.maas@fjordbyte.example")),
    ("Tobias Solheim", None),
    ("Jürgen Weiß", Some("jw@fjordbyte.example")),
    ("María José de la Torre", None),
    ("Anne-Marie Vos", Some("amvos@fjordbyte.example")),
    ("Chidi Okonkwo", Some("chidi@okonkwo.example")),
];

fn met(text: &str) -> Option<&'static str> {
    match Roll::new(KNOWN).find(text) {
        Met::One(at) => Some(KNOWN[at].0),
        _ => None,
    }
}

#[test]
fn one_person_is_found_in_every_spelling() {
    for (texts, name) in [
        (
            &[
                "Ingrid Solheim",
                "INGRID SOLHEIM",
                "Solheim, Ingrid",
                "Solheim, Ingrid (External)",
                "Ingrid Solheim External unfamiliar",
                "Ingrid Solheim (Guest)",
                "Ingrid Solheim [EXT]",
                "Ingrid Solheim (she/her)",
                "Ingrid Solheim | Fjordbyte",
                "Ingrid Solheim - Fjordbyte AS",
                "Ingrid Solheim from Fjordbyte",
                "Dr. Ingrid Solheim, PhD",
                "Ingrid K. Solheim",
                "I. Solheim",
                "Solheim, I.",
                "Solheim Ingrid",
                "ingrid.solheim@fjordbyte.example",
                "<Ingrid.Solheim@FJORDBYTE.example>",
                "mailto:ingrid.solheim@fjordbyte.example",
                "Whoever <ingrid.solheim@fjordbyte.example>",
                "Ingrid Solheim (ingrid.solheim@fjordbyte.example)",
                "Ingrid Solheim <i.solheim@mail.fjordbyte.example>",
            ][..],
            "Ingrid Solheim",
        ),
        (
            &[
                "Jürgen Weiß",
                "Ju\u{308}rgen Weiß",
                "Juergen Weiss",
                "Jurgen Weiss",
                "WEISS, JÜRGEN",
                "Jürgen",
                "jweiss@elsewhere.example",
            ],
            "Jürgen Weiß",
        ),
        (
            &["de la Torre, María José", "Maria de la Torre", "Maria Jose de la Torre (Invitada)"],
            "María José de la Torre",
        ),
        (&["Annemarie Vos", "Anne Marie Vos", "Anne-Marie", "VOS, Anne-Marie (Extern)"], "Anne-Marie Vos"),
        (&["Chidi", "Okonkwo", "Chidi O.", "okonkwoc@partner.example"], "Chidi Okonkwo"),
    ] {
        for text in texts {
            // An address elsewhere is nobody's whose own is known.
            let elsewhere = text.contains("elsewhere") || text.contains("partner");
            assert_eq!(met(text), (!elsewhere).then_some(name), "{text}");
        }
    }
}

#[test]
fn where_two_may_be_meant_neither_is() {
    let roll = Roll::new(KNOWN);
    for text in ["Ingrid", "Solheim", "I. S.", "ingrid@fjordbyte.example"] {
        assert!(!matches!(roll.find(text), Met::One(_)), "{text}: {:?}", roll.find(text));
    }
    assert_eq!(roll.find("Ingrid (Guest)"), Met::Several(vec![0, 1]));
    for text in
        ["Ingrid Berg", "Sol", "T. Maas", "Jürgen Schwarz", "Torre Ingrid", "", "Chidi Okonkwo <chidi@gmail.com>"]
    {
        assert_eq!(roll.find(text), Met::Nobody, "{text}");
    }
}

#[test]
fn what_stands_in_the_place_of_a_name_is_nobodys() {
    for text in [
        "",
        "  ",
        "Speaker 1",
        "SPEAKER_00",
        "spk0",
        "Unknown",
        "Unknown speaker",
        "Guest",
        "Guest 3",
        "Sprecher 2",
        "Intervenant 1",
        "Orador B",
        "+49 151 2345678",
        "A",
        "Participant 12",
        "Me",
        "(External)",
        "S1",
        "???",
    ] {
        assert!(Name::read(text).is_nameless(), "{text}");
    }
    for text in ["Guest, Judith", "Judith Guest", "Al", "Host Baumann", "Person, Ada", "x@y.example", "Speaker Pelosi"]
    {
        assert!(!Name::read(text).is_nameless(), "{text}");
    }
}

#[test]
fn a_name_is_shown_without_what_programs_add() {
    for (text, shown) in [
        ("Solheim, Ingrid (External)", "Ingrid Solheim"),
        ("INGRID SOLHEIM External unfamiliar", "INGRID SOLHEIM"),
        ("Judith Guest", "Judith Guest"),
        ("Judith Hale Guest", "Judith Hale"),
        ("van der Berg, Pia", "Pia van der Berg"),
        ("Pia Berg, MBA", "Pia Berg"),
        ("Pia Berg, Fjordbyte GmbH", "Pia Berg"),
        ("García López, Ana", "García López, Ana"),
        ("\"Pia Berg\" <pia@x.example>", "Pia Berg"),
        ("pia.berg@x.example", "pia.berg"),
        ("Speaker 2", "Speaker 2"),
    ] {
        assert_eq!(Name::read(text).shown(), shown, "{text}");
    }
}

#[test]
fn two_ways_of_writing_a_name_may_mean_one_person() {
    for (known, asked) in
        [("Pia Berg", "Pia"), ("Berg, Pia (Guest)", "pia berg"), ("Zoë Berg", "zoe"), ("P. Berg", "Pia Berg")]
    {
        assert!(same_person(known, asked) && same_person(asked, known), "{known} {asked}");
    }
    for (known, asked) in [("Pia Berg", "Pia Holm"), ("Pia Berg", ""), ("Speaker 1", "Speaker 2"), ("Pia Berg", "Pi")] {
        assert!(!same_person(known, asked) && !same_person(asked, known), "{known} {asked}");
    }
}

fn account() -> AccountRecord {
    let contact = |name: &str, email: &str| Contact {
        name: name.to_owned(),
        email: Some(email.to_owned()).filter(|email| !email.is_empty()),
        ..Contact::default()
    };
    AccountRecord {
        domain: "fjordbyte.example".to_owned(),
        name: "Fjordbyte".to_owned(),
        owner_email: Some("ruth@ours.example".to_owned()),
        contacts: vec![
            contact("Ingrid Solheim", "ingrid@fjordbyte.example"),
            contact("Ole Dahl", "ole.dahl@gmail.com"),
        ],
        attributes: [("aliases".to_owned(), serde_json::json!(["Fjord", "fjordbyte-old.example", "bjørn.example"]))]
            .into(),
        ..AccountRecord::default()
    }
}

#[test]
fn a_side_is_told_by_where_somebody_belongs() {
    let sides = Sides::new(&account(), &Team::default());
    for (text, side) in [
        ("Ruth <ruth@ours.example>", Some(Side::Team)),
        ("max@ours.example", Some(Side::Team)),
        ("new@fjordbyte.example", Some(Side::Customer)),
        ("bot@mail.fjordbyte.example", Some(Side::Customer)),
        ("x@fjordbyte-old.example", Some(Side::Customer)),
        ("x@xn--bjrn-hra.example", Some(Side::Customer)),
        ("Ole <OLE.DAHL@gmail.com>", Some(Side::Customer)),
        ("someone@gmail.com", None),
        ("Sam <sam@reseller.example>", None),
        ("x@notfjordbyte.example", None),
    ] {
        assert_eq!(sides.of(text), side, "{text}");
    }
    // Where nobody is known to be ours, everybody else is.
    let nobody = AccountRecord { owner_email: None, ..account() };
    assert_eq!(Sides::new(&nobody, &Team::default()).of("sam@reseller.example"), Some(Side::Team));
}

#[test]
fn what_was_said_of_the_team_counts_and_nothing_is_guessed_any_more() {
    let team = Team {
        domains: ["ours-group.example".to_owned()].into(),
        people: ["ruth.private@gmail.com".to_owned()].into(),
        seen: ["ours.example".to_owned()].into(),
    };
    let sides = Sides::new(&account(), &team);
    for (text, side) in [
        ("ruth.private@gmail.com", Some(Side::Team)),
        ("pat@eu.ours-group.example", Some(Side::Team)),
        ("ruth@ours.example", None),
        ("other@gmail.com", None),
        ("ingrid@fjordbyte.example", Some(Side::Customer)),
    ] {
        assert_eq!(sides.of(text), side, "{text}");
    }
}

#[test]
fn an_owner_with_a_private_address_makes_nobody_else_ours() {
    let owner = AccountRecord { owner_email: Some("ruth@gmail.com".to_owned()), ..account() };
    let sides = Sides::new(&owner, &Team::default());
    assert_eq!([sides.of("ruth@gmail.com"), sides.of("sam@gmail.com")], [Some(Side::Team), None]);
}

fn call(speakers: &[&str]) -> Call {
    let person = |name: &str, email: Option<&str>, side| Participant {
        name: name.to_owned(),
        email: email.map(str::to_owned),
        side,
    };
    let turn =
        |speaker: &&str| SpokenTurn { speaker: (*speaker).to_owned(), text: "Well.".to_owned(), at_seconds: None };
    Call {
        id: "c".to_owned(),
        account: "fjordbyte.example".to_owned(),
        title: "Review".to_owned(),
        started_at: "2026-05-04T09:00:00Z".parse().unwrap(),
        duration_seconds: 60,
        participants: vec![
            person("Solheim, Ingrid (Extern)", Some("ingrid@fjordbyte.example"), Side::Customer),
            person("Ingvild Moe", None, Side::Customer),
            person("Ruth Adler", Some("ruth@ours.example"), Side::Team),
            person("Ruth Stein", None, Side::Team),
        ],
        transcript: speakers.iter().map(turn).collect(),
        summary: None,
        url: None,
    }
}

#[test]
fn speakers_are_matched_with_who_took_part() {
    let sides = Sides::new(&account(), &Team::default());
    for (label, name, side, nameless) in [
        ("INGRID SOLHEIM External", "Ingrid Solheim", Some(Side::Customer), false),
        ("Moe, Ingvild", "Ingvild Moe", Some(Side::Customer), false),
        ("ruth@ours.example", "Ruth Adler", Some(Side::Team), false),
        ("R. Adler", "Ruth Adler", Some(Side::Team), false),
        // One of two of ours.
        ("Ruth", "Ruth", Some(Side::Team), false),
        // Not listed, but a contact.
        ("Dahl, Ole (Guest)", "Ole Dahl", Some(Side::Customer), false),
        ("Sam Reed", "Sam Reed", None, false),
        ("max@ours.example", "max", Some(Side::Team), false),
        ("Speaker 1", "Speaker 1", None, true),
        ("Unknown speaker", "Unknown speaker", None, true),
    ] {
        let speakers = Speakers::of(&call(&[label]), Some(&sides));
        let expected = Speaker { name: name.to_owned(), side, nameless };
        assert_eq!(speakers.get(label), Some(&expected), "{label}");
    }
}

/// A name of two or three words.
fn a_name() -> impl Strategy<Value = String> {
    "[A-ZÄÖÜÅÉ][a-zäöüéñ]{1,6}( [A-Z][a-zøç]{1,6}){1,2}"
}

/// A spelling of a name by which nobody else is meant.
fn spelled(name: &str, way: usize) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    let (last, given) = (words[words.len() - 1], words[..words.len() - 1].join(" "));
    match way % 6 {
        0 => name.to_owned(),
        1 => format!("{last}, {given}"),
        2 => format!("{name} (External)"),
        3 => name.to_uppercase(),
        4 => format!("{last}, {given} (Guest)"),
        _ => unicode_normalization::UnicodeNormalization::nfd(name).collect(),
    }
}

proptest! {
    #[test]
    fn how_well_two_names_fit_is_the_same_from_both_sides(left in "\\PC{0,24}", right in a_name(), way in 0_usize..6) {
        let (left, right) = (Name::read(&left), Name::read(&spelled(&right, way)));
        prop_assert_eq!(left.fit(&right), right.fit(&left));
        prop_assert_eq!(left.is(&right), right.is(&left));
    }

    #[test]
    fn a_spelling_of_a_name_means_that_person_or_nobody(names in prop::collection::vec(a_name(), 1..6), which in 0_usize..6, way in 0_usize..6) {
        let at = which % names.len();
        let roll = Roll::new(names.iter().map(|name| (name.as_str(), None)));
        let found = roll.find(&spelled(&names[at], way));
        let own = Name::read(&names[at]);
        match found {
            // One of the same name, if it is not the very one.
            Met::One(other) => prop_assert!(other == at || Name::read(&names[other]).is(&own), "{names:?} {at} {other}"),
            Met::Several(several) => prop_assert!(several.contains(&at)),
            Met::Nobody => prop_assert!(false, "{} is not found", names[at]),
        }
    }

    #[test]
    fn whom_a_text_means_does_not_hang_on_the_order_of_those_known(names in prop::collection::vec(a_name(), 1..6), text in "[A-Z][a-z]{0,3}( [A-Z][a-z]{0,3})?") {
        let forth = Roll::new(names.iter().map(|name| (name.as_str(), None)));
        let back = Roll::new(names.iter().rev().map(|name| (name.as_str(), None)));
        let one = |met: Met, name: &dyn Fn(usize) -> String| match met {
            Met::One(at) => Some(Name::read(&name(at))),
            _ => None,
        };
        let forth = one(forth.find(&text), &|at| names[at].clone());
        let back = one(back.find(&text), &|at| names[names.len() - 1 - at].clone());
        match (forth, back) {
            (Some(forth), Some(back)) => prop_assert!(forth.is(&back)),
            (forth, back) => prop_assert_eq!(forth.is_none(), back.is_none()),
        }
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,80}") {
        let name = Name::read(&text);
        prop_assert!(name.shown().len() <= text.len() * 3 + 3);
        prop_assert!(matches!(Roll::new(KNOWN).find(&text), Met::Nobody | Met::One(_) | Met::Several(_)));
    }
}
