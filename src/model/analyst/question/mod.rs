//! Understands a question: what is asked, about which stretch of time, which topic, which side.

mod billing;
mod calculation;
mod cues;
mod detect;
mod facet;
mod filter;
mod intent;
pub mod lead;
mod learned;
mod lexicon;
mod meeting;
mod ordered;
mod presence;
mod reach;
pub mod records;
mod shape;
mod superlative;
mod token;
pub mod when;

use super::kept::Kept;
use crate::domain::activity::Side;
use crate::domain::time::Today;
use crate::domain::tool::activity::WantedFact;
use crate::domain::tool::portfolio::{Grouping, Portfolio};
pub use calculation::{Calculation, Measure, Operation};
pub use intent::{Facet, Intent};
pub use lexicon::knows as is_everyday_word;
pub use meeting::Meetings;
pub use presence::Presence;
pub use shape::Shape;
use token::Token;
use when::Stretch;
pub use when::day as day_named;

/// One thing asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// What kind of answer is wanted.
    pub intent: Intent,
    /// Whether the rules and what was learned agree on it.
    pub sure: bool,
    /// The stretch of time it is about.
    pub stretch: Option<Stretch>,
    /// "the last three": how many.
    pub count: Option<u32>,
    /// The words that name the topic, in order, as typed.
    pub topic: Vec<String>,
    /// Whose words or deeds are asked for, when the question tells.
    pub side: Option<Side>,
    /// Conditions on accounts, for questions over all of them.
    pub filter: Portfolio,
    /// The fact wanted: a date, a person, a number, yes or no.
    pub facet: Facet,
    /// Whether yes or no is asked for, whatever fact it is about.
    pub polar: bool,
    /// The kind of fact that answers it, where its words tell.
    pub fact: Option<WantedFact>,
    /// Whether it asks if somebody is there, or gone, should it name anybody.
    pub presence: Option<Presence>,
    /// What it asks of meetings, if anything.
    pub meetings: Option<Meetings>,
    /// Whether it points back at a call or e-mail just spoken of ("that call").
    pub that_record: bool,
    /// Whether it points back at a matter just spoken of ("it", "that").
    pub points_back: bool,
    /// Whether it points back at an account just spoken of ("them", "they").
    pub pronoun: bool,
    /// Whether it points back at a person just spoken of ("he", "her").
    pub he_or_she: bool,
    /// Whether it asks for what we owe somebody.
    pub owed_to: bool,
    /// Whether it asks for what came after a talk: "since our last call".
    pub since_talk: bool,
    /// Whether it asks for what a person said, wrote or promised.
    pub by_person: bool,
    /// Whether it plainly asks about all accounts.
    pub portfolio: bool,
    /// Whether it is for whoever it fits, should no account be known: "any failed payments".
    pub wide: bool,
    /// The arithmetic it asks for, over several accounts.
    pub calculation: Option<Calculation>,
    /// What figures it is for, over several accounts.
    pub measure: Option<Measure>,
    /// The shape the answer is to have.
    pub shape: Shape,
    /// What the first account is called, where one is asked for out of all: "our biggest account".
    pub one: Option<&'static str>,
    /// The words left when only framing and time are taken away, for the questions no tool of their own answers.
    pub subject: Vec<String>,
}

impl Ask {
    /// The topic as one phrase.
    #[must_use]
    pub fn topic_text(&self) -> String {
        self.topic.join(" ")
    }
}

/// What a reading depends on beside the words: the names, the day, and whether the chat is open on an account.
type Circumstances = (Vec<(usize, usize)>, Today, bool);

/// Reads `question`, leaving out the `names` (byte ranges of accounts and people found in it).
#[must_use]
pub fn read(question: &str, names: &[(usize, usize)], today: Today, pinned: bool) -> Ask {
    static KEPT: Kept<Circumstances, Ask> = Kept::new();
    KEPT.made(question, (names.to_vec(), today, pinned), || read_anew(question, names, today, pinned))
}

