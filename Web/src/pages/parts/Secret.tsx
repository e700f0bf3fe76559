import { toast } from "../../commands/report";
import { texts } from "../../strings/settings";
import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { openDialog } from "../../ui/dialogs";
import { Icon } from "../../ui/Icon";

/** Something to copy and to hand on. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const copy = () => {
    navigator.clipboard.writeText(value).then(
      () => toast(texts.frame.copied, "success"), () => toast(strings.errors.unexpected, "error"));
  };
  return (
    <div className="copy-field">
      <input readOnly value={value} aria-label={label} spellCheck={false} onFocus={(event) => event.target.select()} />
      <Button onClick={copy}><Icon name="copy" size={16} />{texts.frame.copy}</Button>
    </div>
  );
}

/** Shows a secret that the server gives out only once. */
export function showSecret(title: string, label: string, value: string, note?: string): void {
  openDialog((close) => (
    <Dialog title={title} onClose={close}>
      <p className="form-note">{texts.frame.once} {note}</p>
      <CopyField label={label} value={value} />
      <footer className="dialog-actions"><Button tone="primary" onClick={close}>{texts.frame.done}</Button></footer>
    </Dialog>
  ));
}
