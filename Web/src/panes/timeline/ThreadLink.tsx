import type { Message, ThreadState } from "../../api";
import { go } from "../../router/go";
import { shallowSame, useSpace } from "../../store/hooks";
import { strings } from "../../strings";
import { timeAgo } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";

/** Below a message: who replied, how often, how long ago. */
export function ThreadLink({ message, state }: { message: Message; state: ThreadState }) {
  const authors = useSpace(
    (space) => state.last_reply_author_ids.flatMap((id) => space.users[id] ?? []), [], shallowSame);
  const mentionsMe = useSpace((space) => space.threadMentions.some((mention) => mention.rootID === message.id), false);
  return (
    <button type="button" className="thread-link" onClick={() => void go.thread(message)}>
      <span className="thread-authors">{authors.map((user) => <Avatar key={user.id} user={user} size="small" />)}</span>
      <span className="thread-count">{strings.message.replies(state.reply_count)}</span>
      {mentionsMe && <span className="tag">{strings.message.threadMention}</span>}
      {state.last_reply_at && <span className="quiet">{strings.message.lastReply(timeAgo(state.last_reply_at))}</span>}
    </button>
  );
}
