// How a person or the app is shown: a round picture with initials, a name, and what kind of person it is.

import { h, icon } from "./dom.js";
import { bot, isBot, nameOf, person } from "./store.js";

const initials = (name) =>
  name
    .replace(/[^\p{L}\p{N} ]/gu, "")
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word[0])
    .slice(0, 2)
    .join("")
    .toUpperCase() || "?";
const hue = (id) => [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7) % 7;

/** A picture; `size` is "small", "large" or nothing. */
export function avatar(id, size) {
  if (isBot(id))
    return h("span", { class: "avatar", "data-bot": true, "data-size": size, "aria-hidden": "true" }, icon("bot"));
  return h(
    "span",
    { class: "avatar", "data-hue": hue(id), "data-size": size, "aria-hidden": "true" },
    initials(nameOf(id)),
  );
}

const KIND = { admin: "Admin", guest: "Guest", connect: "Other company" };

/** A word on what sort of person it is, where it matters who reads. */
export function badge(id) {
  if (isBot(id)) return h("span", { class: "badge", "data-kind": "bot" }, "App");
  const kind = person(id)?.kind;
  if (person(id)?.deactivated) return h("span", { class: "badge" }, "Deactivated");
  return kind === "guest" || kind === "connect" ? h("span", { class: "badge", "data-kind": kind }, KIND[kind]) : null;
}

/** What the list of people says below a name. */
export function note(user) {
  if (user.deactivated) return "Deactivated";
  if (user.kind === "guest") return "Guest: sees only what they were invited to";
  if (user.kind === "connect") return "From another company, in shared channels";
  if (user.kind === "admin") return `${user.email ?? ""} · Admin`;
  return user.email ?? "";
}

/** Who the workspace's people are, the bot left out. */
export const humans = (users) => users.filter((user) => user.id !== bot().user_id && user.kind !== "bot");
