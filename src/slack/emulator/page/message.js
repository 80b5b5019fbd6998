// One message: who, when, what, and what can be done with it.

import { clock, count, day, h, icon, iconButton, instant, link } from "./dom.js";
import { post } from "./driver.js";
import { attempt, edit, react, remove, shortcut, stop, toTyped } from "./actions.js";
import { blocks, empty } from "./blocks.js";
import { enter } from "./entered.js";
import { emoji, QUICK } from "./emoji.js";
import { avatar, badge } from "./face.js";
import { markdown } from "./markdown.js";
import { mrkdwn } from "./mrkdwn.js";
import { attachment, unfurls } from "./object.js";
import { confirm, menu } from "./popup.js";
import { address, botName, go, nameOf, refresh, sessionOf, store, working } from "./store.js";
import { steps } from "./tasks.js";

/** What inputs in messages say, by message, as long as the page is open. */
const typed = new Map();
let editing = null;

/** Where the blocks of a message stand. */
function placeOf(message) {
  const held = typed.get(message.ts) ?? new Map();
  typed.set(message.ts, held);
  const channel = address();
  return {
    me: store.me,
    act: async (body) => {
      const place = { user: store.me, channel, ts: message.ts };
      await enter(message.blocks, (block, action) => held.get(`${block}|${action}`), place);
      await post("/click", { ...place, ...body });
      refresh();
    },
    keep: (block, action, value) => held.set(`${block}|${action}`, value),
    kept: (block, action) => held.get(`${block}|${action}`),
    suggest: (body) => post("/suggest", { user: store.me, channel, ts: message.ts, ...body }),
  };
}

function body(message) {
  const stream = message.stream;
  const streamed = stream?.text ?? "";
  const parts = [steps(stream, message.streaming)];
  if (streamed) parts.push(h("div", { class: "streamed", "data-running": message.streaming }, markdown(streamed)));
  else if (message.streaming && !stream?.tasks?.length) parts.push(h("p", { class: "faint" }, "Thinking…"));
  if (!empty(message.blocks)) parts.push(blocks(message.blocks, placeOf(message)));
  else if (!streamed && !message.streaming && message.text) parts.push(mrkdwn(message.text));
  if (stream?.run_out)
    parts.push(h("p", { class: "fine" }, "Slack ended this stream: it ran for more than five minutes."));
  for (const one of message.attachments ?? []) parts.push(attachment(one, placeOf(message)));
  if (message.unfurls?.length) parts.push(unfurls(message));
  for (const file of message.files ?? [])
    parts.push(h("p", { class: "file" }, link(file.url_private ?? file.permalink, file.title ?? file.name ?? "File")));
  return parts;
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map((reaction) => {
      const users = reaction.users ?? [];
      const who = users.map(nameOf).join(", ");
      return h(
        "button",
        {
          type: "button",
          class: "reaction",
          "aria-pressed": String(users.includes(store.me)),
          title: `${who} reacted with :${reaction.name}:`,
          "aria-label": `${reaction.name}, ${count(users.length, "reaction")}: ${who}`,
          "data-focus": `reaction-${reaction.name}`,
          onclick: () => react(message, reaction.name),
        },
        h("span", { "aria-hidden": "true" }, emoji(reaction.name)),
        String(users.length),
      );
    }),
  );
}

function tools(message, inThread) {
  const own = message.user === store.me && !message.bot;
  const shortcuts = store.state.shortcuts.filter((known) => known.type === "message");
  const smile = iconButton(
    "smile",
    "Add a reaction",
    () =>
      menu(
        smile,
        QUICK.map((name) => ({
          lead: h("span", { class: "emoji" }, emoji(name)),
          label: name.replace(/_/g, " "),
          act: () => react(message, name),
        })),
        "Reactions",
      ),
    { "aria-haspopup": "menu", "aria-expanded": "false" },
  );
  const items = [
    ...(shortcuts.length
      ? [
          { title: botName() },
          ...shortcuts.map((known) => ({
            lead: icon("bolt"),
            label: known.name,
            note: known.description,
            act: () => shortcut(known, message),
          })),
        ]
      : []),
    ...(own && shortcuts.length ? [null] : []),
    ...(own
      ? [
          { lead: icon("edit"), label: "Edit message", act: () => startEdit(message) },
          { lead: icon("bin"), label: "Delete message", danger: true, act: () => startDelete(message) },
        ]
      : []),
  ];
  const more =
    items.length > 0 &&
    iconButton("more", "More actions", () => menu(more, items, "Message actions"), {
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-focus": "more",
    });
  if (message.only_for)
    return h(
      "div",
      { class: "tools" },
      iconButton("close", "Dismiss", () => dismiss(message)),
    );
  return h(
    "div",
    { class: "tools" },
    smile,
    !inThread && iconButton("reply", "Reply in a thread", () => openThread(message.ts)),
    more,
  );
}

