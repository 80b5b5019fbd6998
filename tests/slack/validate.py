"""What Slack's own packages say of messages, views and streams.

Reads JSON lines {"kind": "message"|"view"|"chunks", "surface": "message"|"modal"|"home", "payload": …} and writes for
each a line with a JSON array of what is wrong, after (1) the models of slack_sdk and (2) the JSON Schema made from the
types of @slack/types, `schema.json` in the folder SLACK_TOOLS_DIR. A payload of a message is either the arguments of
the call or an array of blocks.

What both are too old for is left out before they see it: NEWER_BLOCKS and NEWER_FIELDS. What only slack_sdk is too old
for is left to @slack/types: NEWER_THAN_SDK.
"""

import copy
import json
import logging
import os
import sys

import fastjsonschema
import jsonschema
from slack_sdk.models.blocks import Block, Option
from slack_sdk.models.messages.chunk import Chunk
from slack_sdk.models.views import View

NEWER_BLOCKS = {"data_visualization"}
NEWER_THAN_SDK = {"data_table"}
NEWER_FIELDS = {
    "header": {"level"},
    "task_card": {"icon", "hide_title"},
    "task_update": {"icon", "hide_title"},
}


class Ignored(logging.Handler):
    """Gathers what slack_sdk only logs: unknown types and fields."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage().split(" (")[0].split("If they should")[0].strip("! "))


IGNORED = Ignored()
logging.getLogger("slack_sdk").addHandler(IGNORED)
logging.getLogger("slack_sdk").setLevel(logging.DEBUG)
logging.getLogger("slack_sdk").propagate = False


class Schema:
    """The JSON Schema of @slack/types: quick for what is right, precise about what is wrong."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.definitions = json.load(file)["definitions"]
        self.quick = {}
        self.by_tag = {"block": self._tags("KnownBlock"), "chunk": self._tags("Chunks")}

    def _tags(self, union):
        """Which definition a `type` stands for."""
        found = {}
        definition = self.definitions[union]
        options = definition.get("anyOf") or definition["items"]["anyOf"]
        for option in options:
            name = option["$ref"].rsplit("/", 1)[1]
            shape = self.definitions[name]
            for shape in shape.get("anyOf", [shape]):
                found[shape["properties"]["type"]["const"]] = name
        return found

    def tagged(self, union, value, where):
        """Faults of an object whose `type` says what it is."""
        tag = value.get("type") if isinstance(value, dict) else None
        name = self.by_tag[union].get(tag) if isinstance(tag, str) else None
        if name is None:
            return [f"types: {where}: {tag!r} is no {union} of @slack/types"]
        return self.faults(name, value, where)

    def faults(self, name, value, where):
        root = {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": f"#/definitions/{name}"}
        root["definitions"] = self.definitions
        if name not in self.quick:
            self.quick[name] = fastjsonschema.compile(root)
        try:
            self.quick[name](value)
            return []
        except fastjsonschema.JsonSchemaValueException:
            error = jsonschema.exceptions.best_match(jsonschema.Draft7Validator(root).iter_errors(value))
            place = "/".join([where, *map(str, error.absolute_path)])
            return [f"types: {place}: {error.message[:160]}"]


def without_newer(value):
    """A copy without what both packages are too old for; a divider stands in for a block."""
    if isinstance(value, list):
        return [{"type": "divider"} if is_newer(item, NEWER_BLOCKS) else without_newer(item) for item in value]
    if isinstance(value, dict):
        tag = value.get("type")
        newer = NEWER_FIELDS.get(tag, ()) if isinstance(tag, str) else ()
        return {name: without_newer(item) for name, item in value.items() if name not in newer}
    return value


def is_newer(item, tags):
    return isinstance(item, dict) and isinstance(item.get("type"), str) and item["type"] in tags


def differences(ours, theirs, where):
    """Where what slack_sdk read is not what it was given. It leaves out what is empty."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in sorted(set(ours) | set(theirs)):
            if name not in theirs and ours[name] in ("", [], {}):
                continue
            if name not in theirs:
                yield f"sdk: {where}/{name}: is left out"
            elif name not in ours:
                yield f"sdk: {where}/{name}: is added"
            else:
                yield from differences(ours[name], theirs[name], f"{where}/{name}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield f"sdk: {where}: {len(ours)} items became {len(theirs)}"
        for index, (one, other) in enumerate(zip(ours, theirs)):
            yield from differences(one, other, f"{where}/{index}")
    elif ours != theirs or isinstance(ours, bool) != isinstance(theirs, bool):
        yield f"sdk: {where}: is changed"


def sdk(parse, value, where):
    """Faults of slack_sdk's models."""
    IGNORED.lines.clear()
    try:
        parsed = parse(copy.deepcopy(value))
        faults = [f"sdk: {where}: cannot be read"] if parsed is None else []
        if parsed is not None:
            faults += differences(value, parsed.to_dict(), where)
    # The models raise whatever a constructor or a comparison raises; each of them says that the value is wrong.
    except Exception as error:
        faults = [f"sdk: {where}: {error or type(error).__name__}"]
    return faults + [f"sdk: {where}: {line}" for line in IGNORED.lines]


def blocks(schema, value, where):
    if not isinstance(value, list):
        return [f"{where}: must be an array"]
    faults = []
    for index, block in enumerate(without_newer(value)):
        place = f"{where}/{index}"
        faults += schema.tagged("block", block, place)
        if not is_newer(block, NEWER_THAN_SDK):
            faults += sdk(Block.parse, block, place)
        faults += kept(block, place)
    return faults


def kept(value, where):
    """Faults of what slack_sdk has models for and yet keeps as it is given: options of menus, rich text of tasks."""
    faults = []
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        place = f"{where}/{name}"
        if name == "options" and isinstance(inner, list):
            for index, option in enumerate(inner):
                faults += sdk(lambda given: Option(**given), option, f"{place}/{index}")
        elif name in ("details", "output", "rich_text_title") and isinstance(inner, dict):
            faults += sdk(Block.parse, inner, place)
        faults += kept(inner, place)
    return faults


def message(schema, value):
    if isinstance(value, list):
        return blocks(schema, value, "/blocks")
    if not isinstance(value, dict):
        return ["must be an object"]
    faults = blocks(schema, value["blocks"], "/blocks") if "blocks" in value else []
    for index, attachment in enumerate(value.get("attachments") or []):
        if isinstance(attachment, dict) and "blocks" in attachment:
            faults += blocks(schema, attachment["blocks"], f"/attachments/{index}/blocks")
    return faults


def view(schema, value):
    if not isinstance(value, dict) or value.get("type") not in ("modal", "home"):
        return ["/type: must be modal or home"]
    value = without_newer(value)
    # slack_sdk reads blocks a second time below, each by itself, so that one it cannot read does not hide the others.
    readable = {**value, "blocks": [{"type": "divider"}] * len(value.get("blocks") or [])}
    faults = sdk(lambda given: View(**given), readable, "")
    if isinstance(value.get("blocks"), list):
        faults += blocks(schema, value["blocks"], "/blocks")
        value = {**value, "blocks": []}
    return faults + schema.faults("Modal" if value["type"] == "modal" else "Home", value, "")


def chunks(schema, value):
    if not isinstance(value, list):
        return ["/chunks: must be an array"]
    faults = []
    for index, chunk in enumerate(without_newer(value)):
        place = f"/chunks/{index}"
        if isinstance(chunk, dict) and chunk.get("type") == "blocks":
            faults += blocks(schema, chunk.get("blocks"), f"{place}/blocks")
            chunk = {**chunk, "blocks": []}
        faults += sdk(Chunk.parse, chunk, place) + schema.tagged("chunk", chunk, place)
    return faults


KINDS = {"message": message, "view": view, "chunks": chunks}


def main():
    schema = Schema(os.path.join(os.environ["SLACK_TOOLS_DIR"], "schema.json"))
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(KINDS[request["kind"]](schema, request["payload"])), flush=True)


if __name__ == "__main__":
    main()
