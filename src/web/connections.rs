//! Taking connections: no more than there is room for, and each must send its request in time.
//!
//! Nobody who only opens connections can keep others out: when there is no room, the oldest that has not sent a request
//! yet gives its place to the next.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::limit::Peer;
use crate::config::HttpConfig;

/// The pause after the system gave no connection, such as when no more files can be opened.
const PAUSE: Duration = Duration::from_millis(100);

/// What is answered where there is no room; whoever is there reads it within a second.
const FULL: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\nretry-after: 2\r\n\
    connection: close\r\ncontent-length: 155\r\n\r\n\
    {\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,\
    \"detail\":\"too many connections are open right now; try again in a moment\",\"request_id\":\"\"}";

/// Serves `router` on `listener` until `stop` is there and what was asked until then is answered.
pub(super) async fn serve(listener: TcpListener, router: Router, config: &HttpConfig, stop: impl Future<Output = ()>) {
    let places = Places::new(config.connections);
    let (tasks, ending) = (TaskTracker::new(), CancellationToken::new());
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(config.head_patience);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, from)) => match places.take() {
                Some(place) => {
                    let peer = Peer(from.ip());
                    tasks.spawn(converse(http.clone(), (stream, peer), router.clone(), place, ending.clone()));
                }
                None => {
                    tasks.spawn(refuse(stream));
                }
            },
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                places.make_room();
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    ending.cancel();
    tasks.close();
    tasks.wait().await;
}

/// Answers what comes over one connection.
async fn converse(
    http: http1::Builder,
    (stream, peer): (TcpStream, Peer),
    router: Router,
    place: Place,
    ending: CancellationToken,
) {
    let asked = &place;
    let service = hyper::service::service_fn(move |mut request: Request<hyper::body::Incoming>| {
        asked.asks();
        request.extensions_mut().insert(peer);
        let router = router.clone();
        async move {
            Ok::<_, Infallible>(router.oneshot(request.map(Body::new)).await.unwrap_or_else(|never| match never {}))
        }
    });
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    let mut told = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            () = place.given_up.cancelled() => return,
            () = ending.cancelled(), if !told => {
                if place.is_silent() {
                    return;
                }
                told = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn refuse(mut stream: TcpStream) {
    let saying = async {
        stream.write_all(FULL.as_bytes()).await?;
        stream.shutdown().await
    };
    drop(tokio::time::timeout(Duration::from_secs(1), saying).await);
}

/// Room for so many connections.
#[derive(Clone)]
struct Places {
    most: usize,
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    open: usize,
    next: u64,
    /// Those that have not sent a request yet, in the order they came.
    silent: BTreeMap<u64, CancellationToken>,
}

/// The place of a connection; free again when dropped.
struct Place {
    places: Places,
    number: u64,
    /// Cancelled when another one needs it more.
    given_up: CancellationToken,
}

impl Places {
    fn new(most: usize) -> Self {
        Self { most: most.max(1), held: Arc::default() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place; none when everybody who has one has sent a request.
    fn take(&self) -> Option<Place> {
        if self.held().open >= self.most && !self.make_room() {
            return None;
        }
        let given_up = CancellationToken::new();
        let mut held = self.held();
        let number = held.next;
        held.next += 1;
        held.open += 1;
        held.silent.insert(number, given_up.clone());
        drop(held);
        Some(Place { places: self.clone(), number, given_up })
    }

    /// Has the one that was silent longest go; gives whether there was one.
    fn make_room(&self) -> bool {
        let longest = self.held().silent.pop_first();
        longest.map(|(_, given_up)| given_up.cancel()).is_some()
    }
}

impl Place {
    /// Whoever has it has sent a request.
    fn asks(&self) {
        self.places.held().silent.remove(&self.number);
    }

    fn is_silent(&self) -> bool {
        self.places.held().silent.contains_key(&self.number)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.places.held();
        held.open -= 1;
        held.silent.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_was_silent_longest_makes_room_and_whoever_asked_stays() {
        let places = Places::new(2);
        let (first, second) = (places.take().unwrap(), places.take().unwrap());
        first.asks();
        let third = places.take().unwrap();
        assert!(second.given_up.is_cancelled() && !first.given_up.is_cancelled());
        third.asks();
        drop(second);
        assert!(places.take().is_none(), "all that have a place are at work");
        drop(first);
        assert!(places.take().is_some());
    }

    #[test]
    fn the_refusal_is_as_long_as_it_says() {
        let (head, body) = FULL.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())), "{}", body.len());
    }
}
