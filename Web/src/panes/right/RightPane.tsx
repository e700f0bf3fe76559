import { Suspense, useEffect, useRef, type ComponentType } from "react";
import { useSelector } from "../../store/hooks";
import type { RightPane as Pane } from "../../store/state";
import { strings } from "../../strings";
import { IconButton } from "../../ui/Button";
import { rememberFocus } from "../../ui/focus";
import { ErrorBoundary } from "../../ui/ErrorBoundary";
import { Skeleton } from "../../ui/States";
import { rightPanes } from "./registry";

// The focus goes back to where the pane was opened from.
function useFocusReturn(kind: string | null): void {
  const giveBack = useRef<(() => void) | null>(null);
  if (kind !== null && giveBack.current === null) giveBack.current = rememberFocus();
  useEffect(() => {
    if (kind !== null) return;
    const isFree = document.activeElement === null || document.activeElement === document.body;
    if (isFree) giveBack.current?.();
    giveBack.current = null;
  }, [kind]);
}

export function RightPane({ onClose }: { onClose: () => void }) {
  const pane = useSelector((state) => state.ui.right);
  const workspaceID = useSelector((state) => state.ui.workspaceID);
  useFocusReturn(pane?.kind ?? null);
  if (!pane || !workspaceID) return null;
  const { title, component } = rightPanes[pane.kind];
  const Content = component as ComponentType<{ pane: Pane; workspaceID: string }>;
  return (
    <aside className="right" aria-label={title}>
      <header className="heading">
        <IconButton icon="back" label={strings.common.back} className="only-narrow" onClick={onClose} />
        <h2>{title}</h2>
        <span className="heading-actions">
          <IconButton icon="close" label={strings.common.close} className="only-wide" onClick={onClose} />
        </span>
      </header>
      <ErrorBoundary key={pane.kind}>
        <Suspense fallback={<Skeleton />}><Content pane={pane} workspaceID={workspaceID} /></Suspense>
      </ErrorBoundary>
    </aside>
  );
}
