//! A system by its name: what it needs to know, and the way to it.

use reqwest::Client;

use super::{
    Access, Setting, Source, attio, buildbetter, feed, github, hubspot, posthog, salesbricks, salesforce, stripe,
};
use crate::domain::connection::Vendor;

/// What a system needs to know besides the key.
#[must_use]
pub fn settings(vendor: Vendor) -> &'static [Setting] {
    match vendor {
        Vendor::Attio => attio::SETTINGS,
        Vendor::HubSpot => hubspot::SETTINGS,
        Vendor::PostHog => posthog::SETTINGS,
        Vendor::GitHub => github::SETTINGS,
        Vendor::Salesforce => salesforce::SETTINGS,
        Vendor::Stripe => stripe::SETTINGS,
        Vendor::BuildBetter => buildbetter::SETTINGS,
        Vendor::Feed => feed::SETTINGS,
        Vendor::Salesbricks => salesbricks::SETTINGS,
    }
}

/// Opens a system. Nothing is asked of it yet.
///
/// # Errors
/// A sentence that says which setting or key is wrong.
pub fn open(vendor: Vendor, access: Access, client: Client) -> Result<Box<dyn Source>, String> {
    match vendor {
        Vendor::Attio => attio::open(access, client),
        Vendor::HubSpot => hubspot::open(access, client),
        Vendor::PostHog => posthog::open(access, client),
        Vendor::GitHub => github::open(access, client),
        Vendor::Salesforce => salesforce::open(access, client),
        Vendor::Stripe => stripe::open(access, client),
        Vendor::BuildBetter => buildbetter::open(access, client),
        Vendor::Feed => feed::open(access, client),
        Vendor::Salesbricks => salesbricks::open(access, client),
    }
}
