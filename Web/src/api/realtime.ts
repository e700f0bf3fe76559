import { addresses } from "./address";
import { query, request } from "./client";
import { takePosition } from "./early";

const TAIL_TIMEOUT_MS = 10_000;

export interface EphemeralEvent {
  workspace_id: string;
  type: "typing.started" | "typing.stopped" | "presence.changed";
  channel_id?: string;
  direct_conversation_id?: string;
  payload?: Record<string, unknown>;
}

export const realtime = {
  /** The newest position of the log: where live events begin for what is loaded from now on. */
  async tail(workspace: string): Promise<string> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(new Error("no answer in time")), TAIL_TIMEOUT_MS);
    takePosition(addresses.tail(workspace));
    try {
      return (await request<{ tail_cursor?: string }>("GET", addresses.tail(workspace), { signal: patience.signal })).tail_cursor ?? "";
    } finally {
      clearTimeout(timer);
    }
  },
  publish: (event: EphemeralEvent) => request<unknown>("POST", "/api/realtime/ephemeral", { body: event }),
  socketAddress(workspace: string, cursor: string): string {
    const url = new URL(
      query("/api/realtime/ws", { workspace_id: workspace, after_cursor: cursor }), location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
  },
  streamAddress: (workspace: string, cursor: string) =>
    query("/api/realtime/sse", { workspace_id: workspace, after_cursor: cursor }),
};
