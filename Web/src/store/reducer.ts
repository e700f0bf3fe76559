import type { Action } from "./actions";
import { reduceSpace } from "./space/space";
import { emptySpace, initialState, type State } from "./state";
import { reduceUI } from "./ui";

/** The whole state after an action. Pure; returns the same object when nothing changed. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "session/changed":
      // What one person could read is not kept for the next.
      if (action.session.status === "signedOut") return { ...initialState, session: action.session };
      return { ...state, session: action.session };
    case "workspaces/loaded":
      return { ...state, workspaces: [...action.workspaces] };
    case "workspaces/added":
      return {
        ...state,
        workspaces: [...state.workspaces.filter((known) => known.id !== action.workspace.id), action.workspace],
      };
    case "space": {
      const me = state.session.status === "signedIn" ? state.session.me.id : "";
      const before = state.spaces[action.workspaceID] ?? emptySpace(action.workspaceID, me);
      const after = reduceSpace(before, action.action);
      if (after === state.spaces[action.workspaceID]) return state;
      return { ...state, spaces: { ...state.spaces, [action.workspaceID]: after } };
    }
    default: {
      const ui = reduceUI(state.ui, action);
      return ui === state.ui ? state : { ...state, ui };
    }
  }
}
