//! What a question over all accounts is answered from when it is for no state of theirs: what they asked for, or what
//! was said and written about a theme.

use serde::Serialize;

use super::condition;
use super::question::{Ask, Intent, records};
use crate::domain::activity::SignalKind;
use crate::domain::time::Window;
use crate::domain::tool::portfolio::Portfolio;
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
}

/// Themes people speak of in many ways: what they are called, what the question says, and how sentences put it.
struct Known {
    title: &'static str,
    many: &'static str,
    one: &'static str,
    queries: &'static [&'static str],
    telling: &'static [&'static str],
}

const CONTACTS: Known = Known {
    title: "a change of contact",
    many: "speak of",
    one: "speaks of",
    queries: &[
        "took over from",
        "takes over my accounts new contact",
        "left the company",
        "is leaving the company last day",
        "new contact",
        "replaced successor replaces",
        "handover of responsibilities",
        "new champion joined",
    ],
    telling: &[
        "took over",
        "takes over",
        "taking over",
        "take over",
        "taken over",
        "handing over",
        "handed over",
        "handover",
        "hand over to",
        "successor",
        "replaces",
        "replaced by",
        "replacing",
        "will replace",
        "has left",
        "have left",
        "is leaving",
        "leaves the company",
        "leaving the company",
        "left the company",
        "i'm leaving",
        "i am leaving",
        "no longer with",
        "no longer works",
        "last day",
        "new contact",
        "new main contact",
        "new champion",
        "lost our champion",
        "moved on",
        "moves on",
        "in charge from",
        "your contact from",
        "contact is now",
        "is my last",
        "retire",
        "resign",
        "let go",
    ],
};

const COMPETITORS: Known = Known {
    title: "another supplier",
    many: "speak of",
    one: "speaks of",
    queries: &[
        "competitor alternative",
        "quote from another vendor cheaper",
        "demo trial of another tool",
        "switch to another vendor",
        "evaluating other vendors",
    ],
    telling: &[
        "competitor",
        "alternative",
        "other vendor",
        "another vendor",
        "other supplier",
        "other tool",
        "another tool",
        "quoted",
        "quote from",
        "cheaper",
        "switch to",
        "switching to",
        "move to ",
        "moving to",
        "evaluating",
        "demo of",
        "demo with",
        "a demonstration",
        "looking at",
        "looked at",
        "instead of us",
        "shopping around",
    ],
};

const DISCOUNTS: Known = Known {
    title: "a discount",
    many: "speak of",
    one: "speaks of",
    queries: &["discount", "percent off the list price", "discount offer valid until", "percent less for three years"],
    telling: &[
        "discount",
        "percent off",
        "% off",
        "off the list",
        "rebate",
        "% less",
        "percent less",
        "price reduction",
        "less 1",
        "less 2",
        "% auf",
        "free month",
        "waive",
    ],
};

const PRICES: Known = Known {
    title: "the price",
    many: "object to",
    one: "objects to",
    queries: &[
        "price too expensive",
        "cheaper quote",
        "price increase too high",
        "too much money cost",
        "budget cost objection",
    ],
    telling: &[
        "expensive",
        "cheaper",
        "too much",
        "too high",
        "too steep",
        "steep",
        "pricey",
        "overpriced",
        "costs more",
        "can't afford",
        "cannot afford",
        "objects to",
        "increase",
        "less than you",
        "under that",
        "undercut",
        "for half",
        "a truck was",
        "not worth",
        "lot of money",
        "price is the",
        "over budget",
        "cut the price",
        "the price up",
    ],
};

