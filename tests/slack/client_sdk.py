"""slack_sdk against the emulator: the Web API, streams and Socket Mode."""

import json
from queue import Queue

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.messages.chunk import TaskUpdateChunk
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

from driver import API_URL, APP_TOKEN, BOT_TOKEN, PATIENCE, expect, get, message, messages, post, run

CHANNEL, USER = "C_GENERAL", "U_MONICA"
web = WebClient(token=BOT_TOKEN, base_url=API_URL)


def refused(error, sentence, function, **arguments):
    """A call that Slack refuses with this error; the whole answer."""
    try:
        response = function(**arguments)
    except SlackApiError as refusal:
        expect(refusal.response["error"] in (error if isinstance(error, tuple) else (error,)), sentence, refusal.response.data)
        return refusal.response
    expect(False, sentence, response.data)


def identity():
    who = web.auth_test()
    expect((who["user_id"], who["team_id"]) == ("U_BOT", "T_PIEDPIPER"), "auth.test says who the bot is", who.data)
    expect(who["bot_id"].startswith("B"), "auth.test has a bot_id", who.data)
    refused("invalid_auth", "an unknown token is invalid_auth", WebClient(token="xoxb-no", base_url=API_URL).auth_test)
    refused("not_authed", "no token is not_authed", WebClient(base_url=API_URL).auth_test)
    refused("unknown_method", "an unknown method is unknown_method", lambda: web.api_call("no.such.method"))


def chat():
    metadata = {"event_type": "turn", "event_payload": {"turn": {"id": 7, "part": "answer"}}}
    blocks = [{"type": "section", "block_id": "b1", "text": {"type": "mrkdwn", "text": "*Hooli* is critical"}}]
    posted = web.chat_postMessage(channel=CHANNEL, text="Hooli is critical", blocks=blocks, metadata=metadata, unfurl_links=False)
    root = posted["ts"]
    expect(posted["channel"] == CHANNEL and posted["message"]["text"] == "Hooli is critical", "a message is posted", posted.data)
    expect(posted["message"]["blocks"][0]["block_id"] == "b1", "its blocks come back", posted.data)
    shown = message(CHANNEL, root)
    expect(shown and shown["bot"] and shown["text"] == "Hooli is critical", "people see it", shown)

    reply = web.chat_postMessage(channel=CHANNEL, thread_ts=root, text="Because of usage", metadata=metadata)
    expect(float(reply["ts"]) > float(root), "time stamps rise", (root, reply["ts"]))
    thread = web.conversations_replies(channel=CHANNEL, ts=root, include_all_metadata=True)
    expect([one["ts"] for one in thread["messages"]] == [root, reply["ts"]], "a thread is its root and its replies", thread.data)
    read = thread["messages"][1].get("metadata")
    expect(read == metadata, "metadata is read back as it was written", read)
    bare = web.conversations_replies(channel=CHANNEL, ts=root)["messages"][1].get("metadata", {})
    expect("event_payload" not in bare, "its payload only when asked for", bare)

    web.chat_update(channel=CHANNEL, ts=root, text="Hooli is at risk", blocks=[])
    shown = message(CHANNEL, root)
    expect(shown["text"] == "Hooli is at risk" and shown["edited"] and not shown["blocks"], "a message is updated", shown)
    told = web.chat_postEphemeral(channel=CHANNEL, user=USER, text="Only you")
    expect(message(CHANNEL, told["message_ts"])["only_for"] == USER, "an ephemeral message is for one person", told.data)
    expect(message(CHANNEL, told["message_ts"], "U_JARED") is None, "nobody else sees it")
    link = web.chat_getPermalink(channel=CHANNEL, message_ts=root)
    expect(link["permalink"].startswith("http"), "a message has a permalink", link.data)

    web.reactions_add(channel=CHANNEL, timestamp=root, name="eyes")
    expect(message(CHANNEL, root)["reactions"] == [{"name": "eyes", "users": ["U_BOT"]}], "a reaction is seen", message(CHANNEL, root))
    refused("already_reacted", "twice is already_reacted", web.reactions_add, channel=CHANNEL, timestamp=root, name="eyes")
    web.reactions_remove(channel=CHANNEL, timestamp=root, name="eyes")
    refused("no_reaction", "what is not there is no_reaction", web.reactions_remove, channel=CHANNEL, timestamp=root, name="eyes")

    web.chat_delete(channel=CHANNEL, ts=reply["ts"])
    refused("message_not_found", "a deleted message is message_not_found", web.chat_update, channel=CHANNEL, ts=reply["ts"], text="a")
    refused("channel_not_found", "an unknown channel is channel_not_found", web.chat_postMessage, channel="C_NONE", text="a")
    refused("no_text", "nothing to say is no_text", web.chat_postMessage, channel=CHANNEL, text="")
    refused("msg_too_long", "an update of 4,001 bytes is msg_too_long", web.chat_update, channel=CHANNEL, ts=root, text="a" * 4001)
    bad = refused("invalid_blocks", "a header of 151 is invalid_blocks", web.chat_postMessage, channel=CHANNEL, text="a",
                  blocks=[{"type": "header", "text": {"type": "plain_text", "text": "a" * 151}}])
    where = " ".join(bad["response_metadata"]["messages"])
    expect("/blocks/0/text" in where, "and says where", bad.data)
    refused("user_not_in_channel", "an outsider gets no ephemeral message", web.chat_postEphemeral, channel="C_ACCT_HOOLI", user="U_GUEST", text="a")


