// Turns the text of a message into DOM nodes. Nothing is ever parsed as HTML: what is not recognised stays text.

const INLINE = /`([^`\n]+)`|\*\*([^*\n]+)\*\*|(https?:\/\/[^\s<>"'`]+)/g;
const MENTION = /(^|[^\w@])(@[A-Za-z0-9][\w-]{1,32})/g;

export function formatBody(body) {
  const fragment = document.createDocumentFragment();
  let text = [];
  let code = null;
  const flush = () => {
    if (text.length) appendInline(fragment, text.join("\n"));
    text = [];
  };
  for (const line of body.split("\n")) {
    if (code !== null && /^```\s*$/.test(line)) {
      fragment.append(codeBlock(code));
      code = null;
    } else if (code !== null) {
      code.push(line);
    } else if (/^```[^`]*$/.test(line)) {
      flush();
      code = [];
    } else {
      text.push(line);
    }
  }
  // A block that nobody closed goes to the end.
  if (code !== null) fragment.append(codeBlock(code));
  flush();
  return fragment;
}

function codeBlock(lines) {
  const block = document.createElement("pre");
  block.append(element("code", lines.join("\n")));
  return block;
}

function appendInline(parent, text) {
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    appendMentions(parent, text.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[1] !== undefined) {
      parent.append(element("code", match[1]));
    } else if (match[2] !== undefined) {
      parent.append(element("strong", match[2]));
    } else {
      // A full stop or bracket at the end belongs to the sentence.
      const url = match[3].replace(/[.,;:!?)\]}]+$/, "");
      end -= match[3].length - url.length;
      const link = element("a", url);
      link.href = url;
      link.target = "_blank";
      link.rel = "noopener noreferrer nofollow";
      parent.append(link);
    }
  }
  appendMentions(parent, text.slice(end));
}

function appendMentions(parent, text) {
  let end = 0;
  for (const match of text.matchAll(MENTION)) {
    const start = match.index + match[1].length;
    if (start > end) parent.append(text.slice(end, start));
    const mention = element("span", match[2]);
    mention.className = "mention";
    parent.append(mention);
    end = start + match[2].length;
  }
  if (end < text.length) parent.append(text.slice(end));
}

// A search result's snippet: its highlights count code points.
export function formatSnippet(snippet, highlights) {
  const fragment = document.createDocumentFragment();
  const points = Array.from(snippet);
  let end = 0;
  for (const { start, end: stop } of highlights) {
    fragment.append(points.slice(end, start).join(""), element("mark", points.slice(start, stop).join("")));
    end = stop;
  }
  fragment.append(points.slice(end).join(""));
  return fragment;
}

function element(tag, text) {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}

const timeFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

export const timeOf = (text) => timeFormat.format(new Date(text));
export const fullTimeOf = (text) => fullFormat.format(new Date(text));

export function dayOf(text) {
  const date = new Date(text);
  const today = new Date();
  const days = Math.round((midnight(today) - midnight(date)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return dayFormat.format(date);
}

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
