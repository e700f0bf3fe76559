// The signed-in person's own sessions and password.

import { path, request } from "./client";

export interface SessionInfo {
  id: string;
  created_at: string;
  last_used_at?: string;
  expires_at?: string;
  user_agent: string;
  address: string;
  method: string;
  current: boolean;
}

export const account = {
  sessions: async () => (await request<{ sessions: SessionInfo[] | null }>("GET", "/api/me/sessions")).sessions ?? [],
  endSession: (id: string) => request<null>("DELETE", path`/api/me/sessions/${id}`),
  /** Ends every session but this one, or this one too. */
  endSessions: (all: boolean) => request<{ revoked: number }>("DELETE", `/api/me/sessions${all ? "?all=true" : ""}`),
  setPassword: (current: string, next: string) =>
    request<null>("PUT", "/api/me/password", {
      body: { new_password: next, ...(current && { current_password: current }) },
    }),
  removePassword: (current: string) =>
    request<null>("DELETE", "/api/me/password", { body: { current_password: current } }),
};
