//! `conversations.*`: channels, who is in them, what was said there.

use serde_json::{Value, json};

use super::super::app::BOT_USER;
use super::super::world::{Kind, Refusal, Ts, World};
use super::args::paged;
use super::{Answer, Args, Method, TIER_2, TIER_3, TIER_4, bot, channel_of, need_scope};

const READ: &[&str] = &["channels:read", "groups:read", "im:read", "mpim:read"];
const HISTORY: &[&str] = &["channels:history", "groups:history", "im:history", "mpim:history"];

/// The methods of this family.
pub const METHODS: &[Method] = &[
    bot("conversations.info", TIER_3, READ, info),
    bot("conversations.list", TIER_2, READ, list),
    bot("conversations.members", TIER_4, READ, members),
    bot("conversations.history", TIER_3, HISTORY, history),
    bot("conversations.replies", TIER_3, HISTORY, replies),
    bot("conversations.open", TIER_3, &["im:write", "mpim:write"], open),
    bot("conversations.join", TIER_3, &["channels:join"], join),
];

fn readable(world: &mut World, args: &Args, what: &str) -> Result<String, Refusal> {
    let id = channel_of(world, args)?;
    let channel = world.channel(&id).ok_or("channel_not_found")?;
    need_scope(world, &format!("{}:{what}", channel.kind.scope()))?;
    if what == "history" && !channel.has_bot() {
        return Err("not_in_channel".into());
    }
    Ok(id)
}

fn info(world: &mut World, args: &Args) -> Answer {
    let id = readable(world, args, "read")?;
    let mut channel = world.channel(&id).ok_or("channel_not_found")?.json();
    if !args.flag("include_num_members")
        && let Some(fields) = channel.as_object_mut()
    {
        fields.remove("num_members");
    }
    Ok(json!({"channel": channel}))
}

fn list(world: &mut World, args: &Args) -> Answer {
    let kinds = args.text("types").unwrap_or("public_channel").to_owned();
    let wanted: Vec<&str> = kinds.split(',').map(str::trim).collect();
    let without_archived = args.flag("exclude_archived");
    let channels = world.channels.iter().filter(|channel| {
        let name = match channel.kind {
            Kind::Public | Kind::Connect => "public_channel",
            Kind::Private => "private_channel",
            Kind::Im => "im",
        };
        let seen = channel.kind != Kind::Private || channel.has_bot();
        wanted.contains(&name) && seen && !(without_archived && channel.archived)
    });
    let all = channels.map(super::super::world::Channel::json).collect();
    let (channels, metadata) = paged(all, args.page(100, 1000)?);
    Ok(json!({"channels": channels, "response_metadata": metadata}))
}

fn members(world: &mut World, args: &Args) -> Answer {
    let id = readable(world, args, "read")?;
    let members = &world.channel(&id).ok_or("channel_not_found")?.members;
    let (members, metadata) = paged(members.iter().map(|id| json!(id)).collect(), args.page(100, 1000)?);
    Ok(json!({"members": members, "response_metadata": metadata}))
}

struct Span {
    oldest: Option<Ts>,
    latest: Option<Ts>,
    inclusive: bool,
}

impl Span {
    fn read(args: &Args) -> Result<Self, Refusal> {
        let bound = |name: &str, error: &str| match args.text(name) {
            None | Some("0" | "now") => Ok(None),
            // Whole seconds are taken too.
            Some(text) if !text.contains('.') => format!("{text}.000000").parse().map(Some).map_err(|()| error.into()),
            Some(_) => args.ts(name, error),
        };
        Ok(Self {
            oldest: bound("oldest", "invalid_ts_oldest")?,
            latest: bound("latest", "invalid_ts_latest")?,
            inclusive: args.flag("inclusive"),
        })
    }

    fn holds(&self, ts: Ts) -> bool {
        let after = self.oldest.is_none_or(|oldest| ts > oldest || (self.inclusive && ts == oldest));
        after && self.latest.is_none_or(|latest| ts < latest || (self.inclusive && ts == latest))
    }
}

/// One page of messages, shown only after the page is cut: a channel may hold thousands.
fn page_of(
    world: &World,
    id: &str,
    args: &Args,
    found: impl FnOnce(&super::super::world::Channel) -> Vec<Ts>,
) -> Answer {
    let channel = world.channel(id).ok_or("channel_not_found")?;
    let metadata = args.flag("include_all_metadata");
    let (limit, at) = args.page(100, 999)?;
    let all = found(channel);
    let more = all.len() > at + limit;
    let shown: Vec<Value> = all
        .iter()
        .skip(at)
        .take(limit)
        .filter_map(|ts| channel.messages.get(ts))
        .map(|message| world.message_json(channel, message, metadata))
        .collect();
    let mut answer = json!({"messages": shown, "has_more": more});
    if more {
        answer["response_metadata"] = json!({"next_cursor": format!("next:{}", at + limit)});
    }
    Ok(answer)
}

fn history(world: &mut World, args: &Args) -> Answer {
    let id = readable(world, args, "history")?;
    let span = Span::read(args)?;
    let mut answer = page_of(world, &id, args, |channel| {
        let messages = channel.messages.values().rev();
        let top = messages.filter(|message| {
            message.stands() && span.holds(message.ts) && (message.root() == message.ts || message.broadcast)
        });
        top.map(|message| message.ts).collect()
    })?;
    answer["pin_count"] = json!(0);
    Ok(answer)
}

fn replies(world: &mut World, args: &Args) -> Answer {
    let id = readable(world, args, "history")?;
    let ts = args.need_ts("ts", "thread_not_found")?;
    let root = world.message(&id, ts).filter(|message| message.stands()).ok_or("thread_not_found")?.root();
    let span = Span::read(args)?;
    page_of(world, &id, args, |channel| {
        let later = channel.replies(root).map(|message| message.ts).filter(|ts| span.holds(*ts));
        // The first message comes with every page's list, whatever the span.
        channel.messages.get(&root).filter(|message| message.stands()).map(|_| root).into_iter().chain(later).collect()
    })
}

fn open(world: &mut World, args: &Args) -> Answer {
    let id = match (args.text("channel"), args.text("users")) {
        (Some(channel), _) => {
            let found = world.channel(channel).filter(|channel| channel.kind == Kind::Im);
            found.ok_or("channel_not_found")?.id.clone()
        }
        (None, Some(users)) => {
            let mut users = users.split(',').map(str::trim).filter(|user| *user != BOT_USER);
            let (first, more) = (users.next().ok_or("users_list_not_supplied")?, users.next());
            if more.is_some() {
                // Conversations of several people are not part of this Slack.
                return Err("not_enough_users".into());
            }
            let person = world.person(first).ok_or("user_not_found")?;
            if person.deactivated {
                return Err("user_disabled".into());
            }
            world.direct_message(first)
        }
        (None, None) => return Err("users_list_not_supplied".into()),
    };
    let channel = if args.flag("return_im") {
        world.channel(&id).map_or(Value::Null, super::super::world::Channel::json)
    } else {
        json!({"id": id})
    };
    Ok(json!({"no_op": false, "already_open": true, "channel": channel}))
}

fn join(world: &mut World, args: &Args) -> Answer {
    let id = channel_of(world, args)?;
    let channel = world.channel(&id).ok_or("channel_not_found")?;
    if channel.archived {
        return Err("is_archived".into());
    }
    if channel.kind != Kind::Public {
        return Err("method_not_supported_for_channel_type".into());
    }
    world.join(BOT_USER, &id, true);
    Ok(json!({"channel": world.channel(&id).map(super::super::world::Channel::json)}))
}
