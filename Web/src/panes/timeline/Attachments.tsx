import { lazy, Suspense } from "react";
import { api, type Upload } from "../../api";
import { fileKind } from "../../ui/files/kinds";
import { ImageAttachment } from "../attachments/ImageAttachment";

const FileAttachment = lazy(() => import("../attachments/FileAttachment"));

/** What was uploaded with a message. Each kind of file has its card; the last one fits all. */
export function Attachments({ uploads, messageID = null }: { uploads: readonly Upload[]; messageID?: string | null }) {
  if (!uploads.length) return null;
  return (
    <ul className="attachments">
      {uploads.map((upload) => <li key={upload.id}><Attachment upload={upload} messageID={messageID} /></li>)}
    </ul>
  );
}

function Attachment({ upload, messageID }: { upload: Upload; messageID: string | null }) {
  const address = api.uploads.address(upload.id);
  const kind = fileKind(upload.content_type, upload.filename);
  // The cards are loaded with the first file that needs one; their room is kept.
  const card = (
    <Suspense fallback={<div className="file-card file-waiting" />}>
      <FileAttachment upload={upload} address={address} kind={kind} />
    </Suspense>
  );
  return kind === "image"
    ? <ImageAttachment upload={upload} address={address} messageID={messageID} broken={card} /> : card;
}
