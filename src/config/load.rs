//! Puts the configuration together and refuses what contradicts itself.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::file::{ActionSection, CalendarSection, ConfigFile, DateOrder, LogFormat};
use super::{
    Config, ConfigArgs, DatabaseConfig, HUB, HttpConfig, IndexConfig, LogConfig, ModelConfig, embedding, log_in, mail,
    place, slack,
};
use crate::domain::action::ActionPolicy;
use crate::domain::time::{Calendar, Clock, Zone, parse_instant};

/// Looks a variable up; none when it is not set or empty.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A setting that cannot be used; one sentence that says what to change.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    pub(super) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl Config {
    /// Reads the command line's options, the environment and the file, in this order of precedence.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn load(args: &ConfigArgs) -> Result<Self, ConfigError> {
        Self::load_from(args, &|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()))
    }

    /// [`Config::load`] with the environment given.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn load_from(args: &ConfigArgs, env: Environment<'_>) -> Result<Self, ConfigError> {
        let data_dir = args
            .data_dir
            .clone()
            .or_else(|| env("SUCCESS_AGENT_DATA_DIR").map(PathBuf::from))
            .or_else(|| place::default_data_dir(env))
            .ok_or_else(|| {
                ConfigError::new("there is no home folder to keep data in; name a folder with --data-dir DIR")
            })?;
        let data_dir = std::path::absolute(&data_dir).map_err(|error| {
            ConfigError::new(format!("the data directory {} cannot be used: {error}", data_dir.display()))
        })?;
        let file =
            read_file(args.config.clone().or_else(|| env("SUCCESS_AGENT_CONFIG").map(PathBuf::from)), &data_dir)?;
        let workspace = args
            .workspace
            .clone()
            .or_else(|| env("SUCCESS_AGENT_WORKSPACE"))
            .or(file.workspace.clone())
            .unwrap_or_else(|| "main".to_owned());
        file.health.check().map_err(ConfigError::new)?;
        let http = http(&file)?;
        Ok(Self {
            clock: clock(env, zone(env, &file.calendar)?)?,
            workspace: checked_workspace(workspace)?,
            user: user(args, env, &file)?,
            actions: actions(&file.actions)?,
            mail: mail::mail(env, &file.mail)?,
            slack: slack::slack(env, &file.slack)?,
            jobs: jobs(file.jobs)?,
            meetings: meetings(file.meetings)?,
            voice: mail::voice(&file.drafts, &data_dir)?,
            database: DatabaseConfig { url: database_url(env)? },
            index: index(env)?,
            model: model(env, &file)?,
            embedding: embedding::embedding(env, &data_dir)?,
            hub: hub(env)?,
            log_in: log_in::log_in(env, &file.log_in, http.public_url.as_deref())?,
            http,
            health: file.health,
            calendar: calendar(&file.calendar)?,
            freshness: file.freshness,
            sources: file.sources.load(env)?,
            close_loop: file.close_loop,
            features: file.features,
            log: LogConfig {
                json: file.log.format == LogFormat::Json
                    || env("SUCCESS_AGENT_LOG_FORMAT").is_some_and(|format| format.eq_ignore_ascii_case("json")),
                filter: env("SUCCESS_AGENT_LOG").or_else(|| env("RUST_LOG")).or(file.log.filter),
            },
            data_dir,
        })
    }
}

fn read_file(named: Option<PathBuf>, data_dir: &Path) -> Result<ConfigFile, ConfigError> {
    let (path, must_exist) = match named {
        Some(path) => (path, true),
        None => (data_dir.join("success-agent.toml"), false),
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => return Ok(ConfigFile::default()),
        Err(error) => {
            return Err(ConfigError::new(format!("the configuration file {} cannot be read: {error}", path.display())));
        }
    };
    toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or(&text).matches('\n').count() + 1);
        let what = error.message().replace('\n', " ");
        ConfigError::new(format!("the configuration file {} is wrong at line {line}: {what}", path.display()))
    })
}

fn clock(env: Environment<'_>, zone: Zone) -> Result<Clock, ConfigError> {
    let Some(text) = env("SUCCESS_AGENT_NOW") else { return Ok(Clock::SYSTEM.in_zone(zone)) };
    parse_instant(&text, zone).map(|now| Clock::fixed(now).in_zone(zone)).map_err(|_| {
        ConfigError::new(format!(
            "SUCCESS_AGENT_NOW is `{text}`, which is not an instant; write it like 2026-03-04T15:30:00Z or unset it"
        ))
    })
}

