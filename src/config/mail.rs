//! The server mail is sent through, and how the team writes.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::load::{ConfigError, Environment};

/// An SMTP server. Nothing is sent through it but an approved draft, when a person says so.
#[derive(Clone, PartialEq, Eq)]
pub struct MailConfig {
    /// Its name.
    pub host: String,
    /// Its port: 465 where the connection begins encrypted, 587 where it becomes so.
    pub port: u16,
    /// How the connection is kept secret.
    pub tls: MailTls,
    /// Who logs in; none for servers that want nobody to.
    pub user: Option<String>,
    /// The password, from the environment (`SMTP_PASSWORD`).
    pub password: Option<String>,
    /// The address mail is from, where it is not that of whoever signs it.
    pub from: Option<String>,
}

/// How a connection is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// It begins encrypted.
    Wrapped,
    /// It becomes encrypted before anything is said.
    Starttls,
    /// It is not; only to this machine.
    None,
}

impl std::fmt::Debug for MailConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailConfig")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("password", &self.password.as_ref().map(|_| "…"))
            .finish_non_exhaustive()
    }
}

/// `[mail]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MailSection {
    host: Option<String>,
    port: Option<u16>,
    tls: Option<MailTls>,
    user: Option<String>,
    from: Option<String>,
}

/// `[drafts]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DraftSection {
    voice: Option<PathBuf>,
}

/// The server under `[mail]`, if there is one.
pub(super) fn mail(env: Environment<'_>, section: &MailSection) -> Result<Option<MailConfig>, ConfigError> {
    let trimmed =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let (user, from, password) = (trimmed(&section.user), trimmed(&section.from), env("SMTP_PASSWORD"));
    let Some(host) = trimmed(&section.host) else {
        let named = section.port.is_some() || section.tls.is_some() || user.is_some() || from.is_some();
        return if named {
            Err(ConfigError::new(
                "mail.host is not set, but other settings under [mail] are; name the server or remove them",
            ))
        } else {
            Ok(None)
        };
    };
    let port = section.port.unwrap_or(if section.tls == Some(MailTls::Wrapped) { 465 } else { 587 });
    let tls = section.tls.unwrap_or(if port == 465 { MailTls::Wrapped } else { MailTls::Starttls });
    let here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
    if tls == MailTls::None && !here {
        return Err(ConfigError::new(format!(
            "mail.tls is `none`, but {host} is not this machine; use `starttls` or `wrapped`"
        )));
    }
    match (&user, &password) {
        (Some(user), None) => {
            return Err(ConfigError::new(format!(
                "mail.user is `{user}`, but SMTP_PASSWORD is not set; set it, or remove the user where the server wants none"
            )));
        }
        (None, Some(_)) => {
            return Err(ConfigError::new("SMTP_PASSWORD is set, but mail.user is not; name the user or unset it"));
        }
        _ => {}
    }
    if let Some(address) =
        from.as_deref().filter(|address| !address.contains('@') || address.contains(char::is_whitespace))
    {
        return Err(ConfigError::new(format!("mail.from is `{address}`, which is not an e-mail address")));
    }
    Ok(Some(MailConfig { host, port, tls, user, password, from }))
}

/// What the team says of how it writes: the file that is named, which must be there, else `voice.md` in the data
/// directory, if it is. Empty without one.
pub(super) fn voice(section: &DraftSection, data_dir: &Path) -> Result<String, ConfigError> {
    /// Bytes that are read.
    const LONGEST: usize = 20_000;
    let (path, named) = match &section.voice {
        Some(path) => (data_dir.join(path), true),
        None => (data_dir.join("voice.md"), false),
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => return Ok(String::new()),
        Err(error) => {
            return Err(ConfigError::new(format!("the team's voice {} cannot be read: {error}", path.display())));
        }
    };
    if text.len() > LONGEST {
        return Err(ConfigError::new(format!(
            "the team's voice {} is longer than {LONGEST} bytes; shorten it",
            path.display()
        )));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str, password: Option<&str>) -> Result<Option<MailConfig>, ConfigError> {
        let password = password.map(str::to_owned);
        mail(&|name| password.clone().filter(|_| name == "SMTP_PASSWORD"), &toml::from_str(toml).unwrap())
    }

    #[test]
    fn a_server_is_encrypted_unless_it_is_this_machine() {
        let config = read("host = \"smtp.example.com\"", None).unwrap().unwrap();
        assert_eq!((config.port, config.tls), (587, MailTls::Starttls));
        assert_eq!(read("host = \"a.example\"\nport = 465", None).unwrap().unwrap().tls, MailTls::Wrapped);
        assert!(read("host = \"a.example\"\ntls = \"none\"", None).is_err());
        assert!(read("host = \"localhost\"\ntls = \"none\"", None).is_ok());
        assert_eq!(read("", None), Ok(None));
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for (toml, password) in [
            ("port = 587", None),
            ("host = \"a.example\"\nuser = \"kim\"", None),
            ("host = \"a.example\"", Some("secret")),
            ("host = \"a.example\"\nfrom = \"kim\"", None),
        ] {
            assert!(read(toml, password).is_err(), "{toml}");
        }
    }
}
