//! A system by its name: what it needs to know, and the way to it.

use reqwest::Client;

use super::{Access, Setting, Source};
use crate::domain::connection::Vendor;

/// What a system needs to know besides the key.
#[must_use]
pub fn settings(vendor: Vendor) -> &'static [Setting] {
    match vendor {
        _ => &[],
    }
}

/// Opens a system. Nothing is asked of it yet.
///
/// # Errors
/// A sentence that says which setting or key is wrong.
pub fn open(vendor: Vendor, access: Access, client: Client) -> Result<Box<dyn Source>, String> {
    let _ = (access, client);
    match vendor {
        _ => Err(format!("{} cannot be connected yet", vendor.label())),
    }
}
