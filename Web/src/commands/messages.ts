// What people do with messages that are there.

import { api, type Message } from "../api";
import { store } from "../store/store";
import type { Overlay } from "../store/state";
import { strings } from "../strings";
import { rememberEmoji } from "../ui/emoji/recents";
import { report, toast } from "./report";
import { cursorOf, dispatchTo } from "./space";

let lastOverlay = 0;
type Answer = Awaited<ReturnType<typeof api.messages.update>> | Awaited<ReturnType<typeof api.reactions.add>>;
type OverlayDraft = Overlay extends infer Each ? (Each extends Overlay ? Omit<Each, "id"> : never) : never;

export async function editMessage(message: Message, body: string): Promise<void> {
  if (body === message.body) return;
  await overlay(message, { kind: "edit", messageID: message.id, body }, () => api.messages.update(message.id, body));
}

export async function deleteMessage(message: Message): Promise<void> {
  await overlay(message, { kind: "delete", messageID: message.id }, () => api.messages.remove(message.id));
}

export async function toggleReaction(message: Message, emoji: string): Promise<void> {
  const on = !message.reactions?.some((reaction) => reaction.emoji === emoji && reaction.reacted_by_me);
  if (on) rememberEmoji(emoji);
  await overlay(message, { kind: "reaction", messageID: message.id, emoji, on }, () =>
    on ? api.reactions.add(message.id, emoji) : api.reactions.remove(message.id, emoji));
}

/** Quotes a message in the composer of where it stands: its conversation, or its thread for a reply. */
export function quote(message: Message): void {
  const placeID = message.parent_message_id
    ? message.thread_root_id
    : message.channel_id || message.direct_conversation_id || "";
  store.dispatch({ type: "ui/quoting", placeID, messageID: message.id });
}

/** Copies the address at which the message is found. */
export async function copyLink(message: Message): Promise<void> {
  try {
    const rootID = message.parent_message_id ? message.thread_root_id : message.id;
    const { route_id: route } = await api.messages.ensureRoute(rootID);
    const workspace = store.getState().workspaces.find((known) => known.id === message.workspace_id);
    const reply = message.parent_message_id ? `?message=${encodeURIComponent(message.id)}` : "";
    await navigator.clipboard.writeText(`${location.origin}/app/${workspace?.route_id ?? ""}/${route ?? ""}${reply}`);
    toast(strings.message.linkCopied, "success");
  } catch (error) {
    report(error);
  }
}

export async function copyText(message: Message): Promise<void> {
  await navigator.clipboard.writeText(message.body);
  toast(strings.message.textCopied, "success");
}

export async function pin(message: Message, on: boolean): Promise<void> {
  if (!message.channel_id) return;
  try {
    await (on ? api.pins.add(message.channel_id, message.id) : api.pins.remove(message.channel_id, message.id));
    toast(on ? strings.message.pinned : strings.message.unpinned, "success");
  } catch (error) {
    report(error);
  }
}

async function overlay(message: Message, draft: OverlayDraft, ask: () => Promise<Answer>): Promise<void> {
  const id = `overlay-${++lastOverlay}`;
  const workspaceID = message.workspace_id;
  const before = cursorOf(workspaceID);
  dispatchTo(workspaceID, { type: "overlay/added", overlay: { ...draft, id } as Overlay });
  try {
    const answer = await ask();
    // Nothing changed when the event is empty.
    const asOf = answer.event?.cursor || before;
    dispatchTo(workspaceID, {
      type: "overlay/settled", id, asOf,
      ...("message" in answer ? { message: answer.message } : { reactions: answer.reactions }),
    });
  } catch (error) {
    dispatchTo(workspaceID, { type: "overlay/dropped", id });
    report(error);
  }
}
