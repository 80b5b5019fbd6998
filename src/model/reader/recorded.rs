//! Whether a note, a project or a release of ours shows that a promise was kept.

use super::deeds::{ARRANGING, HANDING_OVER};
use super::kept::{share, share_of_all};
use super::phrase::Phrase;
use super::sought::Sought;
use super::statement::{Script, Statement};
use crate::domain::activity::Side;
use crate::domain::record::RecordKind;
use crate::language::content_stems;

/// So much of what was promised a record names. Nobody answers in it, so it must say plainly what is meant.
const NAMED: f64 = 0.67;

/// A promise of which a single word tells is known by that word this many days after its day, at most.
const ONE_WORD_WITHIN_DAYS: i64 = 30;

/// The words of a record that show the promise kept.
pub(super) fn recorded<'s>(script: &'s Script<'_>, sought: &Sought<'_>) -> Option<&'s Statement<'s>> {
    let promised = sought.commitment;
    let last = promised.due.unwrap_or_else(|| promised.occurred_at.day());
    let late = script.day().signed_duration_since(last).num_days() > ONE_WORD_WITHIN_DAYS;
    if sought.generic || sought.priced || late && sought.wanted.len() < 2 {
        return None;
    }
    let what = Phrase::new(sought.what);
    let hands_over = what.any_at(0, &HANDING_OVER).is_some() || what.any_at(0, &ARRANGING).is_some();
    let ours_to_build = promised.side == Side::Team && !hands_over && !sought.answers && !sought.upon;
    match script.source.kind {
        RecordKind::Note => noted(script, sought),
        RecordKind::Project | RecordKind::Release if ours_to_build => built(script, sought),
        _ => None,
    }
}

/// Words of a note about what is to be done.
const TO_DO: [&str; 16] = [
    "need to", "needs to", "needs", "has to", "have to", "should", "must", "to be", "todo", "to do", "plan to",
    "wants", "asks", "waiting", "remind", "once",
];

/// "Sent the certificates to Dana": a sentence that tells it as done.
fn noted<'s>(script: &'s Script<'_>, sought: &Sought<'_>) -> Option<&'s Statement<'s>> {
    if share_of_all(&sought.weights, script, &[]) < NAMED {
        return None;
    }
    script.statements.iter().find(|statement| {
        let telling = statement.telling();
        let open = telling.asks || telling.not_done || telling.ahead || telling.pending || telling.denied;
        let named = !open && (telling.did || telling.done) && share(&sought.weights, statement.stems()) >= NAMED;
        named && !Phrase::new(statement.text).has(&TO_DO)
    })
}

/// A project that is done, or a release, with a headline or a sentence that names what was promised.
fn built<'s>(script: &'s Script<'_>, sought: &Sought<'_>) -> Option<&'s Statement<'s>> {
    let title = content_stems(script.title);
    if share_of_all(&sought.weights, script, &title) < NAMED {
        return None;
    }
    script.statements.iter().find(|statement| {
        let telling = statement.telling();
        let open = telling.not_done || telling.ahead || telling.pending;
        let named = title.iter().chain(statement.stems()).cloned().collect::<Vec<_>>();
        !open && share(&sought.weights, &named) >= NAMED
    })
}
