// What can be done to an account on its page. A form says what would change and what follows before anything does; the
// click on it is the approval, and it can be undone below.

import * as api from "./api.js";
import { FIELDS, changes, follows, proposalView } from "./card.js";
import { announce, h } from "./dom.js";
import { draftView } from "./draft.js";

/** How long a form waits for its reader to go on typing before it looks what follows, in milliseconds. */
const PAUSE = 250;

/** The changes there are: what the button says, and what it takes. */
const CHANGES = {
  route_account: { button: "Move it there", fields: ["reason"], fixed: ({ section }) => ({ section }) },
  untrack_account: { button: "Untrack it", fields: ["reason"] },
  retrack_account: { button: "Track it again", fields: ["reason"] },
  snooze_account: { button: "Snooze it", fields: ["until", "reason"] },
  set_owner: { button: "Give it to them", fields: ["owner", "reason"] },
  add_note: { button: "Keep the note", fields: ["text"] },
  ignore_revenue_source: { button: "Do this", fields: ["reason"], fixed: ({ source, ignored }) => ({ source, ignored: ignored === "true" }) },
  mark_commitment: { button: "Mark it", fields: ["evidence"], fixed: ({ commitment, quote, outcome }) => ({ commitment, quote, outcome }) },
};

/** What must be filled in. */
const NEEDED = ["until", "owner", "text"];

