import { useState } from "react";
import type { Message } from "../../api";
import { toggleReaction } from "../../commands/messages";
import { useSpace } from "../../store/hooks";
import { isPinned } from "../../store/space/pins";
import { strings } from "../../strings";
import { IconButton } from "../../ui/Button";
import { classes } from "../../ui/classes";
import { EmojiButton } from "../../ui/emoji/EmojiButton";
import { MenuButton } from "../../ui/Menu";
import { messageActions } from "./actions";

/** The toolbar of a message, shown while it is pointed at, focused or has something open. */
export function MessageActions({ message, isMine, inThread }: { message: Message; isMine: boolean; inThread: boolean }) {
  const [open, setOpen] = useState(false);
  const pinned = useSpace((space) => isPinned(space, message), false);
  const actions = messageActions.filter((action) => action.applies(message, { isMine, inThread, isPinned: pinned }));
  return (
    <div className={classes("message-actions", open && "open")} role="group" aria-label={strings.message.actions}>
      {!message.deleted_at && (
        <EmojiButton label={strings.message.react} onPick={(emoji) => void toggleReaction(message, emoji)}
          onOpenChange={setOpen} />
      )}
      {actions.filter((action) => action.prominent).map((action) => (
        <IconButton key={action.id} icon={action.icon} label={action.label} onClick={() => action.run(message)} />
      ))}
      <MenuButton label={strings.common.more} onOpenChange={setOpen}
        items={() => actions.map((action) => ({
          id: action.id, label: action.label, icon: action.icon, danger: action.danger ?? false,
          onSelect: () => action.run(message),
        }))} />
    </div>
  );
}
