import type { Message } from "../../api";
import type { MessageEntry, Space } from "../state";
import { topicsSeen } from "./topics";
import { authorsOf, withUsers } from "./users";

/** What the server said of messages at some time. Older knowledge never replaces newer. */
export function withMessages(space: Space, messages: readonly Message[], asOf: string): Space {
  let entries: Record<string, MessageEntry> | null = null;
  for (const message of messages) {
    const known = space.messages[message.id];
    const entry = mergedEntry(known, message, asOf);
    if (entry === known) continue;
    entries ??= { ...space.messages };
    entries[message.id] = entry;
  }
  const next = entries ? { ...space, messages: entries } : space;
  return topicsSeen(withUsers(next, authorsOf(messages)), messages);
}

function mergedEntry(known: MessageEntry | undefined, message: Message, asOf: string): MessageEntry {
  const state = message.thread_state ?? null;
  if (!known) return { message, asOf, threadState: state, threadAsOf: state ? asOf : "" };
  const takesMessage = asOf >= known.asOf;
  const takesThread = state !== null && asOf >= known.threadAsOf;
  if (!takesMessage && !takesThread) return known;
  return {
    message: takesMessage ? { ...message, ...keptRoute(message, known.message) } : known.message,
    asOf: takesMessage ? asOf : known.asOf,
    threadState: takesThread ? state : known.threadState,
    threadAsOf: takesThread ? asOf : known.threadAsOf,
  };
}

/** One message as it was at some time. */
export const snapshot = (space: Space, message: Message, asOf: string): Space => withMessages(space, [message], asOf);

/** The server knows no such message, or not for me: what is left of it counts as deleted. */
export function messageGone(space: Space, messageID: string, asOf: string): Space {
  const known = space.messages[messageID];
  if (!known || asOf < known.asOf) return space;
  const message: Message = { ...known.message, body: "", deleted_at: known.message.deleted_at ?? known.message.created_at };
  delete message.reactions;
  return { ...space, messages: { ...space.messages, [messageID]: { ...known, message, asOf } } };
}

// A route, once given, stays; not every answer repeats it.
function keptRoute(message: Message, known: Message): Pick<Message, "route_id"> {
  const route = message.route_id ?? known.route_id;
  return route === undefined ? {} : { route_id: route };
}
