// The timeline of an account's page: its filters and its search without leaving the page, its older items, what an item
// says in full, and the words a citation leads to.

import * as api from "./api.js";
import { announce, h } from "./dom.js";
import { lines } from "./record.js";

/** Pages that come by themselves as the reader scrolls, before there is a button again: what stands below stays in reach. */
const BY_THEMSELVES = 2;

let account = "";
let came = 0;
let asked = 0;

const feed = () => document.getElementById("feed");

/** Starts the timeline of `domain`. */
export function startFeed(domain) {
  account = domain;
  document.addEventListener("click", follow);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".find")) return;
    event.preventDefault();
    const show = new URLSearchParams(location.search).get("show");
    const words = event.target.querySelector("input").value.trim();
    turn(new URLSearchParams([...(show ? [["show", show]] : []), ...(words ? [["find", words]] : [])]));
  });
  watch();
}

/** Whether records of this kind stand in the timeline. */
export const happens = (kind) => ["call", "email", "note", "project", "signal", "revenue_source", "payment_event", "deal"].includes(kind);

function follow(event) {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target.closest(".filters a, #feed .pages a");
  if (link) {
    event.preventDefault();
    const wanted = new URL(link.href).searchParams;
    if (link.rel === "next") append(link);
    else turn(wanted);
    return;
  }
  const button = event.target.closest("[data-opens]");
  if (button) toggle(button);
}

/** Another part of the timeline in place of what is shown. */
async function turn(wanted, quiet) {
  const mine = ++asked;
  try {
    const found = await api.page(path(wanted));
    if (mine !== asked) return;
    feed().replaceChildren(...found.body.childNodes);
    mark(wanted);
    came = 0;
    watch();
    if (!quiet) announce(`${feed().querySelectorAll("li[data-kind]").length} items.`);
  } catch (error) {
    announce(`The activity could not be loaded. ${error.message}`);
  }
}

const path = (wanted) => `/accounts/${encodeURIComponent(account)}/feed${wanted.size ? `?${wanted}` : ""}`;

/** Filters, search and address say what is shown. */
function mark(wanted) {
  const address = new URL(location.href);
  for (const name of ["show", "find", "before"]) {
    if (wanted.has(name)) address.searchParams.set(name, wanted.get(name));
    else address.searchParams.delete(name);
  }
  history.replaceState(null, "", address);
  for (const link of document.querySelectorAll(".filters a")) {
    const its = new URL(link.href);
    const chosen = (its.searchParams.get("show") ?? "") === (wanted.get("show") ?? "");
    if (chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    if (wanted.has("find")) its.searchParams.set("find", wanted.get("find"));
    else its.searchParams.delete("find");
    link.href = its;
  }
  const words = document.querySelector(".find input");
  if (words) words.value = wanted.get("find") ?? "";
}

/** The items that come next, below those shown. */
async function append(link) {
  if (link.getAttribute("aria-busy")) return;
  link.setAttribute("aria-busy", "true");
  const mine = asked;
  const had = link === document.activeElement;
  try {
    const found = await api.page(path(new URL(link.href).searchParams));
    if (mine !== asked) return;
    const items = [...found.querySelectorAll("li[data-kind]")];
    feed().querySelector(".feed").append(...items);
    const next = found.querySelector(".pages a[rel=next]");
    if (next) link.replaceWith(next);
    else link.remove();
    if (had) (next ?? items[0]?.querySelector("a"))?.focus({ preventScroll: true });
    watch();
  } catch (error) {
    link.removeAttribute("aria-busy");
    announce(`Older activity could not be loaded. ${error.message}`);
  }
}

/** Has the next page come when its link comes into sight. */
function watch() {
  const link = feed()?.querySelector(".pages a[rel=next]");
  if (!link || came >= BY_THEMSELVES) return;
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    if (!link.isConnected) return;
    came += 1;
    append(link);
  });
  seen.observe(link);
}

/** Opens or closes what an item says in full. */
async function toggle(button) {
  const item = button.closest("li");
  const shown = item.querySelector(".whole");
  button.setAttribute("aria-expanded", String(!shown));
  if (shown) shown.remove();
  else await open(item, null);
}

/** Puts the whole record below its item, with the words of `citation` marked. */
async function open(item, citation) {
  item.querySelector(".whole")?.remove();
  const whole = h("div", { class: "whole", "aria-busy": "true" }, h("div", { class: "skeleton" }));
  item.append(whole);
  item.querySelector("[data-opens]")?.setAttribute("aria-expanded", "true");
  try {
    const { kind, record } = item.dataset;
    const found = await api.record(kind, record);
    whole.replaceChildren(...lines(found.lines, citation, `/records/${kind}/${encodeURIComponent(record)}`));
  } catch (error) {
    whole.replaceChildren(h("p", { class: "fine" }, error.message));
  }
  whole.removeAttribute("aria-busy");
  return whole;
}

const find = ({ kind, id }) => [...document.querySelectorAll("#feed li[data-kind]")].find((item) => item.dataset.kind === kind && item.dataset.record === id);

/** Scrolls the timeline to a citation's words; false where its record is not in it. `from` is led back to. */
export async function showInFeed(citation, from) {
  if (!find(citation) && citation.occurred_at) await turn(new URLSearchParams([["before", citation.occurred_at]]), true);
  const item = find(citation);
  if (!item) return false;
  const whole = await open(item, citation);
  if (from) whole.append(h("p", null, h("button", { type: "button", class: "quiet small back", onclick: () => from.focus() }, "Back to the answer")));
  const words = whole.querySelector("mark, .line.cited") ?? item;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  words.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
  item.tabIndex = -1;
  item.focus({ preventScroll: true });
  announce(`Shown in the activity: ${citation.title}.`);
  return true;
}
