// A server as the contract describes it, small enough to be obviously right: the truth that the store must arrive at.

import type { Channel, Message, MessagePage, ServerEvent, Thread, User } from "../src/api/types";

export const ME = "usr_me";
const OTHER = "usr_other";
export const CHANNEL = "chn_1";

const person = (id: string): User => ({ id, kind: "human", display_name: id, handle: "", avatar_url: "", created_at: "" });

export class ModelServer {
  readonly log: ServerEvent[] = [];
  readonly messages: Message[] = [];
  readonly replies = new Map<string, Message[]>();
  readSeq = 0;
  private readonly mentioning = new Set<string>();
  private readonly byNonce = new Map<string, Message>();

  get cursor(): string {
    return this.log.at(-1)?.cursor ?? "cur_00000";
  }

  create(
    author: string, nonce: string, rootID: string | null, options: { mentionsMe?: boolean; isActivity?: boolean } = {},
  ): { message: Message; events: ServerEvent[] } {
    const known = this.byNonce.get(nonce);
    if (known) return { message: { ...known }, events: [] };
    const id = `msg_${this.messages.length}_${[...this.replies.values()].reduce((sum, list) => sum + list.length, 0)}`;
    const thread = rootID ? this.replies.get(rootID) ?? [] : [];
    const message: Message = {
      id, workspace_id: "wsp", channel_id: CHANNEL, author_id: author, thread_root_id: rootID ?? id, body: `body ${id}`,
      body_format: "markdown", created_at: "2026-01-01T00:00:00Z", author: person(author), nonce,
      ...(rootID ? { parent_message_id: rootID, thread_seq: thread.length + 1 } : { channel_seq: this.messages.length + 1 }),
    };
    this.byNonce.set(nonce, message);
    if (rootID) {
      this.replies.set(rootID, [...thread, message]);
      return {
        message: { ...message },
        events: [
          this.emit("thread.reply_created", { message_id: id, root_message_id: rootID }),
          this.emit("thread.state_updated", { root_message_id: rootID }),
        ],
      };
    }
    if (options.isActivity) message.kind = "agent_tool";
    if (options.mentionsMe) message.body = "hello @me";
    this.messages.push(message);
    const payload = { message_id: id, author_id: author, ...(message.kind && { kind: message.kind }) };
    const event = this.emit("message.created", payload, message.channel_seq);
    if (options.mentionsMe) event.mentioned_user_ids = [ME];
    if (options.mentionsMe) this.mentioning.add(id);
    return { message: { ...message }, events: [event] };
  }

  edit(message: Message, body: string): { message: Message; events: ServerEvent[] } {
    message.body = body;
    message.edited_at = "2026-01-02T00:00:00Z";
    return { message: { ...message }, events: [this.emit("message.updated", { message_id: message.id })] };
  }

  react(message: Message, emoji: string): void {
    message.reactions = [...(message.reactions ?? []), { emoji, count: 1, reacted_by_me: false }];
    this.emit("reaction.added", { message_id: message.id, emoji, user_id: OTHER });
  }

  read(seq: number): void {
    if (seq <= this.readSeq) return;
    this.readSeq = Math.min(seq, this.messages.length);
    this.emit("channel.read", { user_id: ME }, this.readSeq);
  }

  channels(): Channel[] {
    return [{
      id: CHANNEL, route_id: "C", workspace_id: "wsp", name: "general", kind: "public", created_at: "",
      external_managed: false, last_seq: this.messages.length, last_read_seq: this.readSeq, unread_count: this.unread,
    }];
  }

  get unread(): number {
    return this.messages.filter(
      (message) => message.author_id !== ME && !message.kind && message.channel_seq! > this.readSeq).length;
  }

  /** The positions from one to another of messages that mention me. */
  mentions(after: number, through: number): number[] {
    return this.messages
      .filter((message) => message.author_id !== ME && !message.kind && this.mentioning.has(message.id))
      .map((message) => message.channel_seq!)
      .filter((seq) => seq > after && seq <= through);
  }

  page(limit: number, after?: number): MessagePage {
    const all = this.messages.filter((message) => after === undefined || message.channel_seq! > after);
    const shown = after === undefined ? all.slice(-limit) : all.slice(0, limit);
    const messages = shown.map((message) => ({ ...message, thread_state: this.threadState(message.id) }));
    const newest = messages.at(-1)?.channel_seq ?? 0;
    return {
      messages, oldest_seq: messages[0]?.channel_seq ?? 0, newest_seq: newest,
      has_older: (messages[0]?.channel_seq ?? 1) > 1, has_newer: messages.length > 0 && newest < this.messages.length,
    };
  }

  thread(rootID: string): Thread {
    const root = this.find(rootID);
    const replies = (this.replies.get(rootID) ?? []).map((message) => ({ ...message }));
    return { root: { ...root }, replies, thread_state: this.threadState(rootID) };
  }

  find(id: string): Message {
    return [...this.messages, ...[...this.replies.values()].flat()].find((message) => message.id === id)!;
  }

  private threadState(rootID: string) {
    const count = this.replies.get(rootID)?.length ?? 0;
    return { root_message_id: rootID, reply_count: count, last_reply_author_ids: [] };
  }

  private emit(type: string, payload: Record<string, unknown>, seq?: number): ServerEvent {
    const cursor = `cur_${String(this.log.length + 1).padStart(5, "0")}`;
    const event: ServerEvent = {
      id: cursor, cursor, type, workspace_id: "wsp", channel_id: CHANNEL, created_at: "", payload, ...(seq && { seq }),
    };
    this.log.push(event);
    return event;
  }
}

export const other = OTHER;
