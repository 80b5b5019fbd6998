//! The nouns and the rules: what an account, an activity, a score, a piece of evidence and an answer are.
//!
//! Nothing in here awaits, reads a file, a clock or the environment, or knows which database, vector engine, model
//! or screen is in use. Every other module imports from here; this one imports from nowhere.

pub mod access;
pub mod account;
pub mod action;
pub mod activity;
pub mod actor;
pub mod answer;
pub mod calendar;
pub mod card;
pub mod commitment;
pub mod connection;
pub mod conversation;
pub mod departure;
pub mod digest;
pub mod draft;
pub mod evidence;
pub mod health;
pub mod host;
pub mod id;
pub mod interval;
pub mod ledger;
pub mod markdown;
pub mod matching;
pub mod meeting;
pub mod money;
pub mod notice;
pub mod passage;
pub mod person;
pub mod pipeline;
pub mod readiness;
pub mod record;
pub mod revenue;
pub mod section;
pub(crate) mod sentiment;
pub mod state;
pub mod task;
pub mod team;
pub mod text;
pub mod time;
pub mod tool;
pub mod unheard;