fn read_anew(question: &str, names: &[(usize, usize)], today: Today, pinned: bool) -> Ask {
    let surface = Surface::new(question, names, today, pinned);
    let cues = surface.cues();
    let pronoun = cues.any("they them their theirs it its he she his her him");
    let alone = names.is_empty() && !pronoun && !pinned;
    let (mut intent, mut sure) = learned::settle(&surface, alone);
    if matches!(intent, Intent::Score | Intent::ScoreHistory)
        && cues.any("usage adoption login logins")
        && !cues.any("score health level rating red amber critical risk")
    {
        intent = Intent::Usage;
    }
    if intent == Intent::Act && !ordered::orders(&cues) {
        // A verb that is also a command, in the middle of a question.
        (intent, sure) = (Intent::Topic, false);
    }
    let weighs = !intent.is_fixed() && ordered::weighs(&cues);
    if weighs {
        // "Thinking about untracking them, what do the records say": how they stand.
        (intent, sure) = (Intent::Overview, true);
    }
    if surface.stretch.as_ref().is_some_and(|stretch| stretch.named && stretch.ahead) && intent.is_of_what_was() {
        // No call and no usage of a day to come is on record; what was said of that day may be.
        (intent, sure) = (Intent::Topic, true);
    }
    let fact = facet::fact(&cues).filter(|(fact, words)| {
        // "What liability cap did we offer" is for the cap, not for a price.
        *fact != WantedFact::Offer || !topic(&surface.tokens, &Intent::Topic, words).iter().any(|word| tells_much(word))
    });
    // Such facts stand in what was said and written, whatever else the question is like.
    if fact.is_some() && !intent.is_fixed() {
        (intent, sure) = (Intent::Topic, true);
    }
    let meetings = meeting::meetings(&cues);
    if meetings.is_some() {
        (intent, sure) = (Intent::Overview, true);
    }
    let facet = facet::facet(&cues);
    // What is asked of meetings is all in the words that ask it.
    let fact = fact.filter(|_| meetings.is_none());
    let named = |intent: &Intent, telling_fact: &str| {
        if meetings.is_some() || weighs { Vec::new() } else { topic(&surface.tokens, intent, telling_fact) }
    };
    let topic_words = named(&intent, fact.map_or("", |(_, words)| words));
    let fact = fact.map(|(fact, _)| fact).or_else(|| facet::cause(&intent, facet, &cues, &topic_words));
    Ask {
        topic: topic_words,
        fact,
        side: facet::side(&cues),
        facet,
        polar: facet::polar(&cues),
        presence: presence::presence(&cues),
        meetings,
        that_record: cues.phrase(&["that|this|the", "call|meeting|email|e-mail|conversation|thread|message"])
            && !cues.phrase(&["the", "call|meeting", "with"]),
        points_back: cues.any("it that this those these"),
        pronoun,
        he_or_she: cues.any("he she his her him"),
        portfolio: surface.portfolio || alone && intent == Intent::Accounts,
        owed_to: cues.phrase(&["i|we|we've|us", "*", "owe|owed|promise|promised"])
            || cues.phrase(&["wait|waits|waiting|expect|expects|expecting", "*", "for|on|from"]),
        // A condition that is understood needs no word for whom it asks: "open deals".
        wide: reach::wide(&cues)
            || records::any(&surface.filter) && !reach::one_meant(&cues) && !cues.any("they them their he she his her"),
        one: superlative::one(&cues, &surface.filter),
        calculation: surface.calculation,
        measure: calculation::measure(&cues),
        shape: surface.shape,
        subject: named(&Intent::Topic, ""),
        by_person: facet::by_person(&cues, names),
        since_talk: intent == Intent::Changes && detect::since_talk(&cues),
        intent,
        sure,
        count: surface.count,
        filter: surface.filter.clone(),
        stretch: surface.stretch,
    }
}

/// Whether a word is more than an everyday one.
#[must_use]
pub fn tells_much(word: &str) -> bool {
    const EVERYDAY: usize = 600;
    crate::language::rank(&word.to_lowercase()).is_none_or(|rank| rank > EVERYDAY)
}

/// What the rules see in a question.
struct Surface<'a> {
    question: &'a str,
    /// The words that name neither an account, nor a person, nor a time.
    tokens: Vec<Token>,
    /// How many accounts and people are named.
    names: usize,
    stretch: Option<Stretch>,
    filter: Portfolio,
    calculation: Option<Calculation>,
    shape: Shape,
    count: Option<u32>,
    /// Whether it plainly asks about all accounts.
    portfolio: bool,
    /// What the rules take it to want.
    rule: Intent,
}

impl<'a> Surface<'a> {
    fn new(question: &'a str, names: &[(usize, usize)], today: Today, pinned: bool) -> Self {
        let mut tokens = token::tokens(question, names);
        let stretch = when::find(&tokens, today);
        if let Some(stretch) = &stretch {
            tokens.drain(stretch.first..stretch.after.min(tokens.len()));
        }
        let shape = shape::take(&mut tokens);
        let cues = cues::Cues::new(&tokens, question);
        let mut filter = filter::read(&cues, stretch.as_ref(), today.day);
        let count = count(&tokens);
        let calculation = calculation::read(&cues);
        if calculation.is_some_and(|asked| asked.operation == Operation::Groups(Grouping::Segment)) {
            // Segments that are named are groups, and no condition.
            filter.segment = None;
        }
        let portfolio = detect::portfolio(&cues, &filter, pinned, !names.is_empty());
        let mut rule = detect::read(&cues, portfolio, count);
        if rule == Intent::Compare
            && (pinned || names.len() == 1 && cues.any("vs versus compared"))
            && names.len() < 2
            && !portfolio
        {
            // "Active vs licensed seats": two things of one account.
            tokens.retain(|token| !matches!(token.stem.as_str(), "vs" | "versus" | "compar" | "comparison"));
            let cues = cues::Cues::new(&tokens, question);
            rule = detect::read(&cues, portfolio, count);
        }
        Self { question, names: names.len(), stretch, filter, calculation, shape, count, portfolio, rule, tokens }
    }

