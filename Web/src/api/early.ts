// Answers that theme.ts's neighbour early.ts asked for while the client was still being loaded. Each is used at most once, and
// none after something has happened that it may not know of.

export interface EarlyAnswer {
  status: number;
  text: string;
}

declare global {
  interface Window {
    earlyAnswers?: Map<string, Promise<EarlyAnswer>>;
  }
}

/** What was asked for under an address, if anything, or null when that failed. */
export function takeEarly(address: string): Promise<EarlyAnswer | null> | null {
  const answer = globalThis.window?.earlyAnswers?.get(address);
  if (!answer) return null;
  window.earlyAnswers?.delete(address);
  return answer.catch(() => null);
}

/** From now on everything is asked anew. What is not yet asked for early is not any more. */
export function forgetEarly(): void {
  if (globalThis.window) delete window.earlyAnswers;
}

let positionTaken = false;

/**
 * The client asks for a position of the log, first that of the shown workspace. When that was not asked for early, lists that were or
 * will be asked for early do not belong to it.
 */
export function takePosition(address: string): void {
  if (!positionTaken && !globalThis.window?.earlyAnswers?.has(address)) forgetEarly();
  positionTaken = true;
}
