// Slack's own text format: mentions, links and dates between angle brackets, *bold*, _italic_, ~struck~, `code`, quotes.

import { clock, h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { channel, isBot, nameOf, store } from "./store.js";

const ENTITY = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** Text with the three escapes of Slack undone. */
export const unescape = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITY[entity]);

/** A mention of a person; your own stands out. */
export function mention(id) {
  const known = isBot(id) || nameOf(id) !== id;
  return h("span", { class: "mention", "data-me": id === store.me, "data-unknown": !known }, `@${nameOf(id)}`);
}

/** A channel's name. */
export const channelName = (id, label) => h("span", { class: "mention" }, `#${channel(id)?.name ?? label ?? id}`);

/** A mention of many at once. */
export const broadcast = (range) => h("span", { class: "mention", "data-all": true }, `@${range}`);

const WORDS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
};

/** A date in the words of a format such as `{date_short} at {time}`. */
export function dateWords(seconds, format) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const days = Math.round((new Date(date.toDateString()) - new Date(new Date().toDateString())) / 86_400_000);
  const near = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
  return format.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === "time") return clock(date);
    if (name === "time_secs") return date.toLocaleTimeString("en-US");
    if (name === "ago") return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(days, "day");
    const plain = name.replace(/_pretty$/, "");
    if (plain !== name && near) return near;
    return WORDS[plain] ? new Intl.DateTimeFormat("en-US", WORDS[plain]).format(date) : whole;
  });
}

/** What stands between `<` and `>`. */
export function control(inside) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : unescape(inside.slice(bar + 1));
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelName(target.slice(1), label);
  if (target.startsWith("!date^")) {
    const [, seconds, format, address] = target.split("^");
    const words = dateWords(seconds, format ?? "{date}") ?? label ?? "";
    return address ? link(address, words) : h("time", { title: label }, words);
  }
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, label ?? `@${target.slice(9)}`);
  if (target.startsWith("!")) return broadcast(label ?? target.slice(1));
  return link(unescape(target), label ?? unescape(target).replace(/^mailto:/, ""));
}

const INLINE =
  /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]*?\S)\*(?![\w*])|(?<!\w)_(?=\S)([^_\n]*?\S)_(?!\w)|(?<![\w~])~(?=\S)([^~\n]*?\S)~(?![\w~])|:([a-z0-9_+'-]+(?:::[a-z0-9-]+)?):/g;

/** One run of text as nodes. */
export function inline(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > last) nodes.push(unescape(text.slice(last, match.index)));
    const [whole, code, inside, bold, italic, struck, name] = match;
    if (code !== undefined) nodes.push(h("code", null, unescape(code)));
    else if (inside !== undefined) nodes.push(control(inside));
    else if (bold !== undefined) nodes.push(h("strong", null, inline(bold)));
    else if (italic !== undefined) nodes.push(h("em", null, inline(italic)));
    else if (struck !== undefined) nodes.push(h("s", null, inline(struck)));
    else nodes.push(emoji(name));
    last = match.index + whole.length;
  }
  if (last < text.length) nodes.push(unescape(text.slice(last)));
  return nodes;
}

const ITEM = /^(\s*)(?:[•◦▪‣-]|(\d{1,3})[.)])\s+(.*)$/;

function paragraphs(text) {
  const nodes = [];
  const lines = text.replace(/^\n+|\n+$/g, "").split("\n");
  let at = 0;
  const take = (fits) => {
    const start = at;
    while (at < lines.length && fits(lines[at])) at += 1;
    return lines.slice(start, at);
  };
  while (at < lines.length) {
    if (/^(&gt;|>)/.test(lines[at])) {
      const quoted = take((line) => /^(&gt;|>)/.test(line)).map((line) => line.replace(/^(?:&gt;|>)\s?/, ""));
      nodes.push(h("blockquote", null, paragraphs(quoted.join("\n"))));
    } else if (ITEM.test(lines[at])) {
      const items = take((line) => ITEM.test(line)).map((line) => line.match(ITEM));
      const first = items[0][2];
      nodes.push(
        h(
          first ? "ol" : "ul",
          { start: first && first !== "1" ? first : null },
          items.map((item) =>
            h("li", { "data-depth": Math.min(3, Math.floor(item[1].length / 2)) || null }, inline(item[3])),
          ),
        ),
      );
    } else {
      const plain = take((line) => !/^(&gt;|>)/.test(line) && !ITEM.test(line)).join("\n");
      if (plain.trim()) nodes.push(h("p", null, inline(plain.replace(/^\n+|\n+$/g, ""))));
    }
  }
  return nodes;
}

/** A whole text. */
export function mrkdwn(text) {
  const parts = String(text ?? "").split(/```\n?([\s\S]*?)\n?```/);
  return h(
    "div",
    { class: "mrkdwn" },
    parts.map((part, index) =>
      index % 2 ? h("pre", null, h("code", null, unescape(part))) : part.trim() ? paragraphs(part) : null,
    ),
  );
}

/** A text object of a block: `plain_text` or `mrkdwn`. */
export function textOf(object) {
  if (!object) return null;
  if (typeof object === "string") return h("span", { class: "plain" }, object);
  return object.type === "mrkdwn" ? mrkdwn(object.text) : h("span", { class: "plain" }, words(object));
}

/** A text object as one string without marks, for labels. */
export function words(object) {
  if (!object) return "";
  const text = typeof object === "string" ? object : (object.text ?? "");
  return text.replace(/:([a-z0-9_+-]+):/g, (_, name) => emoji(name));
}

/** What a screen reader is told of a message. */
export const spoken = (text) =>
  String(text ?? "")
    .replace(/<@([^>|]+)[^>]*>/g, (_, id) => nameOf(id))
    .replace(/<[^>|]+\|([^>]+)>/g, "$1")
    .replace(/[*_~`<>]/g, "");
