// The app's Home tab, as the app published it for this person.

import { h } from "./dom.js";
import { post } from "./driver.js";
import { blocks } from "./blocks.js";
import { botName, refresh, store } from "./store.js";

const typed = new Map();

/** Draws the Home tab into `root` when it has changed. */
export function home(root) {
  const view = store.views.home;
  const print = JSON.stringify([store.me, view?.hash, view?.blocks]);
  if (root.dataset.print === print) return;
  root.dataset.print = print;
  if (!view) {
    root.replaceChildren(
      h(
        "div",
        { class: "opening" },
        h("h2", null, "Nothing here yet"),
        h("p", { class: "faint" }, `${botName()} has not published a Home tab for you.`),
      ),
    );
    return;
  }
  const key = (block, action) => `${store.me}|${block}|${action}`;
  const at = {
    me: store.me,
    act: async (body) => {
      await post("/click", { user: store.me, home: true, ...body });
      refresh();
    },
    keep: (block, action, value) => typed.set(key(block, action), value),
    kept: (block, action) => typed.get(key(block, action)),
    suggest: (body) => post("/suggest", { user: store.me, view_id: view.id, ...body }),
  };
  const held = root.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  root.replaceChildren(h("div", { class: "home" }, blocks(view.blocks, at)));
  if (held) root.querySelector(`[data-focus="${CSS.escape(held)}"]`)?.focus();
}
