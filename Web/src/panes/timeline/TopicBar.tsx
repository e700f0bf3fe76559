import { createTopic } from "../../commands/channels";
import { shallowSame, useSelector, useSpace } from "../../store/hooks";
import { topicsOf } from "../../store/space/topics";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/Icon";
import { askName } from "../../ui/PromptDialog";

export const choose = (topicID: string | null): void => store.dispatch({ type: "ui/topic", topicID });

export function newTopic(workspaceID: string, channelID: string): void {
  askName({ title: strings.topics.add, label: strings.topics.name, action: strings.common.create },
    (name) => void createTopic(workspaceID, channelID, name));
}

/** The topics of a channel: one of them can be shown alone, and what is written then belongs to it. */
export function TopicBar({ workspaceID, channelID }: { workspaceID: string; channelID: string }) {
  const topics = useSpace((space) => topicsOf(space, channelID), [], shallowSame);
  const chosen = useSelector((state) => state.ui.topicID);
  if (!topics.length) return null;
  const option = (id: string | null, name: string) => (
    <button key={id ?? "all"} type="button" className={classes("topic", chosen === id && "chosen")}
      aria-pressed={chosen === id} onClick={() => choose(id)}>{name}</button>
  );
  return (
    <div className="topics" role="group" aria-label={strings.topics.label}>
      {option(null, strings.topics.all)}
      {topics.map((topic) => option(topic.id, topic.name))}
      <button type="button" className="topic topic-add" aria-label={strings.topics.add} data-tip={strings.topics.add}
        onClick={() => newTopic(workspaceID, channelID)}><Icon name="plus" size={14} /></button>
    </div>
  );
}
