//! How people log in to the double of Attio.

use serde_json::json;

use crate::sources::emulator::oauth::{Login, Refreshes};

/// The login. An access token does not end, and the scopes are set in the app.
pub(super) const LOGIN: Login = Login {
    authorize: "/authorize",
    token: "/oauth/token",
    revoke: None,
    asks_for_code: true,
    scopes: &[],
    lifetime: None,
    refreshes: Refreshes::Never,
    ends_refresh_alone: false,
    others: |_, _| None,
    says: |_| json!({"token_type": "Bearer"}),
};
