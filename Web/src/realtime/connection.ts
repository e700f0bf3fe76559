// Keeps one workspace connected: resumes after the last event, backs off, falls back to an event stream, and comes back
// at once when the network, the page or the machine does.

import type { ServerEvent } from "../api";
import { retryDelay } from "./backoff";
import { openEventStream, openWebSocket, type Transport } from "./transport";

/** The position is unknown to the server or too far back: load everything again. */
const CLOSE_RESYNC = 4001;
/** No longer welcome: removed, blocked, signed out. */
const CLOSE_FORBIDDEN = 1008;
/** After so many WebSockets in a row that never opened, the event stream is tried. */
const SOCKET_FAILURES_MAX = 3;
/** Nothing opens that fast; whatever takes longer is tried again. */
const OPEN_TIMEOUT_MS = 12_000;
/** A timer that is this late was asleep with the machine: what looked open may be dead. */
const SLEEP_MS = 20_000;
const TICK_MS = 5_000;

export interface ConnectionHandlers {
  /** The last event that was applied: where to resume. */
  cursor(): string;
  onEvent(event: ServerEvent): void;
  onPhase(phase: "connecting" | "live" | "waiting" | "refused", details: { retryAt: number; transport: Kind }): void;
  onResync(): void;
}

type Kind = "websocket" | "sse";

export class Connection {
  private transport: Transport | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private socketFailures = 0;
  private kind: Kind = "websocket";
  private phase: "stopped" | "connecting" | "live" | "waiting" | "refused" = "stopped";
  private tickedAt = Date.now();
  private ticker: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly workspaceID: string, private readonly handlers: ConnectionHandlers) {}

  start(): void {
    addEventListener("online", this.wake);
    addEventListener("offline", this.restart);
    addEventListener("pageshow", this.shown);
    addEventListener("pagehide", this.hidden);
    document.addEventListener("visibilitychange", this.wake);
    this.ticker = setInterval(this.tick, TICK_MS);
    this.connect();
  }

  stop(): void {
    removeEventListener("online", this.wake);
    removeEventListener("offline", this.restart);
    removeEventListener("pageshow", this.shown);
    removeEventListener("pagehide", this.hidden);
    document.removeEventListener("visibilitychange", this.wake);
    clearInterval(this.ticker);
    this.end();
    this.phase = "stopped";
  }

  /** Connects now instead of at the end of the wait. */
  readonly wake = (): void => {
    if (this.phase === "waiting" && !document.hidden) this.connect();
  };

  /** Drops what there is and connects anew. */
  readonly restart = (): void => {
    if (this.phase !== "stopped" && this.phase !== "refused") this.connect();
  };

  // A page in the back-forward cache must not hold a connection: browsers would refuse to keep it.
  private readonly hidden = (event: PageTransitionEvent): void => {
    if (event.persisted) this.end();
  };

  private readonly shown = (event: PageTransitionEvent): void => {
    if (event.persisted) this.restart();
  };

  private readonly tick = (): void => {
    const now = Date.now();
    const late = now - this.tickedAt > TICK_MS + SLEEP_MS;
    this.tickedAt = now;
    // Background tabs are throttled to a tick a minute; only a visible page takes lateness for sleep.
    if (late && !document.hidden) this.restart();
  };

  private connect(): void {
    this.end();
    this.enter("connecting");
    this.timer = setTimeout(() => this.lost(1006), OPEN_TIMEOUT_MS);
    const open = this.kind === "websocket" ? openWebSocket : openEventStream;
    this.transport = open(this.workspaceID, this.handlers.cursor(), {
      onOpen: () => {
        clearTimeout(this.timer);
        this.failures = 0;
        this.socketFailures = 0;
        this.enter("live");
      },
      onEvent: (event) => this.handlers.onEvent(event),
      onClose: (code) => this.lost(code),
    });
  }

  private lost(code: number): void {
    const opened = this.phase === "live";
    this.end();
    if (code === CLOSE_RESYNC) {
      this.handlers.onResync();
      return this.connectLater();
    }
    if (code === CLOSE_FORBIDDEN) return this.enter("refused");
    if (!opened && this.kind === "websocket") this.socketFailures += 1;
    if (this.kind === "sse") {
      // The next WebSocket may get through.
      this.kind = "websocket";
      this.socketFailures = 0;
    } else if (this.socketFailures >= SOCKET_FAILURES_MAX) {
      this.kind = "sse";
    }
    this.connectLater();
  }

  private connectLater(): void {
    const delay = retryDelay(this.failures);
    this.failures += 1;
    this.timer = setTimeout(() => this.connect(), delay);
    this.enter("waiting", Date.now() + delay);
  }

  private end(): void {
    clearTimeout(this.timer);
    this.transport?.close();
    this.transport = null;
  }

  private enter(phase: "connecting" | "live" | "waiting" | "refused", retryAt = 0): void {
    this.phase = phase;
    this.handlers.onPhase(phase, { retryAt, transport: this.kind });
  }
}
