// Any interleaving of replayed, live and optimistic changes ends in the same state: the server's.

import strict from "node:assert/strict";
import { test } from "node:test";
import type { SpaceAction } from "../src/store/actions";
import { reduceSpace } from "../src/store/space/space";
import { unreadCount } from "../src/store/space/conversations";
import { needKey, needs, type Need } from "../src/store/staleness";
import { emptySpace, type PendingMessage, type Space } from "../src/store/state";
import { Random } from "./random";
import { CHANNEL, ME, ModelServer, other } from "./server";

// Assertions narrow types only through a name with a written type.
const assert: typeof strict = strict;
const PLACE = { kind: "channel" as const, id: CHANNEL };

/** A client: the reducer, the needs that it serves, and answers that are still on their way. */
class ModelClient {
  space: Space = emptySpace("wsp", ME);
  /** The next event that the connection will deliver. */
  delivered = 0;
  readonly answers: { key: string; action: SpaceAction }[] = [];
  /** What the server agreed to, on its way to this client. */
  readonly acknowledgements: SpaceAction[] = [];
  rootID: string | null = null;

  constructor(private readonly server: ModelServer, private readonly random: Random) {
    this.apply({ type: "space/started", cursor: server.cursor });
    this.delivered = server.log.length;
  }

  apply(action: SpaceAction): void {
    this.space = reduceSpace(this.space, action);
  }

  ask(): void {
    for (const need of needs(this.space, { conversationID: CHANNEL, topicID: null, rootID: this.rootID })) {
      const key = needKey(need);
      if (this.answers.some((answer) => answer.key === key)) continue;
      this.answers.push({ key, action: this.serve(need) });
    }
  }

  // The server answers from its present; the answer arrives whenever the test says so.
  private serve(need: Need): SpaceAction {
    const asOf = this.space.cursor;
    switch (need.kind) {
      case "conversations":
        return { type: "conversations/loaded", channels: this.server.channels(), directs: [], asOf };
      case "latest":
        return { type: "messages/page", place: PLACE, request: {}, page: this.server.page(10), asOf };
      case "newer":
        return {
          type: "messages/page", place: PLACE, request: { after: need.after }, page: this.server.page(10, need.after), asOf,
        };
      case "mentions":
        return {
          type: "conversations/mentions", conversationID: CHANNEL, through: need.through,
          seqs: this.server.mentions(need.after, need.through),
        };
      case "pins":
        return { type: "pins/loaded", channelID: CHANNEL, messages: [], asOf };
      case "topics":
        return { type: "topics/loaded", topics: [] };
      case "message":
        return { type: "messages/snapshot", message: { ...this.server.find(need.messageID) }, asOf };
      case "thread": {
        const thread = this.server.thread(need.rootID);
        if (need.rootID === this.rootID) return { type: "threads/loaded", rootID: need.rootID, thread, asOf };
        return { type: "messages/snapshot", message: { ...thread.root, thread_state: thread.thread_state }, asOf };
      }
    }
  }

  answer(): void {
    if (!this.answers.length) return;
    const [answer] = this.answers.splice(this.random.below(this.answers.length), 1);
    if (answer) this.apply(answer.action);
  }

  deliver(): void {
    const event = this.server.log[this.delivered];
    if (!event) return;
    this.delivered += 1;
    this.apply({ type: "space/event", event, now: 0 });
  }

  /** The connection broke and replays from a position that was already applied. */
  replay(): void {
    this.delivered = Math.max(0, this.delivered - this.random.below(6));
  }

  /** The log does not reach back to this client: it goes on from the newest position and loads what it shows again. */
  resync(): void {
    this.apply({ type: "space/resynced", cursor: this.server.cursor });
    this.delivered = this.server.log.length;
  }

  /** Reads on; the other tab is told at once, and the log tells both later. */
  read(other: ModelClient): void {
    const conversation = this.space.conversations[CHANNEL];
    if (!conversation?.lastSeq) return;
    const seq = 1 + this.random.below(conversation.lastSeq);
    this.apply({ type: "conversations/read", conversationID: CHANNEL, seq });
    if (this.random.chance(0.8)) other.apply({ type: "conversations/read", conversationID: CHANNEL, seq });
    this.server.read(seq);
  }
}

