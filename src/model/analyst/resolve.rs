//! Decides what a question is about: the account the chat is pinned to, the accounts it names, those of the
//! conversation, or all of them; and asks back where it cannot tell.

use super::compose::{self, Aside};
use super::question::{self, Ask, Intent};
use crate::domain::activity::Side;
use crate::domain::answer::Offer;
use crate::domain::conversation::Focus;
use crate::domain::tool::account::{AccountBrief, AccountMention, FoundAccounts, Person};
use crate::model::chat::{ModelError, ModelReply, PastTurn, TurnContext};

/// One thing asked, about one target.
#[derive(Clone, Debug)]
pub struct Part {
    /// What is asked.
    pub ask: Ask,
    /// What about.
    pub target: Target,
    /// The person it speaks of, if any.
    pub person: Option<Person>,
    /// The words that were asked, without the names of accounts.
    pub words: String,
    /// What the last answer dwelt on.
    pub last: Option<Focus>,
}

/// What a question is about.
#[derive(Clone, Debug)]
pub enum Target {
    /// One account.
    Account(AccountBrief),
    /// Several, side by side.
    Several(Vec<AccountBrief>),
    /// The whole workspace.
    Workspace,
}

/// What resolving came to.
pub enum Resolved {
    /// Things to look up.
    Parts(Vec<Part>),
    /// An answer that needs no look-up: a question back, an offer, help.
    Reply(Box<ModelReply>),
}

/// What is asked, and about what.
///
/// # Errors
/// When an aside cannot be written.
pub fn resolve(question: &str, found: &FoundAccounts, context: &TurnContext) -> Result<Resolved, ModelError> {
    let today = context.now.date_naive();
    let aside = |aside: Aside, offers: Vec<Offer>| -> Result<Resolved, ModelError> {
        let focus = context.history.last().map(|turn| turn.focus.clone()).unwrap_or_default();
        Ok(Resolved::Reply(Box::new(ModelReply {
            text: compose::aside(&aside, today)?,
            offers,
            focus,
            ..ModelReply::default()
        })))
    };
    let names = name_ranges(found);
    let last = context.history.last();
    let pinned = context.pinned.is_some();
    let whole = question::read(question, &names, today, pinned);
    if matches!(whole.intent, Intent::Help) && found.accounts.is_empty() {
        return aside(Aside::Help { account: context.pinned.as_ref().map(|account| account.name.clone()) }, Vec::new());
    }
    if let Intent::Act | Intent::Draft = whole.intent {
        return aside(Aside::NotYet { draft: whole.intent == Intent::Draft }, Vec::new());
    }

    let mut asked: Vec<(Ask, String)> = question::parts(question)
        .into_iter()
        .map(|(start, end)| {
            let within: Vec<(usize, usize)> = names
                .iter()
                .filter(|(from, to)| *from >= start && *to <= end)
                .map(|(from, to)| (from - start, to - start))
                .collect();
            (question::read(&question[start..end], &within, today, pinned), stripped(&question[start..end], &within))
        })
        .filter(|(ask, words)| !(matches!(ask.intent, Intent::Help) && words.len() < 4))
        .collect();
    // Half a question that says nothing alone ("when do they renew and who is it") is answered as one.
    if asked.is_empty()
        || asked.len() > 1 && asked.iter().any(|(ask, _)| ask.intent == Intent::Topic && ask.topic.is_empty())
    {
        asked = vec![(whole.clone(), stripped(question, &names))];
    }
    if let Some(continued) = continued(&asked[0], found, last, today, pinned) {
        asked = vec![continued];
    }

    let over_all = asked.iter().all(|(ask, _)| over_all(ask))
        && !(whole.pronoun && last.is_some_and(|turn| !turn.focus.accounts.is_empty()) && !whole.portfolio);
    let target = match (&context.pinned, accounts(found, context)) {
        (Some(pinned), Mentioned::Several(others)) if others.iter().any(|account| account.domain != pinned.domain) => {
            let others: Vec<AccountBrief> =
                others.into_iter().filter(|account| account.domain != pinned.domain).collect();
            let offers =
                others.iter().map(|account| offer(&format!("Ask about {}", account.name), question, account)).collect();
            return aside(
                Aside::Switch {
                    here: pinned.name.clone(),
                    others: others.iter().map(|account| account.name.clone()).collect(),
                },
                offers,
            );
        }
        (Some(pinned), _) if over_all && whole.portfolio => {
            let offers = vec![Offer {
                label: "Ask across all accounts".to_owned(),
                question: question.to_owned(),
                account: None,
            }];
            return aside(Aside::Switch { here: pinned.name.clone(), others: Vec::new() }, offers);
        }
        (Some(_), _) if asked.iter().all(|(ask, _)| ask.intent == Intent::Releases) => Target::Workspace,
        (Some(pinned), _) => Target::Account(pinned.clone()),
        (None, Mentioned::Unclear { words, candidates }) => {
            let offers = candidates
                .iter()
                .map(|account| offer(&format!("{} ({})", account.name, account.domain), question, account))
                .collect();
            return aside(Aside::Which { words, candidates }, offers);
        }
        (None, Mentioned::Several(accounts)) => several(accounts),
        (None, Mentioned::None) if over_all => Target::Workspace,
        (None, Mentioned::None) => match person_elsewhere(found, last).or_else(|| conversation_accounts(last)) {
            Some(accounts) => several(accounts),
            None => match person_accounts(found) {
                Some(accounts) => several(accounts),
                None if !namesakes(found).is_empty() => {
                    let candidates = namesakes(found);
                    let words = found.people.first().map(|mention| mention.words.clone()).unwrap_or_default();
                    let offers = candidates
                        .iter()
                        .map(|account| offer(&format!("{} ({})", account.name, account.domain), question, account))
                        .collect();
                    return aside(Aside::Which { words, candidates }, offers);
                }
                None if workspace_wide(&asked[0].0, found) => Target::Workspace,
                None => {
                    let unknown =
                        (asked[0].0.intent != Intent::Topic).then(|| unknown_name(question, &names)).flatten();
                    return aside(Aside::NoAccount { unknown, known: found.known_accounts }, Vec::new());
                }
            },
        },
    };
    let person = person(found, last, &whole, &target);
    let part = |ask: Ask, words: String, target: Target| Part {
        ask,
        target,
        person: person.clone(),
        words,
        last: last.map(|turn| turn.focus.clone()),
    };
    let mut parts = Vec::new();
    for (mut ask, words) in asked {
        if matches!(ask.intent, Intent::Overview | Intent::Compare)
            && !ask.topic.is_empty()
            && !matches!(target, Target::Several(_))
        {
            // "what about SSO": a topic of the account, not its state.
            ask.intent = Intent::Topic;
        }
        match &target {
            Target::Several(accounts)
                if accounts.len() > 1 && !matches!(ask.intent, Intent::Compare | Intent::Overview | Intent::Score) =>
            {
                parts.extend(
                    accounts
                        .iter()
                        .take(4)
                        .map(|account| part(ask.clone(), words.clone(), Target::Account(account.clone()))),
                );
            }
            Target::Several(_) => {
                ask.intent = Intent::Compare;
                parts.push(part(ask, words, target.clone()));
            }
            _ => parts.push(part(ask, words, target.clone())),
        }
    }
    Ok(Resolved::Parts(parts))
}

