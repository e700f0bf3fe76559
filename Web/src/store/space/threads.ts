import type { Thread } from "../../api";
import type { Space } from "../state";
import { withMessages } from "./messages";
import { purgePlaced } from "./pending";

/** The root, the state and the newest replies of a thread as they were at some time. */
export function threadLoaded(space: Space, rootID: string, thread: Thread, asOf: string): Space {
  const root = { ...thread.root, thread_state: thread.thread_state };
  const replies = thread.replies ?? [];
  const next = withMessages(space, [root, ...replies], asOf);
  const known = next.threads[rootID];
  if (known && asOf < known.asOf) return next;
  const replyIDs = sorted(next, [...new Set([...(known?.replyIDs ?? []), ...replies.map((reply) => reply.id)])]);
  return purgePlaced({ ...next, threads: { ...next.threads, [rootID]: { rootID, replyIDs, asOf } } });
}

/** A reply of mine is in its thread at once. */
export function replyPlaced(space: Space, rootID: string, messageID: string): Space {
  const known = space.threads[rootID];
  if (!known || known.replyIDs.includes(messageID)) return space;
  const replyIDs = sorted(space, [...known.replyIDs, messageID]);
  return { ...space, threads: { ...space.threads, [rootID]: { ...known, replyIDs } } };
}

function sorted(space: Space, ids: string[]): string[] {
  const seq = (id: string) => space.messages[id]?.message.thread_seq ?? 0;
  return ids.sort((left, right) => seq(left) - seq(right));
}
