// Where someone was last, so that they come back to it.

const workspaceKey = "clickclack.workspace";
const conversationKey = (workspaceID: string) => `clickclack.conversation.${workspaceID}`;

export const remembered = {
  workspace: () => localStorage.getItem(workspaceKey),
  setWorkspace: (id: string) => localStorage.setItem(workspaceKey, id),
  conversation: (workspaceID: string) => localStorage.getItem(conversationKey(workspaceID)),
  setConversation: (workspaceID: string, id: string) => localStorage.setItem(conversationKey(workspaceID), id),
};
