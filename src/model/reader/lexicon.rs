//! The words the rules go by, as tables. A phrase is written in lower case, its words parted by one space.

/// Ways to begin a promise in the first person.
pub(super) const FIRST_PERSON: [&str; 14] = [
    "i'll", "we'll", "i will", "we will", "i shall", "we shall", "i am going to", "i'm going to", "we're going to",
    "we are going to", "i promise to", "we promise to", "i commit to", "we commit to",
];

/// Ways to promise something without naming the deed: the customer "will have" it.
pub(super) const YOU_WILL_HAVE: [&str; 10] = [
    "you'll have", "you will have", "you'll get", "you will get", "you'll receive", "you will receive", "you'll hear",
    "you will hear", "you'll see", "you shall have",
];

/// Ways to offer; a promise when a day is named or the offer is accepted.
pub(super) const OFFER: [&str; 12] = [
    "i can", "we can", "i could", "we could", "shall i", "should i", "do you want me to", "would you like me to",
    "want me to", "happy to", "glad to", "i'd",
];

/// Words between the beginning of a promise and its verb.
pub(super) const ADVERBS: [&str; 24] = [
    "just", "also", "then", "personally", "definitely", "certainly", "gladly", "happily", "absolutely", "surely",
    "be sure to", "go ahead and", "both", "immediately", "quickly", "first", "separately", "myself", "actually", "simply",
    "please", "in turn", "uh", "um",
];

/// Deeds of several words one can be held to.
pub(super) const PHRASAL_DEEDS: [&str; 24] = [
    "make sure", "see to", "take care of", "look into", "put together", "put you in touch", "come back", "get back",
    "let you know", "let you both know", "let her know", "let him know", "let them know", "walk you through",
    "give you a call", "give you the", "keep you posted", "keep you updated", "set up", "talk to", "speak to", "speak with",
    "talk with", "get you",
];

/// Deeds one can be held to.
pub(super) const DEEDS: [&str; 132] = [
    "send", "mail", "e-mail", "email", "forward", "share", "deliver", "write", "draft", "prepare", "ship", "fix",
    "provide", "submit", "upload", "publish", "document", "introduce", "schedule", "book", "run", "replay", "pay",
    "refund", "credit", "sign", "countersign", "approve", "escalate", "raise", "install", "migrate", "roll", "set",
    "follow", "find", "investigate", "dig", "check", "confirm", "circle", "ping", "call", "ring", "phone", "text",
    "add", "update", "build", "open", "file", "order", "review", "test", "announce", "invite", "restore", "rebuild",
    "reset", "remove", "cancel", "extend", "honour", "honor", "arrange", "organise", "organize", "handle", "chase",
    "nudge", "push", "process", "reproduce", "enable", "switch", "turn", "finish", "merge", "redo", "transfer",
    "resubmit", "complete", "release", "deploy", "configure", "connect", "report", "pull", "collect", "compile",
    "calculate", "measure", "gather", "get", "provision", "train", "onboard", "outline", "summarise", "summarize",
    "post", "resend", "drop", "loop", "print", "export", "import", "recalculate", "correct", "replace", "resolve",
    "revert", "rotate", "patch", "waive", "issue", "return", "flag", "prioritise", "prioritize", "clarify", "copy",
    "join", "present", "match", "reissue", "reschedule", "scope", "verify", "map", "clean", "cover",
];

/// Deeds too vague to count without a day, a recap or somebody they are done for.
pub(super) const VAGUE_DEEDS: [&str; 24] = [
    "ask", "tell", "mention", "note", "log", "start", "show", "put", "look", "do", "bring", "give", "move", "talk",
    "speak", "read", "try", "come", "let", "keep", "take", "work", "record", "hand",
];

/// Verb phrases that promise nothing, although their verb may.
pub(super) const EMPTY_DEEDS: [&str; 66] = [
    "let you go", "let you get", "let you run", "get going", "get out of", "get there", "get used", "get over",
    "give you that", "give you an example", "give it a", "give it some", "give you two", "take it", "take that",
    "take them", "take less", "take your word", "take a look at that later", "take the", "take what", "put it this way",
    "put it bluntly", "put it differently", "tell you what", "tell you why", "tell you how", "tell you something",
    "tell you a", "tell you the truth", "call it", "call that", "call you", "call this", "run out", "run into",
    "read it", "read you", "read that", "turn into", "find out the hard", "finish my", "finish the sentence", "check out",
    "return the favor", "return the favour", "come to that", "come to it", "come clean", "look forward", "look silly",
    "look at the ceiling", "look stupid", "keep it short", "keep that in mind", "keep this short", "keep quiet",
    "drop off", "have a look", "pay for", "sign off", "start with", "start by", "match that", "cover that", "get to",
];

