//! Tables as people export them.

use proptest::prelude::*;

use super::cell::{money, value};
use super::date::{self, Order};
use super::fields::{self, Shape};
use super::figure::Mark;
use super::*;
use crate::domain::record::Record;
use crate::domain::time::Zone;
use crate::sources::{Found, Whose};

/// Proposes a mapping for a table and reads it, with some fields that are the same in every row.
fn read(kind: RowKind, table: &[u8], fixed: &[(&str, &str)]) -> Vec<Piece> {
    let mut mapping = propose(kind, &headings(table).unwrap()).mapping;
    mapping.fixed.extend(fixed.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())));
    assert_eq!(mapping.problems(&headings(table).unwrap()), Vec::<String>::new());
    read_with(&mapping, table)
}

fn read_with(mapping: &Mapping, table: &[u8]) -> Vec<Piece> {
    let survey = survey(table, mapping).unwrap();
    let mut rows = Table::new(table, mapping, &survey, Zone::UTC).unwrap();
    let mut pieces = Vec::new();
    while let Some(piece) = rows.next_piece().unwrap() {
        pieces.push(piece);
    }
    pieces
}

fn record(piece: &Piece) -> (Vec<Whose>, serde_json::Value) {
    match piece.outcome.as_ref().map(Vec::as_slice) {
        Ok([Found::Record(whose, record)]) => (whose.clone(), serde_json::to_value(record).unwrap()),
        other => panic!("no record: {other:?}"),
    }
}

fn reason(piece: &Piece) -> String {
    piece.outcome.clone().unwrap_err()
}

#[test]
fn payments_with_german_amounts_and_dates_become_records() {
    let table = "Rechnungsnummer;Zahlungsdatum;Betrag;Zahlungsstatus;Kunde\r\n\
                 R-1;31.12.2025;1.234,50 €;bezahlt;Quarz GmbH\r\nR-2;05.01.2026;(120) €;Erstattet;Quarz GmbH\r\n";
    let pieces = read(RowKind::Payments, table.as_bytes(), &[("currency", "EUR")]);
    let (whose, payment) = record(&pieces[0]);
    assert_eq!(whose, [Whose::Company("name:quarz gmbh".to_owned())]);
    assert_eq!(payment["amount_minor"], 123_450);
    assert_eq!((payment["kind"].as_str(), payment["invoice"].as_str()), (Some("paid"), Some("R-1")));
    assert_eq!(payment["occurred_at"], "2025-12-31T00:00:00Z");
    assert_eq!((payment["account"].as_str(), pieces[0].made.as_str()), (Some(""), "payment"));
    let (_, refund) = record(&pieces[1]);
    assert_eq!((refund["amount_minor"].as_i64(), refund["kind"].as_str()), (Some(-12_000), Some("refunded")));
    assert_eq!(refund["occurred_at"], "2026-01-05T00:00:00Z");
}

#[test]
fn a_column_of_dates_is_read_as_its_clear_rows_are_written_and_asked_about_else() {
    let of = |second: &str| format!("Day,Active users,Domain\n03/04/2026,5,quarz.example\n{second},6,quarz.example\n");
    let day = |piece: &Piece| record(piece).1["day"].as_str().unwrap().to_owned();
    assert_eq!(day(&read(RowKind::Usage, of("12/31/2025").as_bytes(), &[])[0]), "2026-03-04");
    assert_eq!(day(&read(RowKind::Usage, of("31/12/2025").as_bytes(), &[])[0]), "2026-04-03");
    let unclear = of("05/06/2026");
    let pieces = read(RowKind::Usage, unclear.as_bytes(), &[]);
    assert_eq!(
        reason(&pieces[0]),
        "line 2, column `Day`: `03/04/2026` can be 2026-04-03 or 2026-03-04; say whether the day stands first"
    );
    let mut mapping = propose(RowKind::Usage, &headings(unclear.as_bytes()).unwrap()).mapping;
    mapping.day_first = Some(true);
    assert_eq!(day(&read_with(&mapping, unclear.as_bytes())[0]), "2026-04-03");
}

