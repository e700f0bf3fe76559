// The two ways to receive events. Each reports what happens until it is closed and nothing afterwards.

import { api, type ServerEvent } from "../api";

export interface TransportHandlers {
  onOpen(): void;
  onEvent(event: ServerEvent): void;
  /** The end, with a WebSocket close code (RFC 6455, section 7.4); 1006 when the connection broke. */
  onClose(code: number): void;
}

export interface Transport {
  close(): void;
}

export function openWebSocket(workspaceID: string, cursor: string, handlers: TransportHandlers): Transport {
  let open = true;
  const socket = new WebSocket(api.realtime.socketAddress(workspaceID, cursor));
  socket.onopen = () => open && handlers.onOpen();
  socket.onmessage = ({ data }) => open && handlers.onEvent(JSON.parse(String(data)) as ServerEvent);
  socket.onclose = ({ code }) => {
    if (!open) return;
    open = false;
    handlers.onClose(code);
  };
  return {
    close() {
      open = false;
      socket.close(1000);
    },
  };
}

/** For networks that let no WebSocket through. */
export function openEventStream(workspaceID: string, cursor: string, handlers: TransportHandlers): Transport {
  let open = true;
  const stream = new EventSource(api.realtime.streamAddress(workspaceID, cursor));
  const end = (code: number) => {
    if (!open) return;
    open = false;
    stream.close();
    handlers.onClose(code);
  };
  const receive = (event: MessageEvent) => open && handlers.onEvent(JSON.parse(String(event.data)) as ServerEvent);
  stream.onopen = () => open && handlers.onOpen();
  // The browser's own retries know neither our back-off nor the reasons of the server.
  stream.onerror = () => end(1006);
  stream.addEventListener("stream.closed", (event) => end(codeOf(String((event as MessageEvent).data))));
  for (const type of EVENT_TYPES) stream.addEventListener(type, receive as EventListener);
  stream.onmessage = receive;
  return {
    close() {
      open = false;
      stream.close();
    },
  };
}

function codeOf(data: string): number {
  const value = JSON.parse(data) as { code?: unknown };
  return typeof value.code === "number" ? value.code : 1006;
}

// An event stream delivers named events only to listeners of that name.
const EVENT_TYPES = [
  "channel.created", "channel.read", "channel.updated", "dm.read", "member.moderation_updated", "message.created",
  "message.deleted", "message.updated", "pin.added", "pin.removed", "reaction.added", "reaction.removed",
  "thread.reply_created", "thread.state_updated", "workspace.ownership_transferred", "workspace.updated",
  "typing.started", "typing.stopped", "presence.changed", "agent.progress",
];
