//! Who is who, and on whose side: names as people and programs write them, and where they belong.
//!
//! A [`Name`] is read out of a text: "Osei, Amara (External)" is Amara Osei. A [`Roll`] holds those who are known and says
//! which of them a text names; where two may be meant, it says so, and never picks one. [`Sides`] is the one place where
//! it is decided on whose side somebody stands, and [`Speakers`] says it of those who speak in a call.

mod lexicon;
mod name;
mod roll;
mod side;
mod speaker;

#[cfg(test)]
mod tests;

pub use lexicon::is_mail_host;
pub use name::{Fit, Name, same_person};
pub use roll::{Met, Roll};
pub use side::Sides;
pub use speaker::{Speaker, Speakers};
