import { addresses } from "./address";
import { request } from "./client";
import type { AppearancePreferences, NotificationSettings, User } from "./types";

export interface ProfileChange {
  display_name?: string;
  handle?: string;
  avatar_url?: string;
  notification_settings?: NotificationSettings;
  appearance_preferences?: { [Key in keyof AppearancePreferences]?: string };
}

export const me = {
  get: async () => (await request<{ user: User }>("GET", addresses.me)).user,
  update: async (change: ProfileChange) => (await request<{ user: User }>("PATCH", "/api/me", { body: change })).user,
};
