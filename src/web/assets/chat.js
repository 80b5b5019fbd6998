// One question and its answer on the page: the progress, the text as it arrives, and what stands under it.

import { ICON, announce, day, h, icon, kindName, relative } from "./dom.js";
import { markdown, unescaped } from "./markdown.js";
import { cardView } from "./card.js";
import { verdict } from "./verdict.js";

const thread = document.getElementById("thread");
const scroll = document.getElementById("scroll");

/** Whether the reader is at the end of the chat, and so wants to be kept there. */
const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;

/** What the account's strip covers at the top while it sticks there. */
function headroom() {
  const strip = document.getElementById("account");
  return strip && !strip.hidden && getComputedStyle(strip).position === "sticky" ? strip.offsetHeight : 0;
}

/** Scrolls the chat, and nothing around it, until `node` begins at its top. */
function toTop(node) {
  scroll.scrollTop += node.getBoundingClientRect().top - scroll.getBoundingClientRect().top - headroom();
}

/** Empties the thread. */
export function clearThread() {
  thread.replaceChildren();
}

/** A turn on the page. `actions` holds `retry(question)`, `offer(offer)` and `open(citation, from)`. */
export class TurnView {
  constructor(question, actions) {
    this.question = question;
    this.actions = actions;
    this.text = "";
    this.drawn = 0;
    this.progress = h("p", { class: "progress" }, h("span", { class: "pulse", "aria-hidden": "true" }), h("span", null, "Looking"));
    this.prose = h("div", { class: "prose" });
    this.under = h("div", { class: "under" });
    this.body = h("div", { class: "answer", "aria-busy": "true" }, this.progress, this.prose, this.under);
    this.node = h("article", { class: "turn" }, h("div", { class: "asked" }, h("p", null, question)), this.body);
    thread.append(this.node);
    toTop(this.node);
  }

  /** Says what is being looked up. */
  working(label) {
    if (this.halted) return;
    this.progress.lastChild.textContent = label;
  }

  /** Shows what is being written, before it is checked. */
  draft(delta) {
    this.drafted = (this.drafted ?? "") + delta;
    this.working("Writing");
    this.prose.classList.add("draft");
    this.prose.replaceChildren(h("p", null, this.drafted));
  }

  /** Adds checked text. */
  write(delta) {
    this.prose.classList.remove("draft");
    this.text += delta;
    if (this.drawn) return;
    this.drawn = requestAnimationFrame(() => {
      this.drawn = 0;
      const follow = atEnd();
      this.prose.replaceChildren(markdown(this.text, (n) => h("span", { class: "chip" }, String(n))));
      // The question stays in sight while its answer grows.
      if (follow) toTop(this.node);
    });
  }

  /** Says that the wish to stop is on its way. */
  stopping() {
    this.halted = true;
    this.progress.lastChild.textContent = "Stopping";
  }

  /** Shows the finished answer; `given` is what the reader thought of it before. */
  finish(answer, given) {
    if (answer.stopped) return this.stopped(answer.answer);
    this.settle();
    this.prose.classList.remove("draft");
    this.text = answer.answer;
    const thumbs = verdict(answer, given);
    const cited = new Map(answer.citations.map((citation) => [citation.n, citation]));
    const cite = (n) => cited.has(n) ? chip(cited.get(n), this.actions.open) : null;
    cite.links = new Set(answer.citations.map((citation) => citation.url).filter(Boolean));
    this.prose.replaceChildren(markdown(answer.answer, cite));
    this.under.replaceChildren(...[
      cards(answer.cards, this.actions),
      offers(answer.offers, this.actions.offer),
      sources(answer.citations, this.actions.open),
      notes(answer),
      h("div", { class: "tools" }, copyButton(answer), thumbs.buttons),
      thumbs.form,
    ].filter(Boolean));
    announce("The answer is ready.");
  }

  /** Says why there is no answer; the question can be sent again. */
  fail(message, requestId) {
    this.settle();
    this.under.replaceChildren(h("div", { class: "failure", role: "alert" },
      h("p", null, message, requestId && h("small", null, requestId)),
      h("button", { type: "button", class: "button", onclick: () => this.again() }, icon(ICON.retry), "Try again")));
    this.under.scrollIntoView({ block: "nearest" });
  }

