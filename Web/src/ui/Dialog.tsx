import { useEffect, useId, useRef, type ReactNode } from "react";
import { strings } from "../strings";
import { IconButton } from "./Button";
import { classes } from "./classes";
import { rememberFocus } from "./focus";

/** A modal dialog: the browser traps the focus in it and gives it back to where it was. */
export function Dialog({ title, onClose, children, wide = false }: {
  title: string; onClose: () => void; children: ReactNode; wide?: boolean;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleID = useId();
  useEffect(() => {
    const giveBack = rememberFocus();
    const dialog = ref.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      // What there is to fill in comes first, not the button that closes.
      dialog.querySelector<HTMLElement>("input, textarea, select")?.focus();
    }
    return () => {
      dialog?.close();
      giveBack();
    };
  }, []);
  return (
    <dialog ref={ref} className={classes("dialog", wide && "dialog-wide")} aria-labelledby={titleID}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}>
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={titleID}>{title}</h2>
          <IconButton icon="close" label={strings.common.close} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
