//! Drafts of e-mails over HTTP on the demo workspace: what they say stands in the records, every change is a version,
//! and nothing leaves before a person approved it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use success_agent::domain::draft::Goal;

use crate::answers::{ask, text};
use crate::served::{demo, expect};

/// Every goal on accounts it fits.
const FITTING: [(&str, Option<&str>); 16] = [
    ("harrowgate.bank", Some("check_in")),
    ("maleant.com", None),
    ("hooli.com", None),
    ("gullwing.auto", Some("renewal")),
    ("homicide.energy", None),
    ("aviato.com", None),
    ("breamhall.co.uk", None),
    ("flutterbeam.com", None),
    ("mossbridge.edu", None),
    ("sliceline.com", Some("save_at_risk")),
    ("raviga.com", None),
    ("northlight.film", None),
    ("bachmanity.com", None),
    ("tanto-robotics.com", None),
    ("sandoval.legal", None),
    ("quaver.io", Some("close_the_loop")),
];

async fn post(path: &str, body: Value, status: u16) -> Value {
    let url = format!("{}{path}", demo().await);
    expect(reqwest::Client::new().post(url).json(&body), status).await
}

async fn draft(body: Value) -> Value {
    post("/api/drafts", body, 200).await
}

fn last(draft: &Value) -> &Value {
    draft["versions"].as_array().unwrap().last().unwrap()
}

fn letter(draft: &Value) -> String {
    let version = last(draft);
    format!("{}\n{}", version["subject"].as_str().unwrap(), version["body"].as_str().unwrap())
}

/// The numbers in a text, as they are written.
fn numbers(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut digits = String::new();
    for letter in text.chars().chain([' ']) {
        match letter {
            '0'..='9' | '.' | ',' => digits.push(letter),
            _ => {
                found.insert(digits.trim_matches(['.', ',']).to_owned());
                digits.clear();
            }
        }
    }
    found.remove("");
    found
}

#[tokio::test]
async fn what_a_draft_says_stands_beside_it_with_its_record() {
    let days = ["Friday the 19th", "Monday the 22nd"];
    let mut goals = BTreeSet::new();
    for (account, goal) in FITTING {
        let draft = draft(json!({"account": account, "goal": goal})).await;
        let version = last(&draft);
        goals.insert(version["goal"].as_str().unwrap().to_owned());
        let facts = version["facts"].as_array().unwrap();
        assert!(!facts.is_empty(), "{draft}");
        let mut beside = String::new();
        for fact in facts {
            assert!(fact["citation"]["account"].is_null() || fact["citation"]["account"] == account, "{fact}");
            beside.push_str(&format!("{fact} "));
        }
        // Days to propose and lengths of conversations are no facts of the records.
        let mut said = letter(&draft);
        for proposed in days.iter().chain(&["20 minutes"]) {
            said = said.replace(proposed, "");
        }
        // How long until and how late follows from the days.
        let relative = |number: &String| {
            ["in ", "I am ", "are ", "so there are "].iter().any(|before| {
                ["days", "day", "weeks", "months"].iter().any(|unit| said.contains(&format!("{before}{number} {unit}")))
            })
        };
        let written = beside.replace(',', "");
        for number in numbers(&said).iter().filter(|number| !relative(number)) {
            let known = written.contains(&number.replace(',', "")) || account_seats(account, number).await;
            assert!(known, "{account}: {number} in {said}\n--\n{beside}");
        }
        for quote in said.split('“').skip(1).map(|rest| rest.split('”').next().unwrap()) {
            let quote = quote.trim_end_matches(['.', '…']).replace(['‘', '’'], "\\\"");
            let flat = |text: &str| text.replace(['’', '‘'], "'");
            assert!(
                flat(&beside).contains(&flat(&quote)) || flat(&beside).contains(&flat(&quote).replace("\\\"", "'")),
                "{account}: “{quote}” in {beside}"
            );
        }
        let words = version["body"].as_str().unwrap().split_whitespace().count();
        assert!((25..=150).contains(&words), "{account}: {words} words");
    }
    assert_eq!(goals, Goal::ALL.iter().map(|goal| goal.wire().to_owned()).collect(), "every goal is tried");
}

/// Whether a number is one of an account's seats: its contract tells them, and the mail may.
async fn account_seats(account: &str, number: &str) -> bool {
    let records = reqwest::get(format!("{}/api/accounts/{account}", demo().await)).await.unwrap().text().await.unwrap();
    records.contains(&format!(":{number}")) || number == "4.2"
}

#[tokio::test]
async fn nothing_of_ours_leaks_into_a_mail() {
    for (account, goal) in FITTING {
        let draft = draft(json!({"account": account, "goal": goal, "tone": "warm"})).await;
        let said = letter(&draft).to_lowercase();
        for word in [
            "health score",
            "at risk",
            "churn",
            "critical",
            "arr",
            "mrr",
            "nps",
            "[",
            "]",
            "hope this finds you well",
            "just checking in",
            "!",
            "discount of",
            "price:",
            "storelark",
            "boxco",
            "nucleus",
        ] {
            let inside = said
                .split(|letter: char| !letter.is_alphanumeric() && !"!:[]".contains(letter))
                .any(|said| said == word);
            let phrase = word.contains(' ') && said.contains(word);
            assert!(!inside && !phrase, "{account}: {word} in {said}");
        }
    }
}

