import { lazy, Suspense } from "react";
import type { Upload } from "../../api";
import { activeSpace } from "../../store/hooks";
import { store } from "../../store/store";
import { openDialog } from "../../ui/dialogs";
import { fileKind } from "../../ui/files/kinds";

const Lightbox = lazy(() => import("./Lightbox"));

/** Shows a picture large, among the other pictures of its conversation or thread. */
export function showImage(upload: Upload, messageID: string | null): void {
  const images = imagesAround(messageID);
  const all = images.some((one) => one.id === upload.id) ? images : [upload];
  openDialog((close) => (
    <Suspense fallback={null}>
      <Lightbox images={all} first={all.findIndex((one) => one.id === upload.id)} onClose={close} />
    </Suspense>
  ));
}

function imagesAround(messageID: string | null): readonly Upload[] {
  const space = activeSpace(store.getState());
  const message = messageID === null ? undefined : space?.messages[messageID]?.message;
  if (!space || !message) return [];
  const thread = space.threads[message.thread_root_id];
  const ids = message.parent_message_id
    ? [message.thread_root_id, ...(thread?.replyIDs ?? [])]
    : space.windows[message.channel_id || message.direct_conversation_id || ""]?.ids ?? [];
  return ids.flatMap((id) => {
    const one = space.messages[id]?.message;
    if (!one || one.deleted_at) return [];
    return (one.attachments ?? []).filter((file) => fileKind(file.content_type, file.filename) === "image");
  });
}
