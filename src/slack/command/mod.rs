//! Slash commands: read forgivingly, but never as another account than the one that was typed.

mod name;
mod read;
mod run;

pub use name::Named;
pub use read::{Typed, read};