    fn cues(&self) -> cues::Cues<'_> {
        cues::Cues::new(&self.tokens, self.question)
    }
}

/// "last three calls", "3 latest emails", "top 5".
fn count(tokens: &[Token]) -> Option<u32> {
    tokens.iter().enumerate().find_map(|(index, token)| {
        let number = when::number(&token.fixed).filter(|number| (1..=50).contains(number))?;
        let near = |at: Option<usize>, words: &[&str]| {
            at.and_then(|at| tokens.get(at)).is_some_and(|token| words.contains(&token.fixed.as_str()))
        };
        let leads = near(
            index.checked_sub(1),
            &["last", "latest", "recent", "past", "previous", "top", "first", "biggest", "newest", "worst", "riskiest"],
        );
        // "Three enterprise accounts", "the two customers": so many of them.
        let of_accounts = (1..=3)
            .any(|step| near(Some(index + step), &["accounts", "customers", "clients", "companies", "renewals"]));
        let follows = of_accounts
            || near(
                Some(index + 1),
                &[
                    "last",
                    "latest",
                    "most",
                    "recent",
                    "biggest",
                    "calls",
                    "emails",
                    "meetings",
                    "conversations",
                    "riskiest",
                    "worst",
                    "accounts",
                ],
            );
        (leads || follows).then_some(number as u32)
    })
}

/// The words left when framing, time and the words that told the intent are taken away.
fn topic(tokens: &[Token], intent: &Intent, telling_fact: &str) -> Vec<String> {
    let steering = intent.own_words();
    let frames = |at: usize| lexicon::frames(&tokens[at].fixed);
    tokens
        .iter()
        .enumerate()
        .filter(|(at, token)| {
            // "their board meeting" is a topic, "the last meeting" is not; "how fast" asks for a measure.
            let named_meeting = matches!(token.fixed.as_str(), "meeting" | "call" | "meetings" | "calls")
                && at.checked_sub(1).is_some_and(|before| {
                    !frames(before)
                        && !matches!(tokens[before].fixed.as_str(), "last" | "first" | "next" | "previous")
                        && when::number(&tokens[before].fixed).is_none()
                });
            let measure = at.checked_sub(1).is_some_and(|before| tokens[before].fixed == "how");
            (!frames(*at) || named_meeting && *intent == Intent::Topic)
                && !measure
                && !steering.contains(&token.stem.as_str())
                && !telling_fact.split(' ').any(|word| word == token.fixed)
        })
        .map(|(_, token)| token)
        .filter(|token| token.fixed.chars().count() > 1 || token.fixed.chars().all(|letter| letter.is_ascii_digit()))
        .map(|token| token.text.clone())
        .collect()
}

/// Splits a message that asks two things into its parts, byte ranges of `question`.
#[must_use]
pub fn parts(question: &str) -> Vec<(usize, usize)> {
    const STARTS: [&str; 16] = [
        "what",
        "when",
        "who",
        "how",
        "why",
        "which",
        "did",
        "do",
        "does",
        "is",
        "are",
        "has",
        "have",
        "where",
        "summarize",
        "list",
    ];
    let words = crate::language::words(question);
    let mut cuts = vec![0];
    for (at, pair) in words.windows(2).enumerate() {
        let gap = &question[pair[0].end..pair[1].start];
        let asks = STARTS.contains(&pair[1].lower.as_ref());
        // "… and why", "… and by when" ask more of the same thing.
        let more = words.len() - at > 3;
        let joined = matches!(pair[0].lower.as_ref(), "and" | "also" | "plus") && asks && more;
        // A question word inside a clause ("ask what they …") does not start a new question; one after a break does.
        if joined
            || (gap.contains(['?', ';']) || gap.contains(". "))
                && (asks || matches!(pair[1].lower.as_ref(), "and" | "also"))
        {
            cuts.push(pair[1].start);
        }
    }
    cuts.push(question.len());
    let ranges: Vec<(usize, usize)> =
        cuts.windows(2).map(|cut| (cut[0], cut[1])).filter(|(start, end)| end > start).collect();
    if ranges.len() > 3 { vec![(0, question.len())] } else { ranges }
}

#[cfg(test)]
mod tests;
