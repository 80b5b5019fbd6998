// The account picker: a searchable list over the page, moved through with the keyboard.

import * as api from "./api.js";
import { h, LEVEL, ownerName, relative } from "./dom.js";

const panel = document.getElementById("picker");
const button = document.getElementById("picker-button");
const search = document.getElementById("picker-search");
const list = document.getElementById("picker-list");

let known = [];
let all = 0;
let found = { text: "", accounts: [] };
let asked = 0;
let shown = [];
let active = 0;
let chosen = null;
let choose = () => {};

/** Starts the picker; `onChoose(domain | null)` is called with the choice. */
export function startPicker(onChoose) {
  choose = onChoose;
  button.addEventListener("click", () => (panel.hidden ? openPicker() : closePicker()));
  panel.addEventListener("click", (event) => event.target === panel && closePicker());
  search.addEventListener("input", () => (draw(0), look()));
  search.addEventListener("keydown", keys);
}

/** Gives the picker the first accounts, and how many there are. */
export function setAccounts(accounts, total) {
  known = accounts;
  all = total;
  if (!panel.hidden) draw(0);
}

/** Shows `account` (or all accounts) as chosen. */
export function setChosen(account) {
  chosen = account?.domain ?? null;
  button.querySelector(".dot").dataset.level = account ? account.level : "all";
  button.querySelector(".picker-label").textContent = account?.name ?? "All accounts";
}

export function openPicker() {
  panel.hidden = false;
  button.setAttribute("aria-expanded", "true");
  search.value = "";
  draw(null);
  search.focus();
}

/** Closes it; true when it was open. */
export function closePicker() {
  if (panel.hidden) return false;
  panel.hidden = true;
  button.setAttribute("aria-expanded", "false");
  document.getElementById("question").focus();
  return true;
}

function keys(event) {
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
  if (step) {
    event.preventDefault();
    mark(Math.max(0, Math.min(shown.length - 1, active + step)));
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (shown.length) pick(shown[active]);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closePicker();
  } else if (event.key === "Tab") {
    event.preventDefault();
  }
}

function pick(account) {
  closePicker();
  choose(account?.domain ?? null);
}

/** Looks for what is typed among all accounts, where the first ones are not all of them. */
async function look() {
  const text = search.value.trim();
  const turn = ++asked;
  if (!text || known.length >= all) return;
  try {
    const list = await api.accounts(text);
    if (turn !== asked || panel.hidden) return;
    found = { text, accounts: list.accounts };
    draw(0);
  } catch {
    // What is known already stays shown.
  }
}

/** Accounts whose name, domain or owner has every word; names that begin with the text come first. */
function matching(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [null, ...known];
  const hay = (account) => `${account.name} ${account.domain} ${account.owner_email ?? ""}`.toLowerCase();
  const begins = (account) => (account.name.toLowerCase().startsWith(words[0]) ? 0 : 1);
  const domains = new Set(known.map((account) => account.domain));
  const more = found.text === text ? found.accounts.filter((account) => !domains.has(account.domain)) : [];
  return [...known, ...more].filter((account) => words.every((word) => hay(account).includes(word))).sort((a, b) => begins(a) - begins(b));
}

function draw(at) {
  shown = matching(search.value.trim());
  const rows = shown.slice(0, 200).map((account, index) => (account ? accountRow(account, index) : allRow(index)));
  if (!rows.length) rows.push(h("p", { class: "picker-none" }, known.length ? `No account matches “${search.value.trim()}”.` : "There are no accounts yet."));
  list.replaceChildren(...rows);
  mark(at ?? Math.max(0, shown.findIndex((account) => (account?.domain ?? null) === chosen)));
}

function mark(index) {
  active = index;
  [...list.querySelectorAll("[role=option]")].forEach((row, at) => {
    row.setAttribute("aria-selected", String(at === index));
    if (at === index) {
      search.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    }
  });
}

function row(index, level, label, ...content) {
  const account = shown[index];
  return h("div", { class: "row", role: "option", id: `pick-${index}`, "aria-label": label, onclick: () => pick(account), onmousemove: () => active !== index && mark(index) },
    h("span", { class: "dot", "data-level": level, "aria-hidden": "true" }), ...content);
}

function allRow(index) {
  return row(index, "all", "All accounts", h("span", { class: "row-name" }, "All accounts"), h("span", { class: "row-more" }, `${all}`));
}

function accountRow(account, index) {
  const label = `${account.name}, ${account.domain}, ${LEVEL[account.level] ?? ""}`;
  const money = account.arr.map((amount) => amount.text).join(" + ");
  const renews = account.renews_on ? (account.days_to_renewal < 0 ? `ended ${relative(account.renews_on)}` : `renews ${relative(account.renews_on)}`) : null;
  return row(index, account.tracked ? account.level : "untracked", label,
    h("span", { class: "row-name" }, account.name, h("small", null, [account.domain, ownerName(account.owner_email)].filter(Boolean).join(" · "))),
    h("span", { class: "row-more" }, money || "–", renews && h("small", null, renews)));
}
