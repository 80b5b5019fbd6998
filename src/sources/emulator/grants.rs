//! The codes and tokens a double gave out, and until when it takes them.

use std::collections::BTreeMap;

use chrono::Duration;
use uuid::Uuid;

use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

/// How long a code is good.
const CODE: Duration = Duration::minutes(10);

/// Codes and tokens that were given out.
#[derive(Default)]
pub(super) struct Grants {
    codes: BTreeMap<String, Code>,
    /// Access tokens, with their end where they have one.
    access: BTreeMap<String, Option<Moment>>,
    /// Refresh tokens, with the access tokens they gave.
    refresh: BTreeMap<String, Vec<String>>,
}

/// What a code was given out for.
pub(super) struct Code {
    /// The address the person was sent back to.
    pub redirect: String,
    /// The hash of the verifier.
    pub challenge: String,
    /// When.
    pub at: Moment,
}

impl Grants {
    /// Whether an access token is good now.
    pub fn takes(&self, token: &str, now: Moment) -> bool {
        self.access.get(token).is_some_and(|end| end.is_none_or(|end| now < end))
    }

    /// A new access token.
    pub fn access(&mut self, vendor: Vendor, end: Option<Moment>) -> String {
        let token = format!("local-{vendor}-{}", Uuid::new_v4().simple());
        self.access.insert(token.clone(), end);
        token
    }

    /// A new refresh token, with the access tokens that go with it.
    pub fn refresh(&mut self, vendor: Vendor, access: Vec<String>) -> String {
        let token = format!("local-{vendor}-refresh-{}", Uuid::new_v4().simple());
        self.refresh.insert(token.clone(), access);
        token
    }

    /// The access tokens a refresh token gave; none where it is not known. They can be added to.
    pub fn given_by(&mut self, refresh: &str) -> Option<&mut Vec<String>> {
        self.refresh.get_mut(refresh)
    }

    /// A new code.
    pub fn code(&mut self, code: Code) -> String {
        let name = Uuid::new_v4().to_string();
        self.codes.insert(name.clone(), code);
        name
    }

    /// What a code was given out for. It is good once, and for ten minutes.
    pub fn trade(&mut self, code: &str, now: Moment) -> Option<Code> {
        let code = self.codes.remove(code)?;
        (now.signed_duration_since(code.at) < CODE).then_some(code)
    }

    /// Ends a refresh token; gives the access tokens it gave.
    pub fn end_refresh(&mut self, token: &str) -> Option<Vec<String>> {
        self.refresh.remove(token)
    }

    /// Ends an access token. Whether it was known.
    pub fn end_access(&mut self, token: &str) -> bool {
        self.access.remove(token).is_some()
    }
}