/// Small words after a verb that belong to it.
pub(super) const PARTICLES: [&str; 12] =
    ["up", "out", "off", "on", "over", "back", "in", "into", "through", "down", "around", "together"];

/// Words that make a promise weaker.
pub(super) const HEDGES: [&str; 22] = [
    "probably", "maybe", "perhaps", "might", "possibly", "hopefully", "try to", "see if", "see whether", "i think",
    "i guess", "think about", "consider", "we'll see", "at some point", "eventually", "one day", "some day", "someday",
    "in theory", "ideally", "if i can",
];

/// Words that take a promise back or never meant it.
pub(super) const NOT_MEANT: [&str; 34] = [
    "can't promise", "cannot promise", "couldn't promise", "can't commit", "cannot commit", "won't promise",
    "not promising", "not a promise", "no promises", "don't want to promise", "not going to promise",
    "not asking for a promise", "can't guarantee", "wouldn't promise", "not able to promise", "unable to promise",
    "oh sure", "oh yeah sure", "yeah right", "sure sure", "clone myself", "when pigs fly", "hell freezes", "as if",
    "in my dreams", "with what army", "magic wand", "in my spare time", "between the tornado", "oh great",
    "oh wonderful", "just kidding", "i'm joking", "i'm kidding",
];

/// Words that report what somebody said, thought or wished.
pub(super) const REPORTING: [&str; 22] = [
    "said", "says", "say", "saying", "told", "tells", "thought", "thinks", "promised", "claimed", "claims", "heard",
    "assumed", "hoped", "hope", "wish", "wished", "asked", "wrote", "suppose", "pretend", "imagine",
];

/// Conditions that are only good manners: "if you like" takes nothing back.
pub(super) const POLITE_IFS: [&str; 14] = [
    "if you like", "if you want", "if that's ok", "if that's okay", "if that helps", "if that works", "if it helps",
    "if that's all right", "if you don't mind", "if i may", "if needed", "if useful", "if you'd like", "if you prefer",
];

/// Ways to say yes to a request.
pub(super) const ACCEPTANCES: [&str; 38] = [
    "sure", "yes", "yep", "yeah", "yup", "of course", "will do", "absolutely", "happy to", "no problem", "can do",
    "consider it done", "i can do that", "we can do that", "definitely", "certainly", "gladly", "you got it", "on it",
    "no worries", "okay", "ok", "i will", "we will", "you'll have it", "done", "leave it with me", "i'll do that",
    "we'll do that", "with pleasure", "that's fine", "that's easy", "not a problem", "very well", "understood", "agreed",
    "right away", "i can",
];

/// Beginnings that sound like a yes and are not one, or not to the request.
pub(super) const NOT_ACCEPTING: [&str; 20] = [
    "not", "but", "no", "sure,  but", "can't", "cannot", "won't", "don't", "isn't", "depends", "maybe", "if", "hm", "well",
    "what", "which", "why", "how", "who", "unless",
];

/// Ways to take up an offer.
pub(super) const TAKEN_UP: [&str; 22] = [
    "please", "yes please", "please do", "yes", "that'd be great", "that would be great", "that'd be good",
    "that would be good", "that would help", "that'd help", "perfect", "great", "do that", "lovely", "good", "wonderful",
    "yeah", "sure", "that'd be really useful", "that would be useful", "that'd be useful", "thank you",
];

/// Ways to ask somebody for something.
pub(super) const ASKS: [&str; 22] = [
    "can you", "could you", "would you", "will you", "can we get", "could we get", "can i get", "could i get",
    "can we have", "could we have", "can i have", "could i have", "may i have", "may we have", "can somebody",
    "could somebody", "can someone", "could someone", "would you mind", "i need you to", "i'd like you to", "i want you to",
];

/// Deeds done within the conversation itself; asking for them asks for nothing after it.
pub(super) const IN_CONVERSATION: [&str; 26] = [
    "tell", "show", "explain", "say", "repeat", "hear", "see", "walk", "remind", "imagine", "believe", "understand",
    "define", "guess", "think", "mean", "know", "stop", "wait", "hold", "speak", "mute", "unmute", "elaborate", "spell",
    "describe",
];

/// Words that open a summing-up.
pub(super) const RECAP: [&str; 22] = [
    "so", "okay so", "ok so", "right so", "all right so", "to recap", "recap", "to summarize", "to summarise",
    "to sum up", "in summary", "action items", "actions", "next steps", "so next steps", "let me recap", "just to recap",
    "in writing", "as agreed", "so to recap", "from our side", "summary",
];
