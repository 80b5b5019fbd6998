//! Questions for yes or no that a fact on record settles: what was paid, whether a contract runs, whose an account is,
//! whether a mail was answered. They are told from those that only what was said can answer.

use super::question::{Ask, Facet, Intent};
use crate::domain::activity::Side;
use crate::domain::tool::account::Person;
use crate::domain::tool::activity::WantedFact;
use crate::language;

/// The words of a question, to be asked for.
struct Said(Vec<String>);

impl Said {
    fn any(&self, list: &str) -> bool {
        self.0.iter().any(|word| list.split(' ').any(|listed| listed == word))
    }

    fn only(&self, list: &str) -> bool {
        !self.0.is_empty() && self.0.iter().all(|word| list.split(' ').any(|listed| listed == word))
    }

    fn pair(&self, first: &str, second: &str) -> bool {
        self.0
            .windows(2)
            .any(|two| first.split(' ').any(|word| word == two[0]) && second.split(' ').any(|word| word == two[1]))
    }
}

/// Has a question that a fact settles looked up where the fact is.
pub(super) fn settle(ask: &mut Ask, words: &str, person: Option<&Person>) {
    let said = Said(language::lower_words(words));
    if asks_for_role(&said) && person.is_none() {
        look_up(ask, Intent::People);
    }
    if !ask.polar || ask.fact.is_some_and(|fact| fact != WantedFact::Amount) || ask.facet == Facet::Why {
        return;
    }
    let ours = person.is_some_and(|person| person.side == Side::Team);
    if ours && asks_whose(&said) {
        look_up(ask, Intent::People);
    } else if answered(&said) && !matches!(ask.intent, Intent::Accounts | Intent::Act | Intent::Draft) {
        (ask.intent, ask.sure) = (Intent::Emails, true);
    } else if person.is_none() && over_seats(&said) {
        look_up(ask, Intent::Usage);
    }
}

/// Whether `person` is a colleague of whom it is asked if the account is theirs.
pub(super) fn asks_if_owner(ask: &Ask, words: &str, person: &Person) -> bool {
    ask.polar && person.side == Side::Team && asks_whose(&Said(language::lower_words(words)))
}

/// Answered by the page of an intent alone.
fn look_up(ask: &mut Ask, intent: Intent) {
    (ask.intent, ask.sure, ask.fact) = (intent, true, None);
    ask.topic.clear();
}

/// Whether a colleague is asked about as the owner: "is it Kim's as well", "does Kim look after them".
fn asks_whose(said: &Said) -> bool {
    const ALL: &str = "is does do are was s look looks looking after own owns owner owned manage manages handle handles also as \
                       well too with still run runs by csm responsible for in charge the of they them it this account lot one";
    said.only(ALL)
        && said.any("s look looks own owns owner owned manage manages handle handles with csm responsible charge")
}

/// Whether it is asked who fills a role, or what became of them: "is our champion gone".
fn asks_for_role(said: &Said) -> bool {
    let role = said.any("champion sponsor");
    let fate = said.any("happened became still left gone around leave leaving lost who");
    role && fate && said.0.len() <= 10
        || said.any("who whom")
            && !said.any("leave left away out holiday vacation gone now instead meanwhile")
            && said.any("i we")
            && said.any("write talk speak turn reach")
            && said.any("to")
            && said.0.len() <= 12
}

/// Whether it is asked if somebody answered: "did we get back to them", "has anyone replied".
fn answered(said: &Said) -> bool {
    said.any("reply replied replies")
        || said.pair("got get gotten", "back")
        || said.pair("did has have", "answered answer")
}

/// Whether it is asked if more people use it than is paid for.
fn over_seats(said: &Said) -> bool {
    let over = said.any("above over exceed exceeds exceeding exceeded beyond") || said.pair("more", "than");
    over && said.any("seat seats license licence licenses licences licensed plan users usage")
        && said.any("pay pays paid seats licensed license licence licenses licences plan bought")
        && !said.any("price cost costs quote offer rate average")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(words: &str) -> Said {
        Said(language::lower_words(words))
    }

    #[test]
    fn whose_an_account_is_is_told_from_what_somebody_did_with_it() {
        assert!(asks_whose(&said("Is it 's as well?")) && asks_whose(&said("does look after them too")));
        assert!(!asks_whose(&said("does think they pay")) && !asks_whose(&said("did talk with them about price")));
    }

    #[test]
    fn more_users_than_seats_is_told_from_more_money() {
        assert!(over_seats(&said("do more people use it than they have seats, above the plan?")));
        assert!(over_seats(&said("is usage over what they pay for")));
        assert!(!over_seats(&said("is the price above their plan")));
    }
}
