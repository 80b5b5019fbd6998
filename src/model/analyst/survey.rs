//! What a question over all accounts is answered from when it is for no state of theirs: what they asked for, or what
//! was said and written about a theme.

use serde::Serialize;

use super::condition;
use super::question::{Ask, Intent, records};
use super::theme;
use crate::domain::activity::SignalKind;
use crate::domain::time::Window;
use crate::domain::tool::portfolio::{Portfolio, PortfolioOrder};
use crate::language;

/// How a question over all accounts is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Survey {
    /// By the tool its intent names.
    Plain,
    /// By who asked for it, else by who spoke of it.
    Asked(Theme),
    /// By who spoke of it.
    Said(Theme),
}

/// What is looked for in the words of all accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Theme {
    /// What it is called.
    pub title: String,
    /// What several accounts do about it, as a verb.
    pub many: &'static str,
    /// What one account does about it.
    pub one: &'static str,
    /// The searches for it.
    pub queries: Vec<String>,
    /// Words of which a sentence must have one; any sentence on the topic will do when empty.
    pub telling: &'static [&'static str],
    /// Whether only what the team did not say itself counts.
    pub of_customers: bool,
}

/// Words that tell what is done with a topic and are none themselves.
const DOING: [&str; 52] = [
    "use",
    "using",
    "uses",
    "used",
    "coming",
    "come",
    "have",
    "having",
    "got",
    "send",
    "sends",
    "sent",
    "customers",
    "accounts",
    "clients",
    "companies",
    "everyone",
    "everybody",
    "anyone",
    "anybody",
    "nobody",
    "total",
    "list",
    "show",
    "many",
    "across",
    "portfolio",
    "book",
    "complain",
    "complained",
    "complains",
    "complaining",
    "complaint",
    "complaints",
    "unhappy",
    "angry",
    "frustrated",
    "requested",
    "request",
    "requests",
    "wants",
    "wanting",
    "interested",
    "year",
    "month",
    "quarter",
    "week",
    "get",
    "getting",
    "brought",
    "raising",
    "who",
];

/// Settles what a question over all accounts is answered from.
pub fn settle(ask: &mut Ask, words: &str, person: bool) -> Survey {
    let said = language::lower_words(words);
    let any = |list: &str| list.split_whitespace().any(|word| said.iter().any(|said| said == word));
    if person || matches!(ask.intent, Intent::CloseLoop | Intent::Releases | Intent::Compare) {
        return Survey::Plain;
    }
    let topic = only(&ask.subject);
    let beyond = condition::beyond(&topic);
    let wish = matches!(ask.intent, Intent::Askers | Intent::Requests)
        || any("ask asked asking asks want wants wanted wish wishes requested requesting requests");
    let promises = ask.intent == Intent::Commitments;
    if let Some(known) = theme::known(&said).filter(|_| !records::any(&ask.filter)) {
        return Survey::Said(Theme {
            title: known.title.to_owned(),
            many: known.many,
            one: known.one,
            queries: known.queries.iter().map(|query| (*query).to_owned()).collect(),
            telling: known.telling,
            of_customers: known.of_customers,
        });
    }
    let faults = any("complain complained complains complaining complaint complaints unhappy angry frustrated upset");
    let mood_only = ask.filter
        == Portfolio {
            signals: ask.filter.signals.clone(),
            signals_window: ask.filter.signals_window,
            unhappy: ask.filter.unhappy,
            order: ask.filter.order,
            ..Portfolio::default()
        };
    let filtered = ask.filter != Portfolio { order: ask.filter.order, ..Portfolio::default() };
    if filtered && mood_only && faults && !ask.filter.signals.contains(&SignalKind::Nps) && !beyond.is_empty() {
        return Survey::Said(Theme {
            many: "complain about",
            one: "complains about",
            telling: &theme::FAULT,
            of_customers: true,
            ..on(&beyond)
        });
    }
    if promises {
        return Survey::Plain;
    }
    let about_money = ask.intent == Intent::Revenue && ask.filter.renews != Window::ALWAYS;
    let ordered = ask.filter.order != PortfolioOrder::default() && beyond.is_empty();
    let of_accounts = filtered || ordered || ask.one.is_some() || about_money;
    if of_accounts && !matches!(ask.intent, Intent::Askers | Intent::Requests) {
        ask.intent = Intent::Accounts;
        ask.topic = condition::beyond(&ask.topic);
        if !ask.filter.without.is_empty() {
            ask.topic.retain(|word| !word.eq_ignore_ascii_case("data"));
        }
        return Survey::Plain;
    }
    if wish {
        let wished: Vec<String> = if ask.topic.is_empty() { beyond.clone() } else { only(&ask.topic) };
        if wished.is_empty() {
            return Survey::Plain;
        }
        ask.topic.clone_from(&wished);
        return Survey::Asked(on(&wished));
    }
    if beyond.is_empty() {
        return Survey::Plain;
    }
    let of_whom = any(
        "who whom whose which anyone anybody everyone everybody somebody someone any all list show accounts account \
         customers customer clients companies across many",
    );
    if !of_whom && ask.intent != Intent::Accounts {
        // For something said, and not for who says it.
        ask.intent = Intent::Topic;
        ask.topic = topic;
        return Survey::Plain;
    }
    Survey::Said(on(if ask.intent == Intent::Accounts { &beyond } else { &topic }))
}

/// The words of a topic without those that only tell what is done with it.
fn only(topic: &[String]) -> Vec<String> {
    topic.iter().filter(|word| !DOING.contains(&word.to_lowercase().as_str())).cloned().collect()
}

/// Whatever is said on a topic.
fn on(topic: &[String]) -> Theme {
    let title = topic.join(" ");
    Theme { queries: vec![title.clone()], title, many: "speak of", one: "speaks of", telling: &[], of_customers: false }
}

/// Whether a question without anything but a name asks where people of that name are.
pub fn whereabouts(ask: &Ask, words: &str) -> bool {
    let said = language::lower_words(words);
    let any = |list: &str| list.split_whitespace().any(|word| said.iter().any(|said| said == word));
    let asks = any("where which many any list who all");
    let ours = any("where we i do have there accounts account customers work works is called named");
    asks && ours
        && condition::beyond(&ask.subject).iter().all(|word| {
            matches!(
                word.to_lowercase().as_str(),
                "called" | "named" | "name" | "people" | "somebody" | "work" | "works"
            )
        })
        && any("where have works work called named many")
}
