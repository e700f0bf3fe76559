// Says who is here. Presence is ephemeral: it is repeated while it lasts and runs out when it is not. Who comes says hello,
// and who is there answers, so that newcomers see the others at once.

import { api, type Place, type ServerEvent } from "../api";
import { spaceOf } from "./space";

const REPEAT_MS = 60_000;
/** Answers are spread, and one answers several who came together. */
const ANSWER_MS_MAX = 1_200;
const answers = new Map<string, ReturnType<typeof setTimeout>>();

function tellPresence(workspaceID: string, hello = false): void {
  const status = document.hidden ? "away" : "active";
  const payload = hello ? { status, hello } : { status };
  api.realtime.publish({ workspace_id: workspaceID, type: "presence.changed", payload })
    // Nobody misses one that was lost.
    .catch(() => undefined);
}

/** Answers somebody else's hello. */
export function answerHello(workspaceID: string, event: ServerEvent): void {
  if (event.type !== "presence.changed" || event.payload?.["hello"] !== true || answers.has(workspaceID)) return;
  if (event.payload["user_id"] === spaceOf(workspaceID)?.me) return;
  answers.set(workspaceID, setTimeout(() => {
    answers.delete(workspaceID);
    tellPresence(workspaceID);
  }, Math.random() * ANSWER_MS_MAX));
}

export function startPresence(workspaceID: string): () => void {
  const tell = () => tellPresence(workspaceID);
  tellPresence(workspaceID, true);
  const timer = setInterval(tell, REPEAT_MS);
  document.addEventListener("visibilitychange", tell);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", tell);
  };
}

const TYPING_REPEAT_MS = 4_000;
/** Someone who stopped typing for so long thinks of something else. */
const TYPING_IDLE_MS = 5_000;
const typing = new Map<string, { sentAt: number; idle: ReturnType<typeof setTimeout> }>();

export interface TypingPlace extends Place {
  /** In a thread: its root. */
  rootID?: string;
}

const typingKey = (place: TypingPlace): string => place.rootID ?? place.id;

/** Says that something is being written, at most every few seconds, and that it ended when nothing more comes. */
export function tellTyping(workspaceID: string, place: TypingPlace): void {
  const key = typingKey(place);
  const known = typing.get(key);
  clearTimeout(known?.idle);
  const idle = setTimeout(() => stopTyping(workspaceID, place), TYPING_IDLE_MS);
  const isFresh = known !== undefined && Date.now() - known.sentAt < TYPING_REPEAT_MS;
  typing.set(key, { sentAt: isFresh ? known.sentAt : Date.now(), idle });
  if (!isFresh) publishTyping(workspaceID, place, "typing.started");
}

/** Says that nothing is being written any more, if it was said before. */
export function stopTyping(workspaceID: string, place: TypingPlace): void {
  const known = typing.get(typingKey(place));
  if (!known) return;
  clearTimeout(known.idle);
  typing.delete(typingKey(place));
  publishTyping(workspaceID, place, "typing.stopped");
}

function publishTyping(workspaceID: string, place: TypingPlace, type: "typing.started" | "typing.stopped"): void {
  if (spaceOf(workspaceID)?.connection.phase !== "live") return;
  const target = place.kind === "direct" ? { direct_conversation_id: place.id } : { channel_id: place.id };
  api.realtime.publish({
    workspace_id: workspaceID, type, ...target, ...(place.rootID && { payload: { root_message_id: place.rootID } }),
  })
    // Nobody misses one that was lost.
    .catch(() => undefined);
}
