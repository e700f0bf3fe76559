import { path, request } from "./client";
import type { User } from "./types";

export interface BotToken {
  id: string;
  bot_user_id: string;
  workspace_id: string;
  owner_user_id?: string;
  name: string;
  scopes: string[];
  created_by?: string;
  created_at: string;
  last_used_at?: string;
  revoked_at?: string;
  token?: string;
}

export interface BotWithTokens {
  bot: User;
  tokens: BotToken[] | null;
}

export interface OwnedBot {
  bot: User;
  workspace: { id: string; route_id: string; name: string };
  active_token_count: number;
}

export interface NewBot {
  display_name: string;
  handle?: string;
  avatar_url?: string;
  owner_user_id?: string;
  token_name?: string;
  scopes?: string[];
  initial_token?: boolean;
}

export interface SetupCode {
  id: string;
  token_name: string;
  scopes: string[];
  expires_at: string;
  code?: string;
  claim_url?: string;
}

/** Names for several scopes at once. */
export const SCOPE_BUNDLES = ["bot:read", "bot:write", "bot:admin"] as const;
export const SCOPES = [
  "agent_activity:write", "channels:read", "channels:write", "commands:write", "dms:read", "dms:write", "messages:read",
  "messages:write", "profile:read", "realtime:read", "threads:read", "threads:write", "uploads:write", "workspaces:read",
] as const;

export const bots = {
  mine: async () => (await request<{ bots: OwnedBot[] | null }>("GET", "/api/me/bots")).bots ?? [],
  list: async (workspace: string) =>
    (await request<{ bots: BotWithTokens[] | null }>("GET", path`/api/workspaces/${workspace}/bots`)).bots ?? [],
  create: (workspace: string, bot: NewBot) =>
    request<{ bot: User; bot_token?: BotToken }>("POST", path`/api/workspaces/${workspace}/bots`, { body: bot }),
  /** All tokens, the revoked ones too. */
  tokens: async (workspace: string, bot: string) =>
    (await request<{ bot_tokens: BotToken[] | null }>(
      "GET", path`/api/workspaces/${workspace}/bots/${bot}/tokens`)).bot_tokens ?? [],
  createToken: async (workspace: string, bot: string, token: { name: string; scopes: string[] }) =>
    (await request<{ bot_token: BotToken }>(
      "POST", path`/api/workspaces/${workspace}/bots/${bot}/tokens`, { body: token })).bot_token,
  revokeToken: (id: string) => request<{ bot_token: BotToken }>("POST", path`/api/bot-tokens/${id}/revoke`, { body: {} }),
  createSetupCode: async (workspace: string, bot: string, values: { name: string; scopes: string[] }) =>
    (await request<{ setup_code: SetupCode }>(
      "POST", path`/api/workspaces/${workspace}/bots/${bot}/setup-codes`, { body: values })).setup_code,
  leave: (workspace: string, bot: string) =>
    request<null>("DELETE", path`/api/workspaces/${workspace}/bots/${bot}/membership`),
  remove: (bot: string) => request<unknown>("DELETE", path`/api/bots/${bot}`),
};
