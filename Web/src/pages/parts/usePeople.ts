import { useMemo } from "react";
import type { User } from "../../api";
import { management } from "../../api/management";
import { useSelector } from "../../store/hooks";
import { useLoaded } from "./useLoaded";

const none: Readonly<Record<string, User>> = {};

/** The people of a workspace by their ids: those the chat knows already, and the first ones of the directory. */
export function usePeople(workspaceID: string): ReadonlyMap<string, User> {
  const known = useSelector((state) => state.spaces[workspaceID]?.users ?? none);
  const { value } = useLoaded(() => management.directory(workspaceID, { limit: 200 }), workspaceID);
  return useMemo(() => new Map([
    ...Object.entries(known), ...(value?.members ?? []).map(({ user }): [string, User] => [user.id, user]),
  ]), [known, value]);
}
