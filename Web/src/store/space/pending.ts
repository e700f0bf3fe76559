import type { Message } from "../../api";
import type { PendingMessage, Space } from "../state";
import { seqSeen } from "./conversations";
import { withMessages } from "./messages";
import { replyPlaced } from "./threads";
import { appended } from "./windows";

export function pendingAdded(space: Space, message: PendingMessage): Space {
  if (space.pending.some((known) => known.nonce === message.nonce)) return space;
  // One that a reload interrupted may have its place already.
  return purgePlaced({ ...space, pending: [...space.pending, message] });
}

/** Changes one that is still pending: what has its place already stays as it is. */
export function pendingChanged(
  space: Space, nonce: string, change: Pick<PendingMessage, "state" | "error" | "refused">,
): Space {
  if (!space.pending.some((known) => known.nonce === nonce && known.state !== "sent")) return space;
  return {
    ...space,
    pending: space.pending.map((known) => (known.nonce === nonce ? { ...known, ...change } : known)),
  };
}

/** The server has it. It leaves the list when it has its place among the messages. */
export function pendingSent(space: Space, nonce: string, message: Message, asOf: string): Space {
  let next = withMessages(space, [message], asOf);
  if (message.parent_message_id) {
    next = replyPlaced(next, message.thread_root_id, message.id);
  } else {
    next = appended(next, message);
    next = seqSeen(next, message.channel_id || message.direct_conversation_id || "", message.channel_seq ?? 0);
  }
  const seq = message.channel_seq ?? message.thread_seq ?? 0;
  const pending = next.pending.map((known) => (known.nonce === nonce ? { ...known, state: "sent" as const, seq } : known));
  return purgePlaced({ ...next, pending });
}

export function pendingDiscarded(space: Space, nonce: string): Space {
  return { ...space, pending: space.pending.filter((known) => known.nonce !== nonce) };
}

/** Drops what is among the messages now, and what will not be shown at the end because that is not loaded. */
export function purgePlaced(space: Space): Space {
  if (!space.pending.length) return space;
  const pending = space.pending.filter((message) => !isPlaced(space, message));
  return pending.length === space.pending.length ? space : { ...space, pending };
}

function isPlaced(space: Space, message: PendingMessage): boolean {
  const ids = message.rootID
    ? space.threads[message.rootID]?.replyIDs ?? []
    : space.windows[message.place.id]?.ids ?? [];
  // The newest are the likely ones.
  for (let index = ids.length - 1; index >= 0; index -= 1) {
    const known = space.messages[ids[index] ?? ""]?.message;
    if (known?.nonce === message.nonce && known.author_id === space.me) return true;
  }
  if (message.state !== "sent") return false;
  if (message.rootID) return !space.threads[message.rootID];
  // Before what is loaded, or after a part that is not.
  const window = space.windows[message.place.id];
  return !window?.live || message.seq < window.oldest;
}
