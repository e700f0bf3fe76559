// Type-checks and bundles the web client into Web/build: the page, hashed files with their gzip and brotli forms, and
// assets.inc, the table that Sources/WebClient compiles into the binary. Does nothing when no source is newer.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync,
} from "node:fs";
import { basename, extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { writeEmoji } from "./emoji.mjs";
import { bundleOptions, environment, esbuild, root, tsc } from "./toolchain.mjs";

const development = process.argv.includes("--development");
const build = join(root, "build", ...(development ? ["development"] : []));
const files = join(build, "files");
const table = join(build, "assets.inc");
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

if (!process.argv.includes("--force") && isCurrent()) process.exit(0);

mkdirSync(build, { recursive: true });
writeEmoji();
const run = (command, options) =>
  execFileSync(command, options, { cwd: root, env: environment, stdio: ["ignore", "inherit", "inherit"] });
if (!development) run(tsc, ["--noEmit", "-p", "."]);

const bundled = join(build, "bundled");
rmSync(bundled, { recursive: true, force: true });
const metafile = join(build, "meta.json");
const mode = development ? "development" : "production";
run(esbuild, [
  "src/main.tsx", "--inject:src/kernel.ts", "src/styles/main.css", "src/styles/pages.css", ...bundleOptions, "--format=esm", "--splitting", "--entry-names=[name]-[hash]", "--chunk-names=[name]-[hash]", "--legal-comments=none",
  `--define:process.env.NODE_ENV="${mode}"`, `--metafile=${metafile}`, `--outdir=${bundled}`,
  ...(development ? [] : ["--minify"]),
]);

// Runs before the first paint, so it is a classic script of its own.
run(esbuild, [
  "src/theme.ts", ...bundleOptions, "--format=iife", "--entry-names=[name]-[hash]", "--minify",
  `--metafile=${metafile}.theme`, `--outdir=${bundled}`,
]);

const meta = JSON.parse(readFileSync(metafile, "utf8"));
const outputs = [...Object.entries(meta.outputs), ...Object.entries(JSON.parse(readFileSync(`${metafile}.theme`, "utf8")).outputs)];
const output = (entry) => outputs.find(([, found]) => found.entryPoint === entry) ?? fail(`no output for ${entry}`);
const address = ([path]) => `/assets/${basename(path)}`;
const main = output("src/main.tsx");
const preloads = main[1].imports.filter((found) => found.kind === "import-statement").map((found) => [found.path]);

// path -> { bytes, immutable }
const assets = new Map();
for (const name of readdirSync(bundled)) {
  assets.set(`/assets/${name}`, { bytes: readFileSync(join(bundled, name)), immutable: true });
}
for (const name of readdirSync(join(root, "public"))) {
  assets.set(`/assets/${name}`, { bytes: readFileSync(join(root, "public", name)), immutable: false });
}
const names = [...assets.keys()].sort().join("\n");
const fingerprint = createHash("sha256").update(names).digest("hex").slice(0, 16);
const page = readFileSync(join(root, "index.html"), "utf8")
  .replace("{{build}}", fingerprint)
  .replace("{{theme}}", address(output("src/theme.ts")))
  .replace("{{style}}", address(output("src/styles/main.css")))
  .replace("{{pageStyle}}", address(output("src/styles/pages.css")))
  .replace("{{main}}", address(main))
  .replace("{{preloads}}", preloads.map((found) => `  <link rel="modulepreload" href="${address(found)}">\n`).join(""));
assets.set("/index.html", { bytes: Buffer.from(page), immutable: false });
const manifest = JSON.stringify({ build: fingerprint });
assets.set("/assets/build.json", { bytes: Buffer.from(manifest), immutable: false, type: "application/json" });

rmSync(files, { recursive: true, force: true });
mkdirSync(files, { recursive: true });
const arrays = [];
const rows = [];
let index = 0;
for (const [path, asset] of [...assets].sort(([left], [right]) => (left < right ? -1 : 1))) {
  const forms = { identity: asset.bytes };
  if (!development) {
    const gzip = gzipSync(asset.bytes, { level: 9 });
    const brotli = brotliCompressSync(asset.bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: asset.bytes.length },
    });
    if (gzip.length < asset.bytes.length * 0.9) forms.gzip = gzip;
    if (brotli.length < asset.bytes.length * 0.9) forms.brotli = brotli;
  }
  const cells = [];
  for (const form of ["identity", "gzip", "brotli"]) {
    if (!forms[form]) {
      cells.push("NULL, 0");
      continue;
    }
    const name = `${index}.${form}`;
    writeFileSync(join(files, name), forms[form]);
    arrays.push(`static const unsigned char file_${index}_${form}[] = {\n#embed "files/${name}"\n};`);
    cells.push(`file_${index}_${form}, sizeof file_${index}_${form}`);
  }
  const type = asset.type ?? TYPES[extname(path)] ?? "application/octet-stream";
  rows.push(`  {"${path}", "${type}", ${asset.immutable ? 1 : 0}, ${cells.join(", ")}},`);
  index += 1;
}
const text = `// Written by Web/scripts/build.mjs.\n${arrays.join("\n")}\n#define WEB_ASSETS \\\n${rows.join(" \\\n")}\n`;
const appeared = !existsSync(table);
writeFileSync(`${table}.new`, text);
renameSync(`${table}.new`, table);
rmSync(bundled, { recursive: true });
const map = Object.fromEntries([...assets.keys()].sort().map((path, at) => [path, `${at}.identity`]));
writeFileSync(join(build, "map.json"), JSON.stringify(map));
// A compiler that looked for the table before it was there does not know that it must look again.
const includer = join(root, "..", "Sources", "WebClient", "assets.c");
if (appeared && !development && existsSync(includer)) utimesSync(includer, new Date(), new Date());
report();

function isCurrent() {
  if (!existsSync(table) || development) return false;
  const built = statSync(table).mtimeMs;
  return !["src", "public", "scripts", "index.html", "tsconfig.json", "package.json"]
    .flatMap((name) => walk(join(root, name)))
    .some((path) => statSync(path).mtimeMs > built);
}

function walk(path) {
  if (!statSync(path).isDirectory()) return [path];
  return [path, ...readdirSync(path).flatMap((name) => walk(join(path, name)))];
}

function report() {
  const first = [main, output("src/theme.ts"), output("src/styles/main.css"), ...preloads].map(address);
  const sum = ["/index.html", ...first].reduce((total, path) => total + gzipSync(assets.get(path).bytes).length, 0);
  const kilobytes = (sum / 1024).toFixed(1);
  console.log(`web client: ${relative(process.cwd(), build)}, ${assets.size} files, ${kilobytes} KB gzipped at first`);
  if (sum > 150 * 1024 && !development) fail("the initial transfer is over 150 KB");
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
