"""The peer of `make bench`: answers about accounts as the service does, with what Python has for it.

One process of FastAPI on uvicorn (uvloop, httptools), orjson, a pool of psycopg connections and jinja2 templates. A question
is planned by its words, the rows are read by statements that PostgreSQL keeps prepared, the answer is written by a template
with a numbered source behind each figure, and the turn is kept. Words are searched with PostgreSQL's full text search; with
PEER_MEANING=1 meanings too, by a model on onnxruntime and Qdrant Edge, and both orders are joined.
"""

import asyncio
import datetime
import os
import re
import uuid
from contextlib import asynccontextmanager

import jinja2
import orjson
import uvicorn
from fastapi import FastAPI, HTTPException
from fastapi.responses import Response
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

TODAY = datetime.date.fromisoformat(os.environ["PEER_TODAY"])


class Ask(BaseModel):
    question: str
    account: str | None = None


class Search(BaseModel):
    query: str
    account: str
    limit: int = 10


# What a question about one account is planned as: the words that tell it, the statement, and the answer.
OF_ONE = [
    (
        re.compile(r"\b(renew\w*|contract|expires?)\b", re.I),
        "select a.name, c.id, c.product, c.status, c.renews_on, c.arr_minor, c.currency from peer_accounts a "
        "left join peer_contracts c on c.domain = a.domain where a.domain = %s order by c.renews_on",
        "{% for row in rows if row.id %}{{ row.name }} renews **{{ row.renews_on|day }}**, "
        "{{ row.renews_on|away }} ({{ row.product }}, {{ row.status }}, {{ row|money }} a year) [{{ loop.index }}].\n"
        "{% else %}No contract is on record.{% endfor %}",
    ),
    (
        re.compile(r"\b(arr|revenue|worth|bring|pay)\b", re.I),
        "select a.name, c.id, c.product, c.status, c.renews_on, c.arr_minor, c.currency from peer_accounts a "
        "left join peer_contracts c on c.domain = a.domain where a.domain = %s order by c.arr_minor desc",
        "{% for row in rows if row.id %}{{ row.name }} brings **{{ row|money }}** ARR ({{ row.product }}, "
        "{{ row.status }}) [{{ loop.index }}].\n{% else %}No contract is on record.{% endfor %}",
    ),
    (
        re.compile(r"\b(own\w*|responsible|csm)\b", re.I),
        "select name, domain as id, owner_email, segment from peer_accounts where domain = %s",
        "{% for row in rows %}{{ row.name }} belongs to **{{ row.owner_email or 'nobody' }}** [{{ loop.index }}].\n{% endfor %}",
    ),
]

# The same about all accounts.
LISTS = [
    (
        re.compile(r"\brenew", re.I),
        "select domain as id, name, owner_email, renews_on, arr_minor, currency from peer_accounts "
        "where renews_on between %s and %s order by renews_on, name limit 25",
        "select count(*) as count from peer_accounts where renews_on between %s and %s",
        "**{{ count }} accounts** renew by {{ until|day }}.\n{% for row in rows %}- {{ row.name }}: {{ row.renews_on|day }}, "
        "{{ row|money }} ARR, {{ row.owner_email }} [{{ loop.index }}]\n{% endfor %}",
    ),
    (
        re.compile(r"\b(top|largest|biggest)\b", re.I),
        "select domain as id, name, owner_email, renews_on, arr_minor, currency from peer_accounts "
        "where arr_minor > 0 order by arr_minor desc, name limit %s",
        None,
        "The largest by ARR:\n{% for row in rows %}- {{ row.name }}: {{ row|money }}, {{ row.owner_email }} "
        "[{{ loop.index }}]\n{% endfor %}",
    ),
]

FIND = """
select number, id, kind, title, left(body, 400) as quote, occurred_at, ts_rank_cd(terms, query) as rank
from peer_texts, websearch_to_tsquery('english', %s) query
where domain = %s and terms @@ query
order by rank desc, occurred_at desc limit %s
"""

READ = "select number, id, kind, title, left(body, 400) as quote, occurred_at from peer_texts where number = any(%s)"

KEEP = "insert into peer_turns (id, question, answer) values (%s, %s, %s)"


def day(date):
    return date.strftime("%-d %B %Y")


def away(date):
    days = (date - TODAY).days
    return "today" if days == 0 else f"in {days} days" if days > 0 else f"{-days} days ago"


