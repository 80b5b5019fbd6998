//! A page of figures, promises or people answers what its kind of question is usually for. Where the question names
//! something more, or wants to know why, what was said of it leads or goes with the page.

use super::{Desk, card, conversation, records, topic};
use crate::domain::tool::activity::SearchEvidence;
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::{Facet, Intent};
use crate::model::chat::ModelError;

/// What answers first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lead {
    /// The page alone.
    Page,
    /// The page, then what was said of the rest of the question.
    PageThenSaid,
    /// What was said, then what the page says first.
    SaidThenPage,
    /// What was said alone.
    Said,
}

/// The answer for one account.
pub fn answer(desk: &Desk<'_>) -> Result<Step, ModelError> {
    match lead(desk) {
        Lead::Page => card(desk),
        Lead::Said => topic::topic(desk),
        Lead::PageThenSaid => Ok(join(card(desk)?, topic::besides(desk)?, |page, said| format!("{page}\n\n{said}"))),
        Lead::SaidThenPage => Ok(join(card(desk)?, topic::topic(desk)?, |page, said| {
            let headline = page.split("\n\n").next().unwrap_or_default();
            format!("{said}\n\n{headline}")
        })),
    }
}

fn lead(desk: &Desk<'_>) -> Lead {
    let ask = &desk.part.ask;
    if ask.intent == Intent::Topic && records::one_promise_tells(desk) {
        return Lead::PageThenSaid;
    }
    if ask.intent == Intent::Topic || desk.found::<SearchEvidence>().is_err() {
        return Lead::Page;
    }
    let said = topic::answers(desk);
    match &ask.intent {
        // Promises and requests of just the matter say more than what was said around it.
        Intent::Commitments if records::promises_tell(desk) => {
            if said && desk.topic().is_some() {
                Lead::PageThenSaid
            } else {
                Lead::Page
            }
        }
        // What became of a wish is told by what was said of it since.
        Intent::Requests | Intent::Askers if records::requests_tell(desk) => {
            let became = matches!(ask.facet, Facet::YesNo | Facet::When | Facet::Why);
            if said && became { Lead::SaidThenPage } else { Lead::Page }
        }
        // The score's own page says why it is what it is.
        Intent::Score if desk.topic().is_none() => Lead::Page,
        // Whether a mail was answered is seen from the mails.
        Intent::Emails if conversation::replies_tell(desk) => Lead::Page,
        // "Does Dana have kids": her card does not tell.
        Intent::People if topic::asks_beyond_the_card(desk) => Lead::Said,
        Intent::Usage | Intent::Revenue | Intent::Score | Intent::ScoreHistory if said => {
            let of_score = desk.says("score scores health level points factor factors");
            if !of_score && (topic::names_more(desk) || opens_with_why(desk)) {
                Lead::SaidThenPage
            } else {
                Lead::PageThenSaid
            }
        }
        _ if said && (desk.topic().is_some() || ask.facet == Facet::Why) => Lead::Said,
        _ if topic::comes_near(desk) => Lead::PageThenSaid,
        _ => Lead::Page,
    }
}

fn opens_with_why(desk: &Desk<'_>) -> bool {
    let words = desk.part.words.to_lowercase();
    ["why", "y ", "how come", "and why", "so why", "but why"].iter().any(|opening| words.starts_with(opening))
}

/// Both answers as one, or the round of calls either still needs.
fn join(page: Step, said: Step, text: impl Fn(&str, &str) -> String) -> Step {
    match (page, said) {
        (Step::Done(mut page), Step::Done(said)) => {
            page.text = text(&page.text, &said.text);
            page.focus.records.extend(said.focus.records);
            Step::Done(page)
        }
        (Step::Call(mut calls), Step::Call(more)) => {
            calls.extend(more);
            Step::Call(calls)
        }
        (Step::Call(calls), _) | (_, Step::Call(calls)) => Step::Call(calls),
    }
}
