//! `files.*`: uploads in three steps, and what is known of a file.

use serde_json::{Value, json};

use super::super::app::BOT_USER;
use super::super::world::{Draft, World};
use super::chat::thread_of;
use super::content::checked_blocks;
use super::{Answer, Args, Method, TIER_4, bot, visible_channel};
use crate::slack::rules::Surface;

/// The methods of this family.
pub const METHODS: &[Method] = &[
    bot("files.info", TIER_4, &["files:read"], info),
    bot("files.getUploadURLExternal", TIER_4, &["files:write"], upload_url),
    bot("files.completeUploadExternal", TIER_4, &["files:write"], complete),
];

fn info(world: &mut World, args: &Args) -> Answer {
    let file = world.file(args.need("file")?).ok_or("file_not_found")?;
    Ok(json!({"file": file.json(&world.origin), "comments": []}))
}

fn upload_url(world: &mut World, args: &Args) -> Answer {
    let name = args.need("filename")?.to_owned();
    args.number("length").ok_or("invalid_arguments")?;
    let id = world.add_file(&name, BOT_USER, None);
    Ok(json!({"upload_url": format!("{}/files/upload/{id}", world.origin), "file_id": id}))
}

fn complete(world: &mut World, args: &Args) -> Answer {
    let given = args.list("files")?;
    if given.is_empty() {
        return Err("invalid_arguments".into());
    }
    let mut shown: Vec<Value> = Vec::new();
    let origin = world.origin.clone();
    for one in &given {
        let id = one["id"].as_str().ok_or("invalid_arguments")?;
        let file = world.files.iter_mut().find(|file| file.id == id && file.bytes.is_some()).ok_or("file_not_found")?;
        if let Some(title) = one["title"].as_str() {
            title.clone_into(&mut file.title);
        }
        shown.push(file.json(&origin));
    }
    if let Some(channel) = args.text("channel_id").or_else(|| args.text("channels")) {
        let channel = visible_channel(world, channel)?;
        let draft = Draft {
            thread: thread_of(world, &channel, args)?,
            channel,
            user: BOT_USER.to_owned(),
            bot: true,
            text: args.text("initial_comment").unwrap_or_default().to_owned(),
            blocks: checked_blocks(args, "blocks", Surface::Message)?.unwrap_or_default(),
            files: shown.clone(),
            ..Draft::default()
        };
        world.post(draft);
    }
    Ok(json!({"files": shown}))
}
