// A record as lines, with the words marked that are cited from it.

import { clock, h } from "./dom.js";

/** The record's lines; those that carry the quote of `citation` are marked. The time of a line leads to it at `href`. */
export function lines(body, citation, href) {
  const wanted = pieces(citation?.quote);
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
    const time = line.at_seconds !== null && (href ? h("a", { class: "time", href: `${href}#t${Math.floor(line.at_seconds)}` }, clock(line.at_seconds)) : h("span", { class: "time" }, clock(line.at_seconds)));
    return h("div", { class: `line${cited ? " cited" : ""}${again ? " again" : ""}${zone ? " aside" : ""}`, "data-zone": line.zone },
      (line.label || zone || line.at_seconds !== null) && h("div", { class: "line-label" }, line.label ?? "", zone && h("span", { class: "zone" }, zone), time),
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
  if (citation?.at_seconds === null || citation?.at_seconds === undefined) return null;
  return body.filter((line) => line.at_seconds !== null).reduce((best, line) => {
    const distance = (candidate) => Math.abs(candidate.at_seconds - citation.at_seconds);
    return !best || distance(line) < distance(best) ? line : best;
  }, null);
}