#[tokio::test]
async fn who_has_left_is_never_written_to() {
    let refused = post("/api/drafts", json!({"account": "wavelength.fm"}), 404).await;
    assert!(refused["detail"].as_str().unwrap().contains("has left"), "{refused}");
    let refused = post("/api/drafts", json!({"account": "hooli.com", "recipient": "Priya"}), 422).await;
    assert!(refused["detail"].as_str().unwrap().contains("Colin Marsh"), "{refused}");
    let refused = post("/api/drafts", json!({"account": "hooli.com", "recipient": "Zaphod"}), 404).await;
    assert!(refused["detail"].as_str().unwrap().contains("Nobody called"), "{refused}");
    post("/api/drafts", json!({"account": "pemberton-law.com"}), 422).await;
    post("/api/drafts", json!({"account": "hooli.com", "goal": "payment_recovery"}), 422).await;
}

#[tokio::test]
async fn a_payment_mail_goes_to_who_pays_and_a_debt_of_ours_is_owned_first() {
    let aviato = draft(json!({"account": "aviato.com"})).await;
    assert_eq!(last(&aviato)["to"]["name"], "Marguerite Sloan");
    assert!(letter(&aviato).contains("$4,200"), "{aviato}");
    let hooli = draft(json!({"account": "hooli.com", "recipient": "Dana"})).await;
    let said = letter(&hooli);
    let (owned, asked) = (said.find("the adoption plan").unwrap(), said.find("renews on").unwrap());
    assert!(owned < asked, "{said}");
}

#[tokio::test]
async fn every_change_is_a_version_and_who_saw_an_older_one_is_told() {
    let made = draft(json!({"account": "gullwing.auto"})).await;
    let id = made["id"].as_str().unwrap();
    let edited = post(
        &format!("/api/drafts/{id}/edit"),
        json!({"version": 1, "body": "Hi Petra,\n\nshall we talk?\n\nNelson"}),
        200,
    )
    .await;
    assert_eq!((&edited["version"], &last(&edited)["change"]), (&json!(2), &json!("edited")));
    let stale = post(&format!("/api/drafts/{id}/edit"), json!({"version": 1, "body": "Mine"}), 409).await;
    assert!(stale["detail"].as_str().unwrap().contains("version 2"), "{stale}");
    post(&format!("/api/drafts/{id}/approve"), json!({"version": 1}), 409).await;
    let approved = post(&format!("/api/drafts/{id}/approve"), json!({"version": 2}), 200).await;
    assert_eq!(approved["state"], "approved");
    let again = post(&format!("/api/drafts/{id}/approve"), json!({"version": 2}), 200).await;
    assert_eq!(again["decided_at"], approved["decided_at"], "a second click changes nothing");
    // Another text waits for a person again.
    let revised = post(&format!("/api/drafts/{id}/revise"), json!({"version": 2, "tone": "direct"}), 200).await;
    assert_eq!((&revised["version"], &revised["state"]), (&json!(3), &json!("draft")));
    assert_eq!(revised["versions"].as_array().unwrap().len(), 3);
    let declined = post(&format!("/api/drafts/{id}/decline"), json!({"version": 3}), 200).await;
    assert_eq!(declined["state"], "declined");
    post(&format!("/api/drafts/{id}/approve"), json!({"version": 3}), 409).await;
    let audit = reqwest::get(format!("{}/api/audit?subject={id}", demo().await)).await.unwrap().text().await.unwrap();
    for deed in ["proposed", "edited", "approved", "declined"] {
        assert!(audit.contains(deed), "{deed} in {audit}");
    }
}

#[tokio::test]
async fn of_two_who_edit_at_once_one_wins() {
    let made = draft(json!({"account": "gullwing.auto"})).await;
    let path = format!("{}/api/drafts/{}/edit", demo().await, made["id"].as_str().unwrap());
    let edit = |body: &str| reqwest::Client::new().post(&path).json(&json!({"version": 1, "body": body})).send();
    let (left, right) = tokio::join!(edit("Left"), edit("Right"));
    let mut told = [left.unwrap().status().as_u16(), right.unwrap().status().as_u16()];
    told.sort_unstable();
    assert_eq!(told, [200, 409]);
}

