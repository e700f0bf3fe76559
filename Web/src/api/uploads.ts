import { strings } from "../strings";
import { ApiError, csrfHeader, path, query, readAnswer, requestText } from "./client";
import type { Upload } from "./types";

export interface NewUpload {
  workspaceID: string;
  /** Names the upload, so that sending it again stores it once. */
  nonce: string;
  file: File;
  width?: number;
  height?: number;
  durationMilliseconds?: number;
  /** Hears how much has been sent, from 0 to 1. */
  onProgress: (part: number) => void;
  signal: AbortSignal;
}

export const uploads = {
  address: (id: string) => path`/api/uploads/${id}`,
  /** The beginning of a text file. */
  beginning: (id: string, bytes: number) => requestText(path`/api/uploads/${id}`, bytes),

  // fetch does not tell how much of a body has been sent.
  create: (upload: NewUpload) => new Promise<Upload>((resolve, reject) => {
    const ask = new XMLHttpRequest();
    ask.open("POST", query("/api/uploads", { workspace_id: upload.workspaceID, nonce: upload.nonce }));
    for (const [name, value] of Object.entries({ Accept: "application/json", ...csrfHeader("POST") })) {
      ask.setRequestHeader(name, value);
    }
    ask.upload.onprogress = (event) => event.lengthComputable && upload.onProgress(event.loaded / event.total);
    ask.onload = () => {
      try {
        resolve(readAnswer<{ upload: Upload }>(ask.status, ask.responseText, ask.getResponseHeader("Retry-After")).upload);
      } catch (error) {
        reject(error);
      }
    };
    ask.onerror = () => reject(new ApiError(0, strings.errors.unreachable));
    ask.onabort = () => reject(new DOMException("", "AbortError"));
    upload.signal.addEventListener("abort", () => ask.abort(), { once: true });
    const form = new FormData();
    const numbers = { width: upload.width, height: upload.height, duration_ms: upload.durationMilliseconds };
    for (const [name, value] of Object.entries(numbers)) if (value) form.append(name, String(Math.round(value)));
    form.append("file", upload.file, upload.file.name);
    ask.send(form);
  }),
};
