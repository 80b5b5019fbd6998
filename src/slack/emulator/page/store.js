// What the page knows: the workspace, who you are, where you are, and what was fetched. Views read it and never write it.

import { get } from "./driver.js";

export const APP = "app";

export const store = {
  state: { team: {}, bot: {}, users: [], channels: [], commands: [], shortcuts: [], prompts: [], transport: {} },
  me: null,
  /** `channel` is a channel's id or APP; `tab` counts only there; the pane shows `thread`, "object" or "side". */
  place: { channel: null, tab: "messages", thread: null, pane: null },
  transcripts: new Map(),
  views: { modals: [], home: null, pane: null },
  /** What the app suggested when its messages were opened. */
  prompts: null,
  unread: new Set(),
  /** The newest message read, by channel. */
  seen: new Map(),
};

export const team = () =>
  typeof store.state.team === "string" ? { name: store.state.team } : (store.state.team ?? {});
export const bot = () => store.state.bot ?? {};
export const botName = () => bot().name ?? "The app";
export const isBot = (id) => id === bot().user_id || id === "BOT" || id === bot().bot_id;
export const person = (id) => store.state.users.find((user) => user.id === id);
export const nameOf = (id) => (isBot(id) ? botName() : (person(id)?.name ?? id));
export const channel = (id) => store.state.channels.find((known) => known.id === id);

const DIRECT = ["im", "mpim"];
const memberOf = (known) => (known.members ?? []).includes(store.me);

/** The channels the person is in. */
export const mine = () => store.state.channels.filter((known) => !DIRECT.includes(known.kind) && memberOf(known));

/** The public channels the person could join. */
export const others = () =>
  person(store.me)?.kind === "member" || person(store.me)?.kind === "admin"
    ? store.state.channels.filter((known) => known.kind === "public" && !known.archived && !memberOf(known))
    : [];

/** The person's direct messages with the bot, once there are any. */
export const direct = (user = store.me) =>
  store.state.channels.find(
    (known) => known.kind === "im" && (known.user ?? known.members?.find((id) => !isBot(id))) === user,
  );

/** The id of the conversation on screen: a channel, or the direct messages with the bot (null before the first). */
export const conversation = () => (store.place.channel === APP ? (direct()?.id ?? null) : store.place.channel);

/** Whether anything listens to what is said. */
export const connected = () => (store.state.transport?.sockets ?? 0) > 0 || Boolean(store.state.transport?.deliver_to);

/** How the driver wants the conversation on screen named. */
export const address = () => conversation() ?? "DM";

export const transcript = (id = conversation()) => store.transcripts.get(id) ?? { messages: [], threads: {} };

const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;

/** The messages of the main column, oldest first. */
export const roots = () => transcript().messages.filter((message) => !isReply(message) || message.broadcast);

/** A thread's first message and its replies. */
export const threadOf = (ts) =>
  transcript().messages.filter((message) => message.ts === ts || message.thread_ts === ts);

/** `{replies, last, people}` by thread. */
export function replies() {
  const found = new Map();
  for (const message of transcript().messages) {
    if (!isReply(message) || message.deleted) continue;
    const entry = found.get(message.thread_ts) ?? { replies: 0, last: message.ts, people: [] };
    entry.replies += 1;
    entry.last = message.ts;
    if (!entry.people.includes(message.user)) entry.people.push(message.user);
    found.set(message.thread_ts, entry);
  }
  return found;
}

export const sessionOf = (ts) => transcript().threads?.[ts] ?? {};

/** What a thread's status line says, or null: `{text, working}`. */
export function working(ts) {
  const session = sessionOf(ts);
  const [loading] = session.loading_messages ?? [];
  if (session.status)
    return { text: typeof loading === "string" ? loading : `${botName()} ${session.status}`, working: true };
  if (session.session_status === "processing") return { text: `${botName()} is working…`, working: true };
  if (session.session_status === "suspended")
    return { text: `${botName()} is waiting for an answer from you`, working: false };
  return null;
}

export async function fetchState() {
  store.state = { ...store.state, ...(await get("/state")) };
}

export async function fetchTranscript(id = conversation()) {
  if (!id) return null;
  const fetched = await get("/transcript", { channel: id, user: store.me });
  fetched.messages ??= [];
  store.transcripts.set(id, fetched);
  return fetched;
}

export async function fetchViews() {
  const fetched = await get("/views", { user: store.me });
  store.views = { modals: fetched.modals ?? [], home: fetched.home ?? null, pane: fetched.pane ?? null };
}

/** Reads who and where from the address, so that two windows can be two people. */
export function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  return { me: given.get("as"), channel: given.get("in"), tab: given.get("tab"), thread: given.get("thread") };
}

/** Goes somewhere: the page hears of it and draws it. */
export function go(place) {
  const before = store.place;
  store.place = { ...before, ...place };
  const { channel: here, tab, thread, pane } = store.place;
  const kept = new URLSearchParams({ as: store.me, in: here });
  if (here === APP) kept.set("tab", tab);
  if (thread && pane === "thread") kept.set("thread", thread);
  history.replaceState(null, "", `#${kept}`);
  document.dispatchEvent(new CustomEvent("place", { detail: { before } }));
}

/** Asks the page to fetch what is on screen again. */
export const refresh = () => document.dispatchEvent(new CustomEvent("refresh"));
