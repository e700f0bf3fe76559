import { addresses } from "./address";
import { path, query, request } from "./client";
import type { Message, MessageMutation, MessagePage, ReactionMutation, Thread } from "./types";

/** Where messages are: a channel or a direct conversation. */
export interface Place {
  kind: "channel" | "direct";
  id: string;
}

/** Which part of a conversation: the newest without any, else before, after or on both sides of a position. */
export interface Position {
  before_seq?: number;
  after_seq?: number;
  around_seq?: number;
  topic_id?: string;
  limit?: number;
}

export interface NewMessage {
  body: string;
  nonce: string;
  quoted_message_id?: string;
  topic_id?: string;
}

export const messages = {
  page: (place: Place, position: Position, signal?: AbortSignal) =>
    request<MessagePage>("GET", addresses.messages(place, position), { ...(signal && { signal }) }),
  get: async (id: string) => (await request<{ message: Message }>("GET", path`/api/messages/${id}`)).message,
  create: (place: Place, message: NewMessage) =>
    request<MessageMutation>("POST", `${addresses.place(place)}/messages`, { body: message }),
  update: (id: string, body: string) => request<MessageMutation>("PATCH", path`/api/messages/${id}`, { body: { body } }),
  remove: (id: string) => request<MessageMutation>("DELETE", path`/api/messages/${id}`),
  attach: (id: string, uploadID: string) =>
    request<unknown>("POST", path`/api/messages/${id}/attachments`, { body: { upload_id: uploadID } }),
  /** Gives the message an address of its own. */
  ensureRoute: async (id: string) =>
    (await request<{ message: Message }>("POST", path`/api/messages/${id}/route`)).message,
  markRead: (place: Place, seq: number) => request<unknown>("POST", `${addresses.place(place)}/read`, { body: { seq } }),
};

export const threads = {
  /** The root and its newest replies. */
  get: (root: string) => request<Thread>("GET", query(path`/api/messages/${root}/thread`, { limit: 200, latest: true })),
  /** The root and how many replies it has. */
  state: (root: string) => request<Thread>("GET", query(path`/api/messages/${root}/thread`, { limit: 1, latest: true })),
  reply: (root: string, message: NewMessage) =>
    request<MessageMutation>("POST", path`/api/messages/${root}/thread/replies`, { body: message }),
};

export const reactions = {
  add: (message: string, emoji: string) =>
    request<ReactionMutation>("POST", path`/api/messages/${message}/reactions`, { body: { emoji } }),
  remove: (message: string, emoji: string) =>
    request<ReactionMutation>("DELETE", path`/api/messages/${message}/reactions/${emoji}`),
};

export const pins = {
  list: async (channel: string) =>
    (await request<{ messages: Message[] | null }>("GET", path`/api/channels/${channel}/pins`)).messages ?? [],
  add: (channel: string, message: string) =>
    request<unknown>("POST", path`/api/channels/${channel}/pins`, { body: { message_id: message } }),
  remove: (channel: string, message: string) =>
    request<unknown>("DELETE", path`/api/channels/${channel}/pins/${message}`),
};
