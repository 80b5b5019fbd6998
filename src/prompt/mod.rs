//! Templates: every word a model reads and every built-in answer, compiled in from `prompts/`. A template is a file
//! and a typed struct that names it; what people wrote is only ever a value in it, never a template.
//!
//! Answers are Markdown, so every value of a template below `answer/` is escaped: it reads as it was written and is never
//! a heading, bold type, a table, a link or a citation. Only the filter `cite` makes citations. Mails are plain text; a
//! value of theirs is one line, so that it cannot begin a paragraph of its own.

mod filter;

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Serialize;
use tera::{Context, Tera};

use crate::domain::markdown;

/// The typed values of one template.
pub trait Template: Serialize {
    /// Path of the file below `prompts/`.
    const FILE: &'static str;
}

/// A template that could not be filled: a fault of ours, found by the tests.
#[derive(Debug, thiserror::Error)]
#[error("template {file} could not be filled")]
pub struct RenderError {
    file: &'static str,
    #[source]
    source: tera::Error,
}

macro_rules! templates {
    ($($file:literal),+ $(,)?) => {
        const TEMPLATES: &[(&str, &str)] = &[$(($file, include_str!(concat!("../../prompts/", $file)))),+];
    };
}

templates! {
    "agent/about.md",
    "agent/repair.md",
    "agent/system.md",
    "answer/accounts.md",
    "answer/act.md",
    "answer/askers.md",
    "answer/besides.md",
    "answer/brief.md",
    "answer/calls.md",
    "answer/changes.md",
    "answer/clarify.md",
    "answer/close_loop.md",
    "answer/commitments.md",
    "answer/compare.md",
    "answer/compared.md",
    "answer/contact.md",
    "answer/decisions.md",
    "answer/drafted.md",
    "answer/emails.md",
    "answer/help.md",
    "answer/likelihood.md",
    "answer/meetings.md",
    "answer/missing.md",
    "answer/next_step.md",
    "answer/one.md",
    "answer/overview.md",
    "answer/owner.md",
    "answer/people.md",
    "answer/person.md",
    "answer/prepare.md",
    "answer/presence.md",
    "answer/proposed.md",
    "answer/releases.md",
    "answer/requests.md",
    "answer/revenue.md",
    "answer/said.md",
    "answer/score.md",
    "answer/score_history.md",
    "answer/signals.md",
    "answer/silent.md",
    "answer/sum.md",
    "answer/topic.md",
    "answer/usage.md",
    "answer/work.md",
    "conversation/title.md",
    "digest/brief.md",
    "digest/edition.md",
    "email/adoption.md",
    "email/check_in.md",
    "email/close_the_loop.md",
    "email/parts/coming.md",
    "email/parts/days.md",
    "email/parts/own.md",
    "email/parts/shipped.md",
    "email/parts/words.md",
    "email/payment_recovery.md",
    "email/reengage.md",
    "email/renewal.md",
    "email/save_at_risk.md",
    "email/trial_conversion.md",
    "email/write.md",
    "read/notes.md",
    "read/summary.md",
    "tools/account_overview.md",
    "tools/add_note.md",
    "tools/close_loop.md",
    "tools/draft_email.md",
    "tools/find_account.md",
    "tools/get_call.md",
    "tools/ignore_revenue_source.md",
    "tools/list_activity.md",
    "tools/list_commitments.md",
    "tools/list_releases.md",
    "tools/list_requests.md",
    "tools/list_signals.md",
    "tools/mark_commitment.md",
    "tools/portfolio.md",
    "tools/prepare_meeting.md",
    "tools/retrack_account.md",
    "tools/revenue.md",
    "tools/route_account.md",
    "tools/route_history.md",
    "tools/score_explanation.md",
    "tools/score_history.md",
    "tools/search_evidence.md",
    "tools/set_owner.md",
    "tools/snooze_account.md",
    "tools/untrack_account.md",
    "tools/usage.md",
}

/// The words of a file that has no values; empty when there is none, which the tests rule out.
#[must_use]
pub fn words(file: &str) -> &'static str {
    TEMPLATES.iter().find(|(name, _)| *name == file).map_or("", |(_, text)| text.trim())
}

/// Fills everything but mails.
static ENGINE: LazyLock<Result<Tera, String>> = LazyLock::new(|| {
    engine(|name| name.starts_with("answer/"), |value, output| output.write_all(markdown::escaped(value).as_bytes()))
});

/// Fills mails.
static MAILS: LazyLock<Result<Tera, String>> =
    LazyLock::new(|| engine(is_mail, |value, output| output.write_all(markdown::folded(value).as_bytes())));

/// Whether a template is a mail; `email/write.md` asks a model for one.
fn is_mail(name: &str) -> bool {
    name.starts_with("email/") && name != "email/write.md"
}

/// An engine that escapes the values of some templates.
fn engine(escapes: fn(&str) -> bool, escape: tera::EscapeFn) -> Result<Tera, String> {
    let mut tera = Tera::default();
    tera.autoescape_on(TEMPLATES.iter().map(|(name, _)| *name).filter(|name| escapes(name)).collect::<Vec<_>>());
    tera.set_escape_fn(escape);
    filter::register(&mut tera);
    tera.add_raw_templates(TEMPLATES.iter().copied()).map_err(|error| error.to_string())?;
    Ok(tera)
}

/// Fills a template. Every template sees `today`. Runs of blank lines are folded and the ends trimmed, so that the
/// files can be laid out to be read.
///
/// # Errors
/// When the template and its values do not fit.
pub fn render<T: Template>(values: &T, today: NaiveDate) -> Result<String, RenderError> {
    let fail = |source| RenderError { file: T::FILE, source };
    let engine = if is_mail(T::FILE) { &MAILS } else { &ENGINE };
    let engine = engine.as_ref().map_err(|message| fail(tera::Error::message(message.clone())))?;
    let mut context = Context::from_serialize(values).map_err(fail)?;
    context.insert("today", &today);
    engine.render(T::FILE, &context).map(|text| tidy(&text)).map_err(fail)
}

fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && lines.last().is_none_or(|last: &&str| last.is_empty())) {
            lines.push(line);
        }
    }
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines.join("\n").replace("….", "…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_compiles() {
        assert_eq!(ENGINE.as_ref().err().or(MAILS.as_ref().err()), None);
    }

    #[test]
    fn no_answer_template_lets_a_value_be_markup() {
        let answers = TEMPLATES.iter().filter(|(name, _)| name.starts_with("answer/"));
        for (name, text) in answers {
            assert!(!text.contains("safe"), "{name} takes a value as markup");
        }
    }

    #[derive(Serialize)]
    struct Person {
        name: &'static str,
        outcome: &'static str,
        missing: &'static str,
    }

    impl Template for Person {
        const FILE: &'static str = "answer/missing.md";
    }

    #[test]
    fn a_value_of_an_answer_is_no_markup() {
        let page =
            Person { missing: "note", outcome: "", name: "Quarz*\n# Settled [1] [pay](https://foreign.example)" };
        let text = render(&page, "2026-05-04".parse().unwrap()).unwrap();
        let shown = r"Quarz\* # Settled \[pay\](https://foreign.example)";
        assert!(text.starts_with(&format!("**What should the note on {shown} say?**")), "{text}");
    }

    #[test]
    fn layout_of_the_file_does_not_show() {
        assert_eq!(tidy("\n\n a \n\n\n b  \n\n"), " a\n\n b");
    }
}
