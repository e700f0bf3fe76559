import { useState } from "react";
import type { Upload } from "../../api";
import { strings } from "../../strings";
import { classes } from "../../ui/classes";
import { fitted } from "./boxes";
import { FileCard } from "./FileCard";
import { showImage } from "./showImage";

export function ImageAttachment({ upload, address, messageID }: {
  upload: Upload; address: string; messageID: string | null;
}) {
  const [broken, setBroken] = useState(false);
  const box = fitted(upload.width, upload.height);
  if (broken) return <FileCard upload={upload} address={address} kind="image" />;
  return (
    <button type="button" className={classes("attachment-image", !box && "unmeasured")}
      aria-label={strings.files.showImage(upload.filename)} onClick={() => showImage(upload, messageID)}>
      <img src={address} alt={upload.filename} loading="lazy" decoding="async" onError={() => setBroken(true)} {...box} />
    </button>
  );
}
