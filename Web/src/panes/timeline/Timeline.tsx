// The messages of a conversation.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { loadLatest, loadNewer, loadOlder } from "../../commands/pages";
import { seen } from "../../commands/reading";
import { go } from "../../router/go";
import { shallowSame, useSelector, useSpace } from "../../store/hooks";
import { hasNewer, unreadCount } from "../../store/selectors";
import { overlaid } from "../../store/space/overlays";
import { windowKey, type Conversation } from "../../store/state";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { dayName } from "../../strings/times";
import { Crab } from "../../ui/Crab";
import { Icon } from "../../ui/Icon";
import { Skeleton } from "../../ui/States";
import { VirtualList, type VirtualListHandle } from "../../ui/VirtualList";
import { ActivityView } from "./ActivityView";
import { Announcer } from "./Announcer";
import { MessageView } from "./MessageView";
import { PendingView } from "./PendingView";
import { rowOf, timelineRows, type Row } from "./rows";

export function Timeline({ workspaceID, conversation, title, topicID }: {
  workspaceID: string; conversation: Conversation; title: string; topicID: string | null;
}) {
  const { id, kind } = conversation;
  const place = useMemo(() => ({ id, kind }), [id, kind]);
  const window = useSpace((space) => space.windows[windowKey(id, topicID)] ?? null, null);
  const entries = useSpace((space) => space.messages, {});
  const overlays = useSpace((space) => space.overlays, []);
  const me = useSpace((space) => space.me, "");
  const pending = useSpace((space) => space.pending.filter(
    (one) => one.place.id === id && !one.rootID && (topicID === null || one.topicID === topicID)), [], shallowSame);
  const moreBelow = useSpace((space) => hasNewer(space, id, topicID), false);
  const newLine = useSelector((state) => (state.ui.newLine?.conversationID === id ? state.ui.newLine.afterSeq : null));
  const landing = useSelector((state) => state.ui.landing);
  // The thread may be far up: there is a way to it.
  const mentionedIn = useSpace((space) => space.threadMentions.find((mention) => mention.placeID === id)?.rootID ?? null, null);
  const list = useRef<VirtualListHandle>(null);
  const [atEnd, setAtEnd] = useState(true);

  const messages = useMemo(() => (window?.ids ?? []).flatMap((messageID) => {
    const entry = entries[messageID];
    return entry ? [overlaid(entry.message, overlays)] : [];
  }), [window, entries, overlays]);
  const hasOlder = window?.hasOlder ?? false;
  const rows = useMemo(
    () => timelineRows(messages, moreBelow ? [] : pending, me, newLine, hasOlder), [messages, pending, me, newLine, moreBelow, hasOlder]);

  useLanding(list, rows, landing, newLine !== null && !landing, (window?.newest ?? 0) >= conversation.lastSeq);

  const isShown = rows.length > 0;
  useEffect(() => {
    if (isShown && !performance.getEntriesByName("first-message").length) performance.mark("first-message");
  }, [isShown]);

  // What I send is shown, wherever I was.
  const sending = pending.at(-1)?.nonce;
  useEffect(() => {
    if (!sending) return;
    if (moreBelow) void loadLatest(workspaceID, place, topicID);
    list.current?.scrollToEnd();
  }, [sending]);

  const onView = useCallback((index: number, isAtEnd: boolean) => {
    setAtEnd(isAtEnd);
    for (let at = Math.min(index, rows.length - 1); at >= 0; at -= 1) {
      const row = rows[at];
      if (topicID === null && (row?.kind === "message" || row?.kind === "activity")) return seen(workspaceID, place, row.seq);
    }
  }, [rows, workspaceID, place, topicID]);
  // Coming back to the page is seeing, too.
  useEffect(() => {
    const look = () => {
      if (list.current?.isAtEnd()) onView(rows.length - 1, true);
    };
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [onView, rows]);

  const onReachStart = useCallback(() => void loadOlder(workspaceID, place, topicID), [workspaceID, place, topicID]);
  const onReachEnd = useCallback(() => {
    if (moreBelow) void loadNewer(workspaceID, place, topicID);
  }, [workspaceID, place, topicID, moreBelow]);
  const jump = () => {
    if (!moreBelow) return list.current?.scrollToEnd();
    void loadLatest(workspaceID, place, topicID).then(() => list.current?.scrollToEnd());
  };

  if (!window) return <div className="timeline"><Skeleton rows={8} /></div>;
  const unread = unreadCount(conversation);
  return (
    <div className="timeline">
      <VirtualList ref={list} rows={rows} label={strings.timeline.label} holdsEnd={!moreBelow} onView={onView}
        onReachStart={onReachStart} onReachEnd={onReachEnd}
        before={window.hasOlder ? <Skeleton rows={3} /> : <Beginning title={title} topicID={topicID} isChannel={kind === "channel"} />}
        after={moreBelow ? <Skeleton rows={3} /> : <div className="timeline-end" />}
        render={(index) => <RowView row={rows[index]!} workspaceID={workspaceID}
          highlighted={landing !== null && isAt(rows[index]!, landing.messageID) ? landing.request : 0} />} />
      {mentionedIn && (
        <button type="button" className="jump jump-thread" onClick={() => void go.thread({ id: mentionedIn, workspace_id: workspaceID })}>
          <Icon name="thread" size={16} />
          {strings.timeline.threadMention}
        </button>
      )}
      <Announcer messages={messages} me={me} live={window.live} />
      {(!atEnd || moreBelow) && (
        <button type="button" className="jump" onClick={jump}>
          <Icon name="down" size={16} />
          {unread > 0 ? strings.timeline.newBelow(unread) : strings.timeline.latest}
        </button>
      )}
    </div>
  );
}

// Lands on the message of the address, or on the first unread one.
function useLanding(
  list: React.RefObject<VirtualListHandle>, rows: readonly Row[], landing: { messageID: string; request: number } | null,
  landsOnNew: boolean, reachesEnd: boolean,
): void {
  const landed = useRef(0);
  const begun = useRef(false);
  useEffect(() => {
    if (!rows.length || !list.current) return;
    if (landing && landing.request !== landed.current && rowOf(rows, landing.messageID)) {
      landed.current = landing.request;
      begun.current = true;
      list.current.scrollToKey(rowOf(rows, landing.messageID)?.key ?? "");
    } else if (!begun.current) {
      const at = rows.findIndex((row) => row.kind === "new");
      // What was loaded before may end where the new ones begin.
      if (landsOnNew && at < 0 && !reachesEnd) return;
      begun.current = true;
      // Few new messages fit below; then the end is the better place.
      if (landsOnNew && at >= 0 && rows.length - at > 12) list.current.scrollToKey("new");
    }
  }, [rows, landing, landsOnNew, reachesEnd, list]);
}

function RowView({ row, workspaceID, highlighted }: { row: Row; workspaceID: string; highlighted: number }) {
  switch (row.kind) {
    case "day":
      return <div className="day" role="separator"><span>{dayName(row.at)}</span></div>;
    case "new":
      return <div className="new-line" role="separator"><span>{strings.timeline.newMessages}</span></div>;
    case "message":
      return <MessageView id={row.id} compact={row.compact} highlighted={highlighted} inThread={false} />;
    case "activity":
      return <ActivityView ids={row.ids} highlighted={highlighted} />;
    case "pending":
      return <PendingView message={row.message} workspaceID={workspaceID} compact={row.compact} />;
  }
}

const isAt = (row: Row, messageID: string): boolean => rowOf([row], messageID) !== undefined;

function Beginning({ title, topicID, isChannel }: { title: string; topicID: string | null; isChannel: boolean }) {
  const topic = useSpace((space) => space.topics.find((known) => known.id === topicID) ?? null, null);
  if (topic) {
    return (
      <div className="beginning">
        <Crab size={72} />
        <h2>{topic.name}</h2>
        <p>{strings.topics.nothingHint}</p>
      </div>
    );
  }
  return (
    <div className="beginning">
      <Crab size={72} />
      <h2>{isChannel ? strings.timeline.beginning(`#${title}`) : strings.timeline.beginningWith(title)}</h2>
      <p>{strings.timeline.beginningHint}</p>
    </div>
  );
}

export const clearNewLine = (): void => store.dispatch({ type: "ui/newLineCleared" });
