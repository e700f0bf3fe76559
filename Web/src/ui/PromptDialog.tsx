import { useState } from "react";
import { strings } from "../strings";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { openDialog } from "./dialogs";
import { TextField } from "./Field";

interface Question {
  title: string;
  label: string;
  action: string;
}

/** Asks for one name. */
export function askName(question: Question, onName: (name: string) => void): void {
  openDialog((close) => <PromptDialog question={question} onClose={close} onName={onName} />);
}

function PromptDialog({ question, onClose, onName }: {
  question: Question; onClose: () => void; onName: (name: string) => void;
}) {
  const [name, setName] = useState("");
  return (
    <Dialog title={question.title} onClose={onClose}>
      <form className="form" onSubmit={(event) => {
        event.preventDefault();
        if (!name.trim()) return;
        onClose();
        onName(name.trim());
      }}>
        <TextField label={question.label} value={name} maxLength={80} autoFocus required
          onChange={(event) => setName(event.target.value)} />
        <footer className="dialog-actions">
          <Button tone="quiet" onClick={onClose}>{strings.common.cancel}</Button>
          <Button tone="primary" type="submit">{question.action}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
