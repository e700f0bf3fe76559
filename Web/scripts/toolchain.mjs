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
  "--target=es2021",
  "--jsx=automatic",
  `--tsconfig=${join(root, "scripts", "tsconfig.bundle.json")}`,
  // Debian's DOMPurify 2.4.1 (deb12u1) has a check against deep nesting in the wrong function, where its variable does
  // not exist. This gives the free name a harmless value; the same check at its right place is not concerned.
  '--define:shadowNode={"__depth":0}',
  // Libraries have nothing to tell on the console.
  "--pure:console.log",
  "--log-level=warning",
];
