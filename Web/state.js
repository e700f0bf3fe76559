// What the page knows, and who wants to hear that a part of it changed.

const listeners = new Map();

export const state = {
  me: null,
  workspaces: [],
  workspace: null,
  // Channels and direct conversations, each with a `kind` of "channel" or "direct".
  conversations: [],
  // The conversation that is shown, and the part of it that is loaded.
  current: null,
  messages: [],
  pending: [],
  hasOlder: false,
  hasNewer: false,
  // The last position that had been read when the conversation was opened; null when all of it had.
  readSeq: null,
  thread: null,
  search: null,
  // Who types where: conversation id -> Map of user id -> time when it ends.
  typing: new Map(),
  names: new Map(),
  connection: { state: "connecting", until: 0 },
  notice: "",
};

export function listen(part, listener) {
  const known = listeners.get(part) ?? [];
  listeners.set(part, [...known, listener]);
}

export function changed(...parts) {
  for (const part of parts) {
    for (const listener of listeners.get(part) ?? []) listener();
  }
}

export function asChannel(channel) {
  return { ...channel, kind: "channel", title: channel.display_title || channel.name };
}

export function asDirect(conversation) {
  const others = conversation.members.filter((member) => member.id !== state.me.id);
  for (const member of conversation.members) state.names.set(member.id, member);
  const title = others.map((member) => member.display_name).join(", ") || state.me.display_name;
  return { ...conversation, kind: "direct", title, person: others.length === 1 ? others[0] : null };
}

export const conversation = (id) => state.conversations.find((entry) => entry.id === id) ?? null;

export const isLoaded = (id) => state.messages.some((message) => message.id === id);

// Puts messages in their places, each once.
export function mergeMessages(found) {
  const byID = new Map(state.messages.map((message) => [message.id, message]));
  for (const message of found) {
    if (message.author) state.names.set(message.author.id, message.author);
    const known = byID.get(message.id);
    byID.set(message.id, { ...message, thread_state: message.thread_state ?? known?.thread_state });
  }
  state.messages = [...byID.values()].sort((left, right) => left.channel_seq - right.channel_seq);
  const nonces = new Set(state.messages.map((message) => message.nonce).filter(Boolean));
  state.pending = state.pending.filter((draft) => !nonces.has(draft.nonce));
}

export const drafts = {
  read: (id) => localStorage.getItem(`clickclack.draft.${id}`) ?? "",
  write(id, text) {
    if (text) localStorage.setItem(`clickclack.draft.${id}`, text);
    else localStorage.removeItem(`clickclack.draft.${id}`);
  },
};
