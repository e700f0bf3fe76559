// Tells the other tabs of this browser what the server does not: drafts, the theme, signing out.

export type TabMessage =
  | { type: "draft"; key: string; text: string }
  | { type: "files"; key: string }
  | { type: "read"; workspaceID: string; conversationID: string; seq: number }
  | { type: "threadSeen"; workspaceID: string; rootID: string; asOf: string }
  | { type: "preference"; workspaceID: string; channelID: string; preference: "all" | "mentions" | "muted" }
  | { type: "appearance"; name: string; value: string }
  | { type: "signedOut" };

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("clickclack");
const listeners = new Set<(message: TabMessage) => void>();
if (channel) channel.onmessage = ({ data }) => listeners.forEach((listener) => listener(data as TabMessage));

export const tabs = {
  tell: (message: TabMessage): void => channel?.postMessage(message),
  listen(listener: (message: TabMessage) => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