def pages(function, items, **arguments):
    """Everything, a page at a time, and how many pages there were."""
    found, count = [], 0
    for page in function(**arguments):
        found += page[items]
        count += 1
    return found, count


def people_and_places():
    state = get("/state")
    channels, count = pages(web.conversations_list, "channels", limit=2, types="public_channel,private_channel")
    ids = [channel["id"] for channel in channels]
    wanted = {channel["id"] for channel in state["channels"] if channel["kind"] != "im"}
    expect(set(ids) == wanted and len(ids) == len(set(ids)), "conversations.list gives every channel once", ids)
    expect(count == -(-len(wanted) // 2), "two a page", count)
    members, count = pages(web.users_list, "members", limit=3)
    ids = [person["id"] for person in members]
    expect({person["id"] for person in state["users"]} <= set(ids) and len(ids) == len(set(ids)) and count > 1, "users.list gives everybody once", ids)
    inside, _ = pages(web.conversations_members, "members", channel=CHANNEL, limit=2)
    expect("U_BOT" in inside and USER in inside and len(inside) == len(set(inside)), "conversations.members gives each member once", inside)

    monica = next(person for person in state["users"] if person["id"] == USER)
    user = web.users_info(user=USER)["user"]
    expect(user["is_admin"] and user["profile"]["email"] == monica["email"], "users.info has the address and the role", user)
    expect(web.users_info(user="U_GUEST")["user"]["is_restricted"], "a guest is_restricted")
    expect(web.users_info(user="U_CONNECT")["user"]["is_stranger"], "a person of another team is_stranger")
    expect(web.users_lookupByEmail(email=monica["email"])["user"]["id"] == USER, "a person is found by address")
    refused("users_not_found", "an unknown address is users_not_found", web.users_lookupByEmail, email="no@body.example")
    refused("user_not_found", "an unknown person is user_not_found", web.users_info, user="U_NONE")
    expect(web.conversations_info(channel="C_CONNECT")["channel"]["is_ext_shared"], "a shared channel is_ext_shared")
    expect(web.conversations_info(channel="G_PRIVATE")["channel"]["is_private"], "a private channel is_private")
    first, second = (web.conversations_open(users=USER)["channel"]["id"] for _ in range(2))
    expect(first == second and first.startswith("D"), "a direct message is opened once", (first, second))
    newest = web.chat_postMessage(channel=first, text="Hello")["ts"]
    history = web.conversations_history(channel=first, limit=1)
    expect([one["ts"] for one in history["messages"]] == [newest], "the newest stands first in the history", history.data)


def views():
    home = {"type": "home", "callback_id": "home", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Your accounts"}}]}
    view = web.views_publish(user_id=USER, view=home)["view"]
    expect(get(f"/views?user={USER}")["home"]["blocks"][0]["text"]["text"] == "Your accounts", "a Home tab is published")
    again = web.views_publish(user_id=USER, view=home, hash=view["hash"])["view"]
    expect(again["hash"] != view["hash"], "a new version has another hash", (view["hash"], again["hash"]))
    refused("hash_conflict", "an old hash is hash_conflict", web.views_publish, user_id=USER, view=home, hash=view["hash"])
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "Save"}, "blocks": home["blocks"]}
    refused(("invalid_trigger_id", "invalid_trigger", "trigger_expired"), "an invented trigger opens nothing", web.views_open, trigger_id="1.2.3", view=modal)


def limits():
    post("/faults", method="chat.postMessage", kind="ratelimited", times=1, retry_after=3)
    try:
        web.chat_postMessage(channel=CHANNEL, text="a")
        expect(False, "a rate limit is told")
    except SlackApiError as error:
        seen = (error.response.status_code, error.response.headers.get("Retry-After"), error.response["error"])
        expect(seen == (429, "3", "ratelimited"), "a rate limit is 429 with Retry-After", seen)
    expect(web.chat_postMessage(channel=CHANNEL, text="After the limit")["ok"], "and over when it is over")
    count = len(messages(CHANNEL))
    post("/faults", method="chat.postMessage", kind="reset_after", times=1)
    try:
        # Without its own second try, which would post twice.
        WebClient(token=BOT_TOKEN, base_url=API_URL, retry_handlers=[]).chat_postMessage(channel=CHANNEL, text="Was it posted?")
        expect(False, "a lost connection is an error")
    except SlackApiError as error:
        expect(False, "a lost connection is no answer", error.response.data)
    except OSError:
        expect(len(messages(CHANNEL)) == count + 1, "a connection lost after posting leaves the message there")


def streams():
    root = post("/message", user=USER, channel=CHANNEL, text="<@BOT> why is Hooli critical?")["ts"]
    refused(("missing_recipient_user_id", "missing_recipient_team_id"), "a stream in a channel names who it is for", web.chat_startStream, channel=CHANNEL, thread_ts=root, markdown_text="a")
    stream = web.chat_stream(channel=CHANNEL, thread_ts=root, recipient_user_id=USER, recipient_team_id="T_PIEDPIPER", buffer_size=8, task_display_mode="plan")
    started = stream.append(markdown_text="Hooli is **critical**")
    ts = started["ts"]
    shown = message(CHANNEL, ts)
    expect(shown["streaming"] and shown["thread_ts"] == root, "a stream is seen while it runs", shown)
    refused("streaming_state_conflict", "a running stream cannot be updated", web.chat_update, channel=CHANNEL, ts=ts, text="a")
    stream.append(chunks=[TaskUpdateChunk(id="t1", title="Reading calls", status="in_progress")])
    stream.append(chunks=[TaskUpdateChunk(id="t1", title="Read 3 calls", status="complete", details="Three calls")])
    feedback = {
        "type": "context_actions",
        "elements": [{
            "type": "feedback_buttons", "action_id": "feedback",
            "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "good"},
            "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "bad"},
        }],
    }
    stream.stop(markdown_text=" since May.", blocks=[feedback])
    shown = message(CHANNEL, ts)
    expect(not shown["streaming"] and shown["stream"]["text"] == "Hooli is **critical** since May.", "what was streamed is put together", shown)
    task = shown["stream"]["tasks"][0]
    expect((task["id"], task["title"], task["status"], task["details"]) == ("t1", "Read 3 calls", "complete", "Three calls"), "a task's title and status are replaced", task)
    expect(any(block["type"] == "context_actions" for block in shown["blocks"]), "blocks stand below a stopped stream", shown["blocks"])
    refused("message_not_in_streaming_state", "a stopped stream takes nothing", web.chat_appendStream, channel=CHANNEL, ts=ts, markdown_text="a")

    late = web.chat_startStream(channel=CHANNEL, thread_ts=root, recipient_user_id=USER, recipient_team_id="T_PIEDPIPER", markdown_text="Slow")["ts"]
    post("/expire_streams")
    refused("message_not_in_streaming_state", "an expired stream takes nothing", web.chat_stopStream, channel=CHANNEL, ts=late)
    web.chat_update(channel=CHANNEL, ts=late, text="Slow, but done")
    expect(message(CHANNEL, late)["text"] == "Slow, but done", "an update repairs it")


def sessions():
    dm = web.conversations_open(users=USER)["channel"]["id"]
    root = post("/message", user=USER, channel="DM", text="hello")["ts"]
    thread = {"channel_id": dm, "thread_ts": root}
    status = web.api_call("agents.sessions.setStatus", json={**thread, "status": "processing", "title": "Hello"})
    expect(status["status"] == "processing", "a session is processing", status.data)
    refused("invalid_status", "another status is invalid_status", lambda: web.api_call("agents.sessions.setStatus", json={**thread, "status": "busy"}))
    web.api_call("agents.sessions.rename", json={**thread, "title": "Greeting"})
    web.assistant_threads_setStatus(**thread, status="is reading", loading_messages=["Reading calls"])
    web.assistant_threads_setSuggestedPrompts(channel_id=dm, thread_ts=root, prompts=[{"title": "Critical", "message": "Which accounts are critical?"}])
    prompts = web.api_call("assistant.threads.setSuggestedPrompts", json={"channel_id": dm, "prompts": [{"title": "Mine", "message": "My accounts"}]})
    expect(prompts["ok"], "prompts stand at the top without a thread", prompts.data)
    told = get(f"/transcript?channel={dm}")["threads"][root]
    expect(told["title"] == "Greeting", "a session is renamed", told)
    web.api_call("agents.sessions.setStatus", json={**thread, "status": "active"})
    expect(get(f"/transcript?channel={dm}")["threads"][root]["session_status"] == "active", "and set back")


def sockets():
    refused(("not_allowed_token_type", "invalid_auth"), "a bot token opens no socket", web.apps_connections_open, app_token=BOT_TOKEN)
    hellos, goodbyes, events, interactions = Queue(), Queue(), Queue(), Queue()
    client = SocketModeClient(app_token=APP_TOKEN, web_client=web)

    def raw(text):
        frame = json.loads(text)
        if frame["type"] == "hello":
            hellos.put(frame)
        if frame["type"] == "disconnect":
            goodbyes.put(frame)

    def take(client, request):
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        (events if request.type == "events_api" else interactions).put(request)

    client.on_message_listeners.append(raw)
    client.socket_mode_request_listeners.append(take)
    client.connect()
    hello = hellos.get(timeout=PATIENCE)
    expect(hello["num_connections"] >= 1 and hello["connection_info"]["app_id"].startswith("A"), "a socket says hello", hello)

    def events_of(ts, count):
        """So many different events of a message."""
        found = {}
        while len(found) < count:
            payload = events.get(timeout=PATIENCE).payload
            if payload["event"].get("ts") == ts:
                found[payload["event_id"]] = payload
        return list(found.values())

    def mention(text):
        ts = post("/message", user=USER, channel=CHANNEL, text=text)["ts"]
        return events_of(ts, 2)

    payloads = mention("<@BOT> why is Hooli critical?")
    expect({one["event"]["type"] for one in payloads} == {"app_mention", "message"}, "a mention is two events of one message, with ids of their own", payloads)
    expect(all(one["event"]["text"].startswith("<@U_BOT>") and one["event"]["user"] == USER for one in payloads), "that name the bot and the person", payloads)
    expect(all(one["authorizations"][0]["user_id"] == "U_BOT" for one in payloads), "and whom they are for", payloads)

    sent = {one["event_id"]: one for one in get("/deliveries")}
    again = [sent[one["event_id"]] for one in payloads if sent[one["event_id"]]["attempts"] != 1]
    expect(not again, "what is acknowledged is sent once", again)

    button = {"type": "actions", "block_id": "ask", "elements": [{"type": "button", "action_id": "approve", "value": "p1", "text": {"type": "plain_text", "text": "Approve"}}]}
    card = web.chat_postMessage(channel=CHANNEL, text="Route Hooli?", blocks=[button])["ts"]
    # The bot's own message is an event too.
    echo = events_of(card, 1)[0]["event"]
    expect(echo.get("bot_id") and echo["user"] == "U_BOT", "the bot hears itself, and can tell", echo)
    post("/click", user=USER, channel=CHANNEL, ts=card, action_id="approve")
    clicked = interactions.get(timeout=PATIENCE)
    action = clicked.payload["actions"][0]
    expect((clicked.type, action["action_id"], action["block_id"], action["value"]) == ("interactive", "approve", "ask", "p1"), "a click brings the button's value", clicked.payload)
    expect(clicked.payload["container"]["message_ts"] == card and clicked.payload["message"]["ts"] == card, "and the message it is on", clicked.payload)
    modal = {"type": "modal", "callback_id": "why", "title": {"type": "plain_text", "text": "Why?"}, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "a"}}]}
    web.views_open(trigger_id=clicked.payload["trigger_id"], view=modal)
    expect(get(f"/views?user={USER}")["modals"][-1]["callback_id"] == "why", "its trigger opens a modal")
    refused(("trigger_exchanged", "exchanged_trigger_id"), "and only one", web.views_open, trigger_id=clicked.payload["trigger_id"], view=modal)
    post("/close", user=USER)

    post("/sockets", do="warning")
    goodbye = goodbyes.get(timeout=PATIENCE)
    expect(goodbye["reason"] == "warning", "a socket that will close warns", goodbye)
    hellos.get(timeout=PATIENCE)
    payloads = mention("<@BOT> still there?")
    expect(len(payloads) == 2, "the client is there again after a warning", payloads)
    client.close()


def script():
    for part in (identity, chat, people_and_places, views, limits, streams, sessions, sockets):
        part()


if __name__ == "__main__":
    run(script)
