// Forms that are sent without leaving the page.

import { ApiError } from "./api.js";
import { h } from "./dom.js";

function refused(place, error) {
  const text = error instanceof ApiError ? error.message : "Something went wrong in this page. Load it again.";
  place.append(h("p", { class: "refused bad", role: "alert" }, text));
}

/** Has `act` done once for each time `form` is sent, with its buttons out of reach meanwhile; says what went wrong below it. */
export function onSend(form, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.querySelector(".refused")?.remove();
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    try {
      await act(new FormData(form));
    } catch (error) {
      refused(form, error);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
}
