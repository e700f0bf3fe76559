// One message.

import { memo } from "react";
import { go } from "../../router/go";
import { activeSpace, shallowSame, useSelector } from "../../store/hooks";
import { textOfFiles } from "../../store/filesText";
import { mentions } from "../../store/mentions";
import { me, shownMessage } from "../../store/selectors";
import { withAttaching } from "../../store/space/attaching";
import { isPinned } from "../../store/space/pins";
import type { State } from "../../store/state";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { clockTime, fullTime } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/Icon";
import { MessageBody } from "../../markdown/MessageBody";
import { EditComposer } from "../composer/EditComposer";
import { AttachingNote } from "./AttachingNote";
import { Attachments } from "./Attachments";
import { MessageActions } from "./MessageActions";
import { useAttention } from "./useAttention";
import { Quote } from "./Quote";
import { Reactions } from "./Reactions";
import { ThreadLink } from "./ThreadLink";

const nothing = {
  message: null, author: null, threadState: null, isMine: false, handle: "", pinned: false, topic: null, editing: false,
  attaching: undefined,
} as const;

function about(state: State, id: string) {
  const space = activeSpace(state);
  const message = space && shownMessage(space, id);
  if (!message) return nothing;
  return {
    message,
    author: space.users[message.author_id] ?? null,
    threadState: space.messages[id]?.threadState ?? null,
    isMine: message.author_id === space.me,
    handle: me(state)?.handle ?? "",
    pinned: isPinned(space, message),
    // Where only one topic is shown there is no need to name it.
    topic: (message.topic_id && state.ui.topicID === null && space.topics.find((known) => known.id === message.topic_id)?.name)
      || null,
    editing: state.ui.editing === id,
    attaching: space.attaching[id],
  };
}

export const MessageView = memo(function MessageView({ id, compact, highlighted, inThread }: {
  id: string; compact: boolean; highlighted: number; inThread: boolean;
}) {
  // One question for all of it: each one costs, and scrolling draws many messages.
  const { message, author, threadState, isMine, handle, pinned, topic, editing, attaching } =
    useSelector((state) => about(state, id), shallowSame);
  const attention = useAttention();
  if (!message) return null;
  const mentionsMe = !isMine && !!message.channel_id && mentions(message.body, handle);
  const uploads = withAttaching(message.attachments, attaching);
  const isOnlyFiles = uploads.length > 0 && message.body === textOfFiles(uploads);
  const name = author?.display_name ?? message.author?.display_name ?? strings.message.unknownAuthor;
  const openProfile = () => go.pane({ kind: "profile", userID: message.author_id });
  const openMention = (handle: string) => {
    const { users } = activeSpace(store.getState()) ?? { users: {} };
    const user = Object.values(users).find((known) => known.handle.toLowerCase() === handle.toLowerCase());
    if (user) go.pane({ kind: "profile", userID: user.id });
  };
  return (
    <article id={`message-${id}`} key={highlighted} tabIndex={-1} {...attention.handlers}
      className={classes("message", compact && "compact", highlighted > 0 && "landed", mentionsMe && "mentions-me",
        message.deleted_at && "deleted", editing && "editing", message.kind && message.kind !== "message" && "agent")}
      aria-label={`${name}, ${clockTime(message.created_at)}`}>
      {compact
        ? <time className="message-gutter" dateTime={message.created_at} data-tip="">{clockTime(message.created_at)}</time>
        : <button type="button" className="message-avatar" tabIndex={-1} aria-label={name} onClick={openProfile}>
            <Avatar user={author ?? message.author ?? null} />
          </button>}
      <div className="message-main">
        {!compact && (
          <header className="message-head">
            <button type="button" className="message-author" onClick={openProfile}>{name}</button>
            {author?.kind === "bot" && <span className="tag">{strings.message.bot}</span>}
            <time dateTime={message.created_at} data-tip="">{clockTime(message.created_at)}</time>
          </header>
        )}
        {(pinned || topic) && (
          <p className="message-marks">
            {pinned && <span><Icon name="pin" size={12} />{strings.message.pinnedMark}</span>}
            {topic && message.topic_id && (
              <button type="button" onClick={() => store.dispatch({ type: "ui/topic", topicID: message.topic_id ?? null })}
                data-tip={strings.topics.filter(topic)}>{topic}</button>
            )}
          </p>
        )}
        {message.quoted_message_id && <Quote message={message} />}
        {message.deleted_at
          ? <p className="message-deleted">{strings.message.deleted}</p>
          : editing
            ? <EditComposer message={message} onDone={() => store.dispatch({ type: "ui/editing", messageID: null })} />
            : !isOnlyFiles && <div className="message-body">
                <MessageBody body={message.body} onMention={openMention} />
                {message.edited_at && <span className="edited" data-tip={fullTime(message.edited_at)}>({strings.message.edited})</span>}
              </div>}
        {!message.deleted_at && <Attachments uploads={uploads} messageID={id} />}
        {!message.deleted_at && attaching && <AttachingNote attaching={attaching} workspaceID={message.workspace_id} />}
        <Reactions message={message} />
        {!inThread && threadState && threadState.reply_count > 0 && <ThreadLink message={message} state={threadState} />}
      </div>
      {!editing && attention.has && (
        <MessageActions message={message} isMine={isMine} inThread={inThread} isPinned={pinned} onOpenChange={attention.setOpen} />
      )}
    </article>
  );
});
