import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzyScore } from "../src/panes/switcher/fuzzy";

const best = (query: string, names: string[]): string[] =>
  names.map((name) => ({ name, score: fuzzyScore(query, name) })).filter((entry) => entry.score !== null)
    .sort((left, right) => right.score! - left.score!).map((entry) => entry.name);

test("letters must occur in their order", () => {
  assert.deepEqual(best("gnl", ["general", "lagoon", "garden-lane"]), ["garden-lane", "general"]);
  assert.equal(fuzzyScore("xyz", "general"), null);
});

test("beginnings come before middles, short names before long ones", () => {
  assert.deepEqual(best("gen", ["regent", "generators", "general", "the general"]),
    ["general", "generators", "the general", "regent"]);
});

test("case, accents and signs in front do not matter", () => {
  assert.deepEqual(best("#Café", ["cafe", "tea"]), ["cafe"]);
  assert.deepEqual(best("jose", ["José Ray"]), ["José Ray"]);
  assert.equal(fuzzyScore("", "anything"), 0);
});
