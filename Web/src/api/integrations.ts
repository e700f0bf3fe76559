import { path, query, request } from "./client";

export interface AppInstallation {
  id: string;
  app_slug: string;
  display_name: string;
  bot_user_id: string;
  created_at: string;
}

export interface SlashCommand {
  id: string;
  app_installation_id?: string;
  command: string;
  description: string;
  callback_url: string;
  signing_secret?: string;
  bot_user_id: string;
  created_at: string;
}

export interface EventSubscription {
  id: string;
  app_installation_id?: string;
  event_types: string[];
  callback_url: string;
  signing_secret?: string;
  created_at: string;
}

export interface DeliveryAttempt {
  id: string;
  event_type: string;
  attempt: number;
  request_json?: string;
  response_status: number;
  response_body?: string;
  error?: string;
  created_at: string;
}

export interface ConnectedAccount {
  id: string;
  user_id: string;
  provider: string;
  provider_account_id: string;
  display_name: string;
  scopes: string[] | null;
  created_at: string;
}

export interface Uninstall {
  revoke_slash_commands: boolean;
  revoke_event_subscriptions: boolean;
  revoke_bot_tokens: boolean;
  delete_bot: boolean;
}

export const integrations = {
  eventTypes: async () =>
    (await request<{ event_types: string[] | null }>("GET", "/api/event-types")).event_types ?? [],
  apps: async (workspace: string) =>
    (await request<{ app_installations: AppInstallation[] | null }>(
      "GET", path`/api/workspaces/${workspace}/app-installations`)).app_installations ?? [],
  install: (workspace: string, app: { app_slug: string; display_name: string; bot_user_id: string }) =>
    request<unknown>("POST", path`/api/workspaces/${workspace}/app-installations`, { body: app }),
  uninstall: (id: string, what: Uninstall) =>
    request<unknown>("POST", path`/api/app-installations/${id}/revoke`, { body: what }),
  commands: async (workspace: string) =>
    (await request<{ slash_commands: SlashCommand[] | null }>(
      "GET", path`/api/workspaces/${workspace}/slash-commands`)).slash_commands ?? [],
  createCommand: async (
    workspace: string, command: { command: string; description: string; callback_url: string; bot_user_id: string },
  ) => (await request<{ slash_command: SlashCommand }>(
    "POST", path`/api/workspaces/${workspace}/slash-commands`, { body: command })).slash_command,
  revokeCommand: (id: string) => request<unknown>("POST", path`/api/slash-commands/${id}/revoke`, { body: {} }),
  rotateCommand: async (id: string) =>
    (await request<{ slash_command: SlashCommand }>(
      "POST", path`/api/slash-commands/${id}/rotate-secret`, { body: {} })).slash_command,
  subscriptions: async (workspace: string) =>
    (await request<{ event_subscriptions: EventSubscription[] | null }>(
      "GET", path`/api/workspaces/${workspace}/event-subscriptions`)).event_subscriptions ?? [],
  subscribe: async (workspace: string, subscription: { event_types: string[]; callback_url: string }) =>
    (await request<{ event_subscription: EventSubscription }>(
      "POST", path`/api/workspaces/${workspace}/event-subscriptions`, { body: subscription })).event_subscription,
  unsubscribe: (id: string) => request<unknown>("POST", path`/api/event-subscriptions/${id}/revoke`, { body: {} }),
  rotateSubscription: async (id: string) =>
    (await request<{ event_subscription: EventSubscription }>(
      "POST", path`/api/event-subscriptions/${id}/rotate-secret`, { body: {} })).event_subscription,
  deliveries: (id: string, before: string | null) =>
    request<{ deliveries: DeliveryAttempt[] | null; next_cursor: string | null }>(
      "GET", query(path`/api/event-subscriptions/${id}/deliveries`, { limit: 50, before })),
  accounts: async (workspace: string) =>
    (await request<{ connected_accounts: ConnectedAccount[] | null }>(
      "GET", path`/api/workspaces/${workspace}/connected-accounts`)).connected_accounts ?? [],
  connect: (workspace: string, values: {
    user_id: string; provider: string; provider_account_id: string; display_name: string;
  }) => request<unknown>("POST", path`/api/workspaces/${workspace}/connected-accounts`, { body: values }),
  disconnect: (id: string) => request<unknown>("POST", path`/api/connected-accounts/${id}/revoke`, { body: {} }),
};
