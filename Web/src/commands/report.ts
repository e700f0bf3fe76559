// Says what went wrong, or right, at the edge of the screen.

import { ApiError } from "../api";
import { strings } from "../strings";
import type { Toast } from "../store/state";
import { store } from "../store/store";

let last = 0;

export function toast(text: string, tone: Toast["tone"] = "info"): void {
  store.dispatch({ type: "ui/toast", toast: { id: ++last, tone, text } });
}

export function report(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) {
    store.dispatch({ type: "session/changed", session: { status: "signedOut" } });
    return;
  }
  if (!(error instanceof ApiError)) console.error(error);
  toast(messageOf(error), "error");
}

export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : strings.errors.unexpected;
}
