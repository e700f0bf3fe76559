// Messages with files arrive whole: whatever request fails, and after a reload.

import strict from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Message, Upload } from "../src/api";
import { discard, resumeOutbox, retry, send } from "../src/commands/outbox";
import { store } from "../src/store/store";
import { upload } from "./uploads";

const assert: typeof strict = strict;
const kept = new Map<string, string>();
let workspace = "";
let count = 0;

/** The part of a server that the outbox needs. Every request can be made to fail, before or after it had its effect. */
class FakeServer {
  readonly messages = new Map<string, Message>();
  readonly attached = new Map<string, Set<string>>();
  readonly asked: string[] = [];
  failures: { match: RegExp; status: number; after: boolean }[] = [];

  readonly fetch = async (address: string, options: { method: string; body: string | null }): Promise<Response> => {
    this.asked.push(`${options.method} ${address}`);
    const at = this.failures.findIndex(({ match }) => match.test(`${options.method} ${address}`));
    const failure = at < 0 ? null : this.failures.splice(at, 1)[0]!;
    if (failure && !failure.after) return this.answer(failure.status, { error: "no" });
    const answer = this.serve(options.method, address, options.body ? JSON.parse(options.body) : null);
    return failure ? this.answer(failure.status, { error: "lost" }) : this.answer(200, answer);
  };

  private answer(status: number, value: unknown): Response {
    if (status === 0) throw new TypeError("network");
    return new Response(JSON.stringify(value), { status });
  }

  private serve(method: string, address: string, body: Record<string, string> | null): unknown {
    const attach = /^\/api\/messages\/([^/]+)\/attachments$/.exec(address)?.[1];
    if (attach && body) {
      this.attached.set(attach, (this.attached.get(attach) ?? new Set()).add(body["upload_id"] ?? ""));
      return { ok: true };
    }
    const one = /^\/api\/messages\/([^/]+)$/.exec(address)?.[1];
    if (one && method === "GET") {
      const message = [...this.messages.values()].find((known) => known.id === one)!;
      return { message: { ...message, attachments: [...(this.attached.get(one) ?? [])].map(upload) } };
    }
    const nonce = body?.["nonce"] ?? "";
    const known = this.messages.get(nonce) ?? {
      id: `msg_${this.messages.size}`, workspace_id: workspace, channel_id: "chn", author_id: "usr",
      thread_root_id: `msg_${this.messages.size}`, body: body?.["body"] ?? "", body_format: "markdown" as const,
      created_at: "", nonce, channel_seq: this.messages.size + 1,
    };
    this.messages.set(nonce, known);
    return { message: known };
  }
}

let server: FakeServer;

beforeEach(() => {
  kept.clear();
  server = new FakeServer();
  workspace = `wsp_${++count}`;
  Object.assign(globalThis, {
    fetch: server.fetch,
    sessionStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    },
  });
});

const space = () => store.getState().spaces[workspace]!;
const post = (uploads: readonly Upload[] = [upload("a"), upload("b")]) =>
  send({ workspaceID: workspace, place: { kind: "channel", id: "chn" }, body: "see files", uploads });
const nonce = () => [...server.messages.keys()][0]!;

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000; turn += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.fail("it never came to pass");
}

const everythingArrived = () => {
  assert.equal(server.messages.size, 1);
  assert.deepEqual([...server.attached.get("msg_0")!].sort(), ["a", "b"]);
  assert.equal(kept.size, 0);
  assert.deepEqual(space().attaching, {});
  assert.deepEqual(space().messages["msg_0"]?.message.attachments?.map((one) => one.id), ["a", "b"]);
};

test("a message with files arrives with them", async () => {
  post();
  await until(() => kept.size === 0 && !Object.keys(space().attaching).length);
  everythingArrived();
});

test("an attachment that failed is made up for, and the message is not posted again", async () => {
  server.failures = [{ match: /attachments/, status: 0, after: false }];
  post();
  await until(() => space().attaching["msg_0"]?.state === "failed");
  assert.equal(kept.size, 1);
  resumeOutbox(workspace);
  await until(() => kept.size === 0 && !Object.keys(space().attaching).length);
  everythingArrived();
  assert.equal(server.asked.filter((one) => /channels\/chn\/messages/.test(one)).length, 1);
});

