import type { UIAction } from "./actions";
import type { UIState } from "./state";

const TOASTS_MAX = 4;

export function reduceUI(ui: UIState, action: UIAction): UIState {
  switch (action.type) {
    case "ui/opened":
      return {
        ...ui, workspaceID: action.workspaceID, conversationID: action.conversationID, sidebarOpen: false, landing: null,
        editing: null, topicID: null,
        newLine: action.conversationID === null || action.newLineAfter === null
          ? null
          : { conversationID: action.conversationID, afterSeq: action.newLineAfter },
      };
    case "ui/right":
      return { ...ui, right: action.right };
    case "ui/topic":
      return { ...ui, topicID: action.topicID, landing: null, editing: null };
    case "ui/sidebar":
      return { ...ui, sidebarOpen: action.open };
    case "ui/landing":
      return {
        ...ui,
        landing: action.messageID === null
          ? null
          : { messageID: action.messageID, request: (ui.landing?.request ?? 0) + 1 },
      };
    case "ui/editing":
      return { ...ui, editing: action.messageID };
    case "ui/quoting":
      return { ...ui, quoting: quotingChanged(ui.quoting, action.placeID, action.messageID), editing: null };
    case "ui/newLineCleared":
      return ui.newLine ? { ...ui, newLine: null } : ui;
    case "ui/toast":
      return { ...ui, toasts: [...ui.toasts, action.toast].slice(-TOASTS_MAX) };
    case "ui/toastClosed":
      return { ...ui, toasts: ui.toasts.filter((toast) => toast.id !== action.id) };
    case "ui/updateReady":
      return { ...ui, updateReady: true };
  }
}

function quotingChanged(quoting: UIState["quoting"], placeID: string, messageID: string | null): UIState["quoting"] {
  if (messageID !== null) return { ...quoting, [placeID]: messageID };
  const { [placeID]: _ended, ...others } = quoting;
  return others;
}
