import { useState } from "react";
import { messageOf } from "../../commands/report";

/** Runs one attempt at a time and keeps what went wrong. */
export function useSignIn(): { busy: boolean; error: string; attempt: (action: () => Promise<void>) => void } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const attempt = (action: () => Promise<void>) => {
    setBusy(true);
    setError("");
    action().catch((failure) => setError(messageOf(failure))).finally(() => setBusy(false));
  };
  return { busy, error, attempt };
}
