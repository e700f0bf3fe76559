import { useRef, useSyncExternalStore } from "react";
import type { Conversation, Space, State } from "./state";
import { store } from "./store";

/** Reads a part of the state; the component is drawn again when that part changes. */
export function useSelector<Value>(
  selector: (state: State) => Value, same: (left: Value, right: Value) => boolean = Object.is,
): Value {
  const last = useRef<{ value: Value } | null>(null);
  return useSyncExternalStore(store.subscribe, () => {
    const value = selector(store.getState());
    if (last.current && same(last.current.value, value)) return last.current.value;
    last.current = { value };
    return value;
  });
}

/** Whether two lists or records have the same members. */
export function shallowSame<Value extends object>(left: Value, right: Value): boolean {
  const names = Object.keys(left) as (keyof Value)[];
  return names.length === Object.keys(right).length && names.every((name) => Object.is(left[name], right[name]));
}

/** The workspace that is shown. */
export const activeSpace = (state: State): Space | null =>
  state.ui.workspaceID === null ? null : state.spaces[state.ui.workspaceID] ?? null;

/** The conversation that is shown. */
export function activeConversation(state: State): Conversation | null {
  const space = activeSpace(state);
  return space && state.ui.conversationID ? space.conversations[state.ui.conversationID] ?? null : null;
}

/** Reads a part of the shown workspace; `otherwise` while there is none. */
export function useSpace<Value>(
  selector: (space: Space) => Value, otherwise: Value, same?: (left: Value, right: Value) => boolean,
): Value {
  return useSelector((state) => {
    const space = activeSpace(state);
    return space ? selector(space) : otherwise;
  }, same);
}
