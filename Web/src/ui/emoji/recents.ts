// The emoji that someone uses, newest first, on this machine.

import { kept } from "../../kept";

const KEY = "clickclack.emoji";
const KEPT = 16;
const FIRST = ["👍", "❤️", "😂", "🎉", "👀", "🦀"];

export function recentEmoji(): string[] {
  const text = kept.getItem(KEY);
  const used = text ? text.split(" ") : [];
  return [...new Set([...used, ...FIRST])].slice(0, KEPT);
}

export function rememberEmoji(emoji: string): void {
  kept.setItem(KEY, [...new Set([emoji, ...recentEmoji()])].slice(0, KEPT).join(" "));
}
