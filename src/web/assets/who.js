// Who sits in front of the page, where nobody logs in: people name themselves.

import { announce, h } from "./dom.js";

const KEY = "success-agent.user";
const button = document.getElementById("who");
const dialog = document.getElementById("who-dialog");
const input = document.getElementById("who-input");
const known = document.getElementById("who-known");

const named = () => localStorage.getItem(KEY) || document.body.dataset.user || "";

function show() {
  const who = named();
  button.querySelector(".who-name").textContent = who.split("@")[0];
  button.setAttribute("aria-label", `You are ${who}. Change who you are`);
}

/** Starts it; `accounts` gives the accounts, whose owners are offered. */
export function startWho(accounts) {
  if (!button) return;
  show();
  button.addEventListener("click", () => {
    const owners = [...new Set(accounts().map((account) => account.owner_email).filter(Boolean))].sort();
    known.replaceChildren(...owners.map((owner) => h("option", { value: owner })));
    input.value = named();
    dialog.showModal();
    input.select();
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "keep") return;
    const who = input.value.trim();
    if (who) localStorage.setItem(KEY, who);
    else localStorage.removeItem(KEY);
    show();
    announce(`You are ${named()}.`);
  });
  // Enter keeps it, whichever button comes first.
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    dialog.close("keep");
  });
}
