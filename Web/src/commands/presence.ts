// Says who is here. Presence is ephemeral: it is repeated while it lasts and runs out when it is not.

import { api } from "../api";
import { spaceOf } from "./space";

const REPEAT_MS = 60_000;

export function startPresence(workspaceID: string): () => void {
  const tell = () => {
    const status = document.hidden ? "away" : "active";
    api.realtime.publish({ workspace_id: workspaceID, type: "presence.changed", payload: { status } })
      // Nobody misses one that was lost.
      .catch(() => undefined);
  };
  tell();
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
