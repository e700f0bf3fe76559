import { useCallback, useEffect, useState } from "react";
import { ApiError, api, type Topic } from "../../api";
import { report } from "../../commands/report";
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
  added(topic: Topic): void;
}

/** The topic that is posted to, remembered with the draft. */
export function useTopic(workspaceID: string, channelID: string | null): TopicChoice {
  const [topics, setTopics] = useState<readonly Topic[]>([]);
  const [id, setID] = useDraft(`${channelID ?? ""}.topic`);
  useEffect(() => {
    if (!channelID) return;
    let current = true;
    api.topics.list(workspaceID).then(
      (all) => current && setTopics(all.filter((topic) => !topic.archived_at && [undefined, "", channelID].includes(topic.channel_id))),
      (error) => {
        // Guests may not list them, and then post without one.
        if (!(error instanceof ApiError)) report(error);
      });
    return () => void (current = false);
  }, [workspaceID, channelID]);
  const choose = useCallback((chosen: string | null) => setID(chosen ?? ""), [setID]);
  return {
    topics, chosen: topics.find((topic) => topic.id === id) ?? null, choose,
    added(topic) {
      setTopics((known) => [...known, topic]);
      choose(topic.id);
    },
  };
}

export function TopicMenu({ workspaceID, channelID, topic }: { workspaceID: string; channelID: string; topic: TopicChoice }) {
  const create = () => askName(
    { title: strings.composer.newTopic.replace("…", ""), label: strings.composer.topicName, action: strings.common.create },
    (name) => api.topics.create(workspaceID, { name, channel_id: channelID }).then(topic.added, report));
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
