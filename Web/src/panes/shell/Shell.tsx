// The chat: rail, sidebar, conversation and, beside it, one right pane.

import { useEffect } from "react";
import { openNotificationsWith } from "../../commands/notifications";
import { followAddress, leaveClosed } from "../../router/open";
import { useLocation } from "../../router/navigation";
import { go } from "../../router/go";
import { activeConversation, useSelector, useSpace } from "../../store/hooks";
import { spaceSummary, titleOf } from "../../store/selectors";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { classes } from "../../ui/classes";
import { Rail } from "../rail/Rail";
import { RightPane } from "../right/RightPane";
import { Sidebar } from "../sidebar/Sidebar";
import { Conversation } from "./Conversation";
import { ConnectionBanner } from "./ConnectionBanner";
import { useShortcuts } from "./shortcuts";

export function Shell() {
  const location = useLocation();
  const isEmbedded = location.kind === "embed";
  const sidebarOpen = useSelector((state) => state.ui.sidebarOpen);
  const hasRight = useSelector((state) => state.ui.right !== null);
  const phase = useSpace((space) => space.connection.phase, "idle");
  const transport = useSpace((space) => space.connection.transport, "websocket");
  useEffect(followAddress, []);
  useEffect(() => openNotificationsWith((message) => void go.message(message)), []);
  useEffect(() => store.subscribe(leaveClosed), []);
  useShortcuts();
  useTitle();
  return (
    <div data-connection={phase} data-transport={transport}
      className={classes("shell", sidebarOpen && "sidebar-open", hasRight && "has-right", isEmbedded && "embedded",
        location.kind === "embed" && location.what === "thread" && "embedded-thread")}>
      {!isEmbedded && (
        <div className="drawer">
          <Rail />
          <Sidebar />
        </div>
      )}
      {!isEmbedded && sidebarOpen && (
        <button type="button" className="scrim" aria-label={strings.sidebar.close}
          onClick={() => store.dispatch({ type: "ui/sidebar", open: false })} />
      )}
      <main className="main">
        <ConnectionBanner />
        <Conversation />
      </main>
      <RightPane onClose={() => go.closePane()} />
    </div>
  );
}

function useTitle(): void {
  const title = useSelector((state) => {
    const conversation = activeConversation(state);
    const space = conversation && state.ui.workspaceID ? state.spaces[state.ui.workspaceID] : undefined;
    const workspace = state.workspaces.find((known) => known.id === state.ui.workspaceID);
    const all = Object.values(state.spaces).map(spaceSummary);
    const badge = all.reduce((sum, summary) => sum + summary.badge, 0);
    const mark = badge ? `(${badge}) ` : all.some((summary) => summary.unread) ? "• " : "";
    const name = conversation && space ? `${titleOf(conversation, space.me)} · ` : "";
    return `${mark}${name}${workspace?.name ?? strings.product}`;
  });
  useEffect(() => void (document.title = title), [title]);
  const attention = useSelector((state) => Object.values(state.spaces).some((space) => spaceSummary(space).badge > 0));
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) icon.href = attention ? "/assets/favicon-badge.svg" : "/assets/favicon.svg";
  }, [attention]);
  // What follows, such as signing in, has no name of a conversation.
  useEffect(() => () => void (document.title = strings.product), []);
}
