import type { Upload } from "../../api";
import type { FileKind } from "../../ui/files/kinds";
import { FileCard } from "./FileCard";
import { AudioCard, VideoAttachment } from "./MediaAttachments";
import { TextCard } from "./TextCard";

/** A file that is no picture, with what can be seen or heard of it. A chunk of its own: many conversations have none. */
export default function FileAttachment({ upload, address, kind }: { upload: Upload; address: string; kind: FileKind }) {
  switch (kind) {
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