def money(row):
    return f"{row['arr_minor'] / 100:,.0f} {row['currency']}"


templates = jinja2.Environment(autoescape=False)
templates.filters |= {"day": day, "away": away, "money": money}
OF_ONE = [(words, statement, templates.from_string(text)) for words, statement, text in OF_ONE]
LISTS = [(words, statement, count, templates.from_string(text)) for words, statement, count, text in LISTS]

pool = AsyncConnectionPool(
    os.environ["PEER_DATABASE"],
    min_size=8,
    max_size=8,
    open=False,
    kwargs={"autocommit": True, "row_factory": dict_row, "options": "-c synchronous_commit=off", "prepare_threshold": 0},
)


passages = None


@asynccontextmanager
async def lifespan(_):
    global passages
    await pool.open(wait=True)
    if os.environ.get("PEER_MEANING"):
        from meaning import Passages

        async with pool.connection() as connection:
            rows = await (await connection.execute("select number, domain, title, body from peer_texts")).fetchall()
        texts = [(row["number"], row["domain"], f"{row['title']}\n{row['body']}") for row in rows]
        passages = await asyncio.to_thread(Passages, texts)
    yield
    await pool.close()


app = FastAPI(lifespan=lifespan)


def sources(rows, kind):
    return [{"n": n, "id": row["id"], "kind": kind} for n, row in enumerate(rows, 1)]


def as_json(value):
    return Response(orjson.dumps(value), media_type="application/json")


async def about_one(connection, question, account):
    for words, statement, template in OF_ONE:
        if words.search(question):
            rows = await (await connection.execute(statement, (account,))).fetchall()
            if not rows:
                raise HTTPException(404, f"There is no account {account}.")
            return template.render(rows=rows), sources(rows, "account")
    raise HTTPException(422, "That cannot be planned.")


async def about_all(connection, question):
    for words, statement, counting, template in LISTS:
        if not words.search(question):
            continue
        number = re.search(r"\b(\d+)\b", question)
        number = int(number[1]) if number else 10
        if counting is None:
            arguments, until, count = (number,), None, None
        else:
            until = TODAY + datetime.timedelta(days=number)
            arguments = (TODAY, until)
            count = (await (await connection.execute(counting, arguments)).fetchone())["count"]
        rows = await (await connection.execute(statement, arguments)).fetchall()
        return template.render(rows=rows, until=until, count=count), sources(rows, "account")
    raise HTTPException(422, "That cannot be planned.")


@app.post("/api/ask")
async def ask(asked: Ask):
    async with pool.connection() as connection:
        if asked.account:
            answer, citations = await about_one(connection, asked.question, asked.account)
        else:
            answer, citations = await about_all(connection, asked.question)
        turn = uuid.uuid4()
        whole = {"answer": answer, "citations": citations, "account": asked.account, "turn": str(turn)}
        await connection.execute(KEEP, (turn, asked.question, orjson.dumps(whole).decode()))
    return as_json(whole)


@app.post("/api/search")
async def search(wanted: Search):
    # Any of the words will do, as in the service; those that hold more of them stand first.
    words = " or ".join(re.findall(r"\w+", wanted.query))
    if passages is None:
        async with pool.connection() as connection:
            hits = await (await connection.execute(FIND, (words, wanted.account, wanted.limit))).fetchall()
        return as_json({"hits": hits})
    # The model computes outside the interpreter's lock while PostgreSQL searches.
    meaning = asyncio.create_task(asyncio.to_thread(passages.nearest, wanted.account, wanted.query, wanted.limit))
    async with pool.connection() as connection:
        by_words = await (await connection.execute(FIND, (words, wanted.account, wanted.limit))).fetchall()
        meant = await meaning
        known = {row["number"]: row for row in by_words}
        missing = [number for number in meant if number not in known]
        if missing:
            known |= {row["number"]: row for row in await (await connection.execute(READ, (missing,))).fetchall()}
    ranks = {}
    for order in ([row["number"] for row in by_words], meant):
        for place, number in enumerate(order, 1):
            ranks[number] = ranks.get(number, 0) + 1 / (60 + place)
    best = sorted(ranks, key=ranks.get, reverse=True)[: wanted.limit]
    return as_json({"hits": [known[number] for number in best]})


uvicorn.run(
    app, host="127.0.0.1", port=int(os.environ["PEER_PORT"]), loop="uvloop", http="httptools", log_level="warning", access_log=False
)
