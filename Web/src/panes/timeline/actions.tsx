// What can be done with a message. The toolbar, the menu and the keyboard all read this list: a new action is a new entry.

import type { Message } from "../../api";
import { copyLink, copyText, deleteMessage, pin, quote } from "../../commands/messages";
import { go } from "../../router/go";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { confirm } from "../../ui/ConfirmDialog";
import type { IconName } from "../../ui/Icon";

export interface ActionContext {
  isPinned: boolean;
  isMine: boolean;
  inThread: boolean;
}

export interface MessageAction {
  id: string;
  label: string;
  icon: IconName;
  danger?: boolean;
  /** Whether it stands in the toolbar beside the message, not only in the menu. */
  prominent?: boolean;
  applies: (message: Message, context: ActionContext) => boolean;
  run: (message: Message) => void;
}

export const messageActions: readonly MessageAction[] = [
  {
    id: "reply", label: strings.message.reply, icon: "thread", prominent: true,
    applies: (_message, context) => !context.inThread,
    run: (message) => void go.thread(message),
  },
  {
    id: "edit", label: strings.message.edit, icon: "edit", prominent: true,
    applies: (message, context) => context.isMine && !message.deleted_at,
    run: (message) => store.dispatch({ type: "ui/editing", messageID: message.id }),
  },
  {
    id: "quote", label: strings.message.quote, icon: "quote",
    applies: (message) => !message.deleted_at,
    run: quote,
  },
  { id: "link", label: strings.message.copyLink, icon: "link", applies: () => true, run: (message) => void copyLink(message) },
  {
    id: "copy", label: strings.message.copyText, icon: "copy",
    applies: (message) => !message.deleted_at,
    run: (message) => void copyText(message),
  },
  {
    id: "pin", label: strings.message.pin, icon: "pin",
    applies: (message, context) =>
      !context.isPinned && !!message.channel_id && !message.deleted_at && !message.parent_message_id,
    run: (message) => void pin(message, true),
  },
  {
    id: "unpin", label: strings.message.unpin, icon: "pin",
    applies: (_message, context) => context.isPinned,
    run: (message) => void pin(message, false),
  },
  {
    id: "delete", label: strings.message.remove, icon: "trash", danger: true,
    applies: (message, context) => context.isMine && !message.deleted_at,
    run: (message) =>
      confirm(
        { title: strings.message.removeTitle, text: strings.message.removeText, action: strings.message.remove },
        () => void deleteMessage(message)),
  },
];
