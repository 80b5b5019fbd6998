//! A running agent, as a program of its own: with its own handles and its own threads, so that it can be killed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use success_agent::app::App;
use success_agent::config::{Config, JobsConfig, SlackConfig};
use success_agent::jobs::{Bench, Workers};
use success_agent::slack::Slack;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// A running agent: its connections and its workers.
pub struct Agent {
    runtime: Option<Runtime>,
    stop: CancellationToken,
    ended: oneshot::Receiver<()>,
}

impl Agent {
    /// Connects and begins to work.
    pub async fn start(config: &Config, slack: &SlackConfig) -> Self {
        Self::begin(config, slack, true).await
    }

    /// Connects, and only writes down what comes in.
    pub async fn listen_only(config: &Config, slack: &SlackConfig) -> Self {
        Self::begin(config, slack, false).await
    }

    async fn begin(config: &Config, slack: &SlackConfig, works: bool) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let stop = CancellationToken::new();
        let (ready, started) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        // A process of its own has a folder of its own, and fills its index from the database. One that is killed leaves
        // it behind.
        let folder = tempfile::tempdir_in(folders()).unwrap().keep();
        let (mut config, slack, stopped) = (config.clone(), slack.clone(), stop.clone());
        config.data_dir = folder;
        let this = Self { runtime: Some(runtime), stop, ended };
        this.runtime.as_ref().unwrap().spawn(async move {
            let app = App::open(&config, Arc::new(|_| {})).await.unwrap();
            app.catch_up().await.unwrap();
            let slack = Slack::new(app.clone(), slack, config.http.public_url.clone()).unwrap();
            slack.own_team().await.unwrap();
            let bench = Bench { app: app.clone(), slack: Some(slack.clone()), stop: stopped.clone() };
            let workers =
                if works { Some(Workers::start(bench, JobsConfig::default(), true).await.unwrap()) } else { None };
            let listening = tokio::spawn(slack.listen(stopped.clone()));
            ready.send(()).unwrap();
            stopped.cancelled().await;
            if let Some(workers) = workers {
                workers.stop().await;
            }
            listening.await.unwrap();
            app.close().await;
            let _ = end.send(());
        });
        started.await.unwrap();
        this
    }

    /// Ends as a program does that is asked to.
    pub async fn stop(mut self) {
        self.stop.cancel();
        (&mut self.ended).await.unwrap();
    }

    /// Ends as a program does that is killed.
    pub fn kill(self) {
        drop(self);
    }
}

/// Where their folders are: what an earlier run left there goes.
fn folders() -> &'static Path {
    static FOLDERS: LazyLock<PathBuf> = LazyLock::new(|| {
        let folders = Path::new(env!("CARGO_TARGET_TMPDIR")).join("slack-agents");
        let _ = std::fs::remove_dir_all(&folders);
        std::fs::create_dir_all(&folders).unwrap();
        folders
    });
    &FOLDERS
}

impl Drop for Agent {
    fn drop(&mut self) {
        // Every task ends at the place where it waits, and every connection is closed.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
