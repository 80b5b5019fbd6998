//! A digest of somebody who is away goes to whoever stands in for them, with a short brief on top.

use super::summary::many;
use crate::app::people::address;
use crate::app::{App, AppError, Console, DueEdition, Origin};
use crate::domain::digest::{Destination, Edition};
use crate::domain::person::Absence;
use crate::domain::time::day_text;

/// Accounts of the brief.
const ACCOUNTS: usize = 3;

impl App {
    /// Keeps that somebody is away until a day, and who stands in for them. They say so themselves, or an admin does.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a day that is over, somebody who stands in for themselves, or whoever may not say it.
    pub async fn set_absence(&self, absence: &Absence, origin: &Origin, from: Console) -> Result<Absence, AppError> {
        let by = self.may_speak_for(&absence.email, origin, from).await?;
        let (email, stand_in) = (address(&absence.email)?, address(&absence.stand_in)?);
        if email == stand_in {
            return Err(AppError::Invalid("Somebody else has to stand in; name their address.".to_owned()));
        }
        if absence.until < self.now().day() {
            return Err(AppError::Invalid(format!("{} is over; name the last day they are away.", absence.until)));
        }
        let absence = Absence { email, stand_in, until: absence.until };
        self.intake.store.put_absence(self.workspace, &absence, &by, self.now()).await?;
        Ok(absence)
    }

    /// Keeps that somebody is back.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when they were not away; as [`App::set_absence`].
    pub async fn end_absence(&self, email: &str, origin: &Origin, from: Console) -> Result<(), AppError> {
        self.may_speak_for(email, origin, from).await?;
        if self.intake.store.end_absence(self.workspace, email.trim()).await? {
            return Ok(());
        }
        Err(AppError::NotFound(format!("{} was not away.", email.trim())))
    }

    async fn may_speak_for(&self, email: &str, origin: &Origin, from: Console) -> Result<String, AppError> {
        let by = self.identified(&origin.by).await?;
        if !by.who.eq_ignore_ascii_case(email.trim()) {
            self.may_administer(origin, from, "say that others are away").await?;
        }
        Ok(by.who)
    }

    /// The same edition, to whoever stands in for its owner where it would go to them alone and they are away.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn in_their_stead(&self, due: &DueEdition) -> Result<DueEdition, AppError> {
        let owner = &due.digest.owner;
        let theirs = match &due.digest.to {
            Destination::Mail(address) => address.eq_ignore_ascii_case(owner),
            Destination::Slack(place) => place.strip_prefix('@').is_some_and(|who| who.eq_ignore_ascii_case(owner)),
            Destination::Web => false,
        };
        let today = due.edition.made_at.day();
        let absence = if theirs { self.intake.store.absence(self.workspace, owner, today).await? } else { None };
        let Some(absence) = absence else { return Ok(due.clone()) };
        let mut other = due.clone();
        other.digest.to = match &due.digest.to {
            Destination::Mail(_) => Destination::Mail(absence.stand_in.clone()),
            _ => Destination::Slack(format!("@{}", absence.stand_in)),
        };
        other.edition.summary = brief(&due.edition, &absence);
        Ok(other)
    }
}

/// What somebody who does not know the accounts has to know of them: five lines at most.
fn brief(edition: &Edition, absence: &Absence) -> Vec<String> {
    let until = day_text(absence.until, edition.made_at.day());
    let mut lines = vec![format!("{} is away until {until}, and you stand in for them.", absence.email)];
    lines.extend(edition.rows.iter().take(ACCOUNTS).map(|row| {
        format!("{} ({}): {}. Next: {}.", row.name, row.score, row.reason.trim_end_matches('.'), row.next_step)
    }));
    if edition.rows.is_empty() {
        lines.push("No account is new or worse.".to_owned());
    }
    let (late, renewals) = (edition.overdue.ours, edition.renewals.in_30);
    lines.push(format!(
        "Past their day: {} of ours. To come: {} in 30 days.",
        many(late, "promise", "promises"),
        many(renewals, "renewal", "renewals")
    ));
    lines
}
