import { useEffect, useRef } from "react";
import { send } from "../../commands/outbox";
import { tellTyping } from "../../commands/presence";
import { useSelector, useSpace } from "../../store/hooks";
import type { Conversation } from "../../store/state";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { Composer, type ComposerHandle } from "./Composer";
import { QuotePreview } from "./QuotePreview";
import { useDraft } from "./useDraft";

/** Writes to a channel or a direct conversation. */
export function ChannelComposer({ workspaceID, conversation, title }: {
  workspaceID: string; conversation: Conversation; title: string;
}) {
  const { id, kind } = conversation;
  const [text, setText] = useDraft(id);
  const topicID = useSelector((state) => state.ui.topicID);
  const quoting = useSelector((state) => state.ui.quoting);
  const lastMine = useSpace((space) => {
    const ids = space.windows[id]?.ids ?? [];
    for (let index = ids.length - 1; index >= 0; index -= 1) {
      const message = space.messages[ids[index] ?? ""]?.message;
      if (message?.author_id === space.me && !message.deleted_at) return message.id;
    }
    return null;
  }, null);
  const composer = useRef<ComposerHandle>(null);
  useEffect(() => {
    if (quoting) composer.current?.focus();
  }, [quoting]);
  if (conversation.direct && !conversation.direct.can_send) {
    return <p className="composer-closed">{strings.composer.cannotSend}</p>;
  }
  const unquote = () => store.dispatch({ type: "ui/quoting", messageID: null });
  const submit = () => {
    const body = text.trim();
    if (!body) return;
    send({ workspaceID, place: { id, kind }, body, quotedMessageID: quoting, topicID });
    setText("");
    if (quoting) unquote();
  };
  return (
    <Composer ref={composer} label={strings.composer.placeholder(title)} text={text} autoFocus
      onText={(next) => {
        setText(next);
        if (next) tellTyping(workspaceID, { id, kind });
      }}
      onSubmit={submit}
      {...(lastMine && { onRecall: () => store.dispatch({ type: "ui/editing", messageID: lastMine }) })}
      {...(quoting && { onEscape: unquote })}
      header={quoting && <QuotePreview messageID={quoting} onClose={unquote} />} />
  );
}
