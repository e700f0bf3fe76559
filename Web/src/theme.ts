// Runs before the first paint, so that the page never flashes in the wrong colours. See commands/appearance.ts.

for (const name of ["theme", "board", "layout", "density"]) {
  const chosen = localStorage.getItem(`clickclack.${name}`);
  if (chosen) document.documentElement.dataset[name] = chosen;
}

export {};
