//! Who asked for what shipped: whom to tell now, with a button that drafts the mail, and who is held back and why.

use chrono::NaiveDate;

use super::Message;
use super::action_id::{LOOP_DRAFT, LoopValue, numbered};
use super::block::{Button, context, section, section_with};
use super::escape::{bold, line};
use crate::domain::text::{capital, clipped};
use crate::domain::time::day_text;
use crate::domain::tool::close_loop::{LoopList, LoopPerson};

/// The most people to tell that are shown.
const GO: usize = 10;
/// The most people shown who are held back.
const HELD: usize = 6;
/// The longest words of somebody else's.
const WORDS: usize = 160;

/// The message about `list` on `today`.
#[must_use]
pub fn close_loop(list: &LoopList, today: NaiveDate) -> Message {
    let release = list.release.as_ref().map(|release| format!("in release {}", clipped(release.name(), 60)));
    let what = release.unwrap_or_else(|| "that has shipped".to_owned());
    let said = match list.go {
        0 => format!("Nobody is to be told now of something {what}."),
        1 => format!("1 person asked for something {what} and can be told now."),
        go => format!("{go} people asked for something {what} and can be told now."),
    };
    let mut blocks = vec![section(bold(&said))];
    let (go, held): (Vec<&LoopPerson>, Vec<&LoopPerson>) = list.people.iter().partition(|person| person.go);
    blocks.extend(go.iter().take(GO).enumerate().map(|(index, person)| {
        let value = LoopValue::of(person);
        let who = who(person);
        let draft = Button::new(&numbered(LOOP_DRAFT, index + 1), "Draft", &value);
        section_with(told(person, today), draft.spoken(&format!("Draft a mail to {who}")))
    }));
    let left = list.go.saturating_sub(go.len().min(GO) as u64);
    if left > 0 {
        blocks.push(context(&[format!("and {left} more; name a release to see fewer")]));
    }
    let mut lines: Vec<String> = held
        .iter()
        .take(HELD)
        .filter_map(|person| {
            let hold = person.holds.first()?;
            let account = line(&clipped(&person.account_name, 60));
            Some(format!("• {}, {account}: {}", line(&who(person)), line(&clipped(&hold.text, WORDS))))
        })
        .collect();
    if !lines.is_empty() {
        lines.insert(0, "*Held back*".to_owned());
        let left = list.held.saturating_sub(held.len().min(HELD) as u64);
        if left > 0 {
            lines.push(format!("and {left} more"));
        }
        blocks.push(context(&lines));
    }
    blocks.push(context(&[format!(
        "{} requests compared with {} releases. Nothing is sent.",
        list.requests, list.releases
    )]));
    let names: Vec<String> = go.iter().take(4).map(|person| who(person)).collect();
    Message::new(&format!("{said} {}", names.join(", ")), blocks)
}

fn who(person: &LoopPerson) -> String {
    person.who.as_deref().map_or_else(|| "Somebody unnamed".to_owned(), |who| clipped(who, 60))
}

fn told(person: &LoopPerson, today: NaiveDate) -> String {
    let account = line(&clipped(&person.account_name, 60));
    let mut lines = vec![format!("{} · {account}", bold(&who(person)))];
    lines.extend(person.wishes.iter().filter(|wish| wish.hold.is_none()).take(2).map(|wish| {
        format!(
            "{} — “{}” on {}; shipped in {} on {}",
            line(&capital(&clipped(&wish.what, 80))),
            line(&clipped(&wish.quote, WORDS)),
            day_text(wish.asked_at.day(), today),
            line(&clipped(wish.release.name(), 60)),
            day_text(wish.release.shipped_at.day(), today)
        )
    }));
    lines.join("\n")
}
