import type { Upload } from "../../api";
import { Icon } from "../../ui/Icon";
import { fileSize } from "../../strings/sizes";

/** What was uploaded with a message. Each kind of file has its card; the last one fits all. */
export function Attachments({ uploads }: { uploads: readonly Upload[] }) {
  return (
    <ul className="attachments">
      {uploads.map((upload) => <li key={upload.id}><Attachment upload={upload} /></li>)}
    </ul>
  );
}

function Attachment({ upload }: { upload: Upload }) {
  const address = `/api/uploads/${encodeURIComponent(upload.id)}`;
  if (/^image\/(png|jpeg|gif|webp|avif)$/.test(upload.content_type)) {
    return (
      <a href={address} target="_blank" rel="noopener" className="attachment-image">
        <img src={address} alt={upload.filename} loading="lazy" {...(upload.width && { width: upload.width })}
          {...(upload.height && { height: upload.height })} />
      </a>
    );
  }
  return (
    <a href={address} target="_blank" rel="noopener" className="attachment-file">
      <Icon name="clip" />
      <span className="attachment-name">{upload.filename}</span>
      <span className="quiet">{fileSize(upload.byte_size)}</span>
    </a>
  );
}
