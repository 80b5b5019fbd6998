//! Models: the trait that drives a turn, the built-in analyst behind it, and the reader of promises and requests.

pub mod analyst;
pub mod chat;
pub mod reader;
