//! `views.*`: modals and Home tabs.

use serde_json::{Value, json};

use super::super::world::{Refusal, View, World};
use super::content::check;
use super::{Answer, Args, Method, TIER_4, bot};
use crate::slack::rules::Surface;

/// The methods of this family.
pub const METHODS: &[Method] = &[
    bot("views.open", TIER_4, &[], open),
    bot("views.push", TIER_4, &[], push),
    bot("views.update", TIER_4, &[], update),
    bot("views.publish", TIER_4, &[], publish),
];

fn invalid(message: &str) -> Refusal {
    let message = json!({"messages": [format!("[ERROR] {message}")]});
    Refusal::from("invalid_arguments").with("response_metadata", message)
}

/// Refuses a view that Slack would refuse.
pub fn checked_view(view: &Value, home: bool) -> Result<(), Refusal> {
    let wanted = if home { "home" } else { "modal" };
    if view["type"] != wanted {
        return Err(invalid(&format!("must be one of: {wanted} [json-pointer:/view/type]")));
    }
    let surface = if home { Surface::Home } else { Surface::Modal };
    check(&view["blocks"], surface, "invalid_arguments")?;
    for (name, most) in [("callback_id", 255), ("external_id", 255), ("private_metadata", 3000)] {
        if view[name].as_str().is_some_and(|text| text.chars().count() > most) {
            return Err(invalid(&format!("must be less than {} characters [json-pointer:/view/{name}]", most + 1)));
        }
    }
    if home {
        return Ok(());
    }
    for name in ["title", "submit", "close"] {
        let text = view[name]["text"].as_str();
        if text.is_some_and(|text| text.chars().count() > 24) {
            return Err(invalid(&format!("must be less than 25 characters [json-pointer:/view/{name}/text]")));
        }
        if name == "title" && text.is_none_or(str::is_empty) {
            return Err(invalid("missing required field: title [json-pointer:/view]"));
        }
    }
    let inputs = view["blocks"].as_array().is_some_and(|blocks| blocks.iter().any(|block| block["type"] == "input"));
    if inputs && view["submit"].is_null() {
        return Err(invalid("missing required field: submit, because there are inputs [json-pointer:/view]"));
    }
    Ok(())
}

fn answer(world: &World, id: &str) -> Value {
    json!({"view": world.views.get(id).map(View::json)})
}

fn show(world: &mut World, args: &Args, pushed: bool) -> Answer {
    let trigger = args.text("trigger_id").or_else(|| args.text("interactivity_pointer"));
    let trigger = trigger.map_or_else(|| args.need("trigger_id"), Ok)?.to_owned();
    let view = args.need_structure("view")?;
    checked_view(&view, false)?;
    let user = world.exchange_trigger(&trigger)?;
    let id = world.open_modal(&user, view, pushed)?;
    Ok(answer(world, &id))
}

fn open(world: &mut World, args: &Args) -> Answer {
    show(world, args, false)
}

fn push(world: &mut World, args: &Args) -> Answer {
    show(world, args, true)
}

fn update(world: &mut World, args: &Args) -> Answer {
    let view = args.need_structure("view")?;
    let id = match (args.text("view_id"), args.text("external_id")) {
        (Some(id), _) => id.to_owned(),
        (None, Some(external)) => {
            let found = world.views.values().find(|view| view.body["external_id"] == external);
            found.ok_or("not_found")?.id.clone()
        }
        (None, None) => return Err(invalid("missing required field: view_id")),
    };
    let home = world.views.get(&id).ok_or("not_found")?.body["type"] == "home";
    checked_view(&view, home)?;
    world.update_view(&id, view, args.text("hash"))?;
    Ok(answer(world, &id))
}

fn publish(world: &mut World, args: &Args) -> Answer {
    let view = args.need_structure("view")?;
    let user = args.need("user_id")?.to_owned();
    checked_view(&view, true)?;
    let id = world.publish_home(&user, view, args.text("hash"))?;
    Ok(answer(world, &id))
}
