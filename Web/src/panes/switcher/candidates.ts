// Where one can jump to. Pure.

import type { User } from "../../api";
import { badgeCount, partnerOf, titleOf, unreadCount } from "../../store/selectors";
import type { State } from "../../store/state";
import { fuzzyScore } from "./fuzzy";

export type Candidate = { key: string; name: string; hint: string; unread: number } & (
  | { kind: "channel"; workspaceID: string; conversationID: string; isPrivate: boolean }
  | { kind: "direct"; workspaceID: string; conversationID: string; partner: User | null }
  | { kind: "person"; user: User }
  | { kind: "workspace"; workspaceID: string });

export const FOUND_MAX = 12;
/** A workspace that is not shown comes after what is near. */
const FAR = 400;

/** The best answers to a query; without one, what is unread first. */
export function candidates(state: State, query: string, people: readonly User[]): Candidate[] {
  const found: { candidate: Candidate; score: number }[] = [];
  const offer = (candidate: Candidate, score: number | null, bonus: number) => {
    if (score !== null) found.push({ candidate, score: score + bonus });
  };
  const withDirect = new Set<string>();
  for (const workspace of state.workspaces) {
    const space = state.spaces[workspace.id];
    const isShown = workspace.id === state.ui.workspaceID;
    for (const conversation of Object.values(space?.conversations ?? {})) {
      if (!space) continue;
      const name = titleOf(conversation, space.me);
      const unread = unreadCount(conversation);
      const bonus = (isShown ? 0 : -FAR) + (badgeCount(conversation, space) ? 60 : unread ? 30 : 0)
        - (conversation.id === state.ui.conversationID ? 40 : 0);
      const base = {
        key: conversation.id, name, workspaceID: workspace.id, conversationID: conversation.id, unread,
        hint: isShown ? "" : workspace.name,
      };
      if (conversation.channel) {
        const score = Math.max(
          fuzzyScore(query, name) ?? -Infinity, fuzzyScore(query, conversation.channel.name) ?? -Infinity);
        const archived = conversation.channel.archived_at ? -FAR : 0;
        offer({ ...base, kind: "channel", isPrivate: conversation.channel.private ?? false },
          Number.isFinite(score) ? score : null, bonus + archived);
      } else {
        const partner = partnerOf(conversation, space.me);
        if (isShown && partner) withDirect.add(partner.id);
        offer({ ...base, kind: "direct", partner }, fuzzyScore(query, name), bonus - (conversation.closed ? FAR : 0));
      }
    }
    if (!isShown) {
      offer({ key: workspace.id, kind: "workspace", name: workspace.name, hint: "", unread: 0, workspaceID: workspace.id },
        fuzzyScore(query, workspace.name), -10);
    }
  }
  for (const user of people) {
    if (withDirect.has(user.id) || user.deleted_at || !query.trim()) continue;
    const score = Math.max(fuzzyScore(query, user.display_name) ?? -Infinity, fuzzyScore(query, user.handle) ?? -Infinity);
    offer({ key: user.id, kind: "person", name: user.display_name, hint: user.handle ? `@${user.handle}` : "", unread: 0, user },
      Number.isFinite(score) ? score : null, -20);
  }
  return found
    .sort((left, right) => right.score - left.score || left.candidate.name.localeCompare(right.candidate.name))
    .slice(0, FOUND_MAX).map(({ candidate }) => candidate);
}
