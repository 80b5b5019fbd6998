//! An application on a small workspace of its own, behind the real router on a real socket.

use std::path::PathBuf;
use std::sync::Arc;

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use success_agent::app::App;
use success_agent::config::{Config, MailConfig};
use success_agent::domain::time::{Clock, Moment, Zone};
use success_agent::model::openai::choose_cryptography;
use success_agent::web::presence::Presence;
use success_agent::web::{Server, Shutdown};

use super::database::TestDatabase;

/// The instant such a workspace lives in.
pub const NOW: &str = "2026-06-15T12:00:00Z";

/// A small workspace.
pub struct World {
    /// The application.
    pub app: App,
    /// Its settings.
    pub config: Config,
    /// Its database.
    pub database: TestDatabase,
    folder: tempfile::TempDir,
}

/// A served workspace; it ends with the test.
pub struct Served {
    /// Its address.
    pub url: String,
    /// Where commands find it.
    pub data_dir: PathBuf,
    // Closed with the test, before its folder goes.
    _app: App,
    _folder: tempfile::TempDir,
}

impl World {
    /// A workspace with these records, and whatever settings `set` makes.
    pub async fn with(records: &[Value], set: impl FnOnce(&mut Config)) -> Self {
        choose_cryptography();
        let database = TestDatabase::new().await;
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::embedded(folder.path());
        config.database.url = Some(database.url.clone());
        config.clock = Clock::fixed(NOW.parse().unwrap());
        set(&mut config);
        let app = Box::pin(App::open(&config, Arc::new(|_| {}))).await.unwrap();
        let world = Self { app, config, database, folder };
        world.import(records).await;
        world
    }

    /// Brings in records.
    pub async fn import(&self, records: &[Value]) {
        import(&self.app, records).await;
    }

    /// The same workspace as a program finds it that starts at `now`.
    pub async fn at(self, now: &str) -> Self {
        let Self { app, mut config, database, folder } = self;
        app.close().await;
        config.clock = Clock::fixed(now.parse::<Moment>().unwrap()).in_zone(config.clock.zone());
        let app = Box::pin(App::open(&config, Arc::new(|_| {}))).await.unwrap();
        Self { app, config, database, folder }
    }

    /// The same workspace as a program finds it that can send mail.
    pub async fn with_mail(self, mail: MailConfig) -> Self {
        let Self { app, mut config, database, folder } = self;
        app.close().await;
        config.mail = Some(mail);
        let app = Box::pin(App::open(&config, Arc::new(|_| {}))).await.unwrap();
        Self { app, config, database, folder }
    }

    /// The same workspace as a program finds it that tells the time in another zone.
    pub async fn in_zone(self, zone: &str) -> Self {
        let Self { app, mut config, database, folder } = self;
        app.close().await;
        config.clock = config.clock.in_zone(Zone::named(zone).unwrap());
        let app = Box::pin(App::open(&config, Arc::new(|_| {}))).await.unwrap();
        Self { app, config, database, folder }
    }

    /// Serves it as a demo is: nobody has to log in.
    pub async fn served(self) -> Served {
        self.served_as(true).await
    }

    /// Serves it as it is for everybody else: people log in.
    pub async fn served_with_log_in(self) -> Served {
        self.served_as(false).await
    }

    async fn served_as(self, demo: bool) -> Served {
        let server = Server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap().for_demo(demo);
        let (url, app, config) = (server.url(), self.app.clone(), self.config.clone());
        tokio::spawn(async move {
            let (_never, shutdown) = Shutdown::by_hand();
            server.serve(app, &config, shutdown).await.unwrap();
        });
        let alive = reqwest::get(format!("{url}/healthz")).await;
        assert!(alive.is_ok_and(|answer| answer.status().is_success()));
        Served { url, data_dir: self.config.data_dir, _app: self.app, _folder: self.folder }
    }
}

impl Served {
    /// A request by somebody on the chat page.
    pub fn post(&self, who: &str, path: &str, body: &Value) -> RequestBuilder {
        let request = reqwest::Client::new().post(format!("{}{path}", self.url)).json(body);
        request.header("x-success-agent-user", who).header("x-success-agent-surface", "chat")
    }

    /// What is at `path`.
    pub async fn get(&self, path: &str) -> Value {
        let request = reqwest::Client::new().get(format!("{}{path}", self.url));
        // As a command on this machine, which needs no log-in.
        let token = Presence::read(&self.data_dir).unwrap().token;
        let response = request.bearer_auth(token).send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        response.json().await.unwrap()
    }

    /// What comes of a request, with its status.
    pub async fn told(request: RequestBuilder) -> (u16, Value) {
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// The answer to a question by somebody on the chat page.
    pub async fn ask(&self, who: &str, question: &str, conversation: Option<&str>) -> Value {
        let body = json!({ "question": question, "conversation": conversation });
        let (status, answer) = Self::told(self.post(who, "/api/ask", &body)).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

/// Brings records into a workspace.
pub async fn import(app: &App, records: &[Value]) {
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    let input = Box::new(std::io::Cursor::new(lines.join("\n").into_bytes()));
    let summary = Box::pin(app.import(None, input, Arc::new(|_| {}))).await.unwrap();
    assert_eq!(summary.rejected_total, 0, "{:?}", summary.rejected);
}

/// Three accounts with contracts, calls and a promise.
pub fn three_accounts() -> Vec<Value> {
    let account = |domain: &str, name: &str, owner: &str| {
        json!({"type": "account", "domain": domain, "name": name, "owner_email": owner,
            "contacts": [{"name": "Ana Ruiz", "email": format!("ana@{domain}"), "title": "Head of Data", "primary": true}],
            "licensed_seats": 50})
    };
    let contract = |id: &str, domain: &str, product: &str, amount: u64| {
        json!({"type": "revenue_source", "id": id, "account": domain, "system": "stripe", "product": product,
            "status": "active", "interval": "year", "amount_minor": amount, "currency": "USD",
            "starts_on": "2025-08-01", "renews_on": "2026-08-01"})
    };
    vec![
        account("acme.com", "Acme", "lena@team.example"),
        account("bolt.io", "Bolt", "lena@team.example"),
        account("crane.dev", "Crane", "omar@team.example"),
        contract("acme-1", "acme.com", "Platform", 12_000_000),
        contract("acme-2", "acme.com", "Pilot", 1_000_000),
        contract("bolt-1", "bolt.io", "Platform", 3_000_000),
        json!({"type": "call", "id": "call-1", "account": "acme.com", "title": "Weekly", "started_at": "2026-06-01T10:00:00Z",
            "duration_seconds": 900, "participants": [{"name": "Ana Ruiz", "side": "customer"},
                {"name": "Omar Haddad", "email": "omar@team.example", "side": "team"}],
            "transcript": [
                {"speaker": "Ana Ruiz", "text": "The export keeps failing on large files.", "at_seconds": 5.0},
                {"speaker": "Omar Haddad", "text": "I'll send you the migration guide by June 5.", "at_seconds": 20.0}]}),
    ]
}
