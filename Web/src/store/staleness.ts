// What must be loaded so that what is on screen is what the server has. Derived from the state alone, so that it does
// not matter in which order events, pages and answers arrived.

import type { Place } from "../api";
import { lastTouch } from "./space/touched";
import type { Space } from "./state";

export type Need =
  | { kind: "conversations" }
  | { kind: "latest"; place: Place }
  | { kind: "newer"; place: Place; after: number }
  | { kind: "message"; messageID: string }
  | { kind: "thread"; rootID: string };

/** What is on screen. */
export interface Visible {
  conversationID: string | null;
  rootID: string | null;
}

/** A gap up to this is closed by itself; past it the window stays in the past until someone jumps to the end. */
export const GAP_MAX = 400;
const THREADS_PER_PASS_MAX = 20;

export function needs(space: Space, visible: Visible): Need[] {
  const found: Need[] = [];
  if (space.conversationsAsOf === null || space.conversationsTouched > space.conversationsAsOf) {
    found.push({ kind: "conversations" });
  }
  const conversation = visible.conversationID === null ? undefined : space.conversations[visible.conversationID];
  const window = conversation && space.windows[conversation.id];
  if (conversation) {
    const place: Place = { kind: conversation.kind, id: conversation.id };
    if (!window) found.push({ kind: "latest", place });
    else if (window.live && window.newest < conversation.lastSeq && conversation.lastSeq - window.newest <= GAP_MAX) {
      found.push({ kind: "newer", place, after: window.newest });
    }
  }
  const thread = visible.rootID === null ? undefined : space.threads[visible.rootID];
  const shown = new Set([...(window?.ids ?? []), ...(thread ? [thread.rootID, ...thread.replyIDs] : [])]);
  for (const id of shown) {
    const entry = space.messages[id];
    if (entry && lastTouch(space.touched, id) > entry.asOf) found.push({ kind: "message", messageID: id });
  }
  if (visible.rootID !== null && (!thread || lastTouch(space.threadTouched, visible.rootID) > thread.asOf)) {
    found.push({ kind: "thread", rootID: visible.rootID });
  }
  let threads = 0;
  for (const id of window?.ids ?? []) {
    const entry = space.messages[id];
    if (!entry || id === visible.rootID || lastTouch(space.threadTouched, id) <= entry.threadAsOf) continue;
    if ((threads += 1) > THREADS_PER_PASS_MAX) break;
    found.push({ kind: "thread", rootID: id });
  }
  return found;
}

/** Names a need, so that it is not served twice at a time. */
export function needKey(need: Need): string {
  switch (need.kind) {
    case "conversations":
      return need.kind;
    case "latest":
    case "newer":
      return `page ${need.place.id}`;
    case "message":
      return `message ${need.messageID}`;
    case "thread":
      return `thread ${need.rootID}`;
  }
}
