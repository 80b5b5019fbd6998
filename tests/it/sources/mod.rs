//! Connected systems, through doubles that speak each system's protocol.

mod faults;
mod identity;
mod service;
mod town;
mod whole;
