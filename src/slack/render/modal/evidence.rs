//! The quote behind a mark.

use chrono::NaiveDate;

use super::dialog;
use crate::domain::evidence::Citation;
use crate::domain::text::{capital, clipped};
use crate::domain::time::{day_text, relative_text};
use crate::slack::render::View;
use crate::slack::render::action_id::{MODAL_EVIDENCE, ModalMeta};
use crate::slack::render::block::{Button, actions, context, quote, section};
use crate::slack::render::escape::{bold, is_linkable, line};

/// The longest quote shown.
const QUOTE: usize = 6_000;

/// The words a statement stands on, whose they are and when.
#[must_use]
pub fn evidence(citation: &Citation, today: NaiveDate) -> View {
    let mut blocks =
        vec![section(format!("{}  {}", bold(&format!("[{}]", citation.n)), bold(&clipped(&citation.title, 200))))];
    let words = citation.quote.trim();
    if words.is_empty() {
        blocks.push(section("The record has no words of its own; it is the record itself that shows it."));
    } else {
        blocks.push(quote(words, QUOTE));
    }
    let who = citation.speaker.as_ref().map(|who| clipped(who, 100));
    let when = citation.occurred_at.map(|at| {
        let day = at.day();
        format!("{} ({})", day_text(day, today), relative_text(day, today))
    });
    let moment = citation.at_seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0).map(|seconds| {
        let seconds = seconds as u64;
        format!("at {}:{:02} of the call", seconds / 60, seconds % 60)
    });
    let kind = moment.or_else(|| Some(capital(citation.kind.label())));
    let told = [who, when, kind, citation.account.clone()];
    let told = told.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    blocks.push(context(&[line(&clipped(&told, 400))]));
    let open =
        citation.url.as_deref().filter(|url| is_linkable(url)).and_then(|url| Button::link("Open the source", url));
    blocks.extend(open.map(|open| actions(vec![open])));
    dialog(MODAL_EVIDENCE, "Evidence", None, &ModalMeta::default(), blocks)
}
