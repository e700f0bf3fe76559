import { path, request } from "./client";
import type { Topic } from "./types";

export const topics = {
  list: async (workspace: string) =>
    (await request<{ topics: Topic[] | null }>("GET", path`/api/workspaces/${workspace}/topics`)).topics ?? [],
  create: async (workspace: string, topic: { name: string; channel_id?: string }) =>
    (await request<{ topic: Topic }>("POST", path`/api/workspaces/${workspace}/topics`, { body: topic })).topic,
};
