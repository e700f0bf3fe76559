import type { User } from "../../api";
import { useSelector } from "../../store/hooks";
import { store } from "../../store/store";

/** Who is signed in: pages that need it are shown only then. */
export function useMe(): User {
  const session = useSelector((state) => state.session);
  if (session.status !== "signedIn") throw new Error("nobody is signed in");
  return session.me;
}

export const setMe = (me: User): void =>
  store.dispatch({ type: "session/changed", session: { status: "signedIn", me } });
