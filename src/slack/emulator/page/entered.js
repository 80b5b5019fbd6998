// What was chosen or typed into inputs, in the shape the driver takes.

import { post } from "./driver.js";

/** A kept value as the driver takes it: text as it is, a choice as the value or values chosen. */
export const plain = (value) => (value && typeof value === "object" ? value.selected : value);

/** Whether an input is empty. */
export function isEmpty(value) {
  const inner = plain(value);
  return inner === undefined || inner === null || inner === "" || (Array.isArray(inner) && !inner.length);
}

/** The inputs that do not tell the app themselves, with what they say. */
function quiet(blocks, kept) {
  return (blocks ?? [])
    .filter((block) => block.type === "input" && !block.dispatch_action)
    .map((block) => ({
      block_id: block.block_id,
      action_id: block.element?.action_id,
      value: kept(block.block_id, block.element?.action_id),
    }))
    .filter((input) => input.value !== undefined);
}

/** Tells Slack what the inputs beside a button say, so that the app reads it in the state that comes with the click. */
export async function enter(blocks, kept, place) {
  for (const { value, ...input } of quiet(blocks, kept)) {
    const given = plain(value);
    await post("/click", { ...place, ...input, ...(typeof value === "string" ? { value } : { selected: given }) });
  }
}
