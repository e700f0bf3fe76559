// What is known of files before they are loaded.

import strict from "node:assert/strict";
import { test } from "node:test";
import { fitted } from "../src/panes/attachments/boxes";
import { firstLines } from "../src/panes/attachments/firstLines";
import { attachingAdded, attachingEnded, attachingFailed, withAttaching } from "../src/store/space/attaching";
import { textOfFiles } from "../src/store/filesText";
import { emptySpace } from "../src/store/state";
import { fileKind, languageOf } from "../src/ui/files/kinds";
import { upload } from "./uploads";

const assert: typeof strict = strict;

test("pictures keep their shape within the box", () => {
  assert.deepEqual(fitted(840, 320), { width: 420, height: 160 });
  assert.deepEqual(fitted(100, 50), { width: 100, height: 50 });
  assert.deepEqual(fitted(100, 3_200), { width: 40, height: 320 });
  assert.equal(fitted(0, 10), null);
});

test("the beginning of a file is cut at lines", () => {
  assert.deepEqual(firstLines("a\nb\nc\n", 2, false), { text: "a\nb", hasMore: true });
  assert.deepEqual(firstLines("a\r\nb", 2, false), { text: "a\nb", hasMore: false });
  assert.deepEqual(firstLines("a\nb\nhal", 9, true), { text: "a\nb", hasMore: false });
  assert.equal(firstLines("x".repeat(1_000), 1, false).text.length, 401);
});

test("kinds of files", () => {
  assert.equal(fileKind("image/png", "a.png"), "image");
  assert.equal(fileKind("image/svg+xml", "a.svg"), "text");
  assert.equal(fileKind("video/mp2t", "main.ts"), "text");
  assert.equal(fileKind("text/plain; charset=utf-8", "a"), "text");
  assert.equal(fileKind("application/octet-stream", "main.rs"), "text");
  assert.equal(fileKind("application/zip", "a.zip"), "archive");
  assert.equal(fileKind("", "a.bin"), "other");
  assert.equal(languageOf("a.PY"), "python");
});

test("files on their way are shown once, and leave when they are there", () => {
  const attaching = {
    messageID: "m", nonce: "n", uploads: [upload("a"), upload("b")], state: "sending" as const, error: "", refused: false,
  };
  let space = attachingAdded(emptySpace("wsp", "usr"), attaching);
  assert.deepEqual(withAttaching([upload("a")], space.attaching["m"]).map((one) => one.id), ["a", "b"]);
  space = attachingFailed(space, "m", "no", true);
  assert.equal(space.attaching["m"]?.state, "failed");
  assert.equal(attachingFailed(space, "other", "no", true), space);
  space = attachingEnded(space, "m");
  assert.deepEqual(space.attaching, {});
  assert.equal(textOfFiles([upload("a"), upload("b")]), "a.txt, b.txt");
});
