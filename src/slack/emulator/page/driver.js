// The driver API: what the page asks of the local Slack and what it hears from it.

const sentence = (text) => text && `${text[0].toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? "" : "."}`;

async function ask(path, options) {
  let response;
  try {
    response = await fetch(`/driver${path}`, options);
  } catch {
    throw new Error("The local Slack does not answer. Is it still running?");
  }
  const text = await response.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : {};
  } catch {
    throw new Error(`The local Slack answered with status ${response.status} and no JSON.`);
  }
  // A modal that is sent back with errors is an answer, not a failure.
  if (response.ok && body?.errors) return body;
  if (!response.ok || body?.ok === false)
    throw new Error(sentence(body?.error) ?? `The local Slack answered with status ${response.status}.`);
  return body;
}

/** GET with a query; empty values are left out. */
export function get(path, query = {}) {
  const kept = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const search = new URLSearchParams(kept).toString();
  return ask(search ? `${path}?${search}` : path, { cache: "no-store" });
}

/** POST of JSON. Throws an Error whose message a person can read. */
export const post = (path, body) =>
  ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** Calls `changed` with each change, and `connected(true | false)` when the line comes and goes. */
export function listen(changed, connected) {
  const source = new EventSource("/driver/changes");
  source.addEventListener("open", () => connected(true));
  source.addEventListener("error", () => connected(false));
  source.addEventListener("message", (event) => {
    try {
      changed(JSON.parse(event.data));
    } catch {
      changed({});
    }
  });
}
