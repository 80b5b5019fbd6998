"""The peer of `make bench`: takes mentions in as the service does, with what Python has for it.

One process of slack_bolt (async, on aiohttp) with psycopg: the signature is verified, the event is written down unless it
was before, a row is put into a queue, and only then it is acknowledged. One statement does all the writing.
"""

import json
import os

from psycopg_pool import AsyncConnectionPool
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

TAKE_IN = """
with taken as (
    insert into peer_inbox (key, body) values (%s, %s::jsonb) on conflict (key) do nothing returning key
)
insert into peer_queue (key) select key from taken
"""


async def authorize(**_):
    return AuthorizeResult(
        enterprise_id=None, team_id="T_PIEDPIPER", bot_user_id=os.environ["PEER_BOT"], bot_id="B_PEER", bot_token="xoxb-peer"
    )


app = AsyncApp(signing_secret=os.environ["PEER_SECRET"], authorize=authorize, process_before_response=True)
pool = AsyncConnectionPool(
    os.environ["PEER_DATABASE"], min_size=4, max_size=8, open=False, kwargs={"autocommit": True}
)


@app.event("app_mention")
async def mentioned(event):
    key = f"{event['team']}/{event['channel']}/{event['ts']}"
    async with pool.connection() as connection:
        await connection.execute(TAKE_IN, (key, json.dumps(event)))


async def opened(_):
    await pool.open(wait=True)


async def closed(_):
    await pool.close()


server = app.server(port=int(os.environ["PEER_PORT"]), path="/slack/events", host="127.0.0.1")
server.web_app.on_startup.append(opened)
server.web_app.on_cleanup.append(closed)
server.start()
