// The middle: heading, timeline, who is typing, composer.

import { activeConversation, useSelector, useSpace } from "../../store/hooks";
import { titleOf } from "../../store/selectors";
import { windowKey } from "../../store/state";
import { strings } from "../../strings";
import { EmptyState, Skeleton } from "../../ui/States";
import { ChannelComposer } from "../composer/ChannelComposer";
import { Timeline } from "../timeline/Timeline";
import { TopicBar } from "../timeline/TopicBar";
import { TypingLine } from "../timeline/TypingLine";
import { Heading } from "./Heading";

export function Conversation() {
  const conversation = useSelector(activeConversation);
  const me = useSpace((space) => space.me, "");
  const workspaceID = useSelector((state) => state.ui.workspaceID);
  const topicID = useSelector((state) => state.ui.topicID);
  if (!workspaceID) return <Skeleton rows={9} />;
  if (!conversation) {
    return (
      <>
        <Heading />
        <EmptyState title={strings.timeline.nothingShown} mood="asleep">{strings.timeline.nothingHint}</EmptyState>
      </>
    );
  }
  const title = titleOf(conversation, me);
  const key = windowKey(conversation.id, topicID);
  return (
    <>
      <Heading />
      {conversation.channel && <TopicBar workspaceID={workspaceID} channelID={conversation.id} />}
      <Timeline key={key} workspaceID={workspaceID} conversation={conversation} title={title} topicID={topicID} />
      <TypingLine placeID={conversation.id} />
      <ChannelComposer key={`composer-${conversation.id}`} workspaceID={workspaceID} conversation={conversation}
        title={title} />
    </>
  );
}
