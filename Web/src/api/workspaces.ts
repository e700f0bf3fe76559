import { addresses } from "./address";
import { path, query, request } from "./client";
import type { MemberPage, RouteTarget, Workspace } from "./types";

export const workspaces = {
  list: async () => (await request<{ workspaces: Workspace[] | null }>("GET", addresses.workspaces)).workspaces ?? [],
  create: async (name: string) =>
    (await request<{ workspace: Workspace }>("POST", "/api/workspaces", { body: { name } })).workspace,
  members: (workspace: string, options: { q?: string; cursor?: string; limit?: number } = {}) =>
    request<MemberPage>("GET", query(path`/api/workspaces/${workspace}/members`, { limit: 200, ...options })),
  /** What an address of this client stands for. */
  resolve: async (workspaceRoute: string, targetRoute: string) =>
    (await request<{ route: RouteTarget }>("GET", addresses.route(workspaceRoute, targetRoute))).route,
};
