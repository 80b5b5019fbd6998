// Slack’s side: how the app is connected, what it did wrong, what was called and delivered, and faults to try.

import { count, h, iconButton, notice } from "./dom.js";
import { get, post } from "./driver.js";
import { go, refresh, store } from "./store.js";

const node = h("div", { class: "pane-column" });
let drawn = "";

async function fault(path, body, done) {
  try {
    await post(path, body);
    notice(done, "info");
    refresh();
  } catch (problem) {
    notice(problem.message);
  }
}

const post1 = (kind, more) => ["/faults", { method: "chat.postMessage", kind, times: 1, ...more }];

const FAULTS = [
  [
    "Connection",
    [
      ["Drop the sockets", ["/sockets", { do: "drop" }], "The sockets were dropped."],
      ["Warn, then disconnect", ["/sockets", { do: "warning" }], "The app was warned of a disconnect."],
      ["Ask for a refresh", ["/sockets", { do: "refresh" }], "The app was asked to reconnect."],
      ["Turn Socket Mode off", ["/sockets", { do: "link_disabled" }], "The app was told that the link is disabled."],
    ],
  ],
  [
    "The app’s next message",
    [
      ["Fails", post1("error"), "The next chat.postMessage fails."],
      ["Is rate limited", post1("ratelimited", { retry_after: 3 }), "The next chat.postMessage is rate limited."],
      [
        "Is taken, but the answer is lost",
        post1("reset_after"),
        "The next chat.postMessage is taken and its answer lost.",
      ],
      ["Is lost before it is taken", post1("reset_before"), "The next chat.postMessage never arrives."],
      ["Takes ten seconds", post1("slow", { ms: 10_000 }), "The next chat.postMessage takes ten seconds."],
    ],
  ],
  [
    "Time",
    [
      ["Let open streams expire", ["/expire_streams", {}], "Open streams have expired."],
      ["Move the clock on ten minutes", ["/clock", { advance_seconds: 600 }], "The clock is ten minutes later."],
    ],
  ],
];

const line = (label, value, bad) =>
  h("div", { class: "fact", "data-bad": bad }, h("dt", null, label), h("dd", null, value));

function problems(list) {
  if (!list.length) return h("p", { class: "fine" }, "None so far.");
  return h(
    "ul",
    { class: "problems" },
    list
      .slice(-30)
      .reverse()
      .map((problem) =>
        h(
          "li",
          null,
          h("strong", null, String(problem.what).replace(/_/g, " ")),
          h("span", null, typeof problem.detail === "string" ? problem.detail : JSON.stringify(problem.detail)),
        ),
      ),
  );
}

const listOf = (answer, name) => (Array.isArray(answer) ? answer : (answer?.[name] ?? []));

/** The pane, with what was last fetched; it fetches anew each time. */
export async function drawSide() {
  const [found, calls, deliveries] = await Promise.all([
    get("/problems")
      .then((answer) => listOf(answer, "problems"))
      .catch(() => []),
    get("/calls")
      .then((answer) => listOf(answer, "calls"))
      .catch(() => []),
    get("/deliveries")
      .then((answer) => listOf(answer, "deliveries"))
      .catch(() => []),
  ]);
  const { transport = {} } = store.state;
  const print = JSON.stringify([found, calls.length, deliveries.slice(-12), transport]);
  if (print === drawn) return;
  drawn = print;
  const open = new Set([...node.querySelectorAll("details[open]")].map((fold) => fold.dataset.fold));
  const fold = (name, title, ...body) =>
    h("details", { class: "fold", "data-fold": name, open: open.has(name) }, h("summary", null, title), body);
  const missed = (one) =>
    !["waiting", "acknowledged"].includes(one.status ?? (one.acked_ms === null ? "failed" : "acknowledged"));
  const unanswered = deliveries.filter(missed).length;
  const place = node.querySelector(".pane-body")?.scrollTop ?? 0;
  node.replaceChildren(
    h(
      "header",
      { class: "pane-head" },
      h(
        "div",
        null,
        h("h2", null, "Slack’s side"),
        h("p", { class: "faint" }, "What a real Slack would see of the app"),
      ),
      iconButton("close", "Close", () => go({ pane: store.place.thread ? "thread" : null })),
    ),
    h(
      "div",
      { class: "pane-body" },
      h(
        "section",
        null,
        h("h3", null, "Connection"),
        h(
          "dl",
          null,
          transport.deliver_to
            ? line("Sends to", transport.deliver_to)
            : line(
                "Sockets",
                transport.sockets ? count(transport.sockets, "open socket") : "None: the app is not connected",
                !transport.sockets,
              ),
          line(
            "Sent to the app",
            `${count(deliveries.length, "payload")}${unanswered ? `, ${unanswered} not acknowledged` : ""}`,
            unanswered > 0,
          ),
          line("Called by the app", count(calls.length, "call")),
        ),
      ),
      h("section", null, h("h3", null, found.length ? `Problems (${found.length})` : "Problems"), problems(found)),
      fold(
        "calls",
        "Last calls of the app",
        h(
          "ul",
          { class: "log" },
          calls
            .slice(-25)
            .reverse()
            .map((call) =>
              h(
                "li",
                { "data-bad": call.ok === false },
                h("code", null, call.method),
                h("span", null, call.ok === false ? (call.error ?? "failed") : "ok"),
              ),
            ),
        ),
      ),
      fold(
        "deliveries",
        "Last payloads to the app",
        h(
          "ul",
          { class: "log" },
          deliveries
            .slice(-25)
            .reverse()
            .map((one) =>
              h(
                "li",
                { "data-bad": missed(one) },
                h("code", null, one.name ?? one.kind),
                h(
                  "span",
                  null,
                  one.acked_ms === null ? (one.status ?? "not acknowledged") : `${one.acked_ms} ms`,
                  one.attempts > 1 && `, ${count(one.attempts, "attempt")}`,
                ),
              ),
            ),
        ),
      ),
      fold(
        "faults",
        "Make something go wrong",
        FAULTS.map(([title, all]) =>
          h(
            "div",
            { class: "faults" },
            h("h4", null, title),
            all.map(([label, [path, body], done]) =>
              h("button", { type: "button", class: "button", onclick: () => fault(path, body, done) }, label),
            ),
          ),
        ),
      ),
    ),
  );
  node.querySelector(".pane-body").scrollTop = place;
}

export const sidePane = () => node;
