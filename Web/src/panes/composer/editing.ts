// Changes of a text that is being written. Pure: a text and its selection in, one replacement out, so that the browser's
// own undo takes it back in one step.

export interface Selected {
  text: string;
  start: number;
  end: number;
}

/** Replaces `from`..<`to` by `insert` and selects `start`..<`end` of the result. */
export interface Edit {
  from: number;
  to: number;
  insert: string;
  start: number;
  end: number;
}

export type Format = "bold" | "italic" | "strike" | "code" | "codeBlock" | "quote" | "bullets" | "numbers" | "link";

const MARKS = { bold: "**", italic: "_", strike: "~~", code: "`" } as const;

export function format(selected: Selected, wanted: Format): Edit {
  switch (wanted) {
    case "bold":
    case "italic":
    case "strike":
    case "code":
      return marked(selected, MARKS[wanted]);
    case "codeBlock":
      return block(selected);
    case "quote":
      return lines(selected, /^> ?/, () => "> ");
    case "bullets":
      return lines(selected, /^[-*] (?!\[[ x]\])/, () => "- ");
    case "numbers":
      return lines(selected, /^\d+[.)] /, (index) => `${index + 1}. `);
    case "link":
      return link(selected);
  }
}

/** The result of an edit. */
export const applied = ({ text }: Selected, edit: Edit): Selected => ({
  text: text.slice(0, edit.from) + edit.insert + text.slice(edit.to), start: edit.start, end: edit.end,
});

// Puts marks around the selection, or takes them away when they are there.
function marked({ text, start, end }: Selected, mark: string): Edit {
  const size = mark.length;
  // Blanks at the ends would keep the marks from counting.
  const chosen = text.slice(start, end);
  const from = start + (chosen.length - chosen.trimStart().length);
  const to = Math.max(from, end - (chosen.length - chosen.trimEnd().length));
  const inner = text.slice(from, to);
  if (text.slice(from - size, from) === mark && text.slice(to, to + size) === mark && from >= size) {
    return { from: from - size, to: to + size, insert: inner, start: from - size, end: to - size };
  }
  if (inner.length >= 2 * size && inner.startsWith(mark) && inner.endsWith(mark)) {
    return { from, to, insert: inner.slice(size, -size), start: from, end: to - 2 * size };
  }
  return { from, to, insert: mark + inner + mark, start: from + size, end: to + size };
}

function block({ text, start, end }: Selected): Edit {
  const inner = text.slice(start, end);
  const before = start === 0 || text[start - 1] === "\n" ? "" : "\n";
  const after = end === text.length || text[end] === "\n" ? "" : "\n";
  const fence = inner.includes("```") ? "````" : "```";
  const begin = start + before.length + fence.length + 1;
  return {
    from: start, to: end, insert: `${before}${fence}\n${inner}\n${fence}${after}`, start: begin, end: begin + inner.length,
  };
}

// lastIndexOf takes a position before the text for its first one.
const lineStart = (text: string, at: number): number => (at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1);

// Puts something before each line of the selection, or takes it away when every line has it.
function lines({ text, start, end }: Selected, has: RegExp, prefix: (index: number) => string): Edit {
  const from = lineStart(text, start);
  const next = text.indexOf("\n", end);
  const to = next < 0 ? text.length : next;
  const old = text.slice(from, to).split("\n");
  const all = old.every((line) => has.test(line));
  const changed = old.map((line, index) => (all ? line.replace(has, "") : prefix(index) + line.replace(has, "")));
  const insert = changed.join("\n");
  if (start === end && old.length === 1) {
    const at = Math.max(from, start + insert.length - (to - from));
    return { from, to, insert, start: at, end: at };
  }
  return { from, to, insert, start: from, end: from + insert.length };
}

const ADDRESS = /^(https?:\/\/|mailto:)\S+$/i;

function link({ text, start, end }: Selected): Edit {
  const inner = text.slice(start, end);
  if (ADDRESS.test(inner.trim())) {
    return { from: start, to: end, insert: `[](${inner.trim()})`, start: start + 1, end: start + 1 };
  }
  const insert = `[${inner}](https://)`;
  if (!inner) return { from: start, to: end, insert, start: start + 1, end: start + 1 };
  const begin = start + inner.length + 3;
  return { from: start, to: end, insert, start: begin, end: begin + "https://".length };
}

/** What pasting an address over a selection makes: the selection becomes a link. Null when it is plain pasting. */
export function pastedLink({ text, start, end }: Selected, pasted: string): Edit | null {
  const inner = text.slice(start, end);
  if (!inner.trim() || inner.includes("\n") || ADDRESS.test(inner) || !ADDRESS.test(pasted.trim())) return null;
  const insert = `[${inner}](${pasted.trim()})`;
  return { from: start, to: end, insert, start: start + insert.length, end: start + insert.length };
}

/** A new line that goes on with the list or quote of the line before; an empty item ends it. */
export function newLine({ text, start, end }: Selected): Edit {
  const from = lineStart(text, start);
  const line = text.slice(from, start);
  const found: readonly (string | undefined)[] | null = /^(\s*)(?:([-*] (?:\[[ xX]\] )?)|(\d+)([.)] )|(> ?))/.exec(line);
  const plain = { from: start, to: end, insert: "\n", start: start + 1, end: start + 1 };
  if (!found || insideFence(text, start)) return plain;
  if (found[0]?.length === line.length && start === end) return { from, to: start, insert: "", start: from, end: from };
  const [, indent = "", bullet, number, dot, quote] = found;
  const item = number === undefined ? (bullet ?? quote ?? "").replace(/\[[xX]\]/, "[ ]") : `${Number(number) + 1}${dot}`;
  const insert = `\n${indent}${item}`;
  return { from: start, to: end, insert, start: start + insert.length, end: start + insert.length };
}

/** Whether a position is in a fenced block of code. */
export const insideFence = (text: string, at: number): boolean =>
  (text.slice(0, at).match(/^ {0,3}```/gm)?.length ?? 0) % 2 === 1;