fn several(mut accounts: Vec<AccountBrief>) -> Target {
    if accounts.len() == 1 { Target::Account(accounts.remove(0)) } else { Target::Several(accounts) }
}

/// Whether a question is over all accounts however the chat stands.
fn over_all(ask: &Ask) -> bool {
    matches!(ask.intent, Intent::Accounts | Intent::Askers | Intent::Releases) || ask.portfolio
}

/// Whether a question without an account makes sense over the whole workspace.
fn workspace_wide(ask: &Ask, found: &FoundAccounts) -> bool {
    match ask.intent {
        Intent::Topic => !ask.topic.is_empty() && !ask.pronoun,
        Intent::Commitments => !found.people.is_empty() || !ask.pronoun,
        Intent::Requests => !ask.topic.is_empty(),
        _ => false,
    }
}

enum Mentioned {
    None,
    Several(Vec<AccountBrief>),
    Unclear { words: String, candidates: Vec<AccountBrief> },
}

/// The accounts a question names. Words that could mean several are settled by the pinned account or the conversation.
fn accounts(found: &FoundAccounts, context: &TurnContext) -> Mentioned {
    let mut accounts: Vec<AccountBrief> = Vec::new();
    let recent = context.history.last().map(|turn| turn.focus.accounts.clone()).unwrap_or_default();
    for AccountMention { words, candidates, .. } in &found.accounts {
        let settled = match candidates.as_slice() {
            [] => continue,
            [only] => only,
            several => {
                let near = |account: &&AccountBrief| {
                    context.pinned.as_ref().is_some_and(|pinned| pinned.domain == account.domain)
                        || recent.first() == Some(&account.domain)
                };
                match several.iter().find(near) {
                    Some(account) => account,
                    None => return Mentioned::Unclear { words: words.clone(), candidates: several.to_vec() },
                }
            }
        };
        if !accounts.iter().any(|account| account.domain == settled.domain) {
            accounts.push(settled.clone());
        }
    }
    if accounts.is_empty() { Mentioned::None } else { Mentioned::Several(accounts) }
}

/// The accounts of the conversation, for "them" and for questions that name none.
fn conversation_accounts(last: Option<&PastTurn>) -> Option<Vec<AccountBrief>> {
    let accounts = &last?.accounts;
    (!accounts.is_empty()).then(|| accounts.iter().take(4).cloned().collect())
}

