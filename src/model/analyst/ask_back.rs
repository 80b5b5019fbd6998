//! What is asked back where a name could be several accounts' or people's, with the question each of them would be asked.

use super::compose::Aside;
use crate::domain::answer::Offer;
use crate::domain::tool::account::{AccountBrief, Person};

/// A question asked on an account, as a button.
pub(super) fn offer(label: &str, question: &str, account: &AccountBrief) -> Offer {
    Offer { label: label.to_owned(), question: question.to_owned(), account: Some(account.domain.clone()) }
}

/// Words that several accounts are called by.
pub(super) fn which(question: &str, words: String, candidates: Vec<AccountBrief>) -> (Aside, Vec<Offer>) {
    let label = |account: &AccountBrief| format!("{} ({})", account.name, account.domain);
    let offers = candidates.iter().map(|account| offer(&label(account), question, account)).collect();
    (Aside::Which { words, candidates }, offers)
}

/// A name that goes on as no account's does: each question that is offered names its account by the domain.
pub(super) fn another(question: &str, words: String, candidates: Vec<AccountBrief>) -> (Aside, Vec<Offer>) {
    let asked = |account: &AccountBrief| {
        let named = question.replacen(&words, &account.domain, 1);
        offer(&format!("{} ({})", account.name, account.domain), &named, account)
    };
    let offers = candidates.iter().map(asked).collect();
    (Aside::Which { words, candidates }, offers)
}

/// A name of several people of both sides: each question that is offered has the whole name.
pub(super) fn which_person(question: &str, words: String, people: Vec<Person>) -> (Aside, Vec<Offer>) {
    let asked = |person: &Person| Offer {
        label: person.name.clone(),
        question: question.replacen(&words, &person.name, 1),
        account: None,
    };
    let offers = people.iter().map(asked).collect();
    (Aside::WhichPerson { words, people }, offers)
}
