import type { Place } from "../../api";
import { send } from "../../commands/outbox";
import { strings } from "../../strings";
import { Composer } from "./Composer";
import { useDraft } from "./useDraft";

/** Writes to a thread. */
export function ReplyComposer({ workspaceID, place, rootID }: { workspaceID: string; place: Place; rootID: string }) {
  const [text, setText] = useDraft(rootID);
  return (
    <Composer label={strings.composer.reply} text={text} onText={setText} autoFocus
      onSubmit={() => {
        const body = text.trim();
        if (!body) return;
        send({ workspaceID, place, rootID, body });
        setText("");
      }} />
  );
}
