// What people do with channels and direct conversations as a whole.

import { api, type Channel, type ChannelPreference } from "../api";
import type { NewChannel } from "../api/channels";
import { tabs } from "../realtime/tabs";
import { store } from "../store/store";
import { strings } from "../strings";
import { markRead } from "./reading";
import { report, toast } from "./report";
import { dispatchTo, spaceOf } from "./space";

export async function changeChannel(
  channel: Channel, change: Partial<NewChannel> & { archived?: boolean },
): Promise<boolean> {
  try {
    const changed = await api.channels.update(channel.id, change);
    dispatchTo(channel.workspace_id, { type: "conversations/added", channel: changed });
    return true;
  } catch (error) {
    report(error);
    return false;
  }
}

export async function archiveChannel(channel: Channel, archived: boolean): Promise<void> {
  if (!(await changeChannel(channel, { archived }))) return;
  toast(archived ? strings.channel.archived : strings.channel.unarchived, "success");
}

/** Which of its messages notify; asked for once. */
export async function loadPreference(workspaceID: string, channelID: string): Promise<ChannelPreference> {
  const known = spaceOf(workspaceID)?.preferences[channelID];
  if (known) return known;
  const preference = await api.channels.preference(channelID);
  learn(workspaceID, channelID, preference);
  return preference;
}

export async function choosePreference(
  workspaceID: string, channelID: string, preference: ChannelPreference,
): Promise<void> {
  try {
    await api.channels.setPreference(channelID, preference);
    learn(workspaceID, channelID, preference);
    tabs.tell({ type: "preference", workspaceID, channelID, preference });
  } catch (error) {
    report(error);
  }
}

function learn(workspaceID: string, channelID: string, preference: ChannelPreference): void {
  dispatchTo(workspaceID, { type: "preferences/loaded", channelID, preference });
}

tabs.listen((message) => {
  if (message.type !== "preference" || !store.getState().spaces[message.workspaceID]) return;
  learn(message.workspaceID, message.channelID, message.preference);
});

/** Takes a direct conversation out of the list. The next message brings it back. */
export async function closeDirect(workspaceID: string, conversationID: string): Promise<void> {
  const known = spaceOf(workspaceID)?.conversations[conversationID];
  if (!known) return;
  try {
    if (known.lastSeq > known.readSeq) await markRead(workspaceID, known, known.lastSeq);
    await api.directs.hide(conversationID);
    dispatchTo(workspaceID, { type: "conversations/closed", conversationID });
  } catch (error) {
    report(error);
  }
}

export async function createTopic(workspaceID: string, channelID: string, name: string): Promise<void> {
  try {
    const topic = await api.topics.create(workspaceID, name, channelID);
    dispatchTo(workspaceID, { type: "topics/added", topic });
    store.dispatch({ type: "ui/topic", topicID: topic.id });
  } catch (error) {
    report(error);
  }
}
