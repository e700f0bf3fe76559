// Goes to things by what they are, not by their address.

import { api, type Message } from "../api";
import { report } from "../commands/report";
import { dispatchTo } from "../commands/space";
import { activeConversation, activeSpace } from "../store/hooks";
import type { Conversation, RightPane } from "../store/state";
import { store } from "../store/store";
import { targetAddress, workspaceAddress, type PaneAddress } from "./location";
import { currentLocation, isEmbedded, navigate } from "./navigation";

/** Where the right pane stands beside the conversation instead of over it: as in styles/shell.css. */
const WIDE = "(min-width: 1081px)";

const routeOf = (workspaceID: string): string =>
  store.getState().workspaces.find((workspace) => workspace.id === workspaceID)?.route_id ?? workspaceID;

export const go = {
  workspace: (workspaceID: string): void => navigate(workspaceAddress(routeOf(workspaceID))),

  conversation(
    workspaceID: string, conversation: Conversation, messageID: string | null = null, pane: PaneAddress | null = null,
  ): void {
    navigate(targetAddress(routeOf(workspaceID), conversation.routeID, { messageID, pane }));
  },

  /** The thread of a message, in the right pane. It is shown at once; its address follows when the server gave it one. */
  async thread(root: Pick<Message, "id" | "workspace_id" | "route_id">, replyID: string | null = null): Promise<void> {
    store.dispatch({ type: "ui/right", right: { kind: "thread", rootID: root.id } });
    if (isEmbedded()) return;
    try {
      const route = root.route_id ?? (await api.messages.ensureRoute(root.id)).route_id;
      const { right } = store.getState().ui;
      if (!route || right?.kind !== "thread" || right.rootID !== root.id) return;
      navigate(targetAddress(routeOf(root.workspace_id), route, { messageID: replyID }));
    } catch (error) {
      report(error);
    }
  },

  /** A pane beside the shown conversation. */
  pane(pane: PaneAddress, options: { replace?: boolean } = {}): void {
    const { workspaceID } = store.getState().ui;
    const conversation = activeConversation(store.getState());
    if (conversation && isEmbedded()) {
      store.dispatch({ type: "ui/right", right: { ...pane, conversationID: conversation.id } as RightPane });
    } else if (workspaceID && conversation) {
      navigate(targetAddress(routeOf(workspaceID), conversation.routeID, { pane }), options);
    }
  },

  /** The shown conversation alone. */
  closePane(): void {
    const location = currentLocation();
    if (location.kind === "embed") {
      // Of an embedded thread nothing would be left.
      if (location.what !== "thread") store.dispatch({ type: "ui/right", right: null });
      return;
    }
    const { workspaceID } = store.getState().ui;
    const conversation = activeConversation(store.getState());
    if (workspaceID && conversation) navigate(targetAddress(routeOf(workspaceID), conversation.routeID));
  },

  /** The conversation with one person or several, made if there is none. */
  async direct(userID: string | readonly string[]): Promise<void> {
    const space = activeSpace(store.getState());
    if (!space) return;
    try {
      let direct = await api.directs.open(space.id, typeof userID === "string" ? [userID] : [...userID]);
      // It may be one that was closed.
      direct = await api.directs.reopen(direct.id);
      dispatchTo(space.id, { type: "conversations/added", direct });
      navigate(targetAddress(routeOf(space.id), direct.route_id));
    } catch (error) {
      report(error);
    }
  },

  /** A message wherever it is: in the timeline (with a pane kept beside it, where there is room) or in a thread. */
  async message(
    message: Pick<
      Message, "id" | "workspace_id" | "thread_root_id" | "parent_message_id" | "channel_id" | "direct_conversation_id">,
    pane: PaneAddress | null = null,
  ): Promise<void> {
    if (message.parent_message_id) {
      return go.thread({ id: message.thread_root_id, workspace_id: message.workspace_id }, message.id);
    }
    const place = message.channel_id || message.direct_conversation_id || "";
    const conversation = store.getState().spaces[message.workspace_id]?.conversations[place];
    if (conversation) go.conversation(message.workspace_id, conversation, message.id, matchMedia(WIDE).matches ? pane : null);
  },
};
