// What stands in the timeline, in order. Pure.

import type { Message } from "../../api";
import { isActivity } from "../../store/space/events";
import type { PendingMessage } from "../../store/state";
import { fitted } from "../attachments/boxes";
import { dayKey } from "../../strings/times";

export type Row =
  | { kind: "day"; key: string; estimate: number; floats: true; at: string }
  | { kind: "new"; key: string; estimate: number; floats: true }
  /** `compact`: it continues what the same author just said. */
  | { kind: "message"; key: string; estimate: number; id: string; seq: number; compact: boolean }
  /** What an agent did in one turn. */
  | { kind: "activity"; key: string; estimate: number; ids: string[]; seq: number; turn: string; author: string }
  | { kind: "pending"; key: string; estimate: number; message: PendingMessage; compact: boolean };

const COMPACT_MS = 5 * 60_000;

/**
 * How the first message looks depends on the one before it. While that is not known (`hasOlder`) it only tells how the next
 * one looks, so that no row changes its height when older messages come.
 */
export function timelineRows(
  messages: readonly Message[], pending: readonly PendingMessage[], me: string, newAfter: number | null, hasOlder = false,
): Row[] {
  const rows: Row[] = [];
  let day = "";
  let last: { author: string; at: number } | null = null;
  let marked = newAfter === null;
  const [first] = messages;
  const waits = hasOlder && messages.length > 1;
  if (first && waits) {
    day = dayKey(first.created_at);
    if (!isActivity(first.kind)) last = { author: first.author_id, at: new Date(first.created_at).getTime() };
  }
  for (const message of waits ? messages.slice(1) : messages) {
    const key = dayKey(message.created_at);
    if (key !== day) {
      rows.push({ kind: "day", key: `day ${key}`, estimate: 40, floats: true, at: message.created_at });
      day = key;
      last = null;
    }
    const seq = message.channel_seq ?? 0;
    if (!marked && newAfter !== null && seq > newAfter && message.author_id !== me) {
      rows.push({ kind: "new", key: "new", estimate: 28, floats: true });
      marked = true;
      last = null;
    }
    const at = new Date(message.created_at).getTime();
    if (isActivity(message.kind) && !message.deleted_at) {
      const before = rows.at(-1);
      const turn = message.turn_id ?? "";
      if (before?.kind === "activity" && before.turn === turn && before.author === message.author_id) {
        before.ids.push(message.id);
        before.seq = seq;
      } else {
        rows.push({
          kind: "activity", key: `activity ${message.id}`, estimate: 34, ids: [message.id], seq, turn, author: message.author_id,
        });
      }
      last = null;
      continue;
    }
    const compact = continues(last, message.author_id, at) && !message.quoted_message_id;
    rows.push({ kind: "message", key: message.id, id: message.id, seq, compact, estimate: estimate(message, compact) });
    last = { author: message.author_id, at };
  }
  for (const message of pending) {
    const at = new Date(message.createdAt).getTime();
    const compact = continues(last, me, at) && !message.quotedMessageID;
    // The key stays when the message takes its place, so that nothing blinks.
    rows.push({ kind: "pending", key: `pending ${message.nonce}`, message, compact, estimate: compact ? 28 : 52 });
    last = { author: me, at };
  }
  return rows;
}

/** The row in which a message is shown. */
export const rowOf = (rows: readonly Row[], messageID: string): Row | undefined =>
  rows.find((row) => row.key === messageID || (row.kind === "activity" && row.ids.includes(messageID)));

const continues = (last: { author: string; at: number } | null, author: string, at: number): boolean =>
  last !== null && last.author === author && at - last.at < COMPACT_MS;

function estimate(message: Message, compact: boolean): number {
  const lines = message.body.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / 100), 0);
  return (compact ? 6 : 30) + lines * 22 + (message.reactions ? 32 : 0) + (message.thread_state?.reply_count ? 30 : 0)
    + (message.attachments ?? []).reduce((sum, upload) => sum + (fitted(upload.width, upload.height)?.height ?? 56) + 8, 0);
}
