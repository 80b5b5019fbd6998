//! A customer's notice, put into words with the record that says so and beside what the contract says.

use chrono::NaiveDate;

use super::evidence;
use super::tools::Bench;
use crate::domain::evidence::Evidence;
use crate::domain::notice::{Notice, Standing, says_beside, still_renews};
use crate::domain::record::RecordKind;
use crate::domain::text::clipped;
use crate::domain::time::{Moment, day_text};
use crate::domain::tool::revenue::NoticeView;
use crate::language::naming::plain_name;
use crate::store::AccountData;

/// Letters of a quote that is repeated in a sentence.
const QUOTED: usize = 160;

/// The words that say it, with their record.
pub fn evidence_of(data: &AccountData, notice: &Notice) -> Evidence {
    let Notice { source, occurred_at, quote, said_by, at_seconds, .. } = notice;
    Evidence { at_seconds: *at_seconds, ..evidence::heard_in(data, source, *occurred_at, quote, said_by) }
}

/// Where and by whom it was said: `in an e-mail by Pat Moss`.
fn whereabouts(notice: &Notice) -> String {
    let place = match notice.source.kind {
        RecordKind::Email => "in an e-mail".to_owned(),
        RecordKind::Call => "in a call".to_owned(),
        kind => format!("as a {} says", kind.label()),
    };
    let who = plain_name(&notice.said_by);
    if who.is_empty() { place } else { format!("{place} by {who}") }
}

/// What the contract says, beside a notice: `the contract still says it renews on May 1`.
pub fn contract_says(data: &AccountData, today: NaiveDate) -> Option<String> {
    still_renews(&data.revenue, today).map(|contract| says_beside(contract, today))
}

/// That notice was given, in a few words: `they gave notice on March 3`.
pub fn given(data: &AccountData, now: Moment) -> Option<(&Notice, String)> {
    let notice = data.notice(now)?.given()?;
    Some((notice, format!("they gave notice on {}", day_text(notice.occurred_at.day(), now.day()))))
}

/// How it stands with the notices of an account; none where nothing was said of any.
pub fn view(bench: &mut Bench<'_>, data: &AccountData) -> Option<NoticeView> {
    let today = bench.today();
    let standing = data.notice(bench.now())?;
    let (notice, ends_on) = match standing {
        Standing::Given(notice, ends_on) => (notice, ends_on),
        Standing::Withdrawn(notice) => (notice, None),
    };
    let withdrawn = standing.given().is_none();
    let day = notice.occurred_at.day();
    let contract_says = contract_says(data, today).filter(|_| !withdrawn);
    let deed = if withdrawn { "Notice was given, and withdrawn on" } else { "Notice given on" };
    let end = ends_on.map(|day| format!(", for {}", day_text(day, today))).unwrap_or_default();
    let text = format!(
        "{deed} {} {}{end}: “{}”",
        day_text(day, today),
        whereabouts(notice),
        clipped(notice.quote.trim(), QUOTED)
    );
    Some(NoticeView {
        cite: bench.ledger.cite(evidence_of(data, notice)),
        withdrawn,
        day,
        ends_on,
        contract_says,
        text,
    })
}
