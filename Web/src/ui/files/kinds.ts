// What kind of file something is, by what it says of itself. The server decides how it is served.

import type { IconName } from "../Icon";

export type FileKind = "image" | "video" | "audio" | "pdf" | "text" | "archive" | "other";

const TEXT_TYPES = /^(text\/|application\/(json|xml|x-yaml|yaml|toml|x-sh|sql|javascript|x-ndjson))/;
const ARCHIVES = /\.(zip|gz|tgz|bz2|xz|7z|rar|tar|zst)$/i;

/** The language of the highlighter for a file's ending. */
const LANGUAGES: Readonly<Record<string, string>> = {
  sh: "bash", bash: "bash", zsh: "bash", c: "cpp", h: "cpp", cc: "cpp", cpp: "cpp", hpp: "cpp", css: "css", diff: "diff", patch: "diff",
  go: "go", java: "java", js: "javascript", mjs: "javascript", cjs: "javascript", jsx: "javascript", json: "json",
  kt: "kotlin", md: "markdown", py: "python", rb: "ruby", rs: "rust", sql: "sql", swift: "swift", ts: "typescript",
  tsx: "typescript", xml: "xml", html: "xml", svg: "xml", yml: "yaml", yaml: "yaml",
};
const PLAIN = new Set(["txt", "log", "csv", "tsv", "ini", "toml", "conf", "env", "gitignore", "lock", "tex"]);

export function fileKind(type: string, name: string): FileKind {
  const bare = type.split(";")[0]?.trim().toLowerCase() ?? "";
  if (/^image\/(png|jpeg|gif|webp|avif)$/.test(bare)) return "image";
  // Systems take TypeScript for a kind of film.
  if (bare.startsWith("video/") && bare !== "video/mp2t") return "video";
  if (bare.startsWith("audio/")) return "audio";
  if (bare === "application/pdf") return "pdf";
  if (TEXT_TYPES.test(bare) || languageOf(name) || PLAIN.has(endingOf(name))) return "text";
  return ARCHIVES.test(name) ? "archive" : "other";
}

export const endingOf = (name: string): string => /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
export const languageOf = (name: string): string => LANGUAGES[endingOf(name)] ?? "";

export const iconOf: Readonly<Record<FileKind, IconName>> = {
  image: "image", video: "video", audio: "audio", pdf: "file", text: "fileText", archive: "archive", other: "file",
};
