import type { ReactNode } from "react";
import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { useAttempt } from "./useAttempt";

/** A dialog with a form: it stays open until the server agreed, and says why when it did not. */
export function FormDialog({ title, action, danger = false, disabled = false, onSubmit, onClose, children }: {
  title: string; action: string; danger?: boolean; disabled?: boolean; onSubmit: () => Promise<unknown>; onClose: () => void;
  children: ReactNode;
}) {
  const { busy, error, attempt } = useAttempt();
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="form" onSubmit={(event) => {
        event.preventDefault();
        attempt(async () => {
          await onSubmit();
          onClose();
        });
      }}>
        {children}
        {error && <p className="form-error" role="alert">{error}</p>}
        <footer className="dialog-actions">
          <Button tone="quiet" onClick={onClose}>{strings.common.cancel}</Button>
          <Button tone={danger ? "danger" : "primary"} type="submit" busy={busy} disabled={disabled}>{action}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
