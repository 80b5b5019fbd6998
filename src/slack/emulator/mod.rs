//! A local Slack, to play with and to test against.
//!
//! One HTTP server on loopback speaks Slack's Web API, Socket Mode and signed HTTP delivery to the app, and a driver API
//! to whoever plays the people: a page, a test, a benchmark.
//!
//! `world` is a pure machine: people, channels, messages, streams, sessions, views. It reads no clock and does no I/O.
//! What it wants told to the app it puts into its outbox. `methods` are the Web API upon it, `driver` the people's side.
//! `engine` holds the world and the clock, `deliver` brings payloads to the app over `sockets` or signed HTTP, and
//! `server` binds it all to an address. Nothing here leaves this machine: only loopback addresses are taken.

mod app;
mod clock;
mod deliver;
mod driver;
mod engine;
mod guard;
mod methods;
mod options;
mod page;
mod server;
mod signed;
mod sockets;
mod web_api;
mod wire;
mod world;

pub use options::{Options, RateLimits};
pub use server::Emulator;
