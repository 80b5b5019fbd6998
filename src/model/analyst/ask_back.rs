//! What is asked back where a name could be several accounts' or people's, with the question each of them would be asked.

use super::compose::{self, Aside};
use super::plan::Step;
use super::question::{self, Ask, Intent};
use crate::domain::answer::Offer;
use crate::domain::tool::account::{AccountBrief, Person};
use crate::model::chat::{ModelError, ModelReply};

/// A question asked on an account, as a button.
pub(super) fn offer(label: &str, question: &str, account: &AccountBrief) -> Offer {
    Offer { label: label.to_owned(), question: question.to_owned(), account: Some(account.domain.clone()) }
}

/// Words that several accounts are called by.
fn which(question: &str, words: String, candidates: Vec<AccountBrief>) -> (Aside, Vec<Offer>) {
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

/// Accounts of which one is meant, and the question that asks which.
#[derive(Clone, Debug)]
pub struct Unsure {
    /// Their domains.
    pub domains: Vec<String>,
    /// The words that may mean any of them.
    pub(super) words: String,
    /// The question that asks which is meant, and its buttons.
    pub(super) back: Aside,
    pub(super) offers: Vec<Offer>,
}

impl Unsure {
    /// Asks which is meant.
    ///
    /// # Errors
    /// When the question cannot be written.
    pub fn ask_back(&self, desk: &compose::Desk<'_>) -> Result<Step, ModelError> {
        Ok(Step::Done(Box::new(ModelReply {
            text: compose::aside(&self.back, desk.today())?,
            offers: self.offers.clone(),
            ..ModelReply::default()
        })))
    }
}

/// The question that asks which account is meant by words, and whether what was said may tell it instead.
pub(super) fn which_unless_told(
    question: &str,
    words: String,
    candidates: Vec<AccountBrief>,
    asked: &[(Ask, String)],
) -> (Unsure, bool) {
    let told = told_by_matter(asked, &candidates);
    let domains = candidates.iter().map(|candidate| candidate.domain.clone()).collect();
    let (back, offers) = which(question, words.clone(), candidates);
    (Unsure { domains, words, back, offers }, told)
}

/// Whether what is asked about may tell which of a few accounts is meant.
fn told_by_matter(asked: &[(Ask, String)], candidates: &[AccountBrief]) -> bool {
    const FEW: usize = 5;
    let [(ask, _)] = asked else { return false };
    ask.intent == Intent::Topic && ask.topic.iter().any(|word| question::tells_much(word)) && candidates.len() <= FEW
}
