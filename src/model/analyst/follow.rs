//! What a question goes on from: the one before it and what it was about.

use super::question::{self, Ask, Facet, Intent};
use crate::domain::activity::Side;
use crate::domain::time::Today;
use crate::domain::tool::account::FoundAccounts;
use crate::domain::tool::activity::WantedFact;
use crate::model::chat::PastTurn;

/// "How much is it" after an unpaid invoice, "when does it pick up again" after falling usage: what was spoken of before
/// tells which figures are meant.
pub(super) fn carry_figures(ask: &mut Ask, last: Option<&PastTurn>, today: Today, pinned: bool) {
    let before = last.and_then(|turn| turn.focus.intent.as_ref()?.get("words")?.as_str());
    let Some(before) = before.filter(|_| ask.points_back && ask.fact.is_none()) else { return };
    let before = question::read(before, &[], today, pinned);
    let of_payment = before.facet == Facet::Payment || before.fact == Some(WantedFact::PayCause);
    match (&before.intent, &ask.intent) {
        (Intent::Revenue, Intent::Revenue) if of_payment && ask.facet == Facet::Amount => ask.facet = Facet::Payment,
        (Intent::Usage, Intent::Topic) => (ask.fact, ask.sure) = (Some(WantedFact::UseCause), true),
        _ => {}
    }
}

/// "And they us?" after what we owe them: the promises of the other side.
fn turned_round(words: &str, before: &Ask) -> Option<Side> {
    const OF_THEM: [&str; 4] = ["they us", "them to us", "theirs", "they"];
    const OF_US: [&str; 4] = ["we them", "us to them", "ours", "we"];
    let said = words.to_lowercase();
    let said = said.trim_matches(|letter: char| !letter.is_alphanumeric());
    let said = ["and what about ", "what about ", "how about ", "and do ", "and "]
        .iter()
        .find_map(|lead| said.strip_prefix(lead))?
        .trim_end_matches(" owe")
        .trim();
    match before.intent {
        Intent::Commitments if OF_THEM.contains(&said) => Some(Side::Customer),
        Intent::Commitments if OF_US.contains(&said) => Some(Side::Team),
        _ => None,
    }
}

/// "Whats holding it up", "did we answer them on that": what was spoken of before is part of what is asked.
pub(super) fn carry_on(ask: &mut Ask, last: Option<&PastTurn>, found: &FoundAccounts) {
    let Some(before) = last.and_then(|turn| turn.focus.intent.as_ref()) else { return };
    let topic = before.get("topic").and_then(serde_json::Value::as_array).into_iter().flatten();
    let topic: Vec<String> = topic.filter_map(|word| word.as_str().map(str::to_owned)).collect();
    // "What's holding it up": what holds things up is answer enough.
    let told_by_fact = ask.topic.is_empty() && ask.fact.is_some();
    if ask.intent != Intent::Topic || !ask.points_back || told_by_fact || !found.accounts.is_empty() || ask.he_or_she {
        return;
    }
    let own = std::mem::take(&mut ask.topic);
    let carried = topic.into_iter().filter(|word| !own.contains(word)).take(LONGEST_CARRIED);
    ask.topic = carried.chain(own.iter().cloned()).collect();
}

/// Words of an earlier topic that are carried on, at most.
const LONGEST_CARRIED: usize = 6;

/// "and Aviato?", "what about last month?": the question before, asked again of something else.
pub(super) fn continued(
    current: &(Ask, String),
    found: &FoundAccounts,
    last: Option<&PastTurn>,
    today: Today,
    pinned: bool,
) -> Option<(Ask, String)> {
    let (ask, words) = current;
    let before = last?.focus.intent.as_ref()?.get("words")?.as_str()?;
    let asked_before = question::read(before, &[], today, pinned);
    if let Some(side) = turned_round(words, &asked_before) {
        let words = if side == Side::Customer { "what do they owe us" } else { "what do we owe them" };
        return Some((Ask { side: Some(side), owed_to: false, ..asked_before }, words.to_owned()));
    }
    let opening = words.trim_start().to_lowercase();
    let leads = ["and", "what about", "how about", "same", "also", "ok and", "for"]
        .iter()
        .any(|lead| opening.starts_with(lead));
    let bare = ask.topic.is_empty() && matches!(ask.intent, Intent::Topic | Intent::Overview | Intent::Help);
    let new_target = !found.accounts.is_empty() && bare && (leads || opening.split_whitespace().count() <= 1);
    let new_time = found.accounts.is_empty() && bare && ask.stretch.is_some();
    if !(new_target && leads || new_time) {
        return None;
    }
    let mut again = asked_before;
    if ask.stretch.is_some() {
        again.stretch.clone_from(&ask.stretch);
    }
    Some((again, before.to_owned()))
}