function pending(nonce: string, rootID: string | null): PendingMessage {
  return {
    nonce, place: PLACE, rootID, body: nonce, quotedMessageID: null, topicID: null, createdAt: "2026-01-01T00:00:00Z",
    state: "sending", seq: 0, error: "", refused: false, uploads: [],
  };
}

function play(seed: number): void {
  const random = new Random(seed);
  const server = new ModelServer();
  for (let index = random.below(15); index > 0; index -= 1) {
    server.create(other, `before ${index}`, null, { mentionsMe: random.chance(0.2), isActivity: random.chance(0.2) });
  }
  // Two tabs of one person.
  const tabs = [new ModelClient(server, random), new ModelClient(server, random)] as const;
  let nonces = 0;
  for (let step = 0; step < 120; step += 1) {
    const loaded = server.messages.slice(-10);
    const [client, otherTab] = random.chance(0.6) ? tabs : [tabs[1], tabs[0]];
    const { acknowledgements } = client;
    switch (random.below(15)) {
      case 0:
      case 1:
        server.create(
          other, `other ${step}`, null, { mentionsMe: random.chance(0.3), isActivity: random.chance(0.2) });
        break;
      case 2: {
        const rootID = random.chance(0.4) && client.rootID ? client.rootID : null;
        const nonce = `mine ${nonces++}`;
        client.apply({ type: "pending/added", message: pending(nonce, rootID) });
        const before = client.space.cursor;
        const answer = server.create(ME, nonce, rootID);
        // The answer was lost and the message is sent again: the nonce finds it.
        const told = random.chance(0.2) ? server.create(ME, nonce, rootID) : answer;
        if (told !== answer) acknowledgements.push({ type: "pending/failed", nonce, error: "lost", refused: false });
        acknowledgements.push({
          type: "pending/sent", nonce, message: told.message, asOf: told.events.at(-1)?.cursor ?? before,
        });
        break;
      }
      case 3:
        if (loaded.length) {
          const message = random.pick(loaded);
          const id = `overlay ${step}`;
          client.apply({ type: "overlay/added", overlay: { id, kind: "edit", messageID: message.id, body: `edit ${step}` } });
          const answer = server.edit(message, `edit ${step}`);
          acknowledgements.push({
            type: "overlay/settled", id, message: answer.message, asOf: answer.events[0]!.cursor,
          });
        }
        break;
      case 4:
        if (loaded.length) server.react(random.pick(loaded), `emoji ${step}`);
        break;
      case 5:
        if (loaded.length) server.create(other, `reply ${step}`, client.rootID ?? random.pick(loaded).id);
        break;
      case 6:
        server.read(random.below(server.messages.length + 1));
        break;
      case 7:
        if (loaded.length && random.chance(0.3)) client.rootID = random.pick(loaded).id;
        break;
      case 8:
        client.replay();
        break;
      case 9:
        client.ask();
        break;
      case 10:
        client.answer();
        break;
      case 11:
        if (random.chance(0.2)) client.resync();
        break;
      case 12:
        client.read(otherTab);
        break;
      case 13: {
        const acknowledgement = acknowledgements.shift();
        if (acknowledgement) client.apply(acknowledgement);
        break;
      }
      default:
        client.deliver();
    }
  }
  for (const [index, client] of tabs.entries()) {
    // Everything that is on its way arrives.
    for (const acknowledgement of client.acknowledgements) client.apply(acknowledgement);
    for (let round = 0; round < 400; round += 1) {
      while (client.delivered < server.log.length) client.deliver();
      client.ask();
      if (!client.answers.length) break;
      client.answer();
    }
    compare(client, server, `seed ${seed}, tab ${index + 1}`);
  }
}

