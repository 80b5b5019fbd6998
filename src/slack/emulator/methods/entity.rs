//! Links and Work Objects: `chat.unfurl`, `entity.presentDetails`; and search on behalf of a person.

use serde_json::{Value, json};

use super::super::world::{Kind, Refusal, Ts, World};
use super::content::check;
use super::{Answer, Args, Method, SPECIAL, TIER_3, bot};
use crate::slack::rules::Surface;

/// The methods of this family.
pub const METHODS: &[Method] = &[
    bot("chat.unfurl", TIER_3, &["links:write"], unfurl),
    bot("entity.presentDetails", TIER_3, &[], present),
    bot("assistant.search.context", SPECIAL, &["search:read.public"], search),
    super::open("blocks.validate", TIER_3, super::validate::validate),
];

const ENTITY_TYPES: [&str; 5] = ["task", "file", "item", "incident", "content_item"];

fn message_of(world: &World, args: &Args) -> Result<(String, Ts), Refusal> {
    if let Some(id) = args.text("unfurl_id") {
        args.text("source").ok_or("missing_source")?;
        let named = world.of_unfurl_id(id).ok_or("invalid_unfurl_id")?;
        let (channel, ts) = named.split_once(' ').ok_or("invalid_unfurl_id")?;
        return Ok((channel.to_owned(), ts.parse().map_err(|()| Refusal::from("invalid_unfurl_id"))?));
    }
    let channel = args.text("channel").ok_or("missing_channel")?.to_owned();
    let ts = args.ts("ts", "cannot_find_message")?.ok_or("missing_ts")?;
    world.message(&channel, ts).ok_or("cannot_find_message")?;
    Ok((channel, ts))
}

/// Refuses a Work Object that is not one.
fn check_entity(entity: &Value) -> Result<(), Refusal> {
    let wrong = |what: &str| {
        let message = json!({"messages": [format!("[ERROR] {what}")]});
        Err(Refusal::from("invalid_metadata").with("response_metadata", message))
    };
    let kind = entity["entity_type"].as_str().unwrap_or_default();
    if !ENTITY_TYPES.contains(&kind.trim_start_matches("slack#/entities/")) {
        return wrong("entity_type is none of task, file, item, incident, content_item");
    }
    if !entity["external_ref"]["id"].is_string() {
        return wrong("missing required field: external_ref.id");
    }
    if !entity["entity_payload"]["attributes"]["title"]["text"].is_string() {
        return wrong("missing required field: entity_payload.attributes.title.text");
    }
    Ok(())
}

fn unfurl(world: &mut World, args: &Args) -> Answer {
    let (channel, ts) = message_of(world, args)?;
    let mut shown = Vec::new();
    if let Some(unfurls) = args.structure("unfurls")? {
        let unfurls = unfurls.as_object().cloned().ok_or("cannot_parse_attachment")?;
        for (url, content) in unfurls {
            if let Some(blocks) = content.get("blocks") {
                check(blocks, Surface::Message, "invalid_blocks")?;
            }
            shown.push(json!({"url": url, "content": content}));
        }
    }
    if let Some(metadata) = args.structure("metadata")? {
        for entity in metadata["entities"].as_array().into_iter().flatten() {
            check_entity(entity)?;
            let link = entity["app_unfurl_url"].as_str().or_else(|| entity["url"].as_str());
            let link = link.ok_or("invalid_metadata")?;
            shown.push(json!({"url": link, "app_unfurl_url": entity["app_unfurl_url"], "entity": entity}));
        }
    }
    if shown.is_empty() && !args.flag("user_auth_required") {
        return Err("missing_unfurls".into());
    }
    world.changed.channels.insert(channel.clone());
    let message = world.message_mut(&channel, ts).ok_or("cannot_find_message")?;
    message.unfurls.retain(|old| !shown.iter().any(|new| new["url"] == old["url"]));
    message.unfurls.extend(shown);
    Ok(json!({}))
}

fn present(world: &mut World, args: &Args) -> Answer {
    let trigger = args.need("trigger_id")?.to_owned();
    let metadata = args.structure("metadata")?;
    let error = args.structure("error")?;
    let auth = args.flag("user_auth_required");
    if let Some(metadata) = &metadata {
        check_entity(metadata)?;
    } else if error.is_none() && !auth {
        return Err("invalid_arguments".into());
    }
    if auth && !args.has("user_auth_url") {
        return Err("invalid_arguments".into());
    }
    let user = world.exchange_trigger(&trigger)?;
    let person = world.person_mut(&user).ok_or("user_not_found")?;
    let url = person.pane.as_ref().map(|pane| pane["url"].clone());
    person.pane = Some(json!({
        "url": url, "state": "shown", "metadata": metadata, "error": error, "user_auth_required": auth,
        "user_auth_url": args.text("user_auth_url")
    }));
    world.changed.people.insert(user);
    Ok(json!({}))
}

fn search(world: &mut World, args: &Args) -> Answer {
    let query = args.need("query")?.to_lowercase();
    args.text("action_token").ok_or("missing_action_token")?;
    let words: Vec<&str> = query.split_whitespace().filter(|word| word.len() > 2).collect();
    let limit = args.number("limit").unwrap_or(20).min(20) as usize;
    let mut found = Vec::new();
    for channel in world.channels.iter().filter(|channel| matches!(channel.kind, Kind::Public | Kind::Connect)) {
        for message in channel.messages.values().rev().filter(|message| message.stands()) {
            let text = message.shown_text();
            let lower = text.to_lowercase();
            if words.iter().any(|word| lower.contains(word)) && found.len() < limit {
                let permalink = format!("{}/archives/{}/{}", world.origin, channel.id, message.ts);
                found.push(json!({
                    "author_user_id": message.user, "team_id": super::super::app::TEAM, "channel_id": channel.id,
                    "channel_name": channel.name, "message_ts": message.ts.to_string(), "content": text,
                    "is_author_bot": message.bot, "permalink": permalink
                }));
            }
        }
    }
    Ok(json!({"results": {"messages": found, "files": []}, "response_metadata": {"next_cursor": ""}}))
}
