//! Slack: where customer success managers ask, act and are told.
//!
//! What comes in takes one way, over either transport: it is verified, written down together with the task to answer it, and
//! only then acknowledged ([`receive`], [`socket`], [`intake`]). Behind that it is sorted in the order it came (`inbox`): told
//! from repeated deliveries, put into its thread, its task given to the workers. A worker does the rest ([`turn`], [`command`], [`act`]): it looks who asks and who reads along ([`people`], [`audience`]), asks the
//! application, makes messages of what it says ([`render`]) and sends each of them once ([`client`]).
//!
//! | module | what it holds | what it never does |
//! |---|---|---|
//! | [`payload`] | what Slack sends, read tolerantly | lose a payload over a field |
//! | [`receive`], [`socket`] | signed HTTP, and Socket Mode | wait for a model before acknowledging |
//! | [`intake`] | what is written down of what came in | answer |
//! | [`turn`] | a question in a thread, from being taken up to being shown | post an answer twice |
//! | [`command`], [`act`] | slash commands; buttons, modals, shortcuts, events | act on an account that was not named exactly |
//! | [`render`] | messages, cards, modals, the Home tab | await, or read a clock |
//! | [`client`] | calls at Slack's pace, with errors that say whether they had an effect | log what anybody wrote |
//! | [`rules`] | what Slack takes and refuses, as a table | |
//! | [`emulator`] | a local Slack to play with and to test against | be reached by `serve` |

pub mod act;
pub mod audience;
pub mod client;
pub mod command;
mod digest;
pub mod emulator;
mod evidence;
mod inbox;
pub mod install;
pub mod intake;
pub mod manifest;
pub mod payload;
pub mod people;
pub mod receive;
pub mod render;
pub mod rules;
mod service;
pub mod socket;
pub mod turn;

pub use install::Vault;
pub use service::{Slack, SlackError, Team};
