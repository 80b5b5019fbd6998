// Talking to the service. Every failure becomes an `ApiError` whose message can be shown as it is.

export class ApiError extends Error {
  constructor(message, status, requestId) {
    super(message);
    this.status = status;
    this.requestId = requestId;
  }
}

// Only plain letters travel in a header. Who is logged in is known without it.
const who = () => (document.body.hasAttribute("data-user-fixed") ? document.body.dataset.user : localStorage.getItem("success-agent.user") || document.body.dataset.user || "").replace(/[^\x20-\x7e]/g, "");

/** What requests of whoever is logged in repeat, so that no page of another site can send them. */
const csrf = document.querySelector("meta[name=csrf-token]")?.content;

const LOST = "The connection to the service was lost.";

async function send(path, options) {
  let response;
  const headers = { ...options.headers, "x-success-agent-surface": "chat", "x-success-agent-user": who() };
  if (csrf) headers["x-csrf-token"] = csrf;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("The service cannot be reached. Is success-agent still running?", 0);
  }
  if (response.ok) return response;
  if (response.status === 401) throw new ApiError("You are not logged in any more. Load the page again to log in; copy first what you have written.", 401);
  const problem = await response.json().catch(() => ({}));
  // A proposal that could not be approved comes back as it is now.
  if (response.status === 409 && problem.proposal) return { json: async () => problem };
  throw new ApiError(sentence(problem.detail ?? `The service answered with status ${response.status}.`), response.status, problem.request_id);
}

function sentence(text) {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** GET, as JSON. */
export async function get(path) {
  const response = await send(path, { headers: { accept: "application/json" } });
  return response.json().catch(() => {
    throw new ApiError(LOST, 0);
  });
}

/** The first accounts by name, with counts of all; those that have `text` in their name, domain or owner, where it is given. */
export const accounts = (text = "") => get(`/api/accounts?order=name&limit=200${text ? `&q=${encodeURIComponent(text)}` : ""}`);
export const account = (domain) => get(`/api/accounts/${encodeURIComponent(domain)}`);
export const conversation = (id) => get(`/api/conversations/${encodeURIComponent(id)}`);
export const record = (kind, id) => get(`/api/records/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`);

export const post = async (path, body) => (await send(path, { method: "POST", headers: { "content-type": "application/json", accept: "application/json" }, body: JSON.stringify(body) })).json();

/** Stops a turn; `stopped` is false when its answer was finished before. */
export const stop = (conversation, turn) => post(`/api/conversations/${encodeURIComponent(conversation)}/stop`, { turn });

/** Keeps what the reader thinks of an answer: `up`, `down`, or `none` to take it back. */
export const judge = (answer, verdict, comment) => post("/api/feedback", { conversation: answer.conversation, turn: answer.turn, verdict, comment });

/** A proposal as it is now. */
export const proposal = (id) => get(`/api/proposals/${encodeURIComponent(id)}`);

/** Does `verb` (`approve`, `decline`, `undo`, `edit`) to a proposal; `refused` in what comes back says why it could not be. */
export const settle = (id, verb, body) => post(`/api/proposals/${encodeURIComponent(id)}/${verb}`, body ?? {});

/** What an action would change; nothing is kept. */
export const preview = (domain, action) => post(`/api/accounts/${encodeURIComponent(domain)}/actions/preview`, action);

/** Proposes an action on an account. */
export const propose = (domain, action) => post(`/api/accounts/${encodeURIComponent(domain)}/actions`, action);

/** Keeps what the reader thinks of an account, from 1 to 5. */
export const rate = (domain, rating, note) => post(`/api/accounts/${encodeURIComponent(domain)}/rating`, { rating, note });

/** The reader's latest conversations about an account. */
export const conversations = (domain) => get(`/api/conversations?account=${encodeURIComponent(domain)}`);

/** A page of ours as a document. */
export const page = async (path) => new DOMParser().parseFromString(await (await send(path, { headers: { accept: "text/html" } })).text(), "text/html");

/** What somebody may mean by what they type. */
export const find = (text) => get(`/api/find?q=${encodeURIComponent(text)}`);

/** The people of the team. */
export const people = () => get("/api/people");

/** Has an e-mail drafted. */
export const write = (wishes) => post("/api/drafts", wishes);

/** A draft as it is now. */
export const draft = (id) => get(`/api/drafts/${encodeURIComponent(id)}`);

/** Does `verb` (`approve`, `decline`, `edit`, `send`) to a draft. */
export const decideDraft = (id, verb, body) => post(`/api/drafts/${encodeURIComponent(id)}/${verb}`, body);

/**
 * Asks, and calls `on[event](data)` for `started`, `progress`, `draft` and `text` as they arrive. Returns the answer.
 * `signal` stops listening.
 */
export async function ask(params, on, signal) {
  const response = await send("/api/ask", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify(params),
    signal,
  });
  for await (const { event, data } of events(response.body, signal)) {
    if (event === "answer") return data;
    if (event === "error") throw new ApiError(sentence(data.detail ?? "The answer could not be written."), data.status, data.request_id);
    on[event]?.(data);
  }
  throw new ApiError(`${LOST} The question is still here.`, 0);
}

async function* events(body, signal) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      held += value;
      const parts = held.split(/\r?\n\r?\n/);
      held = parts.pop();
      for (const part of parts) {
        const parsed = parse(part);
        if (parsed) yield parsed;
      }
    }
  } catch (error) {
    if (signal?.aborted) throw new DOMException("stopped", "AbortError");
    throw error instanceof ApiError ? error : new ApiError(`${LOST} The question is still here.`, 0);
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parse(part) {
  let event = "message";
  const data = [];
  for (const line of part.split(/\r?\n/)) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  return data.length ? { event, data: JSON.parse(data.join("\n")) } : null;
}
