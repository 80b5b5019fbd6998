//! What a question can want, and the words that say so and are not its topic.

use crate::domain::activity::SignalKind;
use crate::domain::record::RecordKind;

/// What kind of answer is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// A greeting, thanks, or what this can do.
    Help,
    /// To change something (route, untrack …).
    Act,
    /// To have an e-mail written.
    Draft,
    /// The state of an account.
    Overview,
    /// What to know before a meeting.
    Prepare,
    /// Why the score is what it is.
    Score,
    /// How likely it is to buy or to come back.
    Likelihood,
    /// How the score moved.
    ScoreHistory,
    /// What a CSM should do next.
    NextStep,
    /// What happened in a stretch of time.
    Changes,
    /// What was said in one or several calls.
    Calls,
    /// When there was contact last, or how often.
    Contact(Vec<RecordKind>),
    /// The latest e-mails and whether they were answered.
    Emails,
    /// What the customer asked for.
    Requests,
    /// Who asked for something, over all accounts.
    Askers,
    /// Whom to tell that what they asked for has shipped.
    CloseLoop,
    /// What was promised.
    Commitments,
    /// Contracts, payments, deals.
    Revenue,
    /// Product usage.
    Usage,
    /// Signals of some kinds, or the mood when none is named.
    Signals(Vec<SignalKind>),
    /// Who is who.
    People,
    /// Projects and notes.
    Work(RecordKind),
    /// What was shipped.
    Releases,
    /// Accounts by their state.
    Accounts,
    /// Two or more accounts side by side.
    Compare,
    /// What was said about something, or any fact in the records.
    Topic,
}

/// The fact a question wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    What,
    When,
    Who,
    HowMany,
    Why,
    YesNo,
    /// Renewal or end of a contract.
    Renewal,
    /// Payments.
    Payment,
    /// What it is worth.
    Amount,
}

impl Intent {
    /// One of each kind that has words of its own, see [`Intent::own_words`].
    pub const KINDS: [Self; 13] = [
        Self::Commitments,
        Self::Requests,
        Self::Calls,
        Self::Emails,
        Self::Changes,
        Self::Releases,
        Self::Work(RecordKind::Note),
        Self::Overview,
        Self::Signals(Vec::new()),
        Self::Revenue,
        Self::Usage,
        Self::People,
        Self::Score,
    ];

