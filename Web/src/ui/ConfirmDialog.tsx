import { strings } from "../strings";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { openDialog } from "./dialogs";

/** Asks before something that can't be undone. */
export function confirm(question: { title: string; text: string; action: string }, onConfirm: () => void): void {
  openDialog((close) => (
    <Dialog title={question.title} onClose={close}>
      <p>{question.text}</p>
      <footer className="dialog-actions">
        <Button tone="quiet" onClick={close}>{strings.common.cancel}</Button>
        <Button tone="danger" onClick={() => {
          close();
          onConfirm();
        }}>{question.action}</Button>
      </footer>
    </Dialog>
  ));
}
