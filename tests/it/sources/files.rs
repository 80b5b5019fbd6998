//! Files people have at hand, imported as they are typed.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::cli::program;

const MAIL: &str = "From: Ana Ruiz <ana@quarz.example>\r\nTo: kim@ours.example\r\nSubject: =?utf-8?q?Offene_Punkte_f=C3=BCr_Mai?=\r\n\
    Date: Mon, 11 May 2026 09:30:00 +0200\r\nMessage-ID: <m1@quarz.example>\r\n\r\nCould you send us the new terms by Friday?\r\n";

const STRANGER: &str = "From: Bo <bo@nobody-knows.example>\r\nTo: kim@ours.example\r\nSubject: Hello\r\n\
    Date: Mon, 11 May 2026 09:30:00 +0200\r\nMessage-ID: <m2@nobody-knows.example>\r\n\r\nHello there.\r\n";

const TABLE: &str = "Company;Website;Owner;Seats\nQuarz & Co;https://www.quarz.example/;kim@ours.example;45\n\
    Fjell AS;fjell.example;kim@ours.example;12\n";

const TRANSCRIPT: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ana Ruiz>We need the export by June.</v>\n\n\
    00:00:04.500 --> 00:00:07.000\n<v Kim Larsen>I will send you a date tomorrow.</v>\n";

/// Runs commands on one data directory, one after the other.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("customers.csv", TABLE),
            ("mail.eml", MAIL),
            ("call.vtt", TRANSCRIPT),
            (
                "box.mbox",
                &format!("From a Mon May 11 09:30:00 2026\n{MAIL}\nFrom b Mon May 11 09:30:00 2026\n{STRANGER}"),
            ),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn run(&self, arguments: &[&str]) -> (Output, String) {
        let data = self.folder.path().join("data");
        std::fs::create_dir_all(&data).unwrap();
        let output = run_in(&data, arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(!text.contains("panicked"), "{text}");
        (output, text)
    }
}

fn run_in(data: &Path, arguments: &[&str]) -> Output {
    program(data).args(arguments).env("SUCCESS_AGENT_NOW", "2026-06-15T12:00:00Z").output().unwrap()
}

#[test]
fn mail_tables_and_transcripts_land_with_the_account_they_belong_to() {
    let desk = Desk::new();
    let (_, preview) = desk.run(&["import", &desk.path("customers.csv"), "--preview"]);
    assert!(preview.contains("Website") && preview.contains("Nothing was imported"), "{preview}");
    let (output, told) = desk.run(&["import", &desk.path("customers.csv")]);
    assert!(output.status.success() && told.contains("2 account"), "{told}");
    let (output, told) = desk.run(&["import", &desk.path("box.mbox")]);
    assert!(!output.status.success(), "one of them is nobody's: {told}");
    assert!(told.contains("1 email") && told.contains("no account is known as nobody-knows.example"), "{told}");
    let (output, told) = desk.run(&["import", &desk.path("mail.eml")]);
    assert!(output.status.success() && told.contains("Unchanged 1"), "the same mail again: {told}");
    let call = [
        "import",
        &desk.path("call.vtt"),
        "--account",
        "quarz.example",
        "--title",
        "Kick-off",
        "--at",
        "2026-06-01T10:00",
    ];
    let (output, told) = desk.run(&call);
    assert!(output.status.success() && told.contains("1 call"), "{told}");
    let (_, found) = desk.run(&["search", "--account", "quarz.example", "export by June"]);
    assert!(found.contains("We need the export by June") && found.contains("Kick-off"), "{found}");
    let (_, accounts) = desk.run(&["accounts", "--json"]);
    let accounts: Value = serde_json::from_str(&accounts).unwrap();
    assert_eq!(accounts["accounts"].as_array().unwrap().len(), 2, "{accounts}");
}

#[test]
fn a_mapping_is_kept_changed_and_used() {
    let desk = Desk::new();
    let odd = desk.path("odd.csv");
    std::fs::write(&odd, "Firma,Wo,Gruppe\nQuarz,quarz.example,gold\n").unwrap();
    let (output, told) = desk.run(&["import", &odd, "--rows", "accounts"]);
    assert!(!output.status.success() && told.contains("--save-mapping"), "{told}");
    let map = desk.path("map.json");
    let (output, told) = desk.run(&["import", &odd, "--rows", "accounts", "--save-mapping", &map]);
    assert!(output.status.success(), "{told}");
    let mut mapping: Value = serde_json::from_str(&std::fs::read_to_string(&map).unwrap()).unwrap();
    mapping["columns"] = serde_json::json!({"Firma": "name", "Wo": "domain", "Gruppe": "segment"});
    std::fs::write(&map, mapping.to_string()).unwrap();
    let (output, told) = desk.run(&["import", &odd, "--mapping", &map]);
    assert!(output.status.success() && told.contains("1 account"), "{told}");
}

#[test]
fn a_file_that_cannot_be_read_is_refused_with_what_to_do() {
    let desk = Desk::new();
    for (name, bytes, said) in
        [("sheet.xlsx", &b"PK\x03\x04rest"[..], "CSV"), ("old.pst", b"!BDN....", ".mbox"), ("empty.csv", b"", "empty")]
    {
        std::fs::write(desk.path(name), bytes).unwrap();
        let (output, told) = desk.run(&["import", &desk.path(name)]);
        assert!(!output.status.success() && told.contains(said), "{name}: {told}");
    }
}
