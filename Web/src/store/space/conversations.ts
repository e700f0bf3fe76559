import type { Channel, DirectConversation } from "../../api";
import type { Conversation, Space } from "../state";
import { withUsers } from "./users";

const MENTIONS_MAX = 200;
const ARRIVED_MAX = 1_000;

type Listed = Channel | DirectConversation;

/** Takes over the server's list. A list that was asked for before the last one is ignored. */
export function conversationsLoaded(
  space: Space, channels: readonly Channel[], directs: readonly DirectConversation[], asOf: string,
): Space {
  if (space.conversationsAsOf !== null && asOf < space.conversationsAsOf) return space;
  const conversations: Record<string, Conversation> = {};
  for (const channel of channels) conversations[channel.id] = merged(space.conversations[channel.id], channel, null);
  for (const direct of directs) conversations[direct.id] = merged(space.conversations[direct.id], null, direct);
  // A direct conversation leaves the list when it is closed, and may be on screen all the same.
  for (const known of Object.values(space.conversations)) {
    if (known.direct && !conversations[known.id]) conversations[known.id] = { ...known, closed: true };
  }
  // What is not open to me any more is forgotten.
  const windows = Object.fromEntries(
    Object.entries(space.windows).filter(([key]) => conversations[key.split(" ")[0] ?? ""]));
  return withUsers(
    { ...space, conversations, windows, conversationsAsOf: asOf }, directs.flatMap((direct) => direct.members));
}

/** A conversation that this client made or opened: it is there at once, before the list is loaded again. */
export function conversationsAdded(
  space: Space, channel: Channel | null, direct: DirectConversation | null,
): Space {
  const listed: Listed | null = channel ?? direct;
  if (!listed) return space;
  const conversation = merged(space.conversations[listed.id], channel, direct);
  const conversations = { ...space.conversations, [listed.id]: conversation };
  return withUsers({ ...space, conversations }, direct?.members ?? []);
}

function merged(known: Conversation | undefined, channel: Channel | null, direct: DirectConversation | null): Conversation {
  const listed = (channel ?? direct) as Listed;
  const counted = {
    unread: listed.unread_count ?? 0, lastSeq: listed.last_seq ?? 0, readSeq: listed.last_read_seq ?? 0,
  };
  const place = {
    id: listed.id, kind: channel ? ("channel" as const) : ("direct" as const), routeID: listed.route_id, channel, direct,
    closed: false,
  };
  if (!known) {
    return {
      ...place, lastSeq: counted.lastSeq, readSeq: counted.readSeq, counted, arrived: [], mentions: [], mentionsThrough: 0,
      confirmedSeq: 0,
    };
  }
  // Of two answers that were asked for at the same time, the one that counted further is the newer.
  const newer = counted.lastSeq > known.counted.lastSeq
    || (counted.lastSeq === known.counted.lastSeq && counted.readSeq >= known.counted.readSeq);
  return settled({
    ...known, ...place,
    lastSeq: Math.max(known.lastSeq, counted.lastSeq),
    readSeq: Math.max(known.readSeq, counted.readSeq),
    counted: newer ? counted : known.counted,
  });
}

/** This client closed it: it is there at once, before the list is loaded again. */
export function conversationClosed(space: Space, conversationID: string): Space {
  const known = space.conversations[conversationID];
  if (!known?.direct) return space;
  return { ...space, conversations: { ...space.conversations, [conversationID]: { ...known, closed: true } } };
}

/**
 * Which of the unread messages up to a position mention me. The list has no such count: events tell of those that came
 * while this client listened, and the messages themselves of those from before.
 */
export function mentionsCounted(space: Space, conversationID: string, seqs: readonly number[], through: number): Space {
  const known = space.conversations[conversationID];
  if (!known || through <= known.mentionsThrough) return space;
  const mentions = [...new Set([...known.mentions, ...seqs])];
  const conversation = settled({ ...known, mentions, mentionsThrough: through });
  return { ...space, conversations: { ...space.conversations, [conversationID]: conversation } };
}

