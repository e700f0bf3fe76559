// The box in which messages are written. What it sends to is its caller's business.

import {
  forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useRef, type ReactNode,
} from "react";
import { strings } from "../../strings";
import { IconButton } from "../../ui/Button";
import { EmojiButton } from "../../ui/emoji/EmojiButton";

export interface ComposerHandle {
  focus(): void;
  insert(text: string): void;
}

export const Composer = forwardRef<ComposerHandle, {
  label: string;
  text: string;
  onText: (text: string) => void;
  onSubmit: () => void;
  /** Arrow up in an empty box. */
  onRecall?: () => void;
  onEscape?: () => void;
  autoFocus?: boolean;
  /** Above the box: what is quoted, what is attached. */
  header?: ReactNode;
  /** In the toolbar: formatting, attaching. */
  tools?: ReactNode;
  submitLabel?: string;
}>(function Composer(
  { label, text, onText, onSubmit, onRecall, onEscape, autoFocus, header, tools, submitLabel }, ref,
) {
  const box = useRef<HTMLTextAreaElement>(null);

  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);
  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (autoFocus && matchMedia("(hover: hover)").matches) box.current?.focus();
  }, [autoFocus]);

  const insert = (added: string) => {
    const area = box.current;
    if (!area) return;
    const { selectionStart: start, selectionEnd: end } = area;
    onText(text.slice(0, start) + added + text.slice(end));
    requestAnimationFrame(() => {
      area.focus();
      area.setSelectionRange(start + added.length, start + added.length);
    });
  };
  useImperativeHandle(ref, () => ({ focus: () => box.current?.focus(), insert }));

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      onSubmit();
    } else if (event.key === "ArrowUp" && !text && onRecall) {
      event.preventDefault();
      onRecall();
    } else if (event.key === "Escape" && onEscape) {
      event.preventDefault();
      event.stopPropagation();
      onEscape();
    }
  };
  return (
    <form className="composer" onSubmit={(event) => {
      event.preventDefault();
      onSubmit();
    }}>
      {header}
      <div className="composer-box">
        <textarea ref={box} rows={1} value={text} placeholder={label} aria-label={label} dir="auto"
          onChange={(event) => onText(event.target.value)} onKeyDown={onKeyDown} />
        <div className="composer-tools">
          {tools}
          <EmojiButton label={strings.emoji.picker} onPick={insert} />
          <IconButton type="submit" icon="send" label={submitLabel ?? strings.composer.send} className="composer-send"
            disabled={!text.trim()} />
        </div>
      </div>
    </form>
  );
});
