// The page of an account: the chat beside it, its timeline, and what can be done to it.

import * as api from "./api.js";
import { startActs } from "./acts.js";
import { announce, h, relative } from "./dom.js";
import { closeDrawer, openDrawer } from "./drawer.js";
import { happens, showInFeed, startFeed } from "./feed.js";
import { ready, startTalk } from "./talk.js";

const domain = document.body.dataset.account;
const main = document.getElementById("content");
const panel = document.getElementById("chat");
const empty = document.getElementById("empty");
const chats = document.getElementById("chats");
const chatsButton = document.getElementById("chats-button");
const opener = document.getElementById("sheet-open");
/** Where the chat is a sheet over the page. */
const narrow = matchMedia("(max-width: 72rem)");

const talk = startTalk({
  account: () => domain,
  kept: (conversation) => remember(conversation),
  drawn: () => { empty.hidden = talk.started(); },
  changed: refresh,
  elsewhere: (account, words) => location.assign(`/?account=${encodeURIComponent(account)}&q=${encodeURIComponent(words)}`),
  open: evidence,
});

// Evidence

/** Shows a citation where the page has it: in the timeline, else beside it. */
async function evidence(citation, from) {
  if (narrow.matches || !happens(citation.kind) || !(await showInFeed(citation, from))) openDrawer(citation, from);
}

// The conversation

/** The conversation stands in the address, so that it is there again when the page is. */
function remember(conversation) {
  const address = new URL(location.href);
  if (conversation) address.searchParams.set("chat", conversation);
  else address.searchParams.delete("chat");
  history.replaceState(null, "", address);
}

async function load(conversation) {
  talk.begin(conversation);
  empty.hidden = talk.started();
  remember(conversation);
  if (!conversation) return;
  try {
    const found = await api.conversation(conversation);
    if (found.account !== domain) throw new Error("It is about another account.");
    if (talk.conversation() === conversation) talk.show(found.turns);
  } catch (error) {
    if (talk.conversation() !== conversation) return;
    talk.begin(null);
    remember(null);
    empty.hidden = false;
    announce(`The conversation cannot be shown. ${error.message}`);
  }
}

function closeChats() {
  if (chats.hidden) return false;
  chats.hidden = true;
  chatsButton.setAttribute("aria-expanded", "false");
  return true;
}

async function showChats() {
  if (closeChats()) return;
  chatsButton.setAttribute("aria-expanded", "true");
  chats.hidden = false;
  chats.replaceChildren(h("li", { class: "fine" }, "Looking"));
  try {
    const found = (await api.conversations(domain)).conversations;
    chats.replaceChildren(...found.map((one) => h("li", null, h("button", { type: "button", onclick: () => { closeChats(); load(one.id); ready(); } }, h("span", null, one.title ?? "Untitled"), h("small", null, relative(one.started_at))))));
    if (!found.length) chats.replaceChildren(h("li", { class: "fine" }, "You have not asked about this account before."));
  } catch (error) {
    chats.replaceChildren(h("li", { class: "fine" }, error.message));
  }
}

// The sheet

function openSheet() {
  if (!narrow.matches) return;
  panel.classList.add("open");
  main.inert = true;
  opener.setAttribute("aria-expanded", "true");
  document.getElementById("question").focus();
}

function closeSheet() {
  if (!panel.classList.contains("open")) return false;
  panel.classList.remove("open");
  main.inert = false;
  opener.setAttribute("aria-expanded", "false");
  opener.focus();
  return true;
}

// What was changed

/** Shows the parts of the page as they are now. */
async function refresh() {
  const fresh = await api.page(location.pathname + location.search).catch(() => null);
  if (!fresh) return announce("The page could not be brought up to date. Load it again.");
  for (const part of document.querySelectorAll("[data-part]")) {
    const now = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (now && !now.isEqualNode(part)) part.replaceWith(document.adoptNode(now));
  }
}

document.addEventListener("click", (event) => {
  const suggestion = event.target.closest("#empty a.suggestion");
  if (!suggestion || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  talk.ask(suggestion.textContent);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !closeChats() && !closeDrawer() && !closeSheet()) talk.stop();
});
chatsButton.addEventListener("click", showChats);
document.getElementById("new-chat").addEventListener("click", () => {
  closeChats();
  load(null);
  ready();
});
document.getElementById("sheet-close").addEventListener("click", closeSheet);
opener.addEventListener("click", openSheet);
narrow.addEventListener("change", closeSheet);

document.body.classList.add("scripted");
startFeed(domain);
startActs(domain, refresh);
await load(new URLSearchParams(location.search).get("chat"));
