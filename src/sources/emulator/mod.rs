//! Doubles of the systems outside: each speaks its system's protocol over HTTP on this machine, with its paging, its
//! limits, its errors and its signed webhooks, over objects made from records of the import format.
//!
//! A double is strict: what its system would refuse, it refuses. It stands on objects a test or a person changes while it
//! runs ([`Desk::change`], `PUT /control/…`), and does on demand what goes wrong in life ([`Fault`]). It never leaves
//! loopback.

mod attio;
mod buildbetter;
mod control;
mod desk;
mod feed;
mod github;
mod grants;
mod hubspot;
mod oauth;
mod posthog;
mod salesbricks;
mod salesforce;
mod stripe;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::domain::connection::Vendor;
use crate::domain::record::{Record, RecordRef};
use crate::domain::time::Moment;

pub use desk::{Change, Desk, Fault, Outgoing, Tables};

use super::Access;

/// What a double of one system is made of.
pub(super) struct Double {
    /// Which system.
    pub vendor: Vendor,
    /// Its objects, made from records. Says under which identifier each record comes out again.
    pub fill: fn(&[Record], Moment, &mut Names) -> Tables,
    /// Its routes, below the address of the double.
    pub router: fn(Arc<Desk>) -> Router,
    /// Writes into a changed object that it changed.
    pub touch: fn(table: &str, object: &mut serde_json::Value, at: Moment),
    /// The webhook deliveries of a change, signed; none where the system sends none.
    pub outgoing: fn(&Desk, table: &str, id: &str, change: Change) -> Vec<Outgoing>,
    /// How it says that it takes no more requests for so many seconds.
    pub limited: fn(u64) -> axum::response::Response,
    /// What a connection to it has to know besides the key; `{base}` stands for the double's address.
    pub settings: &'static [(&'static str, &'static str)],
}

/// The doubles there are.
const DOUBLES: &[Double] = &[
    attio::DOUBLE,
    hubspot::DOUBLE,
    salesforce::DOUBLE,
    salesbricks::DOUBLE,
    stripe::DOUBLE,
    posthog::DOUBLE,
    buildbetter::DOUBLE,
    github::DOUBLE,
    feed::DOUBLE,
];

/// Under which identifier a record comes out of a connection, without the prefix of the connection.
pub type Names = BTreeMap<RecordRef, (Vendor, String)>;

/// Doubles that run. They end when this is stopped or dropped.
pub struct Emulator {
    address: SocketAddr,
    desks: BTreeMap<Vendor, Arc<Desk>>,
    names: Names,
    stop: CancellationToken,
}

impl Emulator {
    /// Takes a loopback address and serves every double over objects made from `records`, as of `now`.
    ///
    /// # Errors
    /// When the address is not a loopback address, or the system refuses it.
    pub async fn start(listen: SocketAddr, records: &[Record], now: Moment) -> io::Result<Self> {
        if !listen.ip().is_loopback() {
            let sentence = format!("{listen} is not a loopback address; the doubles listen on no other");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, sentence));
        }
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let (mut names, mut desks, mut router) = (Names::new(), BTreeMap::new(), Router::new());
        for double in DOUBLES {
            let base = format!("http://{address}/{}", double.vendor);
            let desk = Arc::new(Desk::new(double, base, (double.fill)(records, now, &mut names), now));
            let routes = (double.router)(Arc::clone(&desk));
            let routes = routes.layer(axum::middleware::from_fn_with_state(Arc::clone(&desk), desk::meet));
            router = router.nest(&format!("/{}", double.vendor), routes);
            desks.insert(double.vendor, desk);
        }
        router = router.nest("/control", control::router(desks.clone()));
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        tokio::spawn(async move {
            tokio::select! {
                served = axum::serve(listener, router).into_future() => {
                    if let Err(error) = served {
                        tracing::error!(%error, "the doubles ended");
                    }
                }
                () = stopped => {}
            }
        });
        Ok(Self { address, desks, names, stop })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The double of a system.
    #[must_use]
    pub fn desk(&self, vendor: Vendor) -> Option<&Arc<Desk>> {
        self.desks.get(&vendor)
    }

    /// What a connection to a double is opened with.
    #[must_use]
    pub fn access(&self, vendor: Vendor) -> Option<Access> {
        let desk = self.desk(vendor)?;
        Some(Access {
            key: desk.key().to_owned(),
            webhook_secret: Some(desk.secret().to_owned()),
            settings: desk.settings(),
            prefix: vendor.wire().to_owned(),
        })
    }

    /// Under which identifier each record comes out again.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Ends it: connections are cut, the address is given back.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop();
    }
}
