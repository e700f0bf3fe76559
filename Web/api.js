// The public HTTP API, and nothing else: this page can do what any client can do.

export class APIError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function request(method, path, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-ClickClack-CSRF"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new APIError(0, "The server can't be reached.");
  }
  const text = await response.text();
  let value = null;
  if (text) {
    try {
      value = JSON.parse(text);
    } catch {
      throw new APIError(response.status, "The server's answer can't be read.");
    }
  }
  if (!response.ok) throw new APIError(response.status, value?.error ?? `The server answered ${response.status}.`);
  return value;
}

const path = (strings, ...values) => String.raw({ raw: strings }, ...values.map(encodeURIComponent));

function query(base, values) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, value);
  }
  return `${base}?${search}`;
}

// Where the messages of a channel or a direct conversation are.
const place = (conversation) =>
  conversation.kind === "direct" ? path`/api/dms/${conversation.id}` : path`/api/channels/${conversation.id}`;

export const api = {
  me: async () => (await request("GET", "/api/me")).user,
  requestLink: (email) => request("POST", "/api/auth/magic/request", { email }),
  consumeLink: (token) => request("POST", "/api/auth/magic/consume", { token }),

  workspaces: async () => (await request("GET", "/api/workspaces")).workspaces ?? [],
  createWorkspace: async (name) => (await request("POST", "/api/workspaces", { name })).workspace,
  members: async (workspace, q) =>
    (await request("GET", query(path`/api/workspaces/${workspace}/members`, { limit: 200, q }))).members ?? [],
  resolve: async (workspace, target) => (await request("GET", path`/api/routes/${workspace}/${target}`)).route,

  channels: async (workspace) => (await request("GET", path`/api/workspaces/${workspace}/channels`)).channels ?? [],
  createChannel: async (workspace, name) =>
    (await request("POST", path`/api/workspaces/${workspace}/channels`, { name })).channel,
  directs: async (workspace) =>
    (await request("GET", query("/api/dms", { workspace_id: workspace }))).conversations ?? [],
  openDirect: async (workspace, user) =>
    (await request("POST", "/api/dms", { workspace_id: workspace, member_ids: [user] })).conversation,

  messages: (conversation, position) => request("GET", query(`${place(conversation)}/messages`, position)),
  message: async (id) => (await request("GET", path`/api/messages/${id}`)).message,
  post: (conversation, body, nonce) => request("POST", `${place(conversation)}/messages`, { body, nonce }),
  edit: async (id, body) => (await request("PATCH", path`/api/messages/${id}`, { body })).message,
  remove: (id) => request("DELETE", path`/api/messages/${id}`),
  markRead: (conversation, seq) => request("POST", `${place(conversation)}/read`, { seq }),

  thread: (root) => request("GET", query(path`/api/messages/${root}/thread`, { limit: 200, latest: "true" })),
  threadState: async (root) =>
    (await request("GET", query(path`/api/messages/${root}/thread`, { limit: 1 }))).thread_state,
  reply: (root, body, nonce) => request("POST", path`/api/messages/${root}/thread/replies`, { body, nonce }),

  react: (message, emoji) => request("POST", path`/api/messages/${message}/reactions`, { emoji }),
  unreact: (message, emoji) => request("DELETE", path`/api/messages/${message}/reactions/${emoji}`),

  search: (workspace, q, cursor) =>
    request("GET", query("/api/search", { workspace_id: workspace, q, sort: "relevance", limit: 20, cursor })),
  tail: async (workspace) =>
    (await request("GET", query("/api/realtime/events", { workspace_id: workspace, include_tail: "true", limit: 1 })))
      .tail_cursor,
  ephemeral: (event) => request("POST", "/api/realtime/ephemeral", event),
};

// Names a message before the server knows it, so that sending it again posts it once.
export function makeNonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
