//! One private PostgreSQL for the whole test binary, and a fresh database with all tables for each test.
//!
//! The server ends with the test binary, whichever way that goes. The next run begins with a new one: making it takes
//! seconds, dropping the databases of hundreds of tests minutes.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use success_agent::domain::id::WorkspaceId;
use success_agent::domain::time::Zone;
use success_agent::store::Store;
use success_agent::store::embedded::{Cluster, DataDirLock, Durability};

const TEMPLATE: &str = "it_template";
const PATIENCE: Duration = Duration::from_mins(1);

static SERVER: OnceLock<String> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A database of its own for one test, with a workspace in it.
pub struct TestDatabase {
    /// The store on it.
    pub store: Store,
    /// A workspace.
    pub workspace: WorkspaceId,
    /// Its address.
    pub url: String,
}

impl TestDatabase {
    /// A fresh database.
    pub async fn new() -> Self {
        let server = tokio::task::spawn_blocking(server).await.unwrap();
        let name = format!("it_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut admin = PgConnection::connect(&server).await.unwrap();
        let create = format!("create database {name} template {TEMPLATE}");
        admin.execute(AssertSqlSafe(create)).await.unwrap();
        let url = database(&server, &name);
        let store = Store::connect(&url, Zone::UTC, PATIENCE).await.unwrap();
        let workspace = store.workspace("test").await.unwrap();
        Self { store, workspace, url }
    }

    /// The same database as another process sees it.
    pub async fn seen_by_another(&self) -> Store {
        Store::connect(&self.url, Zone::UTC, PATIENCE).await.unwrap()
    }

    /// A connection around the store, for looking behind it.
    pub async fn connection(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }
}

fn database(server: &str, name: &str) -> String {
    server.replace("/postgres?", &format!("/{name}?"))
}

/// Starts the server on the first call; gives its address.
fn server() -> String {
    SERVER
        .get_or_init(|| {
            let (send, receive) = std::sync::mpsc::channel();
            // The server is kept by a runtime of its own: a test's runtime ends with the test.
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
                runtime.unwrap().block_on(async move {
                    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres");
                    let lock = DataDirLock::wait(&directory, "test", PATIENCE).await.unwrap();
                    remove_cluster(&directory);
                    let cluster = Cluster::start(&lock, Durability::Relaxed).await.unwrap();
                    make_template(cluster.url()).await;
                    send.send(cluster.url().to_owned()).unwrap();
                    std::future::pending::<()>().await;
                });
            });
            receive.recv().unwrap()
        })
        .clone()
}

/// Removes the server's files of the run before. They lie beside the data directory where its user cannot enter that.
fn remove_cluster(directory: &Path) {
    let elsewhere = std::fs::read_to_string(directory.join("postgres.location")).ok();
    let place = elsewhere.map_or_else(|| directory.join("postgres"), |place| place.trim().into());
    match std::fs::remove_dir_all(&place) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{}: {error}", place.display()),
        _ => {}
    }
}

async fn make_template(server: &str) {
    let mut admin = PgConnection::connect(server).await.unwrap();
    admin.execute(AssertSqlSafe(format!("create database {TEMPLATE}"))).await.unwrap();
    let store = Store::connect(&database(server, TEMPLATE), Zone::UTC, PATIENCE).await.unwrap();
    store.close().await;
}
