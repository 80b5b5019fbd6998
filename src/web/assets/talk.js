// A conversation on a page: the question's box, the answers as they come, and the way to stop them. Which account it is
// about and what its address is, the page says.

import * as api from "./api.js";
import { TurnView, clearThread } from "./chat.js";
import { announce } from "./dom.js";

const question = document.getElementById("question");
const sendButton = document.getElementById("send");
const composer = document.getElementById("composer");
const hint = document.getElementById("hint");
const longest = Number(document.body.dataset.questionChars) || 4000;

/** Puts the cursor into the question, where that does not open a keyboard over the page. */
export function ready() {
  if (matchMedia("(hover: hover)").matches) question.focus({ preventScroll: true });
}

/**
 * Starts the conversation of a page. `page` says
 * - `account()`: the domain its questions are about, none for all accounts;
 * - `kept(conversation)`: that the conversation has a name now;
 * - `drawn()`: that what stands around it is to be drawn anew;
 * - `changed()`: that an account was changed;
 * - `elsewhere(account, question)`: that a question is to be asked about another account;
 * - `open(citation, from)`: that evidence is wanted.
 */
export function startTalk(page) {
  const state = { conversation: null, running: null, asked: [], recalled: -1 };

  const actions = {
    changed: page.changed,
    open: page.open,
    retry: (text) => ask(text),
    offer: (offer) => {
      // A conversation stays on its account, so a question about another one begins a new chat.
      if (offer.account && offer.account !== page.account()) page.elsewhere(offer.account, offer.question);
      else ask(offer.question);
    },
  };

  /** Leaves what is shown for another conversation, or for none. */
  function begin(conversation) {
    leave();
    state.conversation = conversation;
    state.asked = [];
    state.recalled = -1;
    clearThread();
  }

  /** Shows what was asked and answered before. */
  function show(turns) {
    for (const past of turns) {
      state.asked.push(past.question);
      new TurnView(past.question, actions).finish(past.answer, past.feedback);
    }
  }

  async function ask(text) {
    const words = text.trim();
    if (!words || state.running) return;
    if (words.length > longest) {
      announce(`The question is too long: ${words.length} of ${longest} characters.`);
      return;
    }
    const run = { controller: new AbortController(), quiet: false, turn: null, halted: false };
    state.running = run;
    if (state.asked.at(-1) !== words) state.asked.push(words);
    state.recalled = -1;
    question.value = "";
    resize();
    page.drawn();
    const view = new TurnView(words, actions);
    run.view = view;
    try {
      const answer = await api.ask({ question: words, account: page.account() ?? undefined, conversation: state.conversation ?? undefined }, {
        started: ({ conversation, turn }) => {
          keep(run, conversation);
          run.turn = { conversation, turn };
          if (run.halted) halt(run);
        },
        progress: ({ label }) => view.working(label),
        draft: ({ delta }) => view.draft(delta),
        text: ({ delta }) => view.write(delta),
      }, run.controller.signal);
      keep(run, answer.conversation);
      view.finish(answer);
      if (answer.stopped && !run.quiet && !question.value) restore(words);
    } catch (error) {
      if (run.quiet) return;
      view.fail(error.message, error.requestId);
      if (!question.value) restore(words);
    } finally {
      if (state.running === run) state.running = null;
      buttons();
      if (!run.quiet && document.activeElement === document.body) ready();
    }
  }

  /** The conversation goes into the address as soon as it has a name. */
  function keep(run, conversation) {
    if (state.running !== run || state.conversation === conversation) return;
    state.conversation = conversation;
    page.kept(conversation);
  }

  function restore(words) {
    question.value = words;
    resize();
  }

  /** Leaves the running answer: it goes on, and is in the conversation when the reader comes back. */
  function leave() {
    if (!state.running) return;
    state.running.quiet = true;
    state.running.controller.abort();
    state.running = null;
  }

  /** Stops the running answer, as soon as it is known under which name it runs. How it ended is what the service says. */
  function stop() {
    const run = state.running;
    if (!run || run.halted) return;
    run.halted = true;
    run.view.stopping();
    if (run.turn) halt(run);
  }

  async function halt(run) {
    try {
      await api.stop(run.turn.conversation, run.turn.turn);
    } catch (error) {
      if (run.quiet) return;
      run.halted = false;
      run.view.halted = false;
      announce(`The answer could not be stopped. ${error.message}`);
    }
  }

  function buttons() {
    const running = state.running !== null;
    sendButton.classList.toggle("running", running);
    sendButton.setAttribute("aria-label", running ? "Stop the answer" : "Send the question");
    sendButton.title = running ? "Stop (Esc)" : "";
    sendButton.disabled = !running && !question.value.trim();
  }

  function resize() {
    question.style.height = "auto";
    question.style.height = `${Math.min(question.scrollHeight, 200)}px`;
    const over = question.value.length - longest;
    hint.classList.toggle("over", over > 0);
    if (over > 0) hint.textContent = `${over} characters too many`;
    buttons();
  }

  function recall(event) {
    const first = question.selectionStart === 0 && question.selectionEnd === 0;
    if (event.key === "ArrowUp" && (question.value === "" || (first && state.recalled >= 0) || (state.recalled >= 0 && question.value === state.asked.at(-1 - state.recalled)))) {
      if (state.recalled + 1 >= state.asked.length) return;
      event.preventDefault();
      state.recalled += 1;
      restore(state.asked.at(-1 - state.recalled));
    }
  }

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    if (state.running) stop();
    else ask(question.value);
  });
  question.addEventListener("input", () => {
    state.recalled = -1;
    resize();
  });
  question.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!state.running) ask(question.value);
    } else recall(event);
  });
  resize();

  return { ask, begin, restore, show, stop, conversation: () => state.conversation, started: () => state.conversation !== null || state.running !== null };
}
