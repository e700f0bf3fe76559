// What each event of the log means. Events say what changed, not how it is now: reducers note what became outdated, and
// staleness.ts tells the synchroniser what to load.

import type { ServerEvent } from "../../api";
import type { Space } from "../state";
import { messageArrived, readAdvanced } from "./conversations";
import { threadMentioned } from "./threadMentions";
import { touch } from "./touched";

const TYPING_MILLISECONDS = 6_000;
const PRESENCE_MILLISECONDS = 130_000;
const PROGRESS_MILLISECONDS = 30_000;
const PROGRESS_TEXT_MAX = 200;

/** Whether a message is what an agent does on its way to an answer. */
export const isActivity = (kind: string | undefined): boolean => kind === "agent_commentary" || kind === "agent_tool";

/** Applies an event. A durable one counts once, in the order of the log, however often it is delivered. */
export function applyEvent(space: Space, event: ServerEvent, now: number): Space {
  if (!event.cursor) return applyEphemeral(space, event, now);
  if (event.cursor <= space.cursor) return space;
  return { ...applyDurable(space, event), cursor: event.cursor };
}

/** The channel or direct conversation that an event is about. */
export const placeOf = (event: ServerEvent): string => event.channel_id || text(event, "direct_conversation_id");

function applyDurable(space: Space, event: ServerEvent): Space {
  const { cursor } = event;
  const place = placeOf(event);
  switch (event.type) {
    case "message.created": {
      const author = text(event, "author_id");
      const mentionsMe = event.mentioned_user_ids?.includes(space.me) ?? false;
      const next = messageArrived(
        space, place, event.seq ?? 0, author !== space.me && !isActivity(text(event, "kind")), mentionsMe, cursor);
      return withoutProgress(withoutTyping(next, place, author), place, author);
    }
    case "message.updated":
    case "message.deleted":
    case "reaction.added":
    case "reaction.removed":
      return { ...space, touched: touch(space.touched, text(event, "message_id"), cursor) };
    case "thread.reply_created":
    case "thread.state_updated": {
      const rootID = text(event, "root_message_id");
      const next = { ...space, threadTouched: touch(space.threadTouched, rootID, cursor) };
      const mentionsMe = event.type === "thread.reply_created" && event.mentioned_user_ids?.includes(space.me)
        && text(event, "author_id") !== space.me;
      return mentionsMe ? threadMentioned(next, { cursor, rootID, placeID: place }) : next;
    }
    case "channel.read":
    case "dm.read":
      // Only the reader hears of it: another tab or device of mine.
      return readAdvanced(space, place, event.seq ?? 0, cursor);
    case "pin.added":
    case "pin.removed":
      return { ...space, pinsTouched: { ...space.pinsTouched, [place]: cursor } };
    default:
      // Channels, members, the workspace, and types that this client does not know yet: the lists tell.
      return { ...space, conversationsTouched: cursor };
  }
}

function applyEphemeral(space: Space, event: ServerEvent, now: number): Space {
  const user = text(event, "user_id");
  // What is written in a thread is shown there.
  const place = text(event, "root_message_id") || placeOf(event);
  if (!user || user === space.me) return space;
  switch (event.type) {
    case "typing.started": {
      const typing = { placeID: place, userID: user, until: now + TYPING_MILLISECONDS };
      return { ...space, typing: [...withoutTyping(space, place, user).typing, typing] };
    }
    case "typing.stopped":
      return withoutTyping(space, place, user);
    case "presence.changed": {
      const presence = { status: text(event, "status") || "active", until: now + PRESENCE_MILLISECONDS };
      return { ...space, presence: { ...space.presence, [user]: presence } };
    }
    case "agent.progress": {
      const next = withoutProgress(space, place, user);
      const said = ["text", "message", "label", "detail", "status"].map((name) => text(event, name)).find(Boolean) ?? "";
      const isOver = ["done", "completed", "finished", "failed", "idle"].includes(text(event, "status"))
        || event.payload?.["done"] === true;
      if (isOver) return next;
      const progress = {
        placeID: place, userID: user, text: said.slice(0, PROGRESS_TEXT_MAX), until: now + PROGRESS_MILLISECONDS,
      };
      return { ...next, progress: [...next.progress, progress] };
    }
    default:
      return space;
  }
}

function withoutProgress(space: Space, placeID: string, userID: string): Space {
  const progress = space.progress.filter((entry) => entry.placeID !== placeID || entry.userID !== userID);
  return progress.length === space.progress.length ? space : { ...space, progress };
}

function withoutTyping(space: Space, placeID: string, userID: string): Space {
  const typing = space.typing.filter((entry) => entry.placeID !== placeID || entry.userID !== userID);
  return typing.length === space.typing.length ? space : { ...space, typing };
}

function text(event: ServerEvent, name: string): string {
  const value = event.payload?.[name];
  return typeof value === "string" ? value : "";
}
