//! Logging in to each double, through the real HTTP client.

use chrono::Duration;

use super::*;
use crate::sources::emulator::{Desk, Fault};
use crate::sources::trial::{Trial, customers};
use crate::sources::{http, open};

const BACK: &str = "http://127.0.0.1:8080/back?from=crm";
const ALL: [Vendor; 3] = [Vendor::HubSpot, Vendor::Attio, Vendor::Salesforce];
const NOW: &str = "2026-06-10T12:00:00Z";

/// A double, and an app that is registered with it.
struct Login {
    trial: Trial,
    vendor: Vendor,
    http: Client,
    client: OAuthClient,
    settings: BTreeMap<String, String>,
}

impl Login {
    async fn to(vendor: Vendor) -> Self {
        let lines: Vec<_> = customers().iter().map(|record| serde_json::to_value(record).unwrap()).collect();
        let trial = Trial::of(vendor, &lines, NOW).await;
        let client =
            OAuthClient { id: format!("local-{vendor}-client"), secret: format!("local-{vendor}-client-secret") };
        let settings = trial.access().settings;
        Self { http: http::client().unwrap(), trial, vendor, client, settings }
    }

    fn desk(&self) -> &Desk {
        self.trial.desk()
    }

    fn now(&self) -> Moment {
        self.desk().now()
    }

    fn pass(&self, time: Duration) {
        self.desk().set_now(self.now().checked_add_signed(time).unwrap());
    }

    fn address(&self, state: &str, challenge: &str) -> String {
        authorize_url(self.vendor, &self.settings, &self.client.id, BACK, state, challenge).unwrap()
    }

    /// What a person comes back with.
    async fn consent(&self, state: &str, challenge: &str) -> BTreeMap<String, String> {
        let answer = self.http.get(self.address(state, challenge)).send().await.unwrap();
        assert_eq!(answer.status(), 302);
        let back = answer.headers()["location"].to_str().unwrap();
        assert!(back.starts_with(BACK), "{back}");
        reqwest::Url::parse(back).unwrap().query_pairs().into_owned().collect()
    }

    async fn code(&self, pkce: &Pkce) -> String {
        self.consent("state", &pkce.challenge).await.remove("code").unwrap()
    }

    async fn trade(&self, code: &str, verifier: &str) -> Result<Tokens, SourceError> {
        exchange(&self.http, self.vendor, &self.settings, &self.client, code, BACK, verifier, self.now()).await
    }

    async fn tokens(&self) -> Tokens {
        let pkce = Pkce::random();
        self.trade(&self.code(&pkce).await, &pkce.verifier).await.unwrap()
    }

    async fn renew(&self, refresh_token: &str) -> Result<Tokens, SourceError> {
        refresh(&self.http, self.vendor, &self.settings, &self.client, refresh_token, self.now()).await
    }

    async fn end(&self, tokens: &Tokens) -> Result<(), SourceError> {
        revoke(&self.http, self.vendor, &self.settings, &self.client, tokens).await
    }

