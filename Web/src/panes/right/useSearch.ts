import { useCallback, useEffect, useRef, useState } from "react";
import { api, type SearchPage, type SearchResult } from "../../api";
import { isAbort } from "../../api/client";
import { messageOf } from "../../commands/report";

/** The server searches by words and place; authors and days are chosen from what it found. */
export interface SearchFilter {
  sort: "relevance" | "newest";
  authorID: string;
  /** Days as in a date field, both included; empty for none. */
  from: string;
  until: string;
}

export const noFilter: SearchFilter = { sort: "relevance", authorID: "", from: "", until: "" };

const PAGE = 30;
const FILTERED_PAGE = 100;
/** How many pages one press looks through when few of the results pass. */
const PAGES_MAX = 5;

/** Whether a result passes what the server does not filter by. Pure. */
export function passes(result: SearchResult, filter: SearchFilter): boolean {
  if (filter.authorID && result.author.id !== filter.authorID) return false;
  const at = new Date(result.created_at).getTime();
  if (filter.from && at < dayStart(filter.from, 0)) return false;
  return !filter.until || at < dayStart(filter.until, 1);
}

// The local midnight before a day, or that after it.
function dayStart(day: string, after: number): number {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + after).getTime();
}

export function useSearch(workspaceID: string, q: string, within: string, filter: SearchFilter) {
  const [results, setResults] = useState<readonly SearchResult[]>([]);
  const [cursor, setCursor] = useState<string | null>("");
  const [busy, setBusy] = useState(true);
  const [error, setError] = useState("");
  const abort = useRef<AbortController | null>(null);

  const load = useCallback(async (from: string) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    setBusy(true);
    setError("");
    const isFiltered = !!(filter.authorID || filter.from || filter.until);
    let next: string | null = from;
    try {
      for (let pages = 0, found = 0; next !== null && pages < PAGES_MAX && found < PAGE / 2; pages += 1) {
        const page: SearchPage = await api.search({
          workspace_id: workspaceID, q, sort: filter.sort, limit: isFiltered ? FILTERED_PAGE : PAGE,
          ...(within && (within.startsWith("dm_") ? { direct_conversation_id: within } : { channel_id: within })),
          ...(next && { cursor: next }),
        }, mine.signal);
        const passed = page.results.filter((result) => passes(result, filter));
        found += passed.length;
        next = page.next_cursor;
        setResults((known) => [...known, ...passed]);
      }
      setCursor(next);
      setBusy(false);
    } catch (failure) {
      if (isAbort(failure)) return;
      setError(messageOf(failure));
      setCursor(next);
      setBusy(false);
    }
  }, [workspaceID, q, within, filter]);

  useEffect(() => {
    void load("");
    return () => abort.current?.abort();
  }, [load]);
  return { results, hasMore: cursor !== null, busy, error, more: () => void load(cursor ?? "") };
}
