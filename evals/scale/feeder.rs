//! Records that come in over HTTP while people ask, at an even pace.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::JoinHandle;

use super::world::World;
use crate::client::Client;
use crate::corpus::Corpus;
use crate::random::Random;

/// Records a second.
pub const RATE: u32 = 50;

/// Records in a request: what another system sends when something happened there.
const AT_ONCE: u32 = 5;

/// A feeder at work.
pub struct Feeder {
    stop: Arc<AtomicBool>,
    fed: Arc<AtomicU64>,
    since: Instant,
    work: JoinHandle<Result<()>>,
}

impl Feeder {
    /// Starts to feed. One request goes out at a time: where the service is slower than the pace, records come late and
    /// [`Feeder::end`] says how many came.
    pub fn start(client: Client, world: Arc<World>, seed: u64) -> Self {
        let (stop, fed) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let (stopping, counting) = (Arc::clone(&stop), Arc::clone(&fed));
        let work = tokio::spawn(async move {
            let (mut random, mut corpus) = (Random::new(seed), Corpus::new());
            let mut pace = tokio::time::interval(Duration::from_secs(1) * AT_ONCE / RATE);
            let mut number = seed as usize;
            while !stopping.load(Ordering::Relaxed) {
                pace.tick().await;
                let mut lines = String::new();
                for _ in 0..AT_ONCE {
                    number += 1;
                    lines.push_str(&format!("{}\n", world.news(number, &mut random, &mut corpus)));
                }
                client.import(lines).await?;
                counting.fetch_add(AT_ONCE.into(), Ordering::Relaxed);
            }
            Ok(())
        });
        Self { stop, fed, since: Instant::now(), work }
    }

    /// Ends; gives how many records came in a second.
    ///
    /// # Errors
    /// When a record did not land.
    pub async fn end(self) -> Result<f64> {
        let rate = self.fed.load(Ordering::Relaxed) as f64 / self.since.elapsed().as_secs_f64();
        self.stop.store(true, Ordering::Relaxed);
        self.work.await??;
        Ok(rate)
    }
}
