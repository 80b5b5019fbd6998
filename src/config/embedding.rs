//! Which model tells what passages mean.

use std::path::{Path, PathBuf};

use super::load::{ConfigError, Environment, OPENAI, address};

/// Where passages are embedded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmbeddingConfig {
    /// In this process, with a model from a folder.
    Folder {
        /// Holds the published files of a sentence-transformer.
        path: PathBuf,
        /// Whether somebody named it, so that its absence is a mistake and no reason to search by words alone.
        named: bool,
    },
    /// Over an OpenAI-compatible API.
    Api(EmbeddingApi),
}

/// A model that embeds behind an OpenAI-compatible address.
#[derive(Clone, PartialEq, Eq)]
pub struct EmbeddingApi {
    /// Address of the API.
    pub base_url: String,
    /// The key; none for local servers that want none.
    pub api_key: Option<String>,
    /// Name of the model.
    pub name: String,
}

impl std::fmt::Debug for EmbeddingApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmbeddingApi")
            .field("base_url", &self.base_url)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .field("name", &self.name)
            .finish()
    }
}

/// What the embedding model is called that is fetched, and its folder.
pub const MODEL: &str = "all-MiniLM-L6-v2";

/// The model the environment names; else the one in the data directory, if it was fetched.
pub(super) fn embedding(env: Environment<'_>, data_dir: &Path) -> Result<EmbeddingConfig, ConfigError> {
    let (folder, name) = (env("EMBEDDING_MODEL_DIR"), env("OPENAI_EMBEDDING_MODEL"));
    match (folder, name) {
        (Some(_), Some(_)) => {
            Err(ConfigError::new("EMBEDDING_MODEL_DIR and OPENAI_EMBEDDING_MODEL are both set; unset one of them"))
        }
        (Some(folder), None) => Ok(EmbeddingConfig::Folder { path: PathBuf::from(folder), named: true }),
        (None, None) => Ok(EmbeddingConfig::folder_of(data_dir)),
        (None, Some(name)) => {
            let (api_key, base_url) = (env("OPENAI_API_KEY"), env("OPENAI_BASE_URL"));
            if api_key.is_none() && base_url.is_none() {
                return Err(ConfigError::new(format!(
                    "OPENAI_EMBEDDING_MODEL is `{name}`, but neither OPENAI_API_KEY nor OPENAI_BASE_URL is set; set the key, or the address of a server that needs none, or unset it to embed on this machine"
                )));
            }
            let base_url = address(base_url.as_deref().unwrap_or(OPENAI))?;
            Ok(EmbeddingConfig::Api(EmbeddingApi { base_url, api_key, name }))
        }
    }
}

impl EmbeddingConfig {
    /// The fetched model of a data directory.
    #[must_use]
    pub fn folder_of(data_dir: &Path) -> Self {
        Self::Folder { path: data_dir.join("models").join(MODEL), named: false }
    }
}
