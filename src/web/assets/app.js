// The chat page: what is shown follows from the address, `/c/{conversation}?account={domain}`.

import * as api from "./api.js";
import { announce, h } from "./dom.js";
import { closeDrawer, openDrawer } from "./drawer.js";
import { accountHeader, emptyState, emptyWorkspace } from "./header.js";
import { closePicker, openPicker, setAccounts, setChosen, startPicker } from "./picker.js";
import { ready, startTalk } from "./talk.js";
import { startWho } from "./who.js";

const question = document.getElementById("question");
const empty = document.getElementById("empty");
const strip = document.getElementById("account");

const state = { accounts: [], summary: null, account: null, title: null, shown: 0 };

const talk = startTalk({
  account: () => state.account,
  kept: (conversation) => history.pushState(null, "", address(conversation, state.account)),
  drawn: () => frame(),
  // What stands above the chat follows from what was just done.
  changed: () => loadAccounts(),
  elsewhere: (account, words) => {
    history.pushState(null, "", address(null, account));
    show();
    talk.ask(words);
  },
  open: openDrawer,
});

// The address

function place() {
  const conversation = location.pathname.match(/^\/c\/([^/]+)$/)?.[1] ?? null;
  return { conversation: conversation && decodeURIComponent(conversation), account: new URLSearchParams(location.search).get("account") };
}

function address(conversation, account) {
  return (conversation ? `/c/${encodeURIComponent(conversation)}` : "/") + (account ? `?account=${encodeURIComponent(account)}` : "");
}

function go(conversation, account) {
  const target = address(conversation, account);
  if (target !== location.pathname + location.search) history.pushState(null, "", target);
  return show();
}

// What is shown

/** Learns of an account that is not among the first. */
async function know(domain) {
  if (!domain || find(domain)) return;
  try {
    state.accounts = [...state.accounts, await api.account(domain)];
    frame();
  } catch (error) {
    if (error.status === 404) announce(`There is no account ${domain}.`);
  }
}

const find = (domain) => state.accounts.find((account) => account.domain === domain) ?? null;

async function show() {
  const turn = ++state.shown;
  closeDrawer();
  const { conversation, account } = place();
  talk.begin(conversation);
  state.title = null;
  state.account = account;
  frame();
  if (state.summary) know(account);
  if (!conversation) return ready();
  try {
    const found = await api.conversation(conversation);
    if (turn !== state.shown) return;
    if (found.account !== state.account) {
      state.account = found.account;
      history.replaceState(null, "", address(conversation, found.account));
      frame();
      if (state.summary) know(found.account);
    }
    state.title = found.title;
    talk.show(found.turns);
    frame();
  } catch (error) {
    if (turn !== state.shown) return;
    empty.replaceChildren(h("h1", null, "This conversation cannot be shown"), h("p", { class: "lead" }, error.message),
      h("p", null, h("button", { type: "button", class: "button", onclick: () => go(null, state.account) }, "Start a new chat")));
    empty.hidden = false;
  }
}

/** Everything but the turns. */
function frame() {
  const account = state.account ? find(state.account) : null;
  setChosen(account ?? (state.account ? { domain: state.account, name: state.account, level: "unknown" } : null));
  strip.hidden = !account;
  strip.replaceChildren(...(account ? accountHeader(account) : []));
  const name = account?.name ?? state.account;
  document.title = [state.title, name, "success-agent"].filter(Boolean).join(" · ");
  question.placeholder = name ? `Ask about ${name}` : "Ask about your accounts";
  const started = talk.started();
  empty.hidden = started;
  if (!started && state.summary) {
    empty.replaceChildren(...(state.summary.total === 0 ? emptyWorkspace() : emptyState(account, state.summary, talk.ask)).filter(Boolean));
  }
}

async function loadAccounts() {
  try {
    const list = await api.accounts();
    state.accounts = list.accounts;
    state.summary = list;
    setAccounts(list.accounts, list.matched);
    frame();
    await know(state.account);
  } catch (error) {
    empty.replaceChildren(h("h1", null, "The accounts could not be loaded"), h("p", { class: "lead" }, error.message),
      h("p", null, h("button", { type: "button", class: "button", onclick: loadAccounts }, "Try again")));
  }
}

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
  const emptyField = document.activeElement === question && question.value === "";
  if (event.key === "/" && (!typing || emptyField) && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    openPicker();
  } else if (event.key === "Escape") {
    if (!closePicker() && !closeDrawer()) talk.stop();
  }
});

document.getElementById("new-chat").addEventListener("click", () => go(null, state.account));
document.querySelector(".brand").addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(null, null);
});
window.addEventListener("popstate", show);

/** A question another page leads to is put into the box; it is asked when its reader sends it. */
function fill() {
  const words = new URLSearchParams(location.search).get("q");
  if (words === null) return;
  const { conversation, account } = place();
  history.replaceState(null, "", address(conversation, account));
  talk.restore(words);
}

startPicker((domain) => {
  if (domain !== state.account || talk.conversation()) go(null, domain);
});
startWho(() => state.accounts);
fill();
await Promise.all([loadAccounts(), show()]);
