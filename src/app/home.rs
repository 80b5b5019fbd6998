//! What somebody has to do today: what is new with their accounts, whom they meet, what waits for a decision.

use super::{App, AppError, MeetingAhead};
use crate::domain::action::Proposal;
use crate::domain::digest::{Destination, Digest, Edition, Schedule, Watching};
use crate::domain::draft::{Draft, DraftState};
use crate::domain::health::Level;
use crate::domain::id::DigestId;
use crate::domain::time::Moment;
use crate::domain::tool::portfolio::{Portfolio, PortfolioView};

/// Accounts listed.
const ACCOUNTS: u32 = 10;

/// Meetings listed.
const MEETINGS: u32 = 6;

/// Decisions that wait, listed at most, and drafts.
const WAITING: usize = 10;

/// A person's day; everybody's where nobody is named.
#[derive(Clone, Debug)]
pub struct Home {
    /// The instant it is computed for.
    pub now: Moment,
    /// Whose: an e-mail address.
    pub who: Option<String>,
    /// What a digest of their accounts would say now; none where it is everybody's day or they own no account.
    pub edition: Option<Edition>,
    /// Whether a digest of theirs came before: only then is it known what is new.
    pub compared: bool,
    /// Their accounts, the least healthy first.
    pub accounts: PortfolioView,
    /// Meetings ahead, the soonest first.
    pub meetings: Vec<MeetingAhead>,
    /// Changes that wait for approval, the newest first.
    pub waiting: Vec<Proposal>,
    /// Drafts that wait for a person, the newest first.
    pub drafts: Vec<Draft>,
    /// Connected systems that bring nothing at present, a sentence each.
    pub problems: Vec<String>,
}

impl App {
    /// What somebody has to do today. Reads the accounts they own and no others; of everybody's, a page of a list.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn home(&self, who: Option<&str>) -> Result<Home, AppError> {
        let now = self.now();
        let who = who.map(|who| who.trim().to_lowercase()).filter(|who| !who.is_empty());
        let wanted = Portfolio {
            owner: who.clone(),
            tracked: Some(true),
            limit: Some(ACCOUNTS),
            levels: if who.is_some() { Vec::new() } else { vec![Level::Critical] },
            ..Portfolio::default()
        };
        let accounts = self.accounts(wanted).await?;
        let digest = match &who {
            Some(who) if accounts.matched > 0 => Some(self.digest_for(who, now).await?),
            _ => None,
        };
        let edition = match &digest {
            Some(digest) => Some(self.edition(digest, now).await?.edition),
            None => None,
        };
        let mut drafts = self.drafts(None).await?;
        drafts.retain(|draft| draft.state == DraftState::Draft && who.as_ref().is_none_or(|who| by(draft, who)));
        drafts.truncate(WAITING);
        Ok(Home {
            now,
            problems: self.source_problems().await?,
            edition,
            compared: digest.is_some_and(|digest| digest.last_at.is_some()),
            accounts,
            meetings: self.meetings_ahead(None, who.as_deref(), MEETINGS).await?,
            waiting: self.waiting(None, WAITING).await?,
            drafts,
            who,
        })
    }

    /// The digest of somebody's accounts: their own, else one like those there are that nobody asked for.
    async fn digest_for(&self, who: &str, now: Moment) -> Result<Digest, AppError> {
        let own = |digest: &Digest| digest.accounts.owner.as_deref() == Some(who);
        if let Some(digest) = self.digests().await?.into_iter().find(own) {
            return Ok(digest);
        }
        let schedule = Schedule::in_zone("weekdays 8:30", self.intake.clock.zone()).map_err(AppError::Invalid)?;
        Ok(Digest {
            id: DigestId::new(),
            name: "today".to_owned(),
            owner: who.to_owned(),
            to: Destination::Web,
            next_at: schedule.next_after(now),
            schedule,
            accounts: Watching { owner: Some(who.to_owned()), ..Watching::default() },
            alerts: false,
            last_at: None,
            problem: None,
        })
    }
}

/// Whether a draft is by somebody: written for them, or with them as its sender.
fn by(draft: &Draft, who: &str) -> bool {
    draft.current().by.is(who) || draft.letter().sender.email.eq_ignore_ascii_case(who)
}
