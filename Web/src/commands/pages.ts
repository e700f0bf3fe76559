// Loads more of a conversation than is there.

import { api, type Place } from "../api";
import { report } from "./report";
import { cursorOf, dispatchTo, spaceOf } from "./space";

const PAGE = 100;
const underWay = new Set<string>();

export const loadOlder = (workspaceID: string, place: Place): Promise<void> =>
  once(`older ${place.id}`, async () => {
    const window = spaceOf(workspaceID)?.windows[place.id];
    if (!window?.hasOlder) return;
    const asOf = cursorOf(workspaceID);
    const page = await api.messages.page(place, { before_seq: window.oldest, limit: PAGE });
    dispatchTo(workspaceID, { type: "messages/page", place, request: { before: window.oldest }, page, asOf });
  });

export const loadNewer = (workspaceID: string, place: Place): Promise<void> =>
  once(`newer ${place.id}`, async () => {
    const window = spaceOf(workspaceID)?.windows[place.id];
    if (!window) return;
    const asOf = cursorOf(workspaceID);
    const page = await api.messages.page(place, { after_seq: window.newest, limit: PAGE });
    dispatchTo(workspaceID, { type: "messages/page", place, request: { after: window.newest }, page, asOf });
  });

/** Makes sure that a position is loaded, with what is around it. */
export async function loadAround(workspaceID: string, place: Place, seq: number): Promise<void> {
  const window = spaceOf(workspaceID)?.windows[place.id];
  if (window && seq >= window.oldest && seq <= window.newest) return;
  const asOf = cursorOf(workspaceID);
  const page = await api.messages.page(place, { around_seq: seq, limit: PAGE });
  dispatchTo(workspaceID, { type: "messages/page", place, request: { around: seq }, page, asOf });
}

/** Replaces a window that lies in the past by the newest messages. */
export const loadLatest = (workspaceID: string, place: Place): Promise<void> =>
  once(`latest ${place.id}`, async () => {
    const asOf = cursorOf(workspaceID);
    const page = await api.messages.page(place, { limit: PAGE });
    dispatchTo(workspaceID, { type: "messages/windowClosed", conversationID: place.id });
    dispatchTo(workspaceID, { type: "messages/page", place, request: {}, page, asOf });
  });

async function once(key: string, action: () => Promise<void>): Promise<void> {
  if (underWay.has(key)) return;
  underWay.add(key);
  try {
    await action();
  } catch (error) {
    report(error);
  } finally {
    underWay.delete(key);
  }
}
