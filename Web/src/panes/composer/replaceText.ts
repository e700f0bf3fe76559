import type { Edit } from "./editing";

/** Changes a text box as if it had been typed: the browser's undo takes it back, and React hears of it. */
export function replaceText(area: HTMLTextAreaElement, edit: Edit): void {
  area.focus();
  area.setSelectionRange(edit.from, edit.to);
  // The only way to keep the history of changes; every browser has it, though it is called deprecated.
  const done = edit.insert
    ? document.execCommand("insertText", false, edit.insert)
    : edit.from === edit.to || document.execCommand("delete");
  if (!done) {
    area.setRangeText(edit.insert, edit.from, edit.to);
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  area.setSelectionRange(edit.start, edit.end);
}
