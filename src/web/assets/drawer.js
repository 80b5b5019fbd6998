// The evidence beside the chat: the record a citation names, with the quoted words marked and scrolled to.

import { record } from "./api.js";
import { ICON, clock, day, h, icon, kindName, relative } from "./dom.js";
import { lines } from "./record.js";

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
