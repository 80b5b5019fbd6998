// The page of the local Slack: fetches what is on screen when something changed, and draws it.

import { announce, h, keepAtEnd, notice } from "./dom.js";
import { listen, post } from "./driver.js";
import { composer } from "./composer.js";
import { draw as drawConversation, head } from "./conversation.js";
import { humans } from "./face.js";
import { home } from "./home.js";
import { modal } from "./modal.js";
import { spoken } from "./mrkdwn.js";
import { objectPane } from "./object.js";
import { drawSide, sidePane } from "./side.js";
import { sidebar } from "./sidebar.js";
import {
  APP,
  botName,
  channel,
  connected,
  conversation,
  direct,
  fetchState,
  fetchTranscript,
  fetchViews,
  go,
  isBot,
  mine,
  nameOf,
  person,
  readAddress,
  store,
  team,
  transcript,
} from "./store.js";
import { focusThread, threadPane } from "./thread.js";

const at = (id) => document.getElementById(id);
const list = h("div", { class: "messages", role: "log", "aria-label": "Messages", "aria-live": "off" });
const homeRoot = h("div", { class: "home-root" });
const writer = composer({
  id: "message",
  thread: () => null,
  key: () => `${store.me} ${store.place.channel}`,
  placeholder: () =>
    store.place.channel === APP
      ? `Ask ${botName()}, or type / for commands`
      : `Message #${channel(store.place.channel)?.name ?? ""}`,
});
at("main-body").append(list, homeRoot);
at("write").append(writer.node);
const toEnd = keepAtEnd(at("scroll"), list);
let drawn = "";

const inHome = () => store.place.channel === APP && store.place.tab === "home";

function draw() {
  if (!store.me) return;
  sidebar(at("side"), be);
  const known = channel(store.place.channel);
  document.title = `${store.place.channel === APP ? botName() : (known?.name ?? "Local Slack")} – ${team().name ?? "Local Slack"}`;
  const print = JSON.stringify([
    store.me,
    store.place.channel,
    store.place.tab,
    known,
    store.state.users.length,
    botName(),
  ]);
  if (at("head").dataset.print !== print) {
    const held = at("head").contains(document.activeElement);
    at("head").dataset.print = print;
    at("head").replaceChildren(...head().filter(Boolean));
    if (held) at("head").querySelector('[aria-selected="true"]')?.focus();
  }
  document.body.dataset.place = store.place.channel === APP ? `app-${store.place.tab}` : "channel";
  at("apart").hidden = connected();
  list.hidden = inHome();
  homeRoot.hidden = !inHome();
  at("write").hidden =
    inHome() || (store.place.channel !== APP && (!known || known.archived || !known.members?.includes(store.me)));
  if (inHome()) home(homeRoot);
  else drawConversation(list, writer);
  writer.draw();
  const where = `${store.me} ${store.place.channel} ${store.place.tab}`;
  if (inHome() && drawn !== where) at("scroll").scrollTop = 0;
  else if (drawn !== where) toEnd();
  drawn = where;
  drawPane();
  modal();
}

function drawPane() {
  const { pane, thread } = store.place;
  const root = at("pane");
  document.body.dataset.pane = pane ?? "";
  root.hidden = !pane;
  if (!pane) return root.replaceChildren();
  if (pane === "object") {
    const print = JSON.stringify(store.views.pane);
    if (root.dataset.print !== print || root.dataset.pane !== "object") root.replaceChildren(...objectPane());
    root.dataset.print = print;
  } else {
    const node = pane === "side" ? sidePane() : thread && threadPane();
    if (node && (root.firstElementChild !== node || root.children.length > 1)) root.replaceChildren(node);
  }
  root.dataset.pane = pane;
  root.setAttribute("aria-label", { thread: "Thread", object: "Details of a link", side: "Slack’s side" }[pane]);
  return undefined;
}

/** What was already there is not read out again. */
let told = new Set();
let toldOf = "";

function tell() {
  const where = `${store.me} ${conversation()}`;
  const settled = transcript().messages.filter((message) => !message.streaming && !message.deleted);
  if (toldOf === where) {
    const fresh = settled.filter((message) => !told.has(message.ts) && message.user !== store.me);
    if (fresh.length)
      announce(
        fresh
          .slice(-3)
          .map((message) => `${nameOf(message.user)}: ${spoken(message.text || message.stream?.text).slice(0, 300)}`)
          .join(". "),
      );
  }
  told = new Set(settled.map((message) => message.ts));
  toldOf = where;
}

const newest = (messages) =>
  messages.filter((message) => message.user !== store.me && !message.deleted).at(-1)?.ts ?? "0";