  /** Says that the reader stopped it: what was written so far was never checked, and goes. */
  stopped(words) {
    this.settle();
    this.prose.replaceChildren();
    announce(words);
    this.under.replaceChildren(h("div", { class: "stopped" }, h("p", null, words), h("button", { type: "button", class: "button", onclick: () => this.again() }, icon(ICON.retry), "Ask again")));
  }

  again() {
    this.node.remove();
    this.actions.retry(this.question);
  }

  settle() {
    cancelAnimationFrame(this.drawn);
    this.drawn = 0;
    this.progress.remove();
    this.body.removeAttribute("aria-busy");
  }
}

function chip(citation, open) {
  const button = h("button", {
    type: "button", class: "chip", "aria-expanded": "false", "aria-controls": "drawer",
    "aria-label": `Source ${citation.n}: ${citation.title}`, title: `${citation.title}\n${citation.quote}`.slice(0, 300),
    onclick: () => open(citation, button),
  }, String(citation.n));
  return button;
}

function sources(citations, open) {
  if (!citations.length) return null;
  const rows = citations.map((citation) => {
    const when = citation.occurred_at ? h("time", { datetime: citation.occurred_at, title: day(citation.occurred_at) }, `${day(citation.occurred_at)}, ${relative(citation.occurred_at)}`) : null;
    const button = h("button", { type: "button", class: "source", onclick: () => open(citation, button) },
      h("span", { class: "number" }, String(citation.n)),
      h("span", { class: "source-text" },
        h("span", { class: "source-title" }, h("span", { class: "kind" }, kindName(citation.kind)), h("span", { class: "source-name" }, citation.title), when),
        h("span", { class: "source-quote" }, citation.speaker ? `${citation.speaker}: ` : "", citation.quote)));
    return h("li", null, button);
  });
  const list = h("ol", { class: "sources" }, rows);
  const label = `${citations.length} ${citations.length === 1 ? "source" : "sources"}`;
  return h("details", { class: "sources-box", open: citations.length <= 3 }, h("summary", null, label), list);
}

function cards(list, actions) {
  if (!list?.length) return null;
  return h("div", { class: "cards" }, list.map((card) => cardView(card, actions)).filter(Boolean));
}

function offers(list, choose) {
  if (!list?.length) return null;
  return h("div", { class: "offers", role: "group", "aria-label": "Choices" }, list.map((offer) => h("button", { type: "button", class: "button", onclick: () => choose(offer) }, offer.label)));
}

function notes(answer) {
  const said = [answer.notice, ...(answer.not_seen ?? []), ...(answer.checks?.corrections ?? []), spent(answer)].filter(Boolean);
  return said.length ? h("ul", { class: "notes", "aria-label": "What could not be seen" }, said.map((note) => h("li", null, note))) : null;
}

/** Who wrote it, and what that cost, where a language model was asked. */
function spent(answer) {
  if (!answer.usage?.requests) return null;
  const { prompt_tokens: read, completion_tokens: written, cost_micros: micros } = answer.usage;
  const cost = micros == null ? "" : `, $${(micros / 1e6).toFixed(4)}`;
  return `Written by ${answer.model} in ${(answer.elapsed_ms / 1000).toFixed(1)} s; ${read} tokens read, ${written} written${cost}.`;
}

function copyButton(answer) {
  const label = h("span", null, "Copy");
  const button = h("button", { type: "button", class: "quiet small", onclick: async () => {
    const list = answer.citations.map((citation) => `[${citation.n}] ${kindName(citation.kind)} ${citation.title}${citation.occurred_at ? `, ${day(citation.occurred_at)}` : ""}`);
    const text = [unescaped(answer.answer), list.join("\n")].filter(Boolean).join("\n\n");
    const copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    label.textContent = copied ? "Copied" : "Could not copy";
    announce(label.textContent);
    setTimeout(() => { label.textContent = "Copy"; }, 1600);
  } }, icon(ICON.copy), label);
  return button;
}
