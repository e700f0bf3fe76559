// What is taken for plain text is what Markdown would leave as it is.

import strict from "node:assert/strict";
import { test } from "node:test";
import { marked } from "marked";
import { isPlain } from "../src/markdown/plain";
import { Random } from "./random";

const assert: typeof strict = strict;
const PIECES = [
  "word", "é", "日本", "12", "1.", "1)", "-", "- ", "+", "#", "# ", "*", "_", "~", "`", "[", "]", "(", ")", "!", "<", ">", "&", "&amp;",
  "'", '"', "@ada", ":", "://", "http://a.example", "www.a.example", "a@b.example", "\n", " ", "  ", "    ", "\t", "|", "\\", "=", "---", "===",
  "$", "^", ".", ",", "?", ":smile:", "🦀", "👩‍💻", "\u00a0", "…", "%",
];
const escaped = (text: string) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&#39;");

test("plain text is what Markdown makes of it", () => {
  marked.use({ gfm: true, breaks: true });
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  const random = new Random(seed);
  let plain = 0;
  for (let round = 0; round < 50_000; round += 1) {
    const pieces = Array.from({ length: 1 + random.below(5) }, () => random.pick(PIECES));
    const text = [...(random.chance(0.8) ? ["word"] : []), ...pieces].join(random.pick(["", " "]));
    if (!isPlain(text)) continue;
    plain += 1;
    assert.equal(marked.parse(text), `<p>${escaped(text)}</p>\n`, `seed ${seed}: ${JSON.stringify(text)}`);
  }
  assert.ok(plain > 1_000);
});

test("most of what people write is plain, and nothing with a mention, a link or a mark is", () => {
  for (const text of ["Good morning, how are you?", "message 7 of the tide table", "That's it: done!", "Schön – bis dann…"]) assert.ok(isPlain(text));
  for (const text of ["hi @ada", "see www.a.example", "a `b`", "two\nlines", "- item", "1. one", "", "ends with a space "]) assert.ok(!isPlain(text));
});
