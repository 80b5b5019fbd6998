// Cards under an answer: a change that waits for approval, and what became of it. Every click asks the service, which
// decides; whoever else acts on the same proposal is seen here within seconds.

import * as api from "./api.js";
import { MAY_ACT, announce, h, now } from "./dom.js";
import { draftView } from "./draft.js";

/** How often a card that can still change looks for what others did, in milliseconds. */
const LOOK = 4000;

/** A card; `actions.changed()` is called when an account was changed. */
export function cardView(card, actions) {
  if (card.card === "draft") return draftView(card);
  return card.card === "proposal" ? proposalView(card, actions) : null;
}

/** What changes, from what to what. */
export const changes = (rows) => h("dl", { class: "card-rows" }, rows.map((row) => h("div", null, h("dt", null, row.label), h("dd", null, h("span", { class: "was" }, row.before), h("span", { class: "to", "aria-label": "becomes" }, "→"), h("span", { class: "is" }, row.after)))));

/** What follows from it; null where nothing does. */
export const follows = (sentences) => sentences.length ? h("ul", { class: "card-follows", "aria-label": "What follows" }, sentences.map((text) => h("li", null, text))) : null;

const STATE = { pending: "Waits for approval", done: "Done", declined: "Declined", undone: "Undone", replaced: "Replaced", expired: "Expired" };

/** A change that waits for approval, or what became of it; `told` is said below it at first. */
export function proposalView(first, actions, told) {
  let proposal = first;
  let busy = false;
  let timer = 0;
  const body = h("div", { class: "card-body" });
  const said = h("div", { class: "card-said", role: "status" });
  const buttons = h("div", { class: "card-buttons", role: "group" });
  const node = h("section", { class: "card" }, body, said, buttons);

  function draw() {
    node.dataset.state = proposal.state;
    node.setAttribute("aria-label", `${proposal.title}: ${STATE[proposal.state] ?? proposal.state}`);
    body.replaceChildren(...[
      h("p", { class: "card-head" }, h("strong", null, proposal.title), h("span", { class: "card-state" }, state())),
      changes(proposal.rows),
      proposal.reason && h("p", { class: "card-reason" }, `“${proposal.reason}”`),
      follows(proposal.consequences),
      people(),
    ].filter(Boolean));
    buttons.replaceChildren(...choices());
    buttons.hidden = !buttons.childElementCount;
    plan();
  }

  function state() {
    if (proposal.state === "pending" && proposal.approvals.length) return "Waits for a second person";
    return STATE[proposal.state] ?? proposal.state;
  }

  function people() {
    const lines = [];
    if (proposal.state === "pending" && proposal.approvals_needed > 1) lines.push(`It takes ${proposal.approvals_needed} people to approve.`);
    for (const approval of proposal.approvals) lines.push(`Approved by ${approval.who} at ${time(approval.at)}.`);
    if (["declined", "undone"].includes(proposal.state)) lines.push(`${STATE[proposal.state]} by ${proposal.by} at ${time(proposal.at)}.`);
    if (proposal.state === "pending") lines.push(`Proposed for ${proposal.proposed_by}; can be approved until ${time(proposal.expires_at)}.`);
    if (undoable()) lines.push(`Can be undone until ${time(proposal.undo_until)}.`);
    return lines.length ? h("p", { class: "card-people" }, lines.join(" ")) : null;
  }

  const undoable = () => proposal.state === "done" && proposal.undo_until && new Date(proposal.undo_until) > now();

  function choices() {
    const choice = (label, act, kind) => h("button", { type: "button", class: kind ?? "button", disabled: busy, onclick: act }, label);
    if (!MAY_ACT) return [];
    if (proposal.state === "pending") {
      return [
        choice("Approve", () => settle("approve", { digest: proposal.digest }), "button primary"),
        choice("Decline", () => settle("decline")),
        editable(proposal.action) && choice("Edit", edit),
      ].filter(Boolean);
    }
    if (undoable()) return [choice("Undo", () => settle("undo"))];
    if (proposal.state === "expired") return [choice("Propose again", () => settle("edit", {}))];
    return [];
  }

  async function settle(verb, more) {
    if (busy) return;
    busy = true;
    draw();
    try {
      const acted = await api.settle(proposal.id, verb, more);
      proposal = acted.proposal;
      tell(acted.refused, acted.differences);
      if (acted.changed && (verb === "approve" || verb === "undo")) actions.changed?.();
      if (!acted.refused) announce(`${proposal.title}: ${STATE[proposal.state]}.`);
    } catch (error) {
      tell(error.message, []);
    }
    busy = false;
    draw();
  }

  function tell(sentence, differences) {
    said.replaceChildren(...(sentence ? [h("p", null, sentence), differences?.length ? h("ul", null, differences.map((text) => h("li", null, text))) : null].filter(Boolean) : []));
  }

  /** The fields of the action, in place of the buttons. */
  function edit() {
    const form = editor(proposal.action, (action) => settle("edit", { action }), draw);
    buttons.replaceChildren(form);
    form.querySelector("input, select, textarea")?.focus();
  }

  /** Looks again while somebody else may settle it, or until a moment comes at which it changes by itself. */
  function plan() {
    clearTimeout(timer);
    if (proposal.state !== "pending" && !undoable()) return;
    timer = setTimeout(look, LOOK);
  }

  async function look() {
    if (!node.isConnected) return;
    const editing = buttons.querySelector("form");
    if (!busy && !editing && document.visibilityState === "visible") {
      const seen = await api.proposal(proposal.id).catch(() => null);
      if (seen?.state === "replaced" && seen.replaced_with) proposal = await api.proposal(seen.replaced_with).catch(() => seen);
      else if (seen) {
        const changed = seen.state !== proposal.state || seen.approvals.length !== proposal.approvals.length;
        proposal = seen;
        if (changed) {
          announce(`${proposal.title}: ${STATE[proposal.state]}.`);
          actions.changed?.();
        }
      }
      if (!busy && !buttons.querySelector("form") && !buttons.contains(document.activeElement)) draw();
      else plan();
      return;
    }
    plan();
  }

  draw();
  tell(told);
  return node;
}

