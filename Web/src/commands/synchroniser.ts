// Loads what staleness.ts says is needed, until nothing is.

import { ApiError, api, type DirectConversation } from "../api";
import { needKey, needs, type Need, type Visible } from "../store/staleness";
import { store } from "../store/store";
import { countMentions } from "./mentions";
import { loadPage } from "./pages";
import { report } from "./report";
import { cursorOf, dispatchTo, spaceOf } from "./space";

const PARALLEL_MAX = 4;
const RETRY_MS = 2_000;
/** Gathers the events of one burst into one request. */
const GATHER_MS = 25;

export class Synchroniser {
  private readonly underWay = new Set<string>();
  private readonly unsubscribe: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;
  private shown: string | null = null;

  constructor(private readonly workspaceID: string) {
    this.unsubscribe = store.subscribe(() => {
      // What somebody opens they wait for.
      const shown = store.getState().ui.conversationID;
      const isNew = shown !== this.shown;
      this.shown = shown;
      if (isNew) this.pass();
      else this.schedule(GATHER_MS);
    });
    this.schedule(0);
  }

  stop(): void {
    this.stopped = true;
    this.unsubscribe();
    clearTimeout(this.timer);
  }

  private schedule(milliseconds: number): void {
    if (this.timer !== undefined || this.stopped) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.pass();
    }, milliseconds);
  }

  private pass(): void {
    const space = spaceOf(this.workspaceID);
    if (!space || this.stopped) return;
    for (const need of needs(space, this.visible())) {
      const key = needKey(need);
      if (this.underWay.has(key)) continue;
      if (this.underWay.size >= PARALLEL_MAX) return;
      this.underWay.add(key);
      void this.serve(need, key);
    }
  }

  private visible(): Visible {
    const { ui } = store.getState();
    if (ui.workspaceID !== this.workspaceID) return { conversationID: null, topicID: null, rootID: null };
    return {
      conversationID: ui.conversationID, topicID: ui.topicID, rootID: ui.right?.kind === "thread" ? ui.right.rootID : null,
    };
  }

  private async serve(need: Need, key: string): Promise<void> {
    let pause = 0;
    try {
      await load(this.workspaceID, need, this.visible());
    } catch (error) {
      pause = RETRY_MS;
      if (error instanceof ApiError && error.isTransient) pause = (error.retryAfterSeconds ?? 2) * 1_000;
      else report(error);
    }
    setTimeout(() => {
      this.underWay.delete(key);
      this.schedule(0);
    }, pause);
  }
}

async function load(workspaceID: string, need: Need, visible: Visible): Promise<void> {
  const asOf = cursorOf(workspaceID);
  switch (need.kind) {
    case "conversations": {
      const [channels, directs] = await Promise.all([api.channels.list(workspaceID), directsOf(workspaceID)]);
      return dispatchTo(workspaceID, { type: "conversations/loaded", channels, directs, asOf });
    }
    case "latest":
      return loadPage(workspaceID, need.place, need.topicID, {});
    case "newer":
      return loadPage(workspaceID, need.place, need.topicID, { after: need.after });
    case "mentions":
      return countMentions(workspaceID, need.place, need.after, need.through);
    case "pins":
      return dispatchTo(workspaceID, {
        type: "pins/loaded", channelID: need.channelID, messages: await api.pins.list(need.channelID), asOf,
      });
    case "topics":
      return dispatchTo(workspaceID, { type: "topics/loaded", topics: await api.topics.list(workspaceID) });
    case "message":
      return loadMessage(workspaceID, need.messageID, asOf);
    case "thread": {
      if (visible.rootID === need.rootID) {
        const thread = await api.threads.get(need.rootID);
        return dispatchTo(workspaceID, { type: "threads/loaded", rootID: need.rootID, thread, asOf });
      }
      const thread = await api.threads.state(need.rootID);
      const message = { ...thread.root, thread_state: thread.thread_state };
      return dispatchTo(workspaceID, { type: "messages/snapshot", message, asOf });
    }
  }
}

async function loadMessage(workspaceID: string, messageID: string, asOf: string): Promise<void> {
  try {
    const message = await api.messages.get(messageID);
    dispatchTo(workspaceID, { type: "messages/snapshot", message, asOf });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    dispatchTo(workspaceID, { type: "messages/gone", messageID, asOf });
  }
}

// Guests have no direct conversations.
async function directsOf(workspaceID: string): Promise<DirectConversation[]> {
  try {
    return await api.directs.list(workspaceID);
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  }
}
