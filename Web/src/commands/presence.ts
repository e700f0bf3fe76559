// Says who is here. Presence is ephemeral: it is repeated while it lasts and runs out when it is not. Who comes says hello,
// and who is there answers, so that newcomers see the others at once.

import { api, type ServerEvent } from "../api";
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
let typingSentAt = 0;

/** Says that something is being written, at most every few seconds. */
export function tellTyping(workspaceID: string, place: { kind: string; id: string }): void {
  if (Date.now() - typingSentAt < TYPING_REPEAT_MS || spaceOf(workspaceID)?.connection.phase !== "live") return;
  typingSentAt = Date.now();
  const target = place.kind === "direct" ? { direct_conversation_id: place.id } : { channel_id: place.id };
  api.realtime.publish({ workspace_id: workspaceID, type: "typing.started", ...target }).catch(() => undefined);
}
