//! Short replies: what went wrong and what to do, which account is meant, where an answer went, what can be typed.

use super::Message;
use super::action_id::{ACCOUNT_CHOOSE, AccountValue, ChooseValue, HOME_ASK, Sent, numbered};
use super::block::{Button, actions, context, section};
use super::escape::{bold, line, mrkdwn};
use super::when::{clock, plain_clock};
use crate::domain::health::Level;
use crate::domain::text::clipped;
use crate::domain::time::Moment;
use crate::domain::tool::account::AccountBrief;

/// The most accounts offered to choose from.
const CHOICES: usize = 8;
/// The longest sentence of somebody else's.
const SENTENCE: usize = 600;

/// One sentence, ours or one that the domain words.
#[must_use]
pub fn plain(sentence: &str) -> Message {
    let sentence = clipped(sentence, SENTENCE);
    Message::new(&sentence, vec![section(mrkdwn(&sentence))])
}

/// Something failed. `what` says what in a sentence, `todo` what the reader can do.
#[must_use]
pub fn failed(what: &str, todo: &str, request: &str) -> Message {
    let (what, todo) = (clipped(what, SENTENCE), clipped(todo, SENTENCE));
    let blocks = vec![
        section(format!("⚠️ {}\n{}", line(&what), line(&todo))),
        context(&[format!(
            "Request `{}`. Name it when you report this.",
            line(&clipped(request, 80)).replace('`', "")
        )]),
    ];
    Message::new(&format!("{what} {todo} Request {request}."), blocks)
}

/// A name that could mean several accounts, or none we know: which one? Nothing is done before that is settled.
#[must_use]
pub fn which_account(words: &str, candidates: &[AccountBrief], then: &str) -> Message {
    let words = clipped(words, 80);
    if candidates.is_empty() {
        let said = format!("I know no account called “{words}”. Nothing was done.");
        let todo = "Write its domain, such as `hooli.com`, or the name as your CRM has it.";
        let blocks = vec![section(format!("{}\n{todo}", line(&said)))];
        return Message::new(&format!("{said} Write its domain, or the name as your CRM has it."), blocks);
    }
    let shown = &candidates[..candidates.len().min(CHOICES)];
    let said = match shown {
        [one] => format!("I know no account called “{words}”. Did you mean {}?", one.name),
        _ => format!("“{words}” could be one of {} accounts. Which one?", candidates.len()),
    };
    let lines = shown.iter().map(|account| {
        let owner = account.owner_email.as_deref().unwrap_or("no owner");
        let dot = account.level.map_or("⚪", dot);
        let told = line(&format!("{} · {}", clipped(&account.domain, 60), clipped(owner, 60)));
        format!("{dot} {}  {told}", bold(&clipped(&account.name, 60)))
    });
    let mut text = vec![line(&said)];
    text.extend(lines);
    if candidates.len() > shown.len() {
        text.push(format!("and {} more; write more of the name.", candidates.len() - shown.len()));
    }
    let buttons = shown.iter().enumerate().map(|(index, account)| {
        let value = ChooseValue::new(&account.domain, then);
        Button::new(&numbered(ACCOUNT_CHOOSE, index + 1), &clipped(&account.name, 60), &value)
    });
    let blocks =
        vec![section(text.join("\n")), actions(buttons.collect()), context(&["Nothing was done yet.".to_owned()])];
    let names: Vec<String> = shown.iter().map(|account| clipped(&account.name, 60)).collect();
    Message::new(&format!("{said} {}.", names.join(", ")), blocks)
}

/// The colour of a level.
pub(super) fn dot(level: Level) -> &'static str {
    match level {
        Level::Critical => "🔴",
        Level::AtRisk => "🟠",
        Level::Healthy => "🟢",
    }
}

/// The note in a thread whose answer went to a direct message, because outsiders can read the thread.
#[must_use]
pub fn moved_to_dm(why: Audience) -> Message {
    let who = match why {
        Audience::Guest => "A guest can read this channel",
        Audience::Shared => "People from outside your company can read this channel",
        Audience::NotListed => "Somebody who may not see account data can read this channel",
        Audience::Unknown => "I could not find out who reads this channel",
    };
    plain(&format!("{who}, so I have sent you the answer in a direct message."))
}

