// The card of a drafted e-mail: the mail to read and to change in place, what it leans on beside it, and what can be done
// with it. Nothing leaves without a click, and sending takes a second one.

import * as api from "./api.js";
import { MAY_ACT, announce, day, h } from "./dom.js";
import { openDrawer } from "./drawer.js";

const STATE = { draft: "Waits for you", approved: "Approved", declined: "Declined", sending: "Being sent", sent: "Sent" };
const CHANGE = { written: "written", revised: "written anew", edited: "edited" };

export function draftView(first) {
  let draft = first;
  let shown = draft.version;
  let busy = false;
  const body = h("div", { class: "card-body" });
  const said = h("div", { class: "card-said", role: "status" });
  const buttons = h("div", { class: "card-buttons", role: "group" });
  const node = h("section", { class: "card draft" }, body, said, buttons);

  const version = () => draft.versions.find((one) => one.number === shown) ?? draft.versions.at(-1);
  const current = () => version().number === draft.version;

  function draw() {
    const mail = version();
    node.dataset.state = draft.state;
    node.setAttribute("aria-label", `Draft of a ${mail.goal_label} mail to ${mail.to.name}: ${STATE[draft.state] ?? draft.state}`);
    body.replaceChildren(
      h("p", { class: "card-head" }, h("strong", null, `${capital(mail.goal_label)} mail to ${mail.to.name}`), h("span", { class: "card-state" }, STATE[draft.state] ?? draft.state)),
      h("div", { class: "draft-columns" }, letter(mail), facts(mail)),
      ...[notices(mail), history(), people()].filter(Boolean),
    );
    buttons.replaceChildren(...choices(mail));
    buttons.hidden = !buttons.childElementCount;
  }

  function letter(mail) {
    const to = [mail.to.title, mail.to.email].filter(Boolean).join(", ");
    return h("div", { class: "draft-letter" },
      h("dl", { class: "draft-fields" },
        h("div", null, h("dt", null, "To"), h("dd", null, mail.to.name, h("span", { class: "fine" }, ` ${to}`))),
        h("div", null, h("dt", null, "From"), h("dd", null, mail.from.name, h("span", { class: "fine" }, ` ${mail.from.email}`))),
        h("div", null, h("dt", null, "Subject"), h("dd", { class: "draft-subject" }, mail.subject))),
      h("div", { class: "draft-text" }, mail.body));
  }

  function facts(mail) {
    const rows = mail.facts.map((fact) => {
      const open = h("button", { type: "button", class: "chip", "aria-expanded": "false", "aria-label": `Source: ${fact.citation.title}`, title: fact.citation.title, onclick: () => openDrawer(fact.citation, open) }, String(fact.citation.n));
      return h("li", null, fact.text, " ", open);
    });
    return h("aside", { class: "draft-facts", "aria-label": "What the mail leans on" }, h("h3", null, "Leans on"), h("ul", null, rows), h("p", { class: "fine" }, "Shown here only; not part of the mail."));
  }

  function notices(mail) {
    return mail.notices.length ? h("ul", { class: "card-follows" }, mail.notices.map((text) => h("li", null, text))) : null;
  }

  function history() {
    if (draft.versions.length < 2) return null;
    const names = draft.versions.map((one) => h("option", { value: String(one.number), selected: one.number === version().number }, `Version ${one.number}, ${CHANGE[one.change] ?? one.change} by ${one.by}`));
    const select = h("select", { "aria-label": "Version", onchange: () => { shown = Number(select.value); draw(); } }, names);
    return h("p", { class: "draft-versions" }, select, current() ? null : h("span", { class: "fine" }, ` Version ${draft.version} is the one that counts.`));
  }

  function people() {
    const lines = [];
    if (draft.decided_by && draft.state !== "draft") lines.push(`${STATE[draft.state]} by ${draft.decided_by} on ${day(draft.decided_at)}.`);
    if (draft.state === "sending" && !draft.lost) lines.push("If this stays, nobody knows whether it went out: look into the mailbox. It is not sent a second time.");
    if (draft.trouble) lines.push(draft.trouble);
    return lines.length ? h("p", { class: "card-people" }, lines.join(" ")) : null;
  }

  function choices(mail) {
    const choice = (label, act, kind) => h("button", { type: "button", class: kind ?? "button", disabled: busy, onclick: act }, label);
    if (!current()) return [choice("Show the last version", () => { shown = draft.version; draw(); })];
    const out = draft.state === "approved" || draft.state === "sent";
    return [
      MAY_ACT && draft.state === "draft" && choice("Approve", () => act("approve", {}), "button primary"),
      MAY_ACT && draft.can_send && choice("Send as me", send, "button primary"),
      MAY_ACT && draft.lost && choice("It was sent", () => act("sent", {})),
      MAY_ACT && draft.lost && choice("It was not sent", () => act("unsent", {})),
      out && choice("Copy", () => copy(mail)),
      out && draft.mailto && h("a", { class: "button", href: draft.mailto }, "Open in mail"),
      out && draft.eml && h("a", { class: "button", href: draft.eml, download: "" }, "Download .eml"),
      MAY_ACT && !["sent", "sending"].includes(draft.state) && choice("Edit", () => edit(mail)),
      MAY_ACT && ["draft", "approved"].includes(draft.state) && choice("Decline", () => act("decline", {})),
    ].filter(Boolean);
  }

  async function act(verb, more) {
    if (busy) return;
    busy = true;
    draw();
    said.replaceChildren();
    try {
      take(await api.decideDraft(draft.id, verb, { version: draft.version, ...more }));
      announce(`${STATE[draft.state] ?? draft.state}.`);
    } catch (error) {
      said.replaceChildren(h("p", null, error.message));
      take(await api.draft(draft.id).catch(() => draft));
    }
    busy = false;
    draw();
  }

  function take(seen) {
    draft = seen;
    shown = draft.version;
  }

  /** A second click says that it is meant. */
  function send() {
    const mail = version();
    buttons.replaceChildren(
      h("p", { class: "draft-ask" }, `Send this to ${mail.to.email} now?`),
      h("button", { type: "button", class: "button primary", onclick: () => act("send", {}) }, "Yes, send it"),
      h("button", { type: "button", class: "button", onclick: draw }, "Not yet"));
  }

  async function copy(mail) {
    try {
      await navigator.clipboard.writeText(mail.body);
      announce("Copied.");
      said.replaceChildren();
    } catch {
      said.replaceChildren(h("p", null, "The browser did not let the text be copied; select it instead."));
    }
  }

  /** Subject and text become fields, in place. */
  function edit(mail) {
    const subject = h("input", { type: "text", value: mail.subject, maxlength: "300", required: true, "aria-label": "Subject" });
    const text = h("textarea", { rows: String(Math.min(24, mail.body.split("\n").length + 4)), maxlength: "20000", required: true, "aria-label": "Text of the mail" });
    text.value = mail.body;
    const form = h("form", { class: "card-form draft-form" }, h("label", null, h("span", null, "Subject"), subject), h("label", null, h("span", null, "Text"), text),
      h("div", { class: "card-buttons" }, h("button", { type: "submit", class: "button primary" }, "Keep as a new version"), h("button", { type: "button", class: "button", onclick: draw }, "Cancel")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      act("edit", { subject: subject.value, body: text.value });
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      draw();
    });
    body.querySelector(".draft-letter").replaceChildren(form);
    buttons.hidden = true;
    text.focus();
  }

  draw();
  // What an answer kept may be older than what people did since.
  api.draft(draft.id).then((seen) => {
    if (busy || body.querySelector("form")) return;
    take(seen);
    draw();
  }).catch(() => {});
  return node;
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
