import { pin } from "../../commands/messages";
import { MessageBody } from "../../markdown/MessageBody";
import { go } from "../../router/go";
import { shallowSame, useSpace } from "../../store/hooks";
import { shownMessage } from "../../store/selectors";
import { strings } from "../../strings";
import { timeAgo } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { EmptyState, Skeleton } from "../../ui/States";
import type { RightPaneProps } from "./registry";

export default function PinsPane({ pane }: RightPaneProps<"pins">) {
  const { conversationID } = pane;
  const loaded = useSpace((space) => space.pins[conversationID] !== undefined, false);
  const messages = useSpace(
    (space) => (space.pins[conversationID]?.ids ?? []).flatMap((id) => shownMessage(space, id) ?? []), [], shallowSame);
  if (!loaded) return <Skeleton />;
  if (!messages.length) return <EmptyState title={strings.panes.emptyPins} mood="asleep">{strings.panes.emptyPinsHint}</EmptyState>;
  return (
    <ul className="results">
      {messages.map((message) => (
        <li key={message.id} className="pinned">
          <div className="result-head">
            <Avatar user={message.author ?? null} size="small" />
            <strong>{message.author?.display_name}</strong>
            <time className="quiet" dateTime={message.created_at} data-tip="">{timeAgo(message.created_at)}</time>
          </div>
          <MessageBody body={message.body} />
          <footer>
            <Button tone="quiet" onClick={() => void go.message(message, { kind: "pins" })}>{strings.panes.show}</Button>
            <Button tone="quiet" onClick={() => void pin(message, false)}>{strings.message.unpin}</Button>
          </footer>
        </li>
      ))}
    </ul>
  );
}
