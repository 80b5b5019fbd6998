// The left column: who you are, the channels you are in, the app, and the way behind the scenes.

import { h, icon } from "./dom.js";
import { attempt } from "./actions.js";
import { channelIcon } from "./conversation.js";
import { avatar, humans, note } from "./face.js";
import { menu } from "./popup.js";
import { APP, bot, botName, connected, direct, go, mine, nameOf, others, store, team } from "./store.js";

/** The button that chooses who you are. */
function who(be) {
  const button = h(
    "button",
    {
      type: "button",
      class: "who",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": `You are ${nameOf(store.me)}. Be somebody else`,
      "data-focus": "who",
    },
    avatar(store.me),
    h("span", { class: "menu-words" }, h("small", null, "You are"), h("strong", null, nameOf(store.me))),
    icon("down"),
  );
  button.addEventListener("click", () =>
    menu(
      button,
      [
        { title: "Be somebody else" },
        ...humans(store.state.users).map((user) => ({
          lead: avatar(user.id, "small"),
          label: user.name,
          note: note(user),
          checked: user.id === store.me,
          act: () => be(user.id),
        })),
      ],
      "Who you are",
    ),
  );
  return button;
}

function entry(key, face, label, { current, unread, act }) {
  return h(
    "li",
    null,
    h(
      "button",
      {
        type: "button",
        class: "place",
        "aria-current": current ? "page" : null,
        "data-unread": unread,
        "data-focus": key,
        onclick: act,
      },
      face,
      h("span", null, label),
      unread && h("span", { class: "unread", role: "img", "aria-label": "New messages" }),
    ),
  );
}

/** Draws the column when something it shows has changed. */
export function sidebar(root, be) {
  const { place, state } = store;
  const print = JSON.stringify([
    store.me,
    place.channel,
    place.pane === "side",
    state.users,
    state.channels,
    state.bot,
    team(),
    state.transport,
    [...store.unread],
  ]);
  if (root.dataset.print === print) return;
  root.dataset.print = print;
  const held = root.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  const close = () => document.body.removeAttribute("data-nav");
  const open = (channel, more) => () => {
    close();
    go({ channel, thread: null, pane: null, ...more });
  };
  const im = direct();
  const rest = others();
  const linked = connected();
  root.replaceChildren(
    h(
      "header",
      { class: "workspace" },
      h("strong", null, team().name ?? "Workspace"),
      h("span", { class: "badge" }, "Local Slack"),
    ),
    who((id) => (close(), be(id))),
    h(
      "nav",
      { "aria-label": "Channels" },
      h("h2", null, "App"),
      h(
        "ul",
        null,
        entry("app", avatar(bot().user_id, "small"), botName(), {
          current: place.channel === APP,
          unread: im && store.unread.has(im.id),
          act: open(APP, { tab: "messages" }),
        }),
      ),
      h("h2", null, "Channels"),
      h(
        "ul",
        null,
        mine().map((known) =>
          entry(known.id, channelIcon(known), known.name, {
            current: place.channel === known.id,
            unread: store.unread.has(known.id),
            act: open(known.id),
          }),
        ),
      ),
      rest.length > 0 && [
        h("h2", null, "Open to join"),
        h(
          "ul",
          null,
          rest.map((known) =>
            entry(known.id, icon("plus"), known.name, {
              act: async () => {
                if (await attempt("/join", { channel: known.id })) open(known.id)();
              },
            }),
          ),
        ),
      ],
    ),
    h(
      "button",
      {
        type: "button",
        class: "behind",
        "aria-pressed": String(place.pane === "side"),
        "data-focus": "side",
        onclick: () => {
          close();
          go({ pane: place.pane === "side" ? (place.thread ? "thread" : null) : "side" });
        },
      },
      h("span", { class: "dot", "data-on": linked }),
      h(
        "span",
        { class: "menu-words" },
        h("span", null, "Slack’s side"),
        h("small", null, linked ? "The app is connected" : "The app is not connected"),
      ),
      icon("panel"),
    ),
  );
  if (held) root.querySelector(`[data-focus="${CSS.escape(held)}"]`)?.focus();
}
