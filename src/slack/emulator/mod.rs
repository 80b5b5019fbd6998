//! A local Slack, to play with and to test against.