const openThread = (ts) => go({ thread: ts, pane: "thread" });

const dismissed = new Set();
/** Whether a message only you saw was put away by you. */
export const isDismissed = (message) => dismissed.has(message.ts);

function dismiss(message) {
  dismissed.add(message.ts);
  document.dispatchEvent(new CustomEvent("draw"));
}

function startEdit(message) {
  editing = message.ts;
  document.dispatchEvent(new CustomEvent("draw"));
  document.querySelector(".editor textarea")?.focus();
}

async function startDelete(message) {
  const yes = await confirm({
    title: "Delete this message?",
    text: h("p", null, "It is gone for everyone, and the app is told."),
    yes: "Delete",
    danger: true,
  });
  if (yes) remove(message);
}

function editor(message) {
  const field = h("textarea", { class: "text", rows: "3", "aria-label": "Edit your message" });
  field.value = toTyped(message.text);
  const leave = () => {
    editing = null;
    document.dispatchEvent(new CustomEvent("draw"));
  };
  const save = async () => {
    const text = field.value.trim();
    if (text && (await edit(message, text))) leave();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      leave();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      save();
    }
  });
  return h(
    "div",
    { class: "editor" },
    field,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button", class: "button", onclick: leave }, "Cancel"),
      h("button", { type: "button", class: "button primary", onclick: save }, "Save"),
    ),
  );
}

/** `3 replies · today at 9:41 AM`, and whether the bot is at work there. */
function threadLine(message, thread) {
  const line = working(message.ts);
  if (!thread && !line) return null;
  return h(
    "div",
    { class: "thread-line" },
    thread &&
      h(
        "button",
        { type: "button", class: "thread-button", "data-focus": "thread", onclick: () => openThread(message.ts) },
        h(
          "span",
          { class: "stack" },
          thread.people.slice(0, 3).map((id) => avatar(id, "small")),
        ),
        h("strong", null, count(thread.replies, "reply", "replies")),
        h(
          "span",
          { class: "faint" },
          `Last ${day(instant(thread.last)).toLowerCase()} at ${clock(instant(thread.last))}`,
        ),
      ),
    line && statusLine(message.ts, true),
  );
}

/** What the bot is doing in a thread, with the way to stop it. */
export function statusLine(ts, short) {
  const line = working(ts);
  if (!line) return null;
  const halt = async () => {
    await stop(ts);
  };
  return h(
    "div",
    { class: "status", "data-working": line.working },
    h("span", { class: "pulse", "aria-hidden": "true" }),
    h("span", null, line.text),
    line.working &&
      h(
        "button",
        { type: "button", class: short ? "quiet" : "button small", "data-focus": "stop", onclick: halt },
        icon("stop"),
        "Stop",
      ),
  );
}

/** What a node of this message depends on: it is made anew when this changes. */
export const print = (message, { grouped, inThread, thread }) =>
  JSON.stringify([
    message,
    grouped,
    inThread,
    thread,
    inThread ? null : sessionOf(message.ts),
    editing === message.ts,
    store.me,
    nameOf(message.user),
    instant(message.ts).toDateString() === new Date().toDateString(),
  ]);

/** A message. `grouped` leaves the name out below another message of the same person. */
export function messageNode(message, { grouped, inThread, thread }) {
  const when = instant(message.ts);
  const name = message.username ?? nameOf(message.user);
  if (message.deleted) {
    return h(
      "article",
      { class: "message", "data-deleted": true, "aria-label": "A deleted message" },
      h("div", { class: "gutter" }, icon("bin")),
      h(
        "div",
        { class: "message-main" },
        h("p", { class: "faint" }, "This message was deleted."),
        !inThread && threadLine(message, thread),
      ),
    );
  }
  const time = h("time", { datetime: when.toISOString(), title: when.toLocaleString("en-US") }, clock(when));
  return h(
    "article",
    {
      class: "message",
      "data-grouped": grouped,
      "data-private": Boolean(message.only_for),
      "aria-label": `${name}, ${clock(when)}${message.only_for ? ", only visible to you" : ""}`,
    },
    h("div", { class: "gutter" }, grouped ? time : avatar(message.user)),
    h(
      "div",
      { class: "message-main" },
      message.only_for && h("p", { class: "only" }, icon("eye"), "Only visible to you"),
      !grouped && h("header", null, h("strong", null, name), badge(message.user), time),
      editing === message.ts
        ? editor(message)
        : h("div", { class: "body" }, body(message), message.edited && h("span", { class: "edited" }, "(edited)")),
      reactions(message),
      !inThread && threadLine(message, thread),
    ),
    editing === message.ts ? null : tools(message, inThread),
  );
}

/** Starts a conversation with a suggested prompt. */
export const usePrompt = (prompt) =>
  attempt("/message", { channel: address(), text: prompt.message }).then(
    (answer) => answer?.ts && openThread(answer.ts),
  );
