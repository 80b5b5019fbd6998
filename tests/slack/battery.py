"""A battery of requests as Slack would sign them, and as someone else would try.

    battery.py --secret SECRET [--time UNIX_SECONDS]

Writes JSON lines {"name", "path", "headers", "body" (base64), "ours", "differs"}, signed with slack_sdk's
SignatureVerifier, which shares no code with the program. `bolt_oracle.py` answers them. Where our status is another than
Bolt's, `ours` is that status and `differs` says why; elsewhere both are null.
"""

import argparse
import base64
import json
import time
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
OVERSIZE = 2 * 1024 * 1024


def event(event_id="Ev1", kind="app_mention", **around):
    inner = {
        "type": kind, "user": "U_MONICA", "text": "<@U_BOT> why is Hooli critical? é", "ts": "1764400000.000100",
        "channel": "C_GENERAL", "event_ts": "1764400000.000100",
    }
    return {
        "type": "event_callback", "token": "t", "team_id": "T_PIEDPIPER", "api_app_id": "A1", "event": inner,
        "event_id": event_id, "event_time": 1764400000,
        "authorizations": [{"enterprise_id": None, "team_id": "T_PIEDPIPER", "user_id": "U_BOT", "is_bot": True,
                            "is_enterprise_install": False}],
        "is_ext_shared_channel": False, **around,
    }


def actions(team=None, **around):
    return {
        "type": "block_actions", "api_app_id": "A1", "token": "t",
        "team": team or {"id": "T_PIEDPIPER", "domain": "piedpiper"},
        "user": {"id": "U_MONICA", "username": "monica", "name": "monica", "team_id": "T_PIEDPIPER"},
        "channel": {"id": "C_GENERAL", "name": "general"}, "enterprise": None, "is_enterprise_install": False,
        "container": {"type": "message", "message_ts": "1764400000.000100", "channel_id": "C_GENERAL", "is_ephemeral": False},
        "message": {"type": "message", "ts": "1764400000.000100", "text": "Route Hooli?", "user": "U_BOT"},
        "trigger_id": "1.2.3", "response_url": "http://127.0.0.1:9/response/1", "state": {"values": {}},
        "actions": [{"type": "button", "action_id": "approve", "block_id": "b", "value": "p1", "action_ts": "1764400000.1",
                     "text": {"type": "plain_text", "text": "Approve"}}],
        **around,
    }


def submission():
    view = {
        "id": "V1", "team_id": "T_PIEDPIPER", "type": "modal", "callback_id": "save", "private_metadata": "", "hash": "h",
        "title": {"type": "plain_text", "text": "Save"}, "blocks": [], "state": {"values": {}}, "app_id": "A1",
        "bot_id": "B1", "root_view_id": "V1", "previous_view_id": None, "external_id": "", "app_installed_team_id": "T1",
    }
    return {
        "type": "view_submission", "team": {"id": "T_PIEDPIPER", "domain": "piedpiper"}, "token": "t", "api_app_id": "A1",
        "user": {"id": "U_MONICA", "username": "monica", "name": "monica", "team_id": "T_PIEDPIPER"}, "trigger_id": "1.2.3",
        "view": view, "response_urls": [], "is_enterprise_install": False, "enterprise": None,
    }


def command(text="hooli.com"):
    return urlencode({
        "token": "t", "team_id": "T_PIEDPIPER", "team_domain": "piedpiper", "channel_id": "C_GENERAL",
        "channel_name": "general", "user_id": "U_MONICA", "user_name": "monica", "command": "/success", "text": text,
        "api_app_id": "A1", "is_enterprise_install": "false", "response_url": "http://127.0.0.1:9/response/1",
        "trigger_id": "1.2.3",
    }).encode()


def interaction(payload):
    return urlencode({"payload": json.dumps(payload)}).encode()


class Battery:
    def __init__(self, secret, now):
        self.secret, self.now, self.requests = secret, now, []

    def add(self, name, path, body, kind=JSON, *, at=0, secret=None, headers=None, without=(), ours=None, differs=None):
        """A request signed `at` seconds from now, with other headers laid over and some left out."""
        body = json.dumps(body).encode() if isinstance(body, dict) else body
        stamp = str(self.now + at)
        sign = SignatureVerifier(secret or self.secret).generate_signature
        # slack_sdk signs text; what is no text is signed the way the documentation says.
        try:
            signature = sign(timestamp=stamp, body=body)
        except UnicodeDecodeError:
            signature = signature_of_bytes(secret or self.secret, stamp, body)
        all_headers = {
            "content-type": kind, "x-slack-request-timestamp": stamp, "x-slack-signature": signature, **(headers or {}),
        }
        self.requests.append({
            "name": name, "path": path, "headers": {k: v for k, v in all_headers.items() if k not in without},
            "body": base64.b64encode(body).decode(), "ours": ours, "differs": differs,
        })


