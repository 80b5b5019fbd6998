// Thumbs under an answer: one verdict, which can be changed or taken back, and a line on what was wrong.

import * as api from "./api.js";
import { ICON, announce, h, icon } from "./dom.js";

/** The buttons; `given` is what was said before. Returns the group, and the form that a thumbs-down opens. */
export function verdict(answer, given) {
  let current = given?.verdict ?? "none";
  let comment = given?.comment ?? "";
  const thumb = (value, label, shape) => h("button", { type: "button", class: "quiet small", "aria-label": label, title: label, onclick: () => give(current === value ? "none" : value, "") }, icon(shape));
  const up = thumb("up", "Good answer", ICON.up);
  const down = thumb("down", "Bad answer", ICON.down);
  const words = h("input", { type: "text", class: "why", maxlength: "1000", "aria-label": "What was wrong? (optional)", placeholder: "What was wrong? (optional)" });
  const form = h("form", { class: "why-form" }, words, h("button", { type: "submit", class: "button" }, "Send"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    give("down", words.value.trim());
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    form.hidden = true;
    down.focus();
  });

  function show() {
    up.setAttribute("aria-pressed", String(current === "up"));
    down.setAttribute("aria-pressed", String(current === "down"));
    words.value = comment;
  }

  async function give(value, said) {
    try {
      const kept = await api.judge(answer, value, said || undefined);
      const commented = value === "down" && said;
      current = kept.verdict;
      comment = kept.comment ?? "";
      show();
      form.hidden = current !== "down" || Boolean(commented);
      if (!form.hidden) words.focus();
      else if (commented) down.focus();
      announce(current === "none" ? "Taken back." : commented ? "Thank you; your comment is kept." : "Thank you.");
    } catch (error) {
      announce(`That could not be kept. ${error.message}`);
      form.hidden = false;
      form.querySelector(".why-failed")?.remove();
      form.append(h("p", { class: "why-failed", role: "alert" }, error.message));
    }
  }

  form.hidden = true;
  show();
  return { buttons: h("div", { class: "verdict", role: "group", "aria-label": "Was this answer of use?" }, up, down), form };
}
