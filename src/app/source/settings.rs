//! What a connection has to know besides the key.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::AppError;
use crate::domain::connection::{Connection, Vendor};
use crate::sources::Setting;

/// The name of the setting that says where a system is.
const ADDRESS: &str = "address";
/// The name of the setting that says whether a system's companies become accounts.
const ACCOUNTS: &str = "accounts";

/// What a system needs to know besides the key.
#[must_use]
pub fn settings_of(vendor: Vendor) -> Vec<Setting> {
    let mut settings = crate::sources::settings(vendor).to_vec();
    settings.push(Setting {
        name: ACCOUNTS,
        means: "`make` or `join`: whether companies nobody knows yet become accounts, or only add to those there are",
        required: false,
    });
    if !settings.iter().any(|setting| setting.name == ADDRESS) {
        settings.push(Setting {
            name: ADDRESS,
            means: "where the system is, if not at its public address",
            required: false,
        });
    }
    settings
}

/// Whether the companies of a connection become accounts where none is there yet.
pub(super) fn makes_accounts(connection: &Connection) -> bool {
    match connection.settings.get(ACCOUNTS).map(|value| value.trim()) {
        Some("make") => true,
        Some("join") => false,
        _ => matches!(connection.vendor, Vendor::Attio | Vendor::Salesforce | Vendor::Salesbricks | Vendor::Stripe),
    }
}

/// Whether a system can be asked with these settings.
pub(super) fn check(vendor: Vendor, settings: &BTreeMap<String, String>) -> Result<(), AppError> {
    let known = settings_of(vendor);
    let names: BTreeSet<&str> = known.iter().map(|setting| setting.name).collect();
    if let Some(odd) = settings.keys().find(|name| !names.contains(name.as_str())) {
        let names: Vec<&str> = names.into_iter().collect();
        return Err(AppError::Invalid(format!(
            "{} has no setting `{odd}`; it has {}.",
            vendor.label(),
            names.join(", ")
        )));
    }
    if let Some(lacking) = known.iter().find(|setting| setting.required && !settings.contains_key(setting.name)) {
        return Err(AppError::Invalid(format!(
            "{} needs the setting `{}`: {}. Write `--set {}=…`.",
            vendor.label(),
            lacking.name,
            lacking.means,
            lacking.name
        )));
    }
    if settings.get(ACCOUNTS).is_some_and(|value| !matches!(value.trim(), "make" | "join")) {
        return Err(AppError::Invalid("`accounts` is `make` or `join`.".to_owned()));
    }
    if let Some(address) = settings.get(ADDRESS) {
        let url = reqwest::Url::parse(address.trim()).ok();
        let safe = url.is_some_and(|url| match (url.scheme(), url.host_str()) {
            ("https", Some(_)) => true,
            ("http", Some(host)) => matches!(host, "127.0.0.1" | "localhost" | "[::1]"),
            _ => false,
        });
        if !safe {
            return Err(AppError::Invalid(
                "`address` is an https address; http is taken for this machine only, since the key would be readable on \
                 the way."
                    .to_owned(),
            ));
        }
    }
    Ok(())
}
