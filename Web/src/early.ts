// Asks for what the page begins with while the client is still being loaded. Runs before everything else.

import { addresses, PAGE_MESSAGES } from "./api/address";
import type { EarlyAnswer } from "./api/early";
import type { Place } from "./api/messages";
import type { RouteTarget } from "./api/types";
import { parseLocation, type Location } from "./router/location";
import { remembered } from "./router/remembered";

const PATIENCE_MS = 10_000;

const answers = new Map<string, Promise<EarlyAnswer>>();

function ask(address: string): Promise<EarlyAnswer> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  const answer = fetch(address, {
    headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store", signal: patience.signal,
  }).then(async (response) => ({ status: response.status, text: await response.text() }))
    .finally(() => clearTimeout(timer));
  answers.set(address, answer);
  return answer;
}

// The position of the log first, then what it stands for.
async function begin(workspace: string, place: Place | null): Promise<void> {
  // The client may have been faster.
  if (window.earlyAnswers !== answers) return;
  if ((await ask(addresses.tail(workspace))).status !== 200 || window.earlyAnswers !== answers) return;
  const { channels, directs, messages } = addresses;
  await Promise.all([
    ...(place ? [ask(messages(place, { limit: PAGE_MESSAGES }))] : []), ask(channels(workspace)), ask(directs(workspace)),
  ]);
}

async function beginShown(location: Location): Promise<void> {
  if (location.kind === "target" || location.kind === "embed") {
    const answer = await ask(addresses.route(location.workspace, location.target));
    if (answer.status !== 200) return;
    const { route } = JSON.parse(answer.text) as { route: RouteTarget };
    // Around which message a page would have to be is not known here.
    const isNewest = route.target_type !== "thread" && !(location.kind === "target" && location.messageID);
    return begin(route.workspace_id, isNewest ? placeNamed(route.target_id) : null);
  }
  const workspace = remembered.workspace();
  const conversation = workspace && remembered.conversation(workspace);
  if (conversation && (location.kind === "home" || (location.kind === "workspace" && location.workspace === workspace))) {
    return begin(workspace, placeNamed(conversation));
  }
}

const placeNamed = (id: string): Place => ({ kind: id.startsWith("dm_") ? "direct" : "channel", id });

/** The client would ask for each of these, one after the other. Whatever fails here, it asks for itself. */
export async function askEarly(): Promise<void> {
  const location = parseLocation(window.location.pathname, window.location.search);
  if (location.kind === "page") return;
  window.earlyAnswers = answers;
  await Promise.all([ask(addresses.me), ask(addresses.workspaces), beginShown(location)]);
}