fn checked_workspace(name: String) -> Result<String, ConfigError> {
    let allowed =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-' || letter == '_';
    if (1..=63).contains(&name.len()) && name.chars().all(allowed) {
        return Ok(name);
    }
    Err(ConfigError::new(format!(
        "`{name}` cannot be the name of a workspace; use 1 to 63 lower-case letters, digits, `-` or `_`"
    )))
}

/// Who works here, as they said themselves, else as the machine knows them.
fn user(args: &ConfigArgs, env: Environment<'_>, file: &ConfigFile) -> Result<String, ConfigError> {
    let told = args.user.clone().or_else(|| env("SUCCESS_AGENT_USER")).or(file.user.clone());
    let known = told.or_else(|| env("USER")).or_else(|| env("USERNAME")).or_else(place::machine_user);
    let Some(user) = known.map(|user| user.trim().to_owned()).filter(|user| !user.is_empty()) else {
        return Ok("somebody".to_owned());
    };
    if user.len() > 200 || !user.chars().all(|letter| letter.is_ascii_graphic() || letter == ' ') {
        return Err(ConfigError::new(format!(
            "`{user}` cannot be the name of a user; use an e-mail address, or up to 200 plain letters"
        )));
    }
    Ok(user)
}

/// `[calendar]`: the time zone, which `SUCCESS_AGENT_TIME_ZONE` goes before.
fn zone(env: Environment<'_>, section: &CalendarSection) -> Result<Zone, ConfigError> {
    let (name, place) = match env("SUCCESS_AGENT_TIME_ZONE") {
        Some(name) => (Some(name), "SUCCESS_AGENT_TIME_ZONE"),
        None => (section.time_zone.clone(), "calendar.time_zone"),
    };
    let Some(name) = name else { return Ok(Zone::UTC) };
    Zone::named(&name).map_err(|reason| ConfigError::new(format!("{place} names none: {reason}")))
}

/// `[calendar]`: the month the fiscal year begins in, and the order of numeric dates.
fn calendar(section: &CalendarSection) -> Result<Calendar, ConfigError> {
    let fiscal_start = section.fiscal_year_starts.unwrap_or(1);
    if !(1..=12).contains(&fiscal_start) {
        return Err(ConfigError::new(format!(
            "calendar.fiscal_year_starts is {fiscal_start}; write the month the fiscal year begins in, 1 to 12"
        )));
    }
    Ok(Calendar { fiscal_start, day_first: section.dates == DateOrder::DayFirst })
}

fn actions(section: &ActionSection) -> Result<ActionPolicy, ConfigError> {
    let default = ActionPolicy::default();
    for pattern in &section.approvers {
        if pattern.trim().is_empty() || pattern.trim_start_matches('*').contains('*') {
            return Err(ConfigError::new(format!(
                "`{pattern}` in actions.approvers names nobody; write an e-mail address, or *@example.com for everybody there"
            )));
        }
    }
    let minutes = |name: &str, value: Option<u32>, default: u32| match value {
        Some(0) => Err(ConfigError::new(format!("actions.{name} must be at least 1"))),
        value => Ok(value.unwrap_or(default).min(7 * 24 * 60)),
    };
    Ok(ActionPolicy {
        approvers: section.approvers.iter().map(|pattern| pattern.trim().to_lowercase()).collect(),
        second_person_above: section.second_person_above.unwrap_or(default.second_person_above),
        minutes_to_approve: minutes("minutes_to_approve", section.minutes_to_approve, default.minutes_to_approve)?,
        minutes_to_undo: minutes("minutes_to_undo", section.minutes_to_undo, default.minutes_to_undo)?,
        known_people_only: section.known_people_only,
    })
}

fn database_url(env: Environment<'_>) -> Result<Option<String>, ConfigError> {
    let url = env("DATABASE_URL");
    match &url {
        Some(url) if !url.starts_with("postgres://") && !url.starts_with("postgresql://") => Err(ConfigError::new(
            "DATABASE_URL must begin with postgres://; unset it to use the private database in the data directory",
        )),
        _ => Ok(url),
    }
}

fn index(env: Environment<'_>) -> Result<IndexConfig, ConfigError> {
    let (url, api_key) = (env("QDRANT_URL"), env("QDRANT_API_KEY"));
    match &url {
        Some(url) if !url.starts_with("http://") && !url.starts_with("https://") => Err(ConfigError::new(format!(
            "QDRANT_URL is `{url}`, which is not the address of a server; write it like http://localhost:6334, or unset it to use the built-in index"
        ))),
        None if api_key.is_some() => Err(ConfigError::new(
            "QDRANT_API_KEY is set but QDRANT_URL is not; set the address of the server or unset the key",
        )),
        _ => Ok(IndexConfig { url, api_key }),
    }
}

