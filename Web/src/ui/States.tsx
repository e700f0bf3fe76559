// What stands where there is nothing to show: not yet, nothing, or not any more.

import type { ReactNode } from "react";
import { strings } from "../strings";
import { Button } from "./Button";
import { Crab } from "./Crab";

export function EmptyState({ title, children, mood }: { title: string; children?: ReactNode; mood?: "calm" | "puzzled" | "asleep" }) {
  return (
    <div className="state">
      <Crab mood={mood ?? "calm"} />
      <p className="state-title">{title}</p>
      {children && <div className="state-text">{children}</div>}
    </div>
  );
}

export function ErrorState({ message, onRetry }: { message: string; onRetry?: () => void }) {
  return (
    <div className="state" role="alert">
      <Crab mood="puzzled" />
      <p className="state-title">{strings.errors.title}</p>
      <div className="state-text">{message}</div>
      {onRetry && <Button tone="primary" onClick={onRetry}>{strings.errors.tryAgain}</Button>}
    </div>
  );
}

/** The shape of what is being loaded. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div className="skeleton" role="status" aria-label={strings.common.loading}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="skeleton-row" aria-hidden="true">
          <span className="skeleton-avatar" />
          <span className={`skeleton-lines skeleton-lines-${index % 3}`}><i /><i /></span>
        </div>
      ))}
    </div>
  );
}