/** Notes what is new elsewhere, and what has been read here. */
async function look(ids) {
  const here = conversation();
  for (const id of ids) {
    const known = channel(id);
    const own = known && (known.kind === "im" ? direct()?.id === id : known.members?.includes(store.me));
    if (!own || id === here) continue;
    try {
      const fetched = await fetchTranscript(id);
      const last = newest(fetched.messages);
      if (!store.seen.has(id)) store.seen.set(id, last);
      else if (last > store.seen.get(id)) store.unread.add(id);
    } catch {
      // A channel that went away between two requests is no news.
    }
  }
}

function read() {
  const here = conversation();
  if (!here) return;
  store.seen.set(here, newest(transcript().messages));
  store.unread.delete(here);
}

let running = null;
let again = null;

/** Fetches and draws. Calls that come while one runs become one more run. */
function update(change = {}) {
  if (running) {
    again = { channels: [...(again?.channels ?? []), ...(change.channels ?? [])] };
    return running;
  }
  running = (async () => {
    let moved = false;
    try {
      await fetchState();
      moved = settle();
      await Promise.all([fetchTranscript(), fetchViews(), store.place.pane === "side" ? drawSide() : null]);
      await look(change.channels ?? []);
      read();
      tell();
      draw();
    } catch (problem) {
      notice(problem.message);
    } finally {
      running = null;
      if (moved) go({});
      if (again) {
        const next = again;
        again = null;
        update(next);
      }
    }
  })();
  return running;
}

/** Leaves a place that is not there any more for this person. Returns whether it did. */
function settle() {
  const { channel: here } = store.place;
  if (here === APP || mine().some((known) => known.id === here)) return false;
  const pane = store.place.pane === "side" ? "side" : null;
  store.place = { ...store.place, channel: mine()[0]?.id ?? APP, thread: null, pane };
  return true;
}

/** Becomes another person. */
async function be(id) {
  store.me = id;
  store.unread.clear();
  store.seen.clear();
  store.transcripts.clear();
  store.views = { modals: [], home: null, pane: null };
  store.prompts = null;
  store.place = { ...store.place, thread: null, pane: store.place.pane === "side" ? "side" : null };
  await update({ channels: mine().map((known) => known.id) });
  go({});
}

async function openApp(before) {
  const { tab } = store.place;
  try {
    if (before?.channel && before.channel !== APP) await post("/context", { user: store.me, channel: before.channel });
    const answer = await post("/open", { user: store.me, tab });
    if (answer.prompts) store.prompts = answer.prompts;
  } catch (problem) {
    notice(problem.message);
  }
  update();
}

let opened = "";
document.addEventListener("place", (event) => {
  const { before } = event.detail;
  const here = `${store.me} ${store.place.channel} ${store.place.tab}`;
  const moved = opened !== here;
  opened = here;
  draw();
  if (store.place.channel === APP && moved) openApp(before);
  else if (moved || store.place.pane !== before.pane) update();
  // On a phone the focus would open the keyboard over what was asked for.
  if (!window.matchMedia("(hover: hover)").matches) return;
  if (store.place.pane === "thread" && (before.thread !== store.place.thread || before.pane !== "thread"))
    focusThread();
  else if (moved && !inHome()) writer.focus();
});
document.addEventListener("draw", draw);
document.addEventListener("sent", toEnd);
document.addEventListener("refresh", () => update());
document.addEventListener("keydown", (event) => {
  if (
    event.key !== "Escape" ||
    event.defaultPrevented ||
    document.querySelector("dialog[open], [popover]:popover-open")
  )
    return;
  if (document.body.hasAttribute("data-nav")) document.body.removeAttribute("data-nav");
  else if (store.place.pane === "object" && store.place.thread) go({ pane: "thread" });
  else if (store.place.pane) go({ pane: null, thread: null });
});
at("shade").addEventListener("click", () => document.body.removeAttribute("data-nav"));

async function start() {
  const asked = readAddress();
  await fetchState();
  const people = humans(store.state.users);
  store.me = person(asked.me) && !isBot(asked.me) ? asked.me : people[0]?.id;
  if (!store.me) return notice("This workspace has no people.");
  const here = asked.channel === APP || mine().some((known) => known.id === asked.channel) ? asked.channel : APP;
  store.place = {
    channel: here,
    tab: asked.tab === "home" ? "home" : "messages",
    thread: asked.thread,
    pane: asked.thread ? "thread" : null,
  };
  await update({ channels: mine().map((known) => known.id) });
  go({});
  at("loading").remove();
  let line = true;
  listen(
    (change) => update(change),
    (up) => {
      if (up && !line) update();
      line = up;
      at("offline").hidden = up;
    },
  );
  return undefined;
}

start().catch((problem) => {
  at("loading").textContent = problem.message;
});
