//! What people speak of in many ways, told by how sentences put it: a contact who left, another supplier, a discount,
//! the price.

/// Themes people speak of in many ways: what they are called, what the question says, and how sentences put it.
pub struct Known {
    pub title: &'static str,
    pub many: &'static str,
    pub one: &'static str,
    pub queries: &'static [&'static str],
    pub telling: &'static [&'static str],
    /// Whether only what the team did not say itself counts.
    pub of_customers: bool,
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
        "my last day at",
        "starts today as",
        "has gone to another company",
    ],
    telling: &[
        "took over",
        "takes over",
        "taking over",
        "take over",
        "taken over",
        "handing over",
        "handed over",
        "hand over to",
        "my successor",
        "her successor",
        "his successor",
        "replaces",
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
        "my last day",
        "'s last day",
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
        "resign",
        "has gone to",
        "starts today as",
        "started as",
        "let go",
    ],
    of_customers: false,
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
    of_customers: false,
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
    of_customers: false,
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
        "over budget",
        "cut the price",
        "the price up",
    ],
    of_customers: true,
};

const INCIDENTS: Known = Known {
    title: "an outage or fault of ours",
    many: "speak of",
    one: "speaks of",
    queries: &[
        "outage incident downtime",
        "bug our fault sorry apologise",
        "was down not available",
        "root cause post-mortem what happened",
        "false alarm sent twice wrong data",
    ],
    telling: &[
        "outage",
        "incident",
        "downtime",
        "was down",
        "were down",
        "went down",
        " bug",
        "our fault",
        "our mistake",
        "our error",
        "apolog",
        "sorry, that was our",
        "sorry for the",
        "sorry about the",
        "post-mortem",
        "root cause",
        "failed to",
    ],
    of_customers: false,
};

/// Sentences that find fault.
pub const FAULT: [&str; 40] = [
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

/// The theme a question is for.
pub fn known(said: &[String]) -> Option<&'static Known> {
    let any = |list: &str| list.split_whitespace().any(|word| said.iter().any(|said| said == word));
    let contact = any("contact contacts champion champions sponsor sponsors stakeholder stakeholders");
    if contact
        && any(
            "left leave leaves leaving leaver change changed changes changing new replaced replace replaces replacement \
             lost lose loses losing gone departed switched swapped handover successor moved",
        )
    {
        return Some(&CONTACTS);
    }
    if any("competitor competitors competition rival rivals") && !any("vs versus")
        || any("alternatives elsewhere") && any("looking evaluating considering")
    {
        return Some(&COMPETITORS);
    }
    if any("discount discounts discounted rebate rebates concession concessions") {
        return Some(&DISCOUNTS);
    }
    if any("outage outages incident incidents downtime apologise apologize apology apologised apologized") {
        return Some(&INCIDENTS);
    }
    let price = any("price prices pricing cost costs expensive");
    let objects = any(
        "complain complained complains complaining complaint complaints object objected objects objection objections \
         unhappy pushback pushed expensive upset angry grumbled moaned",
    );
    (price && objects).then_some(&PRICES)
}
