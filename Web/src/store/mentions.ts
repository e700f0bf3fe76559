// Whom a message mentions, by the server's rule: not inside of links or their labels, not in e-mail addresses, not
// after "@@". Code is not special.

const LINKS = /\w+:\/\/[^\s<>"\]]*|\bwww\.[^\s<>"\]]*|\[[^\]]*\]\([^)]*\)/gi;
const HANDLE = /(?<![A-Za-z0-9_@]|[A-Za-z0-9_][-+%])@([A-Za-z0-9][\w-]{1,31})(?![\w@-])/g;

/** The handles that a body mentions, in lower case. */
export function mentionedHandles(body: string): Set<string> {
  if (!body.includes("@")) return new Set();
  const text = body.replace(LINKS, " ");
  return new Set([...text.matchAll(HANDLE)].map((found) => (found[1] ?? "").toLowerCase()));
}

export const mentions = (body: string, handle: string): boolean =>
  handle !== "" && mentionedHandles(body).has(handle.toLowerCase());
