// What opens over the page: menus, and the placing of every small popup. The browser's own popover closes them on Escape.

import { h } from "./dom.js";

/** Shows `popup` next to `anchor`, above or below, inside the window. */
export function show(popup, anchor) {
  // Inside a dialog a popup must be a child of it, or it could not be reached.
  (anchor.closest("dialog") ?? document.body).append(popup);
  popup.showPopover();
  const box = anchor.getBoundingClientRect();
  const size = popup.getBoundingClientRect();
  const gap = 6;
  const below = window.innerHeight - box.bottom - gap;
  const up = below < size.height && box.top > below;
  popup.style.top = `${Math.max(8, up ? box.top - size.height - gap : box.bottom + gap)}px`;
  const left = box.left + box.right > window.innerWidth ? box.right - size.width : box.left;
  popup.style.left = `${Math.max(8, Math.min(left, window.innerWidth - size.width - 8))}px`;
  anchor.setAttribute("aria-expanded", "true");
  popup.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    anchor.setAttribute("aria-expanded", "false");
    const within = popup.contains(document.activeElement) || document.activeElement === document.body;
    popup.remove();
    if (within && anchor.isConnected) anchor.focus();
  });
}

/** Opens a menu at `anchor`. Items: `{label, note?, icon?, danger?, act}`, or `{title}`, or null for a line. */
export function menu(anchor, items, label = "Menu") {
  if (anchor.getAttribute("aria-expanded") === "true") return;
  const popup = h("div", {
    class: "popup menu",
    popover: "auto",
    role: "menu",
    "aria-label": label,
  });
  for (const item of items) {
    if (!item) popup.append(h("hr"));
    else if (item.title) popup.append(h("p", { class: "menu-title" }, item.title));
    else {
      const act = () => {
        popup.hidePopover();
        item.act();
      };
      popup.append(
        h(
          "button",
          {
            type: "button",
            role: item.checked === undefined ? "menuitem" : "menuitemradio",
            "aria-checked": item.checked === undefined ? null : String(item.checked),
            class: "menu-item",
            "data-danger": item.danger,
            tabindex: "-1",
            onclick: act,
          },
          item.lead,
          h("span", { class: "menu-words" }, h("span", null, item.label), item.note && h("small", null, item.note)),
        ),
      );
    }
  }
  popup.addEventListener("keydown", (event) => {
    const all = [...popup.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all.at(next % all.length)?.focus();
  });
  show(popup, anchor);
  (popup.querySelector('[aria-checked="true"]') ?? popup.querySelector("button"))?.focus();
}

/** Asks before an action, in the words of a `confirm` object or of the page. Resolves to true or false. */
export function confirm({ title, text, yes, no, danger }) {
  return new Promise((resolve) => {
    const box = h(
      "dialog",
      { class: "dialog small", "aria-labelledby": "confirm-title" },
      h(
        "form",
        { method: "dialog" },
        h("h2", { id: "confirm-title" }, title),
        h("div", { class: "dialog-body" }, text),
        h(
          "footer",
          null,
          h("button", { class: "button", value: "no" }, no ?? "Cancel"),
          h(
            "button",
            { class: "button primary", "data-style": danger ? "danger" : null, value: "yes", autofocus: true },
            yes ?? "Yes",
          ),
        ),
      ),
    );
    box.addEventListener("close", () => {
      box.remove();
      resolve(box.returnValue === "yes");
    });
    document.body.append(box);
    box.showModal();
  });
}
