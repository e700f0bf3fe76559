// One workspace's part of the state: which file answers to which action.

import type { SpaceAction } from "../actions";
import { emptySpace, type Space } from "../state";
import { attachingAdded, attachingEnded, attachingFailed } from "./attaching";
import {
  conversationClosed, conversationsAdded, conversationsLoaded, mentionsCounted, readAdvanced,
} from "./conversations";
import { applyEvent } from "./events";
import { messageGone, snapshot } from "./messages";
import { addOverlay, dropOverlay, settleOverlay } from "./overlays";
import { pinsLoaded } from "./pins";
import { pendingAdded, pendingChanged, pendingDiscarded, pendingSent } from "./pending";
import { threadLoaded } from "./threads";
import { topicAdded, topicsLoaded } from "./topics";
import { threadSeen } from "./threadMentions";
import { withUsers } from "./users";
import { pageLoaded, windowClosed } from "./windows";

export function reduceSpace(space: Space, action: SpaceAction): Space {
  switch (action.type) {
    case "space/started":
      return action.cursor > space.cursor ? { ...space, cursor: action.cursor } : space;
    case "space/resynced":
      return resynced(space, action.cursor);
    case "space/connection":
      return { ...space, connection: { ...space.connection, ...action.connection } };
    case "space/event":
      return applyEvent(space, action.event, action.now);
    case "space/expired":
      return expired(space, action.now);
    case "users/loaded":
      return withUsers(space, action.users);
    case "conversations/loaded":
      return conversationsLoaded(space, action.channels, action.directs, action.asOf);
    case "conversations/added":
      return conversationsAdded(space, action.channel ?? null, action.direct ?? null);
    case "conversations/read":
      return readAdvanced(space, action.conversationID, action.seq);
    case "conversations/closed":
      return conversationClosed(space, action.conversationID);
    case "conversations/mentions":
      return mentionsCounted(space, action.conversationID, action.seqs, action.through);
    case "topics/loaded":
      return topicsLoaded(space, action.topics);
    case "topics/added":
      return topicAdded(space, action.topic);
    case "pins/loaded":
      return pinsLoaded(space, action.channelID, action.messages, action.asOf);
    case "preferences/loaded":
      return { ...space, preferences: { ...space.preferences, [action.channelID]: action.preference } };
    case "messages/page":
      return pageLoaded(space, action.place, action.request, action.page, action.asOf);
    case "messages/snapshot":
      return snapshot(space, action.message, action.asOf);
    case "messages/gone":
      return messageGone(space, action.messageID, action.asOf);
    case "messages/windowClosed":
      return windowClosed(space, action.key);
    case "threads/loaded":
      return threadLoaded(space, action.rootID, action.thread, action.asOf);
    case "threads/seen":
      return threadSeen(space, action.rootID, action.asOf);
    case "pending/added":
      return pendingAdded(space, action.message);
    case "pending/sending":
      return pendingChanged(space, action.nonce, { state: "sending", error: "", refused: false });
    case "pending/sent":
      return pendingSent(space, action.nonce, action.message, action.asOf);
    case "pending/failed":
      return pendingChanged(space, action.nonce, {
        state: "failed", error: action.error, refused: action.refused,
      });
    case "pending/discarded":
      return pendingDiscarded(space, action.nonce);
    case "attaching/added":
      return attachingAdded(space, action.attaching);
    case "attaching/failed":
      return attachingFailed(space, action.messageID, action.error, action.refused);
    case "attaching/ended":
      return attachingEnded(space, action.messageID);
    case "overlay/added":
      return addOverlay(space, action.overlay);
    case "overlay/settled":
      return settleOverlay(space, action);
    case "overlay/dropped":
      return dropOverlay(space, action.id);
  }
}

// The log was cut: what is known may be outdated in any way, and only what is on screen is worth loading again.
function resynced(space: Space, cursor: string): Space {
  const { connection, users, pending } = space;
  // The server's data were replaced by older ones: nothing that is known compares with them.
  if (cursor < space.cursor) return { ...emptySpace(space.id, space.me), cursor, connection, users, pending };
  return {
    ...space, cursor, conversationsAsOf: "", conversationsTouched: cursor, windows: {}, threads: {}, typing: [],
    progress: [], pins: {}, topicsWanted: true,
    touched: { byID: {}, floor: cursor }, threadTouched: { byID: {}, floor: cursor },
  };
}

function expired(space: Space, now: number): Space {
  const typing = space.typing.filter((entry) => entry.until > now);
  const presence = Object.fromEntries(Object.entries(space.presence).filter(([, entry]) => entry.until > now));
  const progress = space.progress.filter((entry) => entry.until > now);
  const same = typing.length === space.typing.length && progress.length === space.progress.length
    && Object.keys(presence).length === Object.keys(space.presence).length;
  return same ? space : { ...space, typing, presence, progress };
}
