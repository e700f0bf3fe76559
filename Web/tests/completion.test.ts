// Which name is about to be completed.

import strict from "node:assert/strict";
import { test } from "node:test";
import { rank, triggerAt } from "../src/panes/composer/completion/trigger";

const assert: typeof strict = strict;
const at = (marked: string, commands = true) => {
  const caret = marked.indexOf("|");
  const found = triggerAt(marked.replace("|", ""), caret, commands);
  return found && `${found.kind} ${found.from}-${found.to} ${found.query}`;
};

test("names begin after a blank or a bracket", () => {
  assert.equal(at("hi @ad|"), "member 3-6 ad");
  assert.equal(at("@|"), "member 0-1 ");
  assert.equal(at("(@ad|)"), "member 1-4 ad");
  assert.equal(at("mail@ad|"), null);
  assert.equal(at("see #gen|"), "channel 4-8 gen");
  assert.equal(at("see #über|"), "channel 4-9 über");
  assert.equal(at("issue#1|"), null);
  assert.equal(at("line\n@a|"), "member 5-7 a");
});

test("emoji need two letters, so that smileys and times are left alone", () => {
  assert.equal(at(":c|"), null);
  assert.equal(at(":cr|"), "emoji 0-3 cr");
  assert.equal(at("at 12:30|"), null);
  assert.equal(at("https://cra|"), null);
});

test("commands stand at the beginning", () => {
  assert.equal(at("/|"), "command 0-1 ");
  assert.equal(at("/dep|"), "command 0-4 dep");
  assert.equal(at("/deploy now|"), null);
  assert.equal(at("a /dep|"), null);
  assert.equal(at("/dep|", false), null);
});

test("code is left alone", () => {
  assert.equal(at("`@ad|"), null);
  assert.equal(at("`a` @ad|"), "member 4-7 ad");
  assert.equal(at("```\n@ad|"), null);
  assert.equal(at("```\nx\n```\n@ad|"), "member 10-13 ad");
});

test("beginnings count more than middles", () => {
  assert.equal(rank("ad", "ada"), 0);
  assert.ok(rank("pinch", "ada", "Ada Pinch")! < rank("pinch", "xpinch")!);
  assert.equal(rank("zz", "ada"), null);
  assert.equal(rank("", "ada"), 0);
});