test("an attachment whose answer was lost is attached once", async () => {
  server.failures = [{ match: /attachments/, status: 503, after: true }];
  post();
  await until(() => space().attaching["msg_0"]?.state === "failed");
  retry(workspace, nonce());
  await until(() => kept.size === 0 && !Object.keys(space().attaching).length);
  everythingArrived();
});

test("what a reload interrupted is finished after it", async () => {
  server.failures = [{ match: /attachments/, status: 0, after: false }];
  post();
  await until(() => space().attaching["msg_0"]?.state === "failed");
  // Another page knows only what is kept.
  const before = workspace;
  workspace = `wsp_${++count}`;
  kept.set(`clickclack.outbox..${workspace}`, kept.get(`clickclack.outbox..${before}`)!);
  kept.delete(`clickclack.outbox..${before}`);
  resumeOutbox(workspace);
  await until(() => kept.size === 0 && !Object.keys(space().attaching).length);
  everythingArrived();
});

test("a post whose answer was lost still gets its files", async () => {
  server.failures = [{ match: /channels\/chn\/messages/, status: 0, after: true }];
  post();
  await until(() => space().pending[0]?.state === "failed");
  // Meanwhile the event brought the message, so nothing is pending any more.
  store.dispatch({ type: "space", workspaceID: workspace, action: { type: "pending/discarded", nonce: nonce() } });
  resumeOutbox(workspace);
  await until(() => kept.size === 0 && !Object.keys(space().attaching).length);
  everythingArrived();
});

test("a message does not overtake one that is to be sent again", async () => {
  server.failures = [{ match: /channels\/chn\/messages/, status: 0, after: false }];
  post([]);
  send({ workspaceID: workspace, place: { kind: "channel", id: "chn" }, body: "second" });
  await until(() => space().pending.every((one) => one.state === "failed"));
  assert.equal(server.messages.size, 0);
  retry(workspace, space().pending[1]!.nonce);
  await until(() => kept.size === 0);
  assert.deepEqual([...server.messages.values()].map((one) => one.body), ["see files", "second"]);
});

test("what the server refused waits for a person, who may give it up", async () => {
  server.failures = [{ match: /attachments/, status: 403, after: false }];
  post();
  await until(() => space().attaching["msg_0"]?.refused === true);
  const asked = server.asked.length;
  resumeOutbox(workspace);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(server.asked.length, asked);
  assert.equal(space().attaching["msg_0"]?.state, "failed");
  discard(workspace, nonce());
  assert.equal(kept.size, 0);
  assert.deepEqual(space().attaching, {});
});

test("however requests fail, everything arrives once", async () => {
  for (const status of [0, 503]) {
    for (const after of [false, true]) {
      for (const match of [/POST .*channels/, /attachments/, /GET/]) {
        kept.clear();
        server = new FakeServer();
        Object.assign(globalThis, { fetch: server.fetch });
        workspace = `wsp_${++count}`;
        server.failures = [{ match, status, after }, { match, status, after: !after }];
        post();
        for (let attempt = 0; attempt < 200 && kept.size; attempt += 1) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          resumeOutbox(workspace);
        }
        await until(() => !Object.keys(space().attaching).length);
        assert.equal(server.messages.size, 1, `${status} ${after} ${match}`);
        assert.deepEqual([...server.attached.get("msg_0")!].sort(), ["a", "b"]);
      }
    }
  }
});

test("what was kept and can't be read stops nobody from sending", async () => {
  for (const broken of ["{", "7", "null", '{"message": {}}', "[null, 3, {}, {\"message\": {\"nonce\": \"n\"}}]"]) {
    server = new FakeServer();
    Object.assign(globalThis, { fetch: server.fetch });
    kept.clear();
    kept.set(`clickclack.outbox..${workspace}`, broken);
    kept.set(`clickclack.outbox.${space()?.me ?? ""}.${workspace}`, broken);
    resumeOutbox(workspace);
    assert.deepEqual(server.asked, []);
    post();
    await until(() => server.attached.get("msg_0")?.size === 2);
  }
});