const time = (instant) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(new Date(instant));

const SECTIONS = { health: "Health", convert: "Convert", contracts: "Contracts", pipeline: "Pipeline", reengage: "Re-engage", close_the_loop: "Close the Loop" };

/** What can be said of an action: a field for each. */
export const FIELDS = {
  section: { label: "Section", input: (value) => h("select", null, Object.entries(SECTIONS).map(([name, label]) => h("option", { value: name, selected: name === value }, label))) },
  until: { label: "Until", input: (value) => h("input", { type: "date", value, required: true }) },
  owner: { label: "New owner", input: (value) => h("input", { type: "email", value, required: true }) },
  text: { label: "Note", input: (value) => { const area = h("textarea", { rows: "3", required: true }); area.value = value ?? ""; return area; } },
  reason: { label: "Reason", input: (value) => h("input", { type: "text", value: value ?? "", maxlength: "2000" }) },
  evidence: { label: "What shows it", input: (value) => h("input", { type: "text", value: value ?? "", maxlength: "2000" }) },
};

const editable = (action) => Object.keys(FIELDS).some((name) => name in action);

function editor(action, done, cancel) {
  const inputs = Object.entries(FIELDS).filter(([name]) => name in action).map(([name, field]) => ({ name, label: field.label, input: field.input(action[name]) }));
  const form = h("form", { class: "card-form" },
    inputs.map(({ label, input }) => h("label", null, h("span", null, label), input)),
    h("div", { class: "card-buttons" }, h("button", { type: "submit", class: "button primary" }, "Propose this"), h("button", { type: "button", class: "button", onclick: cancel }, "Cancel")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const edited = { ...action };
    for (const { name, input } of inputs) edited[name] = input.value.trim() || (name === "reason" || name === "evidence" ? null : "");
    done(edited);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    cancel();
  });
  return form;
}
