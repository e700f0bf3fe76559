// What owners and moderators do with a workspace and its members.

import { csrfHeader, path, query, readAnswer, request } from "./client";
import type { MemberPage, Role, Upload, User, Workspace } from "./types";

export interface MemberModeration {
  workspace_id: string;
  user: User;
  role: Role;
  posts_remaining: number;
  post_limit: number;
  timeout_until?: string;
  blocked_at?: string;
  moderation_note?: string;
  moderation_by?: string;
  moderation_at?: string;
}

export interface ModerationChange {
  role?: "moderator" | "member" | "guest";
  timeout_minutes?: number;
  clear_timeout?: boolean;
  blocked?: boolean;
  moderation_note?: string;
}

export interface AuditEntry {
  id: string;
  actor_user_id: string;
  action: string;
  target_type: string;
  target_id: string;
  metadata: Record<string, unknown>;
  created_at: string;
}

export interface DirectoryPage extends MemberPage {
  total_by_role?: Record<Role, number>;
}

export const AUDIT_MAX = 500;

export const management = {
  update: async (workspace: string, change: { name?: string; slug?: string; icon_url?: string }) =>
    (await request<{ workspace: Workspace }>("PATCH", path`/api/workspaces/${workspace}`, { body: change })).workspace,
  transfer: async (workspace: string, user: string) =>
    (await request<{ workspace: Workspace }>(
      "POST", path`/api/workspaces/${workspace}/transfer-ownership`, { body: { user_id: user } })).workspace,
  remove: (workspace: string) => request<null>("DELETE", path`/api/workspaces/${workspace}`),
  /** Stores a picture that the workspace may use as its icon. */
  async uploadIcon(workspace: string, file: File): Promise<Upload> {
    const form = new FormData();
    form.set("workspace_id", workspace);
    form.set("file", file);
    const response = await fetch("/api/uploads", {
      method: "POST", headers: csrfHeader("POST"), credentials: "same-origin", body: form,
    });
    return readAnswer<{ upload: Upload }>(
      response.status, await response.text(), response.headers.get("Retry-After")).upload;
  },
  directory: (workspace: string, options: { q?: string; role?: string; cursor?: string; limit?: number }) =>
    request<DirectoryPage>("GET", query(path`/api/workspaces/${workspace}/members`, { limit: 50, ...options })),
  roster: async (workspace: string) =>
    (await request<{ members: MemberModeration[] | null }>(
      "GET", path`/api/workspaces/${workspace}/moderation/members`)).members ?? [],
  moderate: async (workspace: string, user: string, change: ModerationChange) =>
    (await request<{ member: MemberModeration }>(
      "PATCH", path`/api/workspaces/${workspace}/moderation/members/${user}`, { body: change })).member,
  /** The newest entries; the log has no pages, only a length. */
  audit: async (workspace: string, limit: number) =>
    (await request<{ audit_log_entries: AuditEntry[] | null }>(
      "GET", query(path`/api/workspaces/${workspace}/audit-log`, { limit }))).audit_log_entries ?? [],
};
