// Building DOM nodes. What comes from the bot or from people only ever becomes text nodes and checked attributes.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An element. Keys that start with `on` are listeners; null, undefined and false are left out. */
export const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

/** An SVG element. */
export const s = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

const PATH = {
  hash: "M6.2 2.500 4.800 13.500M11.200 2.500 9.800 13.500M2.800 5.800h10.800M2.400 10.200h10.800",
  lock: "M4 7.500h8v6H4zM5.500 7.500V5.300a2.500 2.500 0 0 1 5 0v2.200",
  shared:
    "M6.500 9.500 9.500 6.500M7.500 5l1.300-1.300a2.500 2.500 0 0 1 3.500 3.500L11 8.500M8.500 11l-1.300 1.300a2.500 2.500 0 0 1-3.500-3.500L5 7.500",
  bot: "M3 6.500a1.500 1.500 0 0 1 1.500-1.500h7A1.500 1.500 0 0 1 13 6.500v5a1.500 1.500 0 0 1-1.500 1.500h-7A1.500 1.500 0 0 1 3 11.500zM8 5V2.500M6 8.500v1M10 8.500v1",
  send: "M8 13V3.500M3.800 7.500 8 3.300l4.200 4.200",
  stop: "M5 5h6v6H5z",
  close: "M4 4l8 8M12 4l-8 8",
  back: "M12.500 8h-9M7 4.500 3.500 8 7 11.500",
  more: "M3.500 8h.01M8 8h.01M12.500 8h.01",
  reply:
    "M13.500 8a5.300 5.300 0 0 1-5.500 5c-.900 0-1.700-.200-2.500-.500L2.500 13.500l.900-2.600A4.800 4.800 0 0 1 2.500 8 5.300 5.300 0 0 1 8 3a5.300 5.300 0 0 1 5.500 5z",
  smile:
    "M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11zM5.700 9.300a2.700 2.700 0 0 0 4.600 0M6.200 6.400v.2M9.800 6.400v.2",
  edit: "M3 13l.600-2.700 7-7a1.300 1.300 0 0 1 1.900 0l.2.2a1.300 1.300 0 0 1 0 1.900l-7 7z",
  bin: "M3 4.500h10M6.500 4.500v-1.500h3v1.500M4.200 4.500l.600 8.500h6.400l.600-8.500",
  bolt: "M8.800 2.500 4 9h3.500l-.600 4.500L11.800 7H8.300z",
  at: "M10.500 8a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0zM10.500 5.500V9a1.500 1.500 0 0 0 3 0V8a5.500 5.500 0 1 0-2.300 4.500",
  slash: "M10 3 6 13",
  down: "M4 6l4 4 4-4",
  right: "M6 4l4 4-4 4",
  left: "M10 4 6 8l4 4",
  done: "M3.500 8.500 6.500 11.500 12.500 4.500",
  failed: "M8 4v5M8 11.800v.2",
  eye: "M1.800 8S4 3.800 8 3.800 14.200 8 14.200 8 12 12.200 8 12.200 1.800 8 1.800 8zM8 9.700a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400z",
  open: "M6.500 3.500h-3v9h9v-3M9 3.500h3.500V7M12.500 3.500 7.500 8.500",
  up: "M5.500 7 8 2.500a1.500 1.500 0 0 1 1.500 1.500v2.500h3a1 1 0 0 1 1 1.200l-.900 4.500a1 1 0 0 1-1 .800H5.500zM5.500 7h-3v6h3",
  thumb:
    "M5.500 9 8 13.500a1.500 1.500 0 0 0 1.500-1.500V9.500h3a1 1 0 0 0 1-1.200l-.900-4.500a1 1 0 0 0-1-.800H5.500zM5.500 9h-3V3h3",
  people:
    "M6 8a2.300 2.300 0 1 0 0-4.600A2.300 2.300 0 0 0 6 8zM2 13c0-2 1.800-3.300 4-3.300s4 1.300 4 3.300M10.500 3.600a2.200 2.200 0 0 1 0 4.200M11.500 9.900c1.500.400 2.500 1.500 2.500 3.100",
  menu: "M2.500 4.500h11M2.500 8h11M2.500 11.500h11",
  panel: "M2.500 3.500h11v9h-11zM10 3.500v9",
  plus: "M8 3.500v9M3.500 8h9",
  play: "M5.500 3.500v9l7-4.500z",
  info: "M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11zM8 7.300v3.400M8 5.100v.1",
  sort: "M5 6.500 8 3.500l3 3M5 9.500l3 3 3-3",
};

