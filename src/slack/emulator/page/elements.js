// Interactive elements. Each reports to its place (`at`): `act` sends a click, `keep` and `kept` hold what inputs say.

import { h, icon, notice, safeLink } from "./dom.js";
import { mrkdwn, textOf, words } from "./mrkdwn.js";
import { picker } from "./picker.js";
import { confirm, menu } from "./popup.js";

/** Asks first where the element says so, then sends the action. */
async function send(at, block, element, more, node) {
  const ask = more.confirm ?? element.confirm;
  if (ask) {
    const go = await confirm({
      title: words(ask.title),
      text: textOf(ask.text),
      yes: words(ask.confirm),
      no: words(ask.deny),
      danger: ask.style === "danger",
    });
    if (!go) return;
  }
  node?.setAttribute("aria-busy", "true");
  try {
    await at.act({ action_id: element.action_id, block_id: block.block_id, ...more.body });
  } catch (problem) {
    notice(problem.message);
  } finally {
    node?.removeAttribute("aria-busy");
  }
}

function button(element, block, at) {
  const name = element.accessibility_label ?? null;
  const face = {
    class: "button",
    "data-style": element.style,
    "aria-label": name,
    title: name,
    "data-focus": element.action_id,
  };
  const href = element.url ? safeLink(element.url) : null;
  const node = href
    ? h("a", { ...face, href, target: "_blank", rel: "noopener noreferrer" }, words(element.text), icon("open"))
    : h("button", { ...face, type: "button" }, words(element.text));
  node.addEventListener("click", () => send(at, block, element, { body: { value: element.value } }, node));
  return node;
}

function overflow(element, block, at) {
  const node = h(
    "button",
    {
      type: "button",
      class: "button square",
      "aria-label": "More actions",
      title: "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-focus": element.action_id,
    },
    icon("more"),
  );
  node.addEventListener("click", () =>
    menu(
      node,
      (element.options ?? []).map((one) => ({
        label: words(one.text),
        note: words(one.description),
        act: () => {
          if (one.url && safeLink(one.url)) window.open(safeLink(one.url), "_blank", "noopener");
          send(at, block, element, { body: { selected: one.value, value: one.value } }, node);
        },
      })),
      "More actions",
    ),
  );
  return node;
}

function feedback(element, block, at) {
  const one = (side, shape) => {
    const given = element[side] ?? {};
    const name = given.accessibility_label ?? words(given.text);
    const node = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": name,
        title: words(given.text),
        "data-focus": `${element.action_id}-${side}`,
      },
      icon(shape),
    );
    node.addEventListener("click", () => send(at, block, element, { body: { value: given.value } }, node));
    return node;
  };
  return h("span", { class: "feedback" }, one("positive_button", "up"), one("negative_button", "thumb"));
}

function iconOnly(element, block, at) {
  const shape = element.icon === "trash" ? "bin" : "bolt";
  const name = element.accessibility_label ?? words(element.text);
  const node = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": name,
      title: words(element.text),
      "data-focus": element.action_id,
    },
    icon(shape),
  );
  node.addEventListener("click", () => send(at, block, element, { body: { value: element.value } }, node));
  return node;
}

/** Keeps what an input says, and sends it too where it stands among actions or asks for it. */
function report(at, block, element, value, isInput, node) {
  at.keep(block.block_id, element.action_id, value);
  if (isInput && !block.dispatch_action) return;
  const body = typeof value === "string" ? { value } : { selected: value.selected };
  send(at, block, element, { body }, node);
}

function select(element, block, at, isInput, field) {
  const many = element.type.startsWith("multi_");
  const external = element.type.endsWith("external_select");
  const shape = (chosen) => {
    // What options an external menu had is known to nobody but this page: the whole option is sent.
    const values = chosen.map((one) =>
      external ? { text: { type: "plain_text", text: one.text, emoji: true }, value: one.value } : one.value,
    );
    return { selected: many ? values : (values[0] ?? null), chosen };
  };
  const node = picker({
    element,
    ...field,
    label: field.label ?? words(element.placeholder),
    kept: at.kept(block.block_id, element.action_id)?.chosen,
    suggest: (query) => at.suggest({ action_id: element.action_id, block_id: block.block_id, value: query }),
    changed: (chosen, first) =>
      first
        ? at.keep(block.block_id, element.action_id, shape(chosen))
        : report(at, block, element, shape(chosen), isInput, node),
  });
  return node;
}

let groups = 0;

