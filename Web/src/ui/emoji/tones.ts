// Skin tones (Unicode Technical Standard 51, section 2.4): a modifier after the sign that it colours.

import { kept } from "../../kept";

const KEY = "clickclack.emojiTone";

/** Without one, then the five of Unicode from light to dark. */
export const TONES = ["", "\u{1f3fb}", "\u{1f3fc}", "\u{1f3fd}", "\u{1f3fe}", "\u{1f3ff}"] as const;

const BASE = /^(\p{Emoji_Modifier_Base})\ufe0f?/u;

/** The emoji in a tone. What has no skin stays as it is. */
export function toned(emoji: string, tone: number): string {
  const modifier = TONES[tone] ?? "";
  return modifier && BASE.test(emoji) ? emoji.replace(BASE, `$1${modifier}`) : emoji;
}

export const untoned = (emoji: string): string => emoji.replace(/[\u{1f3fb}-\u{1f3ff}]/gu, "");

export function chosenTone(): number {
  const tone = Number(kept.getItem(KEY) ?? 0);
  return TONES[tone] === undefined ? 0 : tone;
}

export const chooseTone = (tone: number): void => kept.setItem(KEY, String(tone));