/// The accounts of people who share the name a question gives.
fn namesakes(found: &FoundAccounts) -> Vec<AccountBrief> {
    let mut accounts: Vec<AccountBrief> = found
        .people
        .iter()
        .flat_map(|mention| &mention.people)
        .filter(|person| person.side == Side::Customer)
        .flat_map(|person| person.accounts.clone())
        .collect();
    accounts.sort_by(|left, right| left.domain.cmp(&right.domain));
    accounts.dedup_by(|left, right| left.domain == right.domain);
    accounts
}

/// The account of the contact a question names, when that contact is not one of the conversation's accounts.
fn person_elsewhere(found: &FoundAccounts, last: Option<&PastTurn>) -> Option<Vec<AccountBrief>> {
    let accounts = person_accounts(found)?;
    let here = last.is_some_and(|turn| turn.accounts.iter().any(|account| account.domain == accounts[0].domain));
    (!here).then_some(accounts)
}

/// The account of the contact a question names, when there is only one such account.
fn person_accounts(found: &FoundAccounts) -> Option<Vec<AccountBrief>> {
    let mut accounts: Vec<&AccountBrief> = found
        .people
        .iter()
        .flat_map(|mention| &mention.people)
        .filter(|person| person.side == Side::Customer)
        .flat_map(|person| &person.accounts)
        .collect();
    accounts.sort_by(|left, right| left.domain.cmp(&right.domain));
    accounts.dedup_by(|left, right| left.domain == right.domain);
    match accounts.as_slice() {
        [only] => Some(vec![(*only).clone()]),
        _ => None,
    }
}

/// The person a question speaks of: one it names (of the target account if it can be), or "she" of the last answer.
fn person(found: &FoundAccounts, last: Option<&PastTurn>, ask: &Ask, target: &Target) -> Option<Person> {
    let here = match target {
        Target::Account(account) => Some(account.domain.as_str()),
        _ => None,
    };
    let named = found.people.iter().find_map(|mention| {
        let fits = |person: &&Person| {
            here.is_none_or(|domain| {
                person.owner
                    || person.side == Side::Team
                    || person.accounts.iter().any(|account| account.domain == domain)
            })
        };
        mention.people.iter().find(fits)
    });
    if named.is_some() {
        return named.cloned();
    }
    let name = last?.focus.person.clone()?;
    ask.he_or_she.then(|| Person {
        name,
        email: None,
        title: None,
        side: Side::Customer,
        accounts: Vec::new(),
        owner: false,
    })
}

/// "and Aviato?", "what about last month?": the question before, asked again of something else.
fn continued(
    current: &(Ask, String),
    found: &FoundAccounts,
    last: Option<&PastTurn>,
    today: chrono::NaiveDate,
    pinned: bool,
) -> Option<(Ask, String)> {
    let (ask, words) = current;
    let before = last?.focus.intent.as_ref()?.get("words")?.as_str()?;
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
    let mut again = question::read(before, &[], today, pinned);
    if ask.stretch.is_some() {
        again.stretch.clone_from(&ask.stretch);
    }
    Some((again, before.to_owned()))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A word that looks like the name of a company nobody here knows.
fn unknown_name(question: &str, names: &[(usize, usize)]) -> Option<String> {
    let words = crate::language::words(question);
    words
        .iter()
        .enumerate()
        .filter(|(_, word)| !names.iter().any(|(start, end)| word.start < *end && word.end > *start))
        .find(|(index, word)| {
            let capital = word.text.chars().next().is_some_and(char::is_uppercase);
            let shouted = word.text.chars().filter(|letter| letter.is_uppercase()).count() > 1;
            (*index > 0
                && capital
                && !shouted
                && word.text.chars().count() > 2
                && !question::is_everyday_word(&word.lower)
                && !MONTHS.contains(&word.lower.as_str()))
                || word.text.contains('.') && word.text.chars().any(char::is_alphabetic)
        })
        .map(|(_, word)| word.text.to_owned())
}

fn name_ranges(found: &FoundAccounts) -> Vec<(usize, usize)> {
    found
        .accounts
        .iter()
        .map(|mention| (mention.start, mention.end))
        .chain(found.people.iter().map(|mention| (mention.start, mention.end)))
        .collect()
}

/// The text without the given ranges.
fn stripped(text: &str, ranges: &[(usize, usize)]) -> String {
    let mut kept = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        if !ranges.iter().any(|(start, end)| (*start..*end).contains(&at)) {
            kept.push(letter);
        }
    }
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn offer(label: &str, question: &str, account: &AccountBrief) -> Offer {
    Offer { label: label.to_owned(), question: question.to_owned(), account: Some(account.domain.clone()) }
}
