import { addresses } from "./address";
import { path, request } from "./client";
import type { Channel, ChannelPreference, Topic, User } from "./types";

export interface NewChannel {
  name: string;
  display_title?: string;
  sidebar_section?: string;
  private?: boolean;
}

export const channels = {
  list: async (workspace: string) =>
    (await request<{ channels: Channel[] | null }>("GET", addresses.channels(workspace))).channels ?? [],
  create: async (workspace: string, channel: NewChannel) =>
    (await request<{ channel: Channel }>("POST", path`/api/workspaces/${workspace}/channels`, { body: channel })).channel,
  update: async (channel: string, change: Partial<NewChannel> & { archived?: boolean }) =>
    (await request<{ channel: Channel }>("PATCH", path`/api/channels/${channel}`, { body: change })).channel,
  preference: async (channel: string) =>
    (await request<{ preference: ChannelPreference }>("GET", path`/api/channels/${channel}/notification-settings`)).preference,
  setPreference: async (channel: string, preference: ChannelPreference) =>
    (await request<{ preference: ChannelPreference }>(
      "PATCH", path`/api/channels/${channel}/notification-settings`, { body: { preference } })).preference,
  /** Who belongs to a private channel. */
  members: async (channel: string) =>
    (await request<{ members: User[] | null }>("GET", path`/api/channels/${channel}/members`)).members ?? [],
  addMember: (channel: string, user: string) =>
    request<unknown>("POST", path`/api/channels/${channel}/members`, { body: { user_id: user } }),
  removeMember: (channel: string, user: string) =>
    request<unknown>("DELETE", path`/api/channels/${channel}/members/${user}`),
  markRead: (channel: string, seq: number) =>
    request<unknown>("POST", path`/api/channels/${channel}/read`, { body: { seq } }),
};

export const topics = {
  list: async (workspace: string) =>
    (await request<{ topics: Topic[] | null }>("GET", path`/api/workspaces/${workspace}/topics`)).topics ?? [],
  create: async (workspace: string, name: string, channel: string) =>
    (await request<{ topic: Topic }>("POST", path`/api/workspaces/${workspace}/topics`, { body: { name, channel_id: channel } }))
      .topic,
};
