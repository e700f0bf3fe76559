// What must be loaded so that what is on screen is what the server has. Derived from the state alone, so that it does
// not matter in which order events, pages and answers arrived.

import type { Place } from "../api";
import { lastTouch } from "./space/touched";
import { isMiscounted, uncountedMentions } from "./space/conversations";
import { windowKey, type Space } from "./state";

export type Need =
  | { kind: "conversations" }
  | { kind: "latest"; place: Place; topicID: string | null }
  | { kind: "newer"; place: Place; topicID: string | null; after: number }
  | { kind: "mentions"; place: Place; after: number; through: number }
  | { kind: "pins"; channelID: string }
  | { kind: "topics" }
  | { kind: "message"; messageID: string }
  | { kind: "thread"; rootID: string };

/** What is on screen. */
export interface Visible {
  conversationID: string | null;
  topicID: string | null;
  rootID: string | null;
}

/** A gap up to this is closed by itself; past it the window stays in the past until someone jumps to the end. */
export const GAP_MAX = 400;
const THREADS_PER_PASS_MAX = 20;

export function needs(space: Space, visible: Visible): Need[] {
  const found: Need[] = [];
  const listed = Object.values(space.conversations);
  if (space.conversationsAsOf === null || space.conversationsTouched > space.conversationsAsOf
    || listed.some(isMiscounted)) {
    found.push({ kind: "conversations" });
  }
  const conversation = visible.conversationID === null ? undefined : space.conversations[visible.conversationID];
  const { topicID } = visible;
  const window = conversation && space.windows[windowKey(conversation.id, topicID)];
  if (conversation) {
    const place: Place = { kind: conversation.kind, id: conversation.id };
    if (!window) found.push({ kind: "latest", place, topicID });
    else if (window.live && window.newest < conversation.lastSeq && conversation.lastSeq - window.newest <= GAP_MAX) {
      found.push({ kind: "newer", place, topicID, after: window.newest });
    }
  }
  if (conversation?.channel) {
    const pins = space.pins[conversation.id];
    if (!pins || (space.pinsTouched[conversation.id] ?? "") > pins.asOf) {
      found.push({ kind: "pins", channelID: conversation.id });
    }
    if (space.topicsWanted) found.push({ kind: "topics" });
  }
  for (const channel of listed) {
    const range = uncountedMentions(channel);
    if (range) found.push({ kind: "mentions", place: { kind: "channel", id: channel.id }, ...range });
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
    case "topics":
      return need.kind;
    case "latest":
    case "newer":
      return `page ${windowKey(need.place.id, need.topicID)}`;
    case "mentions":
      return `mentions ${need.place.id}`;
    case "pins":
      return `pins ${need.channelID}`;
    case "message":
      return `message ${need.messageID}`;
    case "thread":
      return `thread ${need.rootID}`;
  }
}
