// What can be done on the pages of the sections. Without this, they are read and nothing more.

import { ApiError, post } from "./api.js";
import { cardView } from "./card.js";
import { h } from "./dom.js";

/** Says what went wrong where it was tried. */
export function refused(place, error) {
  place.querySelector(".refused")?.remove();
  const text = error instanceof ApiError ? error.message : "Something went wrong in this page. Load it again.";
  place.append(h("p", { class: "refused bad", role: "alert" }, text));
}

/** Has `act` done once for each time `form` is sent, with its button out of reach meanwhile. */
export function onSend(form, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.querySelector(".refused")?.remove();
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    try {
      await act(new FormData(form), event.submitter);
    } catch (error) {
      refused(form, error);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
}

for (const place of document.querySelectorAll("details.act")) {
  place.hidden = false;
  const form = place.querySelector("form");
  onSend(form, async (given) => {
    const body = { action: "route_account", section: given.get("section"), reason: given.get("reason") };
    const proposal = await post(`/api/accounts/${encodeURIComponent(place.dataset.account)}/actions`, body);
    form.replaceWith(cardView({ card: "proposal", ...(proposal.proposal ?? proposal) }, { changed() {} }));
  });
}

for (const form of document.querySelectorAll("form.set-health")) {
  form.hidden = false;
  onSend(form, async (given) => {
    const body = { after: Number(form.dataset.after), note: given.get("note") || null };
    if (form.dataset.changes) body.changes = JSON.parse(form.dataset.changes);
    await post("/api/health/settings", body);
    location.assign("/health/settings");
  });
}
