// The steps of an answer: task cards, alone, in a plan, or beside a streamed answer.

import { count, h, icon, link } from "./dom.js";
import { markdown } from "./markdown.js";
import { richOrPlain } from "./richtext.js";

const WORDS = { pending: "Waiting", in_progress: "Running", complete: "Done", error: "Failed" };
const SHAPE = { complete: "done", error: "failed" };

const mark = (status) =>
  h(
    "span",
    { class: "task-mark", "data-status": status, role: "img", "aria-label": WORDS[status] ?? status },
    SHAPE[status] ? icon(SHAPE[status]) : null,
  );

/** One task; folded when it has more than a title. */
export function taskCard(task) {
  const status = task.status ?? "pending";
  const sources = (task.sources ?? []).map((source) => link(source.url, source.text ?? source.url));
  const more = [
    task.details && h("div", { class: "task-details" }, richOrPlain(task.details, markdown)),
    task.output && h("div", { class: "task-output" }, richOrPlain(task.output, markdown)),
    sources.length > 0 && h("div", { class: "task-sources" }, sources),
  ].filter(Boolean);
  const title = task.hide_title ? null : h("span", { class: "task-title" }, task.title);
  if (!more.length)
    return h("div", { class: "task", "data-status": status }, h("div", { class: "task-line" }, mark(status), title));
  return h(
    "details",
    { class: "task", "data-status": status, "data-fold": `task-${task.task_id ?? task.id}`, open: status === "error" },
    h("summary", { class: "task-line" }, mark(status), title, h("span", { class: "task-more" }, icon("down"))),
    h("div", { class: "task-body" }, more),
  );
}

/** A titled list of tasks. */
export function plan(block) {
  const tasks = block.tasks ?? [];
  const done = tasks.filter((task) => task.status === "complete").length;
  return h(
    "section",
    { class: "plan" },
    h(
      "header",
      null,
      h("strong", null, typeof block.title === "string" ? block.title : (block.title?.text ?? "Plan")),
      h("span", { class: "faint" }, `${done} of ${tasks.length} done`),
    ),
    tasks.map(taskCard),
  );
}

/** The steps of a stream: open while it runs, one line once it is done. */
export function steps(stream, running) {
  const tasks = stream?.tasks ?? [];
  if (!tasks.length) return null;
  const title = typeof stream.plan === "string" ? stream.plan : stream.plan?.title;
  if (running) return title ? plan({ title, tasks }) : h("section", { class: "plan" }, tasks.map(taskCard));
  const failed = tasks.filter((task) => task.status === "error").length;
  const summary = `${count(tasks.length, "step")}${failed ? `, ${failed} failed` : ""}`;
  return h(
    "details",
    { class: "plan folded", "data-fold": "steps" },
    h("summary", null, icon("right"), title ? `${title} · ${summary}` : summary),
    tasks.map(taskCard),
  );
}
