// Light or dark: the system's choice unless someone chose.

import { tabs } from "../realtime/tabs";

export type Theme = "system" | "light" | "dark";
const KEY = "clickclack.theme";

export function currentTheme(): Theme {
  const theme = localStorage.getItem(KEY);
  return theme === "light" || theme === "dark" ? theme : "system";
}

export function chooseTheme(theme: Theme): void {
  if (theme === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  applyTheme(theme);
  tabs.tell({ type: "theme", theme });
}

function applyTheme(theme: string): void {
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
  else delete document.documentElement.dataset["theme"];
}

tabs.listen((message) => {
  if (message.type === "theme") applyTheme(message.theme);
});
