// The pure parts of the pages beside the chat.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerStatus } from "../src/api/administration";
import type { Invite } from "../src/api/invites";
import { appended, linePath, rates, roundedUp, spanOf, WINDOW_MS, type Sample } from "../src/pages/admin/history";
import { deviceName } from "../src/pages/parts/devices";
import { isHandle, isPushoverKey, isWebAddress } from "../src/pages/settings/rules";
import { endOf } from "../src/pages/workspace/invitation";

test("handles, addresses and keys are judged as the server does", () => {
  for (const good of ["", "ace", "@ace", "b_0-b", "B".repeat(32), "42"]) assert.ok(isHandle(good), good);
  for (const bad of ["a", "@a", "-bob", "b ob", "böb", "a".repeat(33)]) assert.ok(!isHandle(bad), bad);
  for (const good of ["", "https://example.com/a.png", " http://example.com "]) assert.ok(isWebAddress(good), good);
  for (const bad of ["ftp://example.com/a", "example.com", "javascript:1", "https://"]) assert.ok(!isWebAddress(bad), bad);
  assert.ok(isPushoverKey("") && isPushoverKey("a1".repeat(15)) && !isPushoverKey("a1".repeat(14)));
});

test("an invitation ends in one of three ways", () => {
  const invite: Invite = {
    id: "i", workspace_id: "w", role: "member", created_at: "", expires_at: "2030-01-01T00:00:00Z", max_uses: 2, uses: 1,
  };
  const now = Date.parse("2029-01-01T00:00:00Z");
  assert.equal(endOf(invite, now), null);
  assert.equal(endOf({ ...invite, uses: 2 }, now), "usedUp");
  assert.equal(endOf(invite, Date.parse(invite.expires_at)), "expired");
  assert.equal(endOf({ ...invite, uses: 2, revoked_at: "2028-01-01T00:00:00Z" }, now), "revoked");
});

const sample = (at: number, deliveries: number): Sample =>
  ({ at, status: { fanout: { deliveries_total: deliveries } } as ServerStatus });

test("history keeps the last minutes in order", () => {
  let samples: readonly Sample[] = [];
  for (let at = 0; at <= WINDOW_MS * 2; at += 2_000) samples = appended(samples, sample(at, at));
  assert.equal(samples.length, WINDOW_MS / 2_000);
  assert.equal(samples[samples.length - 1]?.at, WINDOW_MS * 2);
});

test("a count becomes a rate, and a restart is no negative one", () => {
  const found = rates([sample(0, 10), sample(2_000, 30), sample(4_000, 5)], ({ fanout }) => fanout.deliveries_total);
  assert.deepEqual(found, [{ at: 2_000, value: 10 }, { at: 4_000, value: 0 }]);
});

test("charts widen from a minute to what is kept", () => {
  assert.deepEqual([[], [{ at: 5 }], [{ at: 0 }, { at: 90_000 }], [{ at: 0 }, { at: WINDOW_MS * 2 }]].map(spanOf),
    [60_000, 60_000, 90_000, WINDOW_MS]);
});

test("axes end at round numbers and lines at the right edge", () => {
  assert.deepEqual([0, 0.3, 1, 3, 7, 12, 51].map(roundedUp), [1, 0.5, 1, 5, 10, 20, 100]);
  assert.equal(linePath([{ at: 0, value: 0 }, { at: WINDOW_MS, value: 10 }], WINDOW_MS, WINDOW_MS, 10, 100, 50), "M0.0 50.0L100.0 0.0");
});

test("devices are named for people", () => {
  assert.equal(deviceName("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Safari/537.36"), "Chrome on Linux");
  assert.equal(deviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1"), "Safari on iOS");
  assert.equal(deviceName("clickclack/1.0"), "clickclack/1.0");
  assert.equal(deviceName(""), "An unknown program");
});
