//! Connections for what every turn reads and writes, kept aside from the pool. The one used last is taken first, so that
//! what PostgreSQL keeps prepared in it is at hand; and nothing is asked of it before and after each statement, where the
//! pool asks twice whether it is still there.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::Connection;
use sqlx::postgres::{PgConnection, PgPool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{ACQUIRE, Result};

/// A connection that rested longer is asked whether it is still there: the server may have gone.
const RESTED: Duration = Duration::from_millis(200);

/// A connection that is older is not kept: what its server process remembers grows.
const OLDEST: Duration = Duration::from_mins(30);

/// The connections. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Warm(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Where new ones are taken from.
    pool: PgPool,
    /// What is said in a new one first.
    setting: Option<&'static str>,
    places: Arc<Semaphore>,
    resting: Mutex<Resting>,
}

#[derive(Debug, Default)]
struct Resting {
    connections: Vec<(Live, Instant)>,
    closed: bool,
}

#[derive(Debug)]
struct Live {
    connection: PgConnection,
    since: Instant,
}

/// A connection that is lent. Dropped without being given back, after an error or because nobody waits any more, it ends.
pub(super) struct Lent {
    live: Live,
    shared: Arc<Shared>,
    _place: OwnedSemaphorePermit,
}

impl Warm {
    /// At most so many connections, of a pool.
    pub(super) fn new(pool: &PgPool, most: usize) -> Self {
        Self::with(pool, most, None)
    }

    /// The same, where statements are planned once: for those that find everything by keys, whose plan is the same whatever
    /// is looked for. PostgreSQL would plan the first five of each anew in each connection.
    pub(super) fn planning_once(pool: &PgPool, most: usize) -> Self {
        Self::with(pool, most, Some("set plan_cache_mode = force_generic_plan"))
    }

    fn with(pool: &PgPool, most: usize, setting: Option<&'static str>) -> Self {
        let (places, resting) = (Arc::new(Semaphore::new(most)), Mutex::default());
        Self(Arc::new(Shared { pool: pool.clone(), setting, places, resting }))
    }

    /// Lends a connection, as soon as one is free.
    pub(super) async fn lend(&self) -> Result<Lent> {
        let place = match Arc::clone(&self.0.places).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => Box::pin(self.0.place()).await?,
        };
        let live = match self.0.rested() {
            Some((live, since)) if since.elapsed() < RESTED => live,
            rested => Box::pin(self.0.still_there(rested)).await?,
        };
        Ok(Lent { live, shared: Arc::clone(&self.0), _place: place })
    }

    /// Ends them all.
    pub(super) async fn close(&self) {
        let resting = {
            let mut resting = self.0.resting.lock().unwrap_or_else(PoisonError::into_inner);
            resting.closed = true;
            std::mem::take(&mut resting.connections)
        };
        self.0.places.close();
        for (live, _) in resting {
            // The server ends it as well.
            let _ = live.connection.close().await;
        }
    }
}

impl Shared {
    /// Waits for a place.
    async fn place(&self) -> Result<OwnedSemaphorePermit> {
        let place = tokio::time::timeout(ACQUIRE, Arc::clone(&self.places).acquire_owned()).await;
        Ok(place.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?)
    }

    /// The one used last.
    fn rested(&self) -> Option<(Live, Instant)> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).connections.pop()
    }

    /// This one or another that is still there, or a new one.
    async fn still_there(&self, mut rested: Option<(Live, Instant)>) -> Result<Live> {
        while let Some((mut live, since)) = rested {
            if since.elapsed() < RESTED || live.connection.ping().await.is_ok() {
                return Ok(live);
            }
            rested = self.rested();
        }
        let mut connection = self.pool.acquire().await?.detach();
        if let Some(setting) = self.setting {
            sqlx::raw_sql(setting).execute(&mut connection).await?;
        }
        Ok(Live { connection, since: Instant::now() })
    }
}

impl Lent {
    /// Gives it back: all that was asked for was read.
    pub(super) fn give_back(self) {
        let Self { live, shared, .. } = self;
        let mut resting = shared.resting.lock().unwrap_or_else(PoisonError::into_inner);
        if !resting.closed && live.since.elapsed() < OLDEST {
            resting.connections.push((live, Instant::now()));
        }
    }
}

impl Deref for Lent {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.live.connection
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.live.connection
    }
}
