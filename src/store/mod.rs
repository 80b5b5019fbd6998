//! The store: all SQL. PostgreSQL through sqlx, a file for each aggregate, the workspace first in every signature.
//!
//! Nothing here answers a question; it gives back domain types. A `read` is one or a few statements on one connection;
//! every `write` of a workspace's records takes the workspace's row first, so that two imports take turns and a record's
//! outcome (added, updated, unchanged) is told from what is really there.
//!
//! [`embedded`] runs the private PostgreSQL in the data directory that is used when no server is configured.

mod absence;
mod account;
mod activity;
mod alias;
mod audit;
mod brief;
mod calendar;
mod call;
mod change;
mod company;
mod connection;
mod conversation;
mod count;
mod data;
mod deal;
mod decision;
mod delivery;
mod digest;
mod draft;
mod email;
pub mod embedded;
mod error;
mod feedback;
mod gone;
mod groundwork;
mod heard;
mod heard_of;
mod imported;
mod index;
mod ledger;
mod meta;
mod moment;
mod named;
mod names;
mod note;
mod noted;
mod noticed;
mod opening;
mod payment;
mod person;
mod pipeline;
mod place;
mod portfolio;
mod project;
mod promise;
mod proposal;
mod put;
mod rating;
mod reading;
mod record;
mod release;
mod revenue;
mod row;
mod section;
mod seen;
mod session;
mod signal;
pub mod slack;
mod snapshot;
mod source_item;
mod state;
mod take_away;
mod task;
mod team;
mod title;
mod token;
mod transaction;
mod typed;
mod usage;
mod waker;
mod warm;

use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

pub use alias::{AccountAlias, Composed};
pub use brief::{BriefRecord, BriefState};
pub use company::AccountFact;
pub use connection::{SealedSecret, StreamCursor};
pub use count::{KindSpan, Span};
pub use data::{AccountData, TalkSource};
pub use digest::{EditionRecord, EditionState, FOLLOWED, KeptAlert, MadeEdition, WatchedAccount};
pub use draft::DraftMove;
pub use error::StoreError;
pub use heard::Hearing;
pub use index::{Behind, Projection};
pub use meta::Lease;
pub use named::{Called, CalledAccount};
pub use noted::{Claimed, NotesOf, Read, ReadingState};
pub use opening::{Opened, Opening};
pub use person::PersonSeen;
pub use portfolio::{Chosen, PortfolioTotals};
pub use promise::{Promises, PromisesWanted};
pub use proposal::{Act, Settled, digest};
pub use put::PutOutcome;
pub use reading::ToRead;
pub use record::StoredRecord;
pub use seen::LastSeen;
pub use snapshot::Snapshot;
pub use source_item::{KeptItem, KnownItem, SettledPage, SourceItem};
pub use state::{Among, HealthSetting, NewRefresh, Refreshed};
pub use task::{QUEUE_SCHEMA, QUEUE_TASK, SLOW};
pub use title::Untitled;
pub use typed::CustomerFound;
use warm::Warm;

use crate::domain::id::WorkspaceId;
use crate::domain::time::Zone;

/// What every function of the store gives.
pub type Result<T> = std::result::Result<T, StoreError>;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// What the driver tells under, once for each statement it has run.
pub const STATEMENTS: &str = "sqlx::query";

/// Connections kept open at most, for each process.
const CONNECTIONS: u32 = 8;

/// Beside them, for what every turn reads by keys.
const WARM_CONNECTIONS: usize = 6;

/// For lists over all accounts.
const LIST_CONNECTIONS: usize = 3;

/// For writes that do not wait for the disk.
const RELAXED_CONNECTIONS: u32 = 2;

/// Beside them, for keeping turns.
const WARM_RELAXED_CONNECTIONS: usize = 2;

/// And for the workers of the queue, two of which only listen.
const QUEUE_CONNECTIONS: u32 = 8;

/// How long whoever needs a connection waits for one. On a machine that is busy with other things, making one takes its
/// time; a private server that is down is known at once.
const ACQUIRE: Duration = Duration::from_secs(10);

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
    /// For what may be lost with the machine's power, though not with the process: writes do not wait for the disk.
    relaxed: PgPool,
    /// For taking tasks from the queue.
    queue: PgPool,
    /// For what every turn reads by keys.
    warm: Warm,
    /// For lists over all accounts.
    lists: Warm,
    /// For keeping turns, like `relaxed`.
    warm_relaxed: Warm,
    waker: Arc<waker::Waker>,
    memories: Arc<snapshot::Memories>,
    /// What the time is told in.
    zone: Zone,
}

