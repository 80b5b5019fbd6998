//! Where things are on this machine: the folder for data, and whether colour is wanted.

use std::path::PathBuf;

use super::load::Environment;

/// The platform's folder for the program's data.
pub(super) fn default_data_dir(env: Environment<'_>) -> Option<PathBuf> {
    let home = || env("HOME").map(PathBuf::from);
    let base = if cfg!(target_os = "macos") {
        home()?.join("Library").join("Application Support")
    } else if cfg!(windows) {
        PathBuf::from(env("LOCALAPPDATA")?)
    } else {
        match env("XDG_DATA_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute()) {
            Some(folder) => folder,
            None => home()?.join(".local").join("share"),
        }
    };
    Some(base.join("success-agent"))
}

/// Whether the user's environment allows colour on a terminal (<https://no-color.org>).
#[must_use]
pub fn wants_colour() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Where this program is, to start another one of it.
///
/// # Errors
/// When the system does not say.
pub fn this_program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// The name of the user this program runs as, where the environment does not say it: as the machine's list of users has it.
#[cfg(unix)]
pub(super) fn machine_user() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;

    let id = std::fs::metadata("/proc/self").ok()?.uid().to_string();
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let name = users.lines().find_map(|line| {
        let mut columns = line.split(':');
        let (name, number) = (columns.next()?, columns.nth(1)?);
        (number == id).then(|| name.to_owned())
    });
    name.filter(|name| !name.is_empty())
}

/// The name of the user this program runs as: nobody's, where the environment does not say it.
#[cfg(not(unix))]
pub(super) fn machine_user() -> Option<String> {
    None
}

/// A secret from the environment, for a command that is about to ask for it.
#[must_use]
pub fn secret_in_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|secret| secret.trim().to_owned()).filter(|secret| !secret.is_empty())
}