    /// Whether the words that told it leave no doubt.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        matches!(
            self,
            Self::Help
                | Self::Act
                | Self::Draft
                | Self::Compare
                | Self::Accounts
                | Self::Askers
                | Self::CloseLoop
                | Self::Likelihood
        )
    }

    /// Whether it is answered from what happened, so that it has no answer for a day to come.
    #[must_use]
    pub fn is_of_what_was(&self) -> bool {
        matches!(self, Self::Usage | Self::Changes | Self::Calls | Self::Contact(_) | Self::Emails | Self::ScoreHistory)
    }

    /// The label the examples have.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Act => "act",
            Self::Draft => "draft",
            Self::Overview => "overview",
            Self::Prepare => "prepare",
            Self::Score => "score",
            Self::Likelihood => "likelihood",
            Self::ScoreHistory => "score_history",
            Self::NextStep => "next_step",
            Self::Changes => "changes",
            Self::Calls => "calls",
            Self::Contact(_) => "contact",
            Self::Emails => "emails",
            Self::Requests | Self::Askers => "requests",
            Self::CloseLoop => "close_loop",
            Self::Commitments => "commitments",
            Self::Revenue => "revenue",
            Self::Usage => "usage",
            Self::Signals(_) => "signals",
            Self::People => "people",
            Self::Work(_) => "work",
            Self::Releases => "releases",
            Self::Accounts => "accounts",
            Self::Compare => "compare",
            Self::Topic => "topic",
        }
    }

    /// The intent with this label, without its details.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        Some(match label {
            "help" => Self::Help,
            "act" => Self::Act,
            "draft" => Self::Draft,
            "overview" => Self::Overview,
            "prepare" => Self::Prepare,
            "score" => Self::Score,
            "likelihood" => Self::Likelihood,
            "score_history" => Self::ScoreHistory,
            "next_step" => Self::NextStep,
            "changes" => Self::Changes,
            "calls" => Self::Calls,
            "contact" => Self::Contact(Vec::new()),
            "emails" => Self::Emails,
            "requests" => Self::Requests,
            "close_loop" => Self::CloseLoop,
            "commitments" => Self::Commitments,
            "revenue" => Self::Revenue,
            "usage" => Self::Usage,
            "signals" => Self::Signals(Vec::new()),
            "people" => Self::People,
            "work" => Self::Work(RecordKind::Project),
            "releases" => Self::Releases,
            "accounts" => Self::Accounts,
            "compare" => Self::Compare,
            "topic" => Self::Topic,
            _ => return None,
        })
    }

    /// Stems that told this intent and so are not its topic.
    #[must_use]
    pub fn own_words(&self) -> &'static [&'static str] {
        match self {
            Self::Commitments => &[
                "promis",
                "commit",
                "commit",
                "commitment",
                "open",
                "outstand",
                "overdu",
                "owe",
                "due",
                "action",
                "item",
                "follow",
                "deadlin",
                "unfulfil",
                "broke",
                "break",
                "anyth",
                "list",
                "everi",
                "side",
                "they'd",
                "they'll",
                "we'd",
                "do",
                "did",
                "done",
                "to-do",
                "todo",
                "hasn't",
                "haven't",
                "date",
                "send",
                "sent",
                "get",
                "got",
                "ever",
                "behind",
                "never",
                "long",
                "kept",
                "keep",
                "fulfil",
                "deliv",
                "deliver",
                "broken",
                "late",
                "still",
                "agre",
                "pend",
                "next",
                "step",
                "task",
                "yet",
            ],
            Self::Requests | Self::Askers => &[
                "request", "featur", "ask", "want", "wish", "need", "ship", "releas", "open", "mani", "most", "deliv",
                "version", "made", "wishlist", "ident", "product", "improv",
            ],
            Self::CloseLoop => &[
                "close", "loop", "tell", "told", "notifi", "inform", "announc", "wait", "ship", "releas", "version",
                "custom", "account", "know", "let", "news", "reach", "out", "contact", "peopl", "live", "asker", "ask",
                "hear", "final", "readi", "updat", "write", "email", "deliv", "built", "done",
            ],
            Self::Calls => &[
                "summar",
                "summari",
                "recap",
                "call",
                "meet",
                "key",
                "takeaway",
                "highlight",
                "point",
                "minut",
                "brief",
                "short",
                "happen",
            ],
            Self::Emails => &[
                "email",
                "e-mail",
                "mail",
                "summar",
                "summari",
                "recap",
                "unansw",
                "unanswered",
                "answer",
                "thread",
                "inbox",
            ],
            Self::Changes => &["chang", "new", "updat", "happen", "differ", "sinc"],
            Self::Releases => &["releas", "ship", "version", "note", "changelog", "new", "launch"],
            Self::Work(_) => &["project", "note", "statu", "progress", "rollout", "intern", "go", "track"],
            Self::Overview | Self::Prepare => &[
                "overview", "brief", "snapshot", "prep", "prepar", "rundown", "summari", "summar", "statu", "situat",
                "stori", "state", "latest", "go", "do", "thing", "today", "know", "qbr", "deal", "tell", "quick",
                "health", "meet", "call",
            ],
            Self::Signals(_) => &[
                "signal",
                "complain",
                "complaint",
                "prais",
                "happi",
                "unhappi",
                "nps",
                "score",
                "churn",
                "risk",
                "escal",
                "sentiment",
                "mood",
                "feedback",
                "satisfi",
                "dissatisfi",
                "promot",
                "detractor",
                "issu",
                "concern",
                "worri",
                "posit",
                "negat",
                "open",
            ],
            Self::Revenue => &[
                "arr",
                "mrr",
                "revenu",
                "contract",
                "invoic",
                "bill",
                "subscript",
                "renew",
                "pay",
                "paid",
                "payment",
                "unpaid",
                "overdu",
                "deal",
                "opportun",
                "spend",
                "worth",
                "expir",
                "trial",
                "plan",
                "currenc",
                "valu",
                "lost",
                "refund",
                "end",
                "date",
                "amount",
                "cost",
                "price",
                "year",
                "month",
                "annual",
                "total",
                "money",
                "due",
                "valid",
                "fail",
                "card",
                "much",
                "status",
                "statu",
                "go",
                "run",
                "up",
                "current",
                "debit",
                "direct",
                "settl",
                "charg",
                "next",
                "still",
                "recur",
                "size",
                "big",
            ],
            Self::Usage => &[
                "usag", "adopt", "util", "utilis", "login", "activ", "user", "seat", "licens", "licenc", "use",
                "product", "platform", "peopl", "trend", "go", "down", "up", "drop", "day", "week", "month", "mani",
                "much", "log", "sign", "peak", "grow", "declin", "number", "current", "daili", "averag", "paid",
                "fewer", "increas", "decreas", "anybodi", "nobodi", "somebodi", "left", "free", "chang", "look",
                "fall", "trial",
            ],
            Self::People => &[
                "contact",
                "stakehold",
                "champion",
                "sponsor",
                "owner",
                "csm",
                "attende",
                "particip",
                "decis",
                "maker",
                "main",
                "person",
                "who",
                "own",
                "manag",
                "handl",
                "run",
                "primari",
                "point",
                "peopl",
                "side",
                "attend",
                "join",
                "role",
                "titl",
                "there",
                "respons",
                "charg",
                "key",
                "email",
                "phone",
                "address",
                "left",
                "sign",
                "client",
            ],
            Self::Score | Self::ScoreHistory => &[
                "score",
                "health",
                "healthi",
                "unhealthi",
                "critic",
                "risk",
                "riski",
                "red",
                "amber",
                "green",
                "level",
                "reason",
                "factor",
                "driver",
                "driv",
                "wrong",
                "troubl",
                "posit",
                "negat",
                "good",
                "bad",
                "low",
                "high",
                "explain",
                "flag",
                "struggl",
                "break",
                "breakdown",
                "main",
                "biggest",
                "churn",
                "leav",
                "likeli",
                "danger",
                "rate",
                "chang",
                "move",
                "drop",
                "drag",
                "pull",
                "hurt",
                "help",
                "day",
                "point",
            ],
            _ => &[],
        }
    }
}
