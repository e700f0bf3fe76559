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
  return withUsers({ ...space, conversations, conversationsAsOf: asOf }, directs.flatMap((direct) => direct.members));
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
  };
  if (!known) {
    return { ...place, lastSeq: counted.lastSeq, readSeq: counted.readSeq, counted, arrived: [], mentions: [] };
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

/** A message came into being at a position. */
export function messageArrived(
  space: Space, conversationID: string, seq: number, byMe: boolean, mentionsMe: boolean, cursor: string,
): Space {
  const known = space.conversations[conversationID];
  // A direct conversation that was closed, or one that is new to me.
  if (!known) return { ...space, conversationsTouched: cursor };
  const arrives = !byMe && seq > known.counted.lastSeq && !known.arrived.includes(seq);
  const mentions = mentionsMe && !byMe && !known.mentions.includes(seq);
  if (seq <= known.lastSeq && !arrives && !mentions) return space;
  const conversation = settled({
    ...known,
    lastSeq: Math.max(known.lastSeq, seq),
    arrived: arrives ? [...known.arrived, seq].slice(-ARRIVED_MAX) : known.arrived,
    mentions: mentions ? [...known.mentions, seq].slice(-MENTIONS_MAX) : known.mentions,
  });
  return { ...space, conversations: { ...space.conversations, [conversationID]: conversation } };
}

/** The newest position is at least this one. */
export function seqSeen(space: Space, conversationID: string, seq: number): Space {
  const known = space.conversations[conversationID];
  if (!known || seq <= known.lastSeq) return space;
  return { ...space, conversations: { ...space.conversations, [conversationID]: { ...known, lastSeq: seq } } };
}

/**
 * Read up to a position, here or (`confirmed`) on the server's word. When something after it was there already, the rest
 * is an estimate until the list is loaded again: a count from before may even be on its way.
 */
export function readAdvanced(
  space: Space, conversationID: string, seq: number, confirmed: boolean, cursor = "",
): Space {
  const known = space.conversations[conversationID];
  if (!known) return confirmed ? { ...space, conversationsTouched: cursor } : space;
  let next = space;
  if (seq > known.readSeq) {
    const conversation = settled({ ...known, readSeq: seq });
    next = { ...space, conversations: { ...space.conversations, [conversationID]: conversation } };
  }
  const partly = seq > known.counted.readSeq && seq < known.lastSeq;
  return confirmed && partly && cursor > next.conversationsTouched ? { ...next, conversationsTouched: cursor } : next;
}

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
