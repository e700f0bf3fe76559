import { discard, retry } from "../../commands/outbox";
import { MessageBody } from "../../markdown/MessageBody";
import { textOfFiles } from "../../store/filesText";
import { useSelector } from "../../store/hooks";
import { me } from "../../store/selectors";
import type { PendingMessage } from "../../store/state";
import { strings } from "../../strings";
import { clockTime } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/Icon";
import { Attachments } from "./Attachments";

/** A message on its way, or one that did not make it yet. */
export function PendingView({ message, workspaceID, compact }: {
  message: PendingMessage; workspaceID: string; compact: boolean;
}) {
  const user = useSelector(me);
  const failed = message.state === "failed";
  return (
    <article className={classes("message", "pending", compact && "compact", failed && "failed")} data-nonce={message.nonce}>
      {compact ? <span className="message-gutter" /> : <span className="message-avatar"><Avatar user={user} /></span>}
      <div className="message-main">
        {!compact && (
          <header className="message-head">
            <span className="message-author">{user?.display_name}</span>
            <time dateTime={message.createdAt}>{clockTime(message.createdAt)}</time>
          </header>
        )}
        {message.body !== textOfFiles(message.uploads)
          && <div className="message-body"><MessageBody body={message.body} /></div>}
        <Attachments uploads={message.uploads} />
        {failed && (
          <p className="message-failed" role="alert">
            <Icon name="warning" size={16} />
            <span>{strings.message.failed} {message.error}</span>
            <Button tone="quiet" onClick={() => retry(workspaceID, message.nonce)}>{strings.message.retry}</Button>
            <Button tone="quiet" onClick={() => discard(workspaceID, message.nonce)}>{strings.message.discard}</Button>
          </p>
        )}
        {!failed && <span className="hidden-text">{strings.message.sending}</span>}
      </div>
    </article>
  );
}
