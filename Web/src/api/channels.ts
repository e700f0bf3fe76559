import { path, request } from "./client";
import type { Channel } from "./types";

export interface NewChannel {
  name: string;
  display_title?: string;
  sidebar_section?: string;
  private?: boolean;
}

export const channels = {
  list: async (workspace: string) =>
    (await request<{ channels: Channel[] | null }>("GET", path`/api/workspaces/${workspace}/channels`)).channels ?? [],
  create: async (workspace: string, channel: NewChannel) =>
    (await request<{ channel: Channel }>("POST", path`/api/workspaces/${workspace}/channels`, { body: channel })).channel,
  update: async (channel: string, change: Partial<NewChannel> & { archived?: boolean }) =>
    (await request<{ channel: Channel }>("PATCH", path`/api/channels/${channel}`, { body: change })).channel,
  markRead: (channel: string, seq: number) =>
    request<unknown>("POST", path`/api/channels/${channel}/read`, { body: { seq } }),
};
