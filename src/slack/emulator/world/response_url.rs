//! Where an interaction may be answered: five times within half an hour.

use super::{MINUTE, Refusal, Ts, World};

/// How long it lives.
const LIFE: u64 = 30 * MINUTE;
/// How often it may be used.
const USES: u32 = 5;
/// How many are remembered; the oldest go first.
const MOST: usize = 20_000;

/// Where an interaction may be answered.
#[derive(Clone, Debug)]
pub struct ResponseUrl {
    /// The channel it answers in.
    pub channel: String,
    /// The person it answers.
    pub user: String,
    /// The message it came from.
    pub source: Option<Ts>,
    /// The thread of that message.
    pub thread: Option<Ts>,
    until: u64,
    uses: u32,
}

impl World {
    /// A new address to answer this person at.
    pub fn response_url(&mut self, channel: &str, user: &str, source: Option<Ts>) -> String {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let thread = source.and_then(|ts| self.message(channel, ts)).and_then(|message| message.thread);
        let answer = ResponseUrl {
            channel: channel.to_owned(),
            user: user.to_owned(),
            source,
            thread,
            until: self.now + LIFE,
            uses: 0,
        };
        self.response_urls.insert(id.clone(), answer);
        self.response_order.push_back(id.clone());
        if self.response_order.len() > MOST
            && let Some(oldest) = self.response_order.pop_front()
        {
            self.response_urls.remove(&oldest);
        }
        format!("{}/response/{id}", self.origin)
    }

    /// Uses an address once.
    pub fn use_response_url(&mut self, id: &str) -> Result<ResponseUrl, Refusal> {
        let now = self.now;
        let answer = self.response_urls.get_mut(id).ok_or("invalid_url")?;
        if now > answer.until {
            return Err("expired_url".into());
        }
        if answer.uses >= USES {
            return Err("used_url".into());
        }
        answer.uses += 1;
        Ok(answer.clone())
    }
}
