const RETRY_MS_MIN = 400;
const RETRY_MS_MAX = 30_000;

/** How long to wait before the next attempt: exponential, with jitter so that the clients of a restarted server spread. */
export function retryDelay(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(failures, 16));
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}
