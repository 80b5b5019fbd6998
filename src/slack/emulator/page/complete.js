// Completion in the message field: `@` people and the bot, `#` channels, `/` commands at the start.

import { h, icon } from "./dom.js";
import { avatar, humans, note } from "./face.js";
import { bot, botName, channel, conversation, mine, store } from "./store.js";

const starts = (name, typed) =>
  name
    .toLowerCase()
    .split(/[\s.-]+/)
    .some((word) => word.startsWith(typed)) || name.toLowerCase().startsWith(typed);

function people(typed) {
  const here = channel(conversation())?.members ?? [];
  const all = humans(store.state.users)
    .filter((user) => !user.deactivated && starts(user.name, typed))
    .sort((a, b) => here.includes(b.id) - here.includes(a.id));
  const app = starts(botName(), typed) ? [{ id: bot().user_id, name: botName(), app: true }] : [];
  return [...app, ...all].slice(0, 8).map((user) => ({
    lead: avatar(user.id, "small"),
    label: user.name,
    note: user.app ? "App: ask it anything" : note(user),
    insert: `@${user.name} `,
  }));
}

const commands = (typed) =>
  store.state.commands
    .filter((known) => known.command.toLowerCase().startsWith(typed))
    .map((known) => ({
      lead: icon("slash"),
      label: known.command,
      hint: known.usage_hint,
      note: known.description,
      insert: `${known.command} `,
      whole: true,
    }));

const channels = (typed) =>
  mine()
    .filter((known) => starts(known.name, typed))
    .slice(0, 8)
    .map((known) => ({ lead: icon("hash"), label: known.name, insert: `#${known.name} ` }));

/** What fits the text before the caret: `{from, items}`, or null. */
export function fitting(text, caret, inThread) {
  const before = text.slice(0, caret);
  const command = before.match(/^\/[\w-]*$/);
  if (command && !inThread) return { from: 0, items: commands(command[0].toLowerCase()) };
  const word = before.match(/(?:^|[\s(])([@#])([^\s@#]*)$/);
  if (!word) return null;
  const from = caret - word[2].length - 1;
  return { from, items: (word[1] === "@" ? people : channels)(word[2].toLowerCase()) };
}

/** What the command being typed expects, as one line. */
export function usage(text) {
  const known = store.state.commands.find((one) => text === one.command || text.startsWith(`${one.command} `));
  if (!known) return null;
  return h(
    "p",
    { class: "usage" },
    h("strong", null, known.command),
    known.usage_hint ? h("code", null, known.usage_hint) : null,
    h("span", null, known.description ?? ""),
  );
}

/** The list above the field. It leaves the focus in the field and marks the active line. */
export class Completion {
  constructor(field, list) {
    this.field = field;
    this.list = list;
    this.items = [];
    list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  get open() {
    return this.items.length > 0;
  }

  show(found) {
    this.items = found?.items ?? [];
    this.from = found?.from ?? 0;
    this.active = 0;
    this.list.hidden = !this.open;
    this.list.replaceChildren(
      ...this.items.map((item, index) =>
        h(
          "div",
          { class: "option", role: "option", id: `${this.list.id}-${index}`, onclick: () => this.take(index) },
          item.lead,
          h(
            "span",
            { class: "menu-words" },
            h("span", null, item.label, item.hint && h("code", { class: "faint" }, item.hint)),
            item.note && h("small", null, item.note),
          ),
        ),
      ),
    );
    this.mark();
  }

  mark() {
    [...this.list.children].forEach((node, index) => node.setAttribute("aria-selected", String(index === this.active)));
    if (this.open) this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.active}`);
    else this.field.removeAttribute("aria-activedescendant");
    this.list.children[this.active]?.scrollIntoView({ block: "nearest" });
  }

  take(index = this.active) {
    const item = this.items[index];
    const { field } = this;
    const end = field.selectionStart;
    field.setRangeText(item.insert, this.from, end, "end");
    this.show(null);
    field.dispatchEvent(new Event("input"));
    field.focus();
  }

  /** Whether the key was for the list. */
  key(event) {
    if (!this.open) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.active = (this.active + step + this.items.length) % this.items.length;
      this.mark();
    } else if (event.key === "Tab" || event.key === "Enter") {
      const item = this.items[this.active];
      // A command typed in full is sent, not completed again.
      if (event.key === "Enter" && item.whole && this.field.value.trim() === item.label) return false;
      this.take();
    } else if (event.key === "Escape") this.show(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
