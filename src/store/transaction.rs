//! Transactions that end with whoever began them.

use sqlx::{Postgres, Transaction};

use super::{Result, Store};

impl Store {
    /// Begins a transaction. Whoever asks may be gone before it has begun: a request that is cut off, a task that is
    /// stopped.
    ///
    /// The driver (sqlx 0.9.0) then forgets to end it and lends the connection to others, whose writes are lost with it. So
    /// it is begun in a task of its own, which nobody stops, and is rolled back when nobody is left to take it.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Postgres>> {
        let pool = self.pool.clone();
        #[expect(clippy::disallowed_methods, reason = "this is where it is done right")]
        let begun = tokio::spawn(async move { pool.begin().await });
        Ok(begun.await.map_err(|_| sqlx::Error::WorkerCrashed)??)
    }
}
