//! Sharp moves between digests: said once in each place where a digest on the account goes, and not too many a day.

use chrono::TimeDelta;

use crate::app::{App, AppError};
use crate::domain::digest::{AccountAlert, AlertPost, Destination, Digest};
use crate::domain::time::Moment;
use crate::domain::tool::portfolio::Portfolio;
use crate::mail::Envelope;
use crate::store::{EditionState, KeptAlert};

/// An alert that nobody could say for so long is no alert any more; the digest has it.
const FRESH: TimeDelta = TimeDelta::hours(24);

/// Alerts looked at, at most; more at once are no alerts but a list.
const LOOKED_AT: u32 = 200;

/// Posts said in one go, at most.
const POSTS: u32 = 100;

/// Alerts shown on pages: those of so many days.
const SHOWN_DAYS: i64 = 7;

impl App {
    /// Writes down which alerts are to be said where, and gives what is to be said.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn alerts_to_say(&self) -> Result<Vec<(Digest, AlertPost)>, AppError> {
        let (store, workspace, now) = (&self.intake.store, self.workspace, self.now());
        let digests = store.digests(workspace).await?;
        let mut alerts = store.alerts(workspace, now - FRESH, LOOKED_AT).await?;
        alerts.retain(|alert| alert.alert.cleared_at.is_none());
        alerts.reverse();
        let most_a_day = self.intake.rules().await?.alerts.most_a_day;
        if !alerts.is_empty() {
            let wanting = digests.iter().filter(|digest| digest.alerts && digest.next_at.is_some());
            for digest in wanting {
                let theirs = self.alerts_of(digest, &alerts, now).await?;
                if !theirs.is_empty() {
                    store.plan_alerts(workspace, (digest.id, &digest.to), &theirs, most_a_day, now).await?;
                }
            }
        }
        let posts = store.alert_posts_to_say(workspace, POSTS).await?;
        let with_digest = |post: AlertPost| {
            let digest = digests.iter().find(|digest| digest.id == post.digest)?.clone();
            Some((digest, post))
        };
        Ok(posts.into_iter().filter_map(with_digest).collect())
    }

    /// The alerts on accounts a digest looks after, whatever their level; one that is snoozed says nothing.
    async fn alerts_of(&self, digest: &Digest, alerts: &[KeptAlert], now: Moment) -> Result<Vec<KeptAlert>, AppError> {
        let among = alerts.iter().map(|alert| alert.alert.domain.clone()).collect();
        let wanted = Portfolio { among, ..digest.accounts.at_any_level() };
        let mut watched = self.intake.store.watched(self.workspace, &wanted, now).await?;
        watched.retain(|account| account.snoozed_until.is_none_or(|day| day <= now.day()));
        let theirs = |alert: &&KeptAlert| watched.iter().any(|account| account.id == alert.account);
        Ok(alerts.iter().filter(theirs).cloned().collect())
    }

    /// Says that alerts arrived.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn alerts_arrived(&self, post: &AlertPost) -> Result<(), AppError> {
        self.settle_alerts(post, EditionState::Sent, None).await
    }

    /// Says that alerts cannot be delivered, and why; it stands with the digest.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn alerts_failed(&self, digest: &Digest, post: &AlertPost, why: &str) -> Result<(), AppError> {
        self.settle_alerts(post, EditionState::Failed, Some(why)).await?;
        let problem = format!("An alert on {} did not arrive: {why}", post.about());
        let (store, next) = (&self.intake.store, (digest.next_at, None));
        Ok(store.advance_digest(self.workspace, digest.id, next, Some(&problem)).await?)
    }

    /// Says alerts by e-mail.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where trying again later may help; [`AppError::Invalid`] where it does not.
    pub async fn mail_alerts(&self, digest: &Digest, post: &AlertPost) -> Result<(), AppError> {
        let Destination::Mail(address) = &digest.to else { return Ok(()) };
        let subject = format!("Alert: {}", post.about());
        let body = format!(
            "{}\n\nIt is in your digest “{}”; `success-agent digest edit {} --alerts off` ends these.\n",
            post.text(),
            digest.name,
            digest.id
        );
        let envelope = Envelope {
            from: ("success-agent", &digest.owner),
            to: ("", address),
            subject: &crate::domain::text::clipped(&subject, 150),
            body: &body,
            at: self.now(),
        };
        let settle = |state| self.settle_alerts(post, state, None);
        let id = format!("{}@success-agent", post.id);
        self.mail_once(post.tried, envelope, &id, || settle(EditionState::Sending), || settle(EditionState::Made)).await
    }

    async fn settle_alerts(&self, post: &AlertPost, state: EditionState, note: Option<&str>) -> Result<(), AppError> {
        Ok(self.intake.store.settle_alerts(self.workspace, post.id, (state, note)).await?)
    }

    /// The alerts of the last days, the latest first.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn alerts(&self) -> Result<Vec<AccountAlert>, AppError> {
        let since = self.now() - TimeDelta::days(SHOWN_DAYS);
        let kept = self.intake.store.alerts(self.workspace, since, LOOKED_AT).await?;
        Ok(kept.into_iter().map(|kept| kept.alert).collect())
    }
}
