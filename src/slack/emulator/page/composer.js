// The message field of the conversation and of the thread.

import { h, icon, iconButton } from "./dom.js";
import { say, shortcut } from "./actions.js";
import { Completion, fitting, usage } from "./complete.js";
import { menu } from "./popup.js";
import { APP, botName, store } from "./store.js";

const drafts = new Map();

/** A composer. `thread()` is the thread it writes to, or null; `key()` names the draft it keeps. */
export function composer({ id, thread, key, placeholder }) {
  const list = h("div", {
    class: "popup completion",
    role: "listbox",
    id: `${id}-list`,
    "aria-label": "Suggestions",
    hidden: true,
  });
  const field = h("textarea", {
    id,
    rows: "1",
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    "aria-controls": list.id,
    autocomplete: "off",
    spellcheck: "true",
    enterkeyhint: "send",
  });
  const help = h("div", { class: "composer-help", hidden: true });
  const completion = new Completion(field, list);
  const button = h(
    "button",
    { type: "submit", class: "send", "aria-label": "Send", title: "Send", disabled: true },
    icon("send"),
  );
  let sending = false;

  const size = () => {
    field.style.height = "";
    // Nothing can be measured while the field is not on screen.
    if (field.value && field.scrollHeight) field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
  };
  const changed = () => {
    drafts.set(key(), field.value);
    size();
    button.disabled = sending || !field.value.trim();
    completion.show(fitting(field.value, field.selectionStart, Boolean(thread())));
    const line = thread() ? null : usage(field.value);
    help.hidden = !line || completion.open;
    help.replaceChildren(...(line ? [line] : []));
  };
  const send = async () => {
    const text = field.value.trim();
    if (!text || sending) return;
    const from = key();
    sending = true;
    button.disabled = true;
    const taken = await say(text, thread());
    sending = false;
    if (taken) {
      drafts.delete(from);
      if (key() === from || !drafts.has(key())) field.value = drafts.get(key()) ?? "";
    }
    changed();
  };
  const insert = (text, fresh) => {
    if (fresh) field.value = "";
    const before = field.value.slice(0, field.selectionStart);
    field.setRangeText(
      `${before && !/\s$/.test(before) ? " " : ""}${text}`,
      field.selectionStart,
      field.selectionEnd,
      "end",
    );
    field.focus();
    changed();
  };

  field.addEventListener("input", changed);
  field.addEventListener("click", changed);
  field.addEventListener("blur", () => completion.show(null));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || completion.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  });

  const at = iconButton("at", "Mention someone", () => insert("@"));
  const slash = iconButton("slash", "Slash commands", () => insert("/", true));
  const bolt = iconButton(
    "bolt",
    "Shortcuts of the app",
    () =>
      menu(
        bolt,
        [
          { title: botName() },
          ...store.state.shortcuts
            .filter((known) => known.type === "global")
            .map((known) => ({
              lead: icon("bolt"),
              label: known.name,
              note: known.description,
              act: () => shortcut(known),
            })),
        ],
        "Shortcuts",
      ),
    { "aria-haspopup": "menu", "aria-expanded": "false" },
  );
  const form = h(
    "form",
    { class: "composer" },
    list,
    help,
    h(
      "div",
      { class: "field" },
      field,
      h("div", { class: "field-tools" }, at, slash, bolt, h("span", { class: "spacer" }), button),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });

  return {
    node: form,
    insert,
    focus: () => field.focus(),
    /** Shows the draft of the place that is on screen now. */
    draw() {
      field.placeholder = placeholder();
      field.setAttribute("aria-label", placeholder());
      slash.hidden = Boolean(thread());
      bolt.hidden = Boolean(thread()) || !store.state.shortcuts.some((known) => known.type === "global");
      at.hidden = store.place.channel === APP;
      if (form.dataset.key === key()) return;
      form.dataset.key = key();
      field.value = drafts.get(key()) ?? "";
      completion.show(null);
      help.hidden = true;
      button.disabled = !field.value.trim();
      size();
    },
  };
}
