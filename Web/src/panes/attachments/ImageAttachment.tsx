import { useState, type ReactNode } from "react";
import type { Upload } from "../../api";
import { strings } from "../../strings";
import { classes } from "../../ui/classes";
import { fitted } from "./boxes";
import { showImage } from "./showImage";

export function ImageAttachment({ upload, address, messageID, broken }: {
  upload: Upload; address: string; messageID: string | null;
  /** Shown instead of a picture that can't be shown. */
  broken: ReactNode;
}) {
  const [failed, setFailed] = useState(false);
  const box = fitted(upload.width, upload.height);
  if (failed) return <>{broken}</>;
  return (
    <button type="button" className={classes("attachment-image", !box && "unmeasured")}
      aria-label={strings.files.showImage(upload.filename)} onClick={() => showImage(upload, messageID)}>
      <img src={address} alt={upload.filename} loading="lazy" decoding="async" onError={() => setFailed(true)} {...box} />
    </button>
  );
}
