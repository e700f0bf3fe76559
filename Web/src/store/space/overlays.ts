import type { Message, Reaction } from "../../api";
import type { SpaceAction } from "../actions";
import type { Overlay, Space } from "../state";
import { withMessages } from "./messages";
import { touch } from "./touched";

export const addOverlay = (space: Space, overlay: Overlay): Space => ({
  ...space, overlays: [...space.overlays.filter((known) => known.id !== overlay.id), overlay],
});

export const dropOverlay = (space: Space, id: string): Space => ({
  ...space, overlays: space.overlays.filter((known) => known.id !== id),
});

/** The server agreed: its answer takes the overlay's place. */
export function settleOverlay(space: Space, action: Extract<SpaceAction, { type: "overlay/settled" }>): Space {
  const overlay = space.overlays.find((known) => known.id === action.id);
  let next = dropOverlay(space, action.id);
  if (action.message) return withMessages(next, [action.message], action.asOf);
  const entry = overlay && next.messages[overlay.messageID];
  if (!overlay || !entry || !action.reactions || action.asOf < entry.asOf) return next;
  // Only the reactions are known as of now, so the message as a whole is to be loaded again.
  const message = withReactions(entry.message, action.reactions);
  next = { ...next, messages: { ...next.messages, [overlay.messageID]: { ...entry, message } } };
  return { ...next, touched: touch(next.touched, overlay.messageID, action.asOf) };
}

// The same question gets the same object, so that components are drawn again only when the answer changed.
const answers = new WeakMap<Message, { overlays: readonly Overlay[]; shown: Message }>();

/** A message as it will be once the server has agreed to all that was asked of it. */
export function overlaid(message: Message, overlays: readonly Overlay[]): Message {
  if (!overlays.some((overlay) => overlay.messageID === message.id)) return message;
  const known = answers.get(message);
  if (known?.overlays === overlays) return known.shown;
  const shown = overlays.filter((overlay) => overlay.messageID === message.id).reduce(applied, message);
  answers.set(message, { overlays, shown });
  return shown;
}

function applied(message: Message, overlay: Overlay): Message {
  switch (overlay.kind) {
    case "edit":
      return { ...message, body: overlay.body, edited_at: message.edited_at ?? message.created_at };
    case "delete":
      return { ...message, body: "", deleted_at: message.deleted_at ?? message.created_at };
    case "reaction":
      return withReactions(message, toggled(message.reactions ?? [], overlay.emoji, overlay.on));
  }
}

function withReactions(message: Message, reactions: readonly Reaction[]): Message {
  const { reactions: _before, ...rest } = message;
  return reactions.length ? { ...rest, reactions: [...reactions] } : rest;
}

function toggled(reactions: readonly Reaction[], emoji: string, on: boolean): Reaction[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  if (!known) return on ? [...reactions, { emoji, count: 1, reacted_by_me: true }] : [...reactions];
  if (known.reacted_by_me === on) return [...reactions];
  return reactions
    .map((reaction) =>
      reaction === known ? { ...known, count: known.count + (on ? 1 : -1), reacted_by_me: on } : reaction)
    .filter((reaction) => reaction.count > 0);
}
