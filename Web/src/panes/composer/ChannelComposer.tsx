import { useSelector, useSpace } from "../../store/hooks";
import { windowKey, type Conversation } from "../../store/state";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { MessageComposer } from "./MessageComposer";
import { TopicChip, TopicMenu, useTopic } from "./Topics";

/** Writes to a channel or a direct conversation. */
export function ChannelComposer({ workspaceID, conversation, title }: {
  workspaceID: string; conversation: Conversation; title: string;
}) {
  const { id, kind } = conversation;
  const topic = useTopic(id);
  const shownTopic = useSelector((state) => state.ui.topicID);
  const lastMine = useSpace((space) => {
    const ids = space.windows[windowKey(id, shownTopic)]?.ids ?? [];
    for (let index = ids.length - 1; index >= 0; index -= 1) {
      const message = space.messages[ids[index] ?? ""]?.message;
      if (message?.author_id === space.me && !message.deleted_at) return message.id;
    }
    return null;
  }, null);
  if (conversation.direct && !conversation.direct.can_send) {
    return <p className="composer-closed">{strings.composer.cannotSend}</p>;
  }
  return (
    <MessageComposer workspaceID={workspaceID} place={{ id, kind }} rootID={null}
      label={strings.composer.placeholder(title)} dropLabel={strings.uploads.drop(title)} topicID={topic.chosen?.id ?? null}
      header={topic.chosen && <TopicChip topic={topic.chosen} onClear={() => topic.choose(null)} />}
      moreTools={kind === "channel" && <TopicMenu workspaceID={workspaceID} channelID={id} topic={topic} />}
      {...(lastMine && { onRecall: () => store.dispatch({ type: "ui/editing", messageID: lastMine }) })} />
  );
}
