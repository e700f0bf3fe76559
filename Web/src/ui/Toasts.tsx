import { useEffect } from "react";
import { strings } from "../strings";
import { useSelector } from "../store/hooks";
import type { Toast } from "../store/state";
import { store } from "../store/store";
import { IconButton } from "./Button";
import { classes } from "./classes";

const LIFE_MS = 5_000;

export function Toasts() {
  const toasts = useSelector((state) => state.ui.toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => <ToastCard key={toast.id} toast={toast} />)}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const close = () => store.dispatch({ type: "ui/toastClosed", id: toast.id });
  useEffect(() => {
    const timer = setTimeout(close, toast.tone === "error" ? LIFE_MS * 2 : LIFE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={classes("toast", `toast-${toast.tone}`)}>
      <span>{toast.text}</span>
      <IconButton icon="close" label={strings.common.dismiss} size={14} onClick={close} />
    </div>
  );
}
