// Links the app unfurled: plain previews, and Work Objects with the pane that opens beside the conversation.

import { h, icon, iconButton, link, notice, safeLink } from "./dom.js";
import { post } from "./driver.js";
import { openObject } from "./actions.js";
import { blocks } from "./blocks.js";
import { markdown } from "./markdown.js";
import { channelName, dateWords, mention, mrkdwn } from "./mrkdwn.js";
import { address, botName, go, refresh, store } from "./store.js";

/** A preview is `{url, entity}` for a Work Object and `{url, content}` for blocks or an attachment. */
const found = (message) => (message.unfurls ?? []).map((one) => one.entity ?? one.content ?? {});

const act = (message, action, url) => async () => {
  if (action.url && safeLink(action.url)) window.open(safeLink(action.url), "_blank", "noopener");
  try {
    await post("/click", {
      user: store.me,
      channel: address(),
      ts: message?.ts,
      url,
      action_id: action.action_id,
      value: action.value,
    });
    refresh();
  } catch (problem) {
    notice(problem.message);
  }
};

const actions = (entity, message) => {
  const { primary_actions: first = [], overflow_actions: rest = [] } = entity.entity_payload?.actions ?? {};
  const all = [...first, ...rest];
  return all.length
    ? h(
        "div",
        { class: "actions" },
        all.map((action) =>
          h(
            "button",
            {
              type: "button",
              class: "button",
              "data-style": action.style,
              "aria-label": action.accessibility_label,
              onclick: act(message, action, entity.app_unfurl_url ?? entity.url),
            },
            action.text?.text ?? action.text,
          ),
        ),
      )
    : null;
};

function value(field) {
  if (Array.isArray(field.value))
    return field.value.map((one, index) => [
      index ? ", " : null,
      value({ ...field, ...(typeof one === "object" ? one : { value: one }), type: field.item_type ?? "string" }),
    ]);
  if (field.user) return field.user.user_id ? mention(field.user.user_id) : (field.user.text ?? field.user.email);
  const type = field.type ?? "";
  if (type.endsWith("/date"))
    return new Date(`${field.value}T00:00:00`).toLocaleDateString("en-US", {
      year: "numeric",
      month: "long",
      day: "numeric",
    });
  if (type.endsWith("/timestamp")) return dateWords(field.value, "{date} at {time}") ?? String(field.value);
  if (type.endsWith("/user")) return mention(field.value);
  if (type.endsWith("/channel_id")) return channelName(field.value);
  if (type === "boolean") return field.value ? "Yes" : "No";
  if (field.link ?? (type.endsWith("/link") ? field.value : null))
    return link(field.link ?? field.value, String(field.text ?? field.value));
  if (field.tag_color) return h("span", { class: "tag", "data-color": field.tag_color }, String(field.value));
  if (field.format === "markdown" || field.long) return markdown(String(field.value ?? ""));
  return String(field.value ?? "");
}

const title = (key) => key.replace(/_/g, " ").replace(/^./, (letter) => letter.toUpperCase());

/** Own fields first, in the order the app asked for. */
function fields(entity, most = Infinity) {
  const payload = entity.entity_payload ?? {};
  const all = [
    ...Object.entries(payload.fields ?? {}).map(([key, field]) => ({ key, ...field })),
    ...(payload.custom_fields ?? []),
  ].filter((field) => field.value !== undefined || field.user);
  const order = payload.display_order ?? [];
  const rank = (field) => (order.includes(field.key) ? order.indexOf(field.key) : order.length);
  const shown = all.sort((a, b) => rank(a) - rank(b)).slice(0, most);
  return shown.length
    ? h(
        "dl",
        { class: "facts" },
        shown.map((field) =>
          h("div", null, h("dt", null, field.label ?? title(field.key ?? "")), h("dd", null, value(field))),
        ),
      )
    : null;
}

const heading = (entity) => {
  const attributes = entity.entity_payload?.attributes ?? {};
  return {
    name: attributes.title?.text ?? attributes.title ?? entity.url,
    product: attributes.product_name ?? botName(),
    kind: attributes.display_type ?? entity.entity_type?.split("/").at(-1),
  };
};

function entityCard(entity, message) {
  const { name, product, kind } = heading(entity);
  const url = entity.app_unfurl_url ?? entity.url;
  return h(
    "div",
    { class: "unfurl object" },
    h("p", { class: "unfurl-from" }, icon("bot"), [product, kind].filter(Boolean).join(" · ")),
    h(
      "button",
      { type: "button", class: "object-title", "data-focus": `object-${url}`, onclick: () => openObject(message, url) },
      name,
    ),
    fields(entity, 4),
    actions(entity, message),
  );
}

/** An attachment: blocks, or a title and a text. */
export function attachment(one, at) {
  if (one.blocks) return h("div", { class: "unfurl" }, blocks(one.blocks, at));
  return h(
    "div",
    { class: "unfurl" },
    one.title && h("p", null, h("strong", null, one.title_link ? link(one.title_link, one.title) : one.title)),
    one.text && mrkdwn(one.text),
  );
}

/** Buttons in previews reach nobody: the driver knows the elements of messages and views. */
const unconnected = {
  me: store.me,
  act: async () => notice("Buttons in previews are not connected here.", "info"),
  keep() {},
  kept() {},
  suggest: async () => [],
};

/** The previews below a message. */
export const unfurls = (message) =>
  h(
    "div",
    { class: "unfurls" },
    found(message).map((one) => (one.entity_payload ? entityCard(one, message) : attachment(one, unconnected))),
  );

/** The pane of a Work Object: what the app said of it to this person. */
export function objectPane() {
  const pane = store.views.pane;
  const close = iconButton("close", "Close", () => go({ pane: store.place.thread ? "thread" : null }));
  const frame = (name, note, ...body) => [
    h(
      "header",
      { class: "pane-head" },
      h("div", null, h("h2", null, name), note && h("p", { class: "faint" }, note)),
      close,
    ),
    h("div", { class: "pane-body object-body" }, body),
  ];
  const entity = pane?.metadata?.entity_payload ? pane.metadata : (pane?.entity ?? pane?.metadata?.entities?.[0]);
  if (pane?.error)
    return frame(
      pane.error.custom_title ?? "Not shown",
      null,
      h("p", null, pane.error.custom_message ?? `The app answered: ${pane.error.status ?? "no details"}.`),
    );
  if (pane?.user_auth_required)
    return frame(
      "Sign in to see this",
      botName(),
      h("p", null, "The app wants to know who you are before it shows more."),
      pane.user_auth_url && h("p", null, link(pane.user_auth_url, "Sign in")),
    );
  if (!entity)
    return frame(
      "Loading…",
      botName(),
      h("p", { class: "faint", role: "status" }, `${botName()} was asked for details.`),
    );
  const { name, product, kind } = heading(entity);
  return frame(
    name,
    [product, kind].filter(Boolean).join(" · "),
    fields(entity),
    actions(entity, null),
    h("p", { class: "faint" }, icon("eye"), " Only visible to you"),
    h("p", null, link(entity.url, icon("open"), " Open the page")),
  );
}
