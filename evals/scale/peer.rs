//! The service and a peer in Python, `evals/peer/peer.py`, on the same PostgreSQL and the same records, asked the same in
//! turn. `make tools-peer` installs what it needs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sqlx::postgres::PgPoolOptions;

use super::Size;
use super::asked::Expense;
use super::world::{WRITES, World};
use crate::client::Client;
use crate::corpus::Corpus;
use crate::python::{Peer, Script};
use crate::random::Random;
use crate::server::{NOW, Server, Setting};
use crate::{Line, private, process};

/// Who asks at the same time.
const CLIENTS: usize = 8;

/// Requests each makes first, which are not counted.
const WARM: usize = 25;

/// What both are asked, and how many times as much of it the service is to take.
const CONTESTS: [(Contest, &str, f64); 3] = [
    (Contest::Facts, "facts of an account", 10.0),
    (Contest::Lists, "lists", 10.0),
    (Contest::Search, "searches by words in an account", 4.0),
];

/// The same with the model that tells meanings, in a workspace of its own: it takes its time to embed.
const BY_MEANING: [(Contest, &str, f64); 1] = [(Contest::Search, "searches by words and meaning in an account", 4.0)];

/// The folder of the model below that of the peer.
const MODEL: &str = "all-MiniLM-L6-v2";

/// How long the peer may take to start.
const STARTING: Duration = Duration::from_secs(20);

/// Accounts of that workspace.
const EMBEDDED: usize = 300;

/// How long embedding them may take.
const EMBEDDING: Duration = Duration::from_mins(10);

#[derive(Clone, Copy)]
enum Contest {
    Facts,
    Lists,
    Search,
}

/// What so many requests took.
#[derive(Default)]
struct Cost {
    requests: usize,
    took: Duration,
    service: Duration,
    database: Duration,
}

impl Cost {
    fn a_second(&self) -> f64 {
        self.requests as f64 / self.took.as_secs_f64()
    }

    fn each(&self, spent: Duration) -> f64 {
        spent.as_secs_f64() * 1000.0 / self.requests.max(1) as f64
    }

    fn figure(&self) -> String {
        format!(
            "{:.0} requests/s, {:.2} ms of processor time and {:.2} ms of PostgreSQL's each",
            self.a_second(),
            self.each(self.service),
            self.each(self.database)
        )
    }
}

/// The rows about facts, lists and words.
pub async fn measure(size: &Size, server: &Server, world: &Arc<World>) -> Result<Vec<Line>> {
    contests(size, server, world, &CONTESTS, start(server, false).await?).await
}

/// The row about meaning.
pub async fn by_meaning(size: &Size) -> Result<Vec<Line>> {
    let set = std::env::var_os("EMBEDDING_MODEL_DIR").map(PathBuf::from);
    let Some(model) = set.or_else(|| Some(SCRIPT.environment()?.join(MODEL))).filter(|model| model.exists()) else {
        return Ok(not_measured(&BY_MEANING, "no model is there (make tools-peer, or EMBEDDING_MODEL_DIR)"));
    };
    println!("Scale: {EMBEDDED} accounts: embedding…");
    let variables = [("EMBEDDING_MODEL_DIR", model.display().to_string())];
    let server = Server::start_with(&Setting { variables: &variables, ..Setting::default() }).await?;
    let (client, world) = (Client::with(server.http(), server.url()), Arc::new(World::new(EMBEDDED)));
    client.import(world.facts(0..EMBEDDED)).await?;
    client.import(world.texts(0..EMBEDDED, &mut Corpus::new())).await?;
    ensure!(client.embedded(EMBEDDING).await?, "the model in {} is not used", model.display());
    contests(size, &server, &world, &BY_MEANING, start(&server, true).await?).await
}

fn title(what: &str) -> String {
    format!("{what}, {CLIENTS} clients, the service and the same in Python in turn")
}

fn not_measured(contests: &[(Contest, &str, f64)], why: &str) -> Vec<Line> {
    contests.iter().map(|(_, what, _)| (title(what), format!("not measured: {why}"))).collect()
}

async fn contests(
    size: &Size,
    server: &Server,
    world: &Arc<World>,
    contests: &[(Contest, &str, f64)],
    peer: Result<Peer, String>,
) -> Result<Vec<Line>> {
    let peer = match peer {
        Ok(peer) => peer,
        Err(why) => return Ok(not_measured(contests, &why)),
    };
    let mut lines = Vec::new();
    for &(contest, what, wanted) in contests {
        println!("Scale: {what}, beside the peer…");
        let (mut ours, mut theirs) = (Cost::default(), Cost::default());
        let (requests, turns) = size.peer;
        let places = [(server.url().to_owned(), server.pid()), (peer.url.clone(), peer.pid())];
        for (url, pid) in &places {
            drive(contest, url, *pid, server, world, WARM * CLIENTS, 0, &mut Cost::default()).await?;
        }
        for turn in 1..=turns {
            for ((url, pid), cost) in places.iter().zip([&mut ours, &mut theirs]) {
                drive(contest, url, *pid, server, world, requests, turn, cost).await?;
            }
        }
        lines.push((
            title(what),
            format!(
                "{}; Python {}; for the same processor time the service answers {:.1} times as many (aim: {wanted:.0})",
                ours.figure(),
                theirs.figure(),
                theirs.each(theirs.service) / ours.each(ours.service)
            ),
        ));
    }
    Ok(lines)
}

