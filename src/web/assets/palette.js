// Search everywhere: accounts, people, calls and mails, pages and what can be done, over whatever page is open.

import * as api from "./api.js";
import { day, h, kindName } from "./dom.js";

/** How long it waits for its reader to go on typing, in milliseconds. */
const PAUSE = 150;

const PAGES = [
  ["Home", "/home"], ["Chat", "/"], ["Accounts", "/accounts"], ["Health", "/health"], ["Convert", "/convert"], ["Contracts", "/contracts"],
  ["Pipeline", "/pipeline"], ["Re-engage", "/re-engage"], ["Close the loop", "/close-the-loop"], ["Digests", "/digests"],
];

let dialog = null;
let input = null;
let list = null;
let rows = [];
let active = 0;
let turn = 0;
let timer = 0;

/** Opens it. */
export function openPalette() {
  if (!dialog) build();
  if (dialog.open) return;
  input.value = "";
  draw([]);
  dialog.showModal();
  input.focus();
}

function build() {
  input = h("input", { type: "text", class: "picker-search", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list", "aria-label": "Search everywhere", placeholder: "Search accounts, people, calls, e-mails, pages", maxlength: "200", spellcheck: "false", autocomplete: "off" });
  list = h("div", { id: "palette-list", class: "picker-list", role: "listbox", "aria-label": "What was found" });
  dialog = h("dialog", { class: "palette", "aria-label": "Search everywhere" }, h("div", { class: "picker-panel" }, input, list));
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  // Escape closes this, and nothing of the page below.
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  input.addEventListener("input", () => {
    draw([]);
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  input.addEventListener("keydown", keys);
}

function keys(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    mark(Math.max(0, Math.min(rows.length - 1, active + step)));
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    if (rows.length) choose(rows[active]);
  } else if (event.key === "Tab") {
    event.preventDefault();
  }
}

function choose(row) {
  dialog.close();
  if (row.act) row.act();
  else location.assign(row.href);
}

async function look() {
  const text = input.value.trim();
  const mine = ++turn;
  if (!text) return;
  try {
    const found = await api.find(text);
    if (mine !== turn) return;
    draw([
      ...found.accounts.map((one) => ({ group: "Accounts", level: one.level ?? "unknown", name: one.name, more: one.domain, href: one.href })),
      ...found.people.map((one) => ({ group: "People", name: one.name, more: [one.title, one.account].filter(Boolean).join(", "), href: one.href })),
      ...found.records.map((one) => ({ group: "Said and written", name: one.title, more: `${kindName(one.kind)}, ${day(one.occurred_at)}${one.account ? ` · ${one.account}` : ""}`, words: one.text, href: one.href })),
    ]);
  } catch (error) {
    if (mine === turn) draw([], error.message);
  }
}

/** What can be done and where one can go, of that what is typed names. */
function near(text) {
  const says = (name) => text.toLowerCase().split(/\s+/).every((word) => name.toLowerCase().includes(word));
  const acts = [...document.querySelectorAll(".acts [data-act]:not([disabled])")].map((button) => {
    const moves = button.dataset.act === "route_account";
    return { group: "Actions", name: moves ? `Move to ${button.textContent.trim()}` : button.textContent.trim(), more: "this account", act: () => button.click() };
  });
  const pages = PAGES.map(([name, href]) => ({ group: "Pages", name, more: href, href }));
  const found = text ? [...acts, ...pages].filter((one) => says(one.name)) : [...acts.filter((one) => !one.name.startsWith("Move to")), ...pages];
  const account = document.body.dataset.account;
  const question = `/?${account ? `account=${encodeURIComponent(account)}&` : ""}q=${encodeURIComponent(text)}`;
  return text ? [...found, { group: "Ask", name: `Ask: ${text}`, more: account ?? "all accounts", href: question }] : found;
}

function draw(found, problem) {
  const text = input.value.trim();
  rows = [...found, ...near(text)];
  const groups = Map.groupBy(rows.map((row, index) => ({ row, index })), ({ row }) => row.group);
  const shown = [...groups].map(([name, members]) => h("div", { role: "group", "aria-label": name }, h("p", { class: "palette-group", "aria-hidden": "true" }, name), members.map(option)));
  list.replaceChildren(...[problem && h("p", { class: "picker-none", role: "alert" }, problem), ...shown].filter(Boolean));
  mark(0);
}

function option({ row, index }) {
  return h("div", { class: "row", role: "option", id: `found-${index}`, onclick: () => choose(row), onmousemove: () => active !== index && mark(index) },
    row.level && h("span", { class: "dot", "data-level": row.level, "aria-hidden": "true" }),
    h("span", { class: "row-name" }, row.name, row.words && h("small", null, row.words)),
    h("span", { class: "row-more" }, row.more));
}

function mark(index) {
  active = index;
  [...list.querySelectorAll("[role=option]")].forEach((row, at) => {
    row.setAttribute("aria-selected", String(at === index));
    if (at === index) {
      input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    }
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  openPalette();
});
document.getElementById("search-open")?.addEventListener("click", (event) => {
  event.preventDefault();
  openPalette();
});
