// Questions that several components ask of the state.

import type { Message, User } from "../api";
import { unreadCount } from "./space/conversations";
import { GAP_MAX } from "./staleness";
import { overlaid } from "./space/overlays";
import { windowKey, type Conversation, type Space, type State } from "./state";

export { unreadCount };

export const me = (state: State): User | null => (state.session.status === "signedIn" ? state.session.me : null);

/** What a conversation is called: a channel's title or the names of the others. */
export function titleOf(conversation: Conversation, myID: string): string {
  if (conversation.channel) return conversation.channel.display_title || conversation.channel.name;
  const members = conversation.direct?.members ?? [];
  const others = members.filter((member) => member.id !== myID);
  return (others.length ? others : members).map((member) => member.display_name).join(", ");
}

/** The person of a conversation between two, or of the notes to oneself. */
export function partnerOf(conversation: Conversation, myID: string): User | null {
  const members = conversation.direct?.members ?? [];
  const others = members.filter((member) => member.id !== myID);
  if (others.length === 1) return others[0] ?? null;
  return others.length === 0 ? members[0] ?? null : null;
}

/** A number for the badge: what is addressed to me. In direct conversations that is everything. */
export const badgeCount = (conversation: Conversation, space: Space | null): number =>
  (conversation.kind === "direct" ? unreadCount(conversation) : conversation.mentions.length)
    + (space?.threadMentions.filter((mention) => mention.placeID === conversation.id).length ?? 0);

/** Whether a channel is to be left alone. Who is mentioned there is told all the same. */
export const isMuted = (space: Space, conversationID: string): boolean => space.preferences[conversationID] === "muted";

/** What the rail shows for a workspace. */
export function spaceSummary(space: Space | undefined): { unread: boolean; badge: number } {
  let unread = false;
  let badge = 0;
  for (const conversation of Object.values(space?.conversations ?? {})) {
    if (conversation.channel?.archived_at || conversation.closed) continue;
    unread ||= !!space && !isMuted(space, conversation.id) && unreadCount(conversation) > 0;
    badge += badgeCount(conversation, space ?? null);
  }
  return { unread, badge };
}

/** A message with what was asked of it applied. */
export function shownMessage(space: Space, id: string): Message | null {
  const entry = space.messages[id];
  return entry ? overlaid(entry.message, space.overlays) : null;
}

/** Whether there are messages after the loaded ones that will not come by themselves. */
export function hasNewer(space: Space, conversationID: string, topicID: string | null = null): boolean {
  const window = space.windows[windowKey(conversationID, topicID)];
  const conversation = space.conversations[conversationID];
  return !!window && !!conversation && (!window.live || conversation.lastSeq - window.newest > GAP_MAX);
}

export interface SidebarSection {
  name: string;
  conversations: Conversation[];
}

/** Channels by section (those without one first), archived ones apart, direct conversations by their last message. */
export function sidebarSections(space: Space): {
  sections: SidebarSection[]; directs: Conversation[]; archived: Conversation[];
} {
  const all = Object.values(space.conversations);
  const bySection = new Map<string, Conversation[]>();
  const archived: Conversation[] = [];
  for (const conversation of all) {
    if (!conversation.channel) continue;
    if (conversation.channel.archived_at) {
      archived.push(conversation);
      continue;
    }
    const name = conversation.channel.sidebar_section ?? "";
    bySection.set(name, [...(bySection.get(name) ?? []), conversation]);
  }
  const byTitle = (left: Conversation, right: Conversation) =>
    titleOf(left, space.me).localeCompare(titleOf(right, space.me));
  const sections = [...bySection]
    .map(([name, conversations]) => ({ name, conversations: conversations.sort(byTitle) }))
    .sort((left, right) => left.name.localeCompare(right.name));
  const directs = all.filter((conversation) => conversation.kind === "direct" && !conversation.closed)
    .sort((left, right) => unreadCount(right) - unreadCount(left) || byTitle(left, right));
  return { sections, directs, archived: archived.sort(byTitle) };
}
