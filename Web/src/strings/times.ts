// Times as people write them, in the browser's language and zone.

import { strings } from ".";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const withYear = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const short = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });

export const clockTime = (text: string): string => clock.format(new Date(text));
export const fullTime = (text: string): string => full.format(new Date(text));
/** A day and its time, short. */
export const momentOf = (text: string): string => short.format(new Date(text));
export const dateOf = (text: string): string => date.format(new Date(text));

/** Names the local day of a time, equal for times of the same day. */
export function dayKey(text: string): string {
  const when = new Date(text);
  return `${when.getFullYear()}-${when.getMonth() + 1}-${when.getDate()}`;
}

export function dayName(text: string, now = new Date()): string {
  const when = new Date(text);
  const days = Math.round((midnight(now) - midnight(when)) / 86_400_000);
  if (days === 0) return strings.timeline.today;
  if (days === 1) return strings.timeline.yesterday;
  return (when.getFullYear() === now.getFullYear() ? weekday : withYear).format(when);
}

export function timeAgo(text: string, now = Date.now()): string {
  const seconds = Math.round((new Date(text).getTime() - now) / 1_000);
  for (const [unit, size] of [["day", 86_400], ["hour", 3_600], ["minute", 60]] as const) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return seconds > 0 ? relative.format(0, "minute") : strings.times.now;
}

const midnight = (when: Date) => new Date(when.getFullYear(), when.getMonth(), when.getDate()).getTime();
