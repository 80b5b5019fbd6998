//! How far a question reaches that names no account: over all accounts, to people of a name, or to nobody here.

use super::question::{self, Ask, Intent};
use super::survey::{self, Survey};
use crate::domain::activity::Side;
use crate::domain::time::Window;
use crate::domain::tool::account::FoundAccounts;

/// Whether a question asks where people of a name are: "where do I have a Dana".
pub(super) fn whereabouts(whole: &Ask, found: &FoundAccounts, words: &str) -> bool {
    !found.people.is_empty()
        && found.people.iter().all(|mention| mention.people.iter().all(|person| person.side == Side::Customer))
        && survey::whereabouts(whole, words)
}

/// Whether something over all accounts can be looked up for a question that is for whoever it fits.
pub(super) fn answerable((ask, words): &(Ask, String)) -> bool {
    let mut settled = ask.clone();
    survey::settle(&mut settled, words, false) != Survey::Plain
        || matches!(
            settled.intent,
            Intent::Accounts | Intent::Askers | Intent::CloseLoop | Intent::Commitments | Intent::Releases
        )
}

/// Whether a question is over all accounts however the chat stands.
pub(super) fn over_all(ask: &Ask) -> bool {
    matches!(ask.intent, Intent::Accounts | Intent::Askers | Intent::CloseLoop | Intent::Releases) || ask.portfolio
}

/// Whether it is for something of ours that no account has ("our net retention"), or names what nobody here may know.
pub(super) fn of_nobody_here((ask, words): &(Ask, String)) -> bool {
    let ours = words.split_whitespace().any(|word| matches!(word.to_lowercase().as_str(), "our" | "overall"));
    let a_name = |word: &String| crate::language::rank(&word.to_lowercase()).is_none_or(|rank| rank > RARE);
    let of_figures = matches!(ask.intent, Intent::Revenue | Intent::Usage | Intent::Score | Intent::Topic);
    !ask.pronoun
        && of_figures
        && (ours && ask.subject.iter().any(|word| question::tells_much(word)) || ask.subject.iter().any(a_name))
}

/// Words from this rank on are mostly names.
const RARE: usize = 12_000;

/// Whether a question without an account makes sense over the whole workspace.
pub(super) fn workspace_wide(ask: &Ask, found: &FoundAccounts) -> bool {
    match ask.intent {
        Intent::Topic => !ask.topic.is_empty() && !ask.pronoun,
        Intent::Commitments => !found.people.is_empty() || !ask.pronoun,
        Intent::Requests => !ask.topic.is_empty(),
        // "how many renewals in July"
        Intent::Revenue => ask.filter.renews != Window::ALWAYS && !ask.pronoun,
        _ => false,
    }
}
