import { path, request } from "./client";
import type { Role, Workspace } from "./types";

export interface Invite {
  id: string;
  workspace_id: string;
  role: Role;
  created_by?: string;
  created_at: string;
  expires_at: string;
  max_uses: number;
  uses: number;
  revoked_at?: string;
}

export interface NewInvite {
  expires_in_seconds: number;
  max_uses: number;
  role: "member" | "guest";
}

export interface InvitePreview {
  workspace: { name: string; icon_url: string };
  role: Role;
  expires_at: string;
}

export const invites = {
  list: async (workspace: string) =>
    (await request<{ invites: Invite[] | null }>("GET", path`/api/workspaces/${workspace}/invites`)).invites ?? [],
  create: (workspace: string, invite: NewInvite) =>
    request<{ invite: Invite; token: string; url: string }>(
      "POST", path`/api/workspaces/${workspace}/invites`, { body: invite }),
  revoke: (workspace: string, id: string) =>
    request<{ invite: Invite }>("POST", path`/api/workspaces/${workspace}/invites/${id}/revoke`, { body: {} }),
  preview: (token: string) => request<InvitePreview>("POST", "/api/invites/preview", { body: { token } }),
  accept: async (token: string) =>
    (await request<{ workspace: Workspace }>("POST", "/api/invites/accept", { body: { token } })).workspace,
};
