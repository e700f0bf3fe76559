// The last minutes of the server's figures, as charts need them.

import type { ServerStatus } from "../../api/administration";

export interface Sample {
  /** Milliseconds since 1970, by this browser's clock. */
  at: number;
  status: ServerStatus;
}

export const WINDOW_MS = 5 * 60_000;

export const appended = (samples: readonly Sample[], sample: Sample): Sample[] =>
  [...samples.filter(({ at }) => at > sample.at - WINDOW_MS && at < sample.at), sample];

const LEAST_SPAN_MS = 60_000;

/** How much time charts show: a minute at least, and at most what is kept. */
export const spanOf = (points: readonly { at: number }[]): number =>
  Math.min(WINDOW_MS, Math.max(LEAST_SPAN_MS, (points[points.length - 1]?.at ?? 0) - (points[0]?.at ?? 0)));

/** How fast a count grew from sample to sample, per second. A restart of the server counts as no growth. */
export function rates(samples: readonly Sample[], count: (status: ServerStatus) => number): { at: number; value: number }[] {
  return samples.slice(1).map((sample, index) => {
    const before = samples[index] ?? sample;
    const seconds = Math.max(0.001, (sample.at - before.at) / 1_000);
    return { at: sample.at, value: Math.max(0, count(sample.status) - count(before.status)) / seconds };
  });
}

/** The next round number at or above: 1, 2 or 5 times a power of ten. */
export function roundedUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = value / power;
  return (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power;
}

/** Points as the path of an SVG of the given size: newest at the right edge, zero at the bottom. */
export function linePath(
  points: readonly { at: number; value: number }[], now: number, span: number, top: number, width: number, height: number,
): string {
  return points.map(({ at, value }, index) => {
    const x = width * (1 - (now - at) / span);
    const y = height * (1 - Math.min(1, value / top));
    return `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }).join("");
}
