//! Signed requests: the verifier we use judges a signature as Bolt for Python does.

use chrono::Utc;
use slack_morphism::SlackSigningSecret;
use slack_morphism::signature_verifier::SlackEventSignatureVerifier;

use crate::harness::slack_battery::battery;

const SECRET: &str = "a secret of the tests";

#[test]
fn our_verifier_judges_as_bolt_does() {
    let verifier = SlackEventSignatureVerifier::new(&SlackSigningSecret(SECRET.to_owned()));
    let mut judged = 0;
    let now = Utc::now().timestamp();
    for request in battery(SECRET, now) {
        let (hash, stamp) = (request.header("x-slack-signature"), request.header("x-slack-request-timestamp"));
        let (Some(hash), Some(stamp), Ok(body)) = (hash, stamp, std::str::from_utf8(&request.body)) else { continue };
        // The verifier reads the clock, which has gone on since: what is about to be too old is left out.
        if stamp.parse().is_ok_and(|stamp: i64| ((now - stamp).abs() - 300).abs() < 30) {
            continue;
        }
        let refused = verifier.verify(hash, body, stamp).is_err();
        assert_eq!(refused, request.status == 401, "{}: Bolt says {:?}", request.name, request.bolt);
        judged += 1;
    }
    assert!(judged > 20, "{judged}");
}

#[test]
fn the_battery_goes_to_the_three_addresses_and_covers_every_answer() {
    let requests = battery(SECRET, 1_764_400_000);
    for path in ["/slack/events", "/slack/commands", "/slack/interactivity"] {
        assert!(requests.iter().any(|request| request.path == path), "{path}");
    }
    for status in [200, 400, 401, 413] {
        assert!(requests.iter().any(|request| request.status == status), "{status}");
    }
    assert!(requests.iter().any(|request| request.body.len() > 2 << 20), "oversize");
    assert!(requests.iter().any(|request| std::str::from_utf8(&request.body).is_err()), "not UTF-8");
}
