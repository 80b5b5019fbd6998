//! Decides what a question is about: the account the chat is pinned to, the accounts it names, those of the
//! conversation, or all of them; and asks back where it cannot tell.

use super::act::{self, Order, Wish};
use super::ask_back::{self, Unsure, offer};
use super::compared;
use super::compose::{self, Aside};
use super::follow::{carry_figures, carry_on, continued};
use super::mail::{self, Mail};
use super::manner::{self, Manner};
use super::mention::{
    Mentioned, accounts, another, conversation_accounts, guessed, namesakes, of_both_sides, person, person_accounts,
    person_elsewhere, unknown_name,
};
use super::polar;
use super::question::{self, Ask, Intent, Shape, lead};
use super::set::{self, Set};
use super::settle::{settle, settle_short};
use super::span::{answerable, of_nobody_here, over_all, whereabouts, workspace_wide};
use super::survey::{self, Survey};
use crate::domain::activity::Side;
use crate::domain::answer::Offer;
use crate::domain::conversation::Focus;
use crate::domain::time::Today;
use crate::domain::tool::account::{AccountBrief, FoundAccounts, Person};
use crate::model::chat::{ModelError, ModelReply, TurnContext};

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
    /// What a question over all accounts is answered from.
    pub survey: Survey,
    /// The set of accounts it is over, where that is more than its conditions.
    pub set: Option<Set>,
    /// What the last answer dwelt on.
    pub last: Option<Focus>,
    /// What is to be done, where it is an order.
    pub wish: Option<Wish>,
    /// The mail that is to be drafted.
    pub mail: Option<Mail>,
    /// The accounts of which one is meant, where the words leave it open and what was said may tell.
    pub unsure: Option<Unsure>,
}