/** A small line icon on a 16 × 16 grid. */
export const icon = (name) =>
  s("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" }, s("path", { d: PATH[name] ?? PATH.info }));

/** A button that shows only an icon; `label` is its name and its tooltip. */
export const iconButton = (name, label, onclick, more) =>
  h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...more },
    icon(name),
  );

/** An address worth linking to, or null. */
export function safeLink(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens apart, or its plain text when the address is none to open. */
export function link(address, ...label) {
  const href = safeLink(address);
  const shown = label.flat().length ? label : [address];
  return href
    ? h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...shown)
    : h("span", null, ...shown);
}

/** An instant from a message's `ts`. */
export const instant = (ts) => new Date(Number(ts) * 1000);

/** `9:41 AM` */
export const clock = (date) => new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit" }).format(date);

/** `Today`, `Yesterday`, `Monday, March 4`. */
export function day(date, today = new Date()) {
  const days = Math.round((new Date(today.toDateString()) - new Date(date.toDateString())) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const year = date.getFullYear() === today.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat("en-US", { weekday: "long", month: "long", day: "numeric", year }).format(date);
}

/** `3 replies`. */
export const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/**
 * Brings the children of `parent` in line with `items` ({key, print, make}): a child is made anew only when its print
 * changed, so that a menu that is open or a field being typed in elsewhere stays as it is.
 */
export function reconcile(parent, items) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let cursor = parent.firstElementChild;
  for (const item of items) {
    let node = old.get(item.key);
    old.delete(item.key);
    if (!node || node.print !== item.print) {
      const fresh = item.make();
      fresh.dataset.key = item.key;
      fresh.print = item.print;
      if (node) {
        if (cursor === node) cursor = fresh;
        exchange(node, fresh);
      }
      node = fresh;
    }
    if (cursor === node) cursor = cursor.nextElementSibling;
    else parent.insertBefore(node, cursor);
  }
  for (const gone of old.values()) gone.remove();
}

/** Puts `fresh` where `node` was; the focus and what was folded open stay. */
function exchange(node, fresh) {
  const open = new Map([...node.querySelectorAll("details[data-fold]")].map((fold) => [fold.dataset.fold, fold.open]));
  for (const fold of fresh.querySelectorAll("details[data-fold]")) {
    if (open.has(fold.dataset.fold)) fold.open = open.get(fold.dataset.fold);
  }
  const held = node.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  node.replaceWith(fresh);
  if (held) fresh.querySelector(`[data-focus="${CSS.escape(held)}"]`)?.focus();
}

/** Keeps the end of `scroll` in sight while its `content` grows, unless the reader has scrolled up. Returns what goes to the end. */
export function keepAtEnd(scroll, content) {
  let stuck = true;
  let sizes = "";
  const measure = () => `${scroll.scrollHeight} ${scroll.clientHeight} ${scroll.clientWidth}`;
  const toEnd = () => {
    if (stuck) scroll.scrollTop = scroll.scrollHeight;
    sizes = measure();
  };
  scroll.addEventListener(
    "scroll",
    () => {
      const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
      // Only a reader moves without a change of size.
      if (near || measure() === sizes) stuck = near;
    },
    { passive: true },
  );
  const watcher = new ResizeObserver(toEnd);
  watcher.observe(scroll);
  watcher.observe(content);
  return () => {
    stuck = true;
    toEnd();
  };
}

/** Says `text` to screen readers. */
export function announce(text) {
  document.getElementById("live").textContent = text;
}

/** Shows a short notice at the bottom of the page; `kind` is "error" or "info". */
export function notice(text, kind = "error") {
  const node = h(
    "div",
    { class: "notice", "data-kind": kind, role: kind === "error" ? "alert" : "status" },
    h("span", null, text),
  );
  const gone = setTimeout(() => node.remove(), kind === "error" ? 9000 : 4000);
  node.append(iconButton("close", "Dismiss", () => (clearTimeout(gone), node.remove())));
  const place = document.getElementById("notices");
  while (place.children.length > 2) place.firstElementChild.remove();
  place.append(node);
}
