import { query, request } from "./client";
import type { SearchPage } from "./types";

export interface SearchQuery {
  workspace_id: string;
  q: string;
  channel_id?: string;
  direct_conversation_id?: string;
  sort?: "relevance" | "newest";
  limit?: number;
  cursor?: string;
}

export const search = (values: SearchQuery, signal?: AbortSignal) =>
  request<SearchPage>("GET", query("/api/search", { limit: 30, ...values }), { ...(signal && { signal }) });
