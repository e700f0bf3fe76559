import { useEffect, useRef, useState } from "react";
import { ApiError } from "../../api";
import { administration, type ServerStatus } from "../../api/administration";
import { isAbort } from "../../api/client";
import { messageOf, report } from "../../commands/report";
import { appended, type Sample } from "./history";

const PERIOD_MS = 2_000;

export interface StatusFeed {
  newest: ServerStatus | null;
  samples: readonly Sample[];
  error: ApiError | null;
  refresh: () => void;
}

/** Asks again and again while the page can be seen, and keeps the last minutes. */
export function useStatus(): StatusFeed {
  const [state, setState] = useState<{ newest: ServerStatus | null; samples: readonly Sample[]; error: ApiError | null }>(
    { newest: null, samples: [], error: null });
  const ask = useRef<() => void>(() => undefined);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = false;
    const look = async () => {
      clearTimeout(timer);
      if (asking) return;
      asking = true;
      try {
        const newest = await administration.status(abort.signal);
        setState(({ samples }) => ({ newest, samples: appended(samples, { at: Date.now(), status: newest }), error: null }));
      } catch (error) {
        if (isAbort(error)) return;
        if (error instanceof ApiError && error.status === 401) return report(error);
        setState((before) => ({ ...before, error: error instanceof ApiError ? error : new ApiError(0, messageOf(error)) }));
        if (error instanceof ApiError && error.status === 403) return;
      } finally {
        asking = false;
      }
      if (!document.hidden) timer = setTimeout(look, PERIOD_MS);
    };
    const seen = () => {
      if (!document.hidden) void look();
    };
    ask.current = () => void look();
    document.addEventListener("visibilitychange", seen);
    void look();
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, []);
  return { ...state, refresh: () => ask.current() };
}
