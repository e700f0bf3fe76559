import { keptInTab } from "../../kept";

const PREFIX = "clickclack.fragment.";

/**
 * The token behind the `#` of a link, which browsers send to no server. It leaves the address bar at once, so that it does
 * not stay in the history; `keep` remembers it for this tab, for when signing in leads elsewhere and back.
 */
export function takeToken(page: string, keep = false): string {
  const token = decodeURIComponent(location.hash.slice(1)).trim();
  if (token) {
    history.replaceState(null, "", location.pathname + location.search);
    if (keep) keptInTab.setItem(PREFIX + page, token);
    return token;
  }
  return keep ? keptInTab.getItem(PREFIX + page) ?? "" : "";
}

export const forgetToken = (page: string): void => keptInTab.removeItem(PREFIX + page);
