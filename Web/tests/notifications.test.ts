import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelPreference, ServerEvent } from "../src/api/types";
import { isWorthNoticing } from "../src/store/notices";
import { emptySpace } from "../src/store/state";

const space = emptySpace("wsp", "usr_me");
const event = (change: Partial<ServerEvent> = {}): ServerEvent => ({
  id: "evt", cursor: "cur", type: "message.created", workspace_id: "wsp", channel_id: "chn", seq: 1, created_at: "",
  payload: { message_id: "msg", author_id: "usr_other" }, ...change,
});
const worth = (changed: Partial<ServerEvent>, preference: ChannelPreference, shown = false): boolean =>
  isWorthNoticing(event(changed), space, preference, shown);

test("a channel's preference decides", () => {
  const mention = { mentioned_user_ids: ["usr_me"] };
  assert.deepEqual([worth({}, "all"), worth({}, "mentions"), worth({}, "muted")], [true, false, false]);
  assert.deepEqual([worth(mention, "all"), worth(mention, "mentions"), worth(mention, "muted")], [true, true, false]);
});

test("what is looked at, mine or an agent's work is no news; direct messages always are", () => {
  assert.equal(worth({}, "all", true), false);
  assert.equal(worth({ payload: { message_id: "msg", author_id: "usr_me" } }, "all"), false);
  assert.equal(worth({ payload: { message_id: "msg", author_id: "bot", kind: "agent_tool" } }, "all"), false);
  assert.equal(worth({ payload: { author_id: "usr_other", direct_conversation_id: "dm" } }, "muted"), true);
  assert.equal(worth({ type: "reaction.added" }, "all"), false);
  assert.equal(worth({ type: "thread.reply_created" }, "all"), false);
  assert.equal(worth({ type: "thread.reply_created", mentioned_user_ids: ["usr_me"] }, "mentions"), true);
});
