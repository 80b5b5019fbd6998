//! Where PostgreSQL's programs are on this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::store::{Result, StoreError};

/// A folder with `postgres` and `initdb`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binaries {
    /// The folder.
    pub folder: PathBuf,
    /// Major version: 15.
    pub major: u32,
}

impl Binaries {
    /// The programs to use: of the version `wanted` when a database is there already, else the first that are found.
    pub fn find(wanted: Option<u32>, database: &Path) -> Result<Self> {
        Self::choose(candidates(), wanted, database)
    }

    fn choose(folders: impl Iterator<Item = PathBuf>, wanted: Option<u32>, database: &Path) -> Result<Self> {
        let mut others: Vec<u32> = Vec::new();
        for folder in folders {
            let Some(major) = major_of(&folder) else { continue };
            if wanted.is_none_or(|wanted| wanted == major) {
                return Ok(Self { folder, major });
            }
            if !others.contains(&major) {
                others.push(major);
            }
        }
        let Some(wanted) = wanted.filter(|_| !others.is_empty()) else {
            return Err(StoreError::Unavailable(
                "PostgreSQL is not installed: install it (Debian or Ubuntu: `apt install postgresql`, macOS: `brew install postgresql@17`), or set DATABASE_URL to a server.".to_owned(),
            ));
        };
        let others: Vec<String> = others.iter().map(u32::to_string).collect();
        Err(StoreError::Unavailable(format!(
            "The database in {} was made by PostgreSQL {wanted}, but this machine has PostgreSQL {}: install version {wanted} beside it, or move that folder away to start empty.",
            database.display(),
            others.join(" and ")
        )))
    }

    /// One of the programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Folders to look in, the likeliest first; each is only looked for when the ones before did not do.
fn candidates() -> impl Iterator<Item = PathBuf> {
    let first: [fn() -> Vec<PathBuf>; 3] = [on_path, told_by_pg_config, in_usual_places];
    first.into_iter().flat_map(|look| look())
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned()).filter(|text| !text.is_empty())
}

fn on_path() -> Vec<PathBuf> {
    let found = output("sh", &["-c", "command -v postgres"]).and_then(|path| Path::new(&path).canonicalize().ok());
    found.iter().filter_map(|program| program.parent().map(Path::to_owned)).collect()
}

fn told_by_pg_config() -> Vec<PathBuf> {
    output("pg_config", &["--bindir"]).into_iter().map(PathBuf::from).collect()
}

fn in_usual_places() -> Vec<PathBuf> {
    let mut folders = versions_in(Path::new("/usr/lib/postgresql"), "");
    for homebrew in ["/opt/homebrew/opt", "/usr/local/opt"] {
        folders.extend(versions_in(Path::new(homebrew), "postgresql"));
    }
    folders.extend(versions_in(Path::new("/usr"), "pgsql-"));
    folders.push(PathBuf::from("/usr/local/pgsql/bin"));
    folders
}

/// The `bin` folders of `root`'s entries that begin with `prefix`, the newest version first.
fn versions_in(root: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(root) else { return Vec::new() };
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().to_str()?.strip_prefix(prefix)?.to_owned();
            let version = name.trim_start_matches(['@', '-']).parse().unwrap_or(0);
            Some((version, entry.path().join("bin")))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// The major version of the programs in `folder`, when both that are needed are there.
fn major_of(folder: &Path) -> Option<u32> {
    if !folder.join("initdb").is_file() {
        return None;
    }
    // `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `postgres (PostgreSQL) 18beta1`
    let version = output(folder.join("postgres").to_str()?, &["--version"])?;
    let number = version.split_whitespace().nth(2)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_postgresql_one_sentence_says_how_to_get_it() {
        let error = Binaries::choose(std::iter::empty(), None, Path::new("/data")).unwrap_err().to_string();
        for words in ["apt install postgresql", "brew install", "DATABASE_URL"] {
            assert!(error.contains(words), "{error}");
        }
        assert_eq!(error.lines().count(), 1);
    }

    #[test]
    fn a_database_of_another_version_is_named_with_what_to_do() {
        let Ok(here) = Binaries::find(None, Path::new("/data")) else { return };
        let error = Binaries::choose([here.folder].into_iter(), Some(9), Path::new("/data/postgres")).unwrap_err();
        let error = error.to_string();
        assert!(error.contains("made by PostgreSQL 9"), "{error}");
        assert!(error.contains(&format!("has PostgreSQL {}", here.major)), "{error}");
        assert!(error.contains("/data/postgres"), "{error}");
    }
}
