// Colours for code. A chunk of its own: only loaded when a block of code names its language.

import hljs from "highlight.js/lib/highlight";
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import go from "highlight.js/lib/languages/go";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import markdown from "highlight.js/lib/languages/markdown";
import python from "highlight.js/lib/languages/python";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { sanitised } from "./render";

const languages = {
  bash, cpp, css, diff, go, java, javascript, json, kotlin, markdown, python, ruby, rust, sql, swift, typescript, xml, yaml,
};
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

const CACHE_MAX = 100;
const cache = new Map<string, DocumentFragment>();

/** The code in colours, or null when the language is not known. Callers get a copy of their own. */
export function highlighted(code: string, language: string): DocumentFragment | null {
  if (!hljs.getLanguage(language)) return null;
  const name = `${language} ${code}`;
  let fragment = cache.get(name);
  if (!fragment) {
    fragment = sanitised(hljs.highlight(language, code, true).value);
    if (cache.size >= CACHE_MAX) cache.delete(cache.keys().next().value as string);
    cache.set(name, fragment);
  }
  return fragment.cloneNode(true) as DocumentFragment;
}
