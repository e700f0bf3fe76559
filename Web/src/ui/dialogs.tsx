// Dialogs that are opened from commands: `openDialog((close) => <SomeDialog onClose={close} />)`.

import { Fragment, useSyncExternalStore, type ReactNode } from "react";

type Opened = { id: number; content: ReactNode };
let opened: readonly Opened[] = [];
let last = 0;
const listeners = new Set<() => void>();

function change(next: readonly Opened[]): void {
  opened = next;
  listeners.forEach((listener) => listener());
}

export function openDialog(render: (close: () => void) => ReactNode): () => void {
  const id = ++last;
  const close = () => change(opened.filter((dialog) => dialog.id !== id));
  change([...opened, { id, content: render(close) }]);
  return close;
}

export function DialogHost() {
  const dialogs = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => opened);
  return <>{dialogs.map((dialog) => <Fragment key={dialog.id}>{dialog.content}</Fragment>)}</>;
}
