// Rich text: sections, lists, quotes and preformatted text made of styled runs.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { broadcast, channelName, dateWords, mention } from "./mrkdwn.js";

const STYLE = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

function run(element) {
  switch (element.type) {
    case "text":
      return element.text ?? "";
    case "link":
      return link(element.url, element.text ?? element.url);
    case "user":
      return mention(element.user_id);
    case "usergroup":
      return h("span", { class: "mention" }, `@${element.usergroup_id}`);
    case "team":
      return h("span", { class: "mention" }, `@${element.team_id}`);
    case "channel":
      return channelName(element.channel_id);
    case "broadcast":
      return broadcast(element.range);
    case "emoji":
      return emoji(element.name ?? "");
    case "date":
      return h("time", null, dateWords(element.timestamp, element.format ?? "{date}") ?? element.fallback ?? "");
    case "color":
      return h("code", null, element.value);
    case "message_mention":
      return link(element.url, element.text ?? "a message");
    case "citation":
    case "url":
      return link(element.url, element.text ?? element.title ?? element.url);
    default:
      return h("code", { class: "unknown-run" }, element.type ?? "unknown");
  }
}

function styled(element) {
  let node = run(element);
  for (const [name, on] of Object.entries(element.style ?? {}))
    if (on && STYLE[name]) node = h(STYLE[name], null, node);
  return node;
}

const runs = (elements) => (elements ?? []).map(styled);

/** Lists come flat, each with its indent: a deeper one hangs under the item before it. */
function lists(parts) {
  const roots = [];
  const stack = [];
  for (const part of parts) {
    const indent = part.indent ?? 0;
    const node = h(
      part.style === "ordered" ? "ol" : "ul",
      { start: part.offset ? part.offset + 1 : null, "data-border": Boolean(part.border) },
      (part.elements ?? []).map((item) =>
        h("li", null, item.type === "rich_text_section" ? runs(item.elements) : richText({ elements: [item] })),
      ),
    );
    while (stack.length && stack.at(-1).indent >= indent) stack.pop();
    const under = stack.at(-1)?.node.lastElementChild;
    if (under) under.append(node);
    else roots.push(node);
    stack.push({ indent, node });
  }
  return roots;
}

/** A rich_text block or anything shaped like one. */
export function richText(block) {
  const nodes = [];
  const elements = block?.elements ?? [];
  for (let at = 0; at < elements.length; at += 1) {
    const part = elements[at];
    switch (part.type) {
      case "rich_text_section":
        nodes.push(h("p", null, runs(part.elements)));
        break;
      case "rich_text_preformatted":
        nodes.push(h("pre", null, h("code", null, runs(part.elements))));
        break;
      case "rich_text_quote":
        nodes.push(h("blockquote", null, h("p", null, runs(part.elements))));
        break;
      case "rich_text_list": {
        const start = at;
        while (elements[at + 1]?.type === "rich_text_list") at += 1;
        nodes.push(...lists(elements.slice(start, at + 1)));
        break;
      }
      default:
        nodes.push(h("p", null, styled(part)));
    }
  }
  return h("div", { class: "mrkdwn" }, nodes);
}

/** Details and outputs of tasks come as text or as rich text. */
export function richOrPlain(value, plain) {
  if (!value) return null;
  if (typeof value === "string") return plain(value);
  if (value.elements) return richText(value.type === "rich_text_section" ? { elements: [value] } : value);
  return plain(value.text ?? "");
}
