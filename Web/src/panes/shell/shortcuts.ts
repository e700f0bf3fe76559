// Keys that work everywhere in the chat.

import { createElement, lazy, Suspense, useEffect, type ComponentType } from "react";
import { markRead } from "../../commands/reading";
import { kept } from "../../kept";
import { go } from "../../router/go";
import { activeConversation, activeSpace } from "../../store/hooks";
import { sidebarSections, unreadCount } from "../../store/selectors";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { openDialog } from "../../ui/dialogs";

const Switcher = lazy(() => import("../switcher/Switcher"));
const HelpSheet = lazy(() => import("./HelpSheet"));

export interface Shortcut {
  /** The key as in KeyboardEvent.key, lower case. */
  key: string;
  /** Whether Ctrl (or Cmd) must be held. */
  command: boolean;
  alt?: boolean;
  shift?: boolean;
  /** Whether it is a plain key, which must not act while someone writes. */
  plain?: boolean;
  label: string;
  group: "go" | "rest";
  run: () => void;
}

const show = (Content: ComponentType<{ onClose: () => void }>) => openDialog(
  (onClose) => createElement(Suspense, { fallback: null }, createElement(Content, { onClose })));

export const openSwitcher = () => show(Switcher);
export const openHelp = () => show(HelpSheet);

/** All shortcuts; the help sheet lists them too. */
export const shortcuts: Shortcut[] = [
  { key: "k", command: true, group: "go", label: strings.shortcuts.switcher, run: openSwitcher },
  { key: "f", command: true, group: "go", label: strings.shortcuts.search, run: () => go.pane({ kind: "search", q: "" }) },
  { key: "arrowdown", command: false, alt: true, group: "go", label: strings.shortcuts.next, run: () => step(1, false) },
  { key: "arrowup", command: false, alt: true, group: "go", label: strings.shortcuts.previous, run: () => step(-1, false) },
  {
    key: "arrowdown", command: false, alt: true, shift: true, group: "go", label: strings.shortcuts.nextUnread,
    run: () => step(1, true),
  },
  {
    key: "arrowup", command: false, alt: true, shift: true, group: "go", label: strings.shortcuts.previousUnread,
    run: () => step(-1, true),
  },
  { key: "escape", command: false, shift: true, group: "rest", label: strings.shortcuts.read, run: readAll },
  { key: "/", command: true, group: "rest", label: strings.shortcuts.help, run: openHelp },
  { key: "?", command: false, plain: true, group: "rest", label: strings.shortcuts.helpToo, run: openHelp },
];

const PLAIN_KEY = "clickclack.plainKeys";

/** Keys without Ctrl or Alt can be turned off: who speaks to the machine would press them by accident (WCAG 2.1.4). */
export const plainKeys = {
  on: (): boolean => kept.getItem(PLAIN_KEY) !== "off",
  set: (on: boolean): void => kept.setItem(PLAIN_KEY, on ? "on" : "off"),
};

const SYMBOLS: Record<string, string> = { arrowdown: "↓", arrowup: "↑", escape: "Esc" };

/** The keys as they stand on the keyboard. */
export function keysOf(shortcut: Shortcut): string[] {
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  return [
    ...(shortcut.command ? [mac ? "⌘" : "Ctrl"] : []), ...(shortcut.alt ? [mac ? "⌥" : "Alt"] : []),
    ...(shortcut.shift ? ["Shift"] : []), SYMBOLS[shortcut.key] ?? shortcut.key.toUpperCase(),
  ];
}

// To the conversation before or after the shown one, as the sidebar has them.
function step(by: 1 | -1, unreadOnly: boolean): void {
  const space = activeSpace(store.getState());
  if (!space) return;
  const { sections, directs } = sidebarSections(space);
  const all = [...sections.flatMap((section) => section.conversations), ...directs];
  const at = all.findIndex((conversation) => conversation.id === store.getState().ui.conversationID);
  for (let offset = 1; offset <= all.length; offset += 1) {
    const next = all[(((at < 0 && by < 0 ? 0 : at) + by * offset) % all.length + all.length) % all.length];
    if (next && (!unreadOnly || unreadCount(next) > 0)) return go.conversation(space.id, next);
  }
}

function readAll(): void {
  const space = activeSpace(store.getState());
  const conversation = activeConversation(store.getState());
  if (!space || !conversation) return;
  store.dispatch({ type: "ui/newLineCleared" });
  if (conversation.lastSeq > conversation.readSeq) void markRead(space.id, conversation, conversation.lastSeq);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && !!target.closest("input, textarea, select, [contenteditable]");
}

export function useShortcuts(): void {
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      const shortcut = shortcuts.find((known) => known.key === key && known.command === command
        && (known.plain || (known.shift ?? false) === event.shiftKey) && (known.alt ?? false) === event.altKey);
      if (shortcut && !(shortcut.plain && (isWriting(event.target) || !plainKeys.on()))) {
        event.preventDefault();
        return shortcut.run();
      }
      if (event.key !== "Escape" || command || event.shiftKey || event.altKey) return;
      const { ui } = store.getState();
      if (ui.sidebarOpen) store.dispatch({ type: "ui/sidebar", open: false });
      else if (ui.right) go.closePane();
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
}
