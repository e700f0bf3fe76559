// Keeps one workspace connected: resumes after the last event, backs off, falls back to an event stream, and comes back
// at once when the network, the page or the machine does.

import type { ServerEvent } from "../api";
import { retryDelay } from "./backoff";
import { openEventStream, openWebSocket, type Transport } from "./transport";

/** The position is unknown to the server or too far back: load everything again. */
const CLOSE_RESYNC = 4001;
/** No longer welcome: removed, blocked, signed out. */
const CLOSE_FORBIDDEN = 1008;
/** After so many WebSockets in a row that did not last, the event stream is tried. */
const SOCKET_FAILURES_MAX = 3;
/** What broke sooner than this counts as one that failed. */
const STABLE_MS = 5_000;
/** Nothing opens that fast; whatever takes longer is tried again. */
const OPEN_TIMEOUT_MS = 12_000;
/** A timer that is this late was asleep with the machine: what looked open may be dead. */
const SLEEP_MS = 20_000;
const TICK_MS = 5_000;
/** A page can't see pings. After so much silence it asks for the newest position: a dead connection lies behind it. */
const SILENCE_MS = 45_000;
/** After something that often kills connections, such as another network, it asks sooner. */
const SILENCE_SUSPECT_MS = 2_000;
/** How long an event may take that has just happened. */
const BEHIND_MS = 4_000;
/** When an event stream looks whether a WebSocket gets through by now; doubled each time. */
const UPGRADE_MS_MIN = 15_000;
const UPGRADE_MS_MAX = 600_000;

export interface ConnectionHandlers {
  /** The last event that was applied: where to resume. */
  cursor(): string;
  onEvent(event: ServerEvent): void;
  onPhase(phase: "connecting" | "live" | "waiting" | "refused", details: { retryAt: number; transport: Kind }): void;
  /** Takes the position from which everything is loaded again. The connection waits for it. */
  onResync(): Promise<void>;
  /** The newest position on the server. */
  tail(): Promise<string>;
  /** Whether it may hold an event stream: browsers open only six requests to a server at a time. */
  mayStream(): boolean;
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
  private openedAt = 0;
  private heardAt = 0;
  private isProbing = false;
  private upgrading: Transport | null = null;
  private upgradeAt = 0;
  private upgradeDelay = UPGRADE_MS_MIN;
  /** Tells answers to what was asked of an earlier connection. */
  private turn = 0;
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
    if (document.hidden) return;
    if (this.phase === "waiting") this.connect();
    else if (Date.now() - this.heardAt > SILENCE_SUSPECT_MS) void this.probe();
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
    if (document.hidden) return;
    // Background tabs are throttled to a tick a minute; only a visible page takes lateness for sleep.
    if (late) return this.restart();
    if (now - this.heardAt > SILENCE_MS) void this.probe();
    if (this.kind === "sse" && now > this.upgradeAt) this.upgrade();
  };

  // Whether what looks open still delivers.
  private async probe(): Promise<void> {
    if (this.phase !== "live" || this.isProbing) return;
    this.isProbing = true;
    const { turn } = this;
    try {
      const tail = await this.handlers.tail();
      const isBehind = () => turn === this.turn && this.phase === "live" && this.handlers.cursor() < tail;
      if (isBehind()) await new Promise((resolve) => setTimeout(resolve, BEHIND_MS));
      if (isBehind()) this.lost(1006);
      else this.heardAt = Date.now();
    } catch (error) {
      // The server can't be reached at all, or does not want this client.
      if (turn === this.turn && this.phase === "live") this.lost(1006);
    } finally {
      this.isProbing = false;
    }
  }

  // The stream stays until a WebSocket is there.
  private upgrade(): void {
    if (this.phase !== "live" || this.upgrading) return;
    this.upgradeAt = Date.now() + this.upgradeDelay;
    this.upgradeDelay = Math.min(UPGRADE_MS_MAX, this.upgradeDelay * 2);
    const candidate = openWebSocket(this.workspaceID, this.handlers.cursor(), {
      onOpen: () => {
        this.upgrading = null;
        this.end();
        this.transport = candidate;
        this.kind = "websocket";
        this.opened();
      },
      onEvent: (event) => this.heard(event),
      onClose: (code) => {
        if (this.transport === candidate) this.lost(code);
        else this.upgrading = null;
      },
    });
    this.upgrading = candidate;
  }

  private opened(): void {
    clearTimeout(this.timer);
    this.openedAt = Date.now();
    this.heardAt = this.openedAt;
    if (this.kind === "websocket") this.upgradeDelay = UPGRADE_MS_MIN;
    this.upgradeAt = this.openedAt + this.upgradeDelay;
    this.enter("live");
  }

  private heard(event: ServerEvent): void {
    this.heardAt = Date.now();
    this.handlers.onEvent(event);
  }

  private connect(): void {
    this.end();
    this.enter("connecting");
    this.timer = setTimeout(() => this.lost(1006), OPEN_TIMEOUT_MS);
    const open = this.kind === "websocket" ? openWebSocket : openEventStream;
    this.transport = open(this.workspaceID, this.handlers.cursor(), {
      onOpen: () => this.opened(),
      onEvent: (event) => this.heard(event),
      onClose: (code) => this.lost(code),
    });
  }

  private lost(code: number): void {
    const lasted = this.phase === "live" && Date.now() - this.openedAt >= STABLE_MS;
    this.end();
    if (lasted) {
      this.failures = 0;
      this.socketFailures = 0;
    }
    if (code === CLOSE_RESYNC) return void this.resync();
    if (code === CLOSE_FORBIDDEN) return this.enter("refused");
    if (!lasted && this.kind === "websocket") this.socketFailures += 1;
    if (this.kind === "sse") {
      // The next WebSocket may get through; if not, the stream is back soon.
      this.kind = "websocket";
      this.socketFailures = SOCKET_FAILURES_MAX - 1;
    } else if (this.socketFailures >= SOCKET_FAILURES_MAX && this.handlers.mayStream()) {
      this.kind = "sse";
    }
    this.connectLater();
  }

  private async resync(): Promise<void> {
    this.enter("connecting");
    const { turn } = this;
    await this.handlers.onResync();
    if (turn === this.turn && this.phase === "connecting") this.connectLater();
  }

  private connectLater(): void {
    const delay = retryDelay(this.failures);
    this.failures += 1;
    this.timer = setTimeout(() => this.connect(), delay);
    this.enter("waiting", Date.now() + delay);
  }

  private end(): void {
    this.turn += 1;
    clearTimeout(this.timer);
    this.transport?.close();
    this.transport = null;
    this.upgrading?.close();
    this.upgrading = null;
  }

  private enter(phase: "connecting" | "live" | "waiting" | "refused", retryAt = 0): void {
    this.phase = phase;
    this.handlers.onPhase(phase, { retryAt, transport: this.kind });
  }
}
