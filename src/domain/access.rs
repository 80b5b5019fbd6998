//! Who gets in and what they may do there: secrets as they are kept, where a log-in may lead, what a request needs.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::id::{PersonId, TokenId};
use super::person::Role;
use super::time::Moment;

/// A secret as it is kept: its SHA-256. The secrets are random and long, so that none can be guessed from this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// Of a secret.
    #[must_use]
    pub fn of(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// For storage.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// What every API token begins with, so that it is known for one wherever it is found.
pub const TOKEN_PREFIX: &str = "sa_";

/// What a token may do at most. It never does more than whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read and ask.
    Read,
    /// What a CSM does as well.
    Act,
    /// What an admin does as well.
    Admin,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 3] = [Self::Read, Self::Act, Self::Admin];

    /// The name people read, on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Act => "act",
            Self::Admin => "admin",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.wire().eq_ignore_ascii_case(text.trim()))
    }

    /// The role that allows as much.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Read => Role::Viewer,
            Self::Act => Role::Csm,
            Self::Admin => Role::Admin,
        }
    }

    /// The widest one somebody in this role can give.
    #[must_use]
    pub fn of_role(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Read,
            Role::Csm => Self::Act,
            Role::Admin => Self::Admin,
        }
    }
}

/// A token by which a program uses the API in the name of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its identifier.
    pub id: TokenId,
    /// Whose it is.
    pub person: PersonId,
    /// What it is called.
    pub name: String,
    /// What it may do at most.
    pub scope: Scope,
    /// When it was made.
    pub made_at: Moment,
    /// Until when it is good.
    pub expires_at: Moment,
    /// The last day on which it was used.
    pub last_used: Option<NaiveDate>,
}

/// What a request needs of whoever sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: everybody may, also who is not logged in.
    Nothing,
    /// To be known: reading, and asking.
    Read,
    /// The role of a CSM: it changes something.
    Act,
    /// The role of an admin: to do this, as in `change people`.
    Administer(&'static str),
    /// To be a command on this machine: to do this.
    Local(&'static str),
}

/// The role of somebody who logs in by a link made on the server. Whoever has the server may make an admin, so the first
/// person is one; somebody who was made a viewer stays one.
#[must_use]
pub fn role_by_link(known: Option<Role>, wanted: Option<Role>, has_admin: bool) -> Role {
    match (wanted, known) {
        (Some(wanted), _) => wanted,
        (None, Some(Role::Viewer)) => Role::Viewer,
        (None, _) if !has_admin => Role::Admin,
        (None, known) => known.unwrap_or_default(),
    }
}

/// Where somebody goes after a log-in: a path of this service, never another site. The start where it is none.
#[must_use]
pub fn local_path(wanted: Option<&str>) -> &str {
    let begins = |path: &str, with: &str| path.starts_with(with);
    wanted
        .filter(|path| begins(path, "/") && !begins(path, "//") && !path.contains(['\\', '\u{7f}']))
        .filter(|path| path.bytes().all(|letter| letter > b' ') && path.len() <= 2_000)
        .filter(|path| !begins(path, "/log-in") && !begins(path, "/log-out"))
        .unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_in_leads_to_a_page_of_this_service_only() {
        assert_eq!(local_path(Some("/accounts/acme.com?show=call")), "/accounts/acme.com?show=call");
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "evil.example",
            "/a\r\nset-cookie: x",
            "/a b",
            "",
            "/log-in?to=/",
            "/log-out",
        ] {
            assert_eq!(local_path(Some(elsewhere)), "/", "{elsewhere}");
        }
        assert_eq!(local_path(None), "/");
    }

    #[test]
    fn the_first_person_who_gets_a_link_is_admin_and_a_viewer_stays_one() {
        assert_eq!(role_by_link(None, None, false), Role::Admin);
        assert_eq!(role_by_link(Some(Role::Csm), None, false), Role::Admin);
        assert_eq!(role_by_link(Some(Role::Viewer), None, false), Role::Viewer);
        assert_eq!(role_by_link(None, None, true), Role::Csm);
        assert_eq!(role_by_link(Some(Role::Csm), None, true), Role::Csm);
        assert_eq!(role_by_link(Some(Role::Admin), None, true), Role::Admin);
        assert_eq!(role_by_link(None, Some(Role::Viewer), false), Role::Viewer);
    }

    #[test]
    fn a_token_does_what_its_scope_and_whose_it_is_allow() {
        for (scope, role, together) in [
            (Scope::Admin, Role::Viewer, Role::Viewer),
            (Scope::Admin, Role::Csm, Role::Csm),
            (Scope::Read, Role::Admin, Role::Viewer),
            (Scope::Act, Role::Admin, Role::Csm),
            (Scope::Admin, Role::Admin, Role::Admin),
        ] {
            assert_eq!(scope.role().min(role), together, "{scope:?} {role:?}");
        }
        for scope in Scope::ALL {
            assert_eq!((Scope::parse(scope.wire()), Scope::of_role(scope.role())), (Some(scope), scope));
        }
    }

    #[test]
    fn a_secret_is_kept_as_its_sha_256() {
        assert_eq!(hex::encode(SecretHash::of(b"abc").bytes())[..8], *"ba7816bf");
    }
}
