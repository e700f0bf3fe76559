// Runs before the first paint, so that the page never flashes in the wrong colours.

const chosen = localStorage.getItem("clickclack.theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset["theme"] = chosen;

export {};
