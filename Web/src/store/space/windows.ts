import type { Message, MessagePage, Place } from "../../api";
import type { PageRequest } from "../actions";
import { windowKey, type Space, type Window } from "../state";
import { seqSeen } from "./conversations";
import { withMessages } from "./messages";
import { purgePlaced } from "./pending";

/** How many messages of a conversation are kept, and how many go when there are more. */
export const WINDOW_MAX = 1_200;
const TRIM = 400;

/** Puts a page into its place. A page that does not touch the loaded range, because that moved on, only informs. */
export function pageLoaded(
  space: Space, place: Place, request: PageRequest, page: MessagePage, asOf: string,
): Space {
  const messages = page.messages ?? [];
  let next = withMessages(space, messages, asOf);
  const newest = messages.at(-1)?.channel_seq ?? 0;
  next = seqSeen(next, place.id, newest);
  const key = windowKey(place.id, request.topicID);
  const known = next.windows[key];
  let window = placed(known, request, page, next);
  // After the last message of a topic others may follow that do not belong to it.
  if (window?.live && request.through !== undefined && request.through > window.newest) {
    window = { ...window, newest: request.through };
  }
  if (window && window !== known) {
    next = { ...next, windows: { ...next.windows, [key]: window } };
    const loaded = (known?.ids.length ?? 0) + messages.length;
    if (loaded > WINDOW_MAX) next = forgotten(next, [...(known?.ids ?? []), ...messages.map((message) => message.id)]);
  }
  return purgePlaced(next);
}

// What left all windows is not kept: who reads through a hundred thousand messages needs no more memory than others.
function forgotten(space: Space, ids: readonly string[]): Space {
  const lists = [...Object.values(space.windows), ...Object.values(space.pins)];
  const kept = new Set(lists.flatMap((list) => list.ids));
  for (const thread of Object.values(space.threads)) {
    kept.add(thread.rootID);
    for (const id of thread.replyIDs) kept.add(id);
  }
  const gone = ids.filter((id) => !kept.has(id));
  if (!gone.length) return space;
  const messages = { ...space.messages };
  for (const id of gone) delete messages[id];
  return { ...space, messages };
}

function placed(known: Window | undefined, request: PageRequest, page: MessagePage, space: Space): Window | undefined {
  const messages = page.messages ?? [];
  const first = messages[0]?.channel_seq;
  const last = messages.at(-1)?.channel_seq;
  const ids = messages.map((message) => message.id);
  if (request.after !== undefined) {
    if (!known || request.after < known.oldest - 1 || request.after > known.newest) return known;
    const newest = Math.max(known.newest, last ?? 0);
    return trimmed(space, {
      ...known, ids: union(space, known.ids, ids), newest, live: known.live || !page.has_newer,
    }, "start");
  }
  if (request.before !== undefined) {
    if (!known || request.before < known.oldest || request.before > known.newest + 1) return known;
    const reachesStart = first === undefined || first <= known.oldest;
    return trimmed(space, {
      ...known, ids: union(space, known.ids, ids), oldest: Math.min(known.oldest, first ?? known.oldest),
      hasOlder: reachesStart ? page.has_older : known.hasOlder,
    }, "end");
  }
  if (known && first !== undefined && last !== undefined && first <= known.newest + 1 && last >= known.oldest - 1) {
    // It overlaps what is there: join them.
    return trimmed(space, {
      ids: union(space, known.ids, ids), oldest: Math.min(known.oldest, first), newest: Math.max(known.newest, last),
      hasOlder: first <= known.oldest ? page.has_older : known.hasOlder,
      live: last >= known.newest ? !page.has_newer || known.live : known.live,
    }, request.around === undefined ? "start" : "end");
  }
  // An empty page at the end must not undo a message that has arrived meanwhile.
  if (known && !messages.length) return known;
  return { ids, oldest: first ?? 0, newest: last ?? 0, hasOlder: page.has_older, live: !page.has_newer };
}

/** A message of mine that follows the last one takes its place at once. */
export function appended(space: Space, message: Message): Space {
  const placeID = message.channel_id || message.direct_conversation_id || "";
  const window = space.windows[placeID];
  if (!window || message.channel_seq === undefined || message.parent_message_id) return space;
  if (!window.live || message.channel_seq !== window.newest + 1) return space;
  const grown: Window = { ...window, ids: [...window.ids, message.id], newest: message.channel_seq };
  if (!window.ids.length) grown.oldest = message.channel_seq;
  return { ...space, windows: { ...space.windows, [placeID]: grown } };
}

/** Forgets a loaded part, by its key. */
export function windowClosed(space: Space, key: string): Space {
  if (!space.windows[key]) return space;
  const { [key]: _closed, ...windows } = space.windows;
  return { ...space, windows };
}

const seqOf = (space: Space, id: string): number => space.messages[id]?.message.channel_seq ?? 0;

function union(space: Space, known: readonly string[], added: readonly string[]): readonly string[] {
  const ids = new Set([...known, ...added]);
  if (ids.size === known.length) return known;
  return [...ids].sort((left, right) => seqOf(space, left) - seqOf(space, right));
}

// Drops the end that is furthest from where the person reads.
function trimmed(space: Space, window: Window, side: "start" | "end"): Window {
  if (window.ids.length <= WINDOW_MAX) return window;
  if (side === "start") {
    const ids = window.ids.slice(TRIM);
    return { ...window, ids, oldest: seqOf(space, ids[0] ?? ""), hasOlder: true };
  }
  const ids = window.ids.slice(0, -TRIM);
  return { ...window, ids, newest: seqOf(space, ids.at(-1) ?? ""), live: false };
}
