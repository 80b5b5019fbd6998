//! The import format, line by line.

use proptest::prelude::*;

use super::*;

fn read(text: &[u8]) -> Vec<(u64, Result<String, String>)> {
    read_with(text, LONGEST_LINE)
}

fn read_with(text: &[u8], longest: usize) -> Vec<(u64, Result<String, String>)> {
    let mut reader = RecordReader::with_limit(tokio::io::BufReader::with_capacity(7, text), longest);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut found = Vec::new();
        while let Some(item) = reader.next().await.unwrap() {
            let outcome = item.outcome.map(|parsed| serde_json::to_string(&parsed.record).unwrap());
            found.push((item.line, outcome));
        }
        found
    })
}

fn reason(line: &str) -> String {
    read_line(line.as_bytes()).unwrap_err()
}

const ACCOUNT: &str = r#"{"type":"account","domain":"hooli.com","name":"Hooli"}"#;
const NOTE: &str =
    r#"{"type":"note","id":"n1","account":"hooli.com","written_at":"2026-03-04","author":"Jared","text":"Met."}"#;

#[test]
fn every_sort_of_mistake_is_told_with_its_field_and_what_to_write() {
    for (line, expected) in [
        (r#"{"domain":"a.com"}"#, "`type` is missing"),
        (r#"{"type":5}"#, "`type` must be a text; found 5"),
        (r#"{"type":"contract","id":"x"}"#, "(did you mean `revenue_source`?)"),
        (r#"{"type":"singal","id":"x"}"#, "(did you mean `signal`?)"),
        (r#"{"type":"commitment","id":"x"}"#, "is read from calls and e-mails"),
        (r#"{"type":"account","name":"Hooli"}"#, "`domain` is missing"),
        (r#"{"type":"account","domain":"Hooli Inc","name":"Hooli"}"#, "`domain` must be an internet domain"),
        (r#"{"type":"account","domain":"hooli.com","name":"  "}"#, "`name` is empty"),
        (
            r#"{"type":"account","domain":"a.com","name":"A","licensed_seats":-3}"#,
            "`licensed_seats` must be a whole number of 0 or more; found -3",
        ),
        (
            r#"{"type":"account","domain":"a.com","name":"A","contacts":[{"email":"a@a.com"}]}"#,
            "`contacts[0].name` is missing",
        ),
        (
            r#"{"type":"account","domain":"a.com","name":"A","contacts":{}}"#,
            "`contacts` must be a list; found an object",
        ),
        (r#"{"type":"account","domain":"a.com","domain":"b.com","name":"A"}"#, "`domain` is written twice"),
        (r#"{"type":"note","id":"n","account":"a.com","text":"x"}"#, "`written_at` is missing"),
        (
            r#"{"type":"note","id":"n","account":"a.com","text":"x","written_at":"4 March"}"#,
            "`written_at`: `4 March` is not a date",
        ),
        (
            r#"{"type":"note","id":"n","account":"a.com","text":"x","written_at":"0026-03-04"}"#,
            "dates from 1990 to 2100",
        ),
        (r#"{"type":"note","id":" ","account":"a.com","text":"x","written_at":"2026-03-04"}"#, "`id` is empty"),
        (
            r#"{"type":"signal","id":"s","account":"a.com","kind":"rant","occurred_at":"2026-03-04","text":"x"}"#,
            "`kind` must be one of feature_request, complaint",
        ),
        (
            r#"{"type":"signal","id":"s","account":"a.com","kind":"nps","score":11,"occurred_at":"2026-03-04","text":"x"}"#,
            "from 0 to 10; found 11",
        ),
        (
            r#"{"type":"deal","id":"d","account":"a.com","name":"x","status":"open","currency":"USD","value_minor":-9000000000000000}"#,
            "`value_minor` is -9000000000000000; amounts of up to 1000000000000000",
        ),
        (
            r#"{"type":"deal","id":"d","account":"a.com","name":"x","status":"open","currency":"dollars"}"#,
            "`currency` must be a code of three letters such as USD; found `dollars`",
        ),
        (
            r#"{"type":"usage","account":"a.com","day":"2026-03-04","active_users":1.5}"#,
            "`active_users` must be a whole number of 0 or more; found 1.5",
        ),
        (
            r#"{"type":"call","id":"c","account":"a.com","title":"t","started_at":"2026-03-04","transcript":[{"speaker":"A","text":"hi","at_seconds":-1}]}"#,
            "`transcript[0].at_seconds` must be 0 or more",
        ),
        (
            r#"{"type":"meeting","id":"m","account":"a.com","title":"t","starts_at":"2026-03-04T10:00:00Z","ends_at":"2026-03-04T09:00:00Z"}"#,
            "`ends_at` (2026-03-04T09:00:00Z) is before `starts_at` (2026-03-04T10:00:00Z)",
        ),
        (
            r#"{"type":"meeting","id":"m","account":"a.com","title":"t","starts_at":"2026-03-04","participants":[{"name":" "}]}"#,
            "`participants[0]` has neither a name nor an e-mail address",
        ),
        (r#"{"type":"meeting","id":"m","account":"a.com","title":"t"}"#, "`starts_at` is missing"),
        (r#"{"type":"account","domain":"#, "ends in the middle of the record"),
        (r#"{"type":"account" "domain":"a.com"}"#, "not valid JSON"),
        ("type,domain", "the line holds no JSON"),
        ("42", "the line holds a number"),
    ] {
        let reason = reason(line);
        assert!(reason.contains(expected), "{line}\n  gave: {reason}");
        assert!(!reason.contains("line 1"), "{reason}");
    }
}

#[test]
fn fields_outside_of_the_format_are_told_and_the_record_lands() {
    let line = r#"{"type":"account","domain":" Hooli.COM ","name":"Hooli","phone":1,
        "contacts":[{"name":"A","fax":2},{"name":"B","fax":3}],"attributes":{"anything":{"goes":1}}}"#;
    let parsed = read_line(line.as_bytes()).unwrap();
    assert_eq!(parsed.ignored.into_iter().collect::<Vec<_>>(), ["contacts[].fax", "phone"]);
    assert!(matches!(parsed.record, Record::Account(account) if account.domain == "hooli.com"));
}

#[test]
fn what_was_meant_is_told_where_a_name_is_like_one_that_is_known() {
    for (line, expected) in [
        (
            r#"{"type":"signal","id":"s","account":"a.com","kind":"complant","occurred_at":"2026-03-04","text":"x"}"#,
            "found `complant` (did you mean `complaint`?)",
        ),
        (
            r#"{"type":"email","id":"e","account":"a.com","sentAt":"2026-03-04","from":"a@a.com"}"#,
            "`sent_at` is missing; the line has `sentAt`",
        ),
        (
            r#"{"type":"account","domain":"a.com","name":"A","contacts":[{"nme":"B"}]}"#,
            "`contacts[0].name` is missing; the line has `contacts[].nme`",
        ),
        (
            r#"{"type":"signal","id":"s","account":"a.com","kind":"praise","occurred_at":"2026-03-04","text":"x","sentiment":"postive"}"#,
            "(did you mean `positive`?)",
        ),
        (
            r#"{"type":"signal","id":"s","account":"a.com","kind":"praise","occurred_at":"2026-03-04","text":"x","sentiment":4}"#,
            "`sentiment` must be from -1 to 1, or in words such as very negative; found 4",
        ),
    ] {
        let reason = reason(line);
        assert!(reason.contains(expected), "{line}\n  gave: {reason}");
    }
}

#[test]
fn a_sentiment_may_be_said_in_words() {
    let sentiment = |written: &str| {
        let line = format!(
            r#"{{"type":"signal","id":"s","account":"a.com","kind":"praise","occurred_at":"2026-03-04","text":"x","sentiment":{written}}}"#
        );
        let Record::Signal(signal) = read_line(line.as_bytes()).unwrap().record else { panic!("a signal") };
        signal.sentiment
    };
    assert_eq!(sentiment(r#""very negative""#), Some(-1.0));
    assert_eq!(sentiment(r#""Mixed""#), Some(0.0));
    assert_eq!(sentiment("0.25"), Some(0.25));
    assert_eq!(sentiment("null"), None);
}

#[test]
fn a_mark_at_the_start_and_windows_line_ends_are_taken() {
    let text = format!("\u{feff}{ACCOUNT}\r\n\r\n  \r\n{NOTE}\r\n");
    let found = read(text.as_bytes());
    assert_eq!(
        found.iter().map(|(line, outcome)| (*line, outcome.is_ok())).collect::<Vec<_>>(),
        [(1, true), (4, true)]
    );
}

#[test]
fn bytes_that_are_not_utf8_cost_their_line_only() {
    let mut text = format!("{ACCOUNT}\n").into_bytes();
    text.extend(b"{\"type\":\"note\",\"text\":\"caf\xe9\"}\n");
    text.extend(NOTE.as_bytes());
    let found = read(&text);
    assert_eq!(found.len(), 3);
    assert!(found[1].1.as_ref().unwrap_err().contains("0xE9"), "{:?}", found[1]);
}

#[test]
fn input_that_is_something_else_is_told_once() {
    let utf16: Vec<u8> = format!("\u{feff}{ACCOUNT}\n{NOTE}\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bare_utf16: Vec<u8> = format!("{ACCOUNT}\n{NOTE}\n").encode_utf16().flat_map(u16::to_be_bytes).collect();
    let array = format!("[\n  {ACCOUNT},\n  {NOTE}\n]\n");
    let array_in_one = format!("[{ACCOUNT},{NOTE}]");
    for (text, expected) in [
        (utf16.as_slice(), "UTF-16"),
        (bare_utf16.as_slice(), "UTF-16"),
        (array.as_bytes(), "JSON array"),
        (array_in_one.as_bytes(), "JSON array"),
        (b"\x1f\x8b\x08\x00 whatever \n more".as_slice(), "gzip"),
        (b"PK\x03\x04 whatever \n more".as_slice(), "ZIP"),
    ] {
        let found = read(text);
        assert_eq!(found.len(), 1, "{expected}: {found:?}");
        assert!(found[0].1.as_ref().unwrap_err().contains(expected), "{found:?}");
    }
}

#[test]
fn a_record_laid_out_over_several_lines_is_read_like_one_on_a_line() {
    let pretty = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        serde_json::to_string_pretty(&value).unwrap()
    };
    let spread = r#"{"type": "call", "id": "k1", "account": "hooli.com", "title": "a } { \" [", "started_at": "2026-03-04",
  "participants": [
    {"name": "Bo", "side": "customer"},
    {"name": "Ida", "side": "team"}
  ],
  "duration_seconds": 60}"#;
    let text = format!("\n{}\n{NOTE}\n{spread}\n{}", pretty(ACCOUNT), pretty(NOTE));
    let found = read(text.as_bytes());
    let lines: Vec<(u64, bool)> = found.iter().map(|(line, outcome)| (*line, outcome.is_ok())).collect();
    assert_eq!(lines, [(2, true), (7, true), (8, true), (14, true)], "{found:?}");
    assert_eq!(found[1].1, found[3].1);
}

#[test]
fn a_record_that_is_broken_off_costs_itself_only() {
    for end in ["", "\n"] {
        let text = format!("{{\"type\": \"note\",\n\"id\": \"n2\",\n{NOTE}\n{{\n\"type\": \"account\",{end}");
        let found = read(text.as_bytes());
        let lines: Vec<(u64, bool)> = found.iter().map(|(line, outcome)| (*line, outcome.is_ok())).collect();
        assert_eq!(lines, [(1, false), (3, true), (4, false)], "{found:?}");
        assert!(found[0].1.as_ref().unwrap_err().contains("begins on line 1 is not finished"), "{found:?}");
    }
}

#[test]
fn a_line_that_is_too_long_is_refused_by_number_and_the_next_one_lands() {
    let text = format!("{ACCOUNT}\n{{\"type\":\"note\",\"text\":\"{}\"}}\n{NOTE}\n", "x".repeat(500));
    let found = read_with(text.as_bytes(), 200);
    assert_eq!(found[1].0, 2);
    assert!(found[1].1.as_ref().unwrap_err().contains("longer than 200 bytes"));
    assert!(found[2].1.is_ok());
}

#[test]
fn the_schema_names_every_type_and_what_each_requires() {
    let schema = schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let kinds: Vec<&str> = schema["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variant| variant["properties"]["type"]["const"].as_str().unwrap())
        .collect();
    assert_eq!(kinds.len(), 13);
    assert!(kinds.contains(&"revenue_source"));
    let call = &schema["$defs"]["Call"];
    let required: Vec<&str> = call["required"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    assert_eq!(required, ["id", "account", "title", "started_at"]);
    assert!(call["properties"]["transcript"]["description"].is_string());
    assert!(call["properties"]["started_at"]["anyOf"].is_array());
}

#[test]
fn domains_and_addresses_land_in_one_spelling() {
    let read = |line: &str| serde_json::to_value(read_line(line.as_bytes()).unwrap().record).unwrap();
    let team =
        read(r#"{"type":"team","domains":["@Quarz.Example","xn--tpfer-jua.example"],"people":["INA@Quarz.example"]}"#);
    assert_eq!(team["domains"], serde_json::json!(["quarz.example", "töpfer.example"]));
    assert_eq!(team["people"], serde_json::json!(["ina@quarz.example"]));
    for (line, expected) in [
        (r#"{"type":"team"}"#, "names nobody"),
        (r#"{"type":"team","domains":["quarz"]}"#, "`domains`: `quarz` is neither a domain nor an e-mail address"),
    ] {
        assert!(reason(line).contains(expected), "{}", reason(line));
    }
    let mail = read(
        r#"{"type":"email","id":"e","account":"a.example","sent_at":"2026-03-04","from":"Ida <ida@XN--TPFER-JUA.example>","to":["Kim <KIM@a.example>"]}"#,
    );
    assert_eq!(mail["from"], "Ida <ida@töpfer.example>");
    assert_eq!(mail["to"], serde_json::json!(["Kim <KIM@a.example>"]), "one spelling is left as it is");
}

fn words() -> impl Strategy<Value = String> {
    "[a-zA-Zé😀\"\\\\\n]{1}[a-zA-Z0-9 ,.'\"\\\\/é😀\n\t]{0,40}[a-z]{1}"
}

fn good_record() -> impl Strategy<Value = Record> {
    let turn = (words(), words(), proptest::option::of((0_u32..36_000).prop_map(|quarters| f64::from(quarters) / 4.0)));
    (words(), proptest::collection::vec(turn, 0..6), proptest::option::of(words()), 0_i64..1_500_000_000).prop_map(
        |(title, turns, summary, second)| {
            Record::Call(crate::domain::activity::Call {
                id: "call-1".to_owned(),
                account: "hooli.com".to_owned(),
                title,
                started_at: chrono::DateTime::from_timestamp(1_000_000_000 + second, 0).unwrap().into(),
                duration_seconds: 60,
                participants: Vec::new(),
                transcript: turns
                    .into_iter()
                    .map(|(speaker, text, at_seconds)| crate::domain::activity::SpokenTurn {
                        speaker,
                        text,
                        at_seconds,
                    })
                    .collect(),
                summary,
                url: None,
            })
        },
    )
}

proptest! {
    #[test]
    fn any_bytes_give_reasons_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read_with(&bytes, 64);
    }

    #[test]
    fn any_text_that_looks_like_a_record_gives_a_reason_or_a_record(
        kind in "(account|call|email|signal|usage|deal|release|note)",
        rest in "[\\[\\]{}:,\"a-z0-9\\\\u .-]{0,80}",
    ) {
        let _ = read_line(format!("{{\"type\":\"{kind}\",{rest}}}").as_bytes());
    }

    #[test]
    fn a_good_record_reads_back_as_it_was_written(record in good_record()) {
        let line = serde_json::to_string(&record).unwrap();
        let parsed = read_line(line.as_bytes()).unwrap();
        prop_assert_eq!(parsed.record, record);
        prop_assert!(parsed.ignored.is_empty());
    }

    #[test]
    fn line_numbers_are_right_whatever_stands_between(lines in proptest::collection::vec(0..5_u8, 0..40), crlf in any::<bool>()) {
        let end = if crlf { "\r\n" } else { "\n" };
        let long = "x".repeat(400);
        let text: String = lines
            .iter()
            .map(|kind| match kind { 0 => ACCOUNT, 1 => NOTE, 2 => "", 3 => "{\"type\":\"note\"}", _ => &long })
            .flat_map(|line| [line, end])
            .collect();
        let expected: Vec<(u64, bool)> = (1..)
            .zip(&lines)
            .filter(|(_, kind)| **kind != 2)
            .map(|(number, kind)| (number, *kind < 2))
            .collect();
        let found: Vec<(u64, bool)> =
            read_with(text.as_bytes(), 300).into_iter().map(|(line, outcome)| (line, outcome.is_ok())).collect();
        prop_assert_eq!(found, expected);
    }
}
