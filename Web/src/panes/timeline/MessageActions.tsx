import { useCallback, useState } from "react";
import type { Message } from "../../api";
import { toggleReaction } from "../../commands/messages";
import { strings } from "../../strings";
import { IconButton } from "../../ui/Button";
import { classes } from "../../ui/classes";
import { EmojiButton } from "../../ui/emoji/EmojiButton";
import { MenuButton } from "../../ui/Menu";
import { messageActions, type ActionContext } from "./actions";

/** The toolbar of a message, there while the message is pointed at, focused or has something open. */
export function MessageActions({ message, onOpenChange, ...context }: {
  message: Message; onOpenChange: (open: boolean) => void;
} & ActionContext) {
  const [open, setOpen] = useState(false);
  const change = useCallback((next: boolean) => {
    setOpen(next);
    onOpenChange(next);
  }, [onOpenChange]);
  const actions = messageActions.filter((action) => action.applies(message, context));
  return (
    <div className={classes("message-actions", open && "open")} role="group" aria-label={strings.message.actions}>
      {!message.deleted_at && (
        <EmojiButton label={strings.message.react} onPick={(emoji) => void toggleReaction(message, emoji)}
          onOpenChange={change} />
      )}
      {actions.filter((action) => action.prominent).map((action) => (
        <IconButton key={action.id} icon={action.icon} label={action.label} onClick={() => action.run(message)} />
      ))}
      <MenuButton label={strings.common.more} onOpenChange={change}
        items={() => actions.map((action) => ({
          id: action.id, label: action.label, icon: action.icon, danger: action.danger ?? false,
          onSelect: () => action.run(message),
        }))} />
    </div>
  );
}
