import { discard, retry } from "../../commands/outbox";
import type { Attaching } from "../../store/state";
import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";

/** Below a message whose files are not attached yet. */
export function AttachingNote({ attaching, workspaceID }: { attaching: Attaching; workspaceID: string }) {
  if (attaching.state === "sending") return <p className="attaching" role="status">{strings.uploads.attaching}</p>;
  return (
    <p className="message-failed" role="alert">
      <Icon name="warning" size={16} />
      <span>{strings.uploads.attachFailed} {attaching.error}</span>
      <Button tone="quiet" onClick={() => retry(workspaceID, attaching.nonce)}>{strings.uploads.attachAgain}</Button>
      <Button tone="quiet" onClick={() => discard(workspaceID, attaching.nonce)}>{strings.uploads.giveUp}</Button>
    </p>
  );
}
