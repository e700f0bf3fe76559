import { useEffect, useRef, useState } from "react";
import type { Message } from "../../api";
import { editMessage } from "../../commands/messages";
import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { Composer } from "./Composer";

/** Changes a message in its place. */
export function EditComposer({ message, onDone }: { message: Message; onDone: () => void }) {
  const [text, setText] = useState(message.body);
  const marker = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const pane = marker.current?.closest(".main, .right");
    return () => {
      // Afterwards one goes on writing, unless one went elsewhere; on a phone the keyboard would cover the change.
      const isLost = document.activeElement === null || document.activeElement === document.body
        || !document.activeElement.isConnected;
      if (!isLost || !matchMedia("(hover: hover)").matches) return;
      pane?.querySelector<HTMLElement>(":scope > .composer textarea")?.focus();
    };
  }, []);
  return (
    <>
    <span ref={marker} hidden />
    <Composer label={strings.composer.editing} text={text} onText={setText} onEscape={onDone} autoFocus
      workspaceID={message.workspace_id} submitLabel={strings.composer.save}
      note={<span className="only-wide">{strings.composer.escapeHint}</span>}
      moreTools={<Button tone="quiet" onClick={onDone}>{strings.common.cancel}</Button>}
      onSubmit={() => {
        const body = text.trim();
        if (!body) return;
        onDone();
        void editMessage(message, body);
      }} />
    </>
  );
}