/// Who can read along, where an answer may not be shown to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A guest of the workspace.
    Guest,
    /// People of another company.
    Shared,
    /// A person outside the allow list.
    NotListed,
    /// The members could not be looked up.
    Unknown,
}

/// How much the app says in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It answers whoever asks.
    Talks,
    /// It answers only where it is mentioned.
    WhenMentioned,
    /// It says nothing.
    Quiet,
}

/// What was just set for a thread.
#[must_use]
pub fn manner(manner: Manner) -> Message {
    plain(match manner {
        Manner::Talks => "I answer in this thread again, also without a mention.",
        Manner::WhenMentioned => "From now on I answer in this thread only when I am mentioned.",
        Manner::Quiet => "I am quiet in this thread now. Mention me with “talk” when I should answer again.",
    })
}

/// Too many questions: when the next one is taken.
#[must_use]
pub fn rate_limited(until: Moment) -> Message {
    let said = format!("That was a lot at once. I take the next question at {}.", plain_clock(until));
    let blocks = vec![section(format!("That was a lot at once. I take the next question at {}.", clock(until)))];
    Message::new(&said, blocks)
}

/// What somebody asked through a command, a dialog or a button, for all who read the answer below.
#[must_use]
pub fn asked(who: &str, question: &str) -> Message {
    let (who, question) = (clipped(who, 60), clipped(question, SENTENCE));
    let blocks = vec![section(format!("{} asked: {}", bold(&who), line(&question)))];
    Message::new(&format!("{who} asked: {question}"), blocks)
}

/// An answer was stopped.
#[must_use]
pub fn stopped() -> Message {
    plain(crate::domain::answer::STOPPED)
}

/// Something was undone.
#[must_use]
pub fn undone(title: &str) -> Message {
    plain(&format!("Undone: {}. Everything is as it was.", clipped(title, 200)))
}

/// Something was so already.
#[must_use]
pub fn already(told: &str) -> Message {
    plain(&format!("Nothing was done again. {told}"))
}

/// The person may not do that; the domain says why.
#[must_use]
pub fn not_allowed(refusal: &str) -> Message {
    plain(refusal)
}

/// The channel has no account, and the question named none.
#[must_use]
pub fn not_linked(example: Option<&str>) -> Message {
    let example = example.unwrap_or("hooli.com");
    let said = "Which account do you mean? This channel is not linked to one.";
    let todo = format!("Name it in the question, or link the channel for good with `/success link {}`.", line(example));
    let blocks = vec![
        section(format!("{said}\n{todo}")),
        actions(vec![Button::new(HOME_ASK, "Ask about an account", &Nothing {})]),
    ];
    Message::new(&format!("{said} Name it in the question, or link the channel: /success link {example}"), blocks)
}

/// A channel belongs to an account now; or none any more.
#[must_use]
pub fn linked(account: Option<&AccountBrief>) -> Message {
    match account {
        Some(account) => plain(&format!(
            "This channel is linked to {} ({}). Questions here need no name any more.",
            clipped(&account.name, 80),
            account.domain
        )),
        None => plain("This channel is not linked to an account any more."),
    }
}

/// A channel whose name looks like an account: shall it be linked?
#[must_use]
pub fn link_suggested(account: &AccountBrief) -> Message {
    let said = format!("This channel looks like {}'s. Shall questions here be about it?", clipped(&account.name, 80));
    let value = AccountValue { account: account.domain.clone() };
    let blocks = vec![
        section(line(&said)),
        actions(vec![
            Button::new(super::action_id::LINK_ACCEPT, &format!("Link to {}", clipped(&account.name, 40)), &value)
                .primary(),
            Button::new(super::action_id::LINK_DISMISS, "No, thanks", &value),
        ]),
    ];
    Message::new(&said, blocks)
}

/// A value that says nothing.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Nothing {}

impl Sent for Nothing {}
