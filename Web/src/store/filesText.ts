import type { Upload } from "../api";

/** The body of a message that is only files: their names, which is what lists, searches and notifications show. */
export const textOfFiles = (uploads: readonly Pick<Upload, "filename">[]): string =>
  uploads.map((upload) => upload.filename).join(", ");