impl Part {
    /// Something asked of a target, which goes on from nothing.
    fn new(ask: Ask, target: Target, person: Option<Person>, words: String) -> Self {
        Self {
            ask,
            target,
            person,
            words,
            survey: Survey::Plain,
            set: None,
            last: None,
            wish: None,
            mail: None,
            unsure: None,
        }
    }
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
pub fn resolve(typed: &str, found: &FoundAccounts, context: &TurnContext) -> Result<Resolved, ModelError> {
    let question = &lead::without(typed);
    let prepares = lead::prepares(question);
    let today = context.today();
    let aside = |aside: Aside, offers: Vec<Offer>| -> Result<Resolved, ModelError> {
        let focus = context.history.last().map(|turn| turn.focus.clone()).unwrap_or_default();
        Ok(Resolved::Reply(Box::new(ModelReply {
            text: compose::aside(&aside, today.day)?,
            offers,
            focus,
            ..ModelReply::default()
        })))
    };
    let names = name_ranges(found);
    let last = context.history.last();
    let pinned = context.pinned.is_some();
    let accounts_named: Vec<(usize, usize)> =
        found.accounts.iter().map(|mention| (mention.start, mention.end)).collect();
    let wish = act::read(question, today).or_else(|| act::bare(question, &accounts_named));
    // Names in the reason are no accounts to act on.
    let ordered = wish.as_ref().map(|wish| within(found, wish.place));
    let found = ordered.as_ref().unwrap_or(found);
    if let Some(parts) = changed_mail(question, found, context) {
        return Ok(parts);
    }
    match manner::read(&stripped(question, &names)).filter(|_| wish.is_none()) {
        Some(Manner::Thanks) => return aside(Aside::Welcome, Vec::new()),
        Some(Manner::Foreign) => return aside(Aside::English, Vec::new()),
        Some(Manner::OfItself) => return aside(Aside::OfItself, Vec::new()),
        Some(Manner::Order) => return aside(Aside::NotYet, Vec::new()),
        None => {}
    }
    let mut whole = question::read(question, &names, today, pinned);
    if matches!(whole.intent, Intent::Help) && found.accounts.is_empty() && found.people.is_empty() {
        let account = context.pinned.as_ref().map(|account| account.name.clone());
        let example = found.example.as_ref().map(|account| account.name.clone());
        return aside(Aside::Help { account, example }, Vec::new());
    }
    if wish.is_some() {
        whole = Ask { intent: Intent::Act, portfolio: false, wide: false, ..whole };
    }
    if prepares && wish.is_none() {
        whole = Ask { intent: Intent::Prepare, portfolio: false, wide: false, ..whole };
    }
    let mail = (whole.intent == Intent::Draft && wish.is_none()).then(|| mail::read(question));
    if mail.is_some() {
        whole = Ask { portfolio: false, wide: false, ..whole };
    }
    if let (Intent::Act, None) = (&whole.intent, &wish) {
        return aside(Aside::NotYet, Vec::new());
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
    // "Who asked for it, and did they get it": the second half is about whoever the first one finds.
    if asked.len() > 1
        && (asked[0].0.wide || asked[0].0.portfolio)
        && asked[1..].iter().all(|(ask, _)| ask.pronoun && ask.topic.len() < 2)
    {
        let words = stripped(question, &names);
        asked.truncate(1);
        asked[0].1 = words;
    }
    if wish.is_some() || mail.is_some() || prepares {
        asked = vec![(whole.clone(), stripped(question, &names))];
    } else if let Some(continued) = continued(&asked[0], found, last, today, pinned) {
        asked = vec![continued];
    }

    let plain = wish.is_none() && mail.is_none() && !pinned && asked.len() == 1;
    let mut set = match asked.first_mut().filter(|_| plain) {
        Some((ask, words)) => set::read(ask, words, found, last),
        None => None,
    };
    let over_all = asked.iter().all(|(ask, _)| over_all(ask))
        && !(whole.pronoun && !context.meant().is_empty() && !whole.portfolio);
    let of_all_decisions = wish.as_ref().is_some_and(|wish| wish.order == Order::History) && !whole.pronoun;
    let changes = wish.as_ref().is_some_and(|wish| wish.order != Order::History) || mail.is_some();
    let guess = if changes { guessed(found) } else { another(found) };
    if let (None, Some((words, candidates))) = (&context.pinned, guess) {
        let (back, offers) = ask_back::another(typed, words, candidates);
        return aside(back, offers);
    }
    let mut unsure = None;
    let target = match (&context.pinned, accounts(found, context)) {
        _ if set.is_some() => Target::Workspace,
        (Some(pinned), Mentioned::Several(others)) if others.iter().any(|account| account.domain != pinned.domain) => {
            let others: Vec<AccountBrief> =
                others.into_iter().filter(|account| account.domain != pinned.domain).collect();
            let offers =
                others.iter().map(|account| offer(&format!("Ask about {}", account.name), typed, account)).collect();
            return aside(
                Aside::Switch {
                    here: pinned.name.clone(),
                    others: others.iter().map(|account| account.name.clone()).collect(),
                },
                offers,
            );
        }
        (Some(pinned), _) if over_all && whole.portfolio => {
            let offers =
                vec![Offer { label: "Ask across all accounts".to_owned(), question: typed.to_owned(), account: None }];
            return aside(Aside::Switch { here: pinned.name.clone(), others: Vec::new() }, offers);
        }
        (Some(_), _) if asked.iter().all(|(ask, _)| ask.intent == Intent::Releases) => Target::Workspace,
        (Some(pinned), _) => Target::Account(pinned.clone()),
        (None, Mentioned::Unclear { words, candidates }) => {
            match ask_back::which_unless_told(typed, words, candidates, &asked) {
                (which, true) if !changes && !prepares => unsure = Some(which),
                (which, _) => return aside(which.back, which.offers),
            }
            Target::Workspace
        }
        (None, Mentioned::Several(accounts)) => several(accounts),
        (None, Mentioned::None) if prepares && found.people.is_empty() && lead::next_of_theirs(question, &whole) => {
            Target::Workspace
        }
        (None, Mentioned::None) if over_all || of_all_decisions => Target::Workspace,
        (None, Mentioned::None) if whereabouts(&whole, found, &stripped(question, &names)) => {
            asked.truncate(1);
            asked[0].0.intent = Intent::Accounts;
            asked[0].0.filter.contact = found.people.first().map(|mention| mention.words.clone());
            Target::Workspace
        }
        (None, Mentioned::None)
            if context.meant().is_empty()
                && let Some((words, people)) = of_both_sides(found) =>
        {
            let (back, offers) = ask_back::which_person(typed, words, people);
            return aside(back, offers);
        }
        (None, Mentioned::None) => match person_elsewhere(found, context).or_else(|| conversation_accounts(context)) {
            Some(accounts) => several(accounts),
            None => match person_accounts(found) {
                Some(accounts) => several(accounts),
                None if !namesakes(found).is_empty() => {
                    let candidates = namesakes(found);
                    let words = found.people.first().map(|mention| mention.words.clone()).unwrap_or_default();
                    match ask_back::which_unless_told(typed, words, candidates, &asked) {
                        (which, told) if prepares || told && !changes => unsure = Some(which),
                        (which, _) => return aside(which.back, which.offers),
                    }
                    Target::Workspace
                }
                None if asked[0].0.wide && answerable(&asked[0]) || workspace_wide(&asked[0].0, found) => {
                    Target::Workspace
                }
                // Nobody is named: it is their next meeting.
                None if prepares && found.people.is_empty() => Target::Workspace,
                None if of_nobody_here(&asked[0]) => {
                    asked[0].0.intent = Intent::Topic;
                    Target::Workspace
                }
                None => {
                    let unknown =
                        (asked[0].0.intent != Intent::Topic).then(|| unknown_name(question, &names)).flatten();
                    return aside(Aside::NoAccount { unknown, known: found.known_accounts }, Vec::new());
                }
            },
        },
    };
    let person = person(found, last, &whole, &target);
    if let Some(wish) = wish {
        let mut parts = ordered_parts(&wish, &whole, &target, person.as_ref(), found);
        if let (Some(place), Target::Account(_)) = (wish.question, &target) {
            parts.insert(0, asked_beside(question, place, &names, today, target, person));
        }
        return Ok(Resolved::Parts(parts));
    }
    if let Some(mut mail) = mail {
        // Whoever is named and not known there is not written to under another name.
        if person.as_ref().is_none_or(|person| person.side != Side::Customer) {
            mail.recipient = mail::named(found).or(mail.recipient);
        }
        let targets: Vec<Target> = match &target {
            Target::Several(accounts) => accounts.iter().take(4).cloned().map(Target::Account).collect(),
            Target::Account(_) => vec![target.clone()],
            Target::Workspace => {
                return aside(Aside::NoAccount { unknown: None, known: found.known_accounts }, Vec::new());
            }
        };
        return Ok(Resolved::Parts(
            targets.into_iter().map(|target| mail_part(&mail, &whole, target, person.as_ref(), question)).collect(),
        ));
    }
    if let Target::Several(accounts) = &target
        && accounts.len() > 1
    {
        let words = stripped(question, &names);
        if compared::wanted(&whole, &words) {
            whole.intent = Intent::Compare;
            asked = vec![(whole, words)];
        }
    }
    let part = |ask: Ask, words: String, target: Target| Part {
        last: last.map(|turn| turn.focus.clone()),
        unsure: unsure.clone(),
        ..Part::new(ask, target, person.clone(), words)
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
        // Our own people come and go elsewhere.
        ask.presence = ask.presence.filter(|_| person.as_ref().is_some_and(|person| person.side == Side::Customer));
        if let Some(set) = set.take() {
            parts.push(Part { set: Some(set), ..part(ask, words, Target::Workspace) });
            continue;
        }
        settle(&mut ask, &words, today.day, person.is_some());
        polar::settle(&mut ask, &words, person.as_ref());
        if prepares {
            ask.topic.clear();
        } else if matches!(ask.shape, Shape::Lines(_)) {
            settle_short(&mut ask);
        }
        carry_on(&mut ask, last, found);
        carry_figures(&mut ask, last, today, pinned);
        if prepares {
            ask.intent = Intent::Prepare;
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
            Target::Workspace => {
                let survey = match &unsure {
                    _ if prepares => Survey::Plain,
                    Some(_) => {
                        ask.intent = Intent::Topic;
                        Survey::Plain
                    }
                    None => survey::settle(&mut ask, &words, person.is_some()),
                };
                parts.push(Part { survey, ..part(ask, words, target.clone()) });
            }
            Target::Account(_) => parts.push(part(ask, words, target.clone())),
        }
    }
    Ok(Resolved::Parts(parts))
}

/// An order, for each account it is for.
fn ordered_parts(
    wish: &Wish,
    whole: &Ask,
    target: &Target,
    person: Option<&Person>,
    found: &FoundAccounts,
) -> Vec<Part> {
    let targets: Vec<Target> = match target {
        Target::Several(accounts) => accounts.iter().take(4).cloned().map(Target::Account).collect(),
        one => vec![one.clone()],
    };
    let colleague = || {
        let colleagues = found.people.iter().flat_map(|mention| &mention.people);
        colleagues.clone().find(|person| person.side == Side::Team && person.email.is_some()).cloned()
    };
    let person = match wish.order {
        Order::Give(_) => colleague(),
        _ => person.cloned(),
    };
    let part = |target: Target| Part {
        wish: Some(wish.clone()),
        ..Part::new(whole.clone(), target, person.clone(), String::new())
    };
    targets.into_iter().map(part).collect()
}

/// What is asked in a place of a message that also orders something of the same account.
fn asked_beside(
    message: &str,
    (start, end): (usize, usize),
    names: &[(usize, usize)],
    today: Today,
    target: Target,
    person: Option<Person>,
) -> Part {
    let inside = names.iter().filter(|(from, to)| *from >= start && *to <= end);
    let names: Vec<(usize, usize)> = inside.map(|(from, to)| (from - start, to - start)).collect();
    let asked = &message[start..end];
    let words = stripped(asked, &names);
    let mut ask = question::read(asked, &names, today, true);
    settle(&mut ask, &words, today.day, person.is_some());
    polar::settle(&mut ask, &words, person.as_ref());
    Part::new(ask, target, person, words)
}

/// A mail to draft.
fn mail_part(mail: &Mail, ask: &Ask, target: Target, person: Option<&Person>, words: &str) -> Part {
    Part { mail: Some(mail.clone()), ..Part::new(ask.clone(), target, person.cloned(), words.to_owned()) }
}

/// What a message changes of the last draft, where it says nothing else.
fn changed_mail(message: &str, found: &FoundAccounts, context: &TurnContext) -> Option<Resolved> {
    let before = mail::drafted_before(&context.history)?;
    let account = before.accounts.first()?.clone();
    let elsewhere = found
        .accounts
        .iter()
        .any(|mention| mention.exact && !mention.candidates.iter().any(|candidate| candidate.domain == account.domain));
    let named = mail::named(found);
    let mail = mail::changes(message, named.as_deref()).filter(|_| !elsewhere)?;
    let ask = question::read(message, &name_ranges(found), context.today(), context.pinned.is_some());
    Some(Resolved::Parts(vec![mail_part(&mail, &ask, Target::Account(account), None, message)]))
}

/// The mentions that stand in a place of the question; all of them where none does.
fn within(found: &FoundAccounts, (start, end): (usize, usize)) -> FoundAccounts {
    let mut kept = found.clone();
    kept.accounts.retain(|mention| mention.start >= start && mention.end <= end);
    if kept.accounts.is_empty() { found.clone() } else { kept }
}

fn several(mut accounts: Vec<AccountBrief>) -> Target {
    if accounts.len() == 1 { Target::Account(accounts.remove(0)) } else { Target::Several(accounts) }
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
