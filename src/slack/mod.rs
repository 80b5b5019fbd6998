//! Slack: where customer success managers ask, act and are told.

pub mod emulator;
pub mod render;
pub mod rules;
