//! A connection to a server that can be cut and mended: how a server is away, and is back, for those who talk to it.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A wire to a server.
pub struct Wire {
    /// Where those who talk to the server find it.
    pub address: SocketAddr,
    whole: watch::Sender<bool>,
}

impl Wire {
    /// A whole one; it ends with the test's runtime.
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, (whole, seen)) = (listener.local_addr().unwrap(), watch::channel(true));
        tokio::spawn(async move {
            while let Ok((mut here, _)) = listener.accept().await {
                let mut seen = seen.clone();
                if !*seen.borrow() {
                    continue;
                }
                tokio::spawn(async move {
                    let Ok(mut there) = TcpStream::connect(server).await else { return };
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut here, &mut there) => {}
                        _ = seen.wait_for(|whole| !whole) => {}
                    }
                });
            }
        });
        Self { address, whole }
    }

    /// Cuts what is connected; what connects from now on is hung up on.
    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// Lets through what connects from now on.
    pub fn mend(&self) {
        self.whole.send_replace(true);
    }
}
