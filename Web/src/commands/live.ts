// Keeps every workspace of the account live: one connection and one synchroniser each.

import { ApiError, api, type Workspace } from "../api";
import { forgetEarly } from "../api/early";
import { Connection } from "../realtime/connection";
import { currentLocation, navigate } from "../router/navigation";
import { store } from "../store/store";
import { strings } from "../strings";
import { resumeOutbox } from "./outbox";
import { notice } from "./notifications";
import { answerHello, startPresence } from "./presence";
import { messageOf, toast } from "./report";
import { dispatchTo, cursorOf, spaceOf } from "./space";
import { Synchroniser } from "./synchroniser";
import { forgetMembers, loadWorkspaces } from "./workspaces";

/** Browsers allow few connections per server; the workspaces beyond come live when they are opened. */
const LIVE_MAX = 12;
const EXPIRY_MS = 1_000;
const RETRY_MS = 3_000;

class LiveWorkspace {
  private connection: Connection | null = null;
  private synchroniser: Synchroniser | null = null;
  private stopPresence: (() => void) | null = null;
  private readonly expiry: ReturnType<typeof setInterval>;
  private stopped = false;

  constructor(private readonly id: string) {
    this.expiry = setInterval(() => dispatchTo(id, { type: "space/expired", now: Date.now() }), EXPIRY_MS);
    void this.start();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.expiry);
    this.stopPresence?.();
    this.connection?.stop();
    this.synchroniser?.stop();
  }

  wake(): void {
    this.connection?.wake();
  }

  // The position first, then what it stands for: what happens in between is seen twice rather than never.
  private async start(): Promise<void> {
    if (!(await this.takeTail("space/started"))) return;
    this.synchroniser = new Synchroniser(this.id);
    this.connection = new Connection(this.id, {
      cursor: () => cursorOf(this.id),
      onEvent: (event) => {
        if (event.cursor) forgetEarly();
        if (event.type === "workspace.updated" || event.type === "workspace.ownership_transferred") void loadWorkspaces();
        const before = cursorOf(this.id);
        dispatchTo(this.id, { type: "space/event", event, now: Date.now() });
        answerHello(this.id, event);
        if (event.cursor > before) void notice(this.id, event);
      },
      onPhase: (phase, details) => {
        const wasLive = phase === "live" || (spaceOf(this.id)?.connection.wasLive ?? false);
        dispatchTo(this.id, { type: "space/connection", connection: { phase, ...details, wasLive } });
        if (phase === "live") this.becameLive();
        if (phase === "waiting" || phase === "refused") void leaveIfSignedOut();
        if (phase === "refused") void leaveIfClosed(this.id);
      },
      onResync: async () => {
        forgetEarly();
        await this.takeTail("space/resynced");
      },
      tail: () => api.realtime.tail(this.id),
      mayStream: () => store.getState().ui.workspaceID === this.id,
    });
    this.connection.start();
  }

  private becameLive(): void {
    resumeOutbox(this.id);
    this.stopPresence?.();
    this.stopPresence = startPresence(this.id);
    void noticeNewClient();
  }

  private async takeTail(type: "space/started" | "space/resynced"): Promise<boolean> {
    while (!this.stopped) {
      try {
        dispatchTo(this.id, { type, cursor: await api.realtime.tail(this.id) });
        return true;
      } catch (error) {
        if (error instanceof ApiError && !error.isTransient) {
          console.error(messageOf(error));
          return false;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    return false;
  }
}

const live = new Map<string, LiveWorkspace>();

/** Connects the workspaces that are not yet live; the one that is shown comes first. */
export function keepLive(workspaces: readonly Workspace[], shown: string | null): void {
  const order = [...workspaces].sort((left, right) => Number(right.id === shown) - Number(left.id === shown));
  for (const { id } of order) {
    if (live.has(id) || (live.size >= LIVE_MAX && id !== shown)) continue;
    live.set(id, new LiveWorkspace(id));
  }
  for (const [id, workspace] of live) {
    if (workspaces.some((known) => known.id === id)) continue;
    workspace.stop();
    live.delete(id);
  }
}

export function stopLive(): void {
  for (const workspace of live.values()) workspace.stop();
  live.clear();
  forgetMembers();
}

// However it was noticed that the session has ended: nothing goes on behind the sign-in page.
store.subscribe(() => {
  if (live.size && store.getState().session.status === "signedOut") stopLive();
});

export function reconnectNow(workspaceID: string): void {
  live.get(workspaceID)?.wake();
}

// A socket does not say why it was refused; an ended session will not come back by trying again.
async function leaveIfSignedOut(): Promise<void> {
  try {
    await api.me.get();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      store.dispatch({ type: "session/changed", session: { status: "signedOut" } });
    }
    // Everything else is what the connection waits for.
  }
}

// The workspace was deleted, or the person taken out of it.
async function leaveIfClosed(workspaceID: string): Promise<void> {
  await loadWorkspaces();
  const { session, ui, workspaces } = store.getState();
  if (session.status !== "signedIn" || workspaces.some((known) => known.id === workspaceID)) return;
  keepLive(workspaces, ui.workspaceID);
  if (ui.workspaceID !== workspaceID || currentLocation().kind === "page") return;
  toast(strings.connection.refused);
  navigate("/app", { replace: true });
}

// After a restart the server may have brought a newer client along.
async function noticeNewClient(): Promise<void> {
  const mine = document.querySelector<HTMLMetaElement>('meta[name="clickclack-build"]')?.content;
  try {
    const response = await fetch("/assets/build.json", { cache: "no-cache" });
    if (!response.ok) return;
    const { build } = (await response.json()) as { build?: string };
    if (build && mine && build !== mine) store.dispatch({ type: "ui/updateReady" });
  } catch (error) {
    // Asked again at the next connection.
    console.info("the client's version is not known", error);
  }
}
