//! Things that are good once and for a while: trigger ids, OAuth codes, ids of links to unfurl.

use super::{MINUTE, Refusal, SECOND, World};

/// How long a trigger id lives.
const TRIGGER_LIFE: u64 = 3 * SECOND;
/// How long a ticket for a connection lives.
const TICKET_LIFE: u64 = MINUTE;
/// How long an OAuth code lives.
const CODE_LIFE: u64 = 10 * MINUTE;
/// The most of a kind that are remembered.
const MOST: usize = 4_096;

/// Something that is good once and for a while.
#[derive(Clone, Debug)]
pub struct Pass {
    id: String,
    /// Whom, or what, it stands for.
    pub subject: String,
    until: u64,
    used: bool,
}

fn remember(passes: &mut std::collections::VecDeque<Pass>, pass: Pass) {
    if passes.len() >= MOST {
        passes.pop_front();
    }
    passes.push_back(pass);
}

impl World {
    /// A trigger id for what this person just did.
    pub fn trigger(&mut self, user: &str) -> String {
        let number = self.next_number();
        let id = format!("{number}.{}.{}", self.now, uuid::Uuid::new_v4().simple());
        let pass = Pass { id: id.clone(), subject: user.to_owned(), until: self.now + TRIGGER_LIFE, used: false };
        remember(&mut self.triggers, pass);
        id
    }

    /// Uses a trigger id up; whose it was.
    pub fn exchange_trigger(&mut self, id: &str) -> Result<String, Refusal> {
        let now = self.now;
        let pass = self.triggers.iter_mut().rev().find(|pass| pass.id == id).ok_or("invalid_trigger_id")?;
        if pass.used {
            return Err("exchanged_trigger_id".into());
        }
        if now > pass.until {
            return Err("expired_trigger_id".into());
        }
        pass.used = true;
        Ok(pass.subject.clone())
    }

    /// Remembers a ticket for one Socket Mode connection.
    pub fn add_ticket(&mut self, id: &str) {
        let pass = Pass { id: id.to_owned(), subject: String::new(), until: self.now + TICKET_LIFE, used: false };
        remember(&mut self.tickets, pass);
    }

    /// Uses a ticket up; whether it was good.
    pub fn use_ticket(&mut self, id: &str) -> bool {
        let now = self.now;
        let pass = self.tickets.iter_mut().find(|pass| pass.id == id && !pass.used && now <= pass.until);
        pass.map(|pass| pass.used = true).is_some()
    }

    /// An OAuth code for this redirect address.
    pub fn oauth_code(&mut self, redirect: &str) -> String {
        let id = format!("code-{}", uuid::Uuid::new_v4().simple());
        let pass = Pass { id: id.clone(), subject: redirect.to_owned(), until: self.now + CODE_LIFE, used: false };
        remember(&mut self.codes, pass);
        id
    }

    /// Trades an OAuth code once; the redirect address it was made for.
    pub fn trade_code(&mut self, id: &str) -> Result<String, Refusal> {
        let now = self.now;
        let pass = self.codes.iter_mut().find(|pass| pass.id == id).ok_or("invalid_code")?;
        if pass.used {
            return Err("code_already_used".into());
        }
        if now > pass.until {
            return Err("invalid_code".into());
        }
        pass.used = true;
        Ok(pass.subject.clone())
    }

    /// An id for the links of a message, `channel ts`.
    pub fn unfurl_id(&mut self, message: String) -> String {
        let id = self.next_id("Uf");
        let pass = Pass { id: id.clone(), subject: message, until: self.now + 30 * MINUTE, used: false };
        remember(&mut self.unfurl_ids, pass);
        id
    }

    /// The message whose links an id names.
    pub fn of_unfurl_id(&self, id: &str) -> Option<&str> {
        self.unfurl_ids.iter().find(|pass| pass.id == id && self.now <= pass.until).map(|pass| pass.subject.as_str())
    }
}
