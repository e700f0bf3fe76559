import { useState } from "react";
import type { Message } from "../../api";
import { editMessage } from "../../commands/messages";
import { strings } from "../../strings";
import { Composer } from "./Composer";

/** Changes a message in its place. */
export function EditComposer({ message, onDone }: { message: Message; onDone: () => void }) {
  const [text, setText] = useState(message.body);
  return (
    <Composer label={strings.composer.editing} text={text} onText={setText} onEscape={onDone} autoFocus
      submitLabel={strings.composer.save}
      onSubmit={() => {
        const body = text.trim();
        if (!body) return;
        onDone();
        void editMessage(message, body);
      }} />
  );
}
