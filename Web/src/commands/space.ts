// Shorthands for commands that concern one workspace.

import type { SpaceAction } from "../store/actions";
import type { Space } from "../store/state";
import { store } from "../store/store";

export const dispatchTo = (workspaceID: string, action: SpaceAction): void =>
  store.dispatch({ type: "space", workspaceID, action });

export const spaceOf = (workspaceID: string): Space | null => store.getState().spaces[workspaceID] ?? null;

/** The position that a snapshot asked for now is at least as new as. */
export const cursorOf = (workspaceID: string): string => spaceOf(workspaceID)?.cursor ?? "";

/** The workspace that is shown. Commands of its panes can rely on it. */
export function shownWorkspace(): string {
  const id = store.getState().ui.workspaceID;
  if (id === null) throw new Error("no workspace is shown");
  return id;
}