/// The model `OPENAI_…` names. A key alone names none: many machines have one for other programs, and what customers
/// said goes nowhere unasked.
fn model(env: Environment<'_>, file: &ConfigFile) -> Result<Option<ModelConfig>, ConfigError> {
    let (key, address, name) = (env("OPENAI_API_KEY"), env("OPENAI_BASE_URL"), env("OPENAI_MODEL"));
    if key.is_none() && address.is_none() {
        return match name {
            Some(name) => Err(ConfigError::new(format!(
                "OPENAI_MODEL is `{name}`, but neither OPENAI_API_KEY nor OPENAI_BASE_URL is set; set the key, or the address of a server that needs none, or unset it to use the built-in analyst"
            ))),
            None => Ok(None),
        };
    }
    // An address may be there for the model that embeds.
    if name.is_none() && (address.is_none() || env("OPENAI_EMBEDDING_MODEL").is_some()) {
        return Ok(None);
    }
    let address = self::address(address.as_deref().unwrap_or(OPENAI))?;
    let Some(name) = name else {
        return Err(ConfigError::new(
            "OPENAI_BASE_URL is set but OPENAI_MODEL is not; name the model that answers, or unset the address to use the built-in analyst",
        ));
    };
    let (default, section) = (ModelConfig::new(address, key, name), &file.model);
    let prices = match (section.dollars_per_million_read, section.dollars_per_million_written) {
        (Some(read), Some(written)) if read >= 0.0 && written >= 0.0 => Some((read, written)),
        (None, None) => None,
        _ => {
            return Err(ConfigError::new(
                "model.dollars_per_million_read and model.dollars_per_million_written must both be set, at 0 or more",
            ));
        }
    };
    let model = ModelConfig {
        deadline_seconds: section.deadline_seconds.unwrap_or(default.deadline_seconds),
        context_tokens: section.context_tokens.unwrap_or(default.context_tokens),
        answer_tokens: section.answer_tokens.unwrap_or(default.answer_tokens),
        turn_tokens: section.turn_tokens.unwrap_or(default.turn_tokens),
        read: section.read.unwrap_or(default.read),
        prices,
        ..default
    };
    if model.deadline_seconds == 0 || model.answer_tokens == 0 {
        return Err(ConfigError::new("model.deadline_seconds and model.answer_tokens must be at least 1"));
    }
    if model.context_tokens < model.answer_tokens.saturating_mul(2) {
        return Err(ConfigError::new(
            "model.context_tokens must be at least twice model.answer_tokens, so that there is something to answer from",
        ));
    }
    Ok(Some(model))
}

/// Where the API is when no address is set.
pub(super) const OPENAI: &str = "https://api.openai.com/v1";

/// The address of an API.
pub(super) fn address(address: &str) -> Result<String, ConfigError> {
    if !address.starts_with("http://") && !address.starts_with("https://") {
        return Err(ConfigError::new(format!(
            "OPENAI_BASE_URL is `{address}`, which is not the address of an API; write it like {OPENAI} or http://localhost:11434/v1"
        )));
    }
    Ok(address.trim_end_matches('/').to_owned())
}

/// The hub, or its mirror as other programs are told of it too.
fn hub(env: Environment<'_>) -> Result<String, ConfigError> {
    let hub = env("HF_ENDPOINT").unwrap_or_else(|| HUB.to_owned());
    if !hub.starts_with("http://") && !hub.starts_with("https://") {
        return Err(ConfigError::new(format!(
            "HF_ENDPOINT is `{hub}`, which is not the address of a model hub; write it like {HUB}, or unset it"
        )));
    }
    Ok(hub.trim_end_matches('/').to_owned())
}

