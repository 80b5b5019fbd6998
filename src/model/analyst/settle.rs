//! What the words of a question alone do not tell: what they want where a day, a person or a length stands beside them.

use super::condition;
use super::question::{self, Ask, Facet, Intent};
use crate::domain::tool::portfolio::Portfolio;

/// What the words alone do not tell: a question about a stretch that is over is not for the state of today.
pub fn settle(ask: &mut Ask, words: &str, today: chrono::NaiveDate, person: bool) {
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

/// "Acme in two lines": how it stands, where nothing else is asked for.
pub fn settle_short(ask: &mut Ask) {
    let names_more = ask.fact.is_some() || ask.topic.iter().any(|word| question::tells_much(word));
    let open = matches!(ask.intent, Intent::Topic | Intent::Help | Intent::Overview | Intent::Changes);
    if open && !names_more && ask.stretch.is_none() {
        (ask.intent, ask.sure) = (Intent::Overview, true);
        ask.topic.clear();
    }
}
