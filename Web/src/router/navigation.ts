// The address bar and the history.

import { useSyncExternalStore } from "react";
import { parseLocation, type Location } from "./location";

const listeners = new Set<() => void>();
let current = read();

function read(): { address: string; location: Location } {
  return {
    address: location.pathname + location.search, location: parseLocation(location.pathname, location.search),
  };
}

function changed(): void {
  current = read();
  for (const listener of [...listeners]) listener();
}

addEventListener("popstate", changed);

/** Goes to an address of this client. */
export function navigate(address: string, options: { replace?: boolean } = {}): void {
  // A frame in another page stays what it is; the rest of the chat opens beside that page.
  if (current.location.kind === "embed") {
    if (!options.replace) open(address, "_blank", "noopener");
    return;
  }
  if (address === current.address) {
    // Landing on the same message again is wanted.
    return changed();
  }
  history[options.replace ? "replaceState" : "pushState"](null, "", address);
  changed();
}

export const currentLocation = (): Location => current.location;
export const isEmbedded = (): boolean => current.location.kind === "embed";
export const currentAddress = (): string => current.address;

export function onNavigation(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useLocation = (): Location => useSyncExternalStore(onNavigation, currentLocation);
