//! The TOML file: every key is optional, an unknown one is refused.

use std::net::SocketAddr;

use serde::Deserialize;

use super::log_in::LogInSection;
use super::mail::{DraftSection, MailSection};
use super::slack::SlackSection;
use super::{FeaturesConfig, FreshnessConfig, JobsConfig, MeetingsConfig, SourcesConfig};
use crate::domain::health::HealthConfig;
use crate::domain::tool::close_loop::CloseLoopConfig;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ConfigFile {
    pub(super) workspace: Option<String>,
    pub(super) user: Option<String>,
    pub(super) http: HttpSection,
    pub(super) log_in: LogInSection,
    pub(super) model: ModelSection,
    pub(super) health: HealthConfig,
    pub(super) calendar: CalendarSection,
    pub(super) freshness: FreshnessConfig,
    pub(super) sources: SourcesConfig,
    pub(super) close_loop: CloseLoopConfig,
    pub(super) actions: ActionSection,
    pub(super) mail: MailSection,
    pub(super) slack: SlackSection,
    pub(super) jobs: JobsConfig,
    pub(super) meetings: MeetingsConfig,
    pub(super) drafts: DraftSection,
    pub(super) features: FeaturesConfig,
    pub(super) log: LogSection,
}

/// `[http]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct HttpSection {
    pub(super) listen: Option<SocketAddr>,
    pub(super) allowed_hosts: Vec<String>,
    pub(super) max_import_mib: Option<u64>,
    pub(super) concurrent_answers: Option<usize>,
    pub(super) waiting_answers: Option<usize>,
    pub(super) question_chars: Option<usize>,
    pub(super) connections: Option<usize>,
    pub(super) head_seconds: Option<u64>,
    pub(super) body_seconds: Option<u64>,
    pub(super) user_header: Option<String>,
    pub(super) public_url: Option<String>,
}

/// `[model]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ModelSection {
    pub(super) deadline_seconds: Option<u32>,
    pub(super) context_tokens: Option<u32>,
    pub(super) answer_tokens: Option<u32>,
    pub(super) turn_tokens: Option<u64>,
    pub(super) read: Option<bool>,
    pub(super) dollars_per_million_read: Option<f64>,
    pub(super) dollars_per_million_written: Option<f64>,
}

/// `[actions]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ActionSection {
    pub(super) approvers: Vec<String>,
    pub(super) second_person_above: Option<u64>,
    pub(super) minutes_to_approve: Option<u32>,
    pub(super) minutes_to_undo: Option<u32>,
    pub(super) known_people_only: bool,
}

/// `[calendar]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CalendarSection {
    pub(super) time_zone: Option<String>,
    pub(super) fiscal_year_starts: Option<u32>,
    pub(super) dates: DateOrder,
}

/// Which comes first in `3/4/2027`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum DateOrder {
    #[default]
    MonthFirst,
    DayFirst,
}

/// `[log]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LogSection {
    pub(super) format: LogFormat,
    pub(super) filter: Option<String>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum LogFormat {
    /// Text for people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}
