import type { Place } from "../../api";
import { useSpace } from "../../store/hooks";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { TypingLine } from "../timeline/TypingLine";
import { MessageComposer } from "./MessageComposer";

/** Writes to a thread. */
export function ReplyComposer({ workspaceID, place, rootID }: { workspaceID: string; place: Place; rootID: string }) {
  const lastMine = useSpace((space) => {
    const replies = space.threads[rootID]?.replyIDs ?? [];
    return [...replies].reverse().find((id) => {
      const message = space.messages[id]?.message;
      return message?.author_id === space.me && !message.deleted_at;
    }) ?? null;
  }, null);
  return (
    <>
      <TypingLine placeID={rootID} />
      <MessageComposer workspaceID={workspaceID} place={place} rootID={rootID} label={strings.composer.reply}
        dropLabel={strings.uploads.dropReply}
        {...(lastMine && { onRecall: () => store.dispatch({ type: "ui/editing", messageID: lastMine }) })} />
    </>
  );
}
