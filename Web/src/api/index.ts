// The typed client of the public API: nothing here that another program could not do.

import { auth } from "./auth";
import { channels, topics } from "./channels";
import { commands } from "./commands";
import { directs } from "./directs";
import { me } from "./me";
import { messages, pins, reactions, threads } from "./messages";
import { realtime } from "./realtime";
import { search } from "./search";
import { uploads } from "./uploads";
import { workspaces } from "./workspaces";

export const api = {
  auth, channels, commands, directs, me, messages, pins, reactions, realtime, search, threads, topics, uploads, workspaces,
};
export { ApiError } from "./client";
export { makeNonce } from "./nonce";
export * from "./types";
export type { Place } from "./messages";