def signature_of_bytes(secret, stamp, body):
    import hashlib
    import hmac

    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def battery(secret, now):
    made = Battery(secret, now)
    events, commands, interactivity = "/slack/events", "/slack/commands", "/slack/interactivity"
    add = made.add
    ignored = "Bolt answers 404 to what no listener takes; Slack would send it again, so we take it and ignore it"

    add("good event", events, event())
    add("good command", commands, command(), FORM)
    add("good command with an emoji", commands, command("hooli 🎉"), FORM)
    add("good button", interactivity, interaction(actions()), FORM)
    add("good submission", interactivity, interaction(submission()), FORM)
    add("url_verification", events, {"type": "url_verification", "token": "t", "challenge": "c123"})
    add("ssl_check", commands, urlencode({"ssl_check": "1", "token": "t"}).encode(), FORM)
    add("ssl_check without a signature", commands, urlencode({"ssl_check": "1", "token": "t"}).encode(), FORM,
        without=("x-slack-signature", "x-slack-request-timestamp"))

    # Room for what a slow machine takes between signing and judging.
    for seconds in (-240, 240, -361, 361):
        add(f"event signed {seconds:+d} s", events, event(f"EvAt{seconds}"), at=seconds)
    add("command signed -361 s", commands, command(), FORM, at=-361)
    add("button signed -361 s", interactivity, interaction(actions()), FORM, at=-361)

    add("event of another secret", events, event(), secret="another-secret")
    add("command of another secret", commands, command(), FORM, secret="another-secret")
    add("button of another secret", interactivity, interaction(actions()), FORM, secret="another-secret")
    add("url_verification of another secret", events, {"type": "url_verification", "challenge": "c"}, secret="another-secret")
    add("event without a signature", events, event(), without=("x-slack-signature",))
    add("event without a timestamp", events, event(), without=("x-slack-request-timestamp",))
    add("event with an empty signature", events, event(), headers={"x-slack-signature": ""})
    add("event with a cut signature", events, event(), headers={"x-slack-signature": "v0=abc"})
    add("event with a signature of version 1", events, event(), headers={"x-slack-signature": "v1=" + "0" * 64})
    add("event with a timestamp that is no number", events, event(), headers={"x-slack-request-timestamp": "soon"},
        ours=401, differs="Bolt fails on it; it is a bad signature")
    add("event changed after signing", events, event("Ev2"),
        headers={"x-slack-signature": made.requests[0]["headers"]["x-slack-signature"]})

    add("event sent again", events, event(), headers={"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"})
    add("event of an org install", events, event("EvOrg", team_id=None, enterprise_id="E1"))
    org = {"team": None, "enterprise": {"id": "E1", "name": "Pied Piper Org"}, "is_enterprise_install": True}
    add("button of an org install, team null", interactivity, interaction({**actions(), **org}), FORM)
    add("unknown event", events, event("EvNew", kind="brand_new_event"), ours=200, differs=ignored)
    add("unknown interaction", interactivity, interaction({**actions(), "type": "brand_new"}), FORM, ours=200, differs=ignored)
    add("app_rate_limited", events, {"type": "app_rate_limited", "token": "t", "team_id": "T_PIEDPIPER",
                                     "minute_rate_limited": 1764400000, "api_app_id": "A1"}, ours=200, differs=ignored)

    add("oversize", events, b'{"type":"event_callback","event":{"text":"' + b"a" * OVERSIZE + b'"}}',
        ours=413, differs="Bolt has no limit of its own; we stop reading")
    add("not UTF-8", events, b'{"type":"event_callback","event_id":"\xff\xfe"}',
        ours=400, differs="Bolt's adapters fail on it; the body is malformed")
    add("not JSON", events, b'{"type":', ours=400, differs="Bolt fails on it; the body is malformed")
    add("interaction that is not JSON", interactivity, b"payload=%7B", FORM, ours=400, differs="Bolt fails on it; the body is malformed")
    add("nothing", events, b"", ours=400, differs="Bolt takes it for a request of no listener; the body is malformed")
    return made.requests


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--secret", required=True)
    arguments.add_argument("--time", type=int, default=int(time.time()))
    given = arguments.parse_args()
    for request in battery(given.secret, given.time):
        print(json.dumps(request))


if __name__ == "__main__":
    main()
