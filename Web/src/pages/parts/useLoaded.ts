import { useCallback, useEffect, useRef, useState } from "react";
import { messageOf, report } from "../../commands/report";
import { ApiError } from "../../api";

export interface Loaded<Value> {
  value: Value | null;
  error: ApiError | null;
  reload: () => void;
  set: (value: Value) => void;
}

/** Loads something when the page opens and when `key` changes. Only the newest answer counts. */
export function useLoaded<Value>(load: () => Promise<Value>, key = ""): Loaded<Value> {
  const [value, setValue] = useState<Value | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const turn = useRef(0);
  const newest = useRef(load);
  newest.current = load;
  const reload = useCallback(() => {
    const mine = ++turn.current;
    newest.current().then(
      (loaded) => {
        if (mine !== turn.current) return;
        setValue(loaded);
        setError(null);
      },
      (failure) => {
        if (mine !== turn.current) return;
        if (failure instanceof ApiError && failure.status === 401) return report(failure);
        setError(failure instanceof ApiError ? failure : new ApiError(0, messageOf(failure)));
      });
  }, []);
  useEffect(() => {
    setValue(null);
    reload();
    return () => void (turn.current += 1);
  }, [key, reload]);
  const set = useCallback((next: Value) => {
    turn.current += 1;
    setValue(next);
  }, []);
  return { value, error, reload, set };
}
