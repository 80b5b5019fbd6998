"""An app made with Bolt for Python, in Socket Mode, against the emulator: a mention, a command, a button, a modal."""

import logging
from queue import Queue

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from driver import API_URL, APP_TOKEN, BOT_TOKEN, PATIENCE, SIGNING_SECRET, expect, get, message, messages, post, run

CHANNEL, USER = "C_GENERAL", "U_MONICA"
logging.disable(logging.WARNING)
app = App(client=WebClient(token=BOT_TOKEN, base_url=API_URL), signing_secret=SIGNING_SECRET)
# What a listener has done, so that nothing here waits by the clock.
seen = Queue()


def plain(text):
    return {"type": "plain_text", "text": text}


def after(what):
    """What a listener found, once it is through."""
    name, found = seen.get(timeout=PATIENCE)
    expect(name == what, f"Bolt hears the {what}", (name, found))
    return found


@app.event("app_mention")
def mentioned(event, say):
    button = {"type": "button", "action_id": "approve", "value": "p1", "text": plain("Approve")}
    said = say(text=f"Asked by <@{event['user']}>", thread_ts=event["ts"],
               blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "Route *Hooli*?"}},
                       {"type": "actions", "block_id": "card", "elements": [button]}])
    seen.put(("mention", {"event": event, "reply": said["ts"]}))


@app.event("message")
def heard(event):
    if not event.get("bot_id") and event["channel_type"] == "im":
        seen.put(("direct message", event))


@app.event("app_home_opened")
def home_opened(event, client):
    if event["tab"] == "home":
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "Your accounts"}}]})
        seen.put(("opened Home tab", event))


@app.command("/account")
def commanded(ack, command, respond):
    ack(text=f"Looking for {command['text']}…")
    respond(text="Hooli: critical", response_type="ephemeral")
    seen.put(("command", command))


@app.action("approve")
def approved(ack, body, client):
    ack()
    client.views_open(trigger_id=body["trigger_id"], view={
        "type": "modal", "callback_id": "reason", "title": plain("Route"), "submit": plain("Save"),
        "private_metadata": body["container"]["message_ts"],
        "blocks": [{"type": "input", "block_id": "why", "label": plain("Why?"),
                    "element": {"type": "plain_text_input", "action_id": "text", "initial_value": "usage"}}],
    })
    seen.put(("click", body))


@app.view("reason")
def given(ack, body, view, client):
    why = view["state"]["values"]["why"]["text"]["value"]
    if len(why) < 6:
        ack(response_action="errors", errors={"why": "Say a little more."})
    else:
        ack()
        client.chat_update(channel=CHANNEL, ts=view["private_metadata"], text=f"Routed: {why}", blocks=[])
    seen.put(("submission", why))


@app.shortcut("save_note")
def noted(ack, shortcut):
    ack()
    seen.put(("message shortcut", shortcut))


def script():
    handler = SocketModeHandler(app, APP_TOKEN)
    handler.connect()

    asked = post("/message", user=USER, channel=CHANNEL, text="<@BOT> route Hooli")["ts"]
    mention = after("mention")
    card = mention["reply"]
    expect(message(CHANNEL, card)["thread_ts"] == asked, "and answers in its thread", message(CHANNEL, card))

    post("/message", user=USER, channel="DM", text="hello")
    direct = after("direct message")
    expect(direct["text"] == "hello" and direct["user"] == USER, "with its text", direct)

    answered = post("/command", user=USER, channel=CHANNEL, command="/account", text='"Hooli" <@U_JARED>')
    expect(answered["response"]["text"].startswith("Looking for"), "a command's acknowledgement is shown", answered)
    command = after("command")
    expect("<@U_JARED" in command["text"] and command["user_id"] == USER and command["channel_id"] == CHANNEL, "with its text escaped and who typed it", command)
    told = [one for one in messages(CHANNEL, USER) if one.get("only_for") == USER]
    expect("Hooli: critical" in [one["text"] for one in told], "what is sent to the response address is seen by one person", told)
    expect(not [one for one in messages(CHANNEL, "U_JARED") if one.get("only_for")], "and by nobody else")

    post("/click", user=USER, channel=CHANNEL, ts=card, action_id="approve")
    click = after("click")
    expect(click["actions"][0]["value"] == "p1" and click["user"]["id"] == USER, "with its value and who clicked", click)
    modal = get(f"/views?user={USER}")["modals"][-1]
    expect(modal["callback_id"] == "reason" and modal["private_metadata"] == card, "a modal is opened by its trigger", modal)
    refused = post("/submit", user=USER, values={})
    expect(after("submission") == "usage", "what a person leaves keeps its first value")
    expect(refused["response_action"] == "errors" and refused["errors"] == {"why": "Say a little more."}, "errors are shown in the modal", refused)
    post("/submit", user=USER, values={"why": {"text": "usage fell by half"}})
    expect(after("submission") == "usage fell by half", "what a person types comes in")
    expect(not get(f"/views?user={USER}")["modals"], "an accepted modal closes")
    expect(message(CHANNEL, card)["text"] == "Routed: usage fell by half", "and the card says so", message(CHANNEL, card))

    post("/open", user=USER, tab="home")
    after("opened Home tab")
    expect(get(f"/views?user={USER}")["home"]["blocks"][0]["text"]["text"] == "Your accounts", "and it is filled")
    post("/shortcut", user=USER, callback_id="save_note", channel=CHANNEL, ts=asked)
    shortcut = after("message shortcut")
    expect(shortcut["message"]["ts"] == asked and shortcut["channel"]["id"] == CHANNEL, "with its message", shortcut)
    handler.close()


if __name__ == "__main__":
    run(script)
