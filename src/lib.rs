//! success-agent: the customer-success agent.
//!
//! A question about an account comes in; an answer goes out in which every statement carries a numbered citation that
//! opens the record behind it. This page is the map. The modules stand in the order to read them, each importing only
//! from those above it; `tests/it/tidy.rs` holds that order.
//!
//! | module | what it holds | what it never does |
//! |---|---|---|
//! | [`domain`] | nouns and rules: account, activity, score, evidence, answer, action, and the contracts of the tools | await, read a clock, a file or the environment |
//! | [`language`] | sentences, words, stems | know what an account is |
//! | [`config`] | one documented struct per concern; the only reader of the environment | start anything |
//! | [`telemetry`] | spans, field names, redaction | see message bodies |
//! | [`prompt`] | every template, compiled in; the home of tera outside the web | take a template from data |
//! | [`model`] | the trait `ChatModel`, the built-in analyst and any OpenAI-compatible model behind it; the reader of promises and requests; models that embed | see a database |
//! | [`mail`] | a letter as a message and a link, and the way to an SMTP server | decide whether it may go out |
//! | [`store`] | all SQL; the private PostgreSQL | answer a question |
//! | [`knowledge`] | chunks, the index of their words and of their meaning, search | search without a scope |
//! | [`sources`] | the import format, line by line | write to the store |
//! | [`demo`] | the Pied Piper workspace, as import lines | know how they are stored |
//! | [`agent`] | the turn: call model, call tools, check, finish | trust a model's figure, citation or scope |
//! | [`app`] | shared handles; the one place that names concrete adapters | know HTTP |
//! | [`web`] | HTTP and the chat page | decide anything |
//! | [`slack`] | Slack: receiving, answering, rendering; a local Slack | wait for a model before acknowledging |
//! | [`jobs`] | the workers: a file a task, done under a lease, tried again, given up to a person | hold a connection while a model thinks |
//! | [`cli`] | the terminal | decide anything |

pub mod domain;

pub mod language;

pub mod config;
pub mod telemetry;

pub mod prompt;

pub mod mail;
pub mod model;

pub mod demo;
pub mod knowledge;
pub mod sources;
pub mod store;

pub mod agent;

pub mod app;

pub mod slack;
pub mod web;

pub mod jobs;

pub mod cli;
