//! What can be typed, as an overview and by topic.

use super::Message;
use super::action_id::HOME_ASK;
use super::block::{Button, actions, context, header, section};
use super::escape::line;
use super::note::Nothing;
use crate::domain::account::Section;
use crate::domain::draft::Goal;
use crate::domain::text::clipped;

/// A command: what is typed, what it does, and an example.
struct Command {
    topic: &'static str,
    usage: &'static str,
    does: &'static str,
    example: &'static str,
}

const COMMANDS: [Command; 14] = [
    command(
        "ask",
        "/success ask QUESTION",
        "answers a question from the records, with evidence",
        "/success ask What did Hooli say about SSO?",
    ),
    command("account", "/account NAME", "shows an account: score, reasons, ARR, renewal, promises", "/account Hooli"),
    command("why", "/why NAME", "explains the score", "/why hooli.com"),
    command("critical", "/critical [mine]", "lists the critical accounts, or only yours", "/critical mine"),
    command(
        "route",
        "/route NAME SECTION [reason]",
        "moves an account to another section",
        "/route Hooli pipeline They want to extend",
    ),
    command(
        "untrack",
        "/untrack NAME [reason]",
        "leaves an account out of health monitoring and digests",
        "/untrack Hooli Closed down",
    ),
    command("retrack", "/retrack NAME [reason]", "takes it back in", "/retrack Hooli"),
    command("draft", "/draft NAME [goal]", "drafts an e-mail; nothing is sent", "/draft Hooli renewal"),
    command(
        "close-loop",
        "/close-loop [release]",
        "lists who asked for what shipped, and whom to tell",
        "/close-loop 4.2",
    ),
    command(
        "prep",
        "/prep [NAME]",
        "says what to know before you meet an account or a person; without a name, before your next meeting",
        "/prep Hooli",
    ),
    command(
        "digest",
        "/digest [add WHEN | preview | send | pause | resume | remove] [NAME]",
        "lists your digests; `add` has your critical accounts come here on a schedule",
        "/digest add Mondays 8:30",
    ),
    command(
        "link",
        "/success link ACCOUNT",
        "links this channel to an account, so that questions need no name",
        "/success link hooli.com",
    ),
    command("settings", "/success settings", "opens your settings", "/success settings"),
    command("help", "/success help [command]", "shows this, or more about a command", "/success help route"),
];

const fn command(topic: &'static str, usage: &'static str, does: &'static str, example: &'static str) -> Command {
    Command { topic, usage, does, example }
}

/// Help about `topic`; the overview where there is no such topic.
#[must_use]
pub fn help(topic: &str) -> Message {
    let wanted: String = topic.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let named = |command: &&Command| {
        command.topic.replace('-', "") == wanted || (wanted == "success" && command.topic == "help")
    };
    match COMMANDS.iter().find(named) {
        Some(command) if !wanted.is_empty() && command.topic != "help" => about(command),
        _ => overview(topic.trim(), wanted.is_empty() || wanted == "help" || wanted == "success"),
    }
}

fn about(command: &Command) -> Message {
    let mut lines =
        vec![format!("`{}` {}.", command.usage, command.does), format!("For example: `{}`", command.example)];
    match command.topic {
        "route" => lines.push(format!("Sections: {}.", Section::ALL.map(Section::label).join(", "))),
        "draft" => lines.push(format!("Goals: {}.", Goal::ALL.map(Goal::label).join(", "))),
        _ => {}
    }
    if matches!(command.topic, "route" | "untrack" | "retrack") {
        lines.push(
            "It is done at once and can be undone for some minutes; what weighs more asks somebody first.".to_owned(),
        );
    }
    if command.usage.contains("NAME") {
        lines.push("NAME is a name or a domain. Where several accounts could be meant, I ask before I act.".to_owned());
    }
    Message::new(
        &format!("{} {}. For example: {}", command.usage, command.does, command.example),
        vec![section(lines.join("\n"))],
    )
}

fn overview(topic: &str, known: bool) -> Message {
    let commands = COMMANDS.iter().map(|command| format!("`{}` {}", command.usage, command.does));
    let commands = section(format!("*Commands*\n{}", commands.collect::<Vec<_>>().join("\n")));
    if !known {
        let said = format!("There is no command “{}”.", clipped(topic, 60));
        return Message::new(&format!("{said} Type /success help."), vec![section(line(&said)), commands]);
    }
    let blocks = vec![
        header("What you can ask of me"),
        section(
            "*Ask in your own words*\nMention me in a channel, or write to me directly. I answer from your records and \
             show the evidence. In a thread I am part of, follow up without a mention.",
        ),
        commands,
        section(
            "*In a thread*\n“quiet” stops my answers there, “only when mentioned” keeps me for mentions, “talk” \
             brings me back. Stop ends an answer that is being written.",
        ),
        actions(vec![Button::new(HOME_ASK, "Ask something", &Nothing {}).primary()]),
        context(&[
            "What changes an account can be undone, or asks somebody first. No e-mail is sent by itself.".to_owned()
        ]),
    ];
    let said = "Ask me about an account in your own words, or use a command: /account, /why, /critical, /route, \
                /untrack, /retrack, /draft, /close-loop, /success.";
    Message::new(said, blocks)
}