fn http(file: &ConfigFile) -> Result<HttpConfig, ConfigError> {
    let default = HttpConfig::default();
    let section = &file.http;
    let mut allowed_hosts = std::collections::BTreeSet::new();
    for host in &section.allowed_hosts {
        let plain = host.trim().to_ascii_lowercase();
        if plain.is_empty() || plain.contains(['/', ':', ' ', '*']) {
            return Err(ConfigError::new(format!(
                "`{host}` in http.allowed_hosts is not a host name; write it like success.example.com, without scheme and port"
            )));
        }
        allowed_hosts.insert(plain);
    }
    let public_url = public_url(section.public_url.as_deref())?;
    allowed_hosts.extend(public_url.as_deref().and_then(host));
    let user_header = section.user_header.as_deref().map(|name| name.trim().to_ascii_lowercase());
    if user_header
        .as_deref()
        .is_some_and(|name| name.is_empty() || name.contains(|c: char| !c.is_ascii_graphic() || c == ':'))
    {
        return Err(ConfigError::new(
            "http.user_header is not the name of a header; write it like x-forwarded-email, or leave it out",
        ));
    }
    let positive = |name: &str, value: Option<usize>, default: usize| match value {
        Some(0) => Err(ConfigError::new(format!("http.{name} must be at least 1"))),
        value => Ok(value.unwrap_or(default)),
    };
    let max_import_mib = match section.max_import_mib {
        Some(0) => return Err(ConfigError::new("http.max_import_mib must be at least 1")),
        mib => mib.unwrap_or(default.max_import_bytes / (1024 * 1024)),
    };
    Ok(HttpConfig {
        listen: section.listen.unwrap_or(default.listen),
        allowed_hosts,
        max_import_bytes: max_import_mib.saturating_mul(1024 * 1024),
        concurrent_answers: positive("concurrent_answers", section.concurrent_answers, default.concurrent_answers)?,
        waiting_answers: section.waiting_answers.unwrap_or(default.waiting_answers),
        question_chars: positive("question_chars", section.question_chars, default.question_chars)?,
        connections: positive("connections", section.connections, default.connections)?,
        head_patience: seconds("head_seconds", section.head_seconds, default.head_patience)?,
        body_patience: seconds("body_seconds", section.body_seconds, default.body_patience)?,
        public_url,
        user_header,
    })
}

/// A time somebody is waited for.
fn seconds(name: &str, value: Option<u64>, default: Duration) -> Result<Duration, ConfigError> {
    match value {
        Some(1..=86_400) | None => Ok(value.map_or(default, Duration::from_secs)),
        Some(_) => Err(ConfigError::new(format!("http.{name} must be from 1 to 86400"))),
    }
}

/// Address people reach the service under, without a slash at its end.
fn public_url(named: Option<&str>) -> Result<Option<String>, ConfigError> {
    let Some(url) = named.map(|url| url.trim().trim_end_matches('/')).filter(|url| !url.is_empty()) else {
        return Ok(None);
    };
    if host(url).is_none() || url.contains(['?', '#', ' ']) {
        return Err(ConfigError::new(format!(
            "http.public_url is `{url}`, which is no address; write it like https://cs.example.com"
        )));
    }
    Ok(Some(url.to_owned()))
}

/// The host of an address, in lower case and without its port.
fn host(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let host = rest.split(['/', ':']).next()?.to_ascii_lowercase();
    (!host.is_empty()).then_some(host)
}

fn meetings(meetings: super::MeetingsConfig) -> Result<super::MeetingsConfig, ConfigError> {
    const DAYS: u32 = 7;
    if meetings.brief_minutes_before > DAYS * 24 * 60 {
        return Err(ConfigError::new(format!(
            "meetings.brief_minutes_before must be at most {} ({DAYS} days); 0 sends no brief",
            DAYS * 24 * 60
        )));
    }
    Ok(meetings)
}

