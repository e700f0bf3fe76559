// Loads more of a conversation than is there.

import { api, type Place } from "../api";
import { PAGE_MESSAGES } from "../api/address";
import { report } from "./report";
import { windowKey } from "../store/state";
import { cursorOf, dispatchTo, spaceOf } from "./space";

const underWay = new Set<string>();
type Position = { before?: number; after?: number; around?: number; replace?: boolean };

/** Loads one page of a conversation, or of one topic of it, into the state. */
export async function loadPage(
  workspaceID: string, place: Place, topicID: string | null, position: Position,
): Promise<void> {
  const asOf = cursorOf(workspaceID);
  const through = spaceOf(workspaceID)?.conversations[place.id]?.lastSeq ?? 0;
  const page = await api.messages.page(place, {
    limit: PAGE_MESSAGES, ...(topicID && { topic_id: topicID }),
    ...(position.before !== undefined && { before_seq: position.before }),
    ...(position.after !== undefined && { after_seq: position.after }),
    ...(position.around !== undefined && { around_seq: position.around }),
  });
  const { replace, ...asked } = position;
  const request = { ...asked, ...(topicID && { topicID, through }) };
  if (replace) dispatchTo(workspaceID, { type: "messages/windowClosed", key: windowKey(place.id, topicID) });
  dispatchTo(workspaceID, { type: "messages/page", place, request, page, asOf });
}

export const loadOlder = (workspaceID: string, place: Place, topicID: string | null = null): Promise<void> =>
  once(`older ${windowKey(place.id, topicID)}`, async () => {
    const window = spaceOf(workspaceID)?.windows[windowKey(place.id, topicID)];
    if (window?.hasOlder) await loadPage(workspaceID, place, topicID, { before: window.oldest });
  });

export const loadNewer = (workspaceID: string, place: Place, topicID: string | null = null): Promise<void> =>
  once(`newer ${windowKey(place.id, topicID)}`, async () => {
    const window = spaceOf(workspaceID)?.windows[windowKey(place.id, topicID)];
    if (window) await loadPage(workspaceID, place, topicID, { after: window.newest });
  });

/** Makes sure that a position is loaded, with what is around it. */
export async function loadAround(workspaceID: string, place: Place, seq: number): Promise<void> {
  const window = spaceOf(workspaceID)?.windows[place.id];
  if (window && seq >= window.oldest && seq <= window.newest) return;
  await loadPage(workspaceID, place, null, { around: seq });
}

/** Replaces a window that lies in the past by the newest messages. */
export const loadLatest = (workspaceID: string, place: Place, topicID: string | null = null): Promise<void> =>
  once(`latest ${windowKey(place.id, topicID)}`, () => loadPage(workspaceID, place, topicID, { replace: true }));

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
