// Runs before the first paint, so that the page never flashes in the wrong colours (see commands/appearance.ts) and what it
// begins with is under way.

import { darkSystem, showColours } from "./colours";
import { askEarly } from "./early";

// The client asks again for whatever failed.
askEarly().catch(() => undefined);

for (const name of ["board", "layout", "density"]) {
  const chosen = localStorage.getItem(`clickclack.${name}`);
  if (chosen) document.documentElement.dataset[name] = chosen;
}
showColours();
darkSystem.addEventListener("change", showColours);
