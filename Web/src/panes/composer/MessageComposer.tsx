// Writes new messages: a draft with its files and quote, sent to a conversation or a thread.

import { forwardRef, useEffect, useImperativeHandle, useRef, useState, type ReactNode } from "react";
import type { Place } from "../../api";
import { send } from "../../commands/outbox";
import { stopTyping, tellTyping } from "../../commands/presence";
import { commandOf } from "../../commands/slash";
import { textOfFiles } from "../../store/filesText";
import { useSelector } from "../../store/hooks";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { AttachButton } from "./AttachButton";
import { AttachmentTray } from "./AttachmentTray";
import { CommandAnswerView, useCommands } from "./CommandAnswer";
import { Composer, type ComposerHandle } from "./Composer";
import { DropZone } from "./DropZone";
import { QuotePreview } from "./QuotePreview";
import { useAttachments } from "./useAttachments";
import { useDraft } from "./useDraft";

interface Props {
  workspaceID: string;
  place: Place;
  /** In a thread: its root. */
  rootID: string | null;
  label: string;
  dropLabel: string;
  topicID?: string | null;
  header?: ReactNode;
  moreTools?: ReactNode;
  onRecall?: () => void;
}

export const MessageComposer = forwardRef<ComposerHandle, Props>(function MessageComposer({
  workspaceID, place, rootID, label, dropLabel, topicID = null, header, moreTools, onRecall,
}, ref) {
  const key = rootID ?? place.id;
  const [text, setText] = useDraft(key);
  const files = useAttachments(workspaceID, key);
  const quoting = useSelector((state) => state.ui.quoting[key] ?? null);
  const [waits, setWaits] = useState(false);
  const composer = useRef<ComposerHandle>(null);
  useImperativeHandle(ref, () => ({
    focus: () => composer.current?.focus(), insert: (added) => composer.current?.insert(added),
  }));
  const slash = place.kind === "channel" && !rootID;
  const commands = useCommands(workspaceID, place.id, setText);
  const typingPlace = { ...place, ...(rootID && { rootID }) };

  useEffect(() => {
    if (quoting) composer.current?.focus();
  }, [quoting]);
  const unquote = () => store.dispatch({ type: "ui/quoting", placeID: key, messageID: null });
  const sendNow = () => {
    send({
      workspaceID, place, rootID, body: text.trim() || textOfFiles(files.uploads), quotedMessageID: quoting, topicID,
      uploads: files.uploads,
    });
    setText("");
    files.clear();
    setWaits(false);
    stopTyping(workspaceID, typingPlace);
    if (quoting) unquote();
  };
  const submit = () => {
    if (!text.trim() && !files.list.length) return;
    if (files.isBusy) return setWaits(true);
    if (files.hasFailed) return;
    if (slash && !files.list.length && commandOf(text)) {
      stopTyping(workspaceID, typingPlace);
      return commands.run(text, sendNow);
    }
    sendNow();
  };
  // What waited for its files goes when the last of them is there, and stays when one failed.
  useEffect(() => {
    if (!waits || files.isBusy) return;
    setWaits(false);
    if (!files.hasFailed && files.list.length) sendNow();
  }, [waits, files.isBusy]);

  const take = (added: readonly File[]) => {
    files.add(added);
    composer.current?.focus();
  };
  return (
    <>
      <DropZone label={dropLabel} onFiles={take} />
      <Composer ref={composer} label={label} text={text} autoFocus workspaceID={workspaceID} slash={slash}
        onText={(next) => {
          setText(next);
          setWaits(false);
          if (!next.trim()) stopTyping(workspaceID, typingPlace);
          // A command is not heard by the others.
          else if (!next.startsWith("/")) tellTyping(workspaceID, typingPlace);
        }}
        onSubmit={submit} onFiles={files.add} hasMore={files.list.length > 0}
        {...(onRecall && { onRecall })}
        {...(quoting && { onEscape: unquote })}
        header={
          <>
            <CommandAnswerView commands={commands} />
            {header}
            {quoting && <QuotePreview messageID={quoting} onClose={unquote} />}
          </>
        }
        attached={<AttachmentTray placeKey={key} list={files.list} />}
        tools={<AttachButton onFiles={take} />} moreTools={moreTools}
        note={waits ? strings.uploads.sendsWhenDone
          : files.hasFailed && !files.isBusy ? strings.uploads.failedFirst : commands.running} />
    </>
  );
});
