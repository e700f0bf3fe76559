import { path, request } from "./client";

export type ChannelPreference = "all" | "mentions" | "muted";

/** What a channel may tell its reader about. */
export const notificationPreferences = {
  get: async (channel: string) =>
    (await request<{ preference: ChannelPreference }>("GET", path`/api/channels/${channel}/notification-settings`)).preference,
  set: async (channel: string, preference: ChannelPreference) =>
    (await request<{ preference: ChannelPreference }>(
      "PATCH", path`/api/channels/${channel}/notification-settings`, { body: { preference } })).preference,
};
