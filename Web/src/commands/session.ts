// Who is signed in, and the start and end of it.

import { ApiError, api, type User } from "../api";
import { forgetEarly } from "../api/early";
import { tabs } from "../realtime/tabs";
import { store } from "../store/store";
import { takeAppearance } from "./appearance";
import { stopLive } from "./live";
import { messageOf, report } from "./report";

/** Finds out who is signed in. */
export async function startSession(): Promise<void> {
  try {
    const user = await api.me.get();
    store.dispatch({ type: "workspaces/loaded", workspaces: await api.workspaces.list() });
    signedIn(user);
  } catch (error) {
    // What was refused without a session may be granted with one.
    forgetEarly();
    if (error instanceof ApiError && error.status === 401) {
      store.dispatch({ type: "session/changed", session: { status: "signedOut" } });
    } else {
      store.dispatch({ type: "session/changed", session: { status: "failed", message: messageOf(error) } });
    }
  }
}

export function signedIn(me: User): void {
  takeAppearance(me.appearance_preferences);
  store.dispatch({ type: "session/changed", session: { status: "signedIn", me } });
}

/** Ends the session here and in the other tabs. */
export async function signOut(): Promise<void> {
  try {
    await api.auth.signOut();
    tabs.tell({ type: "signedOut" });
    leave();
  } catch (error) {
    report(error);
  }
}

/** Ends every session of the account. */
export async function signOutEverywhere(end: () => Promise<unknown>): Promise<void> {
  await end();
  tabs.tell({ type: "signedOut" });
  leave();
}

function leave(): void {
  stopLive();
  location.assign("/app");
}

tabs.listen((message) => {
  if (message.type === "signedOut") leave();
});
