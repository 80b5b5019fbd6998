//! What is shown while something takes long: a bar or a spinner on a terminal, nothing elsewhere.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::app::{Progress, ProgressSink};

/// A bar on standard error; gone when dropped.
pub(super) struct Waiting {
    bar: ProgressBar,
}

impl Waiting {
    /// Shows `what` with a spinner until there is progress to show.
    pub(super) fn new(what: impl Into<Cow<'static, str>>) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(spinner());
        bar.set_message(what);
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar }
    }

    /// Shows `what` instead.
    pub(super) fn say(&self, what: String) {
        self.bar.set_message(what);
    }

    /// Where progress is reported to.
    pub(super) fn sink(&self) -> ProgressSink {
        let bar = self.bar.clone();
        Arc::new(move |progress: Progress| {
            match progress.total.filter(|total| *total > 0) {
                Some(total) if bar.length() != Some(total) => {
                    bar.set_style(counted());
                    bar.set_length(total);
                }
                None if bar.length().is_some() => {
                    bar.unset_length();
                    bar.set_style(spinner());
                }
                _ => {}
            }
            bar.set_position(progress.done);
            if bar.message() != progress.stage {
                bar.set_message(progress.stage);
            }
        })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn spinner() -> ProgressStyle {
    styled("{spinner} {msg} {human_pos}")
}

fn counted() -> ProgressStyle {
    styled("{msg} {wide_bar:.dim} {human_pos}/{human_len} {eta}")
}

fn styled(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─")
}
