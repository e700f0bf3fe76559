import type { Upload } from "../../api";
import { fitted } from "./boxes";
import { FileCard } from "./FileCard";

export function VideoAttachment({ upload, address }: { upload: Upload; address: string }) {
  const box = fitted(upload.width, upload.height) ?? { width: 420, height: 236 };
  return (
    <figure className="attachment-video">
      <video controls preload="metadata" playsInline src={address} aria-label={upload.filename} {...box} />
      <FileCard upload={upload} address={address} kind="video" />
    </figure>
  );
}

export function AudioCard({ upload, address }: { upload: Upload; address: string }) {
  return (
    <FileCard upload={upload} address={address} kind="audio">
      <audio controls preload="metadata" src={address} aria-label={upload.filename} />
    </FileCard>
  );
}
