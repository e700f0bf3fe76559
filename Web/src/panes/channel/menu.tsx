// What can be done with a conversation as a whole: the menu of its heading.

import { lazy, Suspense, type ComponentType } from "react";
import { api, type Channel, type ChannelPreference } from "../../api";
import { archiveChannel, choosePreference, closeDirect } from "../../commands/channels";
import { report, toast } from "../../commands/report";
import { go } from "../../router/go";
import { activeSpace } from "../../store/hooks";
import type { Conversation } from "../../store/state";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { confirm } from "../../ui/ConfirmDialog";
import { openDialog } from "../../ui/dialogs";
import type { MenuItem } from "../../ui/Menu";
import { newTopic } from "../timeline/TopicBar";

const ChannelDialog = lazy(() => import("./ChannelDialog"));
const MembersDialog = lazy(() => import("./MembersDialog"));

const open = (Dialog: ComponentType<{ channel: Channel; onClose: () => void }>, channel: Channel) => openDialog(
  (close) => <Suspense fallback={null}><Dialog channel={channel} onClose={close} /></Suspense>);

export const openMembers = (channel: Channel) => open(MembersDialog, channel);

export function conversationMenu(workspaceID: string, conversation: Conversation): (MenuItem | null)[] {
  return conversation.channel ? channelMenu(workspaceID, conversation.channel) : [
    {
      id: "close", label: strings.channel.closeDirect, icon: "close",
      onSelect: () => void closeDirect(workspaceID, conversation.id).then(() => go.workspace(workspaceID)),
    },
  ];
}

function channelMenu(workspaceID: string, channel: Channel): (MenuItem | null)[] {
  const state = store.getState();
  const role = state.workspaces.find((workspace) => workspace.id === workspaceID)?.role;
  const preference = activeSpace(state)?.preferences[channel.id] ?? "all";
  const choice = (value: ChannelPreference, label: string): MenuItem => ({
    id: value, label, checked: preference === value,
    onSelect: () => void choosePreference(workspaceID, channel.id, value),
  });
  const mayChange = role === "owner" && !channel.external_managed;
  return [
    choice("all", strings.channel.all), choice("mentions", strings.channel.mentions), choice("muted", strings.channel.muted),
    null,
    { id: "topic", label: strings.topics.add, icon: "hash", onSelect: () => newTopic(workspaceID, channel.id) },
    ...(channel.private
      ? [{ id: "members", label: strings.channel.members, icon: "people" as const, onSelect: () => openMembers(channel) }] : []),
    ...(mayChange
      ? [
          { id: "edit", label: strings.channel.edit, icon: "edit" as const, onSelect: () => open(ChannelDialog, channel) },
          channel.archived_at
            ? {
                id: "unarchive", label: strings.channel.unarchive, icon: "archive" as const,
                onSelect: () => void archiveChannel(channel, false),
              }
            : { id: "archive", label: strings.channel.archive, icon: "archive" as const, onSelect: () => askArchive(channel) },
        ]
      : []),
    ...(channel.private
      ? [{ id: "leave", label: strings.channel.leave, icon: "exit" as const, danger: true, onSelect: () => askLeave(channel) }]
      : []),
  ];
}

function askArchive(channel: Channel): void {
  confirm(
    { title: strings.channel.archiveTitle, text: strings.channel.archiveText, action: strings.channel.archive },
    () => void archiveChannel(channel, true));
}

function askLeave(channel: Channel): void {
  const question = { title: strings.channel.leaveTitle, text: strings.channel.leaveText, action: strings.channel.leave };
  confirm(question, async () => {
    const me = activeSpace(store.getState())?.me ?? "";
    try {
      await api.channels.removeMember(channel.id, me);
      toast(strings.channel.left, "success");
    } catch (error) {
      report(error);
    }
  });
}
