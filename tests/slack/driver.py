"""The people's side of the emulator, and how a client script tells what it found."""

import json
import os
import sys
import traceback
import urllib.error
import urllib.request

API_URL = os.environ["API_URL"].rstrip("/") + "/"
BOT_TOKEN = os.environ["BOT_TOKEN"]
APP_TOKEN = os.environ["APP_TOKEN"]
SIGNING_SECRET = os.environ["SIGNING_SECRET"]
DRIVER_URL = os.environ["DRIVER_URL"].rstrip("/")
# How long a client may take for what happens at once.
PATIENCE = 20


class Differs(Exception):
    """Something is not as Slack's client expects it."""


def expect(condition, sentence, got=None):
    """Says that it is so, or ends the script."""
    if not condition:
        raise Differs(f"{sentence}\n  got: {got!r}")
    print(f"ok: {sentence}", flush=True)


def run(script):
    """Runs a script to its end or to the first difference."""
    try:
        script()
    except Differs as difference:
        print(f"differs: {difference}", file=sys.stderr, flush=True)
    # Whatever a client raises is a difference too, told with the place.
    except Exception:
        traceback.print_exc()
    else:
        print("done", flush=True)
        os._exit(0)
    # Threads of a client would keep the script alive.
    os._exit(1)


def call(method, path, body=None):
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(DRIVER_URL + path, data=data, method=method, headers={"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise Differs(f"the driver refused {method} {path} {body}: {error.read().decode()}") from error


def post(path, **body):
    """A person does something."""
    return call("POST", path, body)


def get(path):
    return call("GET", path)


def messages(channel, user=None):
    return get(f"/transcript?channel={channel}" + (f"&user={user}" if user else ""))["messages"]


def message(channel, ts, user=None):
    return next((one for one in messages(channel, user) if one["ts"] == ts), None)
