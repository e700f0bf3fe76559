// Where the compilers and libraries are: node_modules when npm installed them, else the distribution's packages.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const local = (name) => join(root, "node_modules", ".bin", name);
const tool = (name) => (existsSync(local(name)) ? local(name) : name);

export const esbuild = tool("esbuild");
export const tsc = tool("tsc");
export const environment = {
  ...process.env,
  NODE_PATH: [join(root, "node_modules"), process.env.NODE_PATH, "/usr/share/nodejs"].filter(Boolean).join(":"),
};

/** What every bundle has in common. tsconfig's `paths` are for types only, so the bundler must not follow them. */
export const bundleOptions = [
  "--bundle",
  "--format=esm",
  "--target=es2021",
  "--jsx=automatic",
  `--tsconfig=${join(root, "scripts", "tsconfig.bundle.json")}`,
  "--log-level=warning",
];
