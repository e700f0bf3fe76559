// Markdown to a sanitised piece of document. Nothing reaches the page that DOMPurify did not let through.

import DOMPurify from "dompurify";
import { marked } from "marked";
import { strings } from "../strings";
import { isPlain } from "./plain";

const CACHE_MAX = 600;
const cache = new Map<string, DocumentFragment>();

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

marked.use({
  gfm: true,
  breaks: true,
  renderer: {
    // HTML in a message is text.
    html: (html: string) => escaped(html),
    // Pictures come as uploads; one from elsewhere would tell that site who reads.
    image: (href: string | null, _title: string | null, text: string) =>
      `<a href="${escaped(href ?? "")}">${escaped(text || href || "")}</a>`,
    heading: (text: string) => `<p><strong>${text}</strong></p>`,
  },
  extensions: [
    {
      name: "mention",
      level: "inline",
      start: (source: string) => source.match(/(^|[^\w@/])@[A-Za-z0-9]/)?.index,
      tokenizer(source: string) {
        const found = /^([^\w@/`]?)@([A-Za-z0-9][\w-]{1,31})(?![\w@-])/.exec(source);
        if (!found) return undefined;
        return { type: "mention", raw: found[0] ?? "", before: found[1], handle: found[2] };
      },
      renderer: (token) => `${escaped(String(token["before"]))}<span class="mention" data-handle="${
        escaped(String(token["handle"]))}">@${escaped(String(token["handle"]))}</span>`,
    },
  ],
});

const TAGS = [
  "a", "p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "hr", "table", "thead", "tbody",
  "tr", "th", "td", "span", "input",
];
const ATTRIBUTES = ["href", "class", "start", "data-handle", "align", "type", "checked", "disabled"];

/** A message's body, ready to be put into the page. Callers get a copy of their own. */
export function renderMarkdown(body: string): DocumentFragment {
  if (isPlain(body)) {
    const paragraph = document.createElement("p");
    paragraph.textContent = body;
    const fragment = document.createDocumentFragment();
    fragment.append(paragraph);
    return fragment;
  }
  let fragment = cache.get(body);
  if (!fragment) {
    fragment = sanitised(marked.parse(body) as string);
    decorate(fragment);
    if (cache.size >= CACHE_MAX) cache.delete(cache.keys().next().value as string);
    cache.set(body, fragment);
  }
  return fragment.cloneNode(true) as DocumentFragment;
}

/** Lets only harmless markup through. */
export function sanitised(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true, ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ATTRIBUTES, ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(https?:|mailto:|\/)/i,
  }) as unknown as DocumentFragment;
}

function decorate(fragment: DocumentFragment): void {
  for (const link of fragment.querySelectorAll("a")) {
    // The address was not let through: its words stay.
    if (!link.hasAttribute("href")) {
      link.replaceWith(...link.childNodes);
      continue;
    }
    const inside = link.origin === location.origin && link.pathname.startsWith("/app/");
    if (inside) continue;
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
  }
  for (const box of fragment.querySelectorAll("input")) {
    box.type = "checkbox";
    box.disabled = true;
    box.ariaLabel = box.checked ? strings.message.taskDone : strings.message.taskOpen;
  }
  for (const code of fragment.querySelectorAll("pre > code")) {
    const block = document.createElement("div");
    block.className = "code-block";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "code-copy";
    button.textContent = strings.message.copyCode;
    const pre = code.parentElement as HTMLElement;
    pre.tabIndex = 0;
    pre.replaceWith(block);
    block.append(pre, button);
  }
  for (const table of fragment.querySelectorAll("table")) {
    const scroll = document.createElement("div");
    scroll.className = "table-scroll";
    scroll.tabIndex = 0;
    table.replaceWith(scroll);
    scroll.append(table);
  }
}
