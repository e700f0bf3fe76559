// Every pair of colours that the styles put on each other is readable (WCAG 2.2, 1.4.3 and 1.4.11), in light and dark.

import strict from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const assert: typeof strict = strict;
// Tests run as bundles in build/tests.
const css = readFileSync(new URL("../../src/styles/tokens.css", import.meta.url), "utf8");

function tokens(selector: string): Map<string, string> {
  const at = css.indexOf(`${selector} {`);
  assert.ok(at >= 0, selector);
  const block = css.slice(at, css.indexOf("}", at));
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((found) => [found[1]!, found[2]!]));
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((left, right) => left - right) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const TEXT = 4.5;
const GRAPHIC = 3;
const GROUNDS = ["surface", "raised", "ground", "sunken", "sidebar", "sidebar-hover", "selected", "hover", "gold-soft", "coral-soft"];
const PAIRS: readonly (readonly [string, readonly string[], number])[] = [
  ["text", [...GROUNDS, "brine-soft"], TEXT],
  ["text-soft", ["surface", "raised", "ground", "sunken", "sidebar", "sidebar-hover", "hover", "coral-soft", "gold-soft"], TEXT],
  ["quiet", ["surface", "raised", "ground", "sunken", "sidebar", "sidebar-hover", "hover", "gold-soft", "selected", "coral-soft"], TEXT],
  ["coral-text", ["surface", "raised", "sidebar", "coral-soft", "hover"], TEXT],
  ["brine-text", ["surface", "raised", "brine-soft", "hover", "sidebar"], TEXT],
  ["on-coral", ["coral", "coral-strong"], TEXT],
  ["on-brine", ["brine"], TEXT],
  ["rail-text", ["rail", "rail-hover"], TEXT],
  ...["keyword", "string", "number", "name", "comment"].map((name) => [`syntax-${name}`, ["code"], TEXT] as const),
  ["text", ["code"], TEXT],
  ["line-strong", ["surface", "raised"], GRAPHIC],
  ["brine", ["surface", "raised", "sidebar", "hover"], GRAPHIC],
  ["coral", ["surface", "raised"], GRAPHIC],
];

for (const [name, selector] of [
  ["light", ":root"], ["dark", ':root[data-theme="dark"]'],
] as const) {
  test(`contrast: ${name}`, () => {
    const colours = tokens(selector);
    const bad: string[] = [];
    for (const [front, grounds, least] of PAIRS) {
      for (const ground of grounds) {
        const ratio = contrast(colours.get(front) ?? "", colours.get(ground) ?? "");
        if (!(ratio >= least)) bad.push(`${front} on ${ground}: ${ratio.toFixed(2)} < ${least}`);
      }
    }
    assert.deepEqual(bad, []);
  });
}
