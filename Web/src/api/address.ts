// Addresses of the API. Those that the page begins with are listed here: early.ts asks for them before the client runs.

import type { Place, Position } from "./messages";

/** How many messages a page of a conversation has. */
export const PAGE_MESSAGES = 100;

/** Builds a path with encoded values: path`/api/messages/${id}`. */
export const path = (parts: TemplateStringsArray, ...values: string[]): string =>
  String.raw({ raw: parts }, ...values.map(encodeURIComponent));

/** Appends those query parameters that have a value. */
export function query(base: string, values: Record<string, string | number | boolean | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${base}?${text}` : base;
}

export const addresses = {
  me: "/api/me",
  workspaces: "/api/workspaces",
  route: (workspaceRoute: string, targetRoute: string) => path`/api/routes/${workspaceRoute}/${targetRoute}`,
  tail: (workspace: string) => query("/api/realtime/events", { workspace_id: workspace, include_tail: true, limit: 1 }),
  channels: (workspace: string) => path`/api/workspaces/${workspace}/channels`,
  directs: (workspace: string) => query("/api/dms", { workspace_id: workspace }),
  place: (place: Place) => (place.kind === "direct" ? path`/api/dms/${place.id}` : path`/api/channels/${place.id}`),
  messages: (place: Place, position: Position) => query(`${addresses.place(place)}/messages`, { ...position }),
};
