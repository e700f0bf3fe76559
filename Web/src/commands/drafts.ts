// What was written but not sent: survives a reload and follows to the other tabs.

import { tabs } from "../realtime/tabs";

const prefix = "clickclack.draft.";

export const drafts = {
  read: (key: string): string => localStorage.getItem(prefix + key) ?? "",
  write(key: string, text: string): void {
    if (text === drafts.read(key)) return;
    if (text) localStorage.setItem(prefix + key, text);
    else localStorage.removeItem(prefix + key);
    tabs.tell({ type: "draft", key, text });
  },
  /** Hears what other tabs write. */
  listen: (key: string, listener: (text: string) => void): (() => void) =>
    tabs.listen((message) => {
      if (message.type === "draft" && message.key === key) listener(message.text);
    }),
};
