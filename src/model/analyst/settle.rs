//! What the words of a question alone do not tell: what it wants given its time, its person and its topic.

use super::condition;
use super::question::{self, Ask, Facet, Intent};
use crate::domain::tool::portfolio::Portfolio;
use crate::language;

/// What the words alone do not tell: a question about a stretch that is over is not for the state of today.
pub(super) fn settle(ask: &mut Ask, words: &str, today: chrono::NaiveDate, person: bool) {
    let back = ask.stretch.as_ref().filter(|stretch| !stretch.ahead).map(|stretch| stretch.window);
    let over = back.is_some_and(|window| window.until.is_some_and(|until| until < today));
    let several_days = back.is_some_and(|window| window.since.is_some() && window.since != window.until);
    if person && ask.presence.is_some() {
        (ask.intent, ask.sure, ask.fact) = (Intent::People, true, None);
        ask.topic.clear();
        return;
    }
    if over && !person && matches!(ask.intent, Intent::Topic | Intent::Changes | Intent::Releases | Intent::Overview) {
        // "What did we discuss last Wednesday": what was said then, and not what changed.
        let beside = ask.topic.iter().filter(|word| !condition::speaks(word)).count();
        if beside == 0 && condition::speaks(words) {
            ask.intent = Intent::Calls;
            ask.topic.clear();
        }
    }
    if reckons(ask, words) && !over {
        (ask.intent, ask.sure, ask.fact) = (Intent::Revenue, true, None);
        ask.topic.clear();
        return;
    }
    let figures =
        matches!(ask.intent, Intent::Usage | Intent::Revenue) && ask.fact.is_none() && ask.facet != Facet::Why;
    if figures && !person && condition::beyond(&ask.topic).is_empty() {
        // Nothing is named but figures: what was said of them is no better answer.
        ask.topic.clear();
        ask.sure = true;
    }
    match ask.intent {
        // "Has Dana signed": what she did, and not who she is.
        Intent::People if person && ask.facet == Facet::YesNo && !ask.subject.is_empty() => {
            (ask.intent, ask.sure) = (Intent::Topic, true);
            ask.topic.clone_from(&ask.subject);
        }
        // A name alone.
        Intent::Help if person => ask.intent = Intent::People,
        Intent::Score if several_days && ask.facet != Facet::Why => ask.intent = Intent::ScoreHistory,
        // On one day a score stands; it does not move.
        Intent::ScoreHistory if over && !several_days => ask.intent = Intent::Score,
        Intent::Overview if over => ask.intent = Intent::Changes,
        // "What happened with the increase": a matter, not a stretch of time.
        Intent::Changes if ask.stretch.is_none() && !ask.topic.is_empty() => ask.intent = Intent::Topic,
        Intent::Topic if over && ask.topic.is_empty() && !person => ask.intent = Intent::Changes,
        // "Did we give them anything for it": a deed, of which what was said tells more than a list of promises.
        Intent::Commitments if ask.topic.is_empty() && ask.points_back && !condition::owes(words) => {
            (ask.intent, ask.sure) = (Intent::Topic, true);
        }
        // "Did anyone tell Suresh whether it stands": of him, and no promise of his.
        Intent::Commitments if person && condition::tells(words) && !condition::owes(words) => {
            (ask.intent, ask.sure) = (Intent::Topic, true);
        }
        // "Since when is she there": nothing but her name to look for.
        Intent::Topic
            if ask.topic.is_empty() && ask.fact.is_none() && person && !ask.by_person && ask.facet != Facet::YesNo =>
        {
            ask.intent = Intent::People;
        }
        Intent::Accounts => {
            let unfiltered = ask.filter == Portfolio::default();
            ask.topic = condition::beyond(&ask.topic);
            if unfiltered && condition::owes(words) {
                ask.intent = Intent::Commitments;
                ask.topic.clear();
            }
        }
        _ => {}
    }
}

/// Whether figures of its contracts and payments answer it, whatever else they are called: "ARR we lose when they go",
/// "both products together", "paid so far".
fn reckons(ask: &Ask, words: &str) -> bool {
    let said = language::lower_words(words);
    let any = |list: &str| list.split_whitespace().any(|word| said.iter().any(|said| said == word));
    let figures = matches!(ask.facet, Facet::Amount | Facet::HowMany | Facet::What | Facet::Payment);
    let of_contracts =
        any("arr mrr") || any("worth pays pay year annually revenue") && any("together total altogether");
    let lost = any("amount money revenue arr") && any("churn lose loses lost goes gone away leaves leaving ends gap");
    let list_price =
        any("list undiscounted full") && any("price") || any("without") && any("discount") && any("pay cost");
    let paid = any("paid payments") && (any("total sum altogether far net all") || any("date") && !any("up"));
    let spoken =
        any("say said says mention mentioned told tell wrote ask asked why offer offered quote quoted propose");
    let of_money = matches!(ask.intent, Intent::Revenue | Intent::Topic | Intent::Signals(_) | Intent::Overview);
    figures && of_money && !spoken && (of_contracts || lost || list_price || paid)
}

/// "Acme in two lines": how it stands, where nothing else is asked for.
pub fn settle_short(ask: &mut Ask) {
    let names_more = ask.fact.is_some() || ask.topic.iter().any(|word| question::tells_much(word));
    let open = matches!(ask.intent, Intent::Topic | Intent::Help | Intent::Overview | Intent::Changes);
    if open && !names_more && ask.stretch.is_none() {
        (ask.intent, ask.sure) = (Intent::Overview, true);
        ask.topic.clear();
    }
}
