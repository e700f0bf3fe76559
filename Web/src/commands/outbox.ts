// Messages on their way: shown at once, sent in order with their files, kept over a reload, tried again with the same
// nonce. What must still be done stands in the session's storage; the store only shows it.

import { ApiError, api, makeNonce, type MessageMutation, type Place, type Upload } from "../api";
import { keptInTab } from "../kept";
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
  /** Files that the server has and that belong to this message. */
  uploads?: readonly Upload[];
}

/** A message that is not yet at the server with everything that belongs to it. */
interface Entry {
  message: PendingMessage;
  /** Its id, once the server has it. */
  messageID: string | null;
  /** What the server has not attached yet. */
  attach: readonly Upload[];
  /** Whether only a person tries it again. */
  refused: boolean;
}

/** Messages of one conversation are sent one after the other. */
const queues = new Map<string, Promise<void>>();

export function send(message: OutgoingMessage): void {
  const pending: PendingMessage = {
    nonce: makeNonce(), place: message.place, rootID: message.rootID ?? null, body: message.body,
    quotedMessageID: message.quotedMessageID ?? null, topicID: message.topicID ?? null,
    uploads: message.uploads ?? [], createdAt: new Date().toISOString(), state: "sending", seq: 0, error: "",
    refused: false,
  };
  dispatchTo(message.workspaceID, { type: "pending/added", message: pending });
  keep(message.workspaceID, { message: pending, messageID: null, attach: pending.uploads, refused: false });
  enqueue(message.workspaceID, pending);
}

/** Tries a message, or the files of one, again, after those before it that also wait. */
export function retry(workspaceID: string, nonce: string): void {
  resumeOutbox(workspaceID);
  retryOne(workspaceID, nonce);
}

function retryOne(workspaceID: string, nonce: string): void {
  if (underWay.has(nonce)) return;
  const entry = entriesOf(workspaceID).find((known) => known.message.nonce === nonce);
  if (!entry) return;
  keep(workspaceID, { ...entry, refused: false });
  dispatchTo(workspaceID, { type: "pending/sending", nonce });
  if (entry.messageID) showAttaching(workspaceID, entry, entry.messageID);
  enqueue(workspaceID, entry.message);
}

/** Gives up a message, or the files that one still lacks. */
export function discard(workspaceID: string, nonce: string): void {
  const entry = entriesOf(workspaceID).find((known) => known.message.nonce === nonce);
  drop(workspaceID, nonce);
  dispatchTo(workspaceID, { type: "pending/discarded", nonce });
  if (entry?.messageID) dispatchTo(workspaceID, { type: "attaching/ended", messageID: entry.messageID });
}

/** Sends what could not be sent while there was no connection, and what a reload interrupted. */
export function resumeOutbox(workspaceID: string): void {
  for (const entry of entriesOf(workspaceID)) {
    const { message, messageID, refused } = entry;
    if (messageID) {
      showAttaching(workspaceID, entry, messageID);
    } else if (!spaceOf(workspaceID)?.pending.some((known) => known.nonce === message.nonce)) {
      dispatchTo(workspaceID, { type: "pending/added", message: { ...message, state: "failed", refused } });
    }
    if (!refused) retryOne(workspaceID, message.nonce);
  }
}

const underWay = new Set<string>();
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
  if (underWay.has(message.nonce)) return;
  underWay.add(message.nonce);
  const key = queueOf(message);
  const after = (queues.get(key) ?? Promise.resolve())
    .then(() => deliver(workspaceID, message.nonce))
    .finally(() => underWay.delete(message.nonce));
  queues.set(key, after);
}

async function deliver(workspaceID: string, nonce: string): Promise<void> {
  const all = entriesOf(workspaceID);
  const at = all.findIndex((known) => known.message.nonce === nonce);
  let entry = all[at];
  if (!entry) return;
  const queue = queueOf(entry.message);
  // It must not overtake one that is to be sent again.
  const ahead = all.slice(0, at).find((one) => !one.messageID && !one.refused && queueOf(one.message) === queue);
  if (ahead && !entry.messageID) {
    const error = spaceOf(workspaceID)?.pending.find((known) => known.nonce === ahead.message.nonce)?.error ?? "";
    return dispatchTo(workspaceID, { type: "pending/failed", nonce, error, refused: false });
  }
  try {
    let since = "";
    if (!entry.messageID) ({ entry, since } = await deliverMessage(workspaceID, entry));
    await attachAll(workspaceID, entry, since);
  } catch (error) {
    failed(workspaceID, nonce, error);
  }
}