/// Sentences that find fault.
const FAULT: [&str; 40] = [
    "complain",
    "unhappy",
    "not happy",
    "annoy",
    "frustrat",
    "angry",
    "fed up",
    "slow",
    "broken",
    "wrong",
    "problem",
    "object",
    "disappoint",
    "not work",
    "n't work",
    "stopped working",
    "can't",
    "cannot",
    "terrible",
    "awful",
    " bad",
    "worse",
    "late",
    "missing",
    "fail",
    "unacceptable",
    "useless",
    "still not",
    "never",
    "too many",
    "too much",
    "false",
    "lost",
    "crash",
    "wait",
    "again",
    "trouble",
    "confus",
    "hard to",
    "mess",
];

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
    let said: Vec<String> = language::words(words).into_iter().map(|word| word.lower.into_owned()).collect();
    let any = |list: &str| list.split_whitespace().any(|word| said.iter().any(|said| said == word));
    if person || matches!(ask.intent, Intent::Releases | Intent::Compare) {
        return Survey::Plain;
    }
    let topic: Vec<String> =
        ask.subject.iter().filter(|word| !DOING.contains(&word.to_lowercase().as_str())).cloned().collect();
    let beyond = condition::beyond(&topic);
    let wish = matches!(ask.intent, Intent::Askers | Intent::Requests)
        || any("ask asked asking asks want wants wanted wish wishes requested requesting requests");
    let promises = ask.intent == Intent::Commitments;
    if let Some(known) = known(&said, wish || promises).filter(|_| !records::any(&ask.filter)) {
        return Survey::Said(Theme {
            title: known.title.to_owned(),
            many: known.many,
            one: known.one,
            queries: known.queries.iter().map(|query| (*query).to_owned()).collect(),
            telling: known.telling,
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
        return Survey::Said(Theme { many: "complain about", one: "complains about", telling: &FAULT, ..on(&beyond) });
    }
    if promises {
        return Survey::Plain;
    }
    let about_money = ask.intent == Intent::Revenue && ask.filter.renews != Window::ALWAYS;
    if filtered || ask.one.is_some() || about_money {
        ask.intent =
            if matches!(ask.intent, Intent::Askers | Intent::Requests) { ask.intent.clone() } else { Intent::Accounts };
        if ask.intent == Intent::Accounts {
            return Survey::Plain;
        }
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
    Survey::Said(on(if ask.intent == Intent::Accounts { &beyond } else { &topic }))
}

/// The words of a wish's topic without those that only say that it is one.
fn only(topic: &[String]) -> Vec<String> {
    topic.iter().filter(|word| !DOING.contains(&word.to_lowercase().as_str())).cloned().collect()
}

/// Whatever is said on a topic.
fn on(topic: &[String]) -> Theme {
    let title = topic.join(" ");
    Theme { queries: vec![title.clone()], title, many: "speak of", one: "speaks of", telling: &[] }
}

/// The theme a question is for.
fn known(said: &[String], wish: bool) -> Option<&'static Known> {
    let any = |list: &str| list.split_whitespace().any(|word| said.iter().any(|said| said == word));
    let contact = any("contact contacts champion champions sponsor sponsors stakeholder stakeholders");
    if contact
        && any(
            "left leave leaves leaving leaver change changed changes changing new replaced replace replaces replacement \
             lost gone departed switched swapped handover successor moved",
        )
    {
        return Some(&CONTACTS);
    }
    if any("competitor competitors competition rival rivals") && !any("vs versus")
        || any("alternatives elsewhere") && any("looking evaluating considering")
    {
        return Some(&COMPETITORS);
    }
    if !wish && any("discount discounts discounted rebate rebates concession concessions") {
        return Some(&DISCOUNTS);
    }
    let price = any("price prices pricing cost costs expensive");
    let objects = any(
        "complain complained complains complaining complaint complaints object objected objects objection objections \
         unhappy pushback pushed expensive upset angry grumbled moaned",
    );
    (price && objects).then_some(&PRICES)
}

/// Whether a question without anything but a name asks where people of that name are.
pub fn whereabouts(ask: &Ask, words: &str) -> bool {
    let said: Vec<String> = language::words(words).into_iter().map(|word| word.lower.into_owned()).collect();
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
