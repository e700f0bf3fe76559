import { useEffect, useReducer } from "react";
import { reconnectNow } from "../../commands/live";
import { shallowSame, useSelector, useSpace } from "../../store/hooks";
import { strings } from "../../strings";
import { Button } from "../../ui/Button";

/** Says when what is shown may not be all there is, and when the page is older than the server. */
export function ConnectionBanner() {
  const connection = useSpace((space) => space.connection, null, (left, right) =>
    left === right || (!!left && !!right && shallowSame(left, right)));
  const workspaceID = useSelector((state) => state.ui.workspaceID);
  const updateReady = useSelector((state) => state.ui.updateReady);
  const waiting = connection?.phase === "waiting";
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, [waiting]);
  if (connection?.phase === "refused") {
    return <div className="banner banner-bad" role="alert">{strings.connection.refused}</div>;
  }
  if (connection && (waiting || (connection.phase === "connecting" && connection.wasLive))) {
    const seconds = Math.ceil((connection.retryAt - Date.now()) / 1_000);
    return (
      <div className="banner banner-bad" role="status" data-connection={connection.phase}>
        <span>{!navigator.onLine ? strings.connection.offline
          : waiting && seconds > 0 ? `${strings.connection.waiting} ${strings.seconds(seconds)}`
          : strings.connection.connecting}</span>
        {waiting && workspaceID && (
          <Button tone="quiet" onClick={() => reconnectNow(workspaceID)}>{strings.connection.retryNow}</Button>
        )}
      </div>
    );
  }
  if (updateReady) {
    return (
      <div className="banner banner-good" role="status">
        <span>{strings.update.ready}</span>
        <Button tone="quiet" onClick={() => location.reload()}>{strings.update.reload}</Button>
      </div>
    );
  }
  return null;
}
