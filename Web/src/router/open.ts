// Makes the state follow the address: which workspace, conversation, pane and message are shown.

import { ApiError, api, type RouteTarget, type Workspace } from "../api";
import { keepLive } from "../commands/live";
import { loadAround } from "../commands/pages";
import { report, toast } from "../commands/report";
import { dispatchTo } from "../commands/space";
import { loadMembers } from "../commands/workspaces";
import { unreadCount } from "../store/selectors";
import type { Conversation, RightPane, Space } from "../store/state";
import { store } from "../store/store";
import { strings } from "../strings";
import { targetAddress, workspaceAddress, type Location } from "./location";
import { currentLocation, navigate, onNavigation } from "./navigation";
import { remembered } from "./remembered";

/** What is further from the end than this may not be among the newest messages. */
const FAR = 60;
let turn = 0;

/** Follows the address from now on. */
export function followAddress(): () => void {
  const stop = onNavigation(() => void follow());
  void follow();
  return stop;
}

async function follow(): Promise<void> {
  const mine = ++turn;
  try {
    await apply(currentLocation(), () => mine === turn);
  } catch (error) {
    if (mine === turn) report(error);
  }
}

async function apply(location: Location, isCurrent: () => boolean): Promise<void> {
  if (location.kind === "page") return;
  const { workspaces } = store.getState();
  if (location.kind === "home") {
    const workspace = workspaces.find((known) => known.id === remembered.workspace()) ?? workspaces[0];
    if (workspace) navigate(workspaceAddress(workspace.route_id), { replace: true });
    return;
  }
  const workspace = workspaces.find((known) => [known.route_id, known.id].includes(location.workspace));
  if (!workspace) {
    toast(strings.errors.noSuchPlace, "error");
    return navigate("/app", { replace: true });
  }
  if (location.kind !== "embed") remembered.setWorkspace(workspace.id);
  keepLive(workspaces, workspace.id);
  void loadMembers(workspace.id);
  const space = await whenListed(workspace.id);
  if (!isCurrent()) return;
  if (location.kind === "workspace") return openDefault(workspace, space);
  const messageID = location.kind === "target" ? location.messageID : null;
  const pane = location.kind === "target" ? location.pane : null;
  const known = Object.values(space.conversations)
    .find((conversation) => [conversation.routeID, conversation.id].includes(location.target));
  if (known) {
    const right = pane ? { ...pane, conversationID: known.id } as RightPane : null;
    return show(workspace, known, right, messageID, isCurrent);
  }
  await openResolved(workspace, location.target, messageID, isCurrent);
}

async function openResolved(
  workspace: Workspace, target: string, messageID: string | null, isCurrent: () => boolean,
): Promise<void> {
  let route: RouteTarget;
  try {
    route = await api.workspaces.resolve(workspace.route_id, target);
  } catch (error) {
    if (!(error instanceof ApiError) || ![400, 403, 404].includes(error.status)) throw error;
    toast(strings.errors.noSuchPlace, "error");
    if (isCurrent()) navigate(workspaceAddress(workspace.route_id), { replace: true });
    return;
  }
  const isThread = route.target_type === "thread";
  const conversation = await conversationWith(workspace.id, isThread ? route.parent_id ?? "" : route.target_id);
  if (!isCurrent() || !conversation) return;
  const right: RightPane | null = isThread ? { kind: "thread", rootID: route.target_id } : null;
  await show(workspace, conversation, right, messageID ?? (isThread ? route.target_id : null), isCurrent);
}

// A direct conversation that was closed is not in the list.
async function conversationWith(workspaceID: string, id: string): Promise<Conversation | null> {
  const known = () => store.getState().spaces[workspaceID]?.conversations[id] ?? null;
  if (!known() && id.startsWith("dm_")) {
    dispatchTo(workspaceID, { type: "conversations/added", direct: await api.directs.get(id) });
  }
  return known();
}

