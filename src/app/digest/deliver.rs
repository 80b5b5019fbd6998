//! From a time of the schedule to a message that arrived: exactly once, whoever tries it and however often.
//!
//! A time has one row. Whoever finds it due makes the edition and keeps it with how accounts stand in it; whoever finds it
//! made delivers that one. A time that is long over is skipped, with a note, and never made up for in a heap.

use chrono::{Duration, Timelike};

use super::digest_text;
use crate::app::{App, AppError, Origin};
use crate::domain::digest::{Destination, Digest, Edition};
use crate::domain::id::DigestId;
use crate::domain::task::Task;
use crate::domain::time::Moment;
use crate::mail::{Envelope, Mailer, SendError};
use crate::store::{EditionRecord, EditionState};

/// A digest is delivered late by this much at most.
const WINDOW: Duration = Duration::hours(6);

/// An edition that is to be delivered.
#[derive(Clone, Debug)]
pub struct DueEdition {
    /// The digest.
    pub digest: Digest,
    /// What it says.
    pub edition: Edition,
    /// Whether somebody tried to deliver it before, and nobody knows what came of it.
    pub tried: bool,
}

impl App {
    /// Writes down the tasks that send what is due: for what a change of clocks or a process that is gone left.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn enqueue_due_digests(&self) -> Result<(), AppError> {
        for digest in self.intake.store.due_digests(self.workspace, self.now()).await? {
            self.intake.store.enqueue(&Task::SendDigest { workspace: self.workspace, digest }, None).await?;
        }
        Ok(())
    }

    /// The edition of a digest that is due now; none where it is not, or where its time was too long ago.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn due_edition(&self, id: DigestId) -> Result<Option<DueEdition>, AppError> {
        let store = &self.intake.store;
        let digest = match store.digest(self.workspace, id).await.map_err(AppError::from) {
            Ok(digest) => digest,
            // It was taken away meanwhile.
            Err(AppError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let now = self.now();
        let Some(next_at) = digest.next_at else { return Ok(None) };
        if next_at > now {
            // Of a clock that does not go with the machine's, the queue knows nothing: the look each minute finds what is due.
            if !self.intake.clock.stands() {
                store.enqueue(&Task::SendDigest { workspace: self.workspace, digest: id }, Some(next_at)).await?;
            }
            return Ok(None);
        }
        let period = digest.schedule.last_until(now).unwrap_or(next_at).max(next_at);
        if next_at < period {
            self.skip(&digest, next_at).await?;
        }
        match store.edition(self.workspace, id, period).await? {
            Some(record) => self.resumed(digest, record).await,
            None if now - period > WINDOW => {
                self.skip(&digest, period).await?;
                self.advance(&digest, None, digest.problem.as_deref()).await?;
                Ok(None)
            }
            None => {
                let kept = self.kept_edition(&digest, period).await?;
                self.resumed(digest, kept).await
            }
        }
    }

    /// Makes an edition and keeps it; once more, as long as people see to accounts of it meanwhile.
    async fn kept_edition(&self, digest: &Digest, period: Moment) -> Result<EditionRecord, AppError> {
        loop {
            let made = self.edition(digest, period).await?;
            if let Some(kept) = self.intake.store.keep_edition(self.workspace, &made).await? {
                return Ok(kept);
            }
        }
    }

    /// What is left to do about an edition that is on record.
    async fn resumed(&self, digest: Digest, record: EditionRecord) -> Result<Option<DueEdition>, AppError> {
        match (record.state, record.edition) {
            (EditionState::Made, Some(edition)) => Ok(Some(DueEdition { digest, edition, tried: false })),
            (EditionState::Sending, Some(edition)) => Ok(Some(DueEdition { digest, edition, tried: true })),
            // Whoever delivered it was gone before the digest said so.
            (state @ (EditionState::Sent | EditionState::Failed), Some(edition)) => {
                let problem = record.note.filter(|_| state == EditionState::Failed);
                self.advance(&digest, Some(edition.made_at), problem.as_deref()).await?;
                Ok(None)
            }
            _ => {
                self.advance(&digest, None, digest.problem.as_deref()).await?;
                Ok(None)
            }
        }
    }

    /// Has a digest come now: it is due at once, and at its next time again.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none; [`AppError::Conflict`] while it is paused.
    pub async fn send_digest(&self, digest: &str, origin: &Origin) -> Result<Digest, AppError> {
        let by = self.who_may_change_digests(origin).await?;
        let mut digest = self.digest(digest).await?;
        if digest.next_at.is_none() {
            return Err(AppError::Conflict(format!("“{}” is paused; resume it first, or preview it.", digest.name)));
        }
        // Times are kept by the second, so that a message can be named after one.
        let now = self.now();
        digest.next_at = now.with_nanosecond(0).map(Moment::from);
        self.intake.store.put_digest(self.workspace, &digest, &by.who, now).await?;
        self.intake.store.wake_workers();
        Ok(digest)
    }

    async fn skip(&self, digest: &Digest, period: Moment) -> Result<(), AppError> {
        let told = digest.schedule.zone().tell(period).format("%a, %B %-d %H:%M");
        let note = format!(
            "Nobody could send it at {told}, and later it would have been old; the next one says what it missed."
        );
        tracing::warn!(digest = %digest.id, %period, "a digest was skipped: its time is over");
        let state = (EditionState::Skipped, Some(note.as_str()));
        Ok(self.intake.store.settle_edition(self.workspace, digest.id, period, state, self.now()).await?)
    }

    /// Has a digest come next at the next time of its schedule.
    async fn advance(&self, digest: &Digest, came_at: Option<Moment>, problem: Option<&str>) -> Result<(), AppError> {
        let next_at = digest.schedule.next_after(self.now());
        Ok(self.intake.store.advance_digest(self.workspace, digest.id, (next_at, came_at), problem).await?)
    }

    /// Says what became of an edition.
    async fn settle(&self, due: &DueEdition, state: EditionState, note: Option<&str>) -> Result<(), AppError> {
        let (digest, period) = (due.digest.id, due.edition.period);
        Ok(self.intake.store.settle_edition(self.workspace, digest, period, (state, note), self.now()).await?)
    }

    /// Says that an edition arrived.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn edition_arrived(&self, due: &DueEdition) -> Result<(), AppError> {
        self.settle(due, EditionState::Sent, None).await?;
        self.advance(&due.digest, Some(due.edition.made_at), None).await
    }

    /// Says that an edition cannot be delivered, and why. It stands on the page of digests.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn edition_failed(&self, due: &DueEdition, why: &str) -> Result<(), AppError> {
        self.settle(due, EditionState::Failed, Some(why)).await?;
        self.advance(&due.digest, Some(due.edition.made_at), Some(why)).await
    }

    /// Delivers an edition by e-mail.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where trying again later may help; [`AppError::Invalid`] where it does not.
    pub async fn mail_edition(&self, due: &DueEdition) -> Result<(), AppError> {
        let Destination::Mail(address) = &due.digest.to else { return Ok(()) };
        let subject = format!("{}: {}", due.edition.name, due.edition.summary.first().map_or("", String::as_str));
        let body = digest_text(&due.edition)?;
        let envelope = Envelope {
            from: ("success-agent", &due.digest.owner),
            to: ("", address),
            subject: &crate::domain::text::clipped(&subject, 150),
            body: &body,
            at: due.edition.made_at,
        };
        let id = format!("{}.{}@success-agent", due.digest.id, due.edition.period.timestamp());
        let settle = |state| self.settle(due, state, None);
        self.mail_once(due.tried, envelope, &id, || settle(EditionState::Sending), || settle(EditionState::Made)).await
    }

    /// Sends what goes out at most once. `under_way` writes down that it may have gone, before it goes: one that was `tried`
    /// before, and of which nobody knows, is not sent again. `back` takes that back where it certainly did not go.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where trying again later may help; [`AppError::Invalid`] where it does not.
    pub(in crate::app) async fn mail_once<W, B>(
        &self,
        tried: bool,
        envelope: Envelope<'_>,
        id: &str,
        under_way: impl FnOnce() -> W,
        back: impl FnOnce() -> B,
    ) -> Result<(), AppError>
    where
        W: Future<Output = Result<(), AppError>>,
        B: Future<Output = Result<(), AppError>>,
    {
        let mailer = self.mailer_once(tried)?;
        under_way().await?;
        match mailer.send(envelope, id).await {
            Ok(()) => Ok(()),
            Err(SendError::NotSent(why)) => {
                back().await?;
                Err(AppError::Unavailable(why))
            }
            Err(SendError::Unknown(why)) => Err(AppError::Invalid(why)),
        }
    }

    fn mailer_once(&self, tried: bool) -> Result<&Mailer, AppError> {
        let Some(mailer) = self.outbox.mailer() else {
            return Err(AppError::Invalid(
                "No mail server is configured, so nothing can go out by e-mail: fill in [mail], or have it go to `web`."
                    .to_owned(),
            ));
        };
        if tried {
            return Err(AppError::Invalid(
                "It was being handed to the mail server when the program ended: nobody knows whether it arrived. It is not \
                 sent a second time."
                    .to_owned(),
            ));
        }
        Ok(mailer)
    }
}
