// Keys that work everywhere in the chat.

import { useEffect } from "react";
import { go } from "../../router/go";
import { store } from "../../store/store";

export interface Shortcut {
  /** The key as in KeyboardEvent.key, lower case. */
  key: string;
  /** Whether Ctrl (or Cmd) must be held. */
  command: boolean;
  run: () => void;
}

/** All shortcuts; the help sheet lists them too. */
export const shortcuts: Shortcut[] = [
  { key: "f", command: true, run: () => go.pane({ kind: "search", q: "" }) },
];

export function useShortcuts(): void {
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (event.key === "Escape") {
        const { ui } = store.getState();
        if (ui.sidebarOpen) store.dispatch({ type: "ui/sidebar", open: false });
        else if (ui.right) go.closePane();
        return;
      }
      const command = event.ctrlKey || event.metaKey;
      const shortcut = shortcuts.find((known) => known.key === event.key.toLowerCase() && known.command === command);
      if (!shortcut || event.altKey) return;
      event.preventDefault();
      shortcut.run();
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
}