/** The unread positions of a channel of which nobody has said yet whether they mention me. */
export function uncountedMentions(conversation: Conversation): { after: number; through: number } | null {
  if (conversation.kind !== "channel" || unreadCount(conversation) === 0) return null;
  const after = Math.max(conversation.readSeq, conversation.mentionsThrough);
  const through = conversation.counted.lastSeq;
  return after < through ? { after, through } : null;
}

/** A message came into being at a position. Mine are read, and nobody is to read an agent's activity. */
export function messageArrived(
  space: Space, conversationID: string, seq: number, counts: boolean, mentionsMe: boolean, cursor: string,
): Space {
  const known = space.conversations[conversationID];
  // A direct conversation that was closed, or one that is new to me.
  if (!known) return { ...space, conversationsTouched: cursor };
  if (known.closed) {
    return messageArrived({
      ...space, conversationsTouched: cursor,
      conversations: { ...space.conversations, [conversationID]: { ...known, closed: false } },
    }, conversationID, seq, counts, mentionsMe, cursor);
  }
  const followed = Math.max(known.mentionsThrough, known.readSeq) + 1 === seq;
  const arrives = counts && seq > known.counted.lastSeq && !known.arrived.includes(seq);
  const mentions = mentionsMe && counts && !known.mentions.includes(seq);
  if (seq <= known.lastSeq && !arrives && !mentions && !followed) return space;
  const conversation = settled({
    ...known,
    lastSeq: Math.max(known.lastSeq, seq),
    arrived: arrives ? [...known.arrived, seq].slice(-ARRIVED_MAX) : known.arrived,
    mentions: mentions ? [...known.mentions, seq].slice(-MENTIONS_MAX) : known.mentions,
    mentionsThrough: followed ? seq : known.mentionsThrough,
  });
  return { ...space, conversations: { ...space.conversations, [conversationID]: conversation } };
}

/** The newest position is at least this one. */
export function seqSeen(space: Space, conversationID: string, seq: number): Space {
  const known = space.conversations[conversationID];
  if (!known || seq <= known.lastSeq) return space;
  return { ...space, conversations: { ...space.conversations, [conversationID]: { ...known, lastSeq: seq } } };
}

/** Read up to a position, here or (with the cursor of its event) on the server's word. */
export function readAdvanced(space: Space, conversationID: string, seq: number, cursor = ""): Space {
  const known = space.conversations[conversationID];
  const confirmed = cursor !== "";
  // A list from before may be on its way.
  if (!known) return confirmed ? { ...space, conversationsTouched: cursor } : space;
  if (seq <= known.readSeq && (!confirmed || seq <= known.confirmedSeq)) return space;
  const conversation = settled({
    ...known, readSeq: Math.max(known.readSeq, seq),
    confirmedSeq: confirmed ? Math.max(known.confirmedSeq, seq) : known.confirmedSeq,
  });
  return { ...space, conversations: { ...space.conversations, [conversationID]: conversation } };
}

/**
 * Whether the count is an estimate: only a part of what the server had counted has been read since, and how much of the
 * rest is to be read the server knows. A list that is asked for now will have counted after that reading.
 */
export const isMiscounted = ({ counted, confirmedSeq }: Conversation): boolean =>
  counted.unread > 0 && confirmedSeq > counted.readSeq && confirmedSeq < counted.lastSeq;

function settled(conversation: Conversation): Conversation {
  const { counted, readSeq } = conversation;
  return {
    ...conversation,
    arrived: conversation.arrived.filter((seq) => seq > counted.lastSeq && seq > readSeq).sort((a, b) => a - b),
    mentions: conversation.mentions.filter((seq) => seq > readSeq).sort((a, b) => a - b),
  };
}

/** How many messages by others are unread. */
export function unreadCount(conversation: Conversation): number {
  const { counted, readSeq } = conversation;
  const rest = readSeq >= counted.lastSeq ? 0 : Math.min(counted.unread, counted.lastSeq - readSeq);
  return rest + conversation.arrived.length;
}
