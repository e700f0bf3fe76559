import { Component, type ReactNode } from "react";
import { strings } from "../strings";
import { ErrorState } from "./States";

/** Keeps the rest of the page when a part of it fails. A part that can't be loaded any more needs a newer page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <ErrorState message={strings.errors.broken} onRetry={() => location.reload()} />;
  }
}
