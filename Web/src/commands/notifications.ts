// Notifications of the browser: off until someone turns them on here, and then as each channel's preference says.

import { api, type Message, type ServerEvent } from "../api";
import { kept } from "../kept";
import { isWorthNoticing } from "../store/notices";
import { titleOf } from "../store/selectors";
import { placeOf } from "../store/space/events";
import type { Conversation, Space, State } from "../store/state";
import { store } from "../store/store";
import { strings } from "../strings";
import { loadPreference } from "./channels";
import { toast } from "./report";

const KEY = "clickclack.notifications";
/** What is older was missed while there was no connection: the badges tell of it. */
const FRESH_MS = 60_000;
const TEXT_MAX = 240;

let openMessage: (message: Message) => void = () => undefined;

/** What a press on a notification does. */
export function openNotificationsWith(open: (message: Message) => void): void {
  openMessage = open;
}

export type NotificationState = "on" | "off" | "blocked" | "unsupported";

export function notificationState(): NotificationState {
  if (typeof Notification === "undefined") return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  return Notification.permission === "granted" && kept.getItem(KEY) === "on" ? "on" : "off";
}

/** Asks the browser for permission where needed. Must come from a press of the person. */
export async function turnOnNotifications(): Promise<NotificationState> {
  if (typeof Notification !== "undefined" && (await Notification.requestPermission()) === "granted") {
    kept.setItem(KEY, "on");
    toast(strings.notifications.turnedOn, "success");
  } else {
    toast(strings.notifications.blocked, "error");
  }
  return notificationState();
}

export function turnOffNotifications(): void {
  kept.setItem(KEY, "off");
}

/** Shows a notification for an event that asks for one. */
export async function notice(workspaceID: string, event: ServerEvent): Promise<void> {
  if (event.type !== "message.created" && event.type !== "thread.reply_created") return;
  if (notificationState() !== "on" || Date.now() - new Date(event.created_at).getTime() > FRESH_MS) return;
  const space = store.getState().spaces[workspaceID];
  const conversation = space?.conversations[placeOf(event)];
  if (!space || !conversation) return;
  try {
    const preference = conversation.channel ? await loadPreference(workspaceID, conversation.id) : "all";
    if (!isWorthNoticing(event, space, preference, isLookedAt(store.getState(), conversation))) return;
    const message = await api.messages.get(String(event.payload?.["message_id"] ?? ""));
    if (message.author_id !== space.me && !message.deleted_at) show(message, conversation, space);
  } catch (error) {
    // The badge is there all the same.
    console.info("no notification", error);
  }
}

const isLookedAt = (state: State, conversation: Conversation): boolean =>
  !document.hidden && document.hasFocus() && state.ui.conversationID === conversation.id;

function show(message: Message, conversation: Conversation, space: Space): void {
  const name = message.author?.display_name ?? strings.message.unknownAuthor;
  const title = conversation.channel ? strings.notifications.inChannel(name, titleOf(conversation, space.me)) : name;
  // Tabs share the tag, so that a message is shown once.
  const notification = new Notification(title, {
    body: message.body.slice(0, TEXT_MAX), tag: message.id, icon: "/assets/favicon.svg",
  });
  notification.onclick = () => {
    window.focus();
    notification.close();
    openMessage(message);
  };
}
