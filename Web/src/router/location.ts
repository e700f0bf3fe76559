// The addresses of the client. Pure: text in, meaning out, and back.

/** What stands in the address bar. */
export type Location =
  | { kind: "home" }
  | { kind: "workspace"; workspace: string }
  | { kind: "target"; workspace: string; target: string; messageID: string | null; pane: PaneAddress | null }
  | { kind: "embed"; what: string; workspace: string; target: string }
  /** Pages that are not conversations, such as settings: `/app/{name}/{rest}`. */
  | { kind: "page"; name: string; rest: string[] };

/** A right pane that has no address of its own. Threads have one: their route. */
export type PaneAddress = { kind: "search"; q: string; within?: string } | { kind: "pins" } | { kind: "profile"; userID: string };

const WORKSPACE = /^(T[A-Z0-9]{16}|wsp_[A-Za-z0-9-]+)$/;

export function parseLocation(pathname: string, search: string): Location {
  const [root, ...parts] = pathname.split("/").filter(Boolean).map(decode);
  const query = new URLSearchParams(search);
  if (root === "embed" && parts.length >= 3) {
    return { kind: "embed", what: parts[0] ?? "", workspace: parts[1] ?? "", target: parts[2] ?? "" };
  }
  const [first, second] = parts;
  if (root !== "app" || first === undefined) return { kind: "home" };
  if (!WORKSPACE.test(first)) return { kind: "page", name: first, rest: parts.slice(1) };
  if (second === undefined) return { kind: "workspace", workspace: first };
  return { kind: "target", workspace: first, target: second, messageID: query.get("message"), pane: paneOf(query) };
}

function paneOf(query: URLSearchParams): PaneAddress | null {
  switch (query.get("pane")) {
    case "search":
      return { kind: "search", q: query.get("q") ?? "", within: query.get("in") ?? "" };
    case "pins":
      return { kind: "pins" };
    case "profile":
      return { kind: "profile", userID: query.get("user") ?? "" };
    default:
      return null;
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    return part;
  }
}

export function targetAddress(
  workspace: string, target: string, options: { messageID?: string | null; pane?: PaneAddress | null } = {},
): string {
  const query = new URLSearchParams();
  if (options.messageID) query.set("message", options.messageID);
  if (options.pane) {
    query.set("pane", options.pane.kind);
    if (options.pane.kind === "search") {
      query.set("q", options.pane.q);
      if (options.pane.within) query.set("in", options.pane.within);
    }
    if (options.pane.kind === "profile") query.set("user", options.pane.userID);
  }
  const text = query.toString();
  return `/app/${encodeURIComponent(workspace)}/${encodeURIComponent(target)}${text ? `?${text}` : ""}`;
}

export const workspaceAddress = (workspace: string): string => `/app/${encodeURIComponent(workspace)}`;
export const pageAddress = (name: string, ...rest: string[]): string =>
  ["/app", name, ...rest].map((part, at) => (at ? encodeURIComponent(part) : part)).join("/");
