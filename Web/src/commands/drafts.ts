// What was written but not sent: survives a reload and follows to the other tabs.

import { kept } from "../kept";
import { tabs } from "../realtime/tabs";
import { me } from "../store/selectors";
import { store } from "../store/store";

/** Where something that is not sent yet is kept: apart for each account that signs in at this browser. */
export const draftKey = (kind: "draft" | "files", key: string): string =>
  `clickclack.${kind}.${me(store.getState())?.id ?? ""}.${key}`;

export const drafts = {
  read: (key: string): string => kept.getItem(draftKey("draft", key)) ?? "",
  write(key: string, text: string): void {
    // Not compared with what is stored: another tab's text may be shown here before it can be read here.
    if (text) kept.setItem(draftKey("draft", key), text);
    else kept.removeItem(draftKey("draft", key));
    tabs.tell({ type: "draft", key, text });
  },
  /** Hears what other tabs write. */
  listen: (key: string, listener: (text: string) => void): (() => void) =>
    tabs.listen((message) => {
      if (message.type === "draft" && message.key === key) listener(message.text);
    }),
};
