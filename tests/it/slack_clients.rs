//! Slack's own clients against the emulator.
