import type { Topic } from "../../api";
import { makeTopic } from "../../commands/topics";
import { shallowSame, useSelector, useSpace } from "../../store/hooks";
import { topicsOf } from "../../store/space/topics";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { MenuButton, type MenuItem } from "../../ui/Menu";
import { askName } from "../../ui/PromptDialog";
import { useDraft } from "./useDraft";

export interface TopicChoice {
  topics: readonly Topic[];
  chosen: Topic | null;
  choose(id: string | null): void;
}

/** The topic that is posted to: the one that is shown alone, else the one that was chosen with the draft. */
export function useTopic(channelID: string): TopicChoice {
  const topics = useSpace((space) => topicsOf(space, channelID), [], shallowSame);
  const shown = useSelector((state) => state.ui.topicID);
  const [drafted, setDrafted] = useDraft(`${channelID}.topic`);
  return {
    topics,
    chosen: topics.find((topic) => topic.id === (shown ?? drafted)) ?? null,
    choose(id) {
      setDrafted(id ?? "");
      if (shown !== null && shown !== id) store.dispatch({ type: "ui/topic", topicID: id });
    },
  };
}

export function TopicMenu({ workspaceID, channelID, topic }: { workspaceID: string; channelID: string; topic: TopicChoice }) {
  const create = () => askName(
    { title: strings.composer.newTopic.replace("…", ""), label: strings.composer.topicName, action: strings.common.create },
    (name) => void makeTopic(workspaceID, channelID, name).then((made) => made && topic.choose(made.id)));
  const items = (): (MenuItem | null)[] => [
    { id: "none", label: strings.composer.noTopic, checked: !topic.chosen, onSelect: () => topic.choose(null) },
    ...topic.topics.map((one) => ({
      id: one.id, label: one.name, checked: one.id === topic.chosen?.id, onSelect: () => topic.choose(one.id),
    })),
    null,
    { id: "new", label: strings.composer.newTopic, icon: "plus", onSelect: create },
  ];
  return <MenuButton label={strings.composer.topic} icon="tag" items={items} align="start" className="topic-button" />;
}

export function TopicChip({ topic, onClear }: { topic: Topic; onClear: () => void }) {
  return (
    <p className="topic-chip">
      <Icon name="tag" size={14} />
      <span>{strings.composer.topicChosen(topic.name)}</span>
      <IconButton icon="close" size={12} label={strings.composer.removeTopic} onClick={onClear} />
    </p>
  );
}
