import { useRef, useState } from "react";
import { strings } from "../../strings";
import { IconButton } from "../../ui/Button";
import { classes } from "../../ui/classes";
import type { IconName } from "../../ui/Icon";
import type { Format } from "./editing";

interface Entry {
  format: Format;
  icon: IconName;
  label: string;
  /** As in KeyboardEvent.code, pressed with Ctrl or Cmd. */
  code: string;
  shift?: boolean;
}

const entries: readonly Entry[] = [
  { format: "bold", icon: "bold", label: strings.composer.bold, code: "KeyB" },
  { format: "italic", icon: "italic", label: strings.composer.italic, code: "KeyI" },
  { format: "strike", icon: "strike", label: strings.composer.strike, code: "KeyX", shift: true },
  { format: "link", icon: "link", label: strings.composer.addLink, code: "KeyU", shift: true },
  { format: "numbers", icon: "numbers", label: strings.composer.numbers, code: "Digit7", shift: true },
  { format: "bullets", icon: "bullets", label: strings.composer.bullets, code: "Digit8", shift: true },
  { format: "quote", icon: "quote", label: strings.composer.quoteLines, code: "Digit9", shift: true },
  { format: "code", icon: "code", label: strings.composer.code, code: "KeyE" },
  { format: "codeBlock", icon: "codeBlock", label: strings.composer.codeBlock, code: "KeyE", shift: true },
];

/** What a key does to the text, or to how it is shown. */
export function formatOf(event: KeyboardEvent): Format | "preview" | null {
  if ((!event.ctrlKey && !event.metaKey) || event.altKey) return null;
  if (event.code === "KeyP" && event.shiftKey) return "preview";
  return entries.find((entry) => entry.code === event.code && !!entry.shift === event.shiftKey)?.format ?? null;
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const keys = ({ code, shift }: Entry): string =>
  `${isMac ? "⌘" : "Ctrl+"}${shift ? (isMac ? "⇧" : "Shift+") : ""}${code.replace(/^(Key|Digit)/, "")}`;

/** Buttons for Markdown. The arrow keys move through them (ARIA authoring practices, toolbar). */
export function FormatBar({ open, onFormat }: { open: boolean; onFormat: (format: Format) => void }) {
  const [at, setAt] = useState(0);
  const bar = useRef<HTMLDivElement>(null);
  const move = (event: React.KeyboardEvent) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + entries.length) % entries.length;
    setAt(next);
    bar.current?.querySelectorAll<HTMLElement>("button")[next]?.focus();
  };
  return (
    <div ref={bar} className={classes("format-bar", open && "open")} role="toolbar" aria-label={strings.composer.formatting}
      onKeyDown={move}>
      {entries.map((entry, index) => (
        <IconButton key={entry.format} icon={entry.icon} size={16} label={entry.label} data-tip={`${entry.label} (${keys(entry)})`}
          tabIndex={index === at ? 0 : -1} onFocus={() => setAt(index)}
          // The text keeps its selection.
          onMouseDown={(event) => event.preventDefault()} onClick={() => onFormat(entry.format)} />
      ))}
    </div>
  );
}
