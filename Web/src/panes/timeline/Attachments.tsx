import { api, type Upload } from "../../api";
import { fileKind } from "../../ui/files/kinds";
import { FileCard } from "../attachments/FileCard";
import { ImageAttachment } from "../attachments/ImageAttachment";
import { AudioCard, VideoAttachment } from "../attachments/MediaAttachments";
import { TextCard } from "../attachments/TextCard";

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
  switch (kind) {
    case "image":
      return <ImageAttachment upload={upload} address={address} messageID={messageID} />;
    case "video":
      return <VideoAttachment upload={upload} address={address} />;
    case "audio":
      return <AudioCard upload={upload} address={address} />;
    case "text":
      return <TextCard upload={upload} address={address} />;
    default:
      return <FileCard upload={upload} address={address} kind={kind} />;
  }
}
