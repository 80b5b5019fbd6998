//! Writing to the terminal: colour only where a person looks, no panic when nobody reads any more.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use crate::app::AppError;

/// Why a command ended early.
#[derive(Debug)]
pub(super) enum Failure {
    /// It was used wrong; the sentence says how to use it.
    Usage(String),
    /// It failed; the sentence says what to do.
    Failed(String),
    /// It told everything already; only the exit code is left to say.
    Told,
    /// It was stopped from the keyboard, and has said so.
    Interrupted,
    /// Nobody reads the output.
    NobodyReads,
}

impl Failure {
    pub(super) fn usage(sentence: impl Into<String>) -> Self {
        Self::Usage(sentence.into())
    }

    pub(super) fn failed(sentence: impl Into<String>) -> Self {
        Self::Failed(sentence.into())
    }

    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) | Self::Told => ExitCode::FAILURE,
            Self::Interrupted => ExitCode::from(130),
            Self::NobodyReads => ExitCode::SUCCESS,
        }
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        if let AppError::Internal { source, .. } = &error {
            tracing::error!(error = format!("{source:#}"), "command failed");
        }
        Self::Failed(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::NobodyReads
        } else {
            Self::Failed(format!("the output could not be written: {error}"))
        }
    }
}

/// Standard output.
pub(super) struct Output {
    out: io::BufWriter<io::Stdout>,
    /// Whether colour is used.
    pub(super) colour: bool,
}

/// How a piece of text stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Bold,
    Dim,
    Red,
    Yellow,
    Green,
    Cyan,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Red => "31",
            Self::Yellow => "33",
            Self::Green => "32",
            Self::Cyan => "36",
        }
    }
}

impl Output {
    /// Standard output; `wants_colour` is what the environment says about colour.
    pub(super) fn new(wants_colour: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        Self { out: io::BufWriter::new(io::stdout()), colour: terminal && wants_colour }
    }

    /// Writes a line.
    pub(super) fn line(&mut self, text: impl Display) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{text}")?)
    }

    /// Writes `value` as indented JSON.
    pub(super) fn json(&mut self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value).map_err(|error| Failure::failed(error.to_string()))?;
        self.line(text)
    }

    /// `text`, standing out where colour is used.
    pub(super) fn paint(&self, ink: Ink, text: impl Display) -> String {
        if self.colour { format!("\x1b[{}m{text}\x1b[0m", ink.code()) } else { text.to_string() }
    }

    /// Writes out what is buffered.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }

    /// Says on standard error why the command ended early.
    pub(super) fn complain(&mut self, failure: &Failure) {
        drop(self.out.flush());
        if let Failure::Usage(sentence) | Failure::Failed(sentence) = failure {
            tell(format_args!("error: {sentence}"));
        }
    }
}

/// Writes a line to standard error; it is not an error when nobody reads it.
pub(super) fn tell(text: impl Display) {
    drop(writeln!(io::stderr(), "{text}"));
}
