// Files for the composers: measured, sent a few at a time, shown while they go, kept over a reload once they are there.

import { ApiError, api, makeNonce, type Upload } from "../api";
import { isAbort } from "../api/client";
import { kept } from "../kept";
import { tabs } from "../realtime/tabs";
import { strings } from "../strings";
import { fileSize } from "../strings/sizes";
import { draftKey } from "./drafts";
import { measured, type Measures } from "./measuring";

export interface Attachment {
  /** Also the upload's nonce, so that a retry stores the file once. */
  id: string;
  name: string;
  size: number;
  type: string;
  state: "waiting" | "uploading" | "done" | "failed";
  /** How much has been sent, from 0 to 1. */
  progress: number;
  error: string;
  /** Something to show before it is sent; an address of this page or of the server. */
  preview: string;
  upload: Upload | null;
}

/** As many as the server keeps for one person without a message, with room for other tabs. */
export const ATTACHMENTS_MAX = 20;
const PARALLEL_MAX = 3;

interface Transfer {
  file: File;
  workspaceID: string;
  measures: Measures;
  abort: AbortController;
}

const lists = new Map<string, readonly Attachment[]>();
const transfers = new Map<string, Transfer>();
const listeners = new Set<() => void>();
const none: readonly Attachment[] = [];

export const attachments = {
  /** What is attached to what is being written at a place. */
  of(key: string): readonly Attachment[] {
    let list = lists.get(key);
    if (!list) {
      list = restored(key);
      lists.set(key, list);
    }
    return list;
  },

  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  /** Attaches files and starts to send them. Answers how many there was no room for. */
  add(workspaceID: string, key: string, files: readonly File[]): number {
    const room = ATTACHMENTS_MAX - attachments.of(key).length;
    for (const file of files.slice(0, Math.max(0, room))) {
      const id = makeNonce();
      transfers.set(id, { file, workspaceID, measures: {}, abort: new AbortController() });
      const isImage = /^image\/(png|jpeg|gif|webp|avif)$/.test(file.type);
      change(key, (list) => [...list, {
        id, name: file.name || strings.uploads.unnamed, size: file.size, type: file.type, state: "waiting", progress: 0,
        error: "", preview: isImage ? URL.createObjectURL(file) : "", upload: null,
      }]);
    }
    pump(key);
    return Math.max(0, files.length - room);
  },

  /** Takes one away, and stops it when it is on its way. */
  remove(key: string, id: string): void {
    transfers.get(id)?.abort.abort();
    forget(attachments.of(key).filter((one) => one.id === id));
    change(key, (list) => list.filter((one) => one.id !== id));
    pump(key);
  },

  retry(key: string, id: string): void {
    const transfer = transfers.get(id);
    if (!transfer) return;
    transfer.abort = new AbortController();
    update(key, id, { state: "waiting", progress: 0, error: "" });
    pump(key);
  },

  /** Takes all away: they were sent. */
  clear(key: string): void {
    forget(attachments.of(key));
    change(key, () => none);
  },
};

// What is still on its way does not survive a reload. Only listened to meanwhile: some browsers keep no page that listens.
function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
  // Chromium asks only when this is set, too.
  event.returnValue = true;
}

function watchLeaving(): void {
  const isUnderWay = [...lists.values()].flat().some((one) => one.state === "waiting" || one.state === "uploading");
  if (isUnderWay) addEventListener("beforeunload", askBeforeLeaving);
  else removeEventListener("beforeunload", askBeforeLeaving);
}

// Another tab wrote at the same place: what it has ready replaces what is ready here.
tabs.listen((message) => {
  if (message.type !== "files" || !lists.has(message.key)) return;
  const here = attachments.of(message.key).filter((one) => one.state !== "done");
  const known = attachments.of(message.key);
  const ready = restored(message.key).map((one) => known.find((other) => other.upload?.id === one.upload?.id) ?? one);
  lists.set(message.key, [...ready, ...here]);
  listeners.forEach((listener) => listener());
});

function pump(key: string): void {
  const list = attachments.of(key);
  const busy = list.filter((one) => one.state === "uploading").length;
  for (const one of list.filter((each) => each.state === "waiting").slice(0, Math.max(0, PARALLEL_MAX - busy))) {
    update(key, one.id, { state: "uploading" });
    void transfer(key, one.id);
  }
}

async function transfer(key: string, id: string): Promise<void> {
  const found = transfers.get(id);
  if (!found) return;
  try {
    if (!Object.keys(found.measures).length) found.measures = await measured(found.file);
    if (found.abort.signal.aborted) return;
    const upload = await api.uploads.create({
      workspaceID: found.workspaceID, nonce: id, file: found.file, ...found.measures, signal: found.abort.signal,
      onProgress: (progress) => update(key, id, { progress }),
    });
    transfers.delete(id);
    update(key, id, { state: "done", progress: 1, upload });
  } catch (error) {
    if (!isAbort(error)) update(key, id, { state: "failed", error: reason(error, found.file) });
  }
  pump(key);
}

function reason(error: unknown, file: File): string {
  if (!(error instanceof ApiError)) return strings.errors.unexpected;
  const limit = /larger than (\d+) bytes/.exec(error.message)?.[1];
  if (error.status === 413 && limit) return strings.uploads.tooLarge(fileSize(file.size), fileSize(Number(limit)));
  if (error.status === 413 && !/wait to be attached|under way/.test(error.message)) return strings.uploads.noRoom;
  if (error.status === 507) return strings.uploads.serverFull;
  return error.message;
}

function update(key: string, id: string, changes: Partial<Attachment>): void {
  change(key, (list) => list.map((one) => (one.id === id ? { ...one, ...changes } : one)));
}

function change(key: string, next: (list: readonly Attachment[]) => readonly Attachment[]): void {
  const before = attachments.of(key);
  const after = next(before);
  lists.set(key, after);
  watchLeaving();
  if (ready(before) !== ready(after)) {
    if (after.some((one) => one.upload)) kept.setItem(draftKey("files", key), ready(after));
    else kept.removeItem(draftKey("files", key));
    tabs.tell({ type: "files", key });
  }
  listeners.forEach((listener) => listener());
}

const ready = (list: readonly Attachment[]): string => JSON.stringify(list.flatMap((one) => one.upload ?? []));

function restored(key: string): readonly Attachment[] {
  const uploads = kept.getList<Upload>(draftKey("files", key), (upload) => !!upload.id && !!upload.filename && !!upload.content_type);
  if (!uploads.length) return none;
  return uploads.map((upload) => ({
    id: upload.nonce ?? upload.id, name: upload.filename, size: upload.byte_size, type: upload.content_type, state: "done",
    progress: 1, error: "", preview: upload.content_type.startsWith("image/") ? api.uploads.address(upload.id) : "", upload,
  }));
}

function forget(list: readonly Attachment[]): void {
  for (const one of list) {
    transfers.delete(one.id);
    if (one.preview.startsWith("blob:")) URL.revokeObjectURL(one.preview);
  }
}
