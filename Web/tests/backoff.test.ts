// How long the client waits before it tries again.

import strict from "node:assert/strict";
import { test } from "node:test";
import { retryDelay } from "../src/realtime/backoff";
import { Random } from "./random";

const assert: typeof strict = strict;

test("waits grow by doubling, up to half a minute", () => {
  const longest = Array.from({ length: 40 }, (_, failures) => retryDelay(failures, () => 1));
  assert.deepEqual(longest.slice(0, 4), [400, 800, 1_600, 3_200]);
  for (const [index, delay] of longest.entries()) assert.ok(delay >= (longest[index - 1] ?? 0) && delay <= 30_000);
  assert.equal(longest.at(-1), 30_000);
});

test("the clients of a restarted server do not come back together", () => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  const random = new Random(seed);
  for (const failures of [0, 3, 7, 100]) {
    const ceiling = retryDelay(failures, () => 1);
    const delays = Array.from({ length: 2_000 }, () => retryDelay(failures, () => random.next()));
    for (const delay of delays) assert.ok(delay >= ceiling / 2 - 1 && delay <= ceiling, `seed ${seed}: ${delay}`);
    // Even over the whole width: each quarter of it gets its share.
    for (let quarter = 0; quarter < 4; quarter += 1) {
      const from = ceiling / 2 + (quarter * ceiling) / 8;
      const share = delays.filter((delay) => delay >= from && delay < from + ceiling / 8).length / delays.length;
      assert.ok(share > 0.18 && share < 0.32, `seed ${seed}: ${share} in quarter ${quarter}`);
    }
  }
});
