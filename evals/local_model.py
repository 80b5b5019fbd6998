"""Serves the small model of `make test-local-model` the way a server that knows about tools serves a larger one.

llama-cpp-python shows a model its tools only when a request names the one to call, and the template that comes with
SmolLM2 knows no tools at all: the model would answer every question blind. So the prompt is written here. The tools come
first, because they never change and what was read of them is kept; the first step of a turn is held to a call by a
grammar made of the tools' schemas; every later step is whatever the model writes.
"""

import json
import re
import time
import uuid

from llama_cpp import LlamaGrammar
from llama_cpp.llama_chat_format import register_chat_completion_handler
from llama_cpp.server.__main__ import main

# The longest string a call may have: a model this small goes round in circles within one.
LONGEST = 60


def prompt(messages, tools):
    """The conversation in the marks SmolLM2 was trained on."""
    text = ""
    listed = "\n".join(json.dumps(tool["function"]) for tool in tools)
    for message in messages:
        role, content = message["role"], message.get("content") or ""
        if role == "system" and tools:
            content = f"<tools>\n{listed}\n</tools>\n{content}"
        for call in message.get("tool_calls") or []:
            function = call["function"]
            called = {"name": function["name"], "arguments": json.loads(function["arguments"])}
            content += f"<tool_call>{json.dumps(called)}</tool_call>"
        if role == "tool":
            role, content = "user", f"<tool_response>\n{content}\n</tool_response>"
        text += f"<|im_start|>{role}\n{content}<|im_end|>\n"
    return text + "<|im_start|>assistant\n"


def call_grammar(tools, accounts):
    """What a call of one of these tools looks like; an account is one the conversation names, where it names one."""
    shared, forms = {}, []
    for tool in tools:
        function = tool["function"]
        arguments = bounded(function.get("parameters") or {"type": "object"}, accounts)
        shared.update(arguments.pop("$defs", {}))
        fields = {"name": {"const": function["name"]}, "arguments": arguments}
        forms.append({"type": "object", "properties": fields, "required": list(fields)})
    schema = {"oneOf": forms, "$defs": shared}
    return LlamaGrammar.from_json_schema(json.dumps(schema), verbose=False)


def bounded(schema, accounts):
    """The schema with an end to every string."""
    if isinstance(schema, list):
        return [bounded(part, accounts) for part in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {name: bounded(part, accounts) for name, part in schema.items()}
    if schema.get("type") == "string" and not {"enum", "const", "format", "pattern"} & schema.keys():
        schema["maxLength"] = LONGEST
    account = (schema.get("properties") or {}).get("account")
    if accounts and account and account.get("type") == "string":
        schema["properties"]["account"] = {"enum": accounts}
    return schema


def domains(messages):
    """What looks like the domain of an account in the instructions and questions."""
    said = " ".join(message.get("content") or "" for message in messages if message["role"] in ("system", "user"))
    return sorted(set(re.findall(r"\b[a-z0-9-]+\.[a-z]{2,}\b", said)))


def chunk(delta, finished=None):
    """A piece of a streamed reply."""
    return {
        "id": f"chatcmpl-{uuid.uuid4()}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": "local",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finished}],
    }


@register_chat_completion_handler("tools")
def reply(*, llama, messages, tools=None, stream=False, max_tokens=None, temperature=0.0, **_):
    """Answers a request, as a stream."""
    if not stream:
        raise ValueError("only streamed replies are made here")
    tools = tools or []
    asked = prompt(messages, tools)
    looked_up = any(message["role"] == "tool" for message in messages)
    calls = bool(tools) and not looked_up
    written = llama.create_completion(
        prompt=asked,
        max_tokens=max_tokens,
        temperature=temperature,
        stop=["<|im_end|>"],
        repeat_penalty=1.1,
        grammar=call_grammar(tools, domains(messages)) if calls else None,
        stream=True,
    )
    read = len(llama.tokenize(asked.encode(), special=True))
    return called(written, read) if calls else said(written, read)


def said(written, read):
    """Text, as it comes."""
    count = 0
    for piece in written:
        choice = piece["choices"][0]
        count += 1
        yield chunk({"content": choice["text"]}, choice["finish_reason"])
    yield spent(read, count)


def called(written, read):
    """A call, once it is whole; what the grammar left unfinished goes out as it is, and is for the client to refuse."""
    text, count = "", 0
    for piece in written:
        text += piece["choices"][0]["text"]
        count += 1
    try:
        wanted = json.loads(text)
        name, arguments = wanted["name"], json.dumps(wanted["arguments"])
    except ValueError:
        name, arguments = "unfinished", text
    call = {"index": 0, "id": f"call-{uuid.uuid4()}", "type": "function", "function": {"name": name, "arguments": arguments}}
    yield chunk({"role": "assistant", "content": None, "tool_calls": [call]})
    yield chunk({}, "tool_calls")
    yield spent(read, count)


def spent(read, written):
    """What the reply took."""
    usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
    return {**chunk({}), "choices": [], "usage": usage}


if __name__ == "__main__":
    main()
