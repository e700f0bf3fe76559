// The box in which messages are written. What it sends to is its caller's business.

import {
  forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type ReactNode,
} from "react";
import { MessageBody } from "../../markdown/MessageBody";
import { strings } from "../../strings";
import { IconButton } from "../../ui/Button";
import { EmojiButton } from "../../ui/emoji/EmojiButton";
import { useCompletion } from "./completion/useCompletion";
import { format, newLine, pastedLink, type Edit, type Format } from "./editing";
import { FormatBar, formatOf } from "./FormatBar";
import { replaceText } from "./replaceText";

export interface ComposerHandle {
  focus(): void;
  insert(text: string): void;
}

export interface ComposerProps {
  label: string;
  text: string;
  onText: (text: string) => void;
  onSubmit: () => void;
  /** Arrow up in an empty box. */
  onRecall?: () => void;
  onEscape?: () => void;
  /** Files that were pasted. */
  onFiles?: (files: readonly File[]) => void;
  autoFocus?: boolean;
  /** Above the box: what is quoted, what was answered. */
  header?: ReactNode;
  /** In the box, above the tools: what is attached. */
  attached?: ReactNode;
  /** In the toolbar, before the formatting: attaching; after it: a topic. */
  tools?: ReactNode;
  moreTools?: ReactNode;
  /** Beside the send button: what it waits for. */
  note?: ReactNode;
  submitLabel?: string;
  /** Whether there is something to send without a text. */
  hasMore?: boolean;
  workspaceID: string;
  /** Whether commands of integrations can be run from here. */
  slash?: boolean;
}

export const Composer = forwardRef<ComposerHandle, ComposerProps>(function Composer({
  label, text, onText, onSubmit, onRecall, onEscape, onFiles, autoFocus, header, attached, tools, moreTools, note,
  submitLabel, hasMore = false, workspaceID, slash = false,
}, ref) {
  const box = useRef<HTMLTextAreaElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [preview, setPreview] = useState(false);
  const [formatting, setFormatting] = useState(false);

  useLayoutEffect(() => {
    const area = box.current;
    if (!area || preview) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [text, preview]);
  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (autoFocus && matchMedia("(hover: hover)").matches) {
      const area = box.current;
      area?.focus();
      area?.setSelectionRange(area.value.length, area.value.length);
    }
  }, [autoFocus]);

  const apply = (edit: Edit) => {
    if (box.current) replaceText(box.current, edit);
  };
  const source = useMemo(() => ({ workspaceID, slash }), [workspaceID, slash]);
  const completion = useCompletion(box, frame, source, apply);
  const selected = () => {
    const area = box.current;
    return { text: area?.value ?? text, start: area?.selectionStart ?? 0, end: area?.selectionEnd ?? 0 };
  };
  const applyFormat = (wanted: Format) => apply(format(selected(), wanted));
  const insert = (added: string) => {
    const { start, end } = selected();
    apply({ from: start, to: end, insert: added, start: start + added.length, end: start + added.length });
  };
  useImperativeHandle(ref, () => ({ focus: () => box.current?.focus(), insert }));
  const submit = () => {
    completion.close();
    setPreview(false);
    onSubmit();
  };
  const togglePreview = () => {
    completion.close();
    setPreview(!preview);
    if (preview) requestAnimationFrame(() => box.current?.focus());
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || completion.onKeyDown(event)) return;
    const wanted = formatOf(event.nativeEvent);
    if (wanted) {
      event.preventDefault();
      if (wanted === "preview") togglePreview();
      else applyFormat(wanted);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (event.shiftKey || event.altKey) apply(newLine(selected()));
      else submit();
    } else if (event.key === "ArrowUp" && !text && onRecall) {
      event.preventDefault();
      onRecall();
    } else if (event.key === "Escape" && onEscape) {
      event.preventDefault();
      event.stopPropagation();
      onEscape();
    }
  };
  const onPaste = (event: React.ClipboardEvent) => {
    const pasted = event.clipboardData.getData("text/plain");
    const files = [...event.clipboardData.files];
    // Tables and texts come with a picture of themselves.
    if (onFiles && files.length && !pasted) {
      event.preventDefault();
      return onFiles(files);
    }
    const edit = pastedLink(selected(), pasted);
    if (!edit) return;
    event.preventDefault();
    apply(edit);
  };
  return (
    <form className="composer" onSubmit={(event) => {
      event.preventDefault();
      submit();
    }}>
      {header}
      <div ref={frame} className="composer-box">
        <textarea ref={box} rows={1} value={text} placeholder={label} aria-label={label} dir="auto" hidden={preview}
          {...completion.attributes}
          onChange={(event) => {
            onText(event.target.value);
            completion.look();
          }}
          onKeyDown={onKeyDown} onPaste={onPaste} onBlur={completion.close} onClick={completion.look}
          onKeyUp={(event) => {
            if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) completion.look();
          }} />
        {preview && (
          <div className="composer-preview message-body" role="region" aria-label={strings.composer.preview} tabIndex={0}
            onKeyDown={(event) => {
              if (event.key === "Escape" || formatOf(event.nativeEvent) === "preview") {
                event.preventDefault();
                event.stopPropagation();
                togglePreview();
              }
            }}>
            {text.trim() ? <MessageBody body={text.trim()} /> : <span className="quiet">{strings.composer.emptyPreview}</span>}
          </div>
        )}
        {attached}
        <div className="composer-tools">
          {tools}
          {!preview && (
            <>
              <IconButton icon="format" label={strings.composer.showFormatting} className="composer-format-toggle"
                aria-expanded={formatting} onClick={() => setFormatting(!formatting)} />
              <FormatBar open={formatting} onFormat={applyFormat} />
              <EmojiButton label={strings.emoji.picker} onPick={insert} />
            </>
          )}
          {moreTools}
          <span className="composer-note" role="status">{note}</span>
          <IconButton icon={preview ? "edit" : "eye"} label={strings.composer.preview}
            aria-pressed={preview} className="composer-preview-toggle" onClick={togglePreview} />
          <IconButton type="submit" icon="send" label={submitLabel ?? strings.composer.send} className="composer-send"
            disabled={!text.trim() && !hasMore} />
        </div>
      </div>
      {completion.list}
    </form>
  );
});
