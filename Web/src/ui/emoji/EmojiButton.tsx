import { lazy, Suspense, useCallback, useRef, useState } from "react";
import { strings } from "../../strings";
import { IconButton } from "../Button";
import { Popover } from "../Popover";

const EmojiPicker = lazy(() => import("./EmojiPicker"));

/** A button that opens the picker, which is loaded at the first use. */
export function EmojiButton({ label, onPick, className, onOpenChange }: {
  label: string; onPick: (emoji: string) => void; className?: string; onOpenChange?: (open: boolean) => void;
}) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const change = useCallback((next: boolean) => {
    setOpen(next);
    onOpenChange?.(next);
  }, [onOpenChange]);
  const close = useCallback(() => change(false), [change]);
  return (
    <>
      <IconButton ref={anchor} icon="smile" label={label} {...(className && { className })} aria-haspopup="dialog"
        aria-expanded={open} onClick={() => change(!open)} />
      {open && (
        <Popover anchor={anchor} onClose={close} label={strings.emoji.picker}>
          <Suspense fallback={<div className="emoji-picker" />}>
            <EmojiPicker onPick={(emoji) => {
              close();
              onPick(emoji);
            }} />
          </Suspense>
        </Popover>
      )}
    </>
  );
}
