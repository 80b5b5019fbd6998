// The main column: its head, its messages, and what stands there before the first message.

import { count, day, h, icon, iconButton, instant, reconcile } from "./dom.js";
import { attempt } from "./actions.js";
import { avatar, badge, note } from "./face.js";
import { isDismissed, messageNode, print, usePrompt } from "./message.js";
import { menu } from "./popup.js";
import { APP, bot, botName, channel, direct, go, nameOf, person, replies, roots, store } from "./store.js";

const GROUP_SECONDS = 300;

/** Whether a message continues the one before it. */
export const follows = (before, message) =>
  Boolean(before) &&
  before.user === message.user &&
  !before.only_for === !message.only_for &&
  !before.deleted &&
  !message.deleted &&
  message.ts - before.ts < GROUP_SECONDS &&
  day(instant(before.ts)) === day(instant(message.ts));

/** Messages with a line for each day between them, for `reconcile`. */
export function lines(messages, { inThread, threads, lead }) {
  const items = [];
  let before = null;
  let last = null;
  for (const message of messages) {
    // A deleted message leaves a trace only where a thread hangs on it.
    if (isDismissed(message) || (message.deleted && !inThread && !threads?.has(message.ts))) continue;
    const date = day(instant(message.ts));
    if (!inThread && last !== date) {
      items.push({
        key: `day-${date}`,
        print: date,
        make: () => h("div", { class: "day", role: "separator", "aria-label": date }, h("span", null, date)),
      });
      before = null;
      last = date;
    }
    const view = { inThread, thread: threads?.get(message.ts), grouped: follows(before, message) && !lead?.(before) };
    items.push({
      key: `${message.ts}${message.only_for ? "-only" : ""}`,
      print: print(message, view),
      make: () => messageNode(message, view),
    });
    // After a message with a thread line the next one shows its name again.
    before = !inThread && view.thread ? null : message;
  }
  return items;
}

const KIND = {
  public: ["hash", "Channel"],
  private: ["lock", "Private channel"],
  connect: ["shared", "Shared with another company"],
  im: ["bot", "Direct messages"],
};
export const channelIcon = (known) => icon(KIND[known?.kind]?.[0] ?? "hash");

function members(anchor, known) {
  menu(
    anchor,
    [
      { title: count(known.members.length, "member") },
      ...known.members.map((id) => ({
        lead: avatar(id, "small"),
        label: nameOf(id),
        note: id === bot().user_id ? "App" : note(person(id) ?? {}),
        act: () => {},
      })),
      ...(known.members.includes(store.me)
        ? [null, { label: "Leave this channel", danger: true, act: () => attempt("/leave", { channel: known.id }) }]
        : []),
    ],
    "Members",
  );
}

/** The head of the main column. */
export function head() {
  const open = iconButton("menu", "Channels", () => document.body.toggleAttribute("data-nav"), { id: "open-nav" });
  if (store.place.channel === APP) {
    const tab = (name, label) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${name}`,
          "aria-selected": String(store.place.tab === name),
          "aria-controls": "main-body",
          tabindex: store.place.tab === name ? "0" : "-1",
          onclick: () => go({ tab: name, pane: null, thread: null }),
        },
        label,
      );
    const tabs = h(
      "div",
      { class: "tabs", role: "tablist", "aria-label": botName() },
      tab("home", "Home"),
      tab("messages", "Messages"),
    );
    tabs.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      go({ tab: store.place.tab === "home" ? "messages" : "home", pane: null, thread: null });
      document.querySelector('[role="tab"][aria-selected="true"]')?.focus();
    });
    return [open, avatar(bot().user_id), h("h1", null, botName()), badge(bot().user_id), tabs];
  }
  const known = channel(store.place.channel);
  if (!known) return [open, h("h1", null, "Nothing here")];
  const guests = (known.members ?? []).filter((id) => person(id)?.kind === "guest").length;
  return [
    open,
    h("h1", null, channelIcon(known), known.name),
    known.kind === "connect" && h("span", { class: "badge", "data-kind": "connect" }, "Shared with another company"),
    guests > 0 && h("span", { class: "badge", "data-kind": "guest" }, count(guests, "guest")),
    known.archived && h("span", { class: "badge" }, "Archived"),
    h("span", { class: "spacer" }),
    memberButton(known),
  ];
}

function memberButton(known) {
  const button = h(
    "button",
    {
      type: "button",
      class: "quiet",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": `${count(known.members?.length ?? 0, "member")} of #${known.name}`,
    },
    icon("people"),
    String(known.members?.length ?? 0),
  );
  button.addEventListener("click", () => members(button, known));
  return button;
}

/** The suggestions of the app for a new conversation. */
function prompts() {
  const set = store.transcripts.get(direct()?.id)?.prompts;
  return (set?.prompts ?? set ?? store.prompts ?? store.state.prompts ?? []).slice(0, 4);
}

function suggestions(use) {
  const list = prompts();
  if (!list.length) return null;
  return h(
    "ul",
    { class: "prompts", "aria-label": "Suggestions" },
    list.map((prompt) =>
      h(
        "li",
        null,
        h(
          "button",
          { type: "button", class: "prompt", onclick: () => use(prompt) },
          h("span", null, prompt.title ?? prompt.message),
          prompt.title && prompt.title !== prompt.message && h("small", null, prompt.message),
        ),
      ),
    ),
  );
}

/** What stands above the first message. */
function opening(composer) {
  if (store.place.channel === APP) {
    return h(
      "div",
      { class: "opening" },
      avatar(bot().user_id, "large"),
      h("h2", null, `Ask ${botName()}`),
      h("p", { class: "faint" }, "Only you see what is said here. Each question is a conversation of its own."),
      suggestions(usePrompt),
    );
  }
  const known = channel(store.place.channel);
  if (!known)
    return h(
      "div",
      { class: "opening" },
      h("h2", null, "You are in no channel"),
      h(
        "p",
        { class: "faint" },
        `${nameOf(store.me)} was not invited to any channel yet. Join one on the left, or write to ${botName()}.`,
      ),
    );
  const text =
    {
      private: "A private channel: only its members see it.",
      connect: "People of another company read along here. The app should not show them what is internal.",
    }[known.kind] ?? "Everybody in the channel reads this.";
  return h(
    "div",
    { class: "opening" },
    h("h2", null, channelIcon(known), known.name),
    h("p", { class: "faint" }, text, ` Mention @${botName()} to ask it something; it answers in a thread.`),
    suggestions((prompt) => composer.insert(`@${botName()} ${prompt.message}`, true)),
  );
}

/** Draws the messages into `list`. */
export function draw(list, composer) {
  const shown = roots();
  const place = `${store.me} ${store.place.channel}`;
  const start = {
    key: "opening",
    print: JSON.stringify([place, shown.length > 3, prompts(), channel(store.place.channel), nameOf(store.me)]),
    make: () =>
      shown.length > 3 && store.place.channel !== APP ? h("div", { class: "opening-none" }) : opening(composer),
  };
  reconcile(list, [start, ...lines(shown, { threads: replies() })]);
}