#[test]
fn amounts_are_read_however_they_are_written() {
    for (text, column, mark, expected) in [
        ("1.234,50 €", None, None, (123_450, "EUR")),
        ("$1,234.50", None, None, (123_450, "USD")),
        ("$ 10", Some("CAD"), None, (1_000, "CAD")),
        ("(120)", Some("EUR"), None, (-12_000, "EUR")),
        ("($120) ", None, None, (-12_000, "USD")),
        ("-(120)", Some("EUR"), None, (0, "refused")),
        ("-$120.5", None, None, (-12_050, "USD")),
        ("120,00-", Some("EUR"), None, (-12_000, "EUR")),
        ("1 234,5 CHF", None, None, (123_450, "CHF")),
        ("1'234.50", Some("CHF"), None, (123_450, "CHF")),
        ("12,34,567.00", Some("USD"), None, (0, "refused")),
        ("1,234", Some("USD"), None, (123_400, "USD")),
        ("1.234", Some("EUR"), Some(Mark::Comma), (123_400, "EUR")),
        ("1.234", Some("EUR"), Some(Mark::Point), (0, "refused")),
        ("1500", Some("JPY"), None, (1_500, "JPY")),
        ("1.5", Some("JPY"), None, (0, "refused")),
        ("1.234", Some("KWD"), None, (0, "refused")),
        ("10 €", Some("USD"), None, (0, "refused")),
        ("10", None, None, (0, "refused")),
        ("¥10", None, None, (0, "refused")),
        ("ten", Some("USD"), None, (0, "refused")),
        ("10 - 20", Some("USD"), None, (0, "refused")),
        ("99999999999999999999", Some("USD"), None, (0, "refused")),
    ] {
        let found = money(text, column, mark).unwrap_or_else(|_| (0, "refused".to_owned()));
        assert_eq!(found, (expected.0, expected.1.to_owned()), "{text}");
    }
}

#[test]
fn dates_and_times_are_read_however_they_are_written() {
    for (text, order, expected) in [
        ("2026-12-31", None, "2026-12-31"),
        ("31.12.2026", None, "2026-12-31"),
        ("05.04.26", None, "2026-04-05"),
        ("5/4/2026", Some(Order::MonthFirst), "2026-05-04"),
        ("12/31/2026 2:05 PM", None, "2026-12-31T14:05:00"),
        ("31.12.2026, 14:05 Uhr", None, "2026-12-31T14:05:00"),
        ("5. Januar 2026", None, "2026-01-05"),
        ("Jan 5, 2026", None, "2026-01-05"),
        ("Monday, 5th Jan 2026", None, "2026-01-05"),
        ("05-ene-26", None, "2026-01-05"),
        ("1767625200", None, "2026-01-05T15:00:00Z"),
        ("1767625200000", None, "2026-01-05T15:00:00Z"),
        ("4/4/2026", None, "2026-04-04"),
    ] {
        assert_eq!(date::read(text, order).as_deref(), Ok(expected), "{text}");
    }
    for text in ["3/4/2026", "31.02.2026", "soon", "46027", "13/13/2026", "1/2", "10:30"] {
        assert!(date::read(text, None).is_err(), "{text}");
    }
}

#[test]
fn cells_of_other_shapes_are_read_or_refused() {
    let read = |shape, text: &str| value(shape, "deals.status", text, cell::Shown::default()).ok();
    assert_eq!(read(Shape::Flag, "Ja"), Some(true.into()));
    assert_eq!(read(Shape::Flag, "0"), Some(false.into()));
    assert_eq!(read(Shape::Flag, "perhaps"), None);
    assert_eq!(read(Shape::Percent, "12,5 %"), Some(12.5.into()));
    assert_eq!(read(Shape::Count, "1,200"), Some(1200.into()));
    assert_eq!(read(Shape::Count, "12.0"), Some(12.into()));
    assert_eq!(read(Shape::Count, "-1"), None);
    assert_eq!(read(Shape::Count, "1.5"), None);
    assert_eq!(read(Shape::Choice, "Closed Won"), Some("won".into()));
    assert_eq!(read(Shape::Choice, "perhaps"), None);
}