impl Store {
    /// Connects to `url` (`postgres://…`), to tell time in `zone`, and brings its tables up to date. A server that is still
    /// starting is waited for, up to `patience`.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when the address is malformed, [`StoreError::Unavailable`] when the server cannot be
    /// reached or used; both say what to do.
    pub async fn connect(url: &str, zone: Zone, patience: Duration) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)?.application_name("success-agent");
        let pool = pool_in(zone)
            .max_connections(CONNECTIONS)
            .min_connections(1)
            .acquire_timeout(ACQUIRE)
            .connect_lazy_with(options.clone());
        let relaxed = pool_in(zone)
            .max_connections(RELAXED_CONNECTIONS)
            .min_connections(0)
            .acquire_timeout(ACQUIRE)
            .connect_lazy_with(options.clone().options([("synchronous_commit", "off")]));
        let queue = PgPoolOptions::new()
            .max_connections(QUEUE_CONNECTIONS)
            .min_connections(0)
            .acquire_timeout(ACQUIRE)
            // Which tasks a worker takes stands in the parameters; a plan for all of them would read every task that waits.
            .connect_lazy_with(options.clone().options([("plan_cache_mode", "force_custom_plan")]));
        let waker = Arc::new(waker::Waker::start(relaxed.clone()));
        let warm = Warm::planning_once(&pool, WARM_CONNECTIONS);
        let lists = Warm::new(&pool, LIST_CONNECTIONS);
        let warm_relaxed = Warm::planning_once(&relaxed, WARM_RELAXED_CONNECTIONS);
        let store = Self { pool, relaxed, queue, warm, lists, warm_relaxed, waker, memories: Arc::default(), zone };
        let since = Instant::now();
        loop {
            match store.ping().await {
                Ok(()) => break,
                Err(StoreError::Unavailable(_)) if since.elapsed() < patience => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(StoreError::Unavailable(reason)) => {
                    return Err(StoreError::Unavailable(format!(
                        "The database at {} cannot be used. {reason}",
                        address(&options)
                    )));
                }
                Err(error) => return Err(error),
            }
        }
        MIGRATIONS.run(&store.pool).await?;
        store.migrate_queue().await?;
        Ok(store)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }

    /// The workspace called `name`, made when it is not there.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when the name is empty or longer than 200 characters.
    pub async fn workspace(&self, name: &str) -> Result<WorkspaceId> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 200 {
            return Err(StoreError::Invalid("A workspace's name has 1 to 200 characters.".to_owned()));
        }
        let find = "select id from workspaces where name = $1";
        if let Some(id) = sqlx::query_scalar::<_, Uuid>(find).bind(name).fetch_optional(&self.pool).await? {
            return Ok(id.into());
        }
        sqlx::query("insert into workspaces (id, name) values ($1, $2) on conflict do nothing")
            .bind(WorkspaceId::new().uuid())
            .bind(name)
            .execute(&self.pool)
            .await?;
        let id: Uuid = sqlx::query_scalar(find).bind(name).fetch_one(&self.pool).await?;
        Ok(id.into())
    }

    /// Tells the planner how much there is now. Call it once at the end of an import: until then reads of a table that was
    /// just filled cost several times as much. The server does the same by itself, but later.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn analyze(&self) -> Result<()> {
        sqlx::query("analyze").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes every connection; running queries end first.
    pub async fn close(&self) {
        self.warm.close().await;
        self.lists.close().await;
        self.warm_relaxed.close().await;
        self.pool.close().await;
        self.relaxed.close().await;
        self.queue.close().await;
    }

    /// A connection for several reads in a row.
    async fn read(&self) -> Result<sqlx::pool::PoolConnection<Postgres>> {
        Ok(self.pool.acquire().await?)
    }

    /// A transaction that writes what is derived from the records, one at a time with those that change records. No
    /// answer is made of it, so what was read before it stays good.
    async fn write_derived(&self, workspace: WorkspaceId) -> Result<Transaction<'static, Postgres>> {
        let mut transaction = self.begin().await?;
        let held = sqlx::query("select from workspaces where id = $1 for no key update")
            .bind(workspace.uuid())
            .execute(&mut *transaction)
            .await?;
        if held.rows_affected() == 0 { Err(StoreError::no_workspace(workspace)) } else { Ok(transaction) }
    }
}

/// A pool whose connections tell the time in `zone`.
fn pool_in(zone: Zone) -> PgPoolOptions {
    PgPoolOptions::new().after_connect(move |connection, _| {
        Box::pin(async move {
            // The driver's own is UTC.
            if zone != Zone::UTC {
                let name = zone.name();
                sqlx::query("select set_config('TimeZone', $1, false)").bind(name).execute(connection).await?;
            }
            Ok(())
        })
    })
}

/// Where a server is, without user and password.
fn address(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

/// Gives `rows`, or the error that `domain` is no account when there are none because of that.
async fn known<T>(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    domain: Option<&str>,
    rows: Vec<T>,
) -> Result<Vec<T>> {
    if let (true, Some(domain)) = (rows.is_empty(), domain) {
        account::id_of(connection, workspace, domain).await?;
    }
    Ok(rows)
}
