//! The words by which a line of release notes says what is there, what is not, and what only partly.

/// Words that say a thing is not there. `|` parts alternatives, `*` stands for up to three words, `^` and `$` for the
/// ends of the clause.
pub const ABSENT: [&str; 27] = [
    "not yet",
    "not|isn't|aren't|cannot|can't|doesn't|don't|won't|wasn't * yet",
    "not|isn't|aren't|wasn't|weren't|longer * available|supported|included|possible|covered|part|ready|offered|implemented",
    "not in|for this|the version|release|update",
    "do|does|will not include|cover|support|work|apply|be",
    "doesn't|don't|won't include|cover|support|work|apply|be",
    "did not|didn't make it",
    "is|are|been|was|were|being|now deprecated|discontinued|retired|withdrawn|postponed|delayed|shelved|sunset|abandoned",
    "been|was|were removed|cancelled|canceled|dropped|reverted|disabled|pulled|paused|stopped",
    "been|was|were pushed|put|taken|rolled|turned|switched back|off|out",
    "will|to be removed|retired|discontinued|disabled|withdrawn|cancelled|canceled|dropped",
    "^ removed|deprecated|discontinued|retired|dropped|withdrawn|postponed",
    "being|been phased out",
    "goes|going|go away",
    "end of life",
    "stays|remains|stay|remain * at|unchanged|unsupported|unavailable",
    "on hold",
    "unavailable",
    "unsupported",
    "no support for",
    "still|is|are missing",
    "missing from this|the",
    "slipped to|into",
    "had to pull|remove|withdraw|postpone|drop",
    "we|have removed|withdrawn|postponed|paused|dropped",
    "without support for",
    "unfortunately",
];

/// Words that say a thing is still to come.
pub const LATER: [&str; 24] = [
    "is|are|still|being|been planned",
    "planned for|in|next|soon|later",
    "planned $",
    "on the|our roadmap",
    "no date",
    "is|are coming",
    "coming soon|later|next|shortly|in",
    "come|comes later|next|soon|shortly|with|in",
    "will follow|come|arrive",
    "will be available|added|supported|possible|ready|released|shipped",
    "follow|follows later|soon|next|shortly|over|in|$",
    "in a later|future|coming|following version|release|update",
    "in the next|coming|following version|release|update",
    "working on",
    "later this|next year|month|quarter|week|summer|autumn|fall|spring|winter",
    "is|are|be expected",
    "is|are scheduled|targeted|slated|due for|in|by",
    "under|in development",
    "in the works",
    "under review|consideration",
    "^ soon",
    "soon $",
    "stay tuned",
    "next step|steps",
];

/// Words that say only a part is there, or for some.
pub const SOME: [&str; 40] = [
    "beta",
    "alpha",
    "technical|tech|early|public|private|limited|open preview",
    "as|in a|* preview",
    "early access",
    "first step|version|part|iteration|phase|cut",
    "basic|simple|minimal|reduced version",
    "in|as a|* pilot",
    "experimental",
    "selected|some|few|certain accounts|customers|users|regions|workspaces|countries|plans|cases",
    "a small|limited group|number|set",
    "limited to",
    "with|some limitations|limits",
    "only for|on|in|with|available",
    "only $",
    "only for now",
    "for now",
    "for the time|moment being|$",
    "in the meantime",
    "so far",
    "at the moment",
    "initially",
    "to begin|start with",
    "starts|begins|starting|beginning with",
    "but not",
    "partially|partly available|supported|implemented",
    "partially|partly $",
    "currently only",
    "not all",
    "except|excluding|excludes",
    "apart from",
    "with the exception",
    "a subset",
    "on request",
    "rolling|rolled out gradually|slowly|to",
    "gradual|gradually|phased rollout|roll|available",
    "one way|direction only",
    "behind a feature|flag",
    "feature flag",
    "waitlist|waiting to try",
];

/// The same where it is said that it holds no longer.
pub const NO_PART: [&str; 3] =
    ["out of|leaves|left|leaving|exits|ended * beta|preview", "no longer * beta|preview|limited", "not only|limited"];

/// What nobody minds when it is no longer so.
pub const NO_LOSS: &str = "no longer need|needs|needed|have|has|require|requires|required|limited|capped|restricted|fail|fails|failing|crash|crashes|lose|loses|lost|slow|slows|freeze|freezes|block|blocks|blocked|break|breaks|hang|hangs|duplicate|duplicated|truncated|stuck|time|times|report|reports|show|shows|ignore|ignores|wait|waits";

/// What nobody minds when it is removed.
pub const BURDEN: [&str; 10] =
    ["limit", "limits", "cap", "restriction", "restrictions", "bug", "error", "errors", "delay", "bottleneck"];

/// Words of a wish to be rid of something: then its end is what was asked for.
pub const RIDDING: [&str; 12] =
    ["remove", "removed", "removing", "stop", "disable", "disabled", "hide", "hidden", "rid", "off", "skip", "without"];

/// Words by which work done by hand is only one way of several, or gone.
pub const BESIDES_BY_HAND: [&str; 9] = ["or", "and", "no", "not", "without", "instead", "besides", "also", "longer"];

/// Words that point to what the line spoke of before.
pub const POINTING: [&str; 20] = [
    "more",
    "further",
    "other",
    "others",
    "rest",
    "these",
    "those",
    "they",
    "it",
    "them",
    "this",
    "that",
    "yet",
    "later",
    "next",
    "soon",
    "remaining",
    "everything",
    "everyone",
    "both",
];

/// Words a clause begins with that only sets the scene.
pub const SETTING: [&str; 12] =
    ["in", "with", "for", "from", "as", "when", "after", "since", "until", "due", "because", "if"];

/// Headings under which stands what is not there.
pub const NOT_THERE: [&str; 10] = [
    "known limits|limitations|issues|problems|gaps",
    "limits|limitations $",
    "not included|supported|available|yet",
    "coming soon|next|later|up",
    "what's next",
    "deprecated|deprecations|removed|removals",
    "planned",
    "on the roadmap",
    "roadmap",
    "discontinued",
];