#[test]
fn accounts_become_companies_that_rows_find_by_domain_number_or_name() {
    let table = "Company ID,Company,Website,CSM,Seats,Contact,Email,Industry\n\
                 17,Quarz Ltd,https://www.quarz.example/about,kim@tarn.example,25,Ida Moor,ida@quarz.example,Glass\n\
                 ,Sill,,,,,,\n";
    let mut mapping = propose(RowKind::Accounts, &headings(table.as_bytes()).unwrap()).mapping;
    mapping.columns.insert("Industry".to_owned(), "attributes.industry".to_owned());
    let pieces = read_with(&mapping, table.as_bytes());
    let Ok([Found::Company(quarz)]) = pieces[0].outcome.as_deref() else { panic!("{:?}", pieces[0]) };
    assert_eq!((quarz.id.as_str(), quarz.merged.as_slice()), ("17", ["name:quarz ltd".to_owned()].as_slice()));
    assert_eq!((quarz.domains.as_slice(), quarz.licensed_seats), (["quarz.example".to_owned()].as_slice(), Some(25)));
    assert_eq!((quarz.contacts[0].name.as_str(), quarz.attributes["industry"].as_str()), ("Ida Moor", Some("Glass")));
    let Ok([Found::Company(sill)]) = pieces[1].outcome.as_deref() else { panic!("{:?}", pieces[1]) };
    assert_eq!((sill.id.as_str(), sill.domains.len()), ("name:sill", 0));
}

#[test]
fn contacts_are_named_by_one_column_or_two() {
    let table = "First Name,Last Name,Email,Job Title,Primary\nIda,Moor,ida@quarz.example,COO,yes\n,,,CTO,\nBo,,bo,,\n";
    let pieces = read(RowKind::Contacts, table.as_bytes(), &[]);
    let Ok([Found::Contact(whose, ida)]) = pieces[0].outcome.as_deref() else { panic!("{:?}", pieces[0]) };
    assert_eq!((ida.name.as_str(), ida.title.as_deref(), ida.primary), ("Ida Moor", Some("COO"), true));
    assert_eq!(whose, &[Whose::Addresses(vec!["ida@quarz.example".to_owned()])]);
    assert_eq!(reason(&pieces[1]), "line 3, the row has neither a name nor an e-mail address");
    assert_eq!(reason(&pieces[2]), "line 4, column `Email`: `bo` is not an e-mail address");
}

#[test]
fn contracts_and_deals_say_what_their_columns_imply() {
    let contracts = "Domain,Product,Status,ARR,Renewal Date\nquarz.example,Pro,Active,\"$12,000\",2026-06-30\n";
    let (_, contract) = record(&read(RowKind::Contracts, contracts.as_bytes(), &[("currency", "USD")])[0]);
    assert_eq!((contract["amount_minor"].as_i64(), contract["interval"].as_str()), (Some(1_200_000), Some("year")));
    assert_eq!((contract["renews_on"].as_str(), contract["system"].as_str()), (Some("2026-06-30"), Some("manual")));
    let deals = "Deal Name,Deal Stage,Amount,Currency,Close Date,Associated Company\n\
                 Seats,Closed Won,500,EUR,2026-01-05,Quarz\nMore,Proposal,500,EUR,2026-09-05,Quarz\n";
    let pieces = read(RowKind::Deals, deals.as_bytes(), &[]);
    let (won, open) = (record(&pieces[0]).1, record(&pieces[1]).1);
    assert_eq!((won["status"].as_str(), won["closed_at"].as_str()), (Some("won"), Some("2026-01-05T00:00:00Z")));
    assert_eq!((open["status"].as_str(), open["closed_at"].is_null()), (Some("open"), true));
}

