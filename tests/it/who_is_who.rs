//! Who is who, on whose side, and who is gone: from the records to answers and drafts.

use serde_json::{Value, json};

use crate::harness::world::{Served, World};

const OURS: &str = "ruth.adler@ours.example";

fn account(domain: &str, name: &str, contacts: &Value) -> Value {
    json!({"type": "account", "domain": domain, "name": name, "owner_email": OURS, "contacts": contacts})
}

fn contact(name: &str, email: &str, title: &str, primary: bool) -> Value {
    json!({"name": name, "email": email, "title": title, "primary": primary})
}

fn email(id: &str, account: &str, day: &str, from: &str, subject: &str, body: &str) -> Value {
    json!({"type": "email", "id": id, "account": account, "sent_at": format!("{day}T09:00:00Z"), "from": from,
        "to": [OURS], "subject": subject, "body": body})
}

fn call(id: &str, account: &str, participants: &Value, transcript: &[(&str, &str)]) -> Value {
    let turns: Vec<Value> = transcript
        .iter()
        .enumerate()
        .map(|(at, (speaker, text))| json!({"speaker": speaker, "text": text, "at_seconds": 10.0 * at as f64}))
        .collect();
    json!({"type": "call", "id": id, "account": account, "title": "Review", "started_at": "2026-06-10T09:00:00Z",
        "duration_seconds": 600, "participants": participants, "transcript": turns})
}

/// An account with two contacts, the first of whom is the main one.
fn kestrel() -> Value {
    account(
        "kestrel.example",
        "Kestrel Works",
        &json!([
            contact("Birgit Halvorsen", "birgit@kestrel.example", "Head of Operations", true),
            contact("Nadim Farouk", "nadim@kestrel.example", "Controller", false),
        ]),
    )
}

