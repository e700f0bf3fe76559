// Runs before the first paint, so that the page never flashes in the wrong colours. See commands/appearance.ts.

import { darkSystem, showColours } from "./colours";

for (const name of ["board", "layout", "density"]) {
  const chosen = localStorage.getItem(`clickclack.${name}`);
  if (chosen) document.documentElement.dataset[name] = chosen;
}
showColours();
darkSystem.addEventListener("change", showColours);