#[test]
fn equal_rows_without_a_name_are_each_a_record_and_the_same_ones_next_time() {
    let table = "Domain,Date,Text,Author\nq.example,2026-01-05,Met.,Kim\nq.example,2026-01-05,Met.,Kim\n";
    let ids = |table: &str| -> Vec<String> {
        let pieces = read(RowKind::Notes, table.as_bytes(), &[]);
        pieces.iter().map(|piece| record(piece).1["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = ids(table);
    assert_ne!(first[0], first[1]);
    assert_eq!(first, ids(table));
}

#[test]
fn a_row_that_cannot_be_read_is_refused_with_its_line_and_column_and_the_next_one_lands() {
    let table = "Domain,Date,Amount,Status,Currency\n\nq.example,2026-01-05,ten,paid,EUR\nq.example,2026-01-05,5,perhaps,EUR\n\
                 q.example,1926-01-05,5,paid,EUR\n,2026-01-05,5,paid,EUR\nq.example,2026-01-05,5,paid,EUR,more\n\
                 q.example,2026-01-05,5,paid,euros please\nq.example,2026-01-05,5,paid,EUR\n";
    let pieces = read(RowKind::Payments, table.replace('\n', "\r\n").as_bytes(), &[]);
    assert_eq!(pieces, read(RowKind::Payments, table.trim_end().as_bytes(), &[]));
    for (piece, expected) in pieces.iter().zip([
        "line 3, column `Amount`: `ten` is not an amount",
        "line 4, column `Status`: `perhaps` is none of failed, paid, past_due, refunded",
        "line 5, column `Date`: `occurred_at` is 1926-01-05",
        "line 6, the row names no company",
        "line 7, the row has 6 cells",
        "line 8, column `Currency`: `currency` must be a code",
    ]) {
        assert!(reason(piece).starts_with(expected), "{}", reason(piece));
    }
    assert!(pieces[6].outcome.is_ok() && pieces.len() == 7);
}

#[test]
fn a_mapping_is_proposed_and_never_guessed() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let proposal =
        propose(RowKind::Payments, &names(&["Payment Date", "Betrag", "Total", "Currncy", "Notes", "Status"]));
    assert_eq!(proposal.mapping.column("occurred_at"), Some("Payment Date"));
    assert_eq!(proposal.mapping.column("currency"), Some("Currncy"));
    assert_eq!(proposal.questions, ["which of `Betrag`, `Total` is `amount`?"]);
    assert_eq!(proposal.unread, ["Betrag", "Total", "Notes"]);
    assert_eq!(proposal.missing, ["amount", "domain"]);
    let saved = serde_json::to_string(&proposal.mapping).unwrap();
    assert_eq!(serde_json::from_str::<Mapping>(&saved).unwrap(), proposal.mapping);
}

#[test]
fn every_heading_that_is_listed_leads_to_its_field_or_to_a_question() {
    for kind in RowKind::ALL {
        for field in fields::of(kind) {
            for heading in &field.headings {
                let proposal = propose(kind, std::slice::from_ref(heading));
                let found = proposal.mapping.columns.get(heading).map(String::as_str);
                assert!(
                    found == Some(field.name)
                        || !proposal.questions.is_empty()
                        || found.is_some_and(|other| {
                            fields::of(kind).any(|known| known.name == other && known.headings.contains(heading))
                                || fields::plain(other) == *heading
                        }),
                    "{kind}: {heading} is {found:?} and not {}",
                    field.name
                );
            }
        }
    }
}

#[test]
fn the_kind_of_rows_is_told_by_the_file_and_its_headings() {
    let kind =
        |name: &str, headings: &str| propose_kind(name, &headings.split(',').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(kind("export.csv", "Company,Date,Active Users"), Some(RowKind::Usage));
    assert_eq!(
        kind("unified_payments.csv", "id,Created (UTC),Amount,Currency,Status,Customer Email"),
        Some(RowKind::Payments)
    );
    assert_eq!(kind("kontakte.csv", "Vorname,Nachname,E-Mail,Firma"), Some(RowKind::Contacts));
    assert_eq!(kind("deals.csv", "Deal Name,Deal Stage,Amount,Close Date,Associated Company"), Some(RowKind::Deals));
    assert_eq!(kind("x.csv", "a,b,c"), None);
}

#[test]
fn tables_are_read_in_each_encoding_and_with_each_delimiter() {
    let table = "Firma;Datum;Aktive Nutzer\nMöhr & Söhne;05.01.2026;7\n";
    let utf16: Vec<u8> = format!("\u{feff}{table}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> = table.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let marked = format!("\u{feff}sep=;\r\n{table}").into_bytes();
    for bytes in [
        utf16,
        windows,
        marked,
        table.replace(';', "\t").into_bytes(),
        table.replace(';', "|").into_bytes(),
        table.replace(';', ",").into_bytes(),
    ] {
        let (whose, day) = record(&read(RowKind::Usage, &bytes, &[])[0]);
        assert_eq!(whose, [Whose::Company("name:mohr & sohne".to_owned())]);
        assert_eq!(day["active_users"], 7);
    }
}

#[test]
fn a_preview_shows_the_first_rows_and_the_columns_that_are_not_read() {
    let table =
        b"Domain,Date,Text,Mood\nq.example,2026-01-05,One,\nq.example,2026-01-06,Two,\nq.example,2026-01-07,Three,\n";
    let mapping = propose(RowKind::Notes, &headings(table.as_slice()).unwrap()).mapping;
    let preview = Table::preview(table.as_slice(), table.as_slice(), &mapping, Zone::UTC, 2).unwrap();
    assert_eq!((preview.pieces.len(), preview.unread), (2, vec!["Mood".to_owned()]));
}

#[test]
fn a_quotation_that_is_not_closed_is_named() {
    let table = "Domain,Date,Text,Author\nq.example,2026-01-05,\"One,Kim\nq.example,2026-01-06,Two,Kim\n";
    let pieces = read(RowKind::Notes, table.as_bytes(), &[]);
    assert!(reason(&pieces[0]).contains("quotation mark may be open"), "{}", reason(&pieces[0]));
}

proptest! {
    #[test]
    fn line_numbers_are_right_whatever_stands_between(
        rows in proptest::collection::vec((0..3_usize, 0..3_usize), 1..8), end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let mut table = format!("Domain,Date,Text,Author{end}");
        let (mut line, mut expected) = (2, Vec::new());
        for (blank, within) in rows {
            table.push_str(&end.repeat(blank));
            expected.push((line + blank) as u64);
            table.extend(["q.example,2026-01-05,\"a", &end.repeat(within), "b\",Kim", end]);
            line += blank + within + 1;
        }
        let found = |table: &str| read(RowKind::Notes, table.as_bytes(), &[]).iter().map(|piece| piece.line).collect::<Vec<_>>();
        prop_assert_eq!(&found(&table), &expected);
        prop_assert_eq!(&found(table.trim_end()), &expected);
    }

    #[test]
    fn a_text_comes_out_of_a_table_as_it_went_in(
        texts in proptest::collection::vec("[a-zé][ -~é\n]{0,30}[a-z]", 1..6), sign in prop::sample::select(vec![b',', b';', b'\t', b'|']),
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(sign).from_writer(Vec::new());
        writer.write_record(["Domain", "Date", "Text", "Author"]).unwrap();
        for text in &texts {
            writer.write_record(["q.example", "2026-01-05", text, "Kim"]).unwrap();
        }
        let table = writer.into_inner().unwrap();
        let found: Vec<String> = read(RowKind::Notes, &table, &[]).iter().map(|piece| match piece.outcome.as_deref() {
            Ok([Found::Record(_, record)]) => match record.as_ref() { Record::Note(note) => note.text.clone(), _ => String::new() },
            other => format!("{other:?}"),
        }).collect();
        prop_assert_eq!(found, texts);
    }

    #[test]
    fn an_amount_reads_back_however_it_is_grouped(minor in -9_000_000_000_i64..9_000_000_000, german in any::<bool>()) {
        let whole = crate::domain::money::grouped(minor.unsigned_abs() / 100);
        let whole = if german { whole.replace(',', ".") } else { whole };
        let text = format!("{}{whole}{}{:02}", if minor < 0 { "-" } else { "" }, if german { ',' } else { '.' }, minor.unsigned_abs() % 100);
        prop_assert_eq!(money(&text, Some("EUR"), None), Ok((minor, "EUR".to_owned())));
    }

    #[test]
    fn no_bytes_make_a_reader_of_tables_panic(
        kind in prop::sample::select(RowKind::ALL.to_vec()), bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "[0-9.,/: \\-()$€%a-z]{0,20}",
    ) {
        let names = headings(bytes.as_slice()).unwrap_or_default();
        let mut mapping = propose(kind, &names).mapping;
        for (name, field) in names.iter().zip(fields::of(kind)) {
            mapping.columns.insert(name.clone(), field.name.to_owned());
        }
        read_with(&mapping, &bytes);
        for shape in [Shape::Day, Shape::Count, Shape::Percent, Shape::Flag, Shape::Number] {
            let _ = value(shape, "flag", &text, cell::Shown::default());
        }
        let _ = (money(&text, None, None), date::shows(&text), date::read(&text, Some(Order::DayFirst)));
    }
}
