//! `chat.*`: posting, changing and deleting messages.

use serde_json::{Value, json};

use super::super::app::{BOT_USER, TEAM_DOMAIN};
use super::super::world::{Draft, Refusal, Ts, World};
use super::content::metadata;
use super::{Answer, Args, Content, Method, Rate, SPECIAL, TIER_3, TIER_4, bot, channel_of, writable_channel};

/// The methods of this family.
pub const METHODS: &[Method] = &[
    bot("chat.postMessage", Rate::PerChannel, &["chat:write"], post),
    bot("chat.postEphemeral", TIER_4, &["chat:write"], post_ephemeral),
    bot("chat.update", TIER_3, &["chat:write"], update),
    bot("chat.delete", TIER_3, &["chat:write"], delete),
    bot("chat.getPermalink", SPECIAL, &[], permalink),
];

/// The first message of the thread a call names, which has to be there.
pub fn thread_of(world: &World, channel: &str, args: &Args) -> Result<Option<Ts>, Refusal> {
    let Some(ts) = args.ts("thread_ts", "invalid_thread_ts")? else { return Ok(None) };
    let message = world.message(channel, ts).ok_or("thread_not_found")?;
    Ok(Some(message.root()))
}

/// The draft of a message that the app writes.
pub fn draft(world: &World, channel: &str, args: &Args, content: Content) -> Result<Draft, Refusal> {
    Ok(Draft {
        channel: channel.to_owned(),
        thread: thread_of(world, channel, args)?,
        broadcast: args.flag("reply_broadcast"),
        user: BOT_USER.to_owned(),
        bot: true,
        username: args
            .text("username")
            .filter(|_| world.app.scopes().contains("chat:write.customize"))
            .map(str::to_owned),
        text: content.cut_text(),
        blocks: content.blocks.unwrap_or_default(),
        attachments: content.attachments,
        metadata: metadata(args)?.filter(|metadata| !metadata.is_null()),
        ..Draft::default()
    })
}

/// A message as an answer shows it.
pub fn shown(world: &World, channel: &str, ts: Ts) -> Value {
    match (world.channel(channel), world.message(channel, ts)) {
        (Some(place), Some(message)) => world.message_json(place, message, true),
        _ => Value::Null,
    }
}

fn post(world: &mut World, args: &Args) -> Answer {
    let channel = writable_channel(world, args)?;
    let content = Content::read(args)?;
    if content.is_empty() {
        return Err("no_text".into());
    }
    let long = content.text.as_ref().is_some_and(|text| text.chars().count() > 40_000);
    let draft = draft(world, &channel, args, content)?;
    let thread = draft.thread;
    let ts = world.post(draft);
    if let Some(root) = thread {
        world.clear_status_text(&channel, root);
    }
    let mut answer = json!({"channel": channel, "ts": ts.to_string(), "message": shown(world, &channel, ts)});
    if long {
        answer["warning"] = json!("message_truncated");
        answer["response_metadata"] = json!({"warnings": ["message_truncated"]});
    }
    Ok(answer)
}

fn post_ephemeral(world: &mut World, args: &Args) -> Answer {
    let channel = writable_channel(world, args)?;
    let user = args.need("user")?.to_owned();
    if world.person(&user).is_none() {
        return Err("user_not_found".into());
    }
    if !world.channel(&channel).is_some_and(|place| place.members.contains(&user)) {
        return Err("user_not_in_channel".into());
    }
    let content = Content::read(args)?;
    if content.is_empty() {
        return Err("no_text".into());
    }
    let draft = Draft { only_for: Some(user), ..draft(world, &channel, args, content)? };
    let ts = world.post(draft);
    Ok(json!({"message_ts": ts.to_string()}))
}

/// The app's own message that a call names, with its channel.
fn own_message(world: &mut World, args: &Args, not_own: &str) -> Result<(String, Ts), Refusal> {
    let channel = channel_of(world, args)?;
    let ts = args.need_ts("ts", "message_not_found")?;
    let message =
        world.message(&channel, ts).filter(|message| message.only_for.is_none()).ok_or("message_not_found")?;
    if message.bot { Ok((channel, ts)) } else { Err(not_own.into()) }
}

fn update(world: &mut World, args: &Args) -> Answer {
    let (channel, ts) = own_message(world, args, "cant_update_message")?;
    if world.message(&channel, ts).is_some_and(super::super::world::Message::streaming) {
        return Err("streaming_state_conflict".into());
    }
    let content = Content::read(args)?;
    if content.text.is_none() && content.blocks.is_none() && content.attachments.is_none() {
        return Err("no_text".into());
    }
    content.check_change()?;
    let metadata = metadata(args)?;
    let blocks = content.blocks.map(|blocks| super::super::world::with_ids(blocks, || world.next_number()));
    let (text, attachments) = (content.text, content.attachments);
    world.change(&channel, ts, Some(BOT_USER), |message| {
        if let Some(text) = text {
            message.text = text;
            // What was streamed is replaced with the rest of the message.
            message.stream = None;
        }
        if let Some(blocks) = blocks {
            message.blocks = blocks;
        }
        if let Some(attachments) = attachments {
            message.attachments = Some(attachments);
        }
        if let Some(metadata) = metadata {
            message.metadata = Some(metadata).filter(|metadata| !metadata.is_null());
        }
    });
    let message = shown(world, &channel, ts);
    Ok(json!({"channel": channel, "ts": ts.to_string(), "text": message["text"], "message": message}))
}

fn delete(world: &mut World, args: &Args) -> Answer {
    let (channel, ts) = own_message(world, args, "cant_delete_message")?;
    if world.message(&channel, ts).is_some_and(super::super::world::Message::streaming) {
        return Err("cant_delete_message".into());
    }
    world.delete(&channel, ts);
    Ok(json!({"channel": channel, "ts": ts.to_string()}))
}

fn permalink(world: &mut World, args: &Args) -> Answer {
    let channel = channel_of(world, args)?;
    let ts = args.need_ts("message_ts", "message_not_found")?;
    let message = world.message(&channel, ts).ok_or("message_not_found")?;
    let digits = ts.to_string().replace('.', "");
    let thread = match message.thread.filter(|root| *root != ts) {
        Some(root) => format!("?thread_ts={root}&cid={channel}"),
        None => String::new(),
    };
    let link = format!("https://{TEAM_DOMAIN}.slack.com/archives/{channel}/p{digits}{thread}");
    Ok(json!({"channel": channel, "permalink": link}))
}
