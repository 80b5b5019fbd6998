// Select menus: one or many choices from fixed options, from the app, from people or from channels, with a search field.

import { h, icon } from "./dom.js";
import { words } from "./mrkdwn.js";
import { show } from "./popup.js";
import { bot, store } from "./store.js";

const option = (value, text, note) => ({ value, text, note });
const fromSlack = (given) => option(given.value, words(given.text), words(given.description));

/** The choices that need no asking, as groups `{label, options}`. */
function fixed(kind, element) {
  if (kind === "users") {
    return [
      {
        options: [
          ...store.state.users
            .filter((user) => !user.deactivated)
            .map((user) => option(user.id, user.name, user.email)),
          option(bot().user_id, bot().name, "App"),
        ].filter((one, index, all) => all.findIndex((other) => other.value === one.value) === index),
      },
    ];
  }
  if (kind === "channels" || kind === "conversations") {
    const seen = store.state.channels.filter(
      (known) =>
        known.kind !== "im" &&
        (kind === "conversations" || known.kind !== "private") &&
        (known.members ?? []).includes(store.me),
    );
    return [{ options: seen.map((known) => option(known.id, `#${known.name}`)) }];
  }
  if (element.option_groups)
    return element.option_groups.map((group) => ({ label: words(group.label), options: group.options.map(fromSlack) }));
  return [{ options: (element.options ?? []).map(fromSlack) }];
}

/** What is chosen at first. */
function initial(element) {
  const given =
    element.initial_options ??
    element.initial_users ??
    element.initial_channels ??
    element.initial_conversations ??
    [element.initial_option ?? element.initial_user ?? element.initial_channel ?? element.initial_conversation].filter(
      Boolean,
    );
  const kind = kindOf(element);
  const known = fixed(kind, element).flatMap((group) => group.options);
  return given.map((one) =>
    typeof one === "string" ? (known.find((other) => other.value === one) ?? option(one, one)) : fromSlack(one),
  );
}

const kindOf = (element) => element.type.replace(/^multi_/, "").replace(/_select$/, "");

/**
 * A select menu. `suggest(query)` asks the app for the options of an external one; `changed(chosen)` gets what is chosen
 * as `[{value, text}]`; `kept` is what was chosen before this node was made.
 */
export function picker({ element, label, suggest, changed, kept, invalid, describedBy }) {
  const kind = kindOf(element);
  const many = element.type.startsWith("multi_");
  let chosen = kept ?? initial(element);
  const face = h("span", { class: "picker-face" });
  const button = h(
    "button",
    {
      type: "button",
      class: "select",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "data-focus": element.action_id,
      "aria-invalid": invalid,
      "aria-describedby": describedBy,
    },
    face,
    icon("down"),
  );
  const say = () => {
    const empty = words(element.placeholder) || (many ? "Choose some…" : "Choose…");
    face.replaceChildren(
      ...(chosen.length === 0
        ? [h("span", { class: "faint" }, empty)]
        : many
          ? chosen.map((one) => h("span", { class: "chip" }, one.text))
          : [chosen[0].text]),
    );
    button.setAttribute(
      "aria-label",
      `${label ? `${label}: ` : ""}${chosen.map((one) => one.text).join(", ") || empty}`,
    );
  };
  say();

  const choose = (one, popup) => {
    const has = chosen.some((other) => other.value === one.value);
    if (many)
      chosen = has
        ? chosen.filter((other) => other.value !== one.value)
        : [...chosen, one].slice(0, element.max_selected_items ?? Infinity);
    else chosen = [one];
    say();
    if (!many) popup.hidePopover();
    changed(chosen);
  };

  button.addEventListener("click", () => {
    if (button.getAttribute("aria-expanded") === "true") return;
    open({
      anchor: button,
      kind,
      element,
      suggest,
      has: (value) => chosen.some((one) => one.value === value),
      choose,
      many,
      label: label || words(element.placeholder) || "Choose",
    });
  });
  if (chosen.length) queueMicrotask(() => changed(chosen, true));
  return button;
}

function open({ anchor, kind, element, suggest, has, choose, many, label }) {
  const list = h("div", {
    class: "options",
    role: "listbox",
    id: `options-${element.action_id ?? kind}`,
    "aria-label": label,
    "aria-multiselectable": many,
  });
  const field = h("input", {
    type: "text",
    class: "search",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": list.id,
    "aria-label": `Search: ${label}`,
    placeholder: "Search…",
    autocomplete: "off",
    spellcheck: "false",
  });
  const popup = h("div", { class: "popup picker", popover: "auto" }, field, list);
  let shown = [];
  let active = 0;
  let asked = 0;

  const mark = () => {
    shown.forEach(({ node }, index) => node.toggleAttribute("data-active", index === active));
    field.setAttribute("aria-activedescendant", shown[active]?.node.id ?? "");
    shown[active]?.node.scrollIntoView({ block: "nearest" });
  };
  const draw = (groups) => {
    shown = [];
    list.replaceChildren(
      ...groups
        .flatMap((group) => [
          group.label ? h("p", { class: "menu-title" }, group.label) : [],
          group.options.map((one) => {
            const node = h(
              "div",
              {
                class: "option",
                role: "option",
                id: `${list.id}-${shown.length}`,
                "aria-selected": String(has(one.value)),
                onclick: () => pick(one),
              },
              h("span", { class: "menu-words" }, h("span", null, one.text), one.note && h("small", null, one.note)),
              h("span", { class: "tick" }, icon("done")),
            );
            shown.push({ one, node });
            return node;
          }),
        ])
        .flat(),
    );
    if (!shown.length) list.append(h("p", { class: "faint none" }, "Nothing found."));
    active = Math.max(
      0,
      shown.findIndex(({ one }) => has(one.value)),
    );
    mark();
  };
  const pick = (one) => {
    choose(one, popup);
    if (many) shown.forEach(({ one: other, node }) => node.setAttribute("aria-selected", String(has(other.value))));
  };
  const search = async () => {
    const query = field.value.trim();
    if (kind !== "external") {
      const low = query.toLowerCase();
      draw(
        fixed(kind, element)
          .map((group) => ({
            ...group,
            options: group.options.filter((one) => `${one.text} ${one.note ?? ""}`.toLowerCase().includes(low)),
          }))
          .filter((group) => group.options.length),
      );
      return;
    }
    const least = element.min_query_length ?? 3;
    if (query.length < least) {
      list.replaceChildren(h("p", { class: "faint none" }, `Type ${least} or more letters.`));
      shown = [];
      return;
    }
    asked += 1;
    const mine = asked;
    try {
      const found = await suggest(query);
      if (mine !== asked) return;
      const answer = Array.isArray(found) ? { options: found } : found;
      draw(
        answer.option_groups
          ? answer.option_groups.map((group) => ({ label: words(group.label), options: group.options.map(fromSlack) }))
          : [{ options: (answer.options ?? []).map(fromSlack) }],
      );
    } catch (problem) {
      if (mine === asked) list.replaceChildren(h("p", { class: "faint none" }, problem.message));
    }
  };
  let pause;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    if (kind === "external") pause = setTimeout(search, 200);
    else search();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % Math.max(1, shown.length);
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (shown[active]) pick(shown[active].one);
    } else if (event.key === "Tab") popup.hidePopover();
  });
  show(popup, anchor);
  field.focus();
  search();
}
