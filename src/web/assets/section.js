// What can be done on the pages of the sections. Without this, they are read and nothing more.

import { post, propose } from "./api.js";
import { proposalView } from "./card.js";
import { onSend } from "./form.js";

for (const place of document.querySelectorAll("details.act")) {
  place.hidden = false;
  const form = place.querySelector("form");
  onSend(form, async (given) => {
    const body = { action: "route_account", section: given.get("section"), reason: given.get("reason") };
    const { proposal } = await propose(place.dataset.account, body);
    form.replaceWith(proposalView(proposal, { changed() {} }));
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
