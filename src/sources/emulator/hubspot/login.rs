//! How people log in to the double of HubSpot.

use serde_json::json;

use super::PORTAL;
use crate::sources::emulator::oauth::{Login, Refreshes};

/// The login. An access token is good for half an hour.
pub(super) const LOGIN: Login = Login {
    authorize: "/oauth/authorize",
    token: "/oauth/2026-03/token",
    revoke: Some("/oauth/2026-03/token/revoke"),
    asks_for_code: false,
    scopes: &[
        "oauth",
        "crm.objects.companies.read",
        "crm.objects.contacts.read",
        "crm.objects.deals.read",
        "crm.objects.owners.read",
    ],
    lifetime: Some(1800),
    refreshes: Refreshes::Rotates,
    ends_refresh_alone: true,
    others: |_, _| None,
    says: |_| json!({"token_type": "bearer", "expires_in": 1800, "hub_id": PORTAL}),
};
