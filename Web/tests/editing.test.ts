// Formatting: what the buttons and keys of the composer do to a text.

import strict from "node:assert/strict";
import { test } from "node:test";
import { applied, format, newLine, pastedLink, type Edit, type Format, type Selected } from "../src/panes/composer/editing";
import { Random } from "./random";

const assert: typeof strict = strict;

// Texts are written with the selection between [ and ], or the caret as |.
function read(marked: string): Selected {
  const caret = marked.indexOf("|");
  if (caret >= 0) return { text: marked.replace("|", ""), start: caret, end: caret };
  const start = marked.indexOf("⟦");
  return { text: marked.replace(/[⟦⟧]/g, ""), start, end: marked.indexOf("⟧") - 1 };
}

function show({ text, start, end }: Selected): string {
  if (start === end) return `${text.slice(0, start)}|${text.slice(start)}`;
  return `${text.slice(0, start)}⟦${text.slice(start, end)}⟧${text.slice(end)}`;
}

const change = (marked: string, make: (selected: Selected) => Edit): string => {
  const selected = read(marked);
  return show(applied(selected, make(selected)));
};
const formatted = (marked: string, wanted: Format): string => change(marked, (selected) => format(selected, wanted));

test("marks go around the selection and off again", () => {
  assert.equal(formatted("say ⟦hello⟧ now", "bold"), "say **⟦hello⟧** now");
  assert.equal(formatted("say **⟦hello⟧** now", "bold"), "say ⟦hello⟧ now");
  assert.equal(formatted("say ⟦**hello**⟧ now", "bold"), "say ⟦hello⟧ now");
  assert.equal(formatted("say ⟦ hello ⟧now", "italic"), "say  _⟦hello⟧_ now");
  assert.equal(formatted("a |", "code"), "a `|`");
  assert.equal(formatted("⟦gone⟧", "strike"), "~~⟦gone⟧~~");
});

test("lines get a prefix each, and lose it", () => {
  assert.equal(formatted("⟦one\ntwo⟧\nthree", "bullets"), "⟦- one\n- two⟧\nthree");
  assert.equal(formatted("⟦- one\n- two⟧", "bullets"), "⟦one\ntwo⟧");
  assert.equal(formatted("o⟦ne\ntw⟧o", "numbers"), "⟦1. one\n2. two⟧");
  assert.equal(formatted("wo|rd", "quote"), "> wo|rd");
  assert.equal(formatted("> wo|rd", "quote"), "wo|rd");
});

test("code gets fences on lines of their own", () => {
  assert.equal(formatted("see ⟦let x⟧ here", "codeBlock"), "see \n```\n⟦let x⟧\n```\n here");
  assert.equal(formatted("⟦a ``` b⟧", "codeBlock"), "````\n⟦a ``` b⟧\n````");
});

test("links take the selection as text or as address", () => {
  assert.equal(formatted("the ⟦docs⟧", "link"), "the [docs](⟦https://⟧)");
  assert.equal(formatted("⟦https://reef.example⟧", "link"), "[|](https://reef.example)");
  assert.equal(formatted("|", "link"), "[|](https://)");
  const selected = read("the ⟦docs⟧");
  assert.equal(show(applied(selected, pastedLink(selected, "https://reef.example")!)), "the [docs](https://reef.example)|");
  assert.equal(pastedLink(selected, "no address"), null);
  assert.equal(pastedLink(read("|"), "https://reef.example"), null);
});

test("a new line goes on with a list and ends it when the item is empty", () => {
  assert.equal(change("- one|", newLine), "- one\n- |");
  assert.equal(change("- one\n- |", newLine), "- one\n|");
  assert.equal(change("9. nine|", newLine), "9. nine\n10. |");
  assert.equal(change("- [x] done|", newLine), "- [x] done\n- [ ] |");
  assert.equal(change("  > deep|", newLine), "  > deep\n  > |");
  assert.equal(change("plain|", newLine), "plain\n|");
  assert.equal(change("```\n- one|", newLine), "```\n- one\n|");
});

test("a format that is put on can be taken off, whatever the text", () => {
  const start = Number(process.env["SEED"] ?? Date.now() % 1_000_000_007);
  for (let seed = start; seed < start + (process.env["SEED"] ? 1 : 2_000); seed += 1) {
    const random = new Random(seed);
    const text = Array.from({ length: 1 + random.below(24) }, () => random.pick(["a", "b", " ", "\n", "é", "🦀"])).join("");
    const [from, to] = [random.below(text.length + 1), random.below(text.length + 1)];
    const selected = { text, start: Math.min(from, to), end: Math.max(from, to) };
    for (const wanted of ["bold", "italic", "strike", "code"] as const) {
      const on = applied(selected, format(selected, wanted));
      assert.ok(on.start >= 0 && on.end >= on.start && on.end <= on.text.length, `seed ${seed}: selection`);
      assert.equal(applied(on, format(on, wanted)).text, text, `seed ${seed}: ${wanted}`);
    }
    for (const wanted of ["quote", "bullets", "numbers"] as const) {
      const on = applied(selected, format(selected, wanted));
      assert.equal(applied(on, format(on, wanted)).text, text, `seed ${seed}: ${wanted}`);
    }
  }
});