/** Starts it; `changed()` is called when the account was changed. */
export function startActs(domain, changed) {
  const acting = document.getElementById("acting");
  if (!acting) return;
  let opener = null;

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    opener = button;
    const act = button.dataset.act;
    if (act === "rate") show("Rate this account", rating());
    else if (act === "draft") show("Draft an e-mail", letter());
    else if (act === "open_draft") openDraft(button.dataset.draft);
    else if (act === "open_proposal") openProposal(button.dataset.proposal);
    else if (act in CHANGES) show(button.dataset.title ?? button.textContent, change(act, button.dataset));
  });
  acting.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  });

  function show(title, ...content) {
    acting.replaceChildren(
      h("header", null, h("h2", { id: "acting-title" }, title), h("button", { type: "button", class: "quiet small", onclick: close }, "Close")),
      ...content);
    acting.setAttribute("aria-labelledby", "acting-title");
    acting.hidden = false;
    acting.scrollIntoView({ block: "nearest" });
    (acting.querySelector("input:not([type=radio]), select, textarea") ?? acting).focus({ preventScroll: true });
  }

  function close() {
    acting.hidden = true;
    acting.replaceChildren();
    // What was clicked may have been drawn anew since.
    const again = opener?.isConnected ? opener : document.querySelector(`[data-act="${opener?.dataset.act}"]`);
    again?.focus();
  }

  /** The form of a change, with what it would change. */
  function change(act, data) {
    const { button, fields, fixed } = CHANGES[act];
    const inputs = fields.map((name) => ({ name, input: FIELDS[name].input("") }));
    const owner = inputs.find(({ name }) => name === "owner");
    if (owner) offerPeople(owner.input);
    const ahead = h("div", { class: "act-follows", role: "status" });
    const said = h("p", { class: "act-said", role: "alert" });
    const send = h("button", { type: "submit", class: "button primary" }, button);
    const form = h("form", { class: "card-form" },
      inputs.map(({ name, input }) => h("label", null, h("span", null, NEEDED.includes(name) ? FIELDS[name].label : `${FIELDS[name].label} (if you like)`), input)),
      ahead, said, h("div", { class: "card-buttons" }, send, h("button", { type: "button", class: "button", onclick: close }, "Cancel")));
    let seen = null;
    let turn = 0;
    let timer = 0;

    const action = () => ({ action: act, ...fixed?.(data), ...Object.fromEntries(inputs.map(({ name, input }) => [name, input.value.trim() || (NEEDED.includes(name) ? "" : null)])) });
    const filled = () => inputs.every(({ name, input }) => !NEEDED.includes(name) || (input.value.trim() && input.validity.valid));

    async function look() {
      const mine = ++turn;
      seen = null;
      said.textContent = "";
      send.disabled = true;
      if (!filled()) return ahead.replaceChildren();
      try {
        const preview = await api.preview(domain, action());
        if (mine !== turn) return;
        seen = preview;
        ahead.replaceChildren(...told(preview));
        send.disabled = false;
      } catch (error) {
        if (mine !== turn) return;
        ahead.replaceChildren();
        said.textContent = error.message;
      }
    }

    form.addEventListener("input", () => {
      send.disabled = true;
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!seen) return;
      send.disabled = true;
      try {
        const { proposal } = await api.propose(domain, action());
        // It is approved as it was seen; where something else would change by now, its reader looks again.
        const same = JSON.stringify([proposal.rows, proposal.consequences]) === JSON.stringify([seen.rows, seen.consequences]);
        const acted = same ? await api.settle(proposal.id, "approve", { digest: proposal.digest }) : { proposal };
        show(proposal.title, proposalView(acted.proposal, { changed }, acted.refused ?? (same ? null : "Something changed since you looked. Read it again.")));
        if (acted.changed) changed();
        announce(`${proposal.title}: ${acted.proposal.state}.`);
      } catch (error) {
        said.textContent = error.message;
        send.disabled = false;
      }
    });
    look();
    return form;
  }

  function told(preview) {
    return [
      preview.rows.length > 0 && changes(preview.rows),
      follows(preview.consequences),
      preview.approvals_needed > 1 && h("p", { class: "card-people" }, `It takes ${preview.approvals_needed} people: yours is the first approval.`),
    ].filter(Boolean);
  }

  async function offerPeople(input) {
    const found = await api.people().catch(() => ({ people: [] }));
    const list = h("datalist", { id: "acting-people" }, found.people.filter((one) => one.email).map((one) => h("option", { value: one.email }, one.name)));
    input.setAttribute("list", "acting-people");
    input.after(list);
  }

  function rating() {
    const said = h("p", { class: "act-said", role: "alert" });
    const note = FIELDS.reason.input("");
    const names = ["In trouble", "Shaky", "Fair", "Good", "Could not be better"];
    const form = h("form", { class: "card-form" },
      h("fieldset", { class: "rates" }, h("legend", null, "How is it doing, in your eyes?"),
        names.map((name, index) => h("label", null, h("input", { type: "radio", name: "rating", value: String(index + 1), required: true }), `${index + 1} · ${name}`))),
      h("label", null, h("span", null, "Why (if you like)"), note), said,
      h("div", { class: "card-buttons" }, h("button", { type: "submit", class: "button primary" }, "Keep the rating"), h("button", { type: "button", class: "button", onclick: close }, "Cancel")),
      h("p", { class: "fine" }, "It stands beside the score and is no part of it."));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await api.rate(domain, Number(new FormData(form).get("rating")), note.value.trim() || null);
        close();
        await changed();
        announce("The rating is kept.");
      } catch (error) {
        said.textContent = error.message;
      }
    });
    return form;
  }

  function letter() {
    const said = h("p", { class: "act-said", role: "alert" });
    const goal = h("select", null, h("option", { value: "" }, "Whatever fits best"), options("goal-options"));
    const to = h("select", null, h("option", { value: "" }, "Whoever fits best"), options("contact-options"));
    const mention = h("input", { type: "text", maxlength: "300" });
    const write = h("button", { type: "submit", class: "button primary" }, "Write the draft");
    const form = h("form", { class: "card-form" },
      h("label", null, h("span", null, "What for"), goal), h("label", null, h("span", null, "To"), to), h("label", null, h("span", null, "Mention (if you like)"), mention),
      said, h("div", { class: "card-buttons" }, write, h("button", { type: "button", class: "button", onclick: close }, "Cancel")),
      h("p", { class: "fine" }, "Nothing is sent. You read and change the draft first."));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      write.disabled = true;
      try {
        const draft = await api.write({ account: domain, goal: goal.value || undefined, recipient: to.value || undefined, mention: mention.value.trim() ? [mention.value.trim()] : undefined });
        show("Draft", draftView(draft));
        await changed();
        announce("The draft is written.");
      } catch (error) {
        said.textContent = error.message;
        write.disabled = false;
      }
    });
    return form;
  }

  const options = (id) => [...document.getElementById(id).content.cloneNode(true).children];

  async function openDraft(id) {
    try {
      show("Draft", draftView(await api.draft(id)));
    } catch (error) {
      show("Draft", h("p", { class: "act-said", role: "alert" }, error.message));
    }
  }

  async function openProposal(id) {
    try {
      const proposal = await api.proposal(id);
      show(proposal.title, proposalView(proposal, { changed }));
    } catch (error) {
      show("Proposal", h("p", { class: "act-said", role: "alert" }, error.message));
    }
  }
}
