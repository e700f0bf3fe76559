import { useSyncExternalStore } from "react";
import type { Upload } from "../../api";
import { toast } from "../../commands/report";
import { ATTACHMENTS_MAX, attachments, type Attachment } from "../../commands/uploads";
import { strings } from "../../strings";

export interface AttachmentsHandle {
  list: readonly Attachment[];
  uploads: readonly Upload[];
  isBusy: boolean;
  hasFailed: boolean;
  add(files: readonly File[]): void;
  clear(): void;
}

/** The files of a composer. */
export function useAttachments(workspaceID: string, key: string): AttachmentsHandle {
  const list = useSyncExternalStore(attachments.subscribe, () => attachments.of(key));
  return {
    list,
    uploads: list.flatMap((one) => one.upload ?? []),
    isBusy: list.some((one) => one.state === "waiting" || one.state === "uploading"),
    hasFailed: list.some((one) => one.state === "failed"),
    add(files) {
      if (attachments.add(workspaceID, key, files)) toast(strings.uploads.tooMany(ATTACHMENTS_MAX), "error");
    },
    clear: () => attachments.clear(key),
  };
}
