// A small, safe Markdown renderer: headings, paragraphs, lists, tables, code, bold, italic, links and [n] citations.
// A letter behind a backslash is itself: that is how a record is kept from being markup.
// It builds nodes; nothing is ever parsed as HTML.

import { h } from "./dom.js";

const ESCAPED = /\\([!-/:-@[-`{-~])/g;
const INLINE = /\\([!-/:-@[-`{-~])|(`+)(.+?)\2|\*\*((?:\\.|[^\\])+?)\*\*|__((?:\\.|[^\\])+?)__|(?<![\w*])\*(?![\s*])((?:\\.|[^\\])+?)(?<![\s*])\*(?![\w*])|\[(\d{1,3})\](?!\()|\[([^\]\\]+)\]\((https?:\/\/[^\s)]+)\)/g;

/** The words of an answer as they read, without the escapes in them. */
export const unescaped = (text) => text.replace(ESCAPED, "$1");

/**
 * Renders `text`; `cite(n)` makes the node of a citation, or null when there is no such citation. A link is one only where
 * `cite.links` has its address.
 */
export function markdown(text, cite) {
  const root = document.createDocumentFragment();
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    if (!line.trim()) at += 1;
    else if (/^\s*```/.test(line)) at = code(root, lines, at);
    else if (/^#{1,6}\s/.test(line)) {
      const depth = Math.min(4, line.match(/^#+/)[0].length + 1);
      root.append(h(`h${depth}`, null, inline(line.replace(/^#+\s+/, "").replace(/\s+#+$/, ""), cite)));
      at += 1;
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      root.append(h("hr"));
      at += 1;
    } else if (/^\s*>/.test(line)) at = quote(root, lines, at, cite);
    else if (line.includes("|") && /^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[at + 1] ?? "")) at = table(root, lines, at, cite);
    else if (ITEM.test(line)) at = list(root, lines, at, cite);
    else at = paragraph(root, lines, at, cite);
  }
  return root;
}

const ITEM = /^(\s*)([-*+•]|\d{1,3}[.)])\s+(.*)$/;
const BLOCK = /^\s*(```|>|#{1,6}\s)/;

function paragraph(root, lines, start, cite) {
  let at = start;
  const words = [];
  while (at < lines.length && lines[at].trim() && (at === start || !(BLOCK.test(lines[at]) || ITEM.test(lines[at])))) {
    if (words.length) words.push(/ {2,}$/.test(lines[at - 1]) ? h("br") : " ");
    words.push(...inline(lines[at].trim(), cite));
    at += 1;
  }
  root.append(h("p", null, words));
  return at;
}

function code(root, lines, start) {
  let at = start + 1;
  const kept = [];
  while (at < lines.length && !/^\s*```/.test(lines[at])) kept.push(lines[at++]);
  root.append(h("pre", null, h("code", null, kept.join("\n"))));
  return at + 1;
}

function quote(root, lines, start, cite) {
  let at = start;
  const kept = [];
  while (at < lines.length && /^\s*>/.test(lines[at])) kept.push(lines[at++].replace(/^\s*>\s?/, ""));
  root.append(h("blockquote", null, markdown(kept.join("\n"), cite)));
  return at;
}

function list(root, lines, start, cite) {
  const depth = (line) => line.match(/^\s*/)[0].length;
  const first = lines[start].match(ITEM);
  const ordered = /\d/.test(first[2]);
  const node = h(ordered ? "ol" : "ul", ordered && first[2] !== "1." ? { start: parseInt(first[2], 10) } : null);
  const base = first[1].length;
  let at = start;
  while (at < lines.length) {
    const item = lines[at].match(ITEM);
    if (!item || item[1].length < base || (item[1].length === base && /\d/.test(item[2]) !== ordered)) break;
    if (item[1].length > base + 1) {
      at = list(node.lastElementChild ?? node, lines, at, cite);
      continue;
    }
    const words = [item[3]];
    at += 1;
    while (at < lines.length && lines[at].trim() && !ITEM.test(lines[at]) && depth(lines[at]) > base) words.push(lines[at++].trim());
    node.append(h("li", null, inline(words.join(" "), cite)));
    if (!lines[at]?.trim() && ITEM.test(lines[at + 1] ?? "")) at += 1;
  }
  root.append(node);
  return at;
}

function table(root, lines, start, cite) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));
  const align = cells(lines[start + 1]).map((rule) => (/^:-+:$/.test(rule) ? "center" : rule.endsWith(":") ? "right" : null));
  const row = (line, name) => h("tr", null, cells(line).map((cell, column) => h(name, { class: align[column] }, inline(cell, cite))));
  const body = h("tbody");
  let at = start + 2;
  while (at < lines.length && lines[at].includes("|")) body.append(row(lines[at++], "td"));
  root.append(h("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Table" }, h("table", null, h("thead", null, row(lines[start], "th")), body)));
  return at;
}

function inline(text, cite) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    let before = text.slice(last, match.index);
    // A citation stays on the line of the word it follows.
    if (match[7] && before.endsWith(" ")) before = `${before.trimEnd()}\u202f`;
    if (before) nodes.push(before);
    const [whole, escaped, , literal, bold, strong, italic, number, label, href] = match;
    if (escaped) nodes.push(escaped);
    else if (literal !== undefined) nodes.push(h("code", null, literal));
    else if (bold ?? strong) nodes.push(h("strong", null, inline(bold ?? strong, cite)));
    else if (italic) nodes.push(h("em", null, inline(italic, cite)));
    else if (number) nodes.push(cite(Number(number)) ?? whole);
    else if (cite.links?.has(href)) nodes.push(h("a", { href, target: "_blank", rel: "noopener noreferrer" }, label));
    else nodes.push(label);
    last = match.index + whole.length;
  }
  if (last < text.length) nodes.push(text.slice(last));
  return nodes;
}