async function show(
  workspace: Workspace, conversation: Conversation, right: RightPane | null, messageID: string | null,
  isCurrent: () => boolean,
): Promise<void> {
  const { ui } = store.getState();
  const already = ui.workspaceID === workspace.id && ui.conversationID === conversation.id;
  let landing: string | null = null;
  // A thread that is opened beside its conversation leaves the timeline where it is.
  const threadOnly = already && right?.kind === "thread" && right.rootID === messageID;
  if (messageID && !threadOnly) landing = await prepareLanding(workspace.id, conversation, messageID);
  const newLineAfter = already ? null : newLineOf(conversation);
  if (!landing && newLineAfter !== null && conversation.lastSeq - newLineAfter > FAR) {
    await loadAround(workspace.id, conversation, newLineAfter + 1);
  }
  if (!isCurrent()) return;
  if (!already) {
    remembered.setConversation(workspace.id, conversation.id);
    store.dispatch({
      type: "ui/opened", workspaceID: workspace.id, conversationID: conversation.id,
      newLineAfter,
    });
  } else if (ui.sidebarOpen) {
    store.dispatch({ type: "ui/sidebar", open: false });
  }
  // A message is shown among all, not among those of a topic.
  if (already && landing && store.getState().ui.topicID) store.dispatch({ type: "ui/topic", topicID: null });
  store.dispatch({ type: "ui/right", right });
  if (landing) store.dispatch({ type: "ui/landing", messageID: landing });
}

// Who was never in a long conversation begins at its end, not at its beginning.
function newLineOf(conversation: Conversation): number | null {
  const unread = unreadCount(conversation);
  return unread === 0 || (conversation.readSeq === 0 && unread > FAR) ? null : conversation.readSeq;
}

// A message that is not there leads to its conversation all the same.
async function prepareLanding(
  workspaceID: string, conversation: Conversation, messageID: string,
): Promise<string | null> {
  try {
    const message = await api.messages.get(messageID);
    const seq = message.parent_message_id
      ? (await api.messages.get(message.thread_root_id)).channel_seq
      : message.channel_seq;
    if (seq !== undefined) await loadAround(workspaceID, conversation, seq);
    return messageID;
  } catch (error) {
    if (!(error instanceof ApiError) || ![400, 403, 404].includes(error.status)) throw error;
    toast(strings.errors.noSuchMessage, "error");
    return null;
  }
}

let left: string | null = null;

/** Leaves a conversation that is not open to the person any more, once. */
export function leaveClosed(): void {
  const { ui, spaces } = store.getState();
  const space = ui.workspaceID === null ? undefined : spaces[ui.workspaceID];
  if (!space || ui.conversationID === null || space.conversationsAsOf === null) return;
  if (space.conversations[ui.conversationID]) {
    left = null;
    return;
  }
  if (left === ui.conversationID) return;
  left = ui.conversationID;
  toast(strings.errors.conversationGone, "info");
  const workspace = store.getState().workspaces.find((known) => known.id === space.id);
  if (workspace) navigate(workspaceAddress(workspace.route_id), { replace: true });
}

function openDefault(workspace: Workspace, space: Space): void {
  const all = Object.values(space.conversations)
    .filter((conversation) => !conversation.channel?.archived_at && !conversation.closed);
  const last = remembered.conversation(workspace.id);
  const found = all.find((conversation) => conversation.id === last)
    ?? all.find((conversation) => conversation.channel?.name === "general")
    ?? all[0];
  if (found) return navigate(targetAddress(workspace.route_id, found.routeID), { replace: true });
  store.dispatch({ type: "ui/opened", workspaceID: workspace.id, conversationID: null, newLineAfter: null });
}

function whenListed(workspaceID: string): Promise<Space> {
  const listed = () => {
    const space = store.getState().spaces[workspaceID];
    return space && space.conversationsAsOf !== null ? space : null;
  };
  return new Promise((resolve) => {
    const now = listed();
    if (now) return resolve(now);
    const unsubscribe = store.subscribe(() => {
      const space = listed();
      if (!space) return;
      unsubscribe();
      resolve(space);
    });
  });
}
