//! Connected systems, through doubles that speak each system's protocol.

mod faults;
mod files;
mod identity;
mod log_in;
mod service;
mod town;
mod whole;
