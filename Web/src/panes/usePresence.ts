import { useSpace } from "../store/hooks";

/** Whether someone is here. Oneself is. */
export function usePresence(userID: string | null): "active" | "away" | "offline" {
  return useSpace((space) => {
    if (userID === null) return "offline";
    if (userID === space.me) return "active";
    const presence = space.presence[userID];
    if (!presence) return "offline";
    return presence.status === "away" ? "away" : "active";
  }, "offline");
}
