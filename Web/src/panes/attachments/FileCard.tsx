import type { ReactNode } from "react";
import type { Upload } from "../../api";
import { strings } from "../../strings";
import { fileSize } from "../../strings/sizes";
import { Icon } from "../../ui/Icon";
import { endingOf, iconOf, type FileKind } from "../../ui/files/kinds";

/** A file as a line with its name, kind and size; what can be opened in the browser has a button for it. */
export function FileCard({ upload, address, kind, children }: {
  upload: Upload; address: string; kind: FileKind; children?: ReactNode;
}) {
  const about = kind === "pdf" ? strings.files.pdf : endingOf(upload.filename).toUpperCase();
  return (
    <div className={`file-card file-${kind}`}>
      <div className="file-head">
        <span className="file-icon"><Icon name={iconOf[kind]} size={20} /></span>
        <span className="file-label">
          <span className="file-name" title={upload.filename}>{upload.filename}</span>
          <span className="file-facts">{about && `${about} · `}{fileSize(upload.byte_size)}</span>
        </span>
        {kind === "pdf" && (
          <a className="button button-quiet" href={address} target="_blank" rel="noopener"
            aria-label={`${strings.files.open} ${upload.filename}`}>{strings.files.open}</a>
        )}
        <a className="icon-button" href={address} download={upload.filename}
          aria-label={strings.files.download(upload.filename)} data-tip={strings.files.download(upload.filename)}>
          <Icon name="download" />
        </a>
      </div>
      {children}
    </div>
  );
}
