//! The tables below `cases/`, a file a language: each line of a mail behind the letter of its zone.
//!
//! `#` names a case; `@12|Name` says who wrote its line 12, counted from 0; `F|`, `T|` and `S|` give sender, recipient and
//! subject. Blank lines belong to either neighbour.

use super::super::{Envelope, Zone, zones};

const TABLES: [(&str, &str); 15] = [
    ("cs", include_str!("cases/cs.txt")),
    ("da", include_str!("cases/da.txt")),
    ("de", include_str!("cases/de.txt")),
    ("en", include_str!("cases/en.txt")),
    ("es", include_str!("cases/es.txt")),
    ("fi", include_str!("cases/fi.txt")),
    ("fr", include_str!("cases/fr.txt")),
    ("it", include_str!("cases/it.txt")),
    ("nl", include_str!("cases/nl.txt")),
    ("no", include_str!("cases/no.txt")),
    ("other", include_str!("cases/other.txt")),
    ("pl", include_str!("cases/pl.txt")),
    ("pt", include_str!("cases/pt.txt")),
    ("sv", include_str!("cases/sv.txt")),
    ("tr", include_str!("cases/tr.txt")),
];

#[derive(Default)]
struct Case<'a> {
    name: &'a str,
    lines: Vec<(&'a str, &'a str)>,
    authors: Vec<(usize, &'a str)>,
    from: &'a str,
    to: Vec<String>,
    subject: &'a str,
}

fn cases(table: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    for line in table.lines() {
        if let Some(name) = line.strip_prefix("# ") {
            cases.push(Case { name, ..Case::default() });
            continue;
        }
        let Some((letter, text)) = line.split_once('|') else { continue };
        let case = cases.last_mut().unwrap();
        match letter {
            "F" => case.from = text,
            "T" => case.to.push(text.to_owned()),
            "S" => case.subject = text,
            _ => match letter.strip_prefix('@') {
                Some(at) => case.authors.push((at.parse().unwrap(), text)),
                None => case.lines.push((letter, text)),
            },
        }
    }
    cases
}

fn letter(zone: Zone) -> &'static str {
    match zone {
        Zone::Own => "o",
        Zone::Quoted => "q",
        Zone::Forwarded => "f",
        Zone::Signature => "s",
        Zone::Footer => "t",
        Zone::Automatic => "a",
    }
}

#[test]
fn mails_of_many_languages_and_programs_are_cut_as_a_reader_would() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (language, table) in TABLES {
        for case in cases(table) {
            count += 1;
            let body = case.lines.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n");
            let mail = zones(&Envelope { from: case.from, to: &case.to, subject: case.subject, sent: None }, &body);
            assert_eq!(mail.lines.len(), case.lines.len(), "{}", case.name);
            for ((wanted, text), line) in case.lines.iter().zip(&mail.lines) {
                if !line.words.is_empty() && letter(line.zone) != *wanted {
                    wrong.push(format!("{language} {}: {} instead of {wanted}: {text}", case.name, letter(line.zone)));
                }
            }
            for (at, name) in &case.authors {
                let author = mail.author(&mail.lines[*at]).map_or("", |author| author.name.as_str());
                if author != *name {
                    wrong.push(format!("{language} {}: line {at} is by {author:?} instead of {name:?}", case.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(count > 160, "{count}");
}
