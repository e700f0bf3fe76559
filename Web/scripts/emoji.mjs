// Writes Web/build/generated/emoji.ts, the table of all emoji, from Unicode's own list (package unicode-data).

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./toolchain.mjs";

const source = process.env.EMOJI_TEST ?? "/usr/share/unicode/emoji/emoji-test.txt";
const target = join(root, "build", "generated", "emoji.ts");
/** What the fonts of the last years can show. */
const VERSION_MAX = 14;
const TONE = /[\u{1f3fb}-\u{1f3ff}]/u;
const LINE = /^[0-9A-F ]+; fully-qualified\s+# (\S+) E(\d+\.\d+) (.+)$/u;

/** Without the list there are fewer emoji, and nothing else is missing. */
export function writeEmoji() {
  if (!existsSync(source)) console.warn(`${source} is missing (package unicode-data): only the most used emoji are there`);
  const groups = existsSync(source) ? groupsOf(readFileSync(source, "utf8")) : [];
  const text = `/** One line for each group: emoji and their names. Written by Web/scripts/emoji.mjs. */\nexport const standard = ${
    JSON.stringify(groups.map((emoji) => emoji.join("|")).join("\n"))};\n`;
  if (existsSync(target) && readFileSync(target, "utf8") === text) return;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

function groupsOf(list) {
  const groups = [];
  for (const line of list.split("\n")) {
    if (line.startsWith("# group: ")) groups.push([]);
    const found = LINE.exec(line);
    // Tones are put on by the client.
    if (found && !TONE.test(found[1]) && Number(found[2]) <= VERSION_MAX) groups.at(-1).push(`${found[1]} ${found[3]}`);
  }
  return groups.filter((group) => group.length);
}
