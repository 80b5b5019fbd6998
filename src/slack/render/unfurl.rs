//! Links to accounts as Work Objects. Everybody in the conversation sees the preview, so it names the account and its
//! owner and no more; money, health and risks stand in the pane, which Slack asks for one person at a time.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::account::{AccountCard, when};
use super::action_id::{ACCOUNT_ASK, ACCOUNT_SHOW, AccountValue, Sent};
use super::escape::plain;
use crate::domain::money::joined;
use crate::domain::text::{clipped, signed};

/// What a preview may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview<'a> {
    /// The address as it was posted.
    pub posted: &'a str,
    /// The address of the account's page.
    pub url: &'a str,
    /// Domain of the account.
    pub domain: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Owner's e-mail address.
    pub owner: Option<&'a str>,
}

/// The entity of a preview, for `metadata.entities` of `chat.unfurl`.
#[must_use]
pub fn preview(shown: &Preview<'_>) -> Value {
    let mut entity = entity(shown.url, shown.domain, shown.name, &[owner(shown.owner)]);
    entity["app_unfurl_url"] = shown.posted.into();
    entity
}

/// The entity of the pane, for `metadata` of `entity.presentDetails`: for one person who may see the account.
#[must_use]
pub fn details(account: &AccountCard, url: &str, today: NaiveDate) -> Value {
    let arr = if account.arr.is_empty() { "none".to_owned() } else { joined(&account.arr) };
    let health = format!("{}, {} of 100", account.level.label(), account.score);
    let risks = account.factors.iter().filter(|factor| factor.magnitude < 0).take(4);
    let risks: Vec<String> =
        risks.map(|factor| format!("{} {}", signed(factor.magnitude), clipped(&factor.reason, 160))).collect();
    let mut fields = vec![owner(account.owner.as_deref()), field("health", "Health", &health)];
    fields.push(field("arr", "ARR", &arr));
    if let Some(state) = account.payment {
        fields.push(field("payment", "Payment", state.label()));
    }
    if let Some(day) = account.renews_on {
        let label = if day < today { "Ended" } else { "Renews" };
        fields.push(field("renewal", label, &when(day, today)));
    }
    fields.push(field("section", "Section", account.section.label()));
    if !risks.is_empty() {
        let mut told = field("risks", "Risks", &risks.join("\n"));
        told["long"] = true.into();
        fields.push(told);
    }
    let value = AccountValue { account: account.domain.clone() }.sent();
    let mut entity = entity(url, &account.domain, &account.name, &fields);
    entity["entity_payload"]["actions"] = json!({ "primary_actions": [
        { "text": "Ask", "action_id": ACCOUNT_ASK, "style": "primary", "value": value },
        { "text": "Show the card", "action_id": ACCOUNT_SHOW, "value": value },
    ] });
    entity
}

fn entity(url: &str, domain: &str, name: &str, fields: &[Value]) -> Value {
    let order: Vec<Value> = fields.iter().filter_map(|field| field.get("key").cloned()).collect();
    json!({
        "url": url,
        "external_ref": { "id": domain, "type": "account" },
        "entity_type": "slack#/entities/item",
        "entity_payload": {
            "attributes": {
                "title": { "text": plain(&clipped(name, 140), 150) },
                "display_id": plain(&clipped(domain, 100), 110),
                "display_type": "Account",
                "product_name": "success-agent",
            },
            "custom_fields": fields,
            "display_order": order,
        },
    })
}

fn owner(owner: Option<&str>) -> Value {
    field("owner", "Owner", owner.unwrap_or("nobody"))
}

fn field(key: &str, label: &str, value: &str) -> Value {
    json!({ "key": key, "label": label, "value": plain(value, 1_000), "type": "string" })
}
