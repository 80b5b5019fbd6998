//! What GitHub answers and sends.

use serde::Deserialize;

/// A release. A draft has no `published_at`, and its tag may not exist yet.
#[derive(Debug, Deserialize)]
pub(super) struct Release {
    pub id: u64,
    #[serde(default)]
    pub tag_name: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub body: Option<String>,
    #[serde(default)]
    pub draft: bool,
    #[serde(default)]
    pub prerelease: bool,
    #[serde(default)]
    pub published_at: Option<String>,
    #[serde(default)]
    pub created_at: Option<String>,
    #[serde(default)]
    pub html_url: Option<String>,
}

/// What is looked at before a release is kept.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    pub id: u64,
    #[serde(default)]
    pub draft: bool,
    #[serde(default)]
    pub prerelease: bool,
}

/// A repository.
#[derive(Debug, Deserialize)]
pub(super) struct Repository {
    #[serde(default)]
    pub full_name: Option<String>,
}

/// A webhook's body.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    #[serde(default)]
    pub release: Option<ReleaseId>,
}

/// Which release an event is about.
#[derive(Debug, Deserialize)]
pub(super) struct ReleaseId {
    pub id: u64,
}
