// Which colours the page has: the chosen ones, or those of the system. Styles look at the attribute `data-theme` only.

export const darkSystem = matchMedia("(prefers-color-scheme: dark)");

export function showColours(): void {
  const chosen = localStorage.getItem("clickclack.theme");
  const isDark = chosen ? chosen === "dark" : darkSystem.matches;
  document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
}
