import { addresses } from "./address";
import { path, request } from "./client";
import type { DirectConversation } from "./types";

export const directs = {
  list: async (workspace: string) =>
    (await request<{ conversations: DirectConversation[] | null }>("GET", addresses.directs(workspace)))
      .conversations ?? [],
  get: async (id: string) =>
    (await request<{ conversation: DirectConversation }>("GET", path`/api/dms/${id}`)).conversation,
  open: async (workspace: string, members: string[]) =>
    (await request<{ conversation: DirectConversation }>("POST", "/api/dms", {
      body: { workspace_id: workspace, member_ids: members },
    })).conversation,
  /** Puts a closed one back into the list. */
  reopen: async (id: string) =>
    (await request<{ conversation: DirectConversation }>("POST", path`/api/dms/${id}/open`)).conversation,
  hide: (id: string) => request<unknown>("DELETE", path`/api/dms/${id}`),
  markRead: (id: string, seq: number) => request<unknown>("POST", path`/api/dms/${id}/read`, { body: { seq } }),
};
