// One WebSocket for the current workspace: resumes after the last event it saw, backs off when it can't connect.

const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 30_000;
const CLOSE_RESYNC = 4001;
const CLOSE_FORBIDDEN = 1008;

export class Realtime {
  // handlers: onEvent(event), onState("live" | "connecting" | "waiting" | "refused", milliseconds), onResync()
  constructor(workspace, cursor, handlers) {
    this.workspace = workspace;
    this.cursor = cursor;
    this.handlers = handlers;
    this.failures = 0;
    this.socket = null;
    this.timer = null;
    this.closed = false;
    this.wake = () => {
      if (this.timer !== null && navigator.onLine) this.connect();
    };
    addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.connect();
  }

  close() {
    this.closed = true;
    removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    clearTimeout(this.timer);
    this.timer = null;
    this.socket?.close(1000);
  }

  connect() {
    clearTimeout(this.timer);
    this.timer = null;
    this.handlers.onState("connecting");
    const url = new URL("/api/realtime/ws", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("workspace_id", this.workspace);
    if (this.cursor) url.searchParams.set("after_cursor", this.cursor);
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.addEventListener("open", () => {
      if (this.closed) return;
      this.failures = 0;
      this.handlers.onState("live");
    });
    socket.addEventListener("message", ({ data }) => {
      if (this.closed) return;
      const event = JSON.parse(data);
      // Ephemeral events have no place in the log.
      if (event.cursor) this.cursor = event.cursor;
      this.handlers.onEvent(event);
    });
    socket.addEventListener("close", ({ code }) => {
      if (this.closed || this.socket !== socket) return;
      if (code === CLOSE_RESYNC) {
        this.handlers.onResync();
      } else if (code === CLOSE_FORBIDDEN) {
        this.handlers.onState("refused");
      } else {
        this.retry();
      }
    });
  }

  retry() {
    const ceiling = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** this.failures);
    // Spread the clients of a restarted server over the whole interval.
    const delay = Math.round(ceiling / 2 + (Math.random() * ceiling) / 2);
    this.failures += 1;
    this.handlers.onState("waiting", delay);
    this.timer = setTimeout(() => this.connect(), delay);
  }
}
