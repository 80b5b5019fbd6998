// Blocks as nodes. A block whose type is not known says so instead of vanishing.

import { h, icon, link, safeLink } from "./dom.js";
import { chart } from "./chart.js";
import { interactive } from "./elements.js";
import { markdown } from "./markdown.js";
import { textOf, words } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { dataTable, table } from "./table.js";
import { plan, taskCard } from "./tasks.js";

const picture = (image, className) => {
  const address = image?.image_url ?? image?.slack_file?.url;
  return address
    ? h("img", { src: safeLink(address), alt: image.alt_text ?? "", class: className, loading: "lazy" })
    : null;
};

function section(block, at) {
  const side = block.accessory && interactive(block.accessory, block, at);
  return h(
    "div",
    { class: "section" },
    h(
      "div",
      { class: "section-words" },
      textOf(block.text),
      block.fields &&
        h(
          "div",
          { class: "fields" },
          block.fields.map((field) => h("div", null, textOf(field))),
        ),
    ),
    side && h("div", { class: "accessory" }, side),
  );
}

let inputs = 0;

function input(block, at) {
  inputs += 1;
  const label = words(block.label);
  const problem = at.errors?.[block.block_id];
  const note = `input-${inputs}`;
  const node = interactive(block.element, block, at, true, {
    label,
    invalid: problem ? "true" : null,
    describedBy: problem || block.hint ? note : null,
  });
  return h(
    "div",
    { class: "input", "data-block": block.block_id },
    h("p", { class: "label" }, label, block.optional && h("span", { class: "faint" }, " (optional)")),
    node,
    h(
      "div",
      { id: note },
      problem && h("p", { class: "problem", role: "alert" }, problem),
      block.hint && h("p", { class: "hint" }, textOf(block.hint)),
    ),
  );
}

function card(block, at) {
  return h(
    "article",
    { class: "card" },
    picture(block.hero_image, "hero"),
    h(
      "div",
      { class: "card-head" },
      picture(block.icon, "card-icon"),
      h(
        "div",
        null,
        block.title && h("div", { class: "card-title" }, textOf(block.title)),
        block.subtitle && h("div", { class: "faint" }, textOf(block.subtitle)),
      ),
    ),
    block.body && h("div", { class: "card-body" }, textOf(block.body)),
    block.subtext && h("div", { class: "context" }, textOf(block.subtext)),
    block.actions?.length
      ? h(
          "div",
          { class: "actions" },
          block.actions.map((element) => interactive(element, block, at)),
        )
      : null,
  );
}

function container(block, at) {
  const head = [
    picture(block.icon, "card-icon"),
    h(
      "div",
      null,
      h(
        "div",
        { class: "card-title" },
        block.rich_text_title ? richText({ elements: [block.rich_text_title] }) : textOf(block.title),
      ),
      block.subtitle && h("div", { class: "faint" }, textOf(block.subtitle)),
    ),
  ];
  const body = h("div", { class: "container-body" }, blocks(block.child_blocks, at));
  const face = { class: "container", "data-width": block.width, "data-line": block.has_header_divider };
  if (!block.is_collapsible) return h("div", face, h("div", { class: "card-head" }, head), body);
  return h(
    "details",
    { ...face, open: !block.default_collapsed, "data-fold": block.block_id ?? words(block.title) },
    h("summary", { class: "card-head" }, icon("right"), head),
    body,
  );
}

const ALERT = { success: "done" };

function one(block, at) {
  switch (block?.type) {
    case "section":
      return section(block, at);
    case "header":
      return h(
        `h${Math.min(6, (block.level ?? 1) + 1)}`,
        { class: "header", "data-level": block.level ?? 1 },
        words(block.text),
      );
    case "divider":
      return h("hr");
    case "context":
      return h(
        "div",
        { class: "context" },
        (block.elements ?? []).map((element) => interactive(element, block, at)),
      );
    case "actions":
      return h(
        "div",
        { class: "actions" },
        (block.elements ?? []).map((element) => interactive(element, block, at)),
      );
    case "context_actions":
      return h(
        "div",
        { class: "context-actions" },
        (block.elements ?? []).map((element) => interactive(element, block, at)),
      );
    case "image":
      return h(
        "figure",
        { class: "image" },
        block.title && h("figcaption", null, words(block.title)),
        picture(block, null),
      );
    case "input":
      return input(block, at);
    case "rich_text":
      return richText(block);
    case "markdown":
      return markdown(block.text);
    case "table":
      return table(block, (element) => interactive(element, block, at));
    case "data_table":
      return dataTable(block, (element) => interactive(element, block, at));
    case "data_visualization":
      return chart(block);
    case "task_card":
      return taskCard(block);
    case "plan":
      return plan(block);
    case "card":
      return card(block, at);
    case "carousel":
      return h(
        "div",
        { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" },
        (block.elements ?? []).map((element) => card(element, at)),
      );
    case "alert":
      return h(
        "div",
        { class: "alert", role: "note", "data-level": block.level ?? "default" },
        icon(ALERT[block.level] ?? "info"),
        textOf(block.text),
      );
    case "container":
      return container(block, at);
    case "video":
      return h(
        "figure",
        { class: "image" },
        h("figcaption", null, link(block.title_url ?? block.video_url, icon("play"), words(block.title) || "Video")),
        picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }, null),
        block.description && h("p", { class: "faint" }, words(block.description)),
      );
    case "file":
      return h("p", { class: "faint" }, `File ${block.external_id ?? ""}`);
    default:
      return h("p", { class: "unknown" }, `Block of the unknown type “${block?.type}”`);
  }
}

/** A block that is not put together as its type asks must not take the page along. */
function safely(block, at) {
  try {
    return one(block, at);
  } catch (problem) {
    return h("p", { class: "unknown" }, `A ${block?.type} block that cannot be shown: ${problem.message}`);
  }
}

/** All blocks of a message or a view. `at` is where they stand: see elements.js. */
export const blocks = (list, at) =>
  h(
    "div",
    { class: "blocks" },
    (Array.isArray(list) ? list : []).map((block) =>
      h("div", { class: "block", "data-type": block?.type }, safely(block, at)),
    ),
  );

/** Whether these blocks would show nothing. */
export const empty = (list) => !Array.isArray(list) || list.length === 0;
