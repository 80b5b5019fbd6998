// What can be done on the page of the sources. Without this, it is read and nothing more.

import { post } from "./api.js";
import { onSend } from "./form.js";

for (const form of document.querySelectorAll("form.source-connect, form.source-confirm, form.source-move")) form.hidden = false;

for (const form of document.querySelectorAll("form.source-connect")) {
  onSend(form, async (given) => {
    const settings = {};
    for (const [name, value] of given) if (name.startsWith("set-") && value) settings[name.slice(4)] = value;
    await post("/api/sources", { vendor: form.dataset.vendor, key: given.get("key") ?? "", settings });
    location.reload();
  });
}

for (const form of document.querySelectorAll("form.source-confirm")) {
  onSend(form, async (given) => {
    await post("/api/identity", { what: "confirm", source: form.dataset.source, company: form.dataset.company, account: given.get("account") });
    location.reload();
  });
}

for (const form of document.querySelectorAll("form.source-move")) {
  let what = "sync";
  for (const button of form.querySelectorAll("button")) button.addEventListener("click", () => (what = button.value));
  onSend(form, async () => {
    await post(`/api/sources/${encodeURIComponent(form.dataset.name)}`, { what });
    location.reload();
  });
}
