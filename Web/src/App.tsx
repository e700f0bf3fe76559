// What is shown as a whole: sign-in, a page of its own, or the chat.

import { lazy, Suspense } from "react";
import { startSession } from "./commands/session";
import { FirstWorkspace } from "./pages/FirstWorkspace";
import { pages } from "./pages/registry";
import { Shell } from "./panes/shell/Shell";
import { useLocation } from "./router/navigation";
import { useSelector } from "./store/hooks";
import { DialogHost } from "./ui/dialogs";
import { ErrorBoundary } from "./ui/ErrorBoundary";
import { ErrorState, Skeleton } from "./ui/States";
import { Toasts } from "./ui/Toasts";
import { Tooltips } from "./ui/Tooltips";

const SignIn = lazy(() => import("./pages/signin/SignIn"));

export function App() {
  return (
    <>
      <ErrorBoundary><Suspense fallback={<Skeleton />}><Screen /></Suspense></ErrorBoundary>
      <DialogHost />
      <Toasts />
      <Tooltips />
    </>
  );
}

function Screen() {
  const session = useSelector((state) => state.session);
  const empty = useSelector((state) => state.workspaces.length === 0);
  const location = useLocation();
  const page = location.kind === "page" ? pages[location.name] : undefined;
  if (page?.anonymous) return <page.component rest={location.kind === "page" ? location.rest : []} />;
  switch (session.status) {
    case "loading":
      return <div className="screen"><Skeleton /></div>;
    case "failed":
      return <main className="screen"><ErrorState message={session.message} onRetry={() => void startSession()} /></main>;
    case "signedOut":
      return <SignIn />;
    case "signedIn":
      if (page) return <page.component rest={location.kind === "page" ? location.rest : []} />;
      return empty ? <FirstWorkspace /> : <Shell />;
  }
}
