"""What Bolt for Python answers: an app in process, asked with the requests of `battery.py`.

    battery.py --secret S --time T | bolt_oracle.py --secret S --time T

Reads JSON lines {"name", "headers", "body" (base64)} and writes {"name", "status", "body"}; a request Bolt fails on has
the status 500, as its adapters would give.
"""

import argparse
import base64
import json
import logging
import sys
import time

from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import Clock


def app(secret):
    def authorize(enterprise_id, team_id):
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-oracle", bot_id="B1", bot_user_id="U_BOT")

    made = App(signing_secret=secret, authorize=authorize)
    made.event("app_mention")(lambda ack: ack())
    made.command("/success")(lambda ack: ack())
    made.action("approve")(lambda ack: ack())
    made.view("save")(lambda ack: ack())
    return made


def answer(oracle, request):
    try:
        body = base64.b64decode(request["body"]).decode("utf-8")
        response = oracle.dispatch(BoltRequest(body=body, headers=request["headers"]))
        return {"name": request["name"], "status": response.status, "body": response.body}
    # Whatever it raises, a web server around it answers 500.
    except Exception as error:
        return {"name": request["name"], "status": 500, "body": type(error).__name__}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--secret", required=True)
    arguments.add_argument("--time", type=int, default=int(time.time()))
    given = arguments.parse_args()
    logging.disable(logging.CRITICAL)
    # Signatures are judged at the time of the battery, not of the clock.
    Clock.now = lambda self: float(given.time)
    oracle = app(given.secret)
    for line in sys.stdin:
        print(json.dumps(answer(oracle, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
