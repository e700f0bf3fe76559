// Bundles the unit tests and gives them to node's own test runner. `node Web/scripts/test.mjs [name]`.

import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeEmoji } from "./emoji.mjs";
import { bundleOptions, environment, esbuild, root } from "./toolchain.mjs";

const wanted = process.argv[2] ?? "";
const output = join(root, "build", "tests");
const tests = readdirSync(join(root, "tests")).filter((name) => name.endsWith(".test.ts") && name.includes(wanted));
rmSync(output, { recursive: true, force: true });
writeEmoji();
const options = { cwd: root, env: environment, stdio: "inherit" };
execFileSync(esbuild, [
  ...tests.map((name) => join("tests", name)), ...bundleOptions, "--format=esm", "--platform=node", "--target=node18",
  "--out-extension:.js=.mjs", `--outdir=${output}`,
], options);
execFileSync("node", ["--test", output], options);