#[expect(clippy::too_many_arguments, reason = "what is asked of whom, and how often")]
async fn drive(
    contest: Contest,
    url: &str,
    pid: u32,
    server: &Server,
    world: &Arc<World>,
    requests: usize,
    turn: usize,
    cost: &mut Cost,
) -> Result<()> {
    let http = server.http();
    let share = requests / CLIENTS;
    let (before, database, since) = (process::processor_time(pid), Expense::now(server), Instant::now());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (http, url, world) = (http.clone(), url.to_owned(), Arc::clone(world));
            tokio::spawn(async move {
                // The same for both, and other accounts in each turn.
                let seed = (turn * CLIENTS + client) as u64;
                let (mut random, mut corpus) = (Random::new(seed), Corpus::drawing(seed));
                for number in 0..share {
                    let (path, body) = request(contest, number, &world, &mut random, &mut corpus);
                    let answer = http.post(format!("{url}{path}")).json(&body).send().await?;
                    let status = answer.status();
                    let text = answer.bytes().await?;
                    ensure!(status.is_success(), "{url}{path} {body}: {status} {}", String::from_utf8_lossy(&text));
                }
                anyhow::Ok(())
            })
        })
        .collect();
    for client in clients {
        client.await??;
    }
    cost.took += since.elapsed();
    cost.requests += share * CLIENTS;
    cost.database += database.since(server).database();
    cost.service +=
        process::processor_time(pid).zip(before).map_or(Duration::ZERO, |(now, before)| now.saturating_sub(before));
    Ok(())
}

fn request(
    contest: Contest,
    number: usize,
    world: &World,
    random: &mut Random,
    corpus: &mut Corpus,
) -> (&'static str, Value) {
    let account = world.domain(random.below(world.accounts));
    match contest {
        Contest::Facts => {
            let questions = ["When do they renew?", "How much ARR do they bring?", "Who owns this account?"];
            ("/api/ask", json!({"question": questions[number % 3], "account": account}))
        }
        Contest::Lists => {
            let questions = ["Which accounts renew in the next 60 days?", "What are the top 10 accounts by ARR?"];
            ("/api/ask", json!({"question": questions[number % 2]}))
        }
        Contest::Search => {
            // An account of which there are e-mails.
            let account = world.domain(random.below(world.accounts.div_ceil(WRITES)) * WRITES);
            let (_, words) = corpus.query();
            ("/api/search", json!({"query": words, "account": account, "limit": 10}))
        }
    }
}

const SCRIPT: Script =
    Script { path: "evals/peer/peer.py", folder: "peer", variable: "PEER_DIR", target: "tools-peer" };

/// Starts the peer on the database of the service, in tables of its own with the same records; why not, where Python or its
/// packages are missing.
async fn start(server: &Server, with_meaning: bool) -> Result<Result<Peer, String>> {
    let python = match SCRIPT.python() {
        Ok(python) => python,
        Err(why) => return Ok(Err(why)),
    };
    let data_dir = server.data_dir();
    let database = PgPoolOptions::new().max_connections(1).connect(&private::url(&data_dir)).await?;
    for statement in TABLES {
        sqlx::query(statement).execute(&database).await.with_context(|| statement.to_owned())?;
    }
    database.close().await;
    let variables = [("PEER_TODAY", &NOW[..10]), ("PEER_MEANING", if with_meaning { "1" } else { "" })];
    let patience = if with_meaning { EMBEDDING } else { STARTING };
    Peer::start(&SCRIPT, &python, &data_dir, &variables, patience).await
}

/// The peer's tables, indexed for what it is asked.
const TABLES: [&str; 13] = [
    "create table peer_accounts as select domain, name, owner_email, segment_key as segment, renews_on,
         arr_top as arr_minor, arr_currency as currency from account_state where tracked",
    "alter table peer_accounts add primary key (domain)",
    "create index on peer_accounts (renews_on, name)",
    "create index on peer_accounts (arr_minor desc, name)",
    "create table peer_contracts as select r.id, a.domain, r.product, r.status, r.renews_on,
         r.amount_minor as arr_minor, r.currency from revenue_sources r join accounts a on a.id = r.account_id",
    "create index on peer_contracts (domain)",
    "create table peer_texts as
         select e.id, 'email' as kind, a.domain, e.subject as title, e.body, e.sent_at as occurred_at,
                to_tsvector('english', e.subject || ' ' || e.body) as terms
         from emails e join accounts a on a.id = e.account_id
         union all
         select s.id, 'signal', a.domain, s.kind, s.text, s.occurred_at, to_tsvector('english', s.text)
         from signals s join accounts a on a.id = s.account_id
         union all
         select c.id, 'call', a.domain, c.title, t.body, c.started_at, to_tsvector('english', c.title || ' ' || t.body)
         from calls c join accounts a on a.id = c.account_id cross join lateral (
             select string_agg(turn ->> 'text', ' ') as body from jsonb_array_elements(c.transcript) turn) t",
    "alter table peer_texts add column number bigint generated always as identity primary key",
    "create index on peer_texts (domain)",
    "create index on peer_texts using gin (terms)",
    "create table peer_turns (id uuid primary key, question text not null, answer jsonb not null)",
    "analyze peer_accounts, peer_contracts",
    "analyze peer_texts",
];