#[tokio::test]
async fn only_an_approved_text_leaves_and_mail_programs_can_open_it() {
    let made = draft(json!({"account": "cloverridge.health", "recipient": "Siobhán"})).await;
    let id = made["id"].as_str().unwrap();
    assert!(made["mailto"].is_null() && made["eml"].is_null(), "{made}");
    let file = format!("{}/api/drafts/{id}/eml", demo().await);
    assert_eq!(reqwest::get(&file).await.unwrap().status(), 409);
    let text = "Hi Siobhán,\n\nünïcödé & 100% of it? #1\n\nMonica";
    post(
        &format!("/api/drafts/{id}/edit"),
        json!({"version": 1, "subject": "Grüße\r\nBcc: all@example.com", "body": text}),
        200,
    )
    .await;
    let approved = post(&format!("/api/drafts/{id}/approve"), json!({"version": 2}), 200).await;
    let link = approved["mailto"].as_str().unwrap();
    assert!(link.starts_with("mailto:skeane@cloverridge.health?subject=") && link.contains("%0D%0A%0D%0A"), "{link}");
    let response = reqwest::get(&file).await.unwrap();
    assert_eq!(response.headers()["content-type"], "message/rfc822");
    let eml = response.text().await.unwrap();
    let headers = eml.split("\r\n\r\n").next().unwrap();
    let names: Vec<&str> = headers
        .lines()
        .filter(|line| !line.starts_with([' ', '\t']))
        .filter_map(|line| line.split(':').next())
        .collect();
    for name in ["From", "To", "Subject", "Date", "X-Unsent"] {
        assert!(names.contains(&name), "{name} in {headers}");
    }
    assert!(!names.contains(&"Bcc") && !names.contains(&"Cc"), "{headers}");
    assert!(headers.is_ascii() && headers.contains("skeane@cloverridge.health"), "{headers}");
    let refused = post(&format!("/api/drafts/{id}/send"), json!({"version": 2}), 422).await;
    assert!(refused["detail"].as_str().unwrap().contains("No mail server"), "{refused}");
}

#[tokio::test]
async fn a_plain_sentence_drafts_and_the_next_ones_change_the_draft() {
    let first = ask(json!({"question": "draft a renewal mail to Dana, short", "account": "hooli.com"})).await;
    assert!(text(&first).contains("Dana Whitfield") && text(&first).contains("nothing is sent"), "{first}");
    let card = &first["cards"][0];
    assert_eq!(
        (&card["card"], &last(card)["goal"], &last(card)["length"]),
        (&json!("draft"), &json!("renewal"), &json!("short"))
    );
    let conversation = first["conversation"].clone();
    let follow = async |question: &str| ask(json!({"question": question, "conversation": conversation})).await;
    let warmer = follow("warmer").await;
    assert_eq!((&warmer["cards"][0]["id"], &warmer["cards"][0]["version"]), (&card["id"], &json!(2)));
    assert!(letter(&warmer["cards"][0]).contains("Dear Dana"), "{warmer}");
    let unknown = follow("mention the flying giraffes").await;
    assert!(text(&unknown).contains("Nothing on record supports “the flying giraffes”"), "{unknown}");
    assert!(!letter(&unknown["cards"][0]).contains("giraffes"), "{unknown}");
    let mentioned = follow("mention the SSO fix").await;
    assert!(letter(&mentioned["cards"][0]).contains("SAML single sign-on"), "{mentioned}");
    let other = follow("to Owen instead").await;
    assert_eq!(last(&other["cards"][0])["to"]["name"], "Owen Castellano");
    let german = follow("in German").await;
    assert!(text(&german).contains("English only"), "{german}");
    // What is no wish for the mail is a question as before.
    let question = follow("What did Dana say about SSO?").await;
    assert!(question["cards"].as_array().unwrap().is_empty() && text(&question).contains("Okta"), "{question}");
    assert_eq!(follow("shorter").await["cards"][0]["id"], card["id"]);
}

#[tokio::test]
async fn sentences_a_csm_types_become_the_right_mail() {
    for (question, account, goal, to) in [
        ("write to Aviato about the failed payment", None, "payment_recovery", "Marguerite Sloan"),
        ("help me win Tanto Robotics back", None, "reengage", "Mika Sørensen"),
        ("email Wren that SSO shipped", Some("quaver.io"), "close_the_loop", "Wren Halloran"),
        ("Draft an apology to Raviga for the report", None, "save_at_risk", "Petra Lindqvist"),
        ("draft a mail to the CFO", Some("intersite.com"), "renewal", "Leland Frost"),
        (
            "compose a polite nudge about the unpaid invoice",
            Some("breamhall.co.uk"),
            "payment_recovery",
            "Geraldine Pike",
        ),
    ] {
        let answer = ask(json!({"question": question, "account": account})).await;
        let version = last(&answer["cards"][0]);
        assert_eq!((&version["goal"], &version["to"]["name"]), (&json!(goal), &json!(to)), "{question}: {answer}");
    }
}

#[tokio::test]
async fn drafts_read_like_this() {
    for (name, body) in [
        ("draft_renewal", json!({"account": "hooli.com", "recipient": "Dana"})),
        ("draft_payment", json!({"account": "aviato.com"})),
        ("draft_win_back", json!({"account": "tanto-robotics.com"})),
        ("draft_trial", json!({"account": "northlight.film"})),
        ("draft_adoption", json!({"account": "mossbridge.edu"})),
        ("draft_save", json!({"account": "sliceline.com", "goal": "save_at_risk", "tone": "direct"})),
        ("draft_loop", json!({"account": "quaver.io", "goal": "close_the_loop", "length": "short"})),
    ] {
        insta::assert_snapshot!(name, letter(&draft(body).await));
    }
}
