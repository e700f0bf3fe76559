import type { Message, Topic } from "../../api";
import type { Space } from "../state";

export function topicsLoaded(space: Space, topics: readonly Topic[]): Space {
  // What this client made meanwhile may not be in an answer that was on its way.
  const mine = space.topics.filter((known) => !topics.some((topic) => topic.id === known.id));
  return { ...space, topics: [...topics, ...mine], topicsWanted: false };
}

export const topicAdded = (space: Space, topic: Topic): Space => ({
  ...space, topics: [...space.topics.filter((known) => known.id !== topic.id), topic],
});

/** No event tells of a new topic; the first message that belongs to it does. */
export function topicsSeen(space: Space, messages: readonly Message[]): Space {
  if (space.topicsWanted) return space;
  const unknown = messages.some(
    (message) => message.topic_id && !space.topics.some((topic) => topic.id === message.topic_id));
  return unknown ? { ...space, topicsWanted: true } : space;
}

/** The topics in which one can write in a channel: its own and those of the whole workspace. */
export const topicsOf = (space: Space, channelID: string): Topic[] =>
  space.topics.filter((topic) => !topic.channel_id || topic.channel_id === channelID)
    .sort((left, right) => left.name.localeCompare(right.name));
