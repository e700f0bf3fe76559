// Where someone was last, so that they come back to it.

import { kept } from "../kept";

const workspaceKey = "clickclack.workspace";
const conversationKey = (workspaceID: string) => `clickclack.conversation.${workspaceID}`;

export const remembered = {
  workspace: () => kept.getItem(workspaceKey),
  setWorkspace: (id: string) => kept.setItem(workspaceKey, id),
  conversation: (workspaceID: string) => kept.getItem(conversationKey(workspaceID)),
  setConversation: (workspaceID: string, id: string) => kept.setItem(conversationKey(workspaceID), id),
};
