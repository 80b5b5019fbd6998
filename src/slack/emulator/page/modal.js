// Modals: the top of the person's stack of views, its inputs, their errors, and going back.

import { h, icon, iconButton, notice } from "./dom.js";
import { post } from "./driver.js";
import { attempt } from "./actions.js";
import { blocks } from "./blocks.js";
import { enter, isEmpty, plain } from "./entered.js";
import { words } from "./mrkdwn.js";
import { refresh, store } from "./store.js";

const box = document.getElementById("modal");
/** What was typed, by view and input. */
const typed = new Map();
let errors = {};
let shown = null;
let busy = false;

const top = () => store.views.modals.at(-1);
const key = (view, block, action) => `${view.id}|${block}|${action}`;

/** Whether an input is still part of the view: an update may have taken it away. */
const stands = (view, block, action) =>
  (view.blocks ?? []).some((one) => one.block_id === block && JSON.stringify(one).includes(JSON.stringify(action)));

function collect(view) {
  const values = {};
  for (const [name, value] of typed) {
    const [id, block, action] = name.split("|");
    if (id === String(view.id) && stands(view, block, action)) (values[block] ??= {})[action] = plain(value);
  }
  return values;
}

/** What Slack asks for before it sends anything. */
function missing(view) {
  const found = {};
  for (const block of view.blocks ?? []) {
    if (block.type !== "input") continue;
    const value = typed.get(key(view, block.block_id, block.element?.action_id));
    const least = block.element?.min_length ?? 0;
    if (!block.optional && isEmpty(value)) found[block.block_id] = "Please fill this in.";
    else if (typeof value === "string" && value && value.length < least)
      found[block.block_id] = `Please write at least ${least} characters.`;
  }
  return found;
}

async function submit(event) {
  event.preventDefault();
  const view = top();
  if (busy || !view) return;
  errors = missing(view);
  if (Object.keys(errors).length) return show(view);
  busy = true;
  box.setAttribute("aria-busy", "true");
  try {
    const answer = await post("/submit", { user: store.me, view_id: view.id, values: collect(view) });
    errors = answer.response_action === "errors" || answer.errors ? (answer.errors ?? {}) : {};
    if (Object.keys(errors).length) show(view);
    refresh();
  } catch (problem) {
    notice(problem.message);
  } finally {
    busy = false;
    box.removeAttribute("aria-busy");
  }
  return undefined;
}

const close = () => attempt("/close", {});
const closeAll = () => attempt("/close", { all: true });

function show(view) {
  const depth = store.views.modals.length;
  const same = box.dataset.view === String(view.id);
  const held = same && box.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  const scrolled = same ? (box.querySelector(".dialog-body")?.scrollTop ?? 0) : 0;
  box.dataset.view = view.id;
  const at = {
    me: store.me,
    errors,
    act: async (body) => {
      await enter(view.blocks, at.kept, { user: store.me, view_id: view.id });
      await post("/click", { user: store.me, view_id: view.id, ...body });
      refresh();
    },
    keep: (block, action, value) => typed.set(key(view, block, action), value),
    kept: (block, action) => typed.get(key(view, block, action)),
    suggest: (body) => post("/suggest", { user: store.me, view_id: view.id, ...body }),
  };
  const cancel = words(view.close) || (depth > 1 ? "Back" : "Cancel");
  box.replaceChildren(
    h(
      "form",
      { novalidate: true, onsubmit: submit },
      h(
        "header",
        null,
        depth > 1 && iconButton("back", "Back", close),
        h("h2", { id: "modal-title", tabindex: "-1" }, words(view.title) || "Dialog"),
        iconButton("close", "Close", depth > 1 ? closeAll : close),
      ),
      h("div", { class: "dialog-body" }, blocks(view.blocks, at)),
      h(
        "footer",
        null,
        h("span", { class: "from" }, icon("bot"), store.state.bot?.name ?? "App"),
        h("span", { class: "spacer" }),
        h(
          "button",
          { type: "button", class: "button", onclick: close },
          view.submit ? cancel : words(view.close) || "Close",
        ),
        view.submit && h("button", { type: "submit", class: "button primary" }, words(view.submit)),
      ),
    ),
  );
  if (!box.open) box.showModal();
  box.querySelector(".dialog-body").scrollTop = scrolled;
  const wrong = Object.keys(errors)[0];
  const first = wrong
    ? box.querySelector(`[data-block="${CSS.escape(wrong)}"] [data-focus]`)
    : held
      ? box.querySelector(`[data-focus="${CSS.escape(held)}"]`)
      : (box.querySelector("[autofocus], .input [data-focus]") ?? box.querySelector("#modal-title"));
  first?.focus();
}

box.addEventListener("cancel", (event) => {
  if (event.target !== box) return;
  event.preventDefault();
  close();
});
// A browser may close the dialog without asking: then the view is closed too.
box.addEventListener("close", () => {
  if (shown === null) return;
  shown = null;
  close();
});

/** Brings the dialog in line with the person's views. */
export function modal() {
  const view = top();
  const print = view
    ? JSON.stringify([
        store.me,
        view.id,
        view.hash,
        view.title,
        view.blocks,
        view.submit,
        view.close,
        store.views.modals.length,
      ])
    : null;
  if (print === shown) return;
  shown = print;
  errors = {};
  if (view) show(view);
  else if (box.open) {
    box.close();
    box.replaceChildren();
    typed.clear();
  }
}
