//! A peer of the program in Python: a process of its own, whose packages `evals/install_peer.sh` puts outside the clone.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::private;
use crate::slack_bench::floor::listening_within;

/// What runs.
pub struct Script {
    /// The program, below the folder the benchmark runs in.
    pub path: &'static str,
    /// The folder of its environment below the program's cache.
    pub folder: &'static str,
    /// The variable that names another.
    pub variable: &'static str,
    /// The target of `make` that installs it.
    pub target: &'static str,
}

impl Script {
    /// Its environment.
    pub fn environment(&self) -> Option<PathBuf> {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        set(self.variable).or_else(|| {
            let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
            Some(cache.join("success-agent").join(self.folder))
        })
    }

    /// The Python that runs it; why there is none.
    pub fn python(&self) -> Result<PathBuf, String> {
        let python = self.environment().map(|environment| environment.join("bin/python"));
        let installed = python.filter(|python| python.exists());
        installed.ok_or_else(|| format!("its packages are not installed (make {})", self.target))
    }
}

/// The process; it ends with this.
pub struct Peer {
    child: Child,
    /// Its address, without a slash at the end.
    pub url: String,
}

impl Peer {
    /// Starts it beside the PostgreSQL of a program with this data directory; why it did not start in time.
    pub async fn start(
        script: &Script,
        python: &Path,
        data_dir: &Path,
        variables: &[(&str, &str)],
        patience: Duration,
    ) -> Result<Result<Self, String>> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let socket = private::socket(data_dir);
        let child = Command::new(python)
            .arg(script.path)
            .env("PEER_DATABASE", format!("host={} port=5432 user=success_agent dbname=postgres", socket.display()))
            .env("PEER_PORT", port.to_string())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .spawn()
            .context("the peer cannot be started")?;
        let this = Self { child, url: format!("http://127.0.0.1:{port}") };
        Ok(match listening_within(port, patience).await {
            Ok(()) => Ok(this),
            Err(_) => Err("it did not start".to_owned()),
        })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
