import { attachments, type Attachment } from "../../commands/uploads";
import { strings } from "../../strings";
import { fileSize } from "../../strings/sizes";
import { IconButton } from "../../ui/Button";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/Icon";
import { fileKind, iconOf } from "../../ui/files/kinds";

/** The files that will go with a message: what they are and how far they got. */
export function AttachmentTray({ placeKey, list }: { placeKey: string; list: readonly Attachment[] }) {
  if (!list.length) return null;
  return (
    <>
      <ul className="tray" aria-label={strings.uploads.list}>
        {list.map((one) => <li key={one.id}><Card one={one} placeKey={placeKey} /></li>)}
      </ul>
      <span className="hidden-text" role="status">
        {list.filter((one) => one.state === "done").map((one) => strings.uploads.done(one.name)).join(". ")}
      </span>
    </>
  );
}

function Card({ one, placeKey }: { one: Attachment; placeKey: string }) {
  const moving = one.state === "waiting" || one.state === "uploading";
  return (
    <div className={classes("tray-card", `tray-${one.state}`, one.preview && "tray-picture")} data-state={one.state}>
      {one.preview
        ? <img src={one.preview} alt="" width={56} height={56} />
        : <span className="tray-icon"><Icon name={iconOf[fileKind(one.type, one.name)]} size={22} /></span>}
      <span className="tray-text">
        <span className="tray-name" title={one.name}>{one.name}</span>
        {one.state === "failed"
          ? <span className="tray-error" role="alert">{one.error}</span>
          : <span className="quiet">{one.state === "waiting" ? strings.uploads.waiting : fileSize(one.size)}</span>}
      </span>
      {one.state === "failed" && (
        <IconButton icon="retry" size={16} label={strings.uploads.retry(one.name)}
          onClick={() => attachments.retry(placeKey, one.id)} />
      )}
      <IconButton icon="close" size={14} className="tray-remove"
        label={moving ? strings.uploads.cancel(one.name) : strings.uploads.remove(one.name)}
        onClick={() => attachments.remove(placeKey, one.id)} />
      {moving && <progress value={one.progress} max={1} aria-label={strings.uploads.progress(one.name)} />}
    </div>
  );
}
