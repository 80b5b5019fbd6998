//! What of an account of HubSpot is needed to read its objects: owners, stages, the currency, and which company a deal
//! belongs to. Read when it is needed, and again on each pass.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::wire::{Association, Details, Kept, Listed, Object, Owner, Pipeline, PipelineStage, Stage, To};
use super::{HubSpot, LISTED, VERSION, own_id};
use crate::sources::{Item, SourceError, Stream};

/// The association of a deal with its main company.
const PRIMARY: u64 = 5;
/// Pages of owners that are read at most.
const MOST_PAGES: usize = 100;

/// What is known of an account of HubSpot.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    owners: BTreeMap<String, Option<String>>,
    stages: BTreeMap<String, Option<Stage>>,
    /// The currency, once it was asked for; empty where there is none.
    currency: Option<String>,
}

impl HubSpot {
    /// Objects HubSpot sent, with what is needed to read them.
    pub(super) async fn keep(&self, stream: &Stream, sent: Vec<(String, Value)>) -> Result<Vec<Item>, SourceError> {
        let read = |sent: &Value| serde_json::from_value::<Object>(sent.clone()).unwrap_or_default();
        let objects: Vec<Object> = sent.iter().map(|(_, sent)| read(sent)).collect();
        let mut kept: Vec<Kept> = vec![Kept::default(); objects.len()];
        if stream.name == "companies" {
            self.owners(&objects).await?;
            let known = self.known();
            for (kept, object) in kept.iter_mut().zip(&objects) {
                let owner = object.text("hubspot_owner_id").and_then(|id| known.owners.get(&id).cloned());
                kept.owner_email = owner.flatten();
            }
        } else if stream.name == "deals" {
            let companies = self.companies(sent.iter().map(|(id, _)| id)).await?;
            self.stages(&objects).await?;
            let currency = self.currency(&objects).await?;
            let known = self.known();
            for ((kept, object), (id, _)) in kept.iter_mut().zip(&objects).zip(&sent) {
                kept.company = companies.get(id).cloned();
                kept.stage = object.text("dealstage").and_then(|id| known.stages.get(&id).cloned()).flatten();
                kept.currency = currency.clone().filter(|_| object.text("deal_currency_code").is_none());
            }
        }
        let items = sent.into_iter().zip(kept).map(|((id, sent), kept)| {
            let raw = serde_json::to_value(Kept { sent, ..kept }).unwrap_or_default();
            Item { id, raw }
        });
        Ok(items.collect())
    }

    /// Reads the owners, where one of these objects has an owner who is not known. Without the permission there are none.
    async fn owners(&self, objects: &[Object]) -> Result<(), SourceError> {
        let wanted: BTreeSet<String> = objects.iter().filter_map(|object| object.text("hubspot_owner_id")).collect();
        if wanted.iter().all(|id| self.known().owners.contains_key(id)) {
            return Ok(());
        }
        let mut owners = BTreeMap::new();
        let mut after = None;
        for _ in 0..MOST_PAGES {
            let mut asked = vec![("limit", LISTED.to_string())];
            asked.extend(after.map(|after| ("after", after)));
            let request = self.caller.get(&format!("/crm/owners/{VERSION}")).query(&asked);
            let page: Listed<Owner> = match self.caller.call(request).await {
                Ok(reply) => reply.json()?,
                Err(SourceError::Forbidden(_)) => break,
                Err(error) => return Err(error),
            };
            after = page.after();
            owners.extend(page.results.into_iter().filter_map(|owner| Some((owner.id?, owner.email))));
            if after.is_none() {
                break;
            }
        }
        // Whoever was not found is not looked for again in this pass.
        let mut known = self.known();
        known.owners = wanted.into_iter().map(|id| (id, None)).collect();
        known.owners.extend(owners);
        Ok(())
    }

    /// Reads the stages, where one of these deals is in a stage that is not known.
    async fn stages(&self, objects: &[Object]) -> Result<(), SourceError> {
        let wanted: BTreeSet<String> = objects.iter().filter_map(|object| object.text("dealstage")).collect();
        if wanted.iter().all(|id| self.known().stages.contains_key(id)) {
            return Ok(());
        }
        let request = self.caller.get(&format!("/crm/pipelines/{VERSION}/deals"));
        let pipelines: Vec<Pipeline> = match self.caller.call(request).await {
            Ok(reply) => reply.json::<Listed<Pipeline>>()?.results,
            Err(SourceError::Forbidden(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut known = self.known();
        known.stages = wanted.into_iter().map(|id| (id, None)).collect();
        let stages = pipelines.into_iter().flat_map(|pipeline| pipeline.stages);
        known.stages.extend(stages.filter_map(|stage| Some((stage.id.clone()?, Some(read_stage(&stage))))));
        Ok(())
    }

    /// The currency of the account, where one of these deals names none.
    async fn currency(&self, objects: &[Object]) -> Result<Option<String>, SourceError> {
        let known = self.known().currency.clone();
        if let Some(known) = known {
            return Ok(Some(known).filter(|currency| !currency.is_empty()));
        }
        if objects.iter().all(|object| object.text("deal_currency_code").is_some() || object.text("amount").is_none()) {
            return Ok(None);
        }
        let request = self.caller.get(&format!("/account-info/{VERSION}/details"));
        let currency = match self.caller.call(request).await {
            Ok(reply) => reply.json::<Details>()?.company_currency,
            Err(SourceError::Forbidden(_)) => None,
            Err(error) => return Err(error),
        };
        self.known().currency = Some(currency.clone().unwrap_or_default());
        Ok(currency)
    }

    /// The company of each of these deals that has one: the main one, else the first.
    async fn companies(&self, deals: impl Iterator<Item = &String>) -> Result<BTreeMap<String, String>, SourceError> {
        let inputs: Vec<Value> = deals.map(|id| json!({ "id": id })).collect();
        if inputs.is_empty() {
            return Ok(BTreeMap::new());
        }
        let path = format!("/crm/associations/{VERSION}/deals/companies/batch/read");
        let request = self.caller.post(&path).json(&json!({ "inputs": inputs }));
        let associations: Listed<Association> = self.caller.call(request).await?.json()?;
        let companies = associations.results.into_iter().filter_map(|association| {
            let main = association.to.iter().find(|to| is_primary(to)).or_else(|| association.to.first())?;
            Some((text(&association.from.id)?, text(&main.to_object_id)?))
        });
        Ok(companies.collect())
    }
}

fn is_primary(to: &To) -> bool {
    let own = |category: &str| category == "HUBSPOT_DEFINED";
    to.association_types.iter().any(|kind| kind.type_id == Some(PRIMARY) && kind.category.as_deref().is_none_or(own))
}

fn text(id: &Value) -> Option<String> {
    own_id(&json!({ "id": id }))
}

/// A stage as it is kept. A closed one is won where its likelihood is that.
fn read_stage(stage: &PipelineStage) -> Stage {
    let said =
        |field: &str| stage.metadata.get(field).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
    let closed = said("isClosed").is_some_and(|said| said == "true");
    let likely = said("probability").and_then(|said| said.parse::<f64>().ok()).unwrap_or_default();
    Stage { label: stage.label.clone().unwrap_or_default(), closed, won: closed && likely >= 1.0 }
}