function compare(client: ModelClient, server: ModelServer, seed: string): void {
  const { space } = client;
  const window = space.windows[CHANNEL];
  const conversation = space.conversations[CHANNEL];
  assert.ok(window && conversation, seed);
  const expected = server.messages.filter((message) => message.channel_seq! >= window.oldest);
  assert.deepEqual(window.ids, server.messages.length ? expected.map((message) => message.id) : [], `${seed}: order`);
  for (const message of expected) {
    const entry = space.messages[message.id]!;
    assert.equal(entry.message.body, message.body, `${seed}: body of ${message.id}`);
    assert.deepEqual(entry.message.reactions, message.reactions, `${seed}: reactions of ${message.id}`);
    assert.equal(
      entry.threadState?.reply_count ?? 0, server.replies.get(message.id)?.length ?? 0, `${seed}: replies of ${message.id}`);
  }
  if (client.rootID) {
    const replies = (server.replies.get(client.rootID) ?? []).map((message) => message.id);
    assert.deepEqual(space.threads[client.rootID]?.replyIDs, replies, `${seed}: thread`);
  }
  assert.deepEqual(space.pending, [], `${seed}: nothing is left on its way`);
  assert.deepEqual(space.overlays, [], `${seed}: nothing is left to be agreed`);
  assert.equal(conversation.lastSeq, server.messages.length, `${seed}: last position`);
  assert.equal(conversation.readSeq, server.readSeq, `${seed}: read pointer`);
  assert.equal(unreadCount(conversation), server.unread, `${seed}: unread`);
  assert.deepEqual(
    conversation.mentions, server.mentions(conversation.readSeq, server.messages.length), `${seed}: mentions`);
}

test("any interleaving ends in the server's state", () => {
  const start = Number(process.env["SEED"] ?? Date.now() % 1_000_000_007);
  const count = process.env["SEED"] ? 1 : 1_500;
  for (let index = 0; index < count; index += 1) play(start + index);
});

test("a read that is heard of before the list has the list loaded again", () => {
  const server = new ModelServer();
  for (const name of ["one", "two", "three"]) server.create(other, name, null);
  const client = new ModelClient(server, new Random(1));
  // The list is under way when another tab reads, and the log tells before the list is there.
  client.ask();
  server.read(2);
  client.deliver();
  while (client.answers.length) client.answer();
  assert.ok(needs(client.space, { conversationID: null, topicID: null, rootID: null }).some((need) => need.kind === "conversations"));
  client.ask();
  while (client.answers.length) client.answer();
  assert.equal(unreadCount(client.space.conversations[CHANNEL]!), 1);
  assert.equal(client.space.conversations[CHANNEL]!.readSeq, 2);
});

test("a reply that mentions me counts until its thread was seen since", () => {
  const server = new ModelServer();
  const client = new ModelClient(server, new Random(1));
  server.create(other, "root", null);
  const root = server.messages[0]!;
  const reply = server.create(other, "reply", root.id).events[0]!;
  reply.mentioned_user_ids = [ME];
  while (client.delivered < server.log.length) client.deliver();
  assert.deepEqual(client.space.threadMentions, [{ cursor: reply.cursor, rootID: root.id, placeID: CHANNEL }]);
  client.replay();
  while (client.delivered < server.log.length) client.deliver();
  assert.equal(client.space.threadMentions.length, 1);
  // Seen as it was before the reply, it was not seen.
  client.apply({ type: "threads/seen", rootID: root.id, asOf: server.log[0]!.cursor! });
  assert.equal(client.space.threadMentions.length, 1);
  client.apply({ type: "threads/seen", rootID: root.id, asOf: client.space.cursor });
  assert.deepEqual(client.space.threadMentions, []);
});

test("an event counts once however often it is delivered", () => {
  const server = new ModelServer();
  const client = new ModelClient(server, new Random(1));
  client.apply({ type: "conversations/loaded", channels: server.channels(), directs: [], asOf: client.space.cursor });
  server.create(other, "one", null);
  client.deliver();
  const once = client.space;
  client.apply({ type: "space/event", event: server.log[0]!, now: 0 });
  assert.equal(client.space, once);
  assert.equal(unreadCount(client.space.conversations[CHANNEL]!), 1);
});
