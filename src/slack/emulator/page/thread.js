// The pane of a thread: the first message, its replies, what the bot is doing, and the way to stop it.

import { announce, count, h, iconButton, keepAtEnd, reconcile } from "./dom.js";
import { attempt } from "./actions.js";
import { composer } from "./composer.js";
import { lines } from "./conversation.js";
import { statusLine } from "./message.js";
import { address, APP, botName, channel, conversation, go, sessionOf, store, threadOf, working } from "./store.js";

const list = h("div", { class: "messages", role: "log", "aria-label": "Replies", "aria-live": "off" });
const status = h("div", { class: "thread-status" });
const scroll = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Messages and replies" }, list);
const head = h("header", { class: "pane-head" });
const writer = composer({
  id: "reply",
  thread: () => store.place.thread,
  key: () => `${store.me} ${conversation()} ${store.place.thread}`,
  placeholder: () => (store.place.channel === APP ? `Ask ${botName()} a follow-up` : "Reply in this thread"),
});
const node = h("div", { class: "pane-column" }, head, scroll, status, writer.node);
const toEnd = keepAtEnd(scroll, list);
let last = "";

async function rename(title) {
  const field = h("input", { class: "text", "aria-label": "Title of the conversation", maxlength: "200" });
  field.value = title;
  const done = async (keep) => {
    field.onblur = null;
    head.dataset.print = "";
    const next = field.value.trim();
    if (keep && next && next !== title)
      await attempt("/rename", { channel: address(), thread_ts: store.place.thread, title: next });
    document.dispatchEvent(new CustomEvent("draw"));
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") done(true);
    if (event.key === "Escape") {
      event.stopPropagation();
      done(false);
    }
  });
  head.querySelector("h2").replaceWith(field);
  field.focus();
  field.select();
}

function drawHead(shown) {
  const { title } = sessionOf(store.place.thread);
  const known = channel(conversation());
  const print = JSON.stringify([title, known?.name, shown.length, store.place]);
  if (head.dataset.print === print) return;
  head.dataset.print = print;
  const close = iconButton("close", "Close the thread", () => go({ thread: null, pane: null }));
  const where = store.place.channel === APP ? count(shown.length, "message") : `#${known?.name ?? ""}`;
  head.replaceChildren(
    iconButton("back", "Back", () => go({ thread: null, pane: null }), { "data-phone": true }),
    h(
      "div",
      null,
      h("h2", null, title || (store.place.channel === APP ? "Conversation" : "Thread")),
      h("p", { class: "faint" }, where),
    ),
    ...(title ? [iconButton("edit", "Rename this conversation", () => rename(title))] : []),
    close,
  );
}

/** The pane, brought up to date. */
export function threadPane() {
  const shown = threadOf(store.place.thread);
  const place = `${store.me} ${store.place.thread}`;
  drawHead(shown);
  const items = lines(shown, { inThread: true, lead: (before) => before?.ts === store.place.thread });
  if (!shown.length)
    items.push({
      key: "none",
      print: "none",
      make: () => h("p", { class: "faint none" }, "This thread is not there any more."),
    });
  reconcile(list, items);
  const line = working(store.place.thread);
  const print = JSON.stringify(line);
  if (status.dataset.print !== print) {
    status.dataset.print = print;
    status.replaceChildren(...[statusLine(store.place.thread)].filter(Boolean));
    if (line) announce(line.text);
  }
  writer.draw();
  if (last !== place) toEnd();
  last = place;
  return node;
}

export const focusThread = () => writer.focus();
