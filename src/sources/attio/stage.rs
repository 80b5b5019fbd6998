//! Moving a deal to another stage, unless somebody else moved it in the meantime.

use serde_json::{Value, json};

use super::wire::{AttioRecord, Data, Status};
use super::{Attio, map};
use crate::domain::revenue::DealStatus;
use crate::domain::time::Moment;
use crate::sources::{Item, SourceError, figures};

/// The stage a deal is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealStage {
    /// What it is called.
    pub stage: String,
    /// Since when the deal is in it.
    pub since: Moment,
}

/// A deal that was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The stage it is in now.
    pub stage: String,
    /// Since when.
    pub since: Moment,
    /// Whether it is open, won or lost in this stage.
    pub status: DealStatus,
}

/// Why a deal was not moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    /// It was moved by somebody else since it was looked at.
    #[error("the deal was moved to `{}` in the meantime; look at it again before you move it", now.stage)]
    Conflict {
        /// Where it is now.
        now: DealStage,
    },
    /// There is no such stage.
    #[error("there is no such stage; the stages are {}", allowed.join(", "))]
    UnknownStage {
        /// The stages there are.
        allowed: Vec<String>,
    },
    /// Attio could not be asked, or said no.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl Attio {
    /// The stages deals can be in, in their order.
    ///
    /// # Errors
    /// When they cannot be fetched.
    pub async fn stages(&self) -> Result<Vec<String>, SourceError> {
        Ok(self.statuses().await?.into_iter().map(|status| status.title).collect())
    }

    /// The stage a deal is in now. `deal_id` is Attio's own, without the prefix of the connection.
    ///
    /// # Errors
    /// When it cannot be fetched, or has no stage.
    pub async fn stage_of(&self, deal_id: &str) -> Result<DealStage, SourceError> {
        let path = path(deal_id)?;
        let deal: Data<AttioRecord> = self.caller.call(self.caller.get(&path)).await?.json()?;
        stage(&deal.data).ok_or_else(no_stage)
    }

    /// The stage a deal was in when it was fetched, and since when: what [`Self::move_deal`] asks to be shown.
    #[must_use]
    pub fn stage_seen(item: &Item) -> Option<DealStage> {
        stage(&serde_json::from_value(item.raw.get("sent")?.clone()).ok()?)
    }

    /// Moves a deal to another stage. `deal_id` is Attio's own; `seen_since` is when the deal entered the stage it was
    /// seen in. Attio has no lock: a move in the moment between the look and the write is not noticed.
    ///
    /// # Errors
    /// When the deal has entered another stage since, when there is no such stage, or when Attio refuses.
    pub async fn move_deal(&self, deal_id: &str, to_stage: &str, seen_since: Moment) -> Result<Moved, MoveError> {
        let path = path(deal_id)?;
        let statuses = self.statuses().await?;
        let wanted = to_stage.trim().to_lowercase();
        let Some(status) = statuses.iter().find(|status| status.title.trim().to_lowercase() == wanted) else {
            return Err(MoveError::UnknownStage { allowed: statuses.into_iter().map(|status| status.title).collect() });
        };
        let now = self.stage_of(deal_id).await?;
        if now.since != seen_since {
            return Err(MoveError::Conflict { now });
        }
        let moved = if now.stage == status.title {
            now
        } else {
            let body = json!({"data": {"values": {"stage": status.id.status_id}}});
            let deal: Data<AttioRecord> = self.caller.call(self.caller.patch(&path).json(&body)).await?.json()?;
            stage(&deal.data).ok_or_else(no_stage)?
        };
        Ok(Moved { status: map::status(&self.access, &moved.stage), stage: moved.stage, since: moved.since })
    }

    async fn statuses(&self) -> Result<Vec<Status>, SourceError> {
        let request = self.caller.get("/v2/objects/deals/attributes/stage/statuses");
        let statuses: Data<Vec<Value>> = self.caller.call(request).await?.json()?;
        let read = statuses.data.into_iter().filter_map(|status| serde_json::from_value::<Status>(status).ok());
        Ok(read.filter(|status| !status.is_archived).collect())
    }
}

/// The path of a deal.
fn path(deal_id: &str) -> Result<String, SourceError> {
    match uuid::Uuid::parse_str(deal_id) {
        Ok(id) => Ok(format!("/v2/objects/deals/records/{id}")),
        Err(_) => Err(SourceError::NotFound("this is no identifier of a deal in Attio".to_owned())),
    }
}

fn stage(deal: &AttioRecord) -> Option<DealStage> {
    let entry = deal.entry("stage")?;
    Some(DealStage { stage: entry.text()?, since: figures::moment(entry.active_from.as_deref()?)? })
}

fn no_stage() -> SourceError {
    SourceError::Malformed("Attio does not say which stage the deal is in".to_owned())
}
