// Standard Markdown, as markdown blocks and streamed answers use it. It builds nodes; nothing is parsed as HTML.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { control, unescape } from "./mrkdwn.js";

const INLINE = new RegExp(
  [
    /\\([\\`*_{}[\]()#+\-.!|~<>])/, // an escaped character
    /(`+)(.+?)\2/, // code
    /!?\[((?:[^\][\\]|\\.|\[[^\]]*\])+)\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/, // a link or an image
    /<((?:https?:|mailto:|[@#!])[^<>\s]*(?:\|[^<>]*)?)>/, // an address or a mention
    /\*\*(?=\S)((?:\\.|[^\\])*?(?:\\.|[^\s\\]))\*\*/, // strong
    /__(?=\S)((?:\\.|[^\\])*?(?:\\.|[^\s\\]))__/,
    /(?<![\w*])\*(?=[^\s*])(.+?)(?<![\s*])\*(?![\w*])/, // emphasis
    /(?<![\w_])_(?=[^\s_])(.+?)(?<![\s_])_(?![\w_])/,
    /~~(.+?)~~/, // struck
    /(https?:\/\/[^\s<>()]*[^\s<>().,;:!?'"\]])/, // a bare address
    /:([a-z0-9_+-]+):/,
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);

/** One line's worth of Markdown as nodes. */
export function inline(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > last) nodes.push(unescape(text.slice(last, match.index)));
    const [whole, literal, , code, label, href, inside, strong, strong2, italic, italic2, struck, bare, name] = match;
    if (literal) nodes.push(literal);
    else if (code) nodes.push(h("code", null, code.replace(/^ (.+) $/, "$1")));
    else if (label) nodes.push(link(unescape(href), inline(label)));
    else if (inside) nodes.push(control(inside));
    else if (strong ?? strong2) nodes.push(h("strong", null, inline(strong ?? strong2)));
    else if (italic ?? italic2) nodes.push(h("em", null, inline(italic ?? italic2)));
    else if (struck) nodes.push(h("s", null, inline(struck)));
    else if (bare) nodes.push(link(unescape(bare)));
    else nodes.push(emoji(name));
    last = match.index + whole.length;
  }
  if (last < text.length) nodes.push(unescape(text.slice(last)));
  return nodes;
}

const FENCE = /^\s*(```+|~~~+)\s*([\w+-]*)\s*$/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+•]|\d{1,4}[.)])\s+(.*)$/;
const ROW = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const starts = (line) =>
  FENCE.test(line) || HEADING.test(line) || RULE.test(line) || ITEM.test(line) || /^\s*>/.test(line);
const isTable = (lines, at) =>
  lines[at].includes("|") && (lines[at + 1] ?? "").includes("-") && ROW.test(lines[at + 1]);

/** A whole text. */
export const markdown = (text) =>
  h(
    "div",
    { class: "markdown" },
    blocks(
      String(text ?? "")
        .replace(/\r\n?/g, "\n")
        .split("\n"),
    ),
  );

function blocks(lines) {
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const take = (fits, from = at) => {
      let end = from;
      while (end < lines.length && fits(lines[end], end)) end += 1;
      const taken = lines.slice(from, end);
      at = end;
      return taken;
    };
    if (!line.trim()) at += 1;
    else if (FENCE.test(line)) {
      const fence = line.match(FENCE)[1];
      const code = take((next) => !next.trim().startsWith(fence), at + 1);
      at += 1;
      nodes.push(h("pre", null, h("code", null, code.join("\n"))));
    } else if (HEADING.test(line)) {
      const [, marks, title] = line.match(HEADING);
      nodes.push(h(`h${Math.min(6, marks.length + 1)}`, { "data-level": marks.length }, inline(title)));
      at += 1;
    } else if (RULE.test(line)) {
      nodes.push(h("hr"));
      at += 1;
    } else if (/^\s*>/.test(line)) {
      nodes.push(
        h("blockquote", null, blocks(take((next) => /^\s*>/.test(next)).map((next) => next.replace(/^\s*>\s?/, "")))),
      );
    } else if (isTable(lines, at)) {
      const [head, rule, ...body] = take((next) => next.includes("|"));
      nodes.push(table(head, rule, body));
    } else if (ITEM.test(line)) {
      const indent = line.match(ITEM)[1].length;
      nodes.push(list(take((next, index) => belongs(lines, next, index, indent))));
    } else {
      const words = take((next, index) => next.trim() && (index === at || (!starts(next) && !isTable(lines, index))));
      nodes.push(
        h(
          "p",
          null,
          words.flatMap((word, index) => [
            index ? (/ {2,}$/.test(words[index - 1]) ? h("br") : "\n") : null,
            inline(word.trim()),
          ]),
        ),
      );
    }
  }
  return nodes;
}

/** Whether a line is still part of the list that began at `indent`. */
function belongs(lines, line, index, indent) {
  if (!line.trim()) return ITEM.test(lines[index + 1] ?? "") || /^\s{2,}\S/.test(lines[index + 1] ?? "");
  const item = line.match(ITEM);
  if (item) return item[1].length >= indent;
  return /^\s{2,}/.test(line) || (lines[index - 1]?.trim() && !starts(line));
}

function list(lines) {
  const first = lines[0].match(ITEM);
  const indent = first[1].length;
  const items = [];
  for (const line of lines) {
    const item = line.match(ITEM);
    if (item && item[1].length <= indent + 1) items.push([item[3]]);
    else items.at(-1).push(line.replace(new RegExp(`^\\s{0,${indent + 2}}`), ""));
  }
  const ordered = /\d/.test(first[2]);
  const start = ordered && parseInt(first[2], 10) !== 1 ? parseInt(first[2], 10) : null;
  return h(
    ordered ? "ol" : "ul",
    { start },
    items.map((body) => {
      const task = body[0].match(/^\[([ xX])\]\s+(.*)$/);
      if (!task) return h("li", null, itemBody(body));
      const box = h("input", {
        type: "checkbox",
        disabled: true,
        checked: task[1] !== " ",
        "aria-label": task[1] === " " ? "Open" : "Done",
      });
      return h("li", { class: "task" }, box, itemBody([task[2], ...body.slice(1)]));
    }),
  );
}

/** A list item: its own line without a paragraph around it, then what hangs below. */
function itemBody(body) {
  const own = body.findIndex((line, index) => index > 0 && (!line.trim() || starts(line)));
  const first = own < 0 ? body : body.slice(0, own);
  return [inline(first.map((line) => line.trim()).join(" ")), own < 0 ? null : blocks(body.slice(own))];
}

function table(head, rule, body) {
  const cells = (line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replace(/\\\|/g, "|"));
  const align = cells(rule).map((mark) => (/^:-+:$/.test(mark) ? "center" : mark.endsWith(":") ? "right" : null));
  const row = (line, name) =>
    h(
      "tr",
      null,
      cells(line).map((cell, column) =>
        h(name, { "data-align": align[column], scope: name === "th" ? "col" : null }, inline(cell)),
      ),
    );
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" },
    h(
      "table",
      null,
      h("thead", null, row(head, "th")),
      h(
        "tbody",
        null,
        body.map((line) => row(line, "td")),
      ),
    ),
  );
}
