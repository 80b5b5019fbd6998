// What stands above a chat: the account's state, and what could be asked while nothing has been.

import { day, h, LEVEL, ownerName, relative } from "./dom.js";

const ABOUT_ACCOUNT = {
  critical: "Why is this account critical?",
  at_risk: "Why is this account at risk?",
  healthy: "How is this account doing?",
};

const QUESTIONS = [
  "Summarize the last three calls with this customer.",
  "What requests has this account made?",
  "Are there any open commitments to this account?",
  "What changed since last week?",
];

const PORTFOLIO_QUESTIONS = [
  "Which accounts are critical, and why?",
  "Who is renewing in the next 30 days and looks unhappy?",
  "Which accounts have payment problems?",
  "Which accounts asked for what we shipped in 4.2?",
];

/** The strip with the account's name, level, score, money, renewal and owner. */
export function accountHeader(account) {
  const facts = [
    ["ARR", account.arr.map((amount) => amount.text).join(" + ") || "–"],
    ["Renewal", account.renews_on ? day(account.renews_on) : "–", account.renews_on ? relative(account.renews_on) : null],
    ["Owner", ownerName(account.owner_email) ?? "–"],
  ];
  const level = account.tracked ? account.level : "untracked";
  return [
    gauge(account, level),
    h("div", { class: "account-name" },
      h("h1", null, h("a", { href: `/accounts/${encodeURIComponent(account.domain)}`, title: "Everything about this account" }, account.name)),
      h("p", null, h("span", { class: "level", "data-level": level }, account.tracked ? LEVEL[account.level] : "Untracked"), account.routed_from && h("span", { class: "badge", title: account.route_reason ?? "" }, `Routed from ${account.routed_from}`), account.snoozed_until && h("span", { class: "badge" }, `Snoozed until ${day(account.snoozed_until)}`), h("span", null, account.domain))),
    h("dl", { class: "facts" }, facts.map(([name, value, more]) => h("div", null, h("dt", null, name), h("dd", null, value, more && h("small", null, more))))),
  ];
}

function gauge(account, level) {
  const ring = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  ring.setAttribute("viewBox", "0 0 40 40");
  ring.setAttribute("aria-hidden", "true");
  for (const [name, share] of [["track", 100], ["value", account.score]]) {
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [key, value] of Object.entries({ class: name, cx: 20, cy: 20, r: 17, pathLength: 100, "stroke-dasharray": `${share} 100` })) circle.setAttribute(key, value);
    ring.append(circle);
  }
  return h("div", { class: "gauge", "data-level": level, role: "img", "aria-label": `Health score ${account.score} of 100` }, ring, h("span", null, String(account.score)));
}

/** The start of a chat: a title, how things stand, and questions to begin with. */
export function emptyState(account, summary, ask) {
  const questions = account ? [ABOUT_ACCOUNT[account.level] ?? ABOUT_ACCOUNT.healthy, ...QUESTIONS] : PORTFOLIO_QUESTIONS;
  return [
    account ? h("h2", null, `What do you want to know about ${account.name}?`) : h("h1", null, "What do you want to know?"),
    account ? reasons(account) : levels(summary),
    h("ul", { class: "suggestions", "aria-label": "Questions to begin with" },
      questions.slice(0, account ? 5 : 4).map((question) => h("li", null, h("button", { type: "button", class: "suggestion", onclick: () => ask(question) }, question)))),
  ];
}

function reasons(account) {
  if (!account.reasons?.length) return null;
  return h("p", { class: "lead" }, account.reasons.slice(0, 2).join(" · "));
}

function levels(summary) {
  if (!summary) return null;
  const counts = [["critical", summary.critical], ["at_risk", summary.at_risk], ["healthy", summary.healthy]];
  return h("p", { class: "levels" }, counts.map(([level, count]) => h("span", null, h("span", { class: "dot", "data-level": level, "aria-hidden": "true" }), `${count} ${LEVEL[level].toLowerCase()}`)));
}

/** Shown when the workspace holds nothing. */
export function emptyWorkspace() {
  return [
    h("h1", null, "Nothing here yet"),
    h("p", { class: "lead" }, "Import your accounts, calls and e-mails as JSON Lines, or look around in the demo workspace."),
    h("pre", { class: "how" }, h("code", null, "success-agent import FILE.jsonl")),
    h("pre", { class: "how" }, h("code", null, "success-agent serve --demo")),
    h("p", { class: "fine" }, h("code", null, "success-agent import --schema"), " prints what a line may hold."),
    h("p", null, h("button", { type: "button", class: "button", onclick: () => location.reload() }, "Look again")),
  ];
}
