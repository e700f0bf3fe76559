import { useEffect, useMemo, useRef } from "react";
import { shallowSame, useSelector, useSpace } from "../../store/hooks";
import type { Place } from "../../api";
import { threadSeen } from "../../commands/reading";
import { strings } from "../../strings";
import { Skeleton } from "../../ui/States";
import { VirtualList, type VirtualListHandle } from "../../ui/VirtualList";
import { ReplyComposer } from "../composer/ReplyComposer";
import { MessageView } from "../timeline/MessageView";
import { PendingView } from "../timeline/PendingView";
import type { RightPaneProps } from "./registry";

/** A message, its replies, and a box for one more. */
export function ThreadPane({ pane, workspaceID }: RightPaneProps<"thread">) {
  const { rootID } = pane;
  const thread = useSpace((space) => space.threads[rootID] ?? null, null);
  const root = useSpace((space) => space.messages[rootID]?.message ?? null, null);
  const pending = useSpace((space) => space.pending.filter((one) => one.rootID === rootID), [], shallowSame);
  const landing = useSelector((state) => state.ui.landing);
  const list = useRef<VirtualListHandle>(null);
  const rows = useMemo(() => [
    { key: rootID, estimate: 80 },
    { key: "replies", estimate: 30 },
    ...(thread?.replyIDs ?? []).map((key) => ({ key, estimate: 60 })),
    ...pending.map((message) => ({ key: `pending ${message.nonce}`, estimate: 60 })),
  ], [rootID, thread, pending]);
  const landed = useRef(0);
  useEffect(() => {
    if (!landing || landing.request === landed.current || !thread?.replyIDs.includes(landing.messageID)) return;
    landed.current = landing.request;
    list.current?.scrollToKey(landing.messageID);
  }, [landing, thread]);
  const asOf = thread?.asOf;
  useEffect(() => {
    if (asOf === undefined) return;
    const look = () => threadSeen(workspaceID, rootID, asOf);
    look();
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [asOf, workspaceID, rootID]);
  const sending = pending.at(-1)?.nonce;
  useEffect(() => {
    if (sending) list.current?.scrollToEnd();
  }, [sending]);
  if (!thread || !root) return <Skeleton />;
  const place: Place = root.direct_conversation_id
    ? { kind: "direct", id: root.direct_conversation_id }
    : { kind: "channel", id: root.channel_id ?? "" };
  const replies = thread.replyIDs.length;
  return (
    <>
      <VirtualList key={rootID} ref={list} rows={rows} label={strings.panes.thread} after={<div className="timeline-end" />}
        render={(index) => {
          const key = rows[index]!.key;
          if (key === "replies") {
            return <div className="day"><span>{replies ? strings.message.replies(replies) : strings.panes.emptyThread}</span></div>;
          }
          const draft = pending[index - 2 - replies];
          if (draft) return <PendingView message={draft} workspaceID={workspaceID} compact={false} />;
          return <MessageView id={key} compact={false} inThread
            highlighted={landing?.messageID === key && key !== rootID ? landing.request : 0} />;
        }} />
      <ReplyComposer key={`composer-${rootID}`} workspaceID={workspaceID} place={place} rootID={rootID} />
    </>
  );
}
