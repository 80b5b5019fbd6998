//! A sentence-transformer read from its published files and run in this process: BERT, mean pooling, length one.
//!
//! Texts are embedded one by one, so that a text has the same vector whatever stands beside it. Queries and passages have
//! a thread each: embedding in the background leaves the other cores to those who ask, and no query waits behind it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bert::{Bert, Config};
use rayon::{ThreadPool, ThreadPoolBuilder};
use sha2::{Digest as _, Sha256};
use tokenizers::{Tokenizer, TruncationParams};

use super::{Embedder, Role};
use crate::model::chat::ModelError;

/// The files a model consists of.
pub const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// Tokens of a text that are read; what the published models were made for.
const TOKENS: usize = 256;

/// Bytes of the weights that go into the model's name, besides their length.
const SAMPLE: usize = 1 << 20;

/// A model in a folder. Its weights are read when the first text is embedded.
pub struct LocalEmbedder {
    folder: PathBuf,
    name: String,
    dimension: usize,
    loaded: Arc<Mutex<Option<Arc<Loaded>>>>,
}

struct Loaded {
    tokenizer: Tokenizer,
    model: Bert,
    queries: ThreadPool,
    passages: ThreadPool,
}

impl LocalEmbedder {
    /// The model in the folder that somebody named.
    ///
    /// # Errors
    /// [`ModelError::Refused`] when there is none; else as [`LocalEmbedder::open`].
    pub fn named(folder: &Path) -> Result<Self, ModelError> {
        Self::open(folder)?.ok_or_else(|| {
            ModelError::Refused(format!(
                "EMBEDDING_MODEL_DIR is {}, which holds no model; `success-agent models fetch` puts one there, or unset it",
                folder.display()
            ))
        })
    }

    /// The model in `folder`; none when no file of it is there.
    ///
    /// # Errors
    /// [`ModelError::Permanent`] when files are missing or are not those of such a model.
    pub fn open(folder: &Path) -> Result<Option<Self>, ModelError> {
        if FILES.iter().all(|file| !folder.join(file).exists()) {
            return Ok(None);
        }
        let config: Config = serde_json::from_slice(&read(folder, FILES[0])?)
            .map_err(|error| wrong(folder, &format!("{} is not that of a BERT model: {error}", FILES[0])))?;
        let mut identity = Sha256::new();
        identity.update(read(folder, FILES[0])?);
        identity.update(read(folder, FILES[1])?);
        identity
            .update(sample(&folder.join(FILES[2])).map_err(|error| wrong(folder, &format!("{}: {error}", FILES[2])))?);
        let identity = hex::encode(identity.finalize());
        let called = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Some(Self {
            folder: folder.to_owned(),
            name: format!("{called} {}", &identity[..12]),
            dimension: config.hidden_size,
            loaded: Arc::default(),
        }))
    }
}

#[async_trait]
impl Embedder for LocalEmbedder {
    fn name(&self) -> &str {
        &self.name
    }

    async fn dimension(&self) -> Result<usize, ModelError> {
        Ok(self.dimension)
    }

    async fn embed(&self, texts: Vec<String>, role: Role) -> Result<Vec<Vec<f32>>, ModelError> {
        let (folder, loaded) = (self.folder.clone(), Arc::clone(&self.loaded));
        let work = move || {
            let loaded = {
                let mut held = loaded.lock().unwrap_or_else(PoisonError::into_inner);
                match held.as_ref() {
                    Some(loaded) => Arc::clone(loaded),
                    None => Arc::clone(held.insert(Arc::new(Loaded::read(&folder)?))),
                }
            };
            let pool = match role {
                Role::Query => &loaded.queries,
                Role::Passage => &loaded.passages,
            };
            let embed = || texts.iter().map(|text| loaded.embed(text)).collect::<Result<_, _>>();
            pool.install(embed).map_err(|error: String| wrong(&folder, &error))
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(embedded) => embedded,
            Err(_) => Err(wrong(&self.folder, "the arithmetic failed")),
        }
    }
}

impl Loaded {
    fn read(folder: &Path) -> Result<Self, ModelError> {
        let wrong = |error: String| wrong(folder, &error);
        let config: Config =
            serde_json::from_slice(&read(folder, FILES[0])?).map_err(|error| wrong(error.to_string()))?;
        let mut tokenizer =
            Tokenizer::from_bytes(read(folder, FILES[1])?).map_err(|error| wrong(format!("{}: {error}", FILES[1])))?;
        let tokens = TOKENS.min(config.max_position_embeddings);
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(Some(TruncationParams { max_length: tokens, ..TruncationParams::default() }))
            .map_err(|error| wrong(error.to_string()))?;
        let model =
            Bert::read(&config, &read(folder, FILES[2])?).map_err(|error| wrong(format!("{}: {error}", FILES[2])))?;
        let pool = || {
            let pool = ThreadPoolBuilder::new().num_threads(1).thread_name(|_| "embedding".to_owned()).build();
            pool.map_err(|error| wrong(error.to_string()))
        };
        Ok(Self { tokenizer, model, queries: pool()?, passages: pool()? })
    }

    fn embed(&self, text: &str) -> Result<Vec<f32>, String> {
        let encoded = self.tokenizer.encode_fast(text, true).map_err(|error| error.to_string())?;
        self.model.embed(encoded.get_ids()).map_err(|error| error.to_string())
    }
}

fn read(folder: &Path, file: &str) -> Result<Vec<u8>, ModelError> {
    std::fs::read(folder.join(file)).map_err(|error| wrong(folder, &format!("{file} cannot be read: {error}")))
}

/// The length of a file and its beginning.
fn sample(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let file = std::fs::File::open(path)?;
    let mut bytes = file.metadata()?.len().to_le_bytes().to_vec();
    file.take(SAMPLE as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn wrong(folder: &Path, what: &str) -> ModelError {
    ModelError::Permanent(format!(
        "the embedding model in {} cannot be used: {what}; fetch it with `success-agent models fetch`, or set EMBEDDING_MODEL_DIR to the folder of another",
        folder.display()
    ))
}
