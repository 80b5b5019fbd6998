//! What of an answer stays and what goes.

use serde_json::json;

use super::doubt;
use crate::agent::checks::Against;
use crate::agent::ledger::Ledger;
use crate::agent::scope::TurnScope;
use crate::domain::evidence::Evidence;
use crate::domain::id::WorkspaceId;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Window;

/// What is left of a text about one contract and one mail.
fn held(text: &str) -> String {
    let mut ledger = Ledger::default();
    for (kind, quote) in
        [(RecordKind::RevenueSource, "Platform · $240,000 per year"), (RecordKind::Email, "The export is slow.")]
    {
        ledger.cite(Evidence {
            record: RecordRef { kind, id: quote.to_owned() },
            account: Some("hooli.com".to_owned()),
            title: "Record".to_owned(),
            occurred_at: None,
            quote: quote.to_owned(),
            speaker: Some("Dana Whitfield".to_owned()),
            at_seconds: None,
            url: Some("https://crm.example/1".to_owned()),
        });
    }
    let outputs = [
        json!({ "contracts": [{ "cite": 1, "arr": { "minor": 24_000_000, "currency": "USD" }, "renews_on": "2026-12-19" }],
            "level": "critical" }),
        json!({ "items": [{ "cite": 2, "gist": "The export is slow.", "email": "dana@hooli.com" }] }),
    ];
    let scope = TurnScope {
        workspace: WorkspaceId::new(),
        pinned: Some("hooli.com".to_owned()),
        asker: None,
        wants_change: false,
        typed: None,
    };
    let (question, today) = ("How is Hooli?", "2026-11-21".parse().unwrap());
    let windows = [Window::since("2026-09-08".parse().unwrap())];
    let names = ["Hooli".to_owned(), "Level 9 Optics".to_owned()];
    let turn = Against {
        question,
        outputs: &outputs.each_ref(),
        windows: &windows,
        ledger: &ledger,
        names: &names,
        scope: &scope,
        today,
    };
    doubt(text, turn).text
}

#[test]
fn what_the_cited_records_say_stays() {
    for text in [
        "The platform contract is $240,000 a year [1].",
        "The platform contract renews December 19, in 4 weeks. [1]",
        "- Dana Whitfield says the export is slow [2].",
        "The export is slow [2]. Hooli is critical.",
        "The records do not say who decides.",
        "The records do not say who decides at Level 9 Optics.",
        "The export of Level 9 Optics is slow [2].",
        "Which account do you mean?",
        "Dana Whitfield says the export is slow since September 8 [2].",
        "The records do not say more since 2026-09-08.",
        "See https://crm.example/1/contract for the platform contract [1].",
        "Write to dana@hooli.com about the slow export [2].",
    ] {
        let text = text.to_owned();
        assert_eq!(held(&text).replace(". [1]", ".[1]"), text.replace(". [1]", ".[1]"), "{text}");
    }
}

#[test]
fn what_they_do_not_say_goes() {
    for text in [
        "The platform contract is $250,000 a year [1].",
        "The export is slow for three people [2].",
        "The contract is $240,000 a year [2].",
        // Numbers of a day that the model itself asked for.
        "The export is slow for 8 people [2].",
        "The export is slow for 9 people of Level 9 Optics [2].",
        "The export is slow for 74 people [2].",
        "The contract is $240,000 a year.",
        "Gavin Belson says the export is slow [2].",
        "They plan to open an office in Berlin [2].",
        "Everybody is unhappy with the onboarding.",
        "Hooli is healthy [1].",
        "I have routed Hooli [1].",
        "The export was untracked [2].",
        "The export is slow [7].",
        // Of a model of 135 million parameters: nothing is cited, so nothing is summed up.
        "The level of critical is \"critical\".",
        "Hooli is critical.",
        "\"domain\":\"hooli.com\",\"name\":\"Hooli\",\"level\":\"critical\"}}",
        "{\"gist\":\"The export is slow.\"} [2]",
    ] {
        assert_eq!(held(text), "", "{text}");
    }
    assert_eq!(held("Write to eve@evil.example about the slow export [2]."), "Write to about the slow export [2].");
    assert_eq!(held("The [export](https://evil.example) is slow [2]."), "The export is slow [2].");
}
