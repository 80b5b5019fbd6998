//! Models: the trait that drives a turn, the built-in analyst and language models behind it, and the reader of promises and requests.

pub mod analyst;
pub mod chat;
pub mod data;
pub mod embed;
pub mod form;
pub mod openai;
pub mod reader;
