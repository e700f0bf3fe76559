import type { Message } from "../../api";
import { windowKey, type PendingMessage, type Space } from "../state";
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
  if (message.rootID) return isAmong(space, message, space.threads[message.rootID]?.replyIDs ?? [])
    || (message.state === "sent" && !space.threads[message.rootID]);
  if (!message.topicID) return isPlacedIn(space, message, windowKey(message.place.id));
  // It is in the whole conversation and in its topic; only one of them is kept up to date.
  const keys = [windowKey(message.place.id, message.topicID), windowKey(message.place.id)];
  return keys.some((key) => isAmong(space, message, space.windows[key]?.ids ?? []))
    || keys.every((key) => isPlacedIn(space, message, key));
}

function isPlacedIn(space: Space, message: PendingMessage, key: string): boolean {
  const window = space.windows[key];
  if (isAmong(space, message, window?.ids ?? [])) return true;
  // Before what is loaded, or after a part that is not.
  return message.state === "sent" && (!window?.live || message.seq < window.oldest);
}

function isAmong(space: Space, message: PendingMessage, ids: readonly string[]): boolean {
  // The newest are the likely ones.
  for (let index = ids.length - 1; index >= 0; index -= 1) {
    const known = space.messages[ids[index] ?? ""]?.message;
    if (known?.nonce === message.nonce && known.author_id === space.me) return true;
  }
  return false;
}
