//! How a promise and a summing-up begin.

/// Ways to begin a promise in the first person.
pub(in crate::model::reader) const FIRST_PERSON: [&str; 14] = [
    "i'll",
    "we'll",
    "i will",
    "we will",
    "i shall",
    "we shall",
    "i am going to",
    "i'm going to",
    "we're going to",
    "we are going to",
    "i promise to",
    "we promise to",
    "i commit to",
    "we commit to",
];

/// Ways to promise something without naming the deed: the customer "will have" it.
pub(in crate::model::reader) const YOU_WILL_HAVE: [&str; 10] = [
    "you'll have",
    "you will have",
    "you'll get",
    "you will get",
    "you'll receive",
    "you will receive",
    "you'll hear",
    "you will hear",
    "you'll see",
    "you shall have",
];

/// Ways to offer; a promise when a day is named or the offer is accepted.
pub(in crate::model::reader) const OFFER: [&str; 12] = [
    "i can",
    "we can",
    "i could",
    "we could",
    "shall i",
    "should i",
    "do you want me to",
    "would you like me to",
    "want me to",
    "happy to",
    "glad to",
    "i'd",
];

/// Words between the beginning of a promise and its verb.
pub(in crate::model::reader) const ADVERBS: [&str; 24] = [
    "just",
    "also",
    "then",
    "personally",
    "definitely",
    "certainly",
    "gladly",
    "happily",
    "absolutely",
    "surely",
    "be sure to",
    "go ahead and",
    "both",
    "immediately",
    "quickly",
    "first",
    "separately",
    "myself",
    "actually",
    "simply",
    "please",
    "in turn",
    "uh",
    "um",
];

/// Words that open a summing-up.
pub(in crate::model::reader) const RECAP: [&str; 22] = [
    "so",
    "okay so",
    "ok so",
    "right so",
    "all right so",
    "to recap",
    "recap",
    "to summarize",
    "to summarise",
    "to sum up",
    "in summary",
    "action items",
    "actions",
    "next steps",
    "so next steps",
    "let me recap",
    "just to recap",
    "in writing",
    "as agreed",
    "so to recap",
    "from our side",
    "summary",
];
