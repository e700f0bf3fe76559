// Messages on their way: shown at once, sent in order, kept over a reload, tried again with the same nonce.

import { ApiError, api, makeNonce, type MessageMutation, type Place } from "../api";
import type { PendingMessage } from "../store/state";
import { messageOf, report } from "./report";
import { cursorOf, dispatchTo, spaceOf } from "./space";

export interface OutgoingMessage {
  workspaceID: string;
  place: Place;
  rootID?: string | null;
  body: string;
  quotedMessageID?: string | null;
  topicID?: string | null;
  uploadIDs?: readonly string[];
}

/** Messages of one conversation are sent one after the other. */
const queues = new Map<string, Promise<void>>();

export function send(message: OutgoingMessage): void {
  const pending: PendingMessage = {
    nonce: makeNonce(), place: message.place, rootID: message.rootID ?? null, body: message.body,
    quotedMessageID: message.quotedMessageID ?? null, topicID: message.topicID ?? null,
    uploadIDs: message.uploadIDs ?? [], createdAt: new Date().toISOString(), state: "sending", seq: 0, error: "",
    refused: false,
  };
  dispatchTo(message.workspaceID, { type: "pending/added", message: pending });
  enqueue(message.workspaceID, pending);
}

/** Sends one again, after those before it that also wait. */
export function retry(workspaceID: string, nonce: string): void {
  resumeOutbox(workspaceID);
  retryOne(workspaceID, nonce);
}

function retryOne(workspaceID: string, nonce: string): void {
  const pending = spaceOf(workspaceID)?.pending.find((known) => known.nonce === nonce);
  if (!pending || pending.state !== "failed") return;
  dispatchTo(workspaceID, { type: "pending/sending", nonce });
  enqueue(workspaceID, pending);
}

export function discard(workspaceID: string, nonce: string): void {
  dispatchTo(workspaceID, { type: "pending/discarded", nonce });
  save(workspaceID);
}

/** Sends what could not be sent while there was no connection, and what a reload interrupted. */
export function resumeOutbox(workspaceID: string): void {
  for (const message of saved(workspaceID)) {
    if (!spaceOf(workspaceID)?.pending.some((known) => known.nonce === message.nonce)) {
      dispatchTo(workspaceID, { type: "pending/added", message: { ...message, state: "failed" } });
    }
  }
  for (const message of spaceOf(workspaceID)?.pending ?? []) {
    if (waits(message)) retryOne(workspaceID, message.nonce);
  }
}

const waits = (message: PendingMessage): boolean => message.state === "failed" && !message.refused;
const queueOf = (message: PendingMessage): string => `${message.place.id} ${message.rootID ?? ""}`;

// A busy server is asked again while the connection stands; otherwise the next connection resumes.
const RESUME_SECONDS = 4;
const timers = new Map<string, ReturnType<typeof setTimeout>>();
function resumeLater(workspaceID: string, seconds: number | null): void {
  clearTimeout(timers.get(workspaceID));
  timers.set(workspaceID, setTimeout(() => {
    timers.delete(workspaceID);
    if (spaceOf(workspaceID)?.connection.phase === "live") resumeOutbox(workspaceID);
  }, (seconds ?? RESUME_SECONDS) * 1_000));
}

function enqueue(workspaceID: string, message: PendingMessage): void {
  save(workspaceID);
  const key = queueOf(message);
  const after = (queues.get(key) ?? Promise.resolve()).then(() => deliver(workspaceID, message));
  queues.set(key, after);
}

async function deliver(workspaceID: string, message: PendingMessage): Promise<void> {
  const { nonce } = message;
  const all = spaceOf(workspaceID)?.pending ?? [];
  const at = all.findIndex((known) => known.nonce === nonce && known.state === "sending");
  if (at < 0) return;
  // It must not overtake one that is to be sent again.
  const ahead = all.slice(0, at).find((known) => waits(known) && queueOf(known) === queueOf(message));
  if (ahead) {
    dispatchTo(workspaceID, { type: "pending/failed", nonce, error: ahead.error, refused: false });
    return save(workspaceID);
  }
  const before = cursorOf(workspaceID);
  try {
    const answer = await post(message);
    const last = answer.events?.at(-1)?.cursor ?? answer.event?.cursor ?? "";
    const asOf = last || before;
    dispatchTo(workspaceID, { type: "pending/sent", nonce, message: answer.message, asOf });
    for (const uploadID of message.uploadIDs) await api.messages.attach(answer.message.id, uploadID);
  } catch (error) {
    const refused = error instanceof ApiError && !error.isTransient;
    dispatchTo(workspaceID, { type: "pending/failed", nonce, error: messageOf(error), refused });
    if (!refused) resumeLater(workspaceID, error instanceof ApiError ? error.retryAfterSeconds : null);
    if (error instanceof ApiError && error.status === 401) report(error);
  }
  save(workspaceID);
}

function post(message: PendingMessage): Promise<MessageMutation> {
  const draft = {
    body: message.body, nonce: message.nonce,
    ...(message.quotedMessageID && { quoted_message_id: message.quotedMessageID }),
  };
  if (message.rootID) return api.threads.reply(message.rootID, draft);
  return api.messages.create(message.place, { ...draft, ...(message.topicID && { topic_id: message.topicID }) });
}

// Session storage belongs to this tab, so no two tabs adopt the same messages.
const storageKey = (workspaceID: string) => `clickclack.outbox.${spaceOf(workspaceID)?.me ?? ""}.${workspaceID}`;

function save(workspaceID: string): void {
  const pending = (spaceOf(workspaceID)?.pending ?? []).filter((message) => message.state !== "sent");
  if (pending.length) sessionStorage.setItem(storageKey(workspaceID), JSON.stringify(pending));
  else sessionStorage.removeItem(storageKey(workspaceID));
}

function saved(workspaceID: string): PendingMessage[] {
  const text = sessionStorage.getItem(storageKey(workspaceID));
  return text ? (JSON.parse(text) as PendingMessage[]) : [];
}
