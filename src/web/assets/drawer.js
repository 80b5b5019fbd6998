// The evidence beside the chat: the record a citation names, with the quoted words marked and scrolled to.

import { record } from "./api.js";
import { ICON, clock, day, h, icon, kindName, relative } from "./dom.js";

const drawer = document.getElementById("drawer");
let opener = null;
let showing = 0;

/** Opens the record behind `citation`. */
export async function openDrawer(citation, from) {
  opener = from ?? opener;
  const turn = ++showing;
  document.querySelectorAll(".chip[aria-expanded=true]").forEach((chip) => chip.setAttribute("aria-expanded", "false"));
  opener?.setAttribute("aria-expanded", "true");
  drawer.hidden = false;
  document.body.classList.add("with-drawer");
  const body = h("div", { class: "drawer-body", "aria-busy": "true" }, h("div", { class: "skeleton" }), h("div", { class: "skeleton" }), h("div", { class: "skeleton" }));
  drawer.replaceChildren(head(citation), body);
  drawer.focus({ preventScroll: true });
  try {
    const found = await record(citation.kind, citation.id);
    if (turn !== showing) return;
    const url = citation.url ?? found.url;
    drawer.replaceChildren(head({ ...citation, url }), body);
    body.replaceChildren(...lines(found.lines, citation));
  } catch (error) {
    if (turn !== showing) return;
    body.replaceChildren(h("blockquote", { class: "alone" }, citation.quote), h("p", { class: "fine" }, `The whole record could not be opened. ${error.message}`));
  }
  body.removeAttribute("aria-busy");
  const mark = body.querySelector("mark, .line.cited");
  if (mark) body.scrollTop = mark.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 3;
}

/** Closes it; true when it was open. */
export function closeDrawer() {
  if (drawer.hidden) return false;
  showing += 1;
  drawer.hidden = true;
  document.body.classList.remove("with-drawer");
  opener?.setAttribute("aria-expanded", "false");
  opener?.focus({ preventScroll: true });
  opener = null;
  return true;
}

function head(citation) {
  const said = [citation.speaker, citation.at_seconds !== null && citation.at_seconds !== undefined ? `at ${clock(citation.at_seconds)}` : null].filter(Boolean).join(", ");
  const when = citation.occurred_at ? `${day(citation.occurred_at)} · ${relative(citation.occurred_at)}` : null;
  const link = /^https?:\/\//i.test(citation.url ?? "") ? citation.url : null;
  return h("header", { class: "drawer-head" },
    h("div", { class: "drawer-top" },
      h("span", { class: "number" }, String(citation.n)), h("span", { class: "kind" }, kindName(citation.kind)),
      h("span", { class: "spacer" }),
      link && h("a", { class: "quiet", href: link, target: "_blank", rel: "noopener noreferrer" }, icon(ICON.open), "Open source"),
      h("button", { class: "quiet square", type: "button", "aria-label": "Close the evidence", title: "Close (Esc)", onclick: closeDrawer }, icon(ICON.close))),
    h("h2", null, citation.title),
    h("p", { class: "fine" }, [when, said].filter(Boolean).join(" · ")));
}

/** The record's lines; those that carry the quote are marked. */
function lines(body, citation) {
  const wanted = pieces(citation.quote);
  let anyMarked = false;
  const rows = body.map((line) => {
    const marked = mark(line.text, wanted);
    anyMarked ||= marked.some((part) => typeof part !== "string");
    return { line, marked };
  });
  const nearest = anyMarked ? null : closest(body, citation);
  let speaker = null;
  return rows.map(({ line, marked }) => {
    const again = line.label !== null && line.label === speaker && line.at_seconds !== null;
    speaker = line.label;
    const cited = line === nearest || marked.some((part) => typeof part !== "string");
    const zone = line.zone && line.zone !== "own" ? line.zone : null;
    return h("div", { class: `line${cited ? " cited" : ""}${again ? " again" : ""}${zone ? " aside" : ""}`, "data-zone": line.zone },
      (line.label || zone || line.at_seconds !== null) && h("div", { class: "line-label" }, line.label ?? "", zone && h("span", { class: "zone" }, zone), line.at_seconds !== null && h("span", { class: "time" }, clock(line.at_seconds))),
      h("p", null, marked));
  });
}

/** The stretches of text a quote is made of: its lines without speakers, cut at ellipses. */
function pieces(quote) {
  const stretches = (quote ?? "").split(/\n|…|\[\.\.\.\]|\.\.\./).flatMap((stretch) => {
    const spoken = stretch.match(/^\s*[^:\n]{2,40}:\s+(.*)$/);
    return spoken ? [stretch, spoken[1]] : [stretch];
  });
  return stretches.map((stretch) => plain(stretch.trim().replace(/^["“”']+|["“”']+$/g, "")).text).filter((stretch) => stretch.length > 3);
}

/** Text with blanks folded, quotes straightened and case dropped, and where each of its characters stood. */
function plain(text) {
  let folded = "";
  const places = [];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at].replace(/[‘’]/, "'").replace(/[“”]/, '"').replace(/\s/, " ").toLowerCase();
    if (letter === " " && folded.endsWith(" ")) continue;
    if (letter.length !== 1) continue;
    folded += letter;
    places.push(at);
  }
  return { text: folded, places };
}

function mark(text, wanted) {
  const { text: folded, places } = plain(text);
  const spans = [];
  for (const piece of wanted) {
    const at = folded.indexOf(piece);
    if (at >= 0) spans.push([places[at], places[at + piece.length - 1] + 1]);
    else if (folded.trim().length > 20 && piece.includes(folded.trim())) spans.push([0, text.length]);
  }
  spans.sort((a, b) => a[0] - b[0]);
  const parts = [];
  let last = 0;
  for (const [from, to] of spans) {
    if (to <= last) continue;
    const begin = Math.max(from, last);
    parts.push(text.slice(last, begin), h("mark", null, text.slice(begin, to)));
    last = to;
  }
  parts.push(text.slice(last));
  return parts.filter((part) => part !== "");
}

function closest(body, citation) {
  if (citation.at_seconds === null || citation.at_seconds === undefined) return null;
  return body.filter((line) => line.at_seconds !== null).reduce((best, line) => {
    const distance = (candidate) => Math.abs(candidate.at_seconds - citation.at_seconds);
    return !best || distance(line) < distance(best) ? line : best;
  }, null);
}