function choices(element, block, at, isInput, field) {
  const one = element.type === "radio_buttons";
  groups += 1;
  const name = `choice-${groups}`;
  const before = at.kept(block.block_id, element.action_id)?.selected;
  const first =
    before ?? (one ? element.initial_option?.value : (element.initial_options ?? []).map((given) => given.value)) ?? [];
  const on = (value) => (Array.isArray(first) ? first.includes(value) : first === value);
  const node = h("div", {
    class: "choices",
    role: one ? "radiogroup" : "group",
    "aria-label": field.label,
    "aria-describedby": field.describedBy,
  });
  const read = () => {
    const checked = [...node.querySelectorAll("input:checked")].map((box) => box.value);
    return { selected: one ? (checked[0] ?? null) : checked };
  };
  node.append(
    ...(element.options ?? []).map((given, index) =>
      h(
        "label",
        { class: "choice" },
        h("input", {
          type: one ? "radio" : "checkbox",
          name,
          value: given.value,
          checked: on(given.value),
          "data-focus": `${element.action_id}-${index}`,
          onchange: () => report(at, block, element, read(), isInput, node),
        }),
        h("span", null, textOf(given.text), given.description && h("small", null, textOf(given.description))),
      ),
    ),
  );
  if (node.querySelector("input:checked")) at.keep(block.block_id, element.action_id, read());
  return node;
}

const pad = (value) => String(value).padStart(2, "0");
const local = (seconds) => {
  const date = new Date(seconds * 1000);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
};

function dates(element, block, at, isInput, field) {
  const type = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" }[element.type];
  const given =
    element.initial_date ?? element.initial_time ?? (element.initial_date_time ? local(element.initial_date_time) : "");
  const before = at.kept(block.block_id, element.action_id)?.shown;
  const node = h("input", {
    type,
    class: "text",
    value: before ?? given,
    "aria-label": field.label || words(element.placeholder) || "Date",
    "aria-invalid": field.invalid,
    "aria-describedby": field.describedBy,
    "data-focus": element.action_id,
  });
  const read = () => ({
    selected:
      type === "datetime-local" && node.value ? Math.floor(new Date(node.value).getTime() / 1000) : node.value || null,
    shown: node.value,
  });
  node.addEventListener("change", () => report(at, block, element, read(), isInput, node));
  if (node.value) at.keep(block.block_id, element.action_id, read());
  return node;
}

const KIND = { number_input: "text", email_text_input: "email", url_text_input: "url", plain_text_input: "text" };

function textInput(element, block, at, isInput, field) {
  const before = at.kept(block.block_id, element.action_id);
  const start = before ?? element.initial_value ?? "";
  const shape = {
    class: "text",
    placeholder: words(element.placeholder) || null,
    maxlength: element.max_length,
    minlength: element.min_length,
    "aria-label": field.label || words(element.placeholder) || "Text",
    "aria-invalid": field.invalid,
    "aria-describedby": field.describedBy,
    "data-focus": element.action_id,
    autofocus: element.focus_on_load,
    inputmode: element.type === "number_input" ? "decimal" : null,
  };
  const node =
    element.multiline || element.type === "rich_text_input"
      ? h("textarea", { ...shape, rows: "5" })
      : h("input", { ...shape, type: KIND[element.type] ?? "text", autocomplete: "off" });
  node.value = typeof start === "string" ? start : String(start);
  const keep = () => at.keep(block.block_id, element.action_id, node.value);
  if (node.value) keep();
  node.addEventListener("input", keep);
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (!isInput || block.dispatch_action) {
    const go = () => report(at, block, element, node.value, isInput, node);
    if (triggers.includes("on_character_entered")) node.addEventListener("input", go);
    if (triggers.includes("on_enter_pressed")) {
      node.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || (element.multiline && event.shiftKey)) return;
        event.preventDefault();
        go();
      });
    }
  }
  return node;
}

/** Any element. `isInput` says that it stands in an input block; `field` carries its label and error. */
export function interactive(element, block, at, isInput = false, field = {}) {
  switch (element?.type) {
    case "button":
    case "workflow_button":
      return button(element, block, at);
    case "overflow":
      return overflow(element, block, at);
    case "feedback_buttons":
      return feedback(element, block, at);
    case "icon_button":
      return element.visible_to_user_ids && !element.visible_to_user_ids.includes(at.me)
        ? null
        : iconOnly(element, block, at);
    case "checkboxes":
    case "radio_buttons":
      return choices(element, block, at, isInput, field);
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return dates(element, block, at, isInput, field);
    case "plain_text_input":
    case "number_input":
    case "email_text_input":
    case "url_text_input":
    case "rich_text_input":
      return textInput(element, block, at, isInput, field);
    case "image":
      return h("img", {
        src: safeLink(element.image_url),
        alt: element.alt_text ?? "",
        class: "thumb",
        loading: "lazy",
      });
    case "plain_text":
    case "mrkdwn":
      return element.type === "mrkdwn" ? mrkdwn(element.text) : textOf(element);
    default:
      if (/_select$/.test(element?.type ?? "")) return select(element, block, at, isInput, field);
      return h("span", { class: "unknown" }, `Element of the unknown type “${element?.type}”`);
  }
}
