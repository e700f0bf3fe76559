// Read pointers: moved a moment after something was seen, told to the server and to the other tabs.

import { api, type Place } from "../api";
import { tabs } from "../realtime/tabs";
import { store } from "../store/store";
import { dispatchTo, spaceOf } from "./space";

const SETTLE_MS = 350;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** Something up to a position has been seen. */
export function seen(workspaceID: string, place: Place, seq: number): void {
  const known = spaceOf(workspaceID)?.conversations[place.id];
  if (!known || seq <= known.readSeq || document.hidden || !document.hasFocus()) return;
  clearTimeout(timers.get(place.id));
  timers.set(place.id, setTimeout(() => void markRead(workspaceID, place, seq), SETTLE_MS));
}

export async function markRead(workspaceID: string, place: Place, seq: number): Promise<void> {
  timers.delete(place.id);
  dispatchTo(workspaceID, { type: "conversations/read", conversationID: place.id, seq });
  tabs.tell({ type: "read", workspaceID, conversationID: place.id, seq });
  try {
    await api.messages.markRead(place, seq);
  } catch (error) {
    // The next one says it again; until then other devices show it as unread.
    console.info("the read pointer was not saved", error);
  }
}

/** A thread has been seen as it was at some event. */
export function threadSeen(workspaceID: string, rootID: string, asOf: string): void {
  if (document.hidden || !document.hasFocus()) return;
  if (!spaceOf(workspaceID)?.threadMentions.some((mention) => mention.rootID === rootID && mention.cursor <= asOf)) return;
  dispatchTo(workspaceID, { type: "threads/seen", rootID, asOf });
  tabs.tell({ type: "threadSeen", workspaceID, rootID, asOf });
}

tabs.listen((message) => {
  if (message.type !== "threadSeen" || !store.getState().spaces[message.workspaceID]) return;
  dispatchTo(message.workspaceID, { type: "threads/seen", rootID: message.rootID, asOf: message.asOf });
});

tabs.listen((message) => {
  if (message.type !== "read" || !store.getState().spaces[message.workspaceID]) return;
  dispatchTo(message.workspaceID, {
    type: "conversations/read", conversationID: message.conversationID, seq: message.seq,
  });
});