    /// Whether the source takes the access token.
    async fn works(&self, tokens: &Tokens) -> bool {
        let mut access = self.trial.access();
        access.key.clone_from(&tokens.access);
        access.settings.extend(token_settings(self.vendor).iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        match open(self.vendor, access, self.http.clone()).unwrap().preflight().await {
            Ok(_) => true,
            Err(SourceError::Unauthorized(_)) => false,
            Err(error) => panic!("{error}"),
        }
    }
}

fn unauthorized<T: fmt::Debug>(answer: Result<T, SourceError>) -> String {
    match answer {
        Err(SourceError::Unauthorized(said)) => said,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_person_who_consents_connects_the_system() {
    for vendor in ALL {
        assert!(offered(vendor));
        let login = Login::to(vendor).await;
        let pkce = Pkce::random();
        let mut back = login.consent("a state & more", &pkce.challenge).await;
        assert_eq!(back.remove("state").as_deref(), Some("a state & more"));
        assert_eq!(back.remove("from").as_deref(), Some("crm"));
        let tokens = login.trade(&back["code"], &pkce.verifier).await.unwrap();
        assert!(login.works(&tokens).await, "{vendor}");
        assert_eq!(tokens.refresh.is_some(), vendor != Vendor::Attio);
        let end = (vendor == Vendor::HubSpot).then(|| login.now().checked_add_signed(Duration::minutes(30)).unwrap());
        assert_eq!(tokens.expires_at, end);
    }
}

#[test]
fn other_systems_are_connected_with_a_key() {
    for vendor in Vendor::ALL.into_iter().filter(|vendor| !ALL.contains(vendor)) {
        assert!(!offered(vendor) && scopes(vendor).is_empty() && !revokes(vendor));
        let refused = authorize_url(vendor, &BTreeMap::new(), "id", BACK, "state", "challenge").unwrap_err();
        assert!(refused.contains("with a key"), "{refused}");
    }
}

#[test]
fn people_are_sent_to_the_systems_own_address() {
    let address = BTreeMap::from([("address".to_owned(), "https://acme.my.salesforce.com/".to_owned())]);
    let of =
        |vendor: Vendor| authorize_url(vendor, &address, "an id", "https://agent.example/back", "s+1", "c-1").unwrap();
    assert_eq!(
        of(Vendor::HubSpot),
        "https://app.hubspot.com/oauth/authorize?client_id=an%20id&redirect_uri=https%3A%2F%2Fagent.example%2Fback\
         &state=s%2B1&scope=oauth%20crm.objects.companies.read%20crm.objects.contacts.read%20crm.objects.deals.read\
         %20crm.objects.owners.read&code_challenge=c-1&code_challenge_method=S256"
    );
    assert_eq!(
        of(Vendor::Attio),
        "https://app.attio.com/authorize?client_id=an%20id&redirect_uri=https%3A%2F%2Fagent.example%2Fback\
         &state=s%2B1&response_type=code&code_challenge=c-1&code_challenge_method=S256"
    );
    assert_eq!(
        of(Vendor::Salesforce),
        "https://acme.my.salesforce.com/services/oauth2/authorize?client_id=an%20id\
         &redirect_uri=https%3A%2F%2Fagent.example%2Fback&state=s%2B1&response_type=code&scope=api%20refresh_token\
         &code_challenge=c-1&code_challenge_method=S256"
    );
    let without = authorize_url(Vendor::HubSpot, &address, " ", BACK, "state", "challenge");
    assert!(without.is_err_and(|said| said.contains("client id")));
    let unsafe_back = authorize_url(Vendor::HubSpot, &address, "id", "http://agent.example/back", "state", "challenge");
    assert!(unsafe_back.is_err_and(|said| said.contains("https")));
}

#[tokio::test]
async fn a_code_is_of_no_use_without_its_verifier() {
    for vendor in ALL {
        let login = Login::to(vendor).await;
        let (pkce, other) = (Pkce::random(), Pkce::random());
        let said = unauthorized(login.trade(&login.code(&pkce).await, &other.verifier).await);
        assert_eq!(said, format!("{0} does not take this login any more; connect {0} again", vendor.label()));
        let short = Pkce::of("short".to_owned());
        unauthorized(login.trade(&login.code(&short).await, &short.verifier).await);
    }
}

#[tokio::test]
async fn a_code_is_good_once_and_for_a_while() {
    for vendor in ALL {
        let login = Login::to(vendor).await;
        let pkce = Pkce::random();
        let code = login.code(&pkce).await;
        assert!(login.trade(&code, &pkce.verifier).await.is_ok());
        unauthorized(login.trade(&code, &pkce.verifier).await);
        let late = login.code(&pkce).await;
        login.pass(Duration::minutes(10));
        unauthorized(login.trade(&late, &pkce.verifier).await);
        unauthorized(login.trade("made up", &pkce.verifier).await);
    }
}

#[tokio::test]
async fn a_code_is_traded_only_for_the_address_it_came_back_to() {
    for vendor in ALL {
        let login = Login::to(vendor).await;
        let pkce = Pkce::random();
        let code = login.code(&pkce).await;
        let elsewhere = "http://127.0.0.1:8080/elsewhere";
        let (http, settings, client) = (&login.http, &login.settings, &login.client);
        let answer = exchange(http, vendor, settings, client, &code, elsewhere, &pkce.verifier, login.now()).await;
        unauthorized(answer);
    }
}

#[tokio::test]
async fn a_token_that_ended_is_renewed() {
    for vendor in [Vendor::HubSpot, Vendor::Salesforce] {
        let login = Login::to(vendor).await;
        let tokens = login.tokens().await;
        assert!(!tokens.is_due(login.now()));
        login.pass(Duration::hours(2));
        assert_eq!(tokens.is_due(login.now()), vendor == Vendor::HubSpot);
        assert!(!login.works(&tokens).await, "{vendor}");
        let old = tokens.refresh.unwrap();
        let renewed = login.renew(&old).await.unwrap();
        assert!(login.works(&renewed).await, "{vendor}");
        // HubSpot's double gives another refresh token, and the first is used up; that of Salesforce stays.
        assert_eq!(renewed.refresh.as_deref() == Some(&*old), vendor == Vendor::Salesforce);
        assert_eq!(login.renew(&old).await.is_ok(), vendor == Vendor::Salesforce);
        assert!(login.renew(&renewed.refresh.unwrap()).await.is_ok());
    }
}

#[tokio::test]
async fn a_token_of_attio_stays_and_none_renews_it() {
    let login = Login::to(Vendor::Attio).await;
    let tokens = login.tokens().await;
    login.pass(Duration::days(400));
    assert!(login.works(&tokens).await);
    assert!(!tokens.is_due(login.now()));
    let before = login.desk().requests();
    assert!(unauthorized(login.renew("any").await).contains("connect Attio again"));
    assert_eq!(login.desk().requests(), before);
}

#[tokio::test]
async fn tokens_that_were_revoked_renew_nothing() {
    for vendor in [Vendor::HubSpot, Vendor::Salesforce] {
        assert!(revokes(vendor));
        let login = Login::to(vendor).await;
        let tokens = login.tokens().await;
        login.end(&tokens).await.unwrap();
        let said = unauthorized(login.renew(tokens.refresh.as_ref().unwrap()).await);
        assert!(said.contains("again"), "{said}");
        // HubSpot ends the refresh token alone.
        assert_eq!(login.works(&tokens).await, vendor == Vendor::HubSpot);
        assert_eq!(login.end(&tokens).await, Ok(()), "ending what has ended is no error");
        let removed = login.tokens().await;
        login.desk().revoke_tokens();
        assert!(!login.works(&removed).await);
        unauthorized(login.renew(removed.refresh.as_ref().unwrap()).await);
    }
}

#[tokio::test]
async fn an_access_token_alone_is_revoked_where_the_system_can() {
    for vendor in ALL {
        let login = Login::to(vendor).await;
        let tokens = Tokens { refresh: None, ..login.tokens().await };
        login.end(&tokens).await.unwrap();
        assert_eq!(login.works(&tokens).await, vendor != Vendor::Salesforce, "{vendor}");
    }
}

#[tokio::test]
async fn a_wrong_secret_is_named_and_not_repeated() {
    for vendor in ALL {
        let mut login = Login::to(vendor).await;
        let pkce = Pkce::random();
        let code = login.code(&pkce).await;
        login.client.secret = "another-secret".to_owned();
        let said = unauthorized(login.trade(&code, &pkce.verifier).await);
        assert!(said.contains("client id and secret"), "{said}");
        for secret in [&login.client.secret, &code, &pkce.verifier] {
            assert!(!said.contains(&**secret), "{said}");
        }
    }
}

#[tokio::test]
async fn the_double_sends_nobody_back_who_asks_wrongly() {
    for vendor in ALL {
        let login = Login::to(vendor).await;
        let challenge = Pkce::random().challenge;
        let right = login.address("state", &challenge);
        for (part, instead) in [
            ("client_id=local", "client_id=other"),
            ("redirect_uri=http%3A%2F%2F127.0.0.1", "redirect_uri=http%3A%2F%2Fagent.example"),
            ("redirect_uri=http%3A", "redirect_uri=https%3A"),
            (&*format!("code_challenge={challenge}"), "code_challenge=short"),
            ("&code_challenge_method=S256", "&code_challenge_method=plain"),
            ("&code_challenge_method=S256", ""),
            ("state=state", "odd=state"),
        ] {
            let wrong = right.replace(part, instead);
            assert_ne!(wrong, right);
            assert_eq!(login.http.get(&wrong).send().await.unwrap().status(), 400, "{wrong}");
        }
        assert_eq!(login.http.get(&right).send().await.unwrap().status(), 302);
    }
}

#[tokio::test]
async fn a_person_may_say_no() {
    let login = Login::to(Vendor::HubSpot).await;
    login.desk().tables().put("login", "denied", true.into());
    let back = login.consent("state", &Pkce::random().challenge).await;
    assert_eq!((&*back["error"], &*back["state"]), ("access_denied", "state"));
    assert!(!back.contains_key("code"));
}

#[tokio::test]
async fn trouble_passes_or_is_named() {
    let login = Login::to(Vendor::HubSpot).await;
    let refresh_token = login.tokens().await.refresh.unwrap();
    login.desk().fail(Fault::ServerError, 1);
    let tokens = login.renew(&refresh_token).await.unwrap();
    let refresh_token = tokens.refresh.unwrap();
    login.desk().fail(Fault::RateLimited { after: 60 }, 1);
    assert!(matches!(login.renew(&refresh_token).await, Err(SourceError::RateLimited { .. })));
    login.desk().fail(Fault::Garbled, 1);
    assert!(matches!(login.renew(&refresh_token).await, Err(SourceError::Malformed(_))));
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nowhere = BTreeMap::from([("address".to_owned(), format!("http://{gone}/hubspot"))]);
    let answer = refresh(&login.http, Vendor::HubSpot, &nowhere, &login.client, &refresh_token, login.now()).await;
    assert_eq!(answer, Err(SourceError::Unavailable("HubSpot cannot be reached".to_owned())));
    assert!(login.renew(&refresh_token).await.is_ok());
}

#[test]
fn what_is_secret_is_not_shown() {
    let client = OAuthClient { id: "app-1".to_owned(), secret: "hidden-1".to_owned() };
    let expires_at = Some(crate::sources::trial::moment(NOW));
    let tokens = Tokens { access: "hidden-2".to_owned(), refresh: Some("hidden-3".to_owned()), expires_at };
    let shown = format!("{client:?} {tokens:?}");
    assert!(shown.contains("app-1") && !shown.contains("hidden"), "{shown}");
    let kept = serde_json::to_string(&tokens).unwrap();
    assert_eq!(serde_json::from_str::<Tokens>(&kept).unwrap(), tokens);
    let sparse: Tokens = serde_json::from_str(r#"{"access": "a"}"#).unwrap();
    assert_eq!(sparse, Tokens { access: "a".to_owned(), refresh: None, expires_at: None });
}
