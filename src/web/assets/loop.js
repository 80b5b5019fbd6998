// Mails to all who asked for what shipped, and releases entered by hand.

import { post } from "./api.js";
import { announce, h } from "./dom.js";
import { onSend } from "./form.js";

for (const form of document.querySelectorAll("form.draft-all")) {
  form.hidden = false;
  onSend(form, async () => {
    const made = await post("/api/close-loop/drafts", JSON.parse(form.dataset.asked));
    const line = (one) => h("li", null,
      h("a", { href: `/accounts/${encodeURIComponent(one.account)}` }, `${one.who}, ${one.account}`),
      one.refused ? `: ${one.refused}` : one.existing ? ": has a draft already" : ": drafted");
    const fresh = made.drafts.filter((one) => one.draft && !one.existing).length;
    const said = fresh === 1 ? "1 mail was drafted." : `${fresh} mails were drafted.`;
    form.querySelector(".drafted")?.remove();
    form.append(h("div", { class: "drafted" }, h("p", null, said), h("ul", { class: "changes" }, made.drafts.map(line))));
    announce(said);
  });
}

for (const form of document.querySelectorAll("form.enter-release")) {
  form.hidden = false;
  onSend(form, async (given) => {
    const text = (name) => given.get(name)?.trim() || undefined;
    const body = { title: text("title") ?? "", notes: text("notes") ?? "", version: text("version"), shipped_on: text("shipped_on"), url: text("url") };
    const release = await post("/api/releases", body);
    location.assign(`/close-the-loop?release=${encodeURIComponent(release.id)}`);
  });
}