/** The message is there; `since` is the position in the log that it came with. */
async function deliverMessage(workspaceID: string, entry: Entry): Promise<{ entry: Entry; since: string }> {
  const { nonce } = entry.message;
  const before = cursorOf(workspaceID);
  const answer = await post(entry.message);
  const last = answer.events?.at(-1)?.cursor ?? answer.event?.cursor ?? "";
  const placed = { ...entry, messageID: answer.message.id };
  if (placed.attach.length) {
    keep(workspaceID, placed);
    showAttaching(workspaceID, placed, answer.message.id);
  } else {
    drop(workspaceID, nonce);
  }
  dispatchTo(workspaceID, { type: "pending/sent", nonce, message: answer.message, asOf: last || before });
  return { entry: placed, since: last };
}

// Attaching twice is the same as once, so an answer that was lost does no harm.
async function attachAll(workspaceID: string, entry: Entry, since: string): Promise<void> {
  const { messageID } = entry;
  if (!messageID || !entry.attach.length) return;
  let left = entry;
  for (const upload of entry.attach) {
    await api.messages.attach(messageID, upload.id);
    left = { ...left, attach: left.attach.filter((one) => one.id !== upload.id) };
    if (left.attach.length) keep(workspaceID, left);
  }
  drop(workspaceID, entry.message.nonce);
  // Shown as on their way until the message is known with them.
  // Without a connection the events lag behind what was answered.
  const cursor = cursorOf(workspaceID);
  const asOf = since > cursor ? since : cursor;
  try {
    dispatchTo(workspaceID, { type: "messages/snapshot", message: await api.messages.get(messageID), asOf });
  } catch (error) {
    // The event about the change brings it.
    console.info("the message was not loaded again", error);
  }
  dispatchTo(workspaceID, { type: "attaching/ended", messageID });
}

function failed(workspaceID: string, nonce: string, error: unknown): void {
  const refused = error instanceof ApiError && !error.isTransient;
  const text = messageOf(error);
  const entry = entriesOf(workspaceID).find((known) => known.message.nonce === nonce);
  if (entry) keep(workspaceID, { ...entry, refused, message: { ...entry.message, error: text } });
  if (entry?.messageID) {
    dispatchTo(workspaceID, { type: "attaching/failed", messageID: entry.messageID, error: text, refused });
  } else {
    dispatchTo(workspaceID, { type: "pending/failed", nonce, error: text, refused });
  }
  if (!refused) resumeLater(workspaceID, error instanceof ApiError ? error.retryAfterSeconds : null);
  if (error instanceof ApiError && error.status === 401) report(error);
}

function showAttaching(workspaceID: string, entry: Entry, messageID: string): void {
  const { nonce, uploads, error } = entry.message;
  dispatchTo(workspaceID, {
    type: "attaching/added",
    attaching: {
      messageID, nonce, uploads, state: entry.refused ? "failed" : "sending", error, refused: entry.refused,
    },
  });
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

const entriesOf = (workspaceID: string): Entry[] =>
  keptInTab.getList<Entry>(storageKey(workspaceID), ({ message, attach }) =>
    !!message?.nonce && !!message.place && Array.isArray(attach) && Array.isArray(message.uploads));

function keep(workspaceID: string, entry: Entry): void {
  const known = entriesOf(workspaceID);
  const at = known.findIndex((one) => one.message.nonce === entry.message.nonce);
  if (at < 0) known.push(entry);
  else known[at] = entry;
  keptInTab.setItem(storageKey(workspaceID), JSON.stringify(known));
}

function drop(workspaceID: string, nonce: string): void {
  const left = entriesOf(workspaceID).filter((entry) => entry.message.nonce !== nonce);
  if (left.length) keptInTab.setItem(storageKey(workspaceID), JSON.stringify(left));
  else keptInTab.removeItem(storageKey(workspaceID));
}
