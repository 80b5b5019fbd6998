//! Where records come from. So far: files and requests in the import format.

pub mod import;