fn jobs(jobs: super::JobsConfig) -> Result<super::JobsConfig, ConfigError> {
    if jobs.quick == 0 || jobs.slow == 0 {
        return Err(ConfigError::new("jobs.quick and jobs.slow must be at least 1"));
    }
    if jobs.gone_after_seconds < 5 {
        return Err(ConfigError::new(
            "jobs.gone_after_seconds must be at least 5: a busy process would lose its tasks to others",
        ));
    }
    Ok(jobs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::EmbeddingConfig;

    fn load(variables: &[(&str, &str)], file: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("success-agent.toml"), file).unwrap();
        let args = ConfigArgs { data_dir: Some(folder.path().to_owned()), ..ConfigArgs::default() };
        let env = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Config::load_from(&args, &env)
    }

    fn refusal(variables: &[(&str, &str)], file: &str) -> String {
        load(variables, file).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn nothing_needs_to_be_configured() {
        let config = load(&[], "").unwrap();
        assert_eq!(config.workspace, "main");
        assert_eq!(config.clock.zone(), Zone::UTC);
        assert!(!config.clock.stands(), "it goes with the machine");
        assert_eq!(config.http, HttpConfig::default());
        assert_eq!(config.database.url, None);
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let config =
            load(&[("SUCCESS_AGENT_WORKSPACE", "east")], "workspace = 'west'\n[http]\nlisten = '127.0.0.1:9'").unwrap();
        assert_eq!(config.workspace, "east");
        assert_eq!(config.http.listen.port(), 9);
    }

    #[test]
    fn a_wrong_instant_is_refused_with_the_way_to_write_it() {
        assert!(refusal(&[("SUCCESS_AGENT_NOW", "tomorrow")], "").contains("2026-03-04T15:30:00Z"));
    }

    #[test]
    fn a_database_that_is_not_postgresql_is_refused_without_repeating_its_password() {
        let sentence = refusal(&[("DATABASE_URL", "mysql://root:hunter2@db")], "");
        assert!(sentence.contains("postgres://") && !sentence.contains("hunter2"), "{sentence}");
    }

    #[test]
    fn a_key_without_a_server_is_refused() {
        assert!(refusal(&[("QDRANT_API_KEY", "k")], "").contains("QDRANT_URL"));
    }

    #[test]
    fn a_language_model_is_used_when_a_key_or_an_address_and_its_name_are_set() {
        assert_eq!(load(&[], "").unwrap().model, None);
        let model = load(&[("OPENAI_API_KEY", "k"), ("OPENAI_MODEL", "m")], "").unwrap().model.unwrap();
        assert_eq!((model.base_url.as_str(), model.name.as_str(), model.read), (OPENAI, "m", false));
        let paid = [("OPENAI_API_KEY", "k"), ("OPENAI_MODEL", "m")];
        assert!(load(&paid, "[model]\nread = true").unwrap().model.unwrap().read);
        let local = [("OPENAI_BASE_URL", "http://localhost:1/v1/"), ("OPENAI_MODEL", "m")];
        let model = load(&local, "[model]\ndeadline_seconds = 5").unwrap().model.unwrap();
        assert_eq!(
            (model.base_url.as_str(), model.api_key, model.deadline_seconds, model.read),
            ("http://localhost:1/v1", None, 5, true)
        );
        assert!(!load(&local, "[model]\nread = false").unwrap().model.unwrap().read);
        assert_eq!(load(&[("OPENAI_API_KEY", "k")], "").unwrap().model, None);
        assert!(refusal(&[("OPENAI_BASE_URL", "http://localhost:1")], "").contains("OPENAI_MODEL"));
        assert!(refusal(&[("OPENAI_MODEL", "m")], "").contains("OPENAI_API_KEY"));
        assert!(refusal(&[("OPENAI_BASE_URL", "localhost"), ("OPENAI_MODEL", "m")], "").contains("http://localhost"));
        assert!(refusal(&local, "[model]\ncontext_tokens = 1500").contains("context_tokens"));
    }

    #[test]
    fn meanings_are_told_by_a_folder_or_by_an_api() {
        let config = load(&[], "").unwrap();
        assert_eq!(config.embedding, EmbeddingConfig::folder_of(&config.data_dir));
        let named = load(&[("EMBEDDING_MODEL_DIR", "/m")], "").unwrap().embedding;
        assert_eq!(named, EmbeddingConfig::Folder { path: "/m".into(), named: true });
        let api = [("OPENAI_EMBEDDING_MODEL", "e"), ("OPENAI_BASE_URL", "http://localhost:1/v1/")];
        let config = load(&api, "").unwrap();
        assert_eq!(config.model, None, "the address may be there for this model only");
        assert!(matches!(config.embedding, EmbeddingConfig::Api(api) if api.base_url == "http://localhost:1/v1"));
        assert!(refusal(&[("OPENAI_EMBEDDING_MODEL", "e")], "").contains("OPENAI_API_KEY"));
        let both = [("OPENAI_EMBEDDING_MODEL", "e"), ("OPENAI_API_KEY", "k"), ("EMBEDDING_MODEL_DIR", "/m")];
        assert!(refusal(&both, "").contains("unset one"));
        assert!(refusal(&[("HF_ENDPOINT", "mirror")], "").contains("HF_ENDPOINT"));
    }

    #[test]
    fn an_unknown_key_of_the_file_is_refused_with_its_line() {
        let sentence = refusal(&[], "workspace = 'main'\n[http]\nlissten = '127.0.0.1:1'");
        assert!(sentence.contains("lissten") && sentence.contains("line 3"), "{sentence}");
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        let config = load(
            &[
                ("DATABASE_URL", "postgres://u:hunter2@db/x"),
                ("QDRANT_URL", "http://q:6334"),
                ("QDRANT_API_KEY", "s3cret"),
                ("OPENAI_API_KEY", "s3cret"),
                ("OPENAI_MODEL", "m"),
            ],
            "",
        )
        .unwrap();
        let text = format!("{config:?}");
        assert!(!text.contains("hunter2") && !text.contains("s3cret"), "{text}");
    }
}
