import type { Touched } from "../state";

const TOUCHED_MAX = 4_000;

/** Notes that an event was about an id. */
export function touch(touched: Touched, id: string, cursor: string): Touched {
  if (cursor <= lastTouch(touched, id)) return touched;
  const byID = { ...touched.byID, [id]: cursor };
  const entries = Object.entries(byID);
  if (entries.length <= TOUCHED_MAX) return { ...touched, byID };
  entries.sort(([, left], [, right]) => (left < right ? 1 : -1));
  const kept = entries.slice(0, TOUCHED_MAX / 2);
  return { byID: Object.fromEntries(kept), floor: entries[TOUCHED_MAX / 2]?.[1] ?? touched.floor };
}

/** The last event that may have been about an id. */
export const lastTouch = (touched: Touched, id: string): string => touched.byID[id] ?? touched.floor;
