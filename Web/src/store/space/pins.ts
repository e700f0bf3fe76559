import type { Message } from "../../api";
import type { Space } from "../state";
import { withMessages } from "./messages";

/** The pinned messages of a channel as they were at some time. */
export function pinsLoaded(space: Space, channelID: string, messages: readonly Message[], asOf: string): Space {
  const next = withMessages(space, messages, asOf);
  const known = space.pins[channelID];
  if (known && asOf < known.asOf) return next;
  return { ...next, pins: { ...next.pins, [channelID]: { ids: messages.map((message) => message.id), asOf } } };
}

/** Whether a message is pinned, as far as that is known. */
export const isPinned = (space: Space, message: Message): boolean =>
  space.pins[message.channel_id ?? ""]?.ids.includes(message.id) ?? false;
