// The chat page: what is shown follows from the address, `/c/{conversation}?account={domain}`.

import * as api from "./api.js";
import { TurnView, clearThread } from "./chat.js";
import { announce, h } from "./dom.js";
import { closeDrawer } from "./drawer.js";
import { accountHeader, emptyState, emptyWorkspace } from "./header.js";
import { closePicker, openPicker, setAccounts, setChosen, startPicker } from "./picker.js";
import { startWho } from "./who.js";

const question = document.getElementById("question");
const sendButton = document.getElementById("send");
const composer = document.getElementById("composer");
const empty = document.getElementById("empty");
const strip = document.getElementById("account");
const hint = document.getElementById("hint");
const longest = Number(document.body.dataset.questionChars) || 4000;

const state = { accounts: [], summary: null, account: null, conversation: null, title: null, running: null, asked: [], recalled: -1, shown: 0 };

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

/** Puts the cursor into the question, where that does not open a keyboard over the page. */
function ready() {
  if (matchMedia("(hover: hover)").matches) question.focus({ preventScroll: true });
}

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
  leave();
  closeDrawer();
  const { conversation, account } = place();
  state.conversation = conversation;
  state.title = null;
  state.account = account;
  state.asked = [];
  state.recalled = -1;
  clearThread();
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
    for (const past of found.turns) {
      state.asked.push(past.question);
      new TurnView(past.question, actions).finish(past.answer, past.feedback);
    }
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
  const started = state.conversation !== null || state.running !== null;
  empty.hidden = started;
  if (!started && state.summary) {
    empty.replaceChildren(...(state.summary.total === 0 ? emptyWorkspace() : emptyState(account, state.summary, ask)).filter(Boolean));
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

// Asking

const actions = {
  // What stands above the chat follows from what was just done.
  changed: () => loadAccounts(),
  retry: (text) => ask(text),
  offer: (offer) => {
    // A conversation stays on its account, so a question about another one begins a new chat.
    if (offer.account && offer.account !== state.account) {
      history.pushState(null, "", address(null, offer.account));
      show();
    }
    ask(offer.question);
  },
};

async function ask(text) {
  const words = text.trim();
  if (!words || state.running) return;
  if (words.length > longest) {
    announce(`The question is too long: ${words.length} of ${longest} characters.`);
    return;
  }
  const run = { controller: new AbortController(), quiet: false, turn: null, halted: false };
  state.running = run;
  if (state.asked.at(-1) !== words) state.asked.push(words);
  state.recalled = -1;
  question.value = "";
  resize();
  frame();
  const view = new TurnView(words, actions);
  run.view = view;
  try {
    const answer = await api.ask({ question: words, account: state.account ?? undefined, conversation: state.conversation ?? undefined }, {
      started: ({ conversation, turn }) => {
        keep(run, conversation);
        run.turn = { conversation, turn };
        if (run.halted) halt(run);
      },
      progress: ({ label }) => view.working(label),
      draft: ({ delta }) => view.draft(delta),
      text: ({ delta }) => view.write(delta),
    }, run.controller.signal);
    keep(run, answer.conversation);
    view.finish(answer);
    if (answer.stopped && !run.quiet && !question.value) restore(words);
  } catch (error) {
    if (run.quiet) return;
    view.fail(error.message, error.requestId);
    if (!question.value) restore(words);
  } finally {
    if (state.running === run) state.running = null;
    buttons();
    if (!run.quiet && document.activeElement === document.body) ready();
  }
}

/** The conversation goes into the address as soon as it has a name. */
function keep(run, conversation) {
  if (state.running !== run || state.conversation === conversation) return;
  state.conversation = conversation;
  history.pushState(null, "", address(conversation, state.account));
}

function restore(words) {
  question.value = words;
  resize();
}

/** Leaves the running answer: it goes on, and is in the conversation when the reader comes back. */
function leave() {
  if (!state.running) return;
  state.running.quiet = true;
  state.running.controller.abort();
  state.running = null;
}

/** Stops the running answer, as soon as it is known under which name it runs. How it ended is what the service says. */
function stop() {
  const run = state.running;
  if (!run || run.halted) return;
  run.halted = true;
  run.view.stopping();
  if (run.turn) halt(run);
}

async function halt(run) {
  try {
    await api.stop(run.turn.conversation, run.turn.turn);
  } catch (error) {
    if (run.quiet) return;
    run.halted = false;
    run.view.halted = false;
    announce(`The answer could not be stopped. ${error.message}`);
  }
}

// The composer

function buttons() {
  const running = state.running !== null;
  sendButton.classList.toggle("running", running);
  sendButton.setAttribute("aria-label", running ? "Stop the answer" : "Send the question");
  sendButton.title = running ? "Stop (Esc)" : "";
  sendButton.disabled = !running && !question.value.trim();
}

function resize() {
  question.style.height = "auto";
  question.style.height = `${Math.min(question.scrollHeight, 200)}px`;
  const over = question.value.length - longest;
  hint.classList.toggle("over", over > 0);
  if (over > 0) hint.textContent = `${over} characters too many`;
  buttons();
}

function recall(event) {
  const first = question.selectionStart === 0 && question.selectionEnd === 0;
  if (event.key === "ArrowUp" && (question.value === "" || (first && state.recalled >= 0) || (state.recalled >= 0 && question.value === state.asked.at(-1 - state.recalled)))) {
    if (state.recalled + 1 >= state.asked.length) return;
    event.preventDefault();
    state.recalled += 1;
    restore(state.asked.at(-1 - state.recalled));
  }
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  if (state.running) stop();
  else ask(question.value);
});
question.addEventListener("input", () => {
  state.recalled = -1;
  resize();
});
question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (!state.running) ask(question.value);
  } else recall(event);
});

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
  const emptyField = document.activeElement === question && question.value === "";
  if ((event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey)) || (event.key === "/" && (!typing || emptyField))) {
    event.preventDefault();
    openPicker();
  } else if (event.key === "Escape") {
    if (!closePicker() && !closeDrawer()) stop();
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
  restore(words);
}

startPicker((domain) => {
  if (domain !== state.account || state.conversation) go(null, domain);
});
startWho(() => state.accounts);
fill();
resize();
await Promise.all([loadAccounts(), show()]);
