import assert from "node:assert/strict";
import { test } from "node:test";
import { mentionedHandles } from "../src/store/mentions";

const found = (body: string): string[] => [...mentionedHandles(body)];

test("handles are found where the server finds them", () => {
  assert.deepEqual(found("hi @alice"), ["alice"]);
  assert.deepEqual(found("@Bob and @ALICE, @bob!"), ["bob", "alice"]);
  assert.deepEqual(found("(@ada) *@bob_b* `@code-y`"), ["ada", "bob_b", "code-y"]);
});

test("links, addresses and doubled signs mention nobody", () => {
  for (const body of [
    "ada@reef.example", "x+@ada", "@@ada", "https://reef.example/@ada", "www.reef.example/@ada", "[@ada](https://reef.example)",
    "@ada@reef.example", "@a", "@-ada", "@_ada", `@${"a".repeat(33)}`,
  ]) assert.deepEqual(found(body), [], body);
});
