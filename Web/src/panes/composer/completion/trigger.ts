// Finds what someone is about to name. Pure.

import { insideFence } from "../editing";

export type TriggerKind = "member" | "channel" | "emoji" | "command";

export interface Trigger {
  kind: TriggerKind;
  /** The part of the text that a choice replaces. */
  from: number;
  to: number;
  query: string;
}

const PATTERNS: readonly [TriggerKind, RegExp][] = [
  ["member", /(?:^|[\s([{"'*_~>])@([A-Za-z0-9][\w.-]{0,39}|)$/],
  ["channel", /(?:^|[\s([{"'*_~>])#([\p{L}\p{N}][\p{L}\p{N}_-]{0,79}|)$/u],
  // One letter is as likely a smiley.
  ["emoji", /(?:^|[\s([{"'*_~>]):([a-z0-9_+-]{2,32})$/i],
];

/** The name that ends at the caret, if there is one that can be completed. */
export function triggerAt(text: string, caret: number, commands: boolean): Trigger | null {
  const before = text.slice(0, caret);
  const command = commands ? /^\/([a-z0-9_-]{0,32})$/i.exec(before) : null;
  if (command) return { kind: "command", from: 0, to: caret, query: command[1] ?? "" };
  const line = before.slice(before.lastIndexOf("\n") + 1);
  for (const [kind, pattern] of PATTERNS) {
    const found = pattern.exec(line);
    if (!found) continue;
    const query = found[1] ?? "";
    if (insideCode(text, line, caret)) return null;
    return { kind, from: caret - query.length - 1, to: caret, query };
  }
  return null;
}

const insideCode = (text: string, line: string, caret: number): boolean =>
  (line.match(/`/g)?.length ?? 0) % 2 === 1 || insideFence(text, caret);

/** How well a name fits what was typed: 0 best, null not at all. */
export function rank(query: string, ...names: readonly string[]): number | null {
  const wanted = query.toLowerCase();
  let best: number | null = null;
  names.forEach((name, index) => {
    const at = name.toLowerCase().indexOf(wanted);
    if (at < 0) return;
    const startsWord = at === 0 || /[\s_-]/.test(name[at - 1] ?? "");
    const score = (at === 0 ? 0 : startsWord ? 10 : 20) + index;
    if (best === null || score < best) best = score;
  });
  return best;
}
