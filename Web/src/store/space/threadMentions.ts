// Replies in threads that mention me, until their thread was seen. Threads have no read pointer on the server, so these are
// what was told while this client listened.

import type { Space, ThreadMention } from "../state";

const MENTIONS_MAX = 200;

export function threadMentioned(space: Space, mention: ThreadMention): Space {
  return { ...space, threadMentions: [...space.threadMentions, mention].slice(-MENTIONS_MAX) };
}

/** A thread was seen as it was at some event. */
export function threadSeen(space: Space, rootID: string, asOf: string): Space {
  const threadMentions = space.threadMentions.filter((mention) => mention.rootID !== rootID || mention.cursor > asOf);
  return threadMentions.length === space.threadMentions.length ? space : { ...space, threadMentions };
}
