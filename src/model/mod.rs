//! Models: what reads and writes language. None of them sees a database.

pub mod reader;
