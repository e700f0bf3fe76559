import { ApiError, api } from "../api";
import { store } from "../store/store";
import { report } from "./report";
import { dispatchTo } from "./space";

export async function loadWorkspaces(): Promise<void> {
  try {
    store.dispatch({ type: "workspaces/loaded", workspaces: await api.workspaces.list() });
  } catch (error) {
    report(error);
  }
}

/** Makes a workspace with a first channel. */
export async function createWorkspace(name: string) {
  const workspace = await api.workspaces.create(name);
  await api.channels.create(workspace.id, { name: "general" });
  store.dispatch({ type: "workspaces/added", workspace });
  return workspace;
}

const membersAsked = new Set<string>();
export const forgetMembers = (): void => membersAsked.clear();

/** Learns the names of the members, once per workspace. Guests may not list them and learn names from messages. */
export async function loadMembers(workspaceID: string): Promise<void> {
  if (membersAsked.has(workspaceID)) return;
  membersAsked.add(workspaceID);
  try {
    const { members } = await api.workspaces.members(workspaceID);
    dispatchTo(workspaceID, { type: "users/loaded", users: members.map((member) => member.user) });
  } catch (error) {
    membersAsked.delete(workspaceID);
    if (!(error instanceof ApiError && error.status === 403)) report(error);
  }
}
