//! Cuts calls and e-mails into statements: one sentence, who said it, on which side, and where.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::learned::{Sound, sound};
use crate::domain::account::AccountRecord;
use crate::domain::activity::{Call, Email, Side, mailbox};
use crate::domain::record::{RecordKind, RecordRef};
use crate::language::{content_stems, sentences};

/// One sentence somebody said or wrote.
#[derive(Clone, Debug)]
pub(super) struct Statement<'a> {
    /// The sentence, verbatim.
    pub text: &'a str,
    /// Who.
    pub speaker: String,
    /// Which side, when it can be told.
    pub side: Option<Side>,
    /// Number of the turn; 0 in e-mails.
    pub turn: usize,
    /// Seconds from the start of the call.
    pub at_seconds: Option<f64>,
    /// How far into the record it stands, 0 to 1.
    pub position: f64,
    /// What it sounds like.
    pub sound: Sound,
    /// Its words that carry meaning, as stems.
    pub stems: Vec<String>,
}

/// The statements of one call or e-mail, in order.
#[derive(Clone, Debug)]
pub(super) struct Script<'a> {
    /// The call or e-mail.
    pub source: RecordRef,
    /// Its title or subject.
    pub title: &'a str,
    /// When it began or was sent.
    pub at: DateTime<Utc>,
    /// What was said.
    pub statements: Vec<Statement<'a>>,
    /// The beginnings of all stems in it, its title included, see [`Script::may_share`].
    families: HashSet<String>,
}

impl<'a> Script<'a> {
    /// The day dates are told from.
    pub fn day(&self) -> NaiveDate {
        self.at.date_naive()
    }

    fn new(source: RecordRef, title: &'a str, at: DateTime<Utc>, statements: Vec<Statement<'a>>) -> Self {
        let said = statements.iter().flat_map(|statement| &statement.stems).map(|stem| family(stem).to_owned());
        let families = said.chain(content_stems(title).iter().map(|stem| family(stem).to_owned())).collect();
        Self { source, title, at, statements, families }
    }

    /// The share of `wanted` that is anywhere in it, at most: quick to tell, and most scripts say nothing of most things.
    pub fn may_share(&self, wanted: &BTreeSet<String>) -> f64 {
        let found = wanted.iter().filter(|stem| self.families.contains(family(stem))).count();
        found as f64 / wanted.len().max(1) as f64
    }

    /// Whether it is an e-mail.
    pub fn is_email(&self) -> bool {
        self.source.kind == RecordKind::Email
    }
}

/// What stems of one family have in common, see [`super::merge::alike`].
fn family(stem: &str) -> &str {
    stem.get(..6).unwrap_or(stem)
}

/// All calls and e-mails of an account, the earliest first.
pub(super) fn scripts<'a>(account: &AccountRecord, calls: &'a [Call], emails: &'a [Email]) -> Vec<Script<'a>> {
    let mut scripts: Vec<Script<'a>> = calls
        .iter()
        .map(|call| of_call(call, account))
        .chain(emails.iter().map(|email| of_email(email, account)))
        .collect();
    scripts.sort_by(|left, right| (left.at, &left.source.id).cmp(&(right.at, &right.source.id)));
    scripts
}

fn of_call<'a>(call: &'a Call, account: &AccountRecord) -> Script<'a> {
    let last = call.transcript.len().saturating_sub(1).max(1) as f64;
    let mut statements = Vec::new();
    for (turn, spoken) in call.transcript.iter().enumerate() {
        let side = call.side_of(&spoken.speaker).or_else(|| side_by_account(&spoken.speaker, account));
        for text in sentences(&spoken.text) {
            statements.push(Statement {
                text,
                speaker: full_name(&spoken.speaker, call),
                side,
                turn,
                at_seconds: spoken.at_seconds,
                position: turn as f64 / last,
                sound: sound(text),
                stems: content_stems(text),
            });
        }
    }
    let source = RecordRef { kind: RecordKind::Call, id: call.id.clone() };
    Script::new(source, &call.title, call.started_at, statements)
}

/// A speaker the participant list does not know may still be a contact of the account.
fn side_by_account(speaker: &str, account: &AccountRecord) -> Option<Side> {
    let known = account.contacts.iter().any(|contact| contact.name.eq_ignore_ascii_case(speaker.trim()));
    known.then_some(Side::Customer)
}

fn full_name(speaker: &str, call: &Call) -> String {
    let first = first_name(speaker);
    let mut named = call.participants.iter().filter(|participant| first_name(&participant.name) == first);
    match (speaker.trim().contains(' '), named.next(), named.next()) {
        (false, Some(participant), None) => participant.name.clone(),
        _ => speaker.trim().to_owned(),
    }
}

fn of_email<'a>(email: &'a Email, account: &AccountRecord) -> Script<'a> {
    let (speaker, _) = mailbox(&email.from);
    let side = Some(email.side(&account.contacts));
    let own = own_words(&email.body);
    let texts = sentences(own);
    let last = texts.len().saturating_sub(1).max(1) as f64;
    let statements = texts
        .into_iter()
        .enumerate()
        .filter(|(_, text)| !text.starts_with('>'))
        .map(|(index, text)| Statement {
            text,
            speaker: speaker.clone(),
            side,
            turn: 0,
            at_seconds: None,
            position: index as f64 / last,
            sound: sound(text),
            stems: content_stems(text),
        })
        .collect();
    let source = RecordRef { kind: RecordKind::Email, id: email.id.clone() };
    Script::new(source, &email.subject, email.sent_at, statements)
}

/// The part of a body its sender wrote: what stands above a quoted history.
fn own_words(body: &str) -> &str {
    let mut end = 0;
    for line in body.split_inclusive('\n') {
        let trimmed = line.trim().to_lowercase();
        let history = (trimmed.starts_with("on ") && trimmed.ends_with("wrote:"))
            || trimmed.starts_with("-----original message")
            || trimmed.starts_with("---------- forwarded message")
            || trimmed == "--";
        if history {
            break;
        }
        end += line.len();
    }
    &body[..end]
}

/// The first name in lower case.
pub(super) fn first_name(name: &str) -> String {
    name.split_whitespace().next().unwrap_or_default().to_lowercase()
}

/// Everybody known from participants, senders and contacts, so that "Gilfoyle sends it" finds who that is.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    known: Vec<(String, Side)>,
}

impl People {
    /// Collects them.
    pub fn new(account: &AccountRecord, calls: &[Call], emails: &[Email]) -> Self {
        let mut people = Self::default();
        for participant in calls.iter().flat_map(|call| &call.participants) {
            people.add(&participant.name, participant.side);
        }
        for contact in &account.contacts {
            people.add(&contact.name, Side::Customer);
        }
        for email in emails {
            let (name, _) = mailbox(&email.from);
            if name.contains(' ') {
                people.add(&name, email.side(&account.contacts));
            }
        }
        people
    }

    fn add(&mut self, name: &str, side: Side) {
        let name = name.trim();
        if !name.is_empty() && !self.known.iter().any(|(known, _)| known == name) {
            self.known.push((name.to_owned(), side));
        }
    }

    /// Who a capitalised word names: a first or last name only one person has.
    pub fn named(&self, word: &str) -> Option<(&str, Side)> {
        if !word.chars().next().is_some_and(char::is_uppercase) {
            return None;
        }
        let word = word.trim_end_matches("'ll").trim_end_matches("’ll");
        let mut found = self.known.iter().filter(|(name, _)| name.split_whitespace().any(|part| part == word));
        match (found.next(), found.next()) {
            (Some((name, side)), None) => Some((name, *side)),
            _ => None,
        }
    }
}
