// The server itself, for its administrators.

import { path, query, request } from "./client";

export interface ServerStatus {
  version: string;
  started_at: string;
  uptime_seconds: number;
  connections: { open: number; websockets: number; sse: number; max: number };
  messages: { total: number; per_second: number };
  writes: { per_second: number; queue: number; group_size: number };
  fanout: { deliveries_total: number; slow_closed_total: number };
  jobs: { pending: number; running: number; retrying: number; discarded: number };
  disk: { database_bytes: number; wal_bytes: number; uploads_bytes: number; free_bytes: number };
  memory_bytes: number;
}

export type JobState = "pending" | "running" | "retrying" | "discarded";

export interface Job {
  id: string;
  kind: string;
  state: JobState | "finished";
  attempts: number;
  max_attempts: number;
  run_at: string;
  last_error?: string;
  created_at: string;
}

export const administration = {
  status: (signal?: AbortSignal) =>
    request<ServerStatus>("GET", "/api/admin/status", { ...(signal && { signal }) }),
  jobs: async (state: JobState | "") =>
    (await request<{ jobs: Job[] | null }>("GET", query("/api/admin/jobs", { state, limit: 100 }))).jobs ?? [],
  retryJob: (id: string) => request<{ job: Job }>("POST", path`/api/admin/jobs/${id}/retry`, { body: {} }),
  discardJob: (id: string) => request<{ job: Job }>("POST", path`/api/admin/jobs/${id}/discard`, { body: {} }),
};