async fn text(served: &Served, question: &str) -> String {
    let answer = served.ask("Ruth", question, None).await;
    answer["answer"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

async fn draft(served: &Served, body: &Value) -> (u16, Value) {
    Served::told(served.post(OURS, "/api/drafts", body)).await
}

fn last(draft: &Value) -> &Value {
    draft["versions"].as_array().and_then(|versions| versions.last()).unwrap_or_else(|| panic!("{draft}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn speakers_with_badges_owe_and_ask_under_their_own_names() {
    let participants = json!([
        {"name": "Birgit Halvorsen", "email": "birgit@kestrel.example", "side": "customer"},
        {"name": "Ruth Adler", "email": OURS, "side": "team"}]);
    let spoken = call(
        "c1",
        "kestrel.example",
        &participants,
        &[
            ("Halvorsen, Birgit (External)", "Could you add a monthly report for the depots?"),
            ("ruth.adler@ours.example", "I will send you the outline of the report by June 26."),
            ("BIRGIT HALVORSEN External unfamiliar", "And we will return the signed order form by June 24."),
        ],
    );
    let world = World::with(&[kestrel(), spoken], |_| {}).await;
    let promises = promises(&world, "kestrel.example").await;
    assert_eq!(promises, [("Birgit Halvorsen".to_owned(), "customer"), ("Ruth Adler".to_owned(), "team")]);
    let served = world.served().await;
    let answer = text(&served, "What has Kestrel Works asked for?").await;
    assert!(answer.contains("monthly report"), "{answer}");
}

/// Who promised, and on which side.
async fn promises(world: &World, account: &str) -> Vec<(String, &'static str)> {
    let always = success_agent::domain::time::Window::ALWAYS;
    let store = &world.database.store;
    let workspace = store.workspace(&world.config.workspace).await.unwrap();
    let found = store.commitments(workspace, account, &always).await.unwrap();
    let mut found: Vec<_> = found.into_iter().map(|promise| (promise.who, promise.side.wire())).collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_of_nobody_named_is_nobodys_and_the_answer_says_so() {
    let participants = json!([
        {"name": "Birgit Halvorsen", "side": "customer"}, {"name": "Ruth Adler", "email": OURS, "side": "team"}]);
    let spoken = call(
        "c1",
        "kestrel.example",
        &participants,
        &[
            ("Speaker 1", "How is the rollout going?"),
            ("Speaker 2", "Fine. I will send you the list of depots by June 26."),
        ],
    );
    let world = World::with(&[kestrel(), spoken], |_| {}).await;
    assert!(promises(&world, "kestrel.example").await.is_empty());
    let served = world.served().await;
    for question in ["Who promised the list of depots at Kestrel Works?", "Which promises are open with Kestrel Works?"]
    {
        let answer = text(&served, question).await;
        assert!(answer.to_lowercase().contains("nobody can tell") && answer.contains("[1]"), "{question}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_outsider_promises_is_nobodys_debt() {
    let body = "I will send you the licence keys by 26 June.";
    let records = [
        kestrel(),
        email("e1", "kestrel.example", "2026-06-08", "Sam Reed <sam@reseller.example>", "Licences", body),
        email("e2", "kestrel.example", "2026-06-09", "Nadim Farouk <nadim@kestrel.example>", "Plan", body),
        email(
            "e3",
            "kestrel.example",
            "2026-06-09",
            &format!("Ruth Adler <{OURS}>"),
            "Plan",
            "I will send you the plan by 25 June.",
        ),
    ];
    let world = World::with(&records, |_| {}).await;
    let expected = [("Nadim Farouk".to_owned(), "customer"), ("Ruth Adler".to_owned(), "team")];
    assert_eq!(promises(&world, "kestrel.example").await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn our_side_is_who_the_workspace_says() {
    let body = "I will send you the licence keys by 26 June.";
    let records = [
        kestrel(),
        email("e1", "kestrel.example", "2026-06-08", "Sam Reed <sam@ours-group.example>", "Licences", body),
        email(
            "e2",
            "kestrel.example",
            "2026-06-08",
            "Ira Vale <ira.vale@gmail.com>",
            "Plan",
            "I will send you the plan by 25 June.",
        ),
    ];
    let world = World::with(&records, |_| {}).await;
    assert!(promises(&world, "kestrel.example").await.is_empty(), "nobody said that they are ours");
    world.import(&[json!({"type": "team", "domains": ["ours-group.example"], "people": ["ira.vale@gmail.com"]})]).await;
    let sam = ("Sam Reed".to_owned(), "team");
    assert_eq!(promises(&world, "kestrel.example").await, [("Ira Vale".to_owned(), "team"), sam.clone()]);
    let served = world.served().await;
    let params = json!({"remove": ["ira.vale@gmail.com"]});
    let (status, team) = Served::told(served.post("Ruth", "/api/team", &params)).await;
    assert_eq!(
        (status, &team["domains"], &team["people"]),
        (200, &json!(["ours-group.example"]), &json!([])),
        "{team}"
    );
    assert_eq!(served.get("/api/team").await["taken"], json!([]));
    let answer = text(&served, "What do we owe Kestrel Works?").await;
    assert!(answer.contains("licence keys") && !answer.contains("Ira Vale"), "{answer}");
    let (status, refused) = Served::told(served.post("Ruth", "/api/team", &json!({"add": ["ours"]}))).await;
    assert_eq!(status, 422, "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_is_not_written_to_and_the_successor_is() {
    let body = "Hello Ruth,\n\nBirgit Halvorsen left the company on 29 May. From now on I am your contact.\n\nNadim";
    let news =
        email("e1", "kestrel.example", "2026-06-01", "Nadim Farouk <nadim@kestrel.example>", "New contact", body);
    let world = World::with(&[kestrel(), news], |_| {}).await;
    let served = world.served().await;
    let (status, written) = draft(&served, &json!({"account": "kestrel.example", "goal": "check_in"})).await;
    assert_eq!(status, 200, "{written}");
    let version = last(&written);
    assert_eq!(version["to"]["email"], "nadim@kestrel.example", "{version}");
    let notices = version["notices"].to_string();
    assert!(notices.contains("Birgit Halvorsen has left Kestrel Works"), "{notices}");
    assert!(version["facts"].to_string().contains("left the company on 29 May"), "{version}");
    let to_her = json!({"account": "kestrel.example", "goal": "check_in", "recipient": "Birgit"});
    let (status, refused) = draft(&served, &to_her).await;
    assert_ne!(status, 200, "{refused}");
    let why = refused.to_string();
    assert!(why.contains("has left Kestrel Works") && why.contains("Nadim Farouk"), "{why}");

    let answer = text(&served, "Who is our main contact at Kestrel Works?").await;
    let first = answer.lines().next().unwrap();
    assert!(
        first.contains("Nadim Farouk") && first.contains("Birgit Halvorsen") && first.contains("has left"),
        "{answer}"
    );
    for (question, begins) in [
        ("Is Birgit Halvorsen still our contact at Kestrel Works?", "**No: Birgit Halvorsen has left"),
        ("Is Birgit still with Kestrel Works?", "**No: Birgit Halvorsen has left"),
        ("Has Birgit Halvorsen left Kestrel Works?", "**Yes: Birgit Halvorsen has left"),
        ("Is Nadim still at Kestrel Works?", "**As far as the records show, yes"),
    ] {
        let answer = text(&served, question).await;
        assert!(answer.starts_with(begins), "{question}: {answer}");
        assert!(answer.contains("[1]"), "{question}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absence_is_told_and_does_not_keep_a_mail_from_anybody() {
    let body = "Thank you for your message. I am out of the office until Monday 29 June and have no access to my mail. \
                In urgent cases please contact Nadim Farouk.";
    let away = email(
        "e1",
        "kestrel.example",
        "2026-06-12",
        "Birgit Halvorsen <birgit@kestrel.example>",
        "Automatic reply: Plan",
        body,
    );
    let served = World::with(&[kestrel(), away], |_| {}).await.served().await;
    let (status, written) = draft(&served, &json!({"account": "kestrel.example", "goal": "check_in"})).await;
    assert_eq!(status, 200, "{written}");
    assert_eq!(last(&written)["to"]["email"], "birgit@kestrel.example");
    let notices = last(&written)["notices"].to_string();
    assert!(notices.contains("is away until June 29") && notices.contains("Nadim Farouk"), "{notices}");
    let answer = text(&served, "Is Birgit Halvorsen still with Kestrel Works?").await;
    assert!(answer.starts_with("**Yes, but not at the moment"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_takes_no_mail_is_not_written_to() {
    let body = "<birgit@kestrel.example>: host mx.kestrel.example said: 550 5.1.1 User unknown.\nYour message could not be delivered.";
    let bounce = email(
        "e1",
        "kestrel.example",
        "2026-06-12",
        "Mail Delivery Subsystem <mailer-daemon@kestrel.example>",
        "Undelivered Mail Returned to Sender",
        body,
    );
    let served = World::with(&[kestrel(), bounce], |_| {}).await.served().await;
    let (status, written) = draft(&served, &json!({"account": "kestrel.example", "goal": "check_in"})).await;
    assert_eq!(status, 200, "{written}");
    assert_eq!(last(&written)["to"]["email"], "nadim@kestrel.example", "{written}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_again_was_not_gone() {
    let from = "Birgit Halvorsen <birgit@kestrel.example>";
    let records = [
        kestrel(),
        email(
            "e1",
            "kestrel.example",
            "2026-05-04",
            "Nadim Farouk <nadim@kestrel.example>",
            "News",
            "Birgit has left the company.",
        ),
        email(
            "e2",
            "kestrel.example",
            "2026-06-08",
            from,
            "Plan",
            "Hello Ruth, I am still here. When does the plan come?",
        ),
    ];
    let served = World::with(&records, |_| {}).await.served().await;
    let (status, written) = draft(&served, &json!({"account": "kestrel.example", "goal": "check_in"})).await;
    assert_eq!((status, &last(&written)["to"]["email"]), (200, &json!("birgit@kestrel.example")), "{written}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_in_two_spellings_is_one() {
    let contacts = json!([contact("Ida Holm", "ida@xn--tpfer-jua.example", "Owner", true)]);
    let records = [
        account("töpfer.example", "Töpferei Holm", &contacts),
        email(
            "e1",
            "xn--tpfer-jua.example",
            "2026-06-08",
            "Ida Holm <ida@töpfer.example>",
            "Plan",
            "I will send you the tax number by 26 June.",
        ),
        email(
            "e2",
            "töpfer.example",
            "2026-06-09",
            "Max Holm <max@mail.xn--tpfer-jua.example>",
            "Plan",
            "I will send you the order form by 25 June.",
        ),
    ];
    let world = World::with(&records, |_| {}).await;
    let expected = [("Ida Holm".to_owned(), "customer"), ("Max Holm".to_owned(), "customer")];
    assert_eq!(promises(&world, "xn--tpfer-jua.example").await, expected);
    let served = world.served().await;
    for name in ["töpfer.example", "xn--tpfer-jua.example", "Topferei Holm"] {
        let answer = text(&served, &format!("What does {name} owe us?")).await;
        assert!(answer.contains("tax number"), "{name}: {answer}");
    }
}
