// What a person does: each is one request to the driver, then a fresh look at what is on screen.

import { notice } from "./dom.js";
import { post } from "./driver.js";
import { address, APP, botName, bot, channel, go, person, refresh, store } from "./store.js";

/** Sends and shows the problem, if there is one. Returns the answer or null. */
export async function attempt(path, body) {
  try {
    const answer = await post(path, { user: store.me, ...body });
    refresh();
    return answer;
  } catch (problem) {
    notice(problem.message);
    return null;
  }
}

/** Typed text with mentions and channels as references; Slack’s side does the escaping. */
export function toSlack(text) {
  const people = [
    { id: bot().user_id ?? "BOT", name: botName() },
    ...store.state.users.map(({ id, name }) => ({ id, name })),
  ];
  const known = [
    ...people.map(({ id, name }) => [`@${name}`, `<@${id}>`]),
    ...store.state.channels.filter((one) => one.name).map((one) => [`#${one.name}`, `<#${one.id}|${one.name}>`]),
  ]
    .filter(([shown]) => shown.length > 1)
    .sort((a, b) => b[0].length - a[0].length);
  const references = new Map(known.map(([shown, reference]) => [shown.toLowerCase(), reference]));
  const any = known.map(([shown]) => shown.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  if (!any) return text;
  return text.replace(
    new RegExp(`(^|[^\\w&])(${any})(?![\\w])`, "giu"),
    (_, before, shown) => before + references.get(shown.toLowerCase()),
  );
}

/** The text as a person would type it again. */
export function toTyped(text) {
  return String(text ?? "")
    .replace(/<@([^>|]+)[^>]*>/g, (_, id) => `@${id === bot().user_id ? botName() : (person(id)?.name ?? id)}`)
    .replace(/<#([^>|]+)\|?([^>]*)>/g, (_, id, label) => `#${channel(id)?.name ?? label}`)
    .replace(/<([^>|]+)(?:\|[^>]*)?>/g, "$1")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}

const sent = () => document.dispatchEvent(new CustomEvent("sent"));

/** Posts a message, or runs it as a command when it is one. Returns whether it was taken. */
export async function say(text, thread) {
  const command = text.match(/^(\/[\w-]+)(?:\s+([\s\S]*))?$/);
  if (command) {
    if (thread) {
      notice("Slash commands do not work in threads. Use the message field of the channel.", "info");
      return false;
    }
    const answer = await attempt("/command", {
      channel: address(),
      command: command[1],
      text: toSlack(command[2] ?? ""),
    });
    if (answer && store.place.channel === APP && store.place.thread) go({ thread: null, pane: null });
    sent();
    if (answer && answer.status && answer.status !== 200)
      notice(`${command[1]} failed: the app answered with status ${answer.status}.`);
    return Boolean(answer);
  }
  const posted = toSlack(text);
  const answer = await attempt("/message", {
    channel: address(),
    text: posted,
    ...(thread ? { thread_ts: thread } : {}),
  });
  if (!thread) sent();
  // An answer comes as a thread: show it where one was asked for.
  const asked = store.place.channel === APP || posted.includes(`<@${bot().user_id}>`);
  if (answer?.ts && !thread && asked && window.matchMedia("(min-width: 60rem)").matches)
    go({ thread: answer.ts, pane: "thread" });
  else if (answer?.ts && !thread && store.place.channel === APP) go({ thread: answer.ts, pane: "thread" });
  return Boolean(answer);
}

export const edit = (message, text) => attempt("/edit", { channel: address(), ts: message.ts, text: toSlack(text) });
export const remove = (message) => attempt("/delete", { channel: address(), ts: message.ts });
export const stop = (thread) => attempt("/stop", { channel: address(), thread_ts: thread });

export function react(message, name) {
  const given = (message.reactions ?? []).find((reaction) => reaction.name === name)?.users?.includes(store.me);
  return attempt("/react", { channel: address(), ts: message.ts, name, ...(given ? { remove: true } : {}) });
}

export const shortcut = (known, message) =>
  attempt("/shortcut", { callback_id: known.callback_id, ...(message ? { channel: address(), ts: message.ts } : {}) });

/** Opens what the app knows of a link. */
export async function openObject(message, url) {
  go({ pane: "object" });
  await attempt("/open_link", { channel: address(), ts: message.ts, url });
}
