import { useCallback, useState } from "react";
import { messageOf } from "../../commands/report";

export interface Attempt {
  busy: boolean;
  error: string;
  attempt: (action: () => Promise<unknown>) => void;
  fail: (error: string) => void;
}

/** Runs one attempt at a time and keeps what went wrong. */
export function useAttempt(): Attempt {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const attempt = useCallback((action: () => Promise<unknown>) => {
    setBusy(true);
    setError("");
    action().catch((failure) => setError(messageOf(failure))).finally(() => setBusy(false));
  }, []);
  return { busy, error, attempt, fail: setError };
}
