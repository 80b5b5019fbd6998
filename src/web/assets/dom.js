// Building DOM nodes and writing dates. Text from the service only ever becomes text nodes.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `h("a", {href}, "text", node)`. `on…` are listeners, `class` and `data-…` are attributes, null is left out. */
export function h(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A small line icon from the `d` of a path on a 16 × 16 grid. */
export function icon(d) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}

export const ICON = {
  copy: "M5.5 5.5v-2a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-2M3.500 5.500h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1z",
  done: "M3.500 8.500 6.500 11.500 12.500 4.500",
  close: "M4 4l8 8M12 4l-8 8",
  open: "M6.500 3.500h-3v9h9v-3M9 3.500h3.500V7M12.500 3.500 7.500 8.500",
  up: "M5.500 7 8 2.500a1.500 1.500 0 0 1 1.500 1.500v2.500h3a1 1 0 0 1 1 1.200l-.900 4.500a1 1 0 0 1-1 .800H5.500zM5.500 7h-3v6h3",
  down: "M5.500 9 8 13.500a1.500 1.500 0 0 0 1.500-1.500V9.500h3a1 1 0 0 0 1-1.200l-.900-4.500a1 1 0 0 0-1-.800H5.500zM5.500 9h-3V3h3",
  retry: "M13 8a5 5 0 1 1-1.600-3.660M13 2.500v3h-3",
  arrow: "M3.500 8h9M9 4.500 12.500 8 9 11.500",
};

/** Whether the reader may approve, draft and change things; for whoever may not, the buttons for it are not there. */
export const MAY_ACT = document.body.hasAttribute("data-may-act");

/** What the service takes for the present, moving on with this page's clock. */
const served = Date.parse(document.body.dataset.now) || Date.now();
const opened = performance.now();
export const now = () => new Date(served + performance.now() - opened);

const DAY = 86_400_000;

/** How far the workspace's clock is from UTC, as the service writes the present. */
const OFFSET = (() => {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(document.body.dataset.now ?? "") ?? [];
  return sign ? (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000 : 0;
})();

/** The day an instant is written on, which is the workspace's; and the workspace's today. */
const dayOf = (instant) => Date.parse(`${String(instant).slice(0, 10)}T00:00:00Z`);
const today = () => Math.floor((now().getTime() + OFFSET) / DAY) * DAY;

/** `3 days ago`, `in 5 weeks`. */
export function relative(instant) {
  const days = Math.round((dayOf(instant) - today()) / DAY);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const size = Math.abs(days);
  if (size <= 20) return words.format(days, "day");
  if (size < 60) return words.format(Math.round(days / 7), "week");
  if (size < 730) return words.format(Math.round(days / 30), "month");
  return words.format(Math.round(days / 365), "year");
}

/** `March 4`, with the year where it is not this year. */
export function day(instant) {
  const date = new Date(dayOf(instant));
  const year = date.getUTCFullYear() === new Date(today()).getUTCFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat("en-US", { month: "long", day: "numeric", year, timeZone: "UTC" }).format(date);
}

/** Seconds as `12:05`. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${pad(Math.floor((whole % 3600) / 60))}:${pad(whole % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

export const LEVEL = { critical: "Critical", at_risk: "At risk", healthy: "Healthy" };

const KIND = { email: "E-mail", revenue_source: "Contract", payment_event: "Payment" };
export const kindName = (kind) => KIND[kind] ?? kind.charAt(0).toUpperCase() + kind.slice(1);

/** `Jared Dunn` from `jared.dunn@…`, as far as an address tells. */
export function ownerName(email) {
  if (!email) return null;
  return email.split("@")[0].split(/[._-]/).filter(Boolean).map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join(" ");
}

/** Says `text` to screen readers. */
export function announce(text) {
  document.getElementById("status").textContent = text;
}
