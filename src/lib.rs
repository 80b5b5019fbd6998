//! success-agent: the customer-success agent.
//!
//! A question about an account comes in; an answer goes out in which every statement carries a numbered citation that
//! opens the record behind it. This page is the map. The modules stand in the order to read them, each importing only
//! from those above it; `tests/it/tidy.rs` holds that order.
//!
//! | module | what it holds | what it never does |
//! |---|---|---|
//! | [`domain`] | nouns and rules: account, activity, score, evidence, answer, action, and the contracts of the tools | await, read a clock, a file or the environment |
//! | [`language`] | sentences, words, stems; which language a text is in; what names are found by | know what an account is |
//! | [`config`] | one documented struct per concern; the only reader of the environment | start anything |
//! | [`telemetry`] | spans, field names, redaction | see message bodies |
//! | [`prompt`] | every template, compiled in; the home of tera outside the web | take a template from data |
//! | [`reading`] | whose words stand where in a mail: own, quoted, passed on, signature, footer, a program's; who is who, and on whose side | see a database, throw a line away |
//! | [`model`] | the trait `ChatModel`, the built-in analyst and any OpenAI-compatible model behind it; the reader of promises, requests and departures; models that embed | see a database |
//! | [`mail`] | a letter as a message and a link, and the way to an SMTP server | decide whether it may go out |
//! | [`store`] | all SQL; the private PostgreSQL | answer a question |
//! | [`knowledge`] | chunks, the index of their words and of their meaning, search | search without a scope |
//! | [`sources`] | the import format, files people have, and connected systems, each with a double to try it on | write to the store |
//! | [`demo`] | the Pied Piper workspace, as import lines | know how they are stored |
//! | [`agent`] | the turn: call model, call tools, check, finish | trust a model's figure, citation or scope |
//! | [`app`] | shared handles; the one place that names concrete adapters | know HTTP |
//! | [`web`] | HTTP, the chat page, and pages about accounts | decide anything |
//! | [`slack`] | Slack: receiving, answering, rendering; a local Slack | wait for a model before acknowledging |
//! | [`jobs`] | the workers: a file a task, done under a lease, tried again, given up to a person | hold a connection while a model thinks |
//! | [`cli`] | the terminal | decide anything |
//!
//! Beside them stands `src/model/embed/bert`, the arithmetic of the embedding model: a package of its own, so that tests run it
//! optimised.
//!
//! # What a question reads
//!
//! Nothing of the size of the workspace. One statement begins a turn: what changed since, the account it is opened on, who
//! asks ([`store::Store::open_turn`]); one reads an account with all that is computed from it; one keeps the answer, with its
//! conversation where that is new. What accounts and people are called is written down for each account when its
//! records change ([`store::Store::refresh_names`]); a question looks up, by index, the few that its words can name, and the
//! rules of [`language::naming`] judge among those. What was read of an account is remembered until one of its own records
//! changes, whatever comes in about others: a change cannot be kept without saying what it touched. Lists over all accounts
//! are chosen, ordered and counted by the database, from an index, and stop at a limit.
//!
//! # Where records come from
//!
//! A source says what it holds in pages from a cursor and maps each item to records, purely; [`app`] drives it: an item that
//! is as it was costs a comparison of hashes, one that changed is mapped, given to its account, checked as an import line is
//! and stored, and only then does the cursor move. So a crash anywhere repeats at most a page. Which account a company is, is
//! settled from the domain it registered and from what systems say of each other; what is not certain waits for a person. An
//! account several systems speak of is composed of what each says, the first that says a thing in the order of
//! [`domain::connection::Vendor`].
//!
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | account | a customer, known by its domain |
//! | section | where an account is worked on: health, pipeline and so on |
//! | score, level | how an account stands, of 100; critical, at risk or healthy |
//! | commitment | what somebody promised: open, overdue, unclear, kept or dropped |
//! | request | what a customer asked for |
//! | side | whose somebody is: ours, the customer's, or nobody's, an outsider's |
//! | departure | that somebody has left, is away or cannot be reached, as it was heard |
//! | signal | something worth noticing that another system reports |
//! | record | anything that was imported, with an identifier of its own |
//! | zone | what a line of a mail is: its writer's own, quoted, forwarded, signature, footer, automatic |
//! | passage | a piece of a record that can be found by its words or its meaning |
//! | evidence, citation | the record behind a statement; its number in an answer |
//! | turn | one question with its answer; a conversation is several |
//! | proposal | a change that waits for people to approve it |
//! | decision | a change that was approved; it goes before what was imported |
//! | draft | an e-mail that waits for a person |
//! | person, owner | one of our own side; the one an account belongs to |
//! | source, connection | a system outside that records come from; one set of credentials for it |
//! | stream, item | a list a source gives page by page; one thing of it, as the source says it |
//! | alias | a domain an account is known by besides its own |
//! | meeting, brief | what a calendar has of a talk to come; the page of what to know before it |
//! | task | work that is written down with the change that makes it necessary |

pub mod domain;

pub mod language;

pub mod config;
pub mod telemetry;

pub mod prompt;

pub mod reading;

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
